"""Which spellings may be one word: in two scripts as the names room scores them, in one as slips of the pen.

Across scripts a score tells well: nobody mistakes 努尔兰 for ەرلان. Inside one alphabet Murat and Marat score
as high as two renderings of one name do, so there a word counts as another's misspelling only if it
is rare beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aigaq.linkage.slips import find_slips
from aigaq.linkage.table import Ints
from aigaq.names.neighbours import neighbours

type Bools = npt.NDArray[np.bool_]
type Floats = npt.NDArray[np.float32]

_LEAST = 0.5
_SURE = 0.95
# In one script.
_LEAST_ALIKE = 0.8
_ALIKE = 0.985
_SLIP = np.float32(0.96)
_RARE = 2
_FREQUENT = 8
# Of more spellings than this only those that stand twice are what others may be near to.
_FEW, _HEAD = 20_000, 2
_MOST = 8
_RARE_SHARE = 0.04


@dataclass(frozen=True, slots=True)
class Near:
    """Pairs of spellings that may be one word, each once.

    Attributes:
        left, right: places among the spellings, left before right.
        score: how likely they are one word.
        sure: whether they are taken for one.
    """

    left: Ints
    right: Ints
    score: Floats
    sure: Bools


def find_near(
    spellings: Sequence[str], scripts: npt.NDArray[np.int8], counts: npt.NDArray[np.int64]
) -> Near:
    """Return the pairs of spellings that may be one word.

    A rare spelling one slip away from a frequent one is taken for it unasked: slips grow with the table,
    names don't, and the names room is asked about names alone.

    Args:
        spellings: distinct words, folded.
        scripts: of each.
        counts: how many rows hold each.
    """
    slips = _keep_surest(*find_slips(spellings, scripts), counts)
    scored = _score(spellings, counts, ~_is_settled(slips, counts))
    return _decide(slips, scored, scripts, counts)


def find_near_to(
    spellings: Sequence[str],
    scripts: npt.NDArray[np.int8],
    counts: npt.NDArray[np.int64],
    heads: Bools,
) -> Near:
    """Return the pairs of spellings that may be one word and of which one is a head; see `find_near`."""
    slips = _keep_surest(*find_slips(spellings, scripts), counts)
    slips = slips[heads[slips >> 32] | heads[slips & 0xFFFFFFFF]]
    scored = neighbours(spellings, least=_LEAST, most=2 * _MOST, heads=heads).pairs()
    return _decide(slips, scored, scripts, counts)


def lead_slips(
    spellings: Sequence[str], scripts: npt.NDArray[np.int8], counts: npt.NDArray[np.int64]
) -> Ints:
    """Return for each spelling the frequent one it is a slip of, or itself."""
    slips = _keep_surest(*find_slips(spellings, scripts), counts)
    leads = np.arange(len(spellings), dtype=np.int32)
    settled = _is_settled(slips, counts)
    left, right = slips >> 32, slips & 0xFFFFFFFF
    one, other = np.concatenate([left, right]), np.concatenate([right, left])
    kept = settled[one] & (counts[other] >= _FREQUENT)
    one, other = one[kept], other[kept]
    # The most frequent comes last and stays.
    order = np.lexsort((-other, counts[other]))
    leads[one[order]] = other[order]
    return leads


def _decide(
    slips: npt.NDArray[np.int64],
    scored: tuple[Ints, Ints, Floats],
    scripts: npt.NDArray[np.int8],
    counts: npt.NDArray[np.int64],
) -> Near:
    """Bring slips and scores together, and say which pairs are taken for one word."""
    left, right, score = scored
    packed, slipped = np.unique(np.concatenate([_pack(left, right), slips]), return_index=True)
    known = slipped < len(score)
    score = np.where(known, np.append(score, np.float32(0))[np.where(known, slipped, -1)], 0.0)
    left, right = (packed >> 32).astype(np.int32), (packed & 0xFFFFFFFF).astype(np.int32)
    is_slip = np.isin(packed, slips)
    one_script = scripts[left] == scripts[right]
    rare = _is_rare(counts[left], counts[right])
    sure = np.where(
        one_script, (score >= _ALIKE) | (rare & (is_slip | (score >= _SURE))), score >= _SURE
    )
    score = np.where(is_slip, np.maximum(score, _SLIP), score).astype(np.float32)
    kept = sure | np.where(one_script, score >= _LEAST_ALIKE, score >= _LEAST)
    return Near(left[kept], right[kept], score[kept], sure[kept])


def _keep_surest(left: Ints, right: Ints, counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Leave out, in a long table, slips between two spellings of which both are as rare as a slip."""
    if len(counts) <= _FEW:
        return _pack(left, right)
    kept = np.maximum(counts[left], counts[right]) > _RARE
    return _pack(left[kept], right[kept])


def _is_settled(slips: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Bools:
    """Whether each spelling is rare and one slip away from a frequent one."""
    settled = np.zeros(len(counts), bool)
    left, right = slips >> 32, slips & 0xFFFFFFFF
    for one, other in ((left, right), (right, left)):
        settled[one[(counts[one] <= _RARE) & (counts[other] >= _FREQUENT)]] = True
    return settled & (counts > 0)


def _score(
    spellings: Sequence[str], counts: npt.NDArray[np.int64], asked: Bools
) -> tuple[Ints, Ints, Floats]:
    places = np.flatnonzero(asked)
    words = [spellings[place] for place in places.tolist()]
    heads = counts[places] >= (_HEAD if len(words) > _FEW else 1)
    if len(words) < 2 or not heads.any():
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32)
    left, right, score = neighbours(words, least=_LEAST, most=_MOST, heads=heads).pairs()
    return places[left].astype(np.int32), places[right].astype(np.int32), score


def _pack(left: Ints, right: Ints) -> npt.NDArray[np.int64]:
    packed: npt.NDArray[np.int64] = left.astype(np.int64) << 32 | right
    return packed


def _is_rare(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> Bools:
    least, most = np.minimum(one, other), np.maximum(one, other)
    found: Bools = least <= np.maximum(_RARE, _RARE_SHARE * most)
    return found
