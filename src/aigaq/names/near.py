"""The compiled part of neighbours: shortlists of words by shared signs, and clusters of spellings.

Importing this module imports numba, so only `neighbours` imports it, on first use.
"""

import numpy as np
from numba import njit

UNSEEN = np.float32(0)


@njit(cache=True, nogil=True)
def shortlist(grams, gram_at, lists, list_at, weight, norm, most, out):  # type: ignore[no-untyped-def]
    """For each word the `most` others that share the weightiest grams, into `out`; -1 where fewer.

    `grams[gram_at[i]:gram_at[i + 1]]` are those of word i, `lists[list_at[g]:list_at[g + 1]]` the words
    that have gram g. What two words share counts as the sum of `weight` (each above 0) times the `norm`
    of the other.
    """
    n = len(gram_at) - 1
    total = np.zeros(n, np.float32)
    touched = np.empty(n, np.int32)
    best = np.empty(most, np.float32)
    for i in range(n):
        size = 0
        for k in range(gram_at[i], gram_at[i + 1]):
            g = grams[k]
            for at in range(list_at[g], list_at[g + 1]):
                j = lists[at]
                if total[j] == UNSEEN:
                    touched[size] = j
                    size += 1
                total[j] += weight[g]
        kept = 0
        for t in range(size):
            j = touched[t]
            value = total[j] * norm[j]
            total[j] = UNSEEN
            if j == i or (kept == most and value <= best[0]):
                continue
            kept = _offer(best, out[i], kept, value, j)
        out[i, kept:] = -1


@njit(cache=True, nogil=True)
def _offer(best, ids, kept, value, j):  # type: ignore[no-untyped-def]
    """Put (value, j) into the heap of the best, whose least stands first; returns its size."""
    at = kept
    if kept < len(best):
        while at > 0 and best[(at - 1) // 2] > value:
            best[at], ids[at] = best[(at - 1) // 2], ids[(at - 1) // 2]
            at = (at - 1) // 2
        best[at], ids[at] = value, j
        return kept + 1
    at = 0
    while True:
        child = 2 * at + 1
        if child >= kept:
            break
        if child + 1 < kept and best[child + 1] < best[child]:
            child += 1
        if best[child] >= value:
            break
        best[at], ids[at] = best[child], ids[child]
        at = child
    best[at], ids[at] = value, j
    return kept


@njit(cache=True, nogil=True)
def _score_of(at, other, score, a, b):  # type: ignore[no-untyped-def]
    """Score of the link from a to b, 0 if there is none; the links of a word are sorted."""
    low, high = at[a], at[a + 1]
    while low < high:
        middle = (low + high) // 2
        if other[middle] < b:
            low = middle + 1
        else:
            high = middle
    return score[low] if low < at[a + 1] and other[low] == b else UNSEEN


@njit(cache=True, nogil=True)
def cluster(at, other, score, left, right, least, leader, following):  # type: ignore[no-untyped-def]
    """Merge by pairs, in the order given, clusters between which the mean score is `least` or more.

    `at`, `other` and `score` are the links, sorted per word; `left` and `right` the pairs; `leader[i]` is
    the least word of i's cluster, `following[i]` the next word of it or -1. Both start as given.
    """
    for k in range(len(left)):
        a, b = leader[left[k]], leader[right[k]]
        if a == b or _mean_score(at, other, score, a, b, following) < least:
            continue
        a, b = min(a, b), max(a, b)
        last = a
        while following[last] >= 0:
            last = following[last]
        following[last] = b
        while b >= 0:
            leader[b] = a
            b = following[b]


@njit(cache=True, nogil=True)
def _mean_score(at, other, score, a, b, following):  # type: ignore[no-untyped-def]
    """Mean score of the pairs of a word of cluster a and one of b, 0 where they are not linked."""
    total, pairs = 0.0, 0
    x = a
    while x >= 0:
        y = b
        while y >= 0:
            total += _score_of(at, other, score, x, y)
            pairs += 1
            y = following[y]
        x = following[x]
    return total / pairs
