"""For every word of a table of names: the words that may be the same name, and one id for them.

Linkage meets the same few thousand words in millions of pairs of records. Here the distinct words are
compared once, in all scripts together; records are then compared by ids and short lists of ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aigaq.names.embedding import compiled, place_names, row_codes
from aigaq.names.model import POSSIBLE, Name, Scorer
from aigaq.names.nearest import nearest

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
_LEAST_LIKE: Final = 0.33
"""Words whose points are less alike score `POSSIBLE` too seldom to be asked."""
CLUSTERED: Final = 0.93
"""Mean score between two clusters of spellings from which on they become one."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The words near each of n words, and clusters of spellings of one name.

    `canonical[i]` (n) is the position of the word that leads the cluster of word i; it leads itself.
    The neighbours of word i are `other[at[i]:at[i + 1]]` (positions; `at` has n + 1 entries), best
    first. Word j is among those of i exactly if i is among those of j, never i itself. Beside each
    stands its `score` in [0, 1], as `score` gives for the two words.
    """

    canonical: Ints
    at: Longs
    other: Ints
    score: Floats

    def pairs(self) -> tuple[Ints, Ints, Floats]:
        """Every pair once: the smaller position, the greater, the score; sorted by the positions."""
        left = np.repeat(np.arange(len(self.canonical), dtype=np.int32), np.diff(self.at))
        once = left < self.other
        order = np.lexsort((self.other[once], left[once]))
        return left[once][order], self.other[once][order], self.score[once][order]

    def level(self, least: float) -> tuple[Longs, Ints]:
        """`at` and `other` of the neighbours that score `least` or more."""
        kept = self.score >= least
        return np.concatenate(([0], np.cumsum(kept)))[self.at], self.other[kept]


def neighbours(
    words: Sequence[Name],
    least: float = POSSIBLE,
    most: int = 16,
    heads: NDArray[np.bool_] | None = None,
) -> Neighbours:
    """The neighbours of every one of `words`: distinct single words of names, in any scripts.

    A word is text, or (text, BCP 47 tag); a run of Hanzi is one word. Each is compared with the about
    `most` words of each script that it shares most sounds with; neighbours are those that score `least`
    or more. Clusters grow from the surest pairs on; two merge where the mean score between them is
    `CLUSTERED` or more. With `heads` (a mask of the words) only pairs with at least one of these are looked
    at, for long tables in which most words are rare. What is found does not depend on the order of `words`.
    Raises `NameTooLong` for a word of more than 256 characters.
    """
    order = sorted(range(len(words)), key=lambda i: _pair(words[i]))
    ordered = [words[i] for i in order]
    scorer = Scorer(ordered)
    chosen = np.ones(len(words), bool) if heads is None else heads[order]
    left, right = _candidates(scorer, chosen, most)
    score = scorer.scores(left, right).astype(np.float32)
    kept = score >= least
    found = left[kept], right[kept], score[kept]
    leader = _cluster(len(words), *found)
    return _reorder(np.array(order, np.int32), leader, *found)


def _pair(name: Name) -> tuple[str, str]:
    return name if isinstance(name, tuple) else (name, "")


def _candidates(scorer: Scorer, heads: NDArray[np.bool_], most: int) -> tuple[Ints, Ints]:
    """Pairs worth scoring, each once, the smaller position left."""
    store = scorer.store
    points, owner, script = place_names(store, row_codes(scorer.parameters.inventory))
    found = nearest(points, owner, script, heads[owner], most, _LEAST_LIKE)
    left, right = (owner[side] for side in found)
    n = len(store.size)
    pairs = np.sort(np.minimum(left, right).astype(np.int64) * n + np.maximum(left, right))
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    return (pairs // max(1, n)).astype(np.int32), (pairs % max(1, n)).astype(np.int32)


def _both_ways(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    return np.concatenate([left, right]), np.concatenate([right, left])


def _cluster(n: int, left: Ints, right: Ints, score: Floats) -> Ints:
    """The first word of each word's cluster, merging the surest pairs first."""
    mine, other = _both_ways(left, right)
    by_word = np.lexsort((other, mine))
    at = np.searchsorted(mine[by_word], np.arange(n + 1))
    links = at, other[by_word], np.tile(score, 2)[by_word]
    surest = np.lexsort((right, left, -score))
    surest = surest[: np.count_nonzero(score >= CLUSTERED)]
    leader, following = np.arange(n, dtype=np.int32), np.full(n, -1, np.int32)
    compiled().cluster(*links, left[surest], right[surest], CLUSTERED, leader, following)
    return leader


def _reorder(order: Ints, leader: Ints, left: Ints, right: Ints, score: Floats) -> Neighbours:
    """The result in the caller's numbering."""
    canonical = np.empty_like(leader)
    canonical[order] = order[leader]
    mine, other = (order[side] for side in _both_ways(left, right))
    both = np.tile(score, 2)
    best = np.lexsort((other, -both, mine))
    at = np.searchsorted(mine[best], np.arange(len(order) + 1))
    return Neighbours(canonical, at, other[best], both[best])
