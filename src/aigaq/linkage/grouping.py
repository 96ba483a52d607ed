"""From scored pairs to persons: what rivals leave of each pair, and who stands together then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from aigaq.linkage.clusters import Links, cluster
from aigaq.linkage.proposals import propose
from aigaq.linkage.types import LinkRecord, ScoredPair

#: The machine joins two accounts provisionally where all their pairs together reach this, on average.
LINK_AT = 0.5
# What a pair that lost to its rivals says about a cluster: next to nothing.
_LOST_TO_RIVALS = 0.4

type Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Grouped:
    """Who stands together.

    Attributes:
        heads: for each mention the number of its group.
        pairs: the scored pairs in their order, with the probability that their rivals leave them.
        proposed: for each of them whether it won against its rivals.
    """

    heads: dict[UUID, int]
    pairs: Sequence[ScoredPair]
    proposed: Sequence[bool]


def group(
    records: Sequence[LinkRecord],
    pairs: Sequence[ScoredPair],
    *,
    bonds: Iterable[Pair] = (),
    walls: Iterable[Pair] = (),
    threshold: float = LINK_AT,
) -> Grouped:
    """Group mentions into persons, inside what people decided.

    Args:
        records: the mentions; of each its source is read.
        pairs: as `score_pairs` gives them.
        bonds, walls: pairs that people judged the same, and not the same.
        threshold: see `clusters.cluster`.
    """
    # A proposal's probability counts its rivals (namesakes, kin), the raw score does not.
    chosen = {_key(one): one for one in propose(pairs, records)}
    won = [_key(one) in chosen for one in pairs]
    weighed = [chosen.get(_key(one)) or _lower(one) for one in pairs]
    place = {record.mention: number for number, record in enumerate(records)}
    source: dict[UUID, int] = {}
    found = cluster(
        Links(
            len(records),
            np.array([place[pair.left] for pair in weighed], np.int64),
            np.array([place[pair.right] for pair in weighed], np.int64),
            np.array([pair.probability for pair in weighed], np.float64),
        ),
        threshold=threshold,
        bonds=[(place[left], place[right]) for left, right in bonds],
        walls=[(place[left], place[right]) for left, right in walls],
        sources=np.array([source.setdefault(one.source, len(source)) for one in records]),
    )
    heads = {one.mention: int(head) for one, head in zip(records, found.heads, strict=True)}
    return Grouped(heads, weighed, won)


def _key(pair: ScoredPair) -> frozenset[UUID]:
    return frozenset((pair.left, pair.right))


def _lower(pair: ScoredPair) -> ScoredPair:
    """Lower a pair whose rivals fit better, so that it holds no cluster together."""
    return replace(pair, probability=min(pair.probability, _LOST_TO_RIVALS))
