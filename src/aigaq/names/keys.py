"""Blocking keys: short plain strings that a name shares with itself in another script.

A key is the consonant skeleton of a name in seven classes, the finest division that Hanzi, pinyin and
the alphabets agree on: ``P`` b p f v, ``M`` m, ``T`` d t, ``N`` n ng, ``L`` l r, ``S`` s z sh zh ch j,
``K`` k g q gh kh h. Vowels and glides are left out; what a script often drops or confuses (h, v,
a closing r or l, Mandarin's n) gives a further key with and one without it. Keys are made to be
columns: put them in a list column and join on a shared element, in DuckDB or Spark SQL alike.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from aigaq.names.parse import ParsedName, parse
from aigaq.names.phones import VOWELS, read_folded
from aigaq.names.pinyin import hanzi_syllables, initial_final, split_folded
from aigaq.names.scripts import script_of

_CLASS = {
    phone: name
    for name, phones in (
        ("P", "bpf"),
        ("M", "m"),
        ("T", "dt"),
        ("N", "nŋ"),
        ("L", "lr"),
        ("S", "szšžčǰc"),
        ("K", "kgqğx"),
    )
    for phone in phones
}
_INITIAL_CLASS = {
    initial: name
    for name, initials in (
        ("P", "b p f"),
        ("M", "m"),
        ("T", "d t"),
        ("N", "n"),
        ("L", "l r"),
        ("S", "z c s zh ch sh"),
        ("K", "g k"),
    )
    for initial in initials.split()
}
# Mandarin has no ki, gi, di or ti of its own sort: j and q stand for them (基 ki, 季 di).
_PALATAL = {"j": ("S", "K", "T"), "q": ("S", "K"), "x": ("S", "K"), "h": ("K", "")}
_AMBIGUOUS = tuple(
    (re.compile(sign), letters)
    for sign, letters in (
        ("x", "kh"),
        ("x", "ks"),
        ("x", "sh"),
        ("q(?!u)", "ch"),
        ("j", "zh"),
        ("(?<![dt])j", "y"),
        ("c(?![hk'z])", "ts"),
        ("(?<!n)g(?=[eiy])", "zh"),
    )
)
_PLACE_HANZI = "州区市县镇乡村岛省湖河山城旗"
_SHORTEST_PLACE = 3
_FAMILY_HANZI = ("夫", "娃", "瓦", "弗")
_MOST_KEYS = 16
_SHORTEST_WIDE = 4
_LONGEST_KEY = 24

type _Slots = list[tuple[str, ...]]


def _slot_of_phone(phone: str, coda: bool) -> tuple[str, ...]:
    """Return what one phone may leave in a key; ``coda`` says that no vowel follows it."""
    if phone == "h" or (coda and phone == "ğ"):
        return ("K", "")
    if phone == "v":
        return ("P", "")
    if phone == "ŋ" and not coda:
        return ("N", "NK")
    if coda and phone in "lr":
        return ("L", "")
    if coda and phone == "m":
        return ("M", "N")
    return (_CLASS[phone],)


def _slots_of_phones(phones: Sequence[str]) -> _Slots:
    following = (*phones, "")[1:]
    return [
        _slot_of_phone(phone, after not in VOWELS)
        for phone, after in zip(phones, following, strict=True)
        if phone in _CLASS or phone in "hv"
    ]


def _slots_of_syllable(syllable: str) -> _Slots:
    initial, final = initial_final(syllable)
    slots: _Slots = []
    if initial in _INITIAL_CLASS:
        slots.append((_INITIAL_CLASS[initial],))
    elif initial in _PALATAL:
        slots.append(_PALATAL[initial])
    elif initial == "w" and not final.startswith("u"):
        slots.append(("", "P"))
    if final == "er":
        slots.append(("L",))
    elif final.endswith(("n", "ng")):
        slots.append(("N", ""))
    return slots


def _spell_out(slots: _Slots) -> frozenset[str]:
    """Return every key the slots allow, at most ``_MOST_KEYS``, doubled letters made one."""
    keys = {""}
    for slot in slots[:_LONGEST_KEY]:
        grown = {key if key.endswith(c) else key + c for key in keys for c in slot}
        if len(grown) > _MOST_KEYS:
            grown = {key if key.endswith(slot[0]) else key + slot[0] for key in keys}
        keys = grown
    return frozenset(keys - {""})


def _slots_of_syllables(syllables: Iterable[str]) -> _Slots:
    return [slot for syllable in syllables for slot in _slots_of_syllable(syllable)]


def _slots_of_hanzi(word: str) -> _Slots:
    slots = _slots_of_syllables(r[0] for r in hanzi_syllables(word))
    if len(slots) > 1 and word.endswith(_FAMILY_HANZI):
        slots[-1] = ("P", "")
    return slots


def _keys_of_hanzi(word: str) -> frozenset[str]:
    """Return the keys of a Hanzi word, of a place also without the word for what it is (州, 县)."""
    keys = _spell_out(_slots_of_hanzi(word))
    if len(word) >= _SHORTEST_PLACE and word[-1] in _PLACE_HANZI:
        keys |= _spell_out(_slots_of_hanzi(word[:-1]))
    return keys


def _other_spellings(word: str) -> Iterator[str]:
    """Give the other ways a Latin word may be meant: x, q, j, c, g differ from habit to habit."""
    for sign, letters in _AMBIGUOUS:
        if sign.search(word):
            yield sign.sub(letters, word)


@lru_cache(maxsize=262144)
def token_keys(word: str, habit: str = "") -> frozenset[str]:
    """Return the keys of one folded word, read by ``habit`` (see ``guess_habit``).

    A Latin word that can be pinyin has the keys of both readings.
    """
    script = script_of(word)
    if script == "Hans":
        return _keys_of_hanzi(word)
    keys = _spell_out(_slots_of_phones(read_folded(word, habit)))
    if script == "Latn":
        keys |= _spell_out(_slots_of_syllables(split_folded(word)))
        for spelling in _other_spellings(word):
            keys |= _spell_out(_slots_of_phones(read_folded(spelling, habit)))
    return keys


def _stems(parsed: ParsedName) -> list[str]:
    """Return the words that identify somebody, without endings, cut at hyphens."""
    stems = [token.stem for token in parsed.tokens if token.identifies] or parsed.text.split()
    return [part for stem in stems for part in stem.split("-") if part]


def _keys_of_tokens(name: str, lang: str) -> list[frozenset[str]]:
    parsed = parse(name, lang)
    return [token_keys(stem, parsed.habit) for stem in _stems(parsed)]


def keys(name: str, lang: str = "") -> tuple[str, ...]:
    """Return the blocking keys of a name, sorted: those of every part that identifies somebody.

    A name of several parts also has the keys of all parts run together, since writers differ in what
    they join. Titles, clan names, initials and the endings of father's and family names have no part
    in keys. ``lang`` is a BCP 47 tag or ``""``. A name of vowels alone has no key. Raises
    ``NameTooLong``.
    """
    parsed = parse(name, lang)
    stems = _stems(parsed)
    words = [*stems, "".join(stems)] if len(stems) > 1 else stems
    return tuple(sorted({key for word in words for key in token_keys(word, parsed.habit)}))


def wide_keys(name: str, lang: str = "") -> tuple[str, ...]:
    """Return ``keys`` and, of those with four letters or more, each with one letter left out.

    Two names that differ by one class in their skeletons still share a wide key. Blocks are about
    three times as large; use these where the other columns cut them down. Raises ``NameTooLong``.
    """
    sharp = keys(name, lang)
    wide = {
        key[:i] + key[i + 1 :]
        for key in sharp
        if len(key) >= _SHORTEST_WIDE
        for i in range(len(key))
    }
    return tuple(sorted(wide.union(sharp)))


def pair_keys(name: str, lang: str = "") -> tuple[str, ...]:
    """Return keys of two parts of a name together, in alphabetical order, such as ``NLP SLK``.

    Each part gives the first three letters of its keys. For full names these make small blocks in
    which the order of given and father's name does not matter; a name of one part has none.
    Raises ``NameTooLong``.
    """
    tokens = [sorted({key[:3] for key in token}) for token in _keys_of_tokens(name, lang)]
    pairs = {
        " ".join(sorted((a, b)))
        for at, first in enumerate(tokens)
        for second in tokens[at + 1 :]
        for a in first
        for b in second
    }
    return tuple(sorted(pairs))
