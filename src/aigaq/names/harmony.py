"""The hamza rule of Kazakh töte Arabic: which of the written vowels are front.

Akhmet Baitursynuly's alphabet writes а/ә, о/ө, ұ/ү and ы/і with one letter each (ا و ۇ ى). A hamza ء
at the front of the word makes them front. It is left out where ە, ك or گ are in the word, which are
front by themselves. Compounds break the rule at their joints (نۇربەك is Нұрбек, سەرىكجان is Серікжан), so
a word is first cut at the elements names are made of (``data/tote_elements.tsv``).
"""

import re

from aigaq.names.tables import read_rows

_FRONT = str.maketrans("اوۇى", "ٵٶٷٸ")
# Not ا after ي, which is я whatever the word, nor the last ا of كاميلا Кәмила and its like.
_HARMONIC = re.compile("(?<!ي)ا(?!$)|(?<!ي)(?<!ي.)ا$|[وۇى]")
_UNDER_HAMZA = re.compile(f"(?<![قع])(?:{_HARMONIC.pattern})(?![قع])")
_SIGNS = re.compile("[ەكگ]|[قع]")
_FRONT_SIGNS = "ەكگ"
_ELEMENTS = tuple(read_rows("tote_elements.tsv"))


def _alternatives(*places: str) -> str:
    words = (row[0] for row in _ELEMENTS if row[2] in places)
    return "|".join(sorted(words, key=len, reverse=True))


_HARMONY = {row[0]: row[1] for row in _ELEMENTS}
_AT_END = re.compile(f"(?<=..)(?:{_alternatives('any', 'end')})$")
_AT_START = re.compile(f"^(?:{_alternatives('any', 'start')})(?=.)")


def split_elements(word: str) -> tuple[str, ...]:
    """Cut a Kazakh word in töte letters into the known elements at its ends and what is between."""
    ending: list[str] = []
    while match := _AT_END.search(word):
        ending.insert(0, match.group())
        word = word[: match.start()]
    opening: list[str] = []
    while word not in _HARMONY and (match := _AT_START.search(word)):
        opening.append(match.group())
        word = word[match.end() :]
    return (*opening, word, *ending)


def _nearest_sign(word: str, at: int) -> str:
    signs = (
        (abs(m.start() - at), m.group() not in _FRONT_SIGNS, m.group())
        for m in _SIGNS.finditer(word)
    )
    return min(signs, default=(0, True, ""))[2]


def _front_by_signs(element: str) -> str:
    """Front the vowels whose nearest telling letter is ە, ك or گ rather than ق or ع."""

    def settle(match: re.Match[str]) -> str:
        sign = _nearest_sign(element, match.start())
        return match.group().translate(_FRONT) if sign and sign in _FRONT_SIGNS else match.group()

    return _HARMONIC.sub(settle, element)


def _front_element(element: str, hamza: bool) -> str:
    known = _HARMONY.get(element)
    if known == "b":
        return element
    if known == "f" or hamza:
        vowels = _HARMONIC if known else _UNDER_HAMZA
        return vowels.sub(lambda match: match.group().translate(_FRONT), element)
    return _front_by_signs(element)


def mark_front(word: str) -> str:
    """Return a folded töte word without hamza, with ٵ ٶ ٷ ٸ for the vowels that are front.

    These four letters (Unicode 0675 to 0678, "high hamza" letters made for Kazakh) say ә ө ү і
    outright; ا و ۇ ى left in the result are а о ұ ы.
    """
    hamza = "ء" in word
    first, *others = split_elements(word.replace("ء", ""))
    fronted = [_front_element(first, hamza)]
    fronted += [_front_element(element, hamza and not first) for element in others]
    return "".join(fronted)
