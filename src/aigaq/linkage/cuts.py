"""Names in Hanzi written without a dot between them: cut where both halves are names that others bear."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aigaq.linkage.nearness import Near
from aigaq.linkage.ragged import Lists
from aigaq.linkage.spellings import Lexicon

_SHORTEST, _LONGEST = 4, 16
_SHORTEST_PART = 2
_MOST_HOLDERS = 3
_SURE_PART = 0.9
_KNOWN = 1.0


@dataclass(frozen=True, slots=True)
class Cuts:
    """Every way to cut every long name.

    Attributes:
        whole, first, second: numbers of spellings: a long one, and the two parts of one way to cut it.
    """

    whole: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]


def propose_cuts(lexicon: Lexicon, counts: npt.NDArray[np.int64]) -> Cuts:
    """Return the ways to cut every long Hanzi name that few rows hold, their parts added to `lexicon`.

    Where some way gives two names that rows hold already, only such ways are looked at; else those that
    give one; else all.
    """
    known = {spelling for spelling, count in zip(lexicon.spellings, counts, strict=True) if count}
    found = [
        (whole, lexicon.add(first), lexicon.add(second))
        for whole, name in _list_long(lexicon.spellings, counts)
        for first, second in _list_ways(name, known)
    ]
    table = np.array(found, np.int64).reshape(-1, 3)
    return Cuts(table[:, 0], table[:, 1], table[:, 2])


def _list_ways(name: str, known: Collection[str]) -> list[tuple[str, str]]:
    ways = [(name[:at], name[at:]) for at in range(_SHORTEST_PART, len(name) - _SHORTEST_PART + 1)]
    familiar = [sum(part in known for part in way) for way in ways]
    most = max(familiar, default=0)
    return [way for way, count in zip(ways, familiar, strict=True) if count == most]


def _list_long(
    spellings: Sequence[str], counts: npt.NDArray[np.int64]
) -> Iterator[tuple[int, str]]:
    for number, (name, count) in enumerate(zip(list(spellings), counts.tolist(), strict=True)):
        if name > "\u2e80" and _SHORTEST <= len(name) <= _LONGEST and count <= _MOST_HOLDERS:
            yield number, name


def choose_cuts(
    cuts: Cuts, near: Near, counts: npt.NDArray[np.int64]
) -> Mapping[int, tuple[int, int]]:
    """Return, for each name better read as two, its two parts.

    Args:
        cuts: every way to cut.
        near: pairs among all spellings, parts included.
        counts: how many rows hold each; 0 for what is a part alone.
    """
    likeness = _weigh_alone(near, counts)
    weakest = np.minimum(likeness[cuts.first], likeness[cuts.second])
    chosen: dict[int, tuple[int, int]] = {}
    for at in np.lexsort((cuts.first, weakest)).tolist():
        whole = int(cuts.whole[at])
        if weakest[at] >= max(_SURE_PART, likeness[whole]):
            chosen[whole] = (int(cuts.first[at]), int(cuts.second[at]))
    return chosen


def _weigh_alone(near: Near, counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """How surely each spelling is a name by itself: that somebody bears it, or one like it.

    A whole that one row holds vouches for nothing.
    """
    best = np.zeros(len(counts), np.float32)
    for one, other in ((near.left, near.right), (near.right, near.left)):
        borne = counts[other] > 0
        np.maximum.at(best, one[borne], near.score[borne])
    best[counts > _MOST_HOLDERS] = _KNOWN
    return best


def apply_cuts(lists: Lists, chosen: Mapping[int, tuple[int, int]]) -> Lists:
    """Return the lists with each cut spelling replaced by its parts."""
    if not chosen:
        return lists
    wholes = np.array(sorted(chosen), np.int32)
    parts = np.array([chosen[whole] for whole in wholes.tolist()], np.int32)
    at = np.searchsorted(wholes, lists.flat).clip(max=len(wholes) - 1)
    cut = wholes[at] == lists.flat
    lengths = 1 + cut
    flat = np.repeat(np.where(cut, parts[at, 0], lists.flat), lengths)
    flat[np.cumsum(lengths)[cut] - 1] = parts[at[cut], 1]
    per_row = np.zeros(len(lists.start) - 1, np.int64)
    np.add.at(per_row, lists.rows(), lengths)
    return Lists(np.concatenate([[0], np.cumsum(per_row)]), flat.astype(np.int32))
