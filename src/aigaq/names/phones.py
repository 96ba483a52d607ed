"""Reading a written word as broad Turkic phones, whatever alphabet and habit it is written in.

The tables in ``data/graphemes.tsv`` follow the orthographies themselves: Kazakh Cyrillic (1940, 1957),
töte Arabic, the Latin alphabets of 2017, 2018 and 2021; Uyghur Arabic (1983), ULY (2008) and Cyrillic;
Russian, Kyrgyz, Uzbek, Tatar, Turkish, German, French and English habits. A phone is one character of
``PHONES``; "broad" means that what these orthographies can't tell apart is not told apart.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from aigaq.names.harmony import mark_front
from aigaq.names.scripts import fold, script_of
from aigaq.names.tables import read_rows

PHONES = "aäeiıoöuübpmfvwdtnlrszšžčǰcgkqğxhŋy"
"""Every phone ``to_phones`` can give."""

VOWELS = frozenset("aäeiıoöuü")

_LETTER_VOWELS = {
    "Cyrl": "аәӓеёєиіїоөӧуұүўыэюя",
    "Arab": "اەېىوۇۆۈئيۋ",
    "Latn": "aäəæåeëéèêiïīîíıoöøőóuüűūŭúùyý",
    "Grek": "αεηιουω",
}
_FRONT = "eiyéëèíîïеиіёэ"


def _in_context(letters: str, where: str, vowels: str) -> str:
    """Return the regular expression for ``letters`` where the table says they are read so."""
    before, after = {
        "": ("", ""),
        "start": (r"(?<!\w)", ""),
        "end": ("", r"(?!\w)"),
        "_V": ("", f"(?=[{vowels}])"),
        "V_": (f"(?<=[{vowels}])", ""),
        "V_V": (f"(?<=[{vowels}])", f"(?=[{vowels}])"),
        "V_C": (f"(?<=[{vowels}])", f"(?![{vowels}])"),
        "_E": ("", f"(?=[{_FRONT}])"),
        "_C": ("", f"(?![{vowels}])"),
    }[where]
    return before + re.escape(letters) + after


type _Reader = Callable[[str], str]
type _Rule = tuple[str, str, str]


def _rules_for(script: str, lang: str) -> list[_Rule]:
    """Return the (letters, phones, where) rules of a script in a language, first to try first."""
    own, general = [], []
    for row in read_rows("graphemes.tsv"):
        row_script, langs, letters, phones, where = (*row, "", "")[:5]
        if row_script == script and langs == "*":
            general.append((letters, phones, where))
        elif row_script == script and lang in langs.split(","):
            own.append((letters, phones, where))
    replaced = {letters for letters, _, where in own if not where}
    rules = own + [rule for rule in general if rule[0] not in replaced]
    return sorted(rules, key=lambda rule: (-len(rule[0]), not rule[2]))


@cache
def _reader(script: str, lang: str) -> _Reader:
    """Build the reader of one script in one language's habits from the table."""
    vowels = _LETTER_VOWELS.get(script, "a")
    plain: dict[str, str] = {}
    placed: dict[str, str] = {}
    patterns = []
    for letters, phones, where in _rules_for(script, lang):
        if where:
            placed[f"r{len(placed)}"] = phones
            patterns.append(f"(?P<r{len(placed) - 1}>{_in_context(letters, where, vowels)})")
        elif letters not in plain:
            plain[letters] = phones
            patterns += [re.escape(letters)] * (len(letters) > 1)
    pattern = re.compile("|".join([*patterns, "."]), re.DOTALL)
    known = frozenset("".join(plain) + "'")

    def phones_of(match: re.Match[str]) -> str:
        return placed[match.lastgroup] if match.lastgroup else plain.get(match.group(), "")

    def read(word: str) -> str:
        return pattern.sub(phones_of, word if known.issuperset(word) else _strip_marks(word, known))

    return read


def _strip_marks(word: str, known: Iterable[str]) -> str:
    """Replace letters the table does not know by their base letters."""
    letters = (c if c in known else unicodedata.normalize("NFD", c)[0] for c in word)
    return "".join(letters)


_V = "[aäeiıoöuü]"
_C = "[^aäeiıoöuü]"
_GLIDES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(.)\1+", r"\1"),
        (f"^[iı](?={_V})", "y"),
        (f"^u(?={_V})", "w"),
        (f"(?<={_V})[i](?!y)", "y"),
        (f"(?<={_V})u(?!w)", "w"),
        (f"(?<={_C})([iı])(?={_V})", r"\1y"),
        (f"(?<={_C})([uü])(?={_V})", r"\1w"),
        ("^ye", "e"),
        (f"(?<={_V})y(?=e)", ""),
        (r"(.)\1+", r"\1"),
    )
)


def _settle_glides(phones: str) -> str:
    """Make i and u beside vowels the glides y and w, as every Turkic orthography means them.

    Writers differ in whether they write the glide (``Мария`` ``Maria``, ``Дәулет`` ``Daulet``,
    ``Ерлан`` ``Yerlan``); after this they agree.
    """
    for pattern, replacement in _GLIDES:
        phones = pattern.sub(replacement, phones)
    return phones


_UYGHUR_ARABIC = re.compile("[ئېغخژ]|[بپتجچدرزسشفقكگڭلمنھ]ۆ[بپتجچدرزسشفقكگڭلمنھ]")
_KAZAKH_ARABIC = re.compile(r"[ءعحۆ]|(?<!\w)[اوۇەى]")
_ARABIC_ONLY = re.compile("[ةثذصضطظ]")
_LATIN_SIGNS = tuple(
    (re.compile(sign), habit)
    for sign, habit in (
        ("[ⱪⱨⱬƣ]|[khz]\u0329", "uyy"),
        ("[ǵŭ]|[áó].*ý", "kk"),
        ("[auyc]'[^aeiouy]", "kk"),
        ("[og]'[a-z]", "uz"),
        ("ə", "az"),
        ("[şğ]|ç[aeıioöuü]", "tr"),
        (r"sch|[eo]w(?!\w)|[aeo]j[bdfgklmnprstvwz]|[aeio]j(?!\w)", "xj"),
        (r"q(?!u)|gh|(?<!\w)x|[aou]x[bdlmnrt]", "xq"),
    )
)
_HABITS = frozenset(
    code for row in read_rows("graphemes.tsv") for code in row[1].split(",") if code != "*"
) | {"ru"}


def _guess_arabic(text: str) -> str:
    if _UYGHUR_ARABIC.search(text):
        return "ug"
    if _ARABIC_ONLY.search(text):
        return "ar"
    return "kk" if _KAZAKH_ARABIC.search(text) else ""


def guess_habit(text: str, lang: str = "") -> str:
    """Return the language whose spelling habits a folded name is to be read by, ``""`` for no sign.

    The tag decides where it names a language with habits of its own; otherwise the spelling of the
    whole name is looked at, so give all of it. The result may be ``xj`` or ``xq``, habits shared by
    many writers (j for й and w for в; x for х), and can be handed to ``to_phones`` as ``lang``.
    """
    primary = lang.partition("-")[0]
    if primary in _HABITS:
        return primary
    script = script_of(text)
    if script == "Arab":
        return _guess_arabic(text)
    if script != "Latn":
        return ""
    return next((habit for sign, habit in _LATIN_SIGNS if sign.search(text)), "")


@lru_cache(maxsize=262144)
def read_folded(word: str, lang: str = "") -> str:
    """Return the phones of a word that is folded already, as one string. See ``to_phones``."""
    script = script_of(word)
    habit = guess_habit(word, lang)
    if script == "Arab" and habit == "kk":
        word = mark_front(word)
    return _settle_glides(_reader(script, habit)(word))


def to_phones(word: str, lang: str = "") -> tuple[str, ...]:
    """Return the broad phones of one written word, a tuple of characters of ``PHONES``.

    ``word`` is a name or a part of one, folded or not, of at most 256 characters; ``lang`` a BCP 47
    tag or ``""``, in which case the script is looked at and the language guessed softly. Characters
    that are no letters are passed over; Hanzi have no phones here (see ``pinyin``), nor has what is
    in a script without a table. Raises ``NameTooLong``.
    """
    return tuple(read_folded(fold(word), lang))
