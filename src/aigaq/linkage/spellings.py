"""Names and places as words: every distinct spelling read once, spellings of one word brought together.

A *spelling* is one written word, folded; a *word* is what several spellings, in any script, stand for. What
is near what is decided once for each distinct spelling, so that pairs of records are compared by looking
numbers up in short lists.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from anyascii import anyascii

from aigaq.linkage.nearness import Near
from aigaq.linkage.ragged import Lists
from aigaq.linkage.table import Column, Ints
from aigaq.names import fold, script_of
from aigaq.names.affixes import find_end, find_word

_WORD = re.compile(r"[^\s·•‧∙⋅・･․.,،、;:()（）/\"«»“”\[\]|]+")
# ZiaGabitan: a capital between two small letters and two more begins another word.
_RUN_TOGETHER = re.compile(r"(?<=[a-zа-яәғқңөұүһі]{2})(?=[A-ZА-ЯӘҒҚҢӨҰҮҺІŞÑ][a-zа-яәғқңөұүһі]{2})")
_LONGEST = 64  # letters; longer words are no names
_MOST_WORDS = 12
_LEFT_OUT = ("honorific", "child-of", "clan-word")
_SCRIPTS = {name: number for number, name in enumerate(("Latn", "Cyrl", "Arab", "Hans"))}


@dataclass(frozen=True, slots=True)
class Readings:
    """Texts as spellings: those of text `i` are `flat[start[i]:start[i + 1]]`."""

    start: npt.NDArray[np.int64]
    flat: Ints


class Lexicon:
    """Numbers the distinct spellings of one kind of text, in order of first appearance."""

    def __init__(self, *, affixes: bool) -> None:
        """Begin empty; `affixes` says whether titles and endings (-uly, -ova) are taken off."""
        self.spellings: list[str] = []
        self._affixes = affixes
        self._number: dict[str, int] = {}
        self._read: dict[str, tuple[int, ...]] = {}

    def read(self, texts: Iterable[str]) -> Readings:
        """Read texts into the numbers of their spellings, each once a text, in the order written."""
        start = [0]
        flat: list[int] = []
        for text in texts:
            flat.extend(self._read_text(text))
            start.append(len(flat))
        return Readings(np.array(start, np.int64), np.array(flat, np.int32))

    def scripts(self) -> npt.NDArray[np.int8]:
        """Return the script of every spelling as a small number."""
        found = (_SCRIPTS.get(script_of(one), len(_SCRIPTS)) for one in self.spellings)
        return np.fromiter(found, np.int8, len(self.spellings))

    def _read_text(self, text: str) -> Iterable[int]:
        found: dict[int, None] = {}
        for raw in _WORD.findall(_RUN_TOGETHER.sub(" ", text))[:_MOST_WORDS]:
            numbers = self._read.get(raw)
            if numbers is None:
                numbers = self._read[raw] = tuple(self.add(one) for one in self._split(raw))
            for number in numbers:
                found[number] = None
        return found

    def add(self, spelling: str) -> int:
        """Return the number of a spelling, folded already; a new one if it is new."""
        number = self._number.setdefault(spelling, len(self.spellings))
        if number == len(self.spellings):
            self.spellings.append(spelling)
        return number

    def _split(self, raw: str) -> Sequence[str]:
        word = fold(raw[:_LONGEST])
        script = script_of(word)
        if script == "Latn":
            word = anyascii(word).lower()
        if not self._affixes:
            return [part for part in word.split("-") if part]
        if any(find_word(kind, word) for kind in _LEFT_OUT):
            return []
        parts = (part for part in word.split("-") if len(part) > 1 or script == "Hans")
        return [_cut_ending(part.replace("'", "")) for part in parts]


def _cut_ending(word: str) -> str:
    ending = find_end("ending", word)
    return word[: -len(ending.form)] if ending else word


def take(readings: Readings, column: Column) -> Lists:
    """Return for each row of a column the spellings of its text, in the order written."""
    lengths = np.append(np.diff(readings.start), 0)[column.codes]
    start = np.concatenate([[0], np.cumsum(lengths)])
    offset = np.repeat(np.append(readings.start[:-1], 0)[column.codes] - start[:-1], lengths)
    return Lists(start, readings.flat[offset + np.arange(start[-1])])


@dataclass(frozen=True, slots=True)
class Words:
    """What every spelling stands for.

    Attributes:
        word: spelling → number of its word; words are numbered from 0.
        near_start, near_flat: spelling → other words it may stand for as well, as in `Readings`.
        size: how many words there are.
    """

    word: Ints
    near_start: npt.NDArray[np.int64]
    near_flat: Ints
    size: int


_MOST_NEAR = 6


def group(counts: npt.NDArray[np.int64], near: Near) -> Words:
    """Bring spellings together round the frequent ones.

    Spellings are taken from the most frequent down; each joins the word of the likeliest spelling already
    taken that is surely the same, or begins a word of its own. So slips of the pen gather round the name
    they miss, and no chain of slips joins two names.

    Args:
        counts: how many rows hold each spelling.
        near: pairs of spellings.

    Returns:
        Words numbered in that order; at most six near words a spelling, the likeliest first.
    """
    size = len(counts)
    ends = np.concatenate([near.left, near.right])
    others = np.concatenate([near.right, near.left])
    scores, sure = np.tile(near.score, 2), np.tile(near.sure, 2)
    order = np.lexsort((others, -scores, ends))
    ends, others, sure = ends[order], others[order], sure[order]
    word = _assign(counts, ends[sure], others[sure])
    near_start, near_flat = _list_near(size, word, ends, others)
    return Words(word, near_start, near_flat, int(word.max(initial=-1)) + 1)


def _assign(counts: npt.NDArray[np.int64], ends: Ints, others: Ints) -> Ints:
    word = [-1] * len(counts)
    bounds = np.searchsorted(ends, np.arange(len(counts) + 1)).tolist()
    other = others.tolist()
    leads = [False] * len(counts)
    words = 0
    for spelling in np.lexsort((np.arange(len(counts)), -counts)).tolist():
        near = other[bounds[spelling] : bounds[spelling + 1]]
        lead = next((one for one in near if leads[one]), None)
        if lead is None:
            leads[spelling], word[spelling] = True, words
            words += 1
        else:
            word[spelling] = word[lead]
    return np.array(word, np.int32)


def _list_near(
    size: int, word: Ints, ends: Ints, others: Ints
) -> tuple[npt.NDArray[np.int64], Ints]:
    near = word[others]
    kept = near != word[ends]
    ends, near = ends[kept], near[kept]
    # One line a spelling and word, the likeliest first: the pairs come sorted by spelling and score.
    _, first = np.unique(ends.astype(np.int64) << 32 | near, return_index=True)
    first.sort()
    ends, near = ends[first], near[first]
    start = np.searchsorted(ends, np.arange(size + 1))
    rank = np.arange(len(ends)) - start[ends]
    few = rank < _MOST_NEAR
    ends, near = ends[few], near[few]
    return np.searchsorted(ends, np.arange(size + 1)).astype(np.int64), near.astype(np.int32)
