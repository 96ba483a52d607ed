"""The compiled part: aligning pieces and scoring pairs of names with whole numbers.

Importing this module imports numba, so only `model` imports it, on first use. All scores are whole
numbers of 1/64 nat: log of how much likelier the two spellings are as one name than as two.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from aigaq.names.store import Store

Ints = NDArray[np.int32]
NEVER = -(10**8)
HOPELESS = -(10**7)
_LETTER_REACH, _HANZI_REACH = 5, 12
_INITIAL_MOST = 96  # an initial that fits is worth 1.5 nats at most
_PINYIN_COST = 64  # reading Latin as pinyin must win by one nat
_OTHER_COST = 64  # so must a name known from the gazetteer
HANZI, CROSS, SAME_SCRIPT, BOTH_HANZI = 0, 1, 2, 3


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def align(s, a, b, insert, reach, weights, dp):  # type: ignore[no-untyped-def]
    """Best alignment of the rows of piece `a` to the lattice of piece `b`.

    Only positions within `reach` of the diagonal are looked at, so the steps are at most rows ×
    (2 × reach + 1) × the edges from one position.
    """
    r0, n = s.row_at[a], s.row_at[a + 1] - s.row_at[a]
    at, length = s.position_at[b], s.length[b]
    k0, k1 = s.skip_at[a], s.skip_at[a + 1]
    for i in range(n + 1):
        for j in range(length + 1):
            dp[i, j] = NEVER
    dp[0, 0] = 0
    for i in range(n + 1):
        middle = i * length // max(n, 1)
        low, high = max(0, middle - reach), min(length, middle + reach)
        row = s.rows[r0 + i] if i < n else 0
        drop = weights[row, 0]
        for k in range(k0, k1):
            if s.skip_start[k] == i:
                to, cost = s.skip_end[k], weights[insert, s.skip_column[k]]
                for j in range(length + 1):
                    dp[to, j] = max(dp[to, j], dp[i, j] + cost)
        for j in range(low, high + 1):
            here = dp[i, j]
            if here < HOPELESS:
                continue
            if i < n:
                dp[i + 1, j] = max(dp[i + 1, j], here + drop)
            for e in range(s.edge_from[at + j], s.edge_from[at + j + 1]):
                end, column, kind = s.edge_end[e], s.edge_column[e], s.edge_kind[e]
                if kind > 0:
                    dp[i, end] = max(dp[i, end], here + weights[insert, column])
                if kind < 2 and i < n:
                    dp[i + 1, end] = max(dp[i + 1, end], here + weights[row, column])
    return dp[n, length]


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _initial(s, a, b, weights):  # type: ignore[no-untyped-def]
    """What an initial (piece `a`, one letter) says about a word it may stand for."""
    row = s.rows[s.row_at[a]]
    at = s.position_at[b]
    for e in range(s.edge_from[at], s.edge_from[at + 1]):
        if s.edge_end[e] == 1 and s.edge_kind[e] == 1:
            return min(_INITIAL_MOST, weights[row, s.edge_column[e]])
    return NEVER


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _reach(n, m):  # type: ignore[no-untyped-def]
    """How far from the diagonal letters may stray: further where the lengths differ (endings)."""
    return _LETTER_REACH + abs(n - m) // 2


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _directed(s, a, b, weights, dp):  # type: ignore[no-untyped-def]
    if s.length[a] == 1 and s.length[b] > 2:
        return _initial(s, a, b, weights)
    if s.length[b] == 1 and s.length[a] > 2:
        return _initial(s, b, a, weights)
    return align(s, a, b, 1, _reach(s.length[a], s.length[b]), weights, dp)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def letters(s, a, b, weights, dp):  # type: ignore[no-untyped-def]
    """Two alphabetic pieces, the same whichever comes first."""
    if s.script[a] < s.script[b]:
        v = _directed(s, a, b, weights, dp)
    elif s.script[a] > s.script[b]:
        v = _directed(s, b, a, weights, dp)
    else:
        v = (_directed(s, a, b, weights, dp) + _directed(s, b, a, weights, dp)) >> 1
    return v


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _assign(s, x, y, weights, dp, best):  # type: ignore[no-untyped-def]
    """Best one-to-one pairing of the words of two names, in any order; the rest is dropped."""
    x0, n = s.word_at[x], s.word_at[x + 1] - s.word_at[x]
    y0, m = s.word_at[y], s.word_at[y + 1] - s.word_at[y]
    full = 1 << m
    best[0, :full] = NEVER
    best[0, 0] = 0
    for j in range(m):
        best[0, 0] += s.drop[s.words[y0 + j]]
    for i in range(n):
        a = s.words[x0 + i]
        for mask in range(full):
            best[1, mask] = best[0, mask] + s.drop[a]
        for j in range(m):
            b = s.words[y0 + j]
            v = min(letters(s, a, b, weights, dp), s.cap[a], s.cap[b]) - s.drop[b]
            for mask in range(full):
                if mask & (1 << j) and best[0, mask & ~(1 << j)] + v > best[1, mask]:
                    best[1, mask] = best[0, mask & ~(1 << j)] + v
        for mask in range(full):
            best[0, mask] = best[1, mask]
    top = best[0, 0]
    for mask in range(full):
        top = max(top, best[0, mask])
    return top


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _rows_to_name(s, piece, y, weights, dp):  # type: ignore[no-untyped-def]
    """Hanzi or pinyin rows against an alphabetic name in its likely orders."""
    top = NEVER
    if s.word_at[y + 1] - s.word_at[y] == 1:
        word = s.words[s.word_at[y]]
        return align(s, piece, word, 0, _HANZI_REACH, weights, dp)
    for k in range(s.whole_at[y], s.whole_at[y + 1]):
        top = max(top, align(s, piece, s.wholes[k], 0, s.length[s.wholes[k]], weights, dp))
    return top


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _alphabetic(s, x, y, weights, dp, best):  # type: ignore[no-untyped-def]
    nx, ny = s.word_at[x + 1] - s.word_at[x], s.word_at[y + 1] - s.word_at[y]
    if nx == 0 or ny == 0:
        return NEVER
    if nx == 1 and ny == 1:
        top = letters(s, s.words[s.word_at[x]], s.words[s.word_at[y]], weights, dp)
    else:
        top = _assign(s, x, y, weights, dp, best)
        if s.joined[x] >= 0 and s.joined[y] >= 0:
            top = max(top, letters(s, s.joined[x], s.joined[y], weights, dp))
    if s.pinyin[x] >= 0 and not s.latin[y]:
        top = max(top, _rows_to_name(s, s.pinyin[x], y, weights, dp) - _PINYIN_COST)
    if s.pinyin[y] >= 0 and not s.latin[x]:
        top = max(top, _rows_to_name(s, s.pinyin[y], x, weights, dp) - _PINYIN_COST)
    return top


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _as_written(s, x, y, weights, dp, best):  # type: ignore[no-untyped-def]
    """(score, kind) of two names of the store as they stand, without their other names."""
    hx, hy = s.hanzi[x], s.hanzi[y]
    if hx >= 0 and hy >= 0:
        if s.joined[x] < 0 or s.joined[y] < 0:
            return NEVER, BOTH_HANZI
        return letters(s, s.joined[x], s.joined[y], weights, dp), BOTH_HANZI
    if hx >= 0:
        return _rows_to_name(s, hx, y, weights, dp), HANZI
    if hy >= 0:
        return _rows_to_name(s, hy, x, weights, dp), HANZI
    kind = SAME_SCRIPT if s.family[x] == s.family[y] else CROSS
    return _alphabetic(s, x, y, weights, dp, best), kind


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def name_pair(s, x, y, weights, dp, best):  # type: ignore[no-untyped-def]
    """(score in 1/64 nat, kind of pair) of two names of the store; the same for (y, x)."""
    top, kind = _as_written(s, x, y, weights, dp, best)
    for k in range(s.other_at[x], s.other_at[x + 1]):
        v, _ = _as_written(s, s.others[k], y, weights, dp, best)
        top = max(top, v - _OTHER_COST)
    for k in range(s.other_at[y], s.other_at[y + 1]):
        v, _ = _as_written(s, x, s.others[k], weights, dp, best)
        top = max(top, v - _OTHER_COST)
    return top, kind


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def score_rows(s, left, right, weights, dp, best, out, kinds):  # type: ignore[no-untyped-def]
    """Score name `left[k]` against name `right[k]` for every k, into `out` and `kinds`."""
    for k in range(len(left)):
        out[k], kinds[k] = name_pair(s, left[k], right[k], weights, dp, best)


def workspace(store: Store) -> tuple[Ints, Ints]:
    """The two scratch tables that the kernel needs for this store."""
    rows = int(np.diff(store.row_at).max(initial=0)) + 1
    return (
        np.empty((rows, int(store.length.max(initial=0)) + 1), np.int32),
        np.empty((2, 256), np.int32),
    )
