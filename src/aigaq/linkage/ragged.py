"""Lists of numbers of uneven length, one a row, as two arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aigaq.linkage.table import Ints

type Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lists:
    """One list of numbers a row, ragged: those of row `i` are `flat[start[i]:start[i + 1]]`."""

    start: Longs
    flat: Ints

    def counts(self) -> Longs:
        """Return the length of each list."""
        return np.diff(self.start)

    def rows(self) -> Longs:
        """Return the row of each number."""
        return np.repeat(np.arange(len(self.start) - 1), self.counts())


def make_lists(size: int, rows: Longs, numbers: Ints) -> Lists:
    """Return (row, number) pairs as lists, sorted and each number once a row."""
    packed = sort_once(rows.astype(np.int64) << 32 | numbers)
    return Lists(find_starts(packed >> 32, size), packed.astype(np.int32))


def sort_once(numbers: Longs) -> Longs:
    """Return the numbers sorted, each once.

    `np.unique` does the same by hashing, which for whole numbers takes ten times as long.
    """
    ordered = np.sort(numbers)
    return ordered[is_first(ordered)]


def is_first(ordered: npt.NDArray[np.int64] | npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Return, of sorted numbers, where each stands for the first time."""
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def find_starts(rows: Longs, size: int) -> Longs:
    """Return where each of `size` rows begins in `rows`, which are sorted, and where the last ends."""
    start = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=size), out=start[1:])
    return start


def pick(lists: Lists, lines: Longs) -> Lists:
    """Return the lists of some rows, in their order."""
    lengths = lists.counts()[lines]
    start = np.concatenate([[0], np.cumsum(lengths)])
    offset = np.repeat(lists.start[:-1][lines] - start[:-1], lengths)
    return Lists(start, lists.flat[offset + np.arange(start[-1])])
