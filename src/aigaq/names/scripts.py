"""Which script a name is written in, and one spelling for the many ways to type it.

``fold`` follows Unicode Standard Annex 15 (NFKC) and the default case folding of the Unicode
Standard, section 3.13, and adds what these leave open for names: invisible characters, the look-alike
letters of Latin and Cyrillic keyboards, apostrophes, dots and hyphens of every shape, and the Arabic
letters that different keyboards give for one Kazakh or Uyghur letter.
"""

import re
import unicodedata
from collections import Counter

from aigaq.names.tables import read_pairs

MAX_LENGTH = 256
"""Longest name taken, in characters (Unicode code points) as given."""


class NameTooLong(ValueError):
    """A name of more than ``MAX_LENGTH`` characters was given."""


def check_length(text: str) -> str:
    """Return ``text`` unchanged, or raise ``NameTooLong`` if it has more than 256 characters."""
    if len(text) > MAX_LENGTH:
        raise NameTooLong(
            f"the name has {len(text)} characters; at most {MAX_LENGTH} are taken "
            f"(it begins {text[:20]!r}): give one name per field"
        )
    return text


_SCRIPTS = (
    ("Cyrl", "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f"),
    (
        "Arab",
        "\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c7\ufb50-\ufdff\ufe70-\ufefc",
    ),
    ("Hans", "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"),
    (
        "Latn",
        "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02b8\u1d00-\u1d25\u1d6b-\u1d77\u1e00-\u1eff\u2c60-\u2c7f\ua722-\ua787\uff21-\uff3a\uff41-\uff5a",
    ),
    ("Grek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("Hebr", "\u0590-\u05ff"),
    ("Kana", "\u3040-\u30ff\uff66-\uff9f"),
    ("Hang", "\u1100-\u11ff\uac00-\ud7af"),
)
_SCRIPT_RE = re.compile("|".join(f"(?P<{name}>[{chars}])" for name, chars in _SCRIPTS))
_RUNS = {name: re.compile(f"[{chars}]") for name, chars in _SCRIPTS}
_OTHERS = {
    name: re.compile("[" + "".join(chars for other, chars in _SCRIPTS if other != name) + "]")
    for name, _ in _SCRIPTS
}


def script_of(text: str) -> str:
    """Return the ISO 15924 code of the script most letters of ``text`` are in.

    One of ``Cyrl``, ``Arab``, ``Hans`` (any Han character, simplified or traditional), ``Latn``,
    ``Grek``, ``Hebr``, ``Kana``, ``Hang``; ``Zyyy`` where there is no letter of these. On a tie the
    script that comes first in the text wins.
    """
    if text.isascii():
        return "Latn" if any(c.isalpha() for c in text) else "Zyyy"
    first = _SCRIPT_RE.search(text)
    if first is None:
        return "Zyyy"
    if not _OTHERS[str(first.lastgroup)].search(text, first.end()):
        return str(first.lastgroup)
    counts = Counter(match.lastgroup for match in _SCRIPT_RE.finditer(text))
    return str(counts.most_common(1)[0][0])


# Before NFKC: what it would tear apart (a spacing acute becomes space + mark) or leave in place.
_APOSTROPHES = "'`´‘’‚‛ʹʻʼʽˈˊˋ′‵＇՚׳ꞌʾʿˮ"
_DOTS = "·•‧∙⋅・･・᛫⸱●▪◦"
_HYPHENS = "‐‑‒–—―−﹣－֊⁃﹘"
_BEFORE = {ord(c): "'" for c in _APOSTROPHES} | {ord(c): "·" for c in _DOTS}
_BEFORE |= {ord(c): "-" for c in _HYPHENS} | {ord("İ"): "i", ord("\u0374"): "'"}

# After folding. Arabic: one letter for what several keyboards type, no vowel marks, no stretch.
_AFTER: dict[int, str | None] = {c: None for c in range(0x064B, 0x0653)}
_AFTER |= {c: None for c in (0x0640, 0x0670, 0x0656, 0x0657, 0x0658, 0x065F)}
_AFTER |= {
    ord(a): b
    for a, b in (
        ("\u0674", "ء"),
        ("ک", "ك"),
        ("ڪ", "ك"),
        ("ی", "ي"),
        ("ے", "ي"),
        ("ہ", "ه"),
        ("ۀ", "ە"),
        ("ة", "ە"),
        ("ۃ", "ە"),
        ("ھ", "ھ"),
        ("أ", "ا"),
        ("إ", "ا"),
        ("ٱ", "ا"),
        ("ڠ", "ڭ"),
        ("ۉ", "ۇ"),
        ("ҡ", "қ"),
        ("ѓ", "ғ"),
        ("ќ", "қ"),
        ("ӄ", "қ"),
        ("ҕ", "ғ"),
        ("ӊ", "ң"),
        ("ҥ", "ң"),
        ("ѐ", "е"),
        ("ѝ", "и"),
        ("’", "'"),
    )
}
_LATIN_TWINS = "aceopxyhiəɵjskmtb"
_CYRILLIC_TWINS = "асеорхуһіәөјѕкмтв"
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)
_TO_LATIN = str.maketrans("асеорхуһіәөјѕкмтвԛԝӏ", "aceopxyhiəɵjskmtbqwl")
# Letters without a true twin in lower case tell which alphabet was meant: к, м, т, в look like
# Latin only as capitals, so they count for their own script at half weight (see _repair).
_TRUE_TWINS = frozenset("aceopxyhiəɵjs" + "асеорхуһіәөјѕԛԝӏ")
_LATN, _CYRL = _RUNS["Latn"], _RUNS["Cyrl"]
_WORD = re.compile(r"[^\s·\-]+")
_SPACES = re.compile(r"\s+")
_AROUND = re.compile(r" *([·,،，、/]) *")
_HEH = re.compile("ه")
_ARABIC_VOWELS = frozenset("اوۇۆۈۋېىيەئآء")


def _repair(match: re.Match[str]) -> str:
    """Give a word of mixed Latin and Cyrillic letters back to the alphabet it was meant in."""
    word = match.group()
    latin, cyrillic = _LATN.findall(word), _CYRL.findall(word)
    if not latin or not cyrillic:
        return word
    sure_latin = sum(c not in _TRUE_TWINS for c in latin)
    sure_cyrillic = sum(c not in _TRUE_TWINS for c in cyrillic)
    if (sure_latin, len(latin)) > (sure_cyrillic, len(cyrillic)):
        return word.translate(_TO_LATIN)
    return word.translate(_TO_CYRILLIC)


def _settle_heh(text: str) -> str:
    """Read Arabic heh (U+0647) as the Kazakh and Uyghur vowel ە or consonant ھ, by its neighbours."""
    letters = list(text)
    for match in _HEH.finditer(text):
        at = match.start()
        before = letters[at - 1] if at else " "
        after = text[at + 1] if at + 1 < len(text) else " "
        between = before not in _ARABIC_VOWELS and before != " "
        letters[at] = "ە" if between and after not in _ARABIC_VOWELS else "ھ"
    return "".join(letters)


_SPACING = frozenset(("Cc", "Zs", "Zl", "Zp"))
_INVISIBLE = frozenset(("Cf", "Cs", "Co", "Cn", "Me"))


def _seen(char: str) -> str:
    """Return what a character shows: itself, a space, or nothing for what is invisible."""
    category = unicodedata.category(char)
    if category in _SPACING:
        return " "
    return "" if category in _INVISIBLE or "\ufe00" <= char <= "\ufe0f" else char


def _drop_invisible(text: str) -> str:
    """Remove format characters, variation selectors and stray marks; make other space plain."""
    return "".join(c if c.isalpha() else _seen(c) for c in text)


_SIMPLIFIED = str.maketrans(dict(read_pairs("simplified.tsv")))
# Letters and signs that fold one by one, whatever stands beside them: no marks, nothing that composes.
_ONE_BY_ONE = re.compile("[ -~·À-ɏЀ-҂Ҋ-ԯء-غف-يٱ-ۓە一-鿿]*")


class _Folded(dict[int, str]):
    """What each character of `_ONE_BY_ONE` folds to, found out when it first comes."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold_letters(chr(code)).translate(_SIMPLIFIED)
        return self[code]


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Return the one spelling all typed variants of ``text`` share.

    Takes a name of at most 256 characters and returns it in NFKC, case-folded, single-spaced, without
    invisible characters, with one apostrophe, one middle dot, one hyphen, with Latin letters inside
    Cyrillic words (and the reverse) set right, Arabic keyboard variants made one, and traditional
    Hanzi simplified character by character. Folding twice changes nothing. Raises ``NameTooLong``.
    """
    check_length(text)
    if text.isascii() and text.isprintable():
        return _tidy(text.lower().replace("`", "'"))
    if _ONE_BY_ONE.fullmatch(text):
        text = text.translate(_FOLDED)
    else:
        text = _fold_letters(text).translate(_SIMPLIFIED)
    if _LATN.search(text) and _CYRL.search(text):
        text = _WORD.sub(_repair, text)
    if "ه" in text:
        text = _settle_heh(text)
    return _tidy(text)


def _fold_letters(text: str) -> str:
    """Fold what depends on a letter and its marks alone."""
    text = unicodedata.normalize("NFKC", text.translate(_BEFORE))
    text = unicodedata.normalize("NFKC", text.casefold().replace("i\u0307", "i"))
    text = _drop_invisible(text.translate(_BEFORE).translate(_AFTER))
    return unicodedata.normalize("NFC", text)


def _tidy(text: str) -> str:
    """Collapse white space and close up the space around dots, commas and slashes."""
    return _AROUND.sub(r"\1", _SPACES.sub(" ", text)).strip()
