"""Lists of numbers of uneven length, one a row, as two arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aigaq.linkage.table import Ints


@dataclass(frozen=True, slots=True)
class Lists:
    """One list of numbers a row, ragged: those of row `i` are `flat[start[i]:start[i + 1]]`."""

    start: npt.NDArray[np.int64]
    flat: Ints

    def counts(self) -> npt.NDArray[np.int64]:
        """Return the length of each list."""
        return np.diff(self.start)

    def rows(self) -> npt.NDArray[np.int64]:
        """Return the row of each number."""
        return np.repeat(np.arange(len(self.start) - 1), self.counts())


def make_lists(size: int, rows: npt.NDArray[np.int64], numbers: Ints) -> Lists:
    """Return (row, number) pairs as lists, sorted and each number once a row."""
    packed = np.unique(rows.astype(np.int64) << 32 | numbers)
    rows, flat = packed >> 32, (packed & 0xFFFFFFFF).astype(np.int32)
    return Lists(np.searchsorted(rows, np.arange(size + 1)).astype(np.int64), flat)


def pick(lists: Lists, lines: npt.NDArray[np.int64]) -> Lists:
    """Return the lists of some rows, in their order."""
    lengths = lists.counts()[lines]
    start = np.concatenate([[0], np.cumsum(lengths)])
    offset = np.repeat(lists.start[:-1][lines] - start[:-1], lengths)
    return Lists(start, lists.flat[offset + np.arange(start[-1])])
