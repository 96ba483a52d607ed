"""Letters of three alphabets as one set of broad sound symbols.

The similarity model does not compare letters of different scripts; it compares symbols. Every
symbol is one character. Letters whose sound is nearly the same in the languages served share a
symbol (Cyrillic ш, Arabic ش and Latin sh are all š), letters whose reading depends on the language
keep a symbol of their own (Latin y, j, c, x), and what remains is learned from name pairs.

Tables follow the Kazakh and Uyghur orthographies as described in the Unicode charts and in
"Kazakh alphabets" (töte jazu: ٴ, the high hamza U+0674, makes the vowels of a word front).
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from aigaq.names.scripts import fold, script_of

SYMBOLS: Final = "aäeiıoöuüyYwbvdfgğhxXjǰžkqlmnŋprsšztcCč"

_CYRILLIC: Final = {
    "а": "a", "ә": "ä", "б": "b", "в": "v", "г": "g", "ғ": "ğ", "ґ": "g", "д": "d", "е": "e",
    "ё": "yo", "ж": "ž", "җ": "ǰ", "з": "z", "и": "i", "й": "y", "к": "k", "қ": "q", "л": "l",
    "м": "m", "н": "n", "ң": "ŋ", "о": "o", "ө": "ö", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ұ": "u", "ү": "ü", "ў": "w", "ф": "f", "х": "x", "ҳ": "h", "һ": "h", "ц": "C",
    "ч": "č", "ҷ": "ǰ", "ш": "š", "щ": "š", "ъ": "", "ы": "ı", "і": "i", "ь": "", "э": "e",
    "ю": "yu", "я": "ya", "є": "e", "ї": "yi", "ј": "y", "љ": "l", "њ": "n", "ћ": "č", "ђ": "ǰ",
    "џ": "ǰ", "ѣ": "e", "ѓ": "g", "ќ": "k", "ѕ": "z", "ӣ": "i", "ӯ": "u", "ӊ": "ŋ", "ҥ": "ŋ",
    "ҡ": "q", "ҙ": "z", "ҫ": "s", "ӑ": "a", "ӗ": "e", "ӳ": "ü", "ѵ": "i", "ҝ": "g", "ҹ": "ǰ",
}  # fmt: skip

_ARABIC: Final = {
    "ئ": "", "ا": "a", "ە": "ä", "ب": "b", "پ": "p", "ت": "t", "ج": "ǰ", "چ": "č", "خ": "x",
    "د": "d", "ر": "r", "ز": "z", "ژ": "ž", "س": "s", "ش": "š", "غ": "ğ", "ف": "f", "ق": "q",
    "ك": "k", "ک": "k", "گ": "g", "ڭ": "ŋ", "ڴ": "ŋ", "ل": "l", "م": "m", "ن": "n", "ھ": "h",
    "ه": "h", "و": "o", "ۇ": "u", "ۆ": "ö", "ۈ": "ü", "ۋ": "w", "ې": "e", "ى": "i", "ي": "y",
    "ی": "i", "ع": "ğ", "ح": "x", "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "ذ": "z", "ث": "s",
    "ة": "a", "آ": "a", "أ": "a", "إ": "i", "ؤ": "u", "ء": "", "ێ": "e", "ۅ": "ö", "ٱ": "a",
    "ە\u0654": "ä", "ہ": "h", "ں": "n", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ے": "e", "ۉ": "ü",
}  # fmt: skip
# Kazakh reads these letters differently; ي also stands for и, ۋ for у.
_KAZAKH_ARABIC: Final = {**_ARABIC, "ە": "e", "ۆ": "v", "ج": "ž"}
_FRONT: Final = {"a": "ä", "o": "ö", "u": "ü", "ı": "i"}
_DOUBLED: Final = re.compile(r"(.)\1+")
_HIGH_HAMZA: Final = "ء"  # what fold makes of U+0674
_UYGHUR_ONLY: Final = frozenset("ئېۈھ")
_KAZAKH_ONLY: Final = frozenset("عحء")

_LATIN_DIGRAPHS: Final = {
    "sch": "š", "sh": "š", "ch": "č", "zh": "ž", "kh": "x", "gh": "ğ", "ph": "f", "tch": "č",
    "dzh": "ǰ", "dj": "ǰ", "ck": "k", "th": "t",
}  # fmt: skip
_LATIN: Final = {
    "ə": "ä", "ä": "ä", "æ": "ä", "ö": "ö", "ø": "ö", "œ": "ö", "ü": "ü", "ı": "ı", "ş": "š",
    "š": "š", "ș": "š", "ç": "č", "č": "č", "ć": "č", "ğ": "ğ", "ǧ": "ğ", "ģ": "g", "ǵ": "ğ",
    "ž": "ž", "ż": "ž", "ñ": "ŋ", "ŋ": "ŋ", "ń": "n", "ł": "l", "ß": "s", "đ": "d", "ð": "d",
    "þ": "t", "ċ": "č", "ŭ": "w", "c": "c", "j": "j", "x": "X", "y": "Y",
}  # fmt: skip
_LATIN_GROUPS: Final = "|".join(sorted(_LATIN_DIGRAPHS, key=len, reverse=True))
_LATIN_GROUP: Final = re.compile(_LATIN_GROUPS)
_LATIN_UNIT: Final = re.compile(f"{_LATIN_GROUPS}|.")


def _base(char: str) -> str:
    """The letter under the marks: é → e."""
    return unicodedata.normalize("NFD", char)[0]


def _cyrillic_letter(char: str) -> str:
    return _CYRILLIC.get(char) or _CYRILLIC.get(_base(char), "")


def _latin_unit(unit: str) -> str:
    """What a letter or group of letters is read as; "" for what no table has."""
    if unit in _LATIN_DIGRAPHS:
        return _LATIN_DIGRAPHS[unit]
    base = unit if unit in _LATIN else _base(unit)
    return _LATIN.get(base, base if base in SYMBOLS else "")


class _Letters(dict[int, str]):
    """What each letter is read as, by its number, found out when it first comes."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read

    def __missing__(self, code: int) -> str:
        self[code] = self._read(chr(code))
        return self[code]


_CYRILLIC_LETTERS: Final = _Letters(_cyrillic_letter)
_LATIN_LETTERS: Final = _Letters(_latin_unit)
_ARABIC_LETTERS: Final = _Letters(lambda char: _ARABIC.get(char, ""))


def _is_kazakh_arabic(word: str, lang: str) -> bool:
    if lang.startswith("kk"):
        return True
    return not lang and not _UYGHUR_ONLY & set(word) and bool(_KAZAKH_ONLY & set(word))


def _read_arabic(word: str, lang: str) -> str:
    if not _is_kazakh_arabic(word, lang):
        return word.translate(_ARABIC_LETTERS)
    # The hamza rule: front vowels throughout where the word has the hamza, or has ە, ك or گ.
    front = bool(set(word) & set("ەكگ")) or _HIGH_HAMZA in word
    plain = "".join("ı" if c == "ى" else _KAZAKH_ARABIC.get(c, "") for c in word)
    if not front:
        return plain
    # Only high hamza fronts ا; ە, ك, گ already tell that و, ۇ and ى are front.
    skip = "" if _HIGH_HAMZA in word else "a"
    return "".join(c if c in skip else _FRONT.get(c, c) for c in plain)


def _read_latin(word: str) -> str:
    if _LATIN_GROUP.search(word):
        return "".join([_latin_unit(unit) for unit in _LATIN_UNIT.findall(word)])
    return word.translate(_LATIN_LETTERS)


@lru_cache(maxsize=200_000)
def read_word(word: str, script: str, lang: str) -> str:
    """Symbols of one folded word (lower case, NFC) of an alphabetic script.

    `script` is "Cyrl", "Arab" or "Latn"; `lang` is a language subtag or "". Letters outside the
    tables are dropped. Doubled symbols become one, since doubling is spelling, not sound.
    """
    if script == "Cyrl":
        symbols = word.translate(_CYRILLIC_LETTERS)
    elif script == "Arab":
        symbols = _read_arabic(word, lang)
    else:
        symbols = _read_latin(word)
    return _DOUBLED.sub(r"\1", symbols)


_BROAD: Final = str.maketrans(
    {"ä": "a", "ö": "o", "ü": "u", "ı": "i", "y": "i", "Y": "i", "w": "v", "q": "k", "ğ": "g", "x": "h",
     "ž": "j", "ǰ": "j", "C": "s", "X": "s", "ŋ": "n"}
)  # fmt: skip


def broad(symbols: str) -> str:
    """Symbols with those made one that spellings of one name often differ in; for looking names up."""
    sounds = symbols.translate(_BROAD)
    return _DOUBLED.sub(r"\1", sounds[1:] if sounds.startswith("ie") else sounds)


_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u0300-\u036f])*")
_HAN: Final = re.compile(
    "[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
)
_FIRST_HAN: Final = "\u2e80"  # before it nothing folds to Hanzi; from it on their radicals do
_HAN_RUN: Final = re.compile(f"{_HAN.pattern}+")


@lru_cache(maxsize=8_192)
def _folded(name: str) -> str:
    """`fold`, kept a while, since a name is read for its words and for its Hanzi."""
    return fold(name)


@lru_cache(maxsize=65_536)
def words_of(name: str) -> tuple[tuple[str, str], ...]:
    """(word, script) for each word of a name: folded, apostrophes dropped, Hanzi left out."""
    text = _HAN.sub(" ", _folded(name))
    words = (w.replace("'", "") for w in _WORD.findall(text))
    return tuple((w, script_of(w)) for w in words)


def hanzi_of(name: str) -> str:
    """The Hanzi of a name, simplified, without anything else."""
    if max(name, default="") < _FIRST_HAN:
        return ""
    return "".join(_HAN.findall(_folded(name)))


def hanzi_parts(name: str) -> list[str]:
    """The runs of Hanzi of a name, simplified: words where they are written apart (努尔·沙比提)."""
    return _HAN_RUN.findall(_folded(name))
