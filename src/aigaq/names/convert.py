"""Writing a Kazakh or Uyghur name in another of its own alphabets, letter for letter.

For search forms, labels and forms a volunteer may correct; what comes out is marked as generated in
its language tag, with the transform extension of BCP 47 (RFC 6497): ``kk-Arab-t-kk-cyrl``. Kazakh in
Cyrillic (1940), töte Arabic and Latin (decree of 2021); Uyghur in Arabic (1983), ULY (2008), Cyrillic.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from aigaq.names.harmony import mark_front
from aigaq.names.scripts import fold
from aigaq.names.tables import read_rows

_COLUMN = {"Cyrl": 1, "Arab": 2, "Latn": 3}
_WORD = re.compile(r"[^\s·\-]+")
_FRONTED = str.maketrans("ٵٶٷٸ", "اوۇى")
_SAYS_FRONT = re.compile("[ەكگ]")
_UYGHUR_VOWELS = "اەېىوۇۆۈ"


class NoRewriting(ValueError):
    """There is no letter table from the one language and script to the other."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A name in another alphabet and its language tag, which says that it was generated."""

    text: str
    lang: str


@cache
def _replacer(lang: str, source: str, target: str) -> Callable[[str], str]:
    table: dict[str, str] = {}
    for row in read_rows("letters.tsv"):
        row = (*row, "", "")
        if row[0] == lang and row[_COLUMN[source]]:
            table.setdefault(row[_COLUMN[source]], row[_COLUMN[target]])
    letters = "|".join(re.escape(key) for key in sorted(table, key=len, reverse=True))
    pattern = re.compile(letters)
    return lambda word: pattern.sub(lambda match: table[match.group()], word)


_KAZAKH_IN = (
    (re.compile("(?<![аәеиоөуұүыіэюя])я"), "я"),
    (re.compile("(?<=[бвгғджзкқлмнңпрстфхһцчшщ])ь?я"), "ия"),
)
# After the letter table has read ي as и and يا as ия: glides beside vowels, я and ю where they belong.
_KAZAKH_BACK = (
    (re.compile("^ия"), "я"),
    (re.compile("^ию"), "ю"),
    (re.compile("(?<=[аәеоөуұүыі])ия"), "я"),
    (re.compile("(?<=[аәеоөуұүыі])ию"), "ю"),
    (re.compile("(?<=[аәеоөуұүыі])и"), "й"),
    (re.compile("^и(?=[аәоөұү])"), "й"),
)


def _to_tote(word: str) -> str:
    """Write a Kazakh Cyrillic word in töte letters, with the hamza where its rule asks for one."""
    written = _replacer("kk", "Cyrl", "Arab")(word)
    bare = written.translate(_FRONTED)
    return "ء" + bare if written != bare and not _SAYS_FRONT.search(bare) else bare


def _from_tote(word: str) -> str:
    read = _replacer("kk", "Arab", "Cyrl")(mark_front(word))
    for pattern, letters in _KAZAKH_BACK:
        read = pattern.sub(letters, read)
    return read


def _carry_vowels(word: str) -> str:
    """Put ئ under every Uyghur vowel that begins a word or follows another vowel."""
    return re.sub(f"(?<![بپتجچخدرزژسشغفقكگڭلمنھۋي])(?=[{_UYGHUR_VOWELS}])", "ئ", word)


def _uyghur_to_arabic(word: str, source: str) -> str:
    return _carry_vowels(_replacer("ug", source, "Arab")(word.replace("é", "ë"))).replace("'", "")


def _uyghur_from_arabic(word: str, target: str) -> str:
    spoken = re.sub("^ئ", "", word)
    if target == "Latn":
        spoken = re.sub("(?<=ن)(?=گ)|(?<=س)(?=ھ)|(?<=ز)(?=ھ)|(?<=گ)(?=ھ)", "'", spoken)
        spoken = spoken.replace("ئ", "'")
    else:
        spoken = re.sub("^ې", "э", spoken.replace("ئ", ""))
    return _replacer("ug", "Arab", target)(spoken)


def _rewrite_word(word: str, lang: str, source: str, target: str) -> str:
    if lang == "ug":
        arabic = word if source == "Arab" else _uyghur_to_arabic(word, source)
        return arabic if target == "Arab" else _uyghur_from_arabic(arabic, target)
    cyrillic = _from_tote(word) if source == "Arab" else word
    if target == "Arab":
        return _to_tote(cyrillic)
    return cyrillic if target == "Cyrl" else _replacer("kk", "Cyrl", "Latn")(cyrillic)


def rewrite(name: str, source: str, target: str) -> Rewritten:
    """Write ``name`` in another alphabet of the same language.

    ``source`` and ``target`` are tags of language and script: ``kk-Cyrl`` and ``kk-Arab`` each into the
    other and into ``kk-Latn``; ``ug-Arab``, ``ug-Latn`` and ``ug-Cyrl`` into one another. Words begin
    with a capital where the alphabet has one. Raises ``NoRewriting`` for other pairs and
    ``NameTooLong``.
    """
    lang, _, source_script = source.partition("-")
    target_lang, _, target_script = target.partition("-")
    scripts = {source_script, target_script}
    known = lang in ("kk", "ug") and scripts <= set(_COLUMN) and len(scripts) == 2
    if not known or lang != target_lang or (lang, source_script) == ("kk", "Latn"):
        raise NoRewriting(f"no letter table from {source!r} to {target!r}")
    text = _WORD.sub(
        lambda match: _capitalise(_rewrite_word(match.group(), lang, source_script, target_script)),
        fold(name),
    )
    return Rewritten(text, f"{target}-t-{source.lower()}")


def _capitalise(word: str) -> str:
    return word[:1].upper() + word[1:] if word[:1] not in "ıi" else "I" + word[1:]
