"""For every word of a table of names: the words that may be the same name, and one id for each name.

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
    """The pairs of n words that may be one name.

    `left` and `right` (pairs) are positions of the words, `left` the smaller, each pair once and sorted;
    `score` is in [0, 1], as `score` gives for the two words.
    """

    size: int
    left: Ints
    right: Ints
    score: Floats

    def pairs(self) -> tuple[Ints, Ints, Floats]:
        """The three arrays, for taking apart."""
        return self.left, self.right, self.score

    def lists(self) -> tuple[Longs, Ints, Floats]:
        """The neighbours of word i are `other[at[i]:at[i + 1]]`, best first, with their `score`.

        Returns (at, other, score). A word is among those of its neighbours, and never its own.
        """
        mine, other = _both_ways(self.left, self.right)
        score = np.tile(self.score, 2)
        best = np.lexsort((other, -score, mine))
        return np.searchsorted(mine[best], np.arange(self.size + 1)), other[best], score[best]


def neighbours(
    words: Sequence[Name],
    least: float = POSSIBLE,
    most: int = 16,
    heads: NDArray[np.bool_] | None = None,
) -> Neighbours:
    """The pairs of `words` that may be one name: distinct single words of names, in any scripts.

    A word is text, or (text, BCP 47 tag); a run of Hanzi is one word. Each is compared with the about
    `most` words of each script that it shares most sounds with; neighbours are those that score `least`
    or more. With `heads` (a mask of the words) only pairs with at least one of these are looked at, for
    long tables in which most words are rare. What is found does not depend on the order of `words`.
    Raises `NameTooLong` for a word of more than 256 characters.
    """
    order = np.array(sorted(range(len(words)), key=lambda i: _pair(words[i])), np.int32)
    scorer = Scorer([words[i] for i in order])
    chosen = np.ones(len(words), bool) if heads is None else heads[order]
    left, right = _candidates(scorer, chosen, most)
    score = scorer.scores(left, right).astype(np.float32)
    near = score >= least
    left, right, score = order[left[near]], order[right[near]], score[near]
    left, right = np.minimum(left, right), np.maximum(left, right)
    by_place = np.lexsort((right, left))
    return Neighbours(len(words), left[by_place], right[by_place], score[by_place])


def find_spellings(words: Sequence[Name], near: Neighbours) -> Ints:
    """One id for each name: the position of the word that leads the cluster of each word (n).

    `near` are the neighbours of `words`. Clusters grow from the surest pairs on; two merge where the
    mean score between them is `CLUSTERED` or more. The leader is the word that sorts first, and leads itself.
    """
    order = np.array(sorted(range(near.size), key=lambda i: _pair(words[i])), np.int32)
    rank = np.empty_like(order)
    rank[order] = np.arange(near.size, dtype=np.int32)
    left, right = rank[near.left], rank[near.right]
    left, right = np.minimum(left, right), np.maximum(left, right)
    mine, other = _both_ways(left, right)
    by_word = np.lexsort((other, mine))
    at = np.searchsorted(mine[by_word], np.arange(near.size + 1))
    links = at, other[by_word], np.tile(near.score, 2)[by_word]
    surest = np.lexsort((right, left, -near.score))
    surest = surest[: np.count_nonzero(near.score >= CLUSTERED)]
    leader, following = np.arange(near.size, dtype=np.int32), np.full(near.size, -1, np.int32)
    compiled().cluster(*links, left[surest], right[surest], CLUSTERED, leader, following)
    canonical = np.empty_like(leader)
    canonical[order] = order[leader]
    return canonical


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
