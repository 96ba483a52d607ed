"""Which spellings may be one word: in two scripts as the names room scores them, in one as slips of the pen.

Across scripts a score tells well: nobody mistakes 努尔兰 for ەرلان. Inside one alphabet Murat and Marat score
as high as two renderings of one name do, so there a word counts as another's misspelling only if it
is rare beside it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from aigaq.linkage.slips import find_slips
from aigaq.linkage.table import Ints
from aigaq.names.keys import token_keys
from aigaq.names.model import Scorer

type Bools = npt.NDArray[np.bool_]
type Floats = npt.NDArray[np.float32]

_LEAST = 0.5
_SURE = 0.95
# In one script.
_LEAST_ALIKE = 0.8
_ALIKE = 0.985
_SLIP = np.float32(0.96)
_RARE = 2
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

    Args:
        spellings: distinct words, folded.
        scripts: of each.
        counts: how many rows hold each.
    """
    left, right, score = _score(spellings)
    one_script = scripts[left] == scripts[right]
    slips = _pack(*find_slips(spellings, scripts))
    packed = _pack(left, right)
    slipped = np.isin(packed, slips)
    lone = np.setdiff1d(slips, packed)
    left = np.concatenate([left, (lone >> 32).astype(np.int32)])
    right = np.concatenate([right, (lone & 0xFFFFFFFF).astype(np.int32)])
    slipped = np.concatenate([slipped, np.ones(len(lone), bool)])
    one_script = np.concatenate([one_script, np.ones(len(lone), bool)])
    score = np.concatenate([score, np.zeros(len(lone), np.float32)])
    rare = _is_rare(counts[left], counts[right])
    sure = np.where(
        one_script, (score >= _ALIKE) | (rare & (slipped | (score >= _SURE))), score >= _SURE
    )
    score = np.where(slipped, np.maximum(score, _SLIP), score).astype(np.float32)
    kept = sure | np.where(one_script, score >= _LEAST_ALIKE, score >= _LEAST)
    return Near(left[kept], right[kept], score[kept], sure[kept])


def _score(spellings: Sequence[str]) -> tuple[Ints, Ints, Floats]:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for place, spelling in enumerate(spellings):
        for key in token_keys(spelling):
            groups[key].append(place)
    found = {a << 32 | b for own in groups.values() for a, b in combinations(own, 2)}
    packed = np.fromiter(found, np.int64, len(found))
    packed.sort()
    left, right = (packed >> 32).astype(np.int32), (packed & 0xFFFFFFFF).astype(np.int32)
    if not len(packed):
        return left, right, np.empty(0, np.float32)
    scores = Scorer(spellings).scores(left, right).astype(np.float32)
    kept = scores >= _LEAST
    return left[kept], right[kept], scores[kept]


def _pack(left: Ints, right: Ints) -> npt.NDArray[np.int64]:
    packed: npt.NDArray[np.int64] = left.astype(np.int64) << 32 | right
    return packed


def _is_rare(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> Bools:
    least, most = np.minimum(one, other), np.maximum(one, other)
    found: Bools = least <= np.maximum(_RARE, _RARE_SHARE * most)
    return found
