"""The compiled part of neighbours: features and points of words, shortlists, clusters of spellings.

Importing this module imports numba, so only `neighbours` imports it, on first use.
"""

import numpy as np
from numba import njit

_NO_LINK = np.float32(0)


@njit(cache=True, nogil=True)
def offer_all(likeness, mine, others, bounds, owner, least, best, ids, kept):  # type: ignore[no-untyped-def]
    """Keep for each point of `mine` the likest of `others` in each group, but none of its owner.

    `likeness` is (mine × others), and counts from `least` on; the others of group g are
    `others[bounds[g]:bounds[g + 1]]`. `best` and `ids` (points × groups × most) hold heaps, whose sizes
    are `kept` (points × groups).
    """
    most = best.shape[2]
    for r in range(len(mine)):
        i = mine[r]
        row = likeness[r]
        for g in range(best.shape[1]):
            floor = best[i, g, 0] if kept[i, g] == most else least
            for c in range(bounds[g], bounds[g + 1]):
                if row[c] > floor and owner[others[c]] != owner[i]:
                    kept[i, g] = _offer(best[i, g], ids[i, g], kept[i, g], row[c], others[c])
                    if kept[i, g] == most:
                        floor = best[i, g, 0]


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
    return score[low] if low < at[a + 1] and other[low] == b else _NO_LINK


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


_FEATURES = 24  # at most so many of one letter or Hanzi


@njit(cache=True, nogil=True)
def _key(sort, a, b, c):  # type: ignore[no-untyped-def]
    return ((np.int64(sort) * 64 + a) * 32768 + b) * 65536 + c


@njit(cache=True, nogil=True)
def _place(i, n):  # type: ignore[no-untyped-def]
    """First, second, last, one before, or in the first or second half of the rest."""
    if i == 0:
        return 0
    if i == n - 1:
        return 1
    if i == 1:
        return 2
    if i == n - 2:
        return 3
    return 4 if 2 * i < n else 5


@njit(cache=True, nogil=True)
def letter_features(rows, codes, out):  # type: ignore[no-untyped-def]
    """Keys of the features of a word of letters, into `out`; returns how many."""
    n, size = len(rows), 0
    before, second = 0, 0  # the consonants before this letter
    bones = 0
    for i in range(n):
        script, s = codes[rows[i], 0], codes[rows[i], 1]
        left = codes[rows[i - 1], 1] if i > 0 else 63
        right = codes[rows[i + 1], 1] if i + 1 < n else 63
        out[size] = _key(1, s, 0, 0)
        out[size + 1] = _key(2, s, _place(i, n), 0)
        out[size + 2] = _key(3, s, script, 0)
        out[size + 3] = _key(4, left, s, 0)
        out[size + 4] = _key(5, left, s, right)
        size += 5
        if i == n - 1:
            out[size] = _key(4, s, 63, 0)
            size += 1
        if codes[rows[i], 2] == 0:
            out[size] = _key(6, before, s, 0)
            out[size + 1] = _key(7, second, before, s)
            out[size + 2] = _key(8, s, min(bones, 5), 0)
            size += 3
            second, before = before, s
            bones += 1
    out[size] = _key(6, before, 63, 0)
    out[size + 1] = _key(7, second, before, 63)
    out[size + 2] = _key(9, min(n, 16), 0, 0)
    return size + 3


@njit(cache=True, nogil=True)
def hanzi_features(rows, codes, out):  # type: ignore[no-untyped-def]
    """As `letter_features`, of Hanzi or of the syllables of pinyin."""
    n, size = len(rows), 0
    for i in range(n):
        char, syllable, initial, final = codes[rows[i], 1:]
        place = _place(i, n)
        after = codes[rows[i + 1], 2] if i + 1 < n else 1023
        next_initial = codes[rows[i + 1], 3] if i + 1 < n else 63
        if char > 0:
            out[size] = _key(20, 0, char >> 16, char & 65535)
            out[size + 1] = _key(21, place, char >> 16, char & 65535)
            size += 2
        out[size] = _key(22, 0, syllable, 0)
        out[size + 1] = _key(23, place, syllable, 0)
        out[size + 2] = _key(24, initial, place, 0)
        out[size + 3] = _key(25, final, place, 0)
        out[size + 4] = _key(26, 0, syllable, after)
        out[size + 5] = _key(27, initial, final, next_initial)
        out[size + 6] = _key(28, initial, next_initial, 0)
        size += 7
    out[size] = _key(29, min(n, 12), 0, 0)
    return size + 1


@njit(cache=True, nogil=True)
def features(rows, row_at, codes):  # type: ignore[no-untyped-def]
    """Keys of the features of every piece, and where those of each begin (pieces + 1)."""
    n = len(row_at) - 1
    out = np.empty(len(rows) * _FEATURES + 4 * n, np.int64)
    at = np.zeros(n + 1, np.int64)
    for p in range(n):
        word = rows[row_at[p] : row_at[p + 1]]
        size = 0
        if len(word) > 0:
            if codes[word[0], 0] > 0:
                size = letter_features(word, codes, out[at[p] :])
            else:
                size = hanzi_features(word, codes, out[at[p] :])
        at[p + 1] = at[p] + size
    return out[: at[n]], at


@njit(cache=True, nogil=True)
def add_vectors(found, at, keys, vectors):  # type: ignore[no-untyped-def]
    """The sum of the vectors of each piece's features, brought to length one (pieces × size)."""
    n = len(at) - 1
    out = np.zeros((n, vectors.shape[1]), np.float32)
    for p in range(n):
        for k in range(at[p], at[p + 1]):
            low = np.searchsorted(keys, found[k])
            if low < len(keys) and keys[low] == found[k]:
                for d in range(vectors.shape[1]):
                    out[p, d] += vectors[low, d]
        length = np.sqrt((out[p] * out[p]).sum())
        if length > 0:
            out[p] /= length
    return out


@njit(cache=True, nogil=True)
def add_lists(words, weight, at, names, total):  # type: ignore[no-untyped-def]
    """Add the weight of each word to the names that hold it, which are `names[at[w]:at[w + 1]]`."""
    for k in range(len(words)):
        for i in range(at[words[k]], at[words[k] + 1]):
            total[names[i]] += weight[k]
