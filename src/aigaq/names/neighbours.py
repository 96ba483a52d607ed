"""For every word of a table of names: the words that may be the same name, and one id for them.

Linkage meets the same few thousand words in millions of pairs of records. Here the distinct words are
compared once, in all scripts together; records are then compared by ids and short lists of ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aigaq.names.index import GRAMS, name_grams
from aigaq.names.model import POSSIBLE, Name, Scorer

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
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

    def level(self, least: float) -> tuple[Longs, Ints]:
        """`at` and `other` of the neighbours that score `least` or more."""
        kept = self.score >= least
        return np.concatenate(([0], np.cumsum(kept)))[self.at], self.other[kept]


@cache
def _compiled() -> Any:
    # numba takes a second to import and only this needs it, so it waits for the first call.
    from aigaq.names import near  # noqa: PLC0415

    return near


def neighbours(words: Sequence[Name], least: float = POSSIBLE, most: int = 48) -> Neighbours:
    """The neighbours of every one of `words`: distinct single words of names, in any scripts.

    A word is text, or (text, BCP 47 tag); a run of Hanzi is one word. Neighbours are those that score
    `least` or more among the about `most` best candidates each word is compared with, found by what
    they share in sound. Clusters grow from the surest pairs on; two merge where
    the mean score between them is `CLUSTERED` or more. What is found does not depend on the order of `words`.
    Raises `NameTooLong` for a word of more than 256 characters.
    """
    order = sorted(range(len(words)), key=lambda i: _pair(words[i]))
    ordered = [words[i] for i in order]
    left, right, score = _score(ordered, _candidates(ordered, most))
    kept = score >= least
    found = left[kept], right[kept], score[kept]
    leader = _cluster(len(words), *found)
    return _reorder(np.array(order, np.int32), leader, *found)


def _pair(name: Name) -> tuple[str, str]:
    return name if isinstance(name, tuple) else (name, "")


def _candidates(words: Sequence[Name], most: int) -> tuple[Ints, Ints]:
    """Pairs worth scoring, each once, the smaller position left."""
    grams = [name_grams(*_pair(word)) for word in words]
    gram_at = _ends(len(g) for g in grams)
    flat = np.fromiter((g for word in grams for g in word), np.int32, gram_at[-1])
    owners = np.repeat(np.arange(len(words), dtype=np.int32), np.diff(gram_at))
    by_gram = np.argsort(flat, kind="stable")
    list_at = np.searchsorted(flat[by_gram], np.arange(GRAMS + 1))
    weight = np.log((len(words) + 2) / (np.diff(list_at) + 1)).astype(np.float32)
    norm = (1 / np.sqrt(np.diff(gram_at) + 6.0)).astype(np.float32)
    out = np.empty((len(words), most), np.int32)
    _compiled().shortlist(flat, gram_at, owners[by_gram], list_at, weight, norm, most, out)
    mine = np.repeat(np.arange(len(words), dtype=np.int64), most)
    pairs = np.stack([mine, out.ravel()])[:, out.ravel() >= 0]
    keys = np.unique(pairs.min(axis=0) * len(words) + pairs.max(axis=0))
    return (keys // max(1, len(words))).astype(np.int32), (keys % max(1, len(words))).astype(
        np.int32
    )


def _ends(sizes: Iterable[int]) -> Longs:
    return np.cumsum(np.fromiter((0, *sizes), np.int64))


def _score(words: Sequence[Name], pairs: tuple[Ints, Ints]) -> tuple[Ints, Ints, Floats]:
    """Both positions and the score of each pair."""
    return *pairs, Scorer(words).scores(*pairs).astype(np.float32)


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
    _compiled().cluster(*links, left[surest], right[surest], CLUSTERED, leader, following)
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
