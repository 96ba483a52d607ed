"""The nearest points of many points: cells first, then the points of the nearest cells.

An inverted file as in Jégou, Douze and Schmid (Product quantization for nearest neighbor search, TPAMI
2011, section IV) without the quantisation: the work for one point does not grow with their number,
what grows (slowly) is the finding of cells. All points of a cell look through the same cells, so that the
comparing is one product of matrices.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from aigaq.names.embedding import compiled

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
_SEEN: Final = 6_000
"""About how many points each point is compared with."""
_SEARCHED: Final = 30_000
"""The same for a single search."""
_ROUNDS: Final = 4
_THREADS: Final = 2
_SAMPLED: Final = 48
"""Points for each cell that the centres are learned from."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Points (n × size) in cells: those of cell c are `members[at[c]:at[c + 1]]`."""

    points: Floats
    centres: Floats
    cell: Ints
    members: Ints
    at: Longs

    @classmethod
    def build(cls, points: Floats, chosen: Bools | None = None) -> "Cells":
        """Put the points, or of them the `chosen` (a mask), into cells about the centres of all."""
        centres = find_centres(points)
        cell = assign(points, centres)
        wanted = np.arange(len(points)) if chosen is None else np.flatnonzero(chosen)
        members = wanted[np.argsort(cell[wanted], kind="stable")].astype(np.int32)
        at = np.searchsorted(cell[members], np.arange(len(centres) + 1))
        return cls(points, centres, cell, members, at)

    def gather(self, order: Longs, enough: int) -> Ints:
        """The members of the cells in `order`, until there are `enough`."""
        sizes = np.cumsum(np.diff(self.at)[order])
        cells = order[: int((sizes < enough).sum()) + 1]
        return np.concatenate([self.members[self.at[c] : self.at[c + 1]] for c in cells])

    def search(self, point: Floats, group: Ints, most: int) -> tuple[Ints, Floats]:
        """About the `most` points of each `group` nearest to one point, and their products with it."""
        order = np.argsort(-(self.centres @ point), kind="stable")
        others = self.gather(order, _SEARCHED)
        likeness = self.points[others] @ point
        best = [_greatest(likeness, np.flatnonzero(group[others] == g), most) for g in range(4)]
        kept = np.concatenate(best)
        return others[kept], likeness[kept]


def _greatest(likeness: Floats, here: Longs, most: int) -> Longs:
    """Those of the places `here` where `likeness` is greatest, at most `most`."""
    if len(here) <= most:
        return here
    return here[np.argpartition(-likeness[here], most - 1)[:most]]


def nearest(
    points: Floats, owner: Ints, group: Ints, heads: Bools, most: int, least: float
) -> tuple[Ints, Ints]:
    """Pairs of `points` (n × size, unit vectors) with great products.

    For each point about the `most` greatest with those of each `group` (n, from 0) that are `heads` (n),
    if above `least`; points of the same `owner` (n) are passed over. Returns both numbers of each pair.
    """
    n, groups = len(points), int(group.max(initial=-1)) + 1
    cells = Cells.build(points, heads)
    best = np.empty((n, groups, most), np.float32)
    ids = np.full((n, groups, most), -1, np.int32)
    kept = np.zeros((n, groups), np.int32)
    by_cell = np.split(*_sorted_by(cells.cell, len(cells.centres)))
    order = np.argsort(-(cells.centres @ cells.centres.T), axis=1, kind="stable")

    def look(mine: Ints, nearest_cells: Longs) -> None:
        others = cells.gather(nearest_cells, _SEEN)
        others = others[np.argsort(group[others], kind="stable")]
        bounds = np.searchsorted(group[others], np.arange(groups + 1))
        likeness = points[mine] @ points[others].T
        compiled().offer_all(likeness, mine, others, bounds, owner, least, best, ids, kept)

    # A point is in one cell, so that no two threads write to one heap. BLAS with threads of its own
    # spends more on waking them than on products as small as these.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(look, by_cell, order))
    mine = np.repeat(np.arange(n, dtype=np.int32), groups * most)
    found = ids.ravel()
    return mine[found >= 0], found[found >= 0]


def _sorted_by(cell: Ints, cells: int) -> tuple[Ints, Longs]:
    """The points cell by cell, and where each cell but the first begins."""
    order = np.argsort(cell, kind="stable").astype(np.int32)
    return order, np.searchsorted(cell[order], np.arange(1, cells))


def find_centres(points: Floats) -> Floats:
    """Centres of cells of about a hundred points or more, by spherical k-means on a sample.

    The first centres are points at even distances in the order given.
    """
    n = len(points)
    cells = max(1, min(n // 96, int(2 * n**0.5)))
    sample = points[:: max(1, n // (cells * _SAMPLED))]
    if n == 0:
        return np.zeros((1, points.shape[1]), np.float32)
    centres = sample[np.linspace(0, len(sample) - 1, cells).astype(np.int64)]
    for _ in range(_ROUNDS if cells > 1 else 0):
        cell = assign(sample, centres)
        total = np.zeros_like(centres)
        np.add.at(total, cell, sample)
        length = np.linalg.norm(total, axis=1, keepdims=True)
        centres = np.where(length > 0, total / np.maximum(length, 1e-9), centres)
    return centres.astype(np.float32)


def assign(points: Floats, centres: Floats) -> Ints:
    """The nearest centre of each point."""
    out = np.zeros(len(points), np.int32)
    for start in range(0, len(points), 4096):
        here = slice(start, start + 4096)
        out[here] = (points[here] @ centres.T).argmax(axis=1)
    return out
