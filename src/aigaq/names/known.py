"""Names and words of places that are known as such, in every script (data/known.tsv).

What sounds alike need not be one name: Gülnar and Gülnur are two, Memet and Muhammad one. Common names
are listed by hand with their spellings and with how many people bear them.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

from aigaq.names.pinyin import readings
from aigaq.names.scripts import fold, script_of
from aigaq.names.symbols import broad, hanzi_of, read_word
from aigaq.names.tables import read_rows

_BEARERS: Final = {"many": 50, "some": 200, "few": 1000, "-": 1}
_UNIT: Final = 64
_SHORTEST_PLACE: Final = 2
_SHORTEST_NAME: Final = 2
_LONGEST_RUN: Final = 16


@dataclass(frozen=True, slots=True)
class Known:
    """A known word: its number, below 0 for words of places, and what it can say at most (1/64 nat).

    Sharing a name that one person in n bears says no more than log n.
    """

    number: int
    most: int


def frequency_key(written: str, symbols: str) -> str:
    """What one folded word is looked up by: Hanzi as they are, letters by their broad sounds."""
    return hanzi_of(written) or broad(symbols)


def _key(form: str) -> str:
    text = fold(form)
    return frequency_key(text, read_word(text, script_of(text), ""))


def _spell(form: str) -> str:
    """Hanzi in pinyin, as passports write them (NUERLAN)."""
    return "".join((readings(c) or ("",))[0] for c in hanzi_of(fold(form)))


@cache
def _table() -> dict[str, Known]:
    words: dict[str, Known] = {}
    rows = list(enumerate(read_rows("known.tsv"), 1))
    for spell in (str, _spell):
        for row, (kind, bearers, forms) in rows:
            most = round(math.log(_BEARERS[bearers]) * _UNIT)
            known = Known(-row if kind == "place" else row, most)
            if kind == "word" and spell is _spell:
                continue  # nobody writes the translation of a word in pinyin
            for form in filter(None, map(spell, forms.split())):
                words.setdefault(_key(form), known)
    return words


@cache
def _place_hanzi() -> dict[int, frozenset[str]]:
    """The words for kinds and sides of places in Hanzi by their length, the longest first."""
    found = [key for key, known in _table().items() if known.number < 0 and hanzi_of(key)]
    lengths = sorted({len(key) for key in found}, reverse=True)
    return {n: frozenset(key for key in found if len(key) == n) for n in lengths}


def split_place(hanzi: str) -> tuple[str, ...]:
    """A run of Hanzi cut at the words for a kind or a side of place at its ends: 东, 哈萨克斯坦, 州.

    `()` if there is none that leaves two characters or more.
    """
    before: list[str] = []
    after: list[str] = []
    middle = hanzi
    while n := _place_length(middle, at_end=True):
        after.insert(0, middle[-n:])
        middle = middle[:-n]
    while n := _place_length(middle, at_end=False):
        before.append(middle[:n])
        middle = middle[n:]
    return (*before, middle, *after) if before or after else ()


def _place_length(text: str, *, at_end: bool) -> int:
    """How long the longest word of a place is at one end of the text, 0 if there is none."""
    for n, words in _place_hanzi().items():
        if len(text) - n >= _SHORTEST_PLACE and (text[-n:] if at_end else text[:n]) in words:
            return n
    return 0


@cache
def _hanzi_of_kinds(*kinds: str) -> frozenset[str]:
    """All that is known in Hanzi of these kinds of rows."""
    rows = (forms for kind, _, forms in read_rows("known.tsv") if kind in kinds)
    return frozenset(
        filter(None, (hanzi_of(fold(form)) for forms in rows for form in forms.split()))
    )


def _cover(hanzi: str, words: frozenset[str], least: int) -> tuple[str, ...]:
    """The run as words of at least `least` characters and nothing else, as few as can be; `()` if none."""
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(hanzi) + 1):
        ways = [
            (*best[start], hanzi[start:end])
            for start in range(end - least + 1)
            if start in best and hanzi[start:end] in words
        ]
        if ways:
            best[end] = min(ways, key=len)
    return best.get(len(hanzi), ())


def split_words(hanzi: str) -> tuple[str, ...]:
    """A run of Hanzi that translates a name word by word, cut into the words: 红, 湖 (Red Lake).

    `()` if it holds anything but two or more words of the table.
    """
    if len(hanzi) > _LONGEST_RUN:
        return ()
    found = _cover(hanzi, _hanzi_of_kinds("word", "place"), 1)
    return found if len(found) > 1 else ()


def split_names(hanzi: str) -> tuple[str, ...]:
    """A run of Hanzi that is known names and nothing else, cut into them: 努尔兰, 阿合买提.

    `()` if it is not, or is a name as a whole (努尔买买提). Of several ways that with the fewest names.
    """
    names = _hanzi_of_kinds("name")
    if hanzi in names or not _SHORTEST_NAME * 2 <= len(hanzi) <= _LONGEST_RUN:
        return ()
    return _cover(hanzi, names, _SHORTEST_NAME)


def find_known(key: str) -> Known | None:
    """The known word with this key (see `frequency_key`), or None."""
    return _table().get(key)
