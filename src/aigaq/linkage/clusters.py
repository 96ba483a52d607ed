"""From scored pairs to clusters: which records stand together as one person.

Links are not followed one after another, because a vague record in the middle (a first name, no year) fits
two people and would chain them together. Groups join by average linkage instead (Sokal and Michener 1958):
two join while the log-odds of all pairs across them, those that nothing was found for included, are good
enough on average. People's decisions stand above that: *different* is a wall, *same* is a bond.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
import numpy.typing as npt

type Numbers = npt.NDArray[np.int64]
type Reals = npt.NDArray[np.float64]
type Pair = tuple[int, int]

# What a pair that wasn't scored says, in bits: scoring leaves out what is less likely than 0.01.
_UNSCORED = -6.6
# No pair says more than this, or one would outweigh any number of others.
_MOST_BITS = 12.0
# Two records of a source that names each person once join only at this probability of their own.
_SAME_SOURCE_FROM = 0.99
_SAME_SOURCE_BITS = float(np.log2(_SAME_SOURCE_FROM / (1 - _SAME_SOURCE_FROM)))


@dataclass(frozen=True, slots=True)
class Links:
    """Scored pairs of `records` records, each pair once.

    Attributes:
        records: how many records there are; the pairs name them by their places 0 … records − 1.
        left, right: places, one entry a pair.
        probability: that the two are one person, one entry a pair.
    """

    records: int
    left: Numbers
    right: Numbers
    probability: Reals


@dataclass(frozen=True, slots=True)
class Clusters:
    """Who stands together.

    Attributes:
        heads: for each record the place of its cluster's first record.
        refused: bonds that a wall or another bond's wall forbids: decisions of people that contradict each
            other, for people to resolve.
    """

    heads: Numbers
    refused: tuple[Pair, ...]


def cluster(
    links: Links,
    *,
    threshold: float = 0.5,
    bonds: Iterable[Pair] = (),
    walls: Iterable[Pair] = (),
    sources: Numbers | None = None,
) -> Clusters:
    """Group records by average linkage inside walls and bonds.

    Args:
        links: scored pairs; those left out count as unlikely.
        threshold: the probability that joining two groups asks for, on average over their pairs (as
            log-odds); between 0 and 1, both excluded.
        bonds: places of pairs that people judged the same, the first in time first; joined whatever the
            scores say, unless a wall stands between.
        walls: places of pairs that people judged different; never in one cluster.
        sources: for each record the number of its source, where a source names each person once; negative
            for one that may repeat. Two records of one source join only if their own pair reaches 0.99.

    Returns:
        The clusters, the same whatever the order of the pairs.

    Raises:
        ValueError: the threshold is no probability between 0 and 1.
    """
    if not 0 < threshold < 1:
        raise ValueError(f"linkage: a threshold lies between 0 and 1, not at {threshold}")
    walls, bonds = list(walls), list(bonds)
    forest = _Forest(links.records, walls)
    refused = tuple(bond for bond in bonds if not forest.join(*bond))
    bits = to_bits(links.probability)
    least = float(to_bits(np.array([threshold]))[0])
    ends = forest.settle(links.left), forest.settle(links.right)
    order, bounds = _split(links, ends, bits, least)
    heads = np.arange(links.records)
    done = np.zeros(len(bounds) - 1, bool)
    if sources is None:
        free = _find_free(links, order, bounds, [*walls, *bonds])
        left, right = links.left[order], links.right[order]
        _compiled().join_small(
            bounds, left, right, bits[order], least, _UNSCORED, free, heads, done
        )
    for part in np.flatnonzero(~done).tolist():
        island = order[bounds[part] : bounds[part + 1]]
        _agglomerate(island, links, bits, least, forest, sources)
    settled = forest.settle(np.arange(links.records))
    return Clusters(np.minimum(settled, heads), refused)


def to_bits(probability: Reals) -> Reals:
    """Return log-odds in bits, held within ±12."""
    even = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.clip(np.log2(even / (1 - even)), -_MOST_BITS, _MOST_BITS)


@cache
def _compiled() -> Any:
    # numba takes a second to import and only clusters need it here, so it waits for the first ones.
    from aigaq.linkage import joining  # noqa: PLC0415

    return joining


def _split(
    links: Links, ends: tuple[Numbers, Numbers], bits: Reals, least: float
) -> tuple[Numbers, Numbers]:
    """Return the places of pairs part by part, and the bounds of each part that links could hold together.

    A join asks for one pair at least as good as the average, so only such pairs hold a part together.
    """
    strong = (bits >= least) & (ends[0] != ends[1])
    part = _compiled().find_parts(links.records, ends[0][strong], ends[1][strong])
    heads = part[ends[0]]
    inside = np.flatnonzero((heads == part[ends[1]]) & (ends[0] != ends[1]))
    order = inside[np.lexsort((links.right[inside], links.left[inside], heads[inside]))]
    cuts = np.flatnonzero(np.diff(heads[order], prepend=-1))
    return order, np.append(cuts, len(order))


def _find_free(
    links: Links, order: Numbers, bounds: Numbers, decided: Sequence[Pair]
) -> npt.NDArray[np.bool_]:
    """Whether no record of each part has been decided about by people."""
    told = np.zeros(links.records, np.int64)
    told[np.array(decided, np.int64).reshape(-1, 2)] = 1
    held = np.append(np.cumsum(told[links.left[order]] + told[links.right[order]]), 0)
    free: npt.NDArray[np.bool_] = np.diff(held[bounds - 1]) == 0
    return free


def _agglomerate(
    island: Numbers,
    links: Links,
    bits: Reals,
    least: float,
    forest: "_Forest",
    sources: Numbers | None,
) -> None:
    """Join groups of one part, the best pair of groups first."""
    groups = _Groups(forest, sources)
    for place in island.tolist():
        groups.add(int(links.left[place]), int(links.right[place]), float(bits[place]))
    queue = [(-mean, *pair) for pair in groups.pairs() if (mean := groups.mean(*pair)) >= least]
    heapify(queue)
    while queue:
        worth, left, right = heappop(queue)
        if not groups.stands(left, right) or -worth != groups.mean(left, right):
            continue
        if not groups.may_join(left, right):
            continue
        head = groups.join(left, right)
        for other in groups.neighbours(head):
            if (mean := groups.mean(head, other)) >= least:
                heappush(queue, (-mean, min(head, other), max(head, other)))


class _Groups:
    """Groups of one part, named by their heads, and the sums of bits across them."""

    def __init__(self, forest: "_Forest", sources: Numbers | None) -> None:
        self._forest = forest
        self._sources = sources
        self._across: defaultdict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
        self._alike: set[Pair] = set()  # pairs good enough for two records of one source

    def add(self, left: int, right: int, bits: float) -> None:
        a, b = self._forest.head(left), self._forest.head(right)
        total, count = self._across[a].get(b, (0.0, 0))
        self._across[a][b] = self._across[b][a] = total + bits, count + 1
        if bits >= _SAME_SOURCE_BITS:
            self._alike |= {(left, right), (right, left)}

    def pairs(self) -> Iterator[Pair]:
        return ((a, b) for a, others in self._across.items() for b in others if a < b)

    def neighbours(self, head: int) -> Iterable[int]:
        return self._across[head]

    def stands(self, left: int, right: int) -> bool:
        return right in self._across.get(left, ())

    def mean(self, left: int, right: int) -> float:
        total, count = self._across[left][right]
        members = self._forest.members
        pairs = len(members(left)) * len(members(right))
        return (total + _UNSCORED * (pairs - count)) / pairs

    def may_join(self, left: int, right: int) -> bool:
        if self._forest.is_walled(left, right):
            return False
        if self._sources is None:
            return True
        return all(
            (a, b) in self._alike
            for a in self._forest.members(left)
            for b in self._forest.members(right)
            if self._sources[a] == self._sources[b] >= 0
        )

    def join(self, left: int, right: int) -> int:
        self._forest.join(left, right)
        head = self._forest.head(left)
        gone = right if head == left else left
        for other, (total, count) in self._across.pop(gone).items():
            del self._across[other][gone]
            if other != head:
                sums = self._across[head].get(other, (0.0, 0))
                self._across[head][other] = self._across[other][head] = (
                    sums[0] + total,
                    sums[1] + count,
                )
        return head


class _Forest:
    """Union–find in which walls forbid a union; the first record heads its group."""

    def __init__(self, records: int, walls: Iterable[Pair]) -> None:
        self._parent = list(range(records))
        self._members: dict[int, list[int]] = {}
        self._walls: defaultdict[int, set[int]] = defaultdict(set)
        for left, right in walls:
            self._walls[left].add(right)
            self._walls[right].add(left)

    def head(self, record: int) -> int:
        parent = self._parent
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    def members(self, head: int) -> Sequence[int]:
        return self._members.get(head) or (head,)

    def is_walled(self, left: int, right: int) -> bool:
        return bool(self._walls) and right in self._walls.get(left, ())

    def join(self, left: int, right: int) -> bool:
        a, b = sorted((self.head(left), self.head(right)))
        if a == b:
            return True
        if self.is_walled(a, b):
            return False
        self._parent[b] = a
        self._members[a] = [*self.members(a), *self._members.pop(b, (b,))]
        for other in self._walls.pop(b, ()):
            self._walls[other].discard(b)
            self._walls[other].add(a)
            self._walls[a].add(other)
        return True

    def settle(self, records: Numbers) -> Numbers:
        """Return the head of each of `records`."""
        heads = np.array(self._parent, np.int64)
        while not np.array_equal(further := heads[heads], heads):
            heads = further
        return heads[records]
