"""Where a run of Hanzi, or of pinyin, falls apart into the words of a name in letters.

Aligned as a whole, a father's name that fits well makes up for a given name that does not; so the run is
cut where the words fit best, and the pair is worth no more than its worst word lets it.
"""

import numpy as np
from numba import njit

MOST_ROWS = 24  # longer runs are not cut
NEVER = -(10**8)
"""What a word says of rows that it can't be aligned to."""


@njit(cache=True, nogil=True)
def fit_from(start, n, letters, edges, columns, kinds, froms, rows, weights, table):  # type: ignore[no-untyped-def]
    """Best alignment of the letters of a word to the rows from `start` to each later end.

    `table` is scratch of (n + 1) × (letters + 1); `table[i, letters]` is the result for the end i.
    """
    table[start:, : letters + 1] = NEVER
    table[start, 0] = 0
    for i in range(start, n + 1):
        for j in range(letters + 1):
            here = table[i, j]
            if here <= NEVER // 2:
                continue
            if i < n:
                table[i + 1, j] = max(table[i + 1, j], here + weights[rows[i], 0])
            for e in range(froms[j], froms[j + 1]):
                end, column, kind = edges[e], columns[e], kinds[e]
                if kind > 0:
                    table[i, end] = max(table[i, end], here + weights[0, column])
                if kind < 2 and i < n:
                    table[i + 1, end] = max(table[i + 1, end], here + weights[rows[i], column])


@njit(cache=True, nogil=True)
def best_cut(fits, words, n, ends):  # type: ignore[no-untyped-def]
    """Best way to deal the rows out to the words in their order: total, and where each word ends.

    `fits[w, i, j]` is what word w says of the rows i to j; each word takes one row or more.
    """
    best = np.full((words + 1, n + 1), NEVER, np.int64)
    came = np.zeros((words + 1, n + 1), np.int64)
    best[0, 0] = 0
    for w in range(words):
        for i in range(n):
            for j in range(i + 1, n + 1):
                value = best[w, i] + fits[w, i, j]
                if best[w, i] > NEVER // 2 and value > best[w + 1, j]:
                    best[w + 1, j], came[w + 1, j] = value, i
    at = n
    for w in range(words, 0, -1):
        ends[w - 1] = at
        at = came[w, at]
    return best[words, n]
