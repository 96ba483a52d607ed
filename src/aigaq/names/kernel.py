"""The compiled part: aligning pieces and scoring pairs of names with whole numbers.

Importing this module imports numba, so only `model` imports it, on first use. All scores are whole
numbers of 1/64 nat: log of how much likelier the two spellings are as one name than as two.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from aigaq.names.encode import GROUP_HASH, GROUP_TABLE
from aigaq.names.store import Store

Ints = NDArray[np.int32]
U = np.uint64
MEMO = 1 << 15  # pairs of words remembered, half a megabyte
MEMO_HASH = 40503
NEVER = -(10**8)
HOPELESS = -(10**7)
_LETTER_REACH, _HANZI_REACH = 5, 12
_INITIAL_MOST = 96  # an initial that fits is worth 1.5 nats at most
_PINYIN_COST = 64  # reading Latin as pinyin must win by one nat
IDENTIFYING = -100  # a word that costs so much to drop says who is meant
CLASH_COST = 640  # 10 nats: each name has such a word that the other lacks
LEAST_SOUND = -6400  # what the pinyin of Hanzi can say at worst, 100 nats
_OTHER_COST = 64  # so must a name known from the gazetteer
WITH_HANZI, CROSS, SAME_SCRIPT, BOTH_HANZI = 0, 1, 2, 3
# Places of the arrays of a store in the packed form, see `pack`.
# fmt: off
(
    ROWS, ROW_AT, EDGE_END, EDGE_COLUMN, EDGE_KIND, EDGE_FROM,
    POSITION_AT, SKIP_START, SKIP_END, SKIP_COLUMN, SKIP_AT,
    LENGTH, SCRIPT, CAP, DROP, WORDS, WORD_AT, WHOLES, WHOLE_AT,
    JOINED, OTHERS, OTHER_AT, HANZI, PINYIN, LATIN, FAMILY, SIZE,
) = range(len(Store._fields))
# fmt: on


@njit(cache=True, nogil=True)
def _group_column(rows, start, end, keys, columns):  # type: ignore[no-untyped-def]
    """Column of the letters from `start` to `end`, -1 if the model has none."""
    key = 0
    for i in range(start, end):
        key = key * 128 + rows[i]
    at = key * GROUP_HASH % GROUP_TABLE
    while keys[at] != 0:
        if keys[at] == key:
            return columns[at]
        at = (at + 1) % GROUP_TABLE
    return -1


@njit(cache=True, nogil=True)
def build_lattice(rows, row_at, ends, has_columns, generics, skips, keys, columns):  # type: ignore[no-untyped-def]
    """Edges of every piece: end, column, kind; where those of a position begin; where a piece does.

    `generics` and `skips` are (begin of each piece, start, end, column).
    """
    n = len(row_at) - 1
    position_at = np.zeros(n + 1, np.int32)
    for p in range(n):
        size = row_at[p + 1] - row_at[p] if has_columns[p] else 0
        position_at[p + 1] = position_at[p] + size + 1
    most = 4 * len(rows) + len(generics[1]) + len(skips[1])
    end = np.empty(most, np.int32)
    column = np.empty(most, np.int32)
    kind = np.empty(most, np.int32)
    begin = np.zeros(position_at[n] + 1, np.int32)
    at = 0
    for p in range(n):
        r0 = row_at[p]
        size = position_at[p + 1] - position_at[p] - 1
        for j in range(size + 1):
            begin[position_at[p] + j] = at
            if j == size:
                continue
            for k in range(j + 1, min(j + 4, ends[r0 + j]) + 1):
                found = _group_column(rows, r0 + j, r0 + k, keys, columns)
                if found >= 0:
                    end[at], column[at], kind[at] = k, found, 1 if k == j + 1 else 0
                    at += 1
            for extra, sort in ((generics, 0), (skips, 2)):
                for k in range(extra[0][p], extra[0][p + 1]):
                    if extra[1][k] == j:
                        end[at], column[at], kind[at] = extra[2][k], extra[3][k], sort
                        at += 1
    begin[position_at[n]] = at
    return end[:at], column[:at], kind[:at], begin, position_at


@njit(cache=True, nogil=True)
def align(d, o, a, b, insert, reach, weights, dp):  # type: ignore[no-untyped-def]
    """Best alignment of the rows of piece `a` to the lattice of piece `b`.

    Only positions within `reach` of the diagonal are looked at, so the steps are at most rows ×
    (2 × reach + 1) × the edges from one position. The places are read once and kept, and are
    unsigned, because the compiler can't know that `dp` and `d` are apart or that none is negative.
    """
    r0, n = o[ROWS] + d[o[ROW_AT] + a], d[o[ROW_AT] + a + 1] - d[o[ROW_AT] + a]
    at, length = o[EDGE_FROM] + d[o[POSITION_AT] + b], d[o[LENGTH] + b]
    k0, k1 = d[o[SKIP_AT] + a], d[o[SKIP_AT] + a + 1]
    to_end, to_column, to_kind = o[EDGE_END], o[EDGE_COLUMN], o[EDGE_KIND]
    width, wide = length + 1, weights.shape[1]
    flat = weights.reshape(-1)
    inserted = insert * wide
    for i in range((n + 1) * width):
        dp[U(i)] = NEVER
    dp[0] = 0
    for i in range(n + 1):
        middle = i * length // max(n, 1)
        low, high = max(0, middle - reach), min(length, middle + reach)
        last = i == n
        row = 0 if last else d[U(r0 + i)] * wide
        drop = flat[U(row)]
        here_at, next_at = i * width, (i if last else i + 1) * width
        for k in range(k0, k1):
            if d[o[SKIP_START] + k] == i:
                skip, cost = d[o[SKIP_END] + k] * width, flat[U(inserted + d[o[SKIP_COLUMN] + k])]
                for j in range(width):
                    dp[U(skip + j)] = max(dp[U(skip + j)], dp[U(here_at + j)] + cost)
        e1 = d[U(at + low)]
        for j in range(low, high + 1):
            here = dp[U(here_at + j)]
            e0 = e1
            e1 = d[U(at + j + 1)]
            if here < HOPELESS:
                continue
            if not last:
                dp[U(next_at + j)] = max(dp[U(next_at + j)], here + drop)
            for e in range(e0, e1):
                end, column = d[U(to_end + e)], d[U(to_column + e)]
                kind = d[U(to_kind + e)]
                if kind > 0:
                    to = U(here_at + end)
                    dp[to] = max(dp[to], here + flat[U(inserted + column)])
                if kind < 2 and not last:
                    to = U(next_at + end)
                    dp[to] = max(dp[to], here + flat[U(row + column)])
    return dp[U(n * width + length)]


@njit(cache=True, nogil=True)
def _initial(d, o, a, b, weights):  # type: ignore[no-untyped-def]
    """What an initial (piece `a`, one letter) says about a word it may stand for."""
    row = d[o[ROWS] + d[o[ROW_AT] + a]]
    at = d[o[POSITION_AT] + b]
    for e in range(d[o[EDGE_FROM] + at], d[o[EDGE_FROM] + at + 1]):
        if d[o[EDGE_END] + e] == 1 and d[o[EDGE_KIND] + e] == 1:
            return min(_INITIAL_MOST, weights[row, d[o[EDGE_COLUMN] + e]])
    return NEVER


@njit(cache=True, nogil=True)
def _reach(n, m):  # type: ignore[no-untyped-def]
    """How far from the diagonal letters may stray: further where the lengths differ (endings)."""
    return _LETTER_REACH + abs(n - m) // 2


@njit(cache=True, nogil=True)
def _directed(d, o, a, b, weights, dp):  # type: ignore[no-untyped-def]
    if d[o[LENGTH] + a] == 1 and d[o[LENGTH] + b] > 2:
        return _initial(d, o, a, b, weights)
    if d[o[LENGTH] + b] == 1 and d[o[LENGTH] + a] > 2:
        return _initial(d, o, b, a, weights)
    return align(d, o, a, b, 1, _reach(d[o[LENGTH] + a], d[o[LENGTH] + b]), weights, dp)


@njit(cache=True, nogil=True)
def _comes_first(d, o, a, b):  # type: ignore[no-untyped-def]
    """Whether piece `a` gives the rows: by script, then the shorter, then by its letters."""
    if d[o[SCRIPT] + a] != d[o[SCRIPT] + b]:
        return d[o[SCRIPT] + a] < d[o[SCRIPT] + b]
    n, m = d[o[LENGTH] + a], d[o[LENGTH] + b]
    if n != m:
        return n < m
    ra, rb = o[ROWS] + d[o[ROW_AT] + a], o[ROWS] + d[o[ROW_AT] + b]
    for i in range(n):
        if d[ra + i] != d[rb + i]:
            return d[ra + i] < d[rb + i]
    return True


@njit(cache=True, nogil=True)
def letters(d, o, a, b, weights, dp):  # type: ignore[no-untyped-def]
    """Two alphabetic pieces, the same whichever comes first."""
    if _comes_first(d, o, a, b):
        return _directed(d, o, a, b, weights, dp)
    return _directed(d, o, b, a, weights, dp)


@njit(cache=True, nogil=True)
def _word_pair(d, o, a, b, weights, dp, memo):  # type: ignore[no-untyped-def]
    """As `letters`; words come again and again among full names, so what was found is kept.

    `memo` holds (pair, value) by turns. A pair that falls on a taken place takes it over.
    """
    key = ((a << 32) | b) + 1
    at = U(2 * (((a * MEMO_HASH) ^ b) & (MEMO - 1)))
    value_at = at + U(1)
    if memo[at] == key:
        return memo[value_at]
    found = np.int64(letters(d, o, a, b, weights, dp))
    memo[at], memo[value_at] = key, found
    return found


@njit(cache=True, nogil=True)
def _clash(d, o, y, mask):  # type: ignore[no-untyped-def]
    """What it costs that words of both names are left over, given those of `y` that are not."""
    y0 = d[o[WORD_AT] + y]
    for j in range(d[o[WORD_AT] + y + 1] - d[o[WORD_AT] + y]):
        if mask & (1 << j) == 0 and d[o[DROP] + d[o[WORDS] + y0 + j]] <= IDENTIFYING:
            return CLASH_COST
    return 0


@njit(cache=True, nogil=True)
def _assign(d, o, x, y, weights, dp, best, memo):  # type: ignore[no-untyped-def]
    """Best one-to-one pairing of the words of two names, in any order; the rest is dropped.

    `best[f, mask]` is the best so far with the words of `mask` of `y` paired; f is 1 once a word of
    `x` that identifies has been dropped. Words left over on both sides speak against the pair.
    """
    x0, n = d[o[WORD_AT] + x], d[o[WORD_AT] + x + 1] - d[o[WORD_AT] + x]
    y0, m = d[o[WORD_AT] + y], d[o[WORD_AT] + y + 1] - d[o[WORD_AT] + y]
    full = 1 << m
    best[:2, :full] = NEVER
    best[0, 0] = 0
    for j in range(m):
        best[0, 0] += d[o[DROP] + d[o[WORDS] + y0 + j]]
    for i in range(n):
        a = d[o[WORDS] + x0 + i]
        drop = d[o[DROP] + a]
        if drop <= IDENTIFYING:
            for mask in range(full):
                best[2, mask] = NEVER
                best[3, mask] = max(best[0, mask], best[1, mask]) + drop
        else:
            for mask in range(full):
                best[2, mask] = best[0, mask] + drop
                best[3, mask] = best[1, mask] + drop
        for j in range(m):
            b = d[o[WORDS] + y0 + j]
            v = _word_pair(d, o, a, b, weights, dp, memo)
            v = min(v, d[o[CAP] + a], d[o[CAP] + b]) - d[o[DROP] + b]
            for mask in range(full):
                if mask & (1 << j):
                    for f in range(2):
                        w = best[f, mask & ~(1 << j)] + v
                        best[2 + f, mask] = max(best[2 + f, mask], w)
        for mask in range(full):
            best[0, mask] = best[2, mask]
            best[1, mask] = best[3, mask]
    top = NEVER  # at least one word must find its fellow
    for mask in range(1, full):
        top = max(top, best[0, mask], best[1, mask] - _clash(d, o, y, mask))
    return top


@njit(cache=True, nogil=True)
def _rows_to_name(d, o, piece, y, weights, dp):  # type: ignore[no-untyped-def]
    """Hanzi or pinyin rows against an alphabetic name in its likely orders."""
    top = NEVER
    if d[o[WORD_AT] + y + 1] - d[o[WORD_AT] + y] == 1:
        word = d[o[WORDS] + d[o[WORD_AT] + y]]
        return align(d, o, piece, word, 0, _HANZI_REACH, weights, dp)
    for k in range(d[o[WHOLE_AT] + y], d[o[WHOLE_AT] + y + 1]):
        top = max(
            top,
            align(d, o, piece, d[o[WHOLES] + k], 0, d[o[LENGTH] + d[o[WHOLES] + k]], weights, dp),
        )
    return top


@njit(cache=True, nogil=True)
def _hanzi_to_name(d, o, x, y, weights, dp):  # type: ignore[no-untyped-def]
    """Hanzi against letters: as units of their own, and for a part as what their pinyin spells.

    The spelling is compared with the order of words that fits the Hanzi best.
    """
    piece, top, best = d[o[HANZI] + x], NEVER, -1
    if d[o[WORD_AT] + y + 1] - d[o[WORD_AT] + y] == 1:
        best = d[o[WORDS] + d[o[WORD_AT] + y]]
        top = align(d, o, piece, best, 0, _HANZI_REACH, weights, dp)
    for k in range(d[o[WHOLE_AT] + y], d[o[WHOLE_AT] + y + 1]):
        whole = d[o[WHOLES] + k]
        v = align(d, o, piece, whole, 0, d[o[LENGTH] + whole], weights, dp)
        if v > top:
            top, best = v, whole
    if best < 0 or d[o[JOINED] + x] < 0:
        return top
    sound = letters(d, o, d[o[JOINED] + x], best, weights, dp)
    return top + max(sound, LEAST_SOUND) * 3 // 10


@njit(cache=True, nogil=True)
def _alphabetic(d, o, x, y, weights, dp, best, memo):  # type: ignore[no-untyped-def]
    nx, ny = d[o[WORD_AT] + x + 1] - d[o[WORD_AT] + x], d[o[WORD_AT] + y + 1] - d[o[WORD_AT] + y]
    if nx == 0 or ny == 0:
        return NEVER
    if nx == 1 and ny == 1:
        top = letters(
            d, o, d[o[WORDS] + d[o[WORD_AT] + x]], d[o[WORDS] + d[o[WORD_AT] + y]], weights, dp
        )
    else:
        top = _assign(d, o, x, y, weights, dp, best, memo)
        if d[o[JOINED] + x] >= 0 and d[o[JOINED] + y] >= 0:
            top = max(top, letters(d, o, d[o[JOINED] + x], d[o[JOINED] + y], weights, dp))
    if d[o[PINYIN] + x] >= 0 and not d[o[LATIN] + y]:
        top = max(top, _rows_to_name(d, o, d[o[PINYIN] + x], y, weights, dp) - _PINYIN_COST)
    if d[o[PINYIN] + y] >= 0 and not d[o[LATIN] + x]:
        top = max(top, _rows_to_name(d, o, d[o[PINYIN] + y], x, weights, dp) - _PINYIN_COST)
    return top


@njit(cache=True, nogil=True)
def _as_written(d, o, x, y, weights, dp, best, memo):  # type: ignore[no-untyped-def]
    """(score, kind) of two names of the store as they stand, without their other names."""
    hx, hy = d[o[HANZI] + x], d[o[HANZI] + y]
    if hx >= 0 and hy >= 0:
        if d[o[JOINED] + x] < 0 or d[o[JOINED] + y] < 0:
            return NEVER, BOTH_HANZI
        return letters(d, o, d[o[JOINED] + x], d[o[JOINED] + y], weights, dp), BOTH_HANZI
    if hx >= 0:
        return _hanzi_to_name(d, o, x, y, weights, dp), WITH_HANZI
    if hy >= 0:
        return _hanzi_to_name(d, o, y, x, weights, dp), WITH_HANZI
    kind = SAME_SCRIPT if d[o[FAMILY] + x] == d[o[FAMILY] + y] else CROSS
    return _alphabetic(d, o, x, y, weights, dp, best, memo), kind


@njit(cache=True, nogil=True)
def name_pair(d, o, x, y, weights, dp, best, memo):  # type: ignore[no-untyped-def]
    """(score in 1/64 nat, kind of pair) of two names of the store; the same for (y, x)."""
    top, kind = _as_written(d, o, x, y, weights, dp, best, memo)
    for k in range(d[o[OTHER_AT] + x], d[o[OTHER_AT] + x + 1]):
        v, _ = _as_written(d, o, d[o[OTHERS] + k], y, weights, dp, best, memo)
        top = max(top, v - _OTHER_COST)
    for k in range(d[o[OTHER_AT] + y], d[o[OTHER_AT] + y + 1]):
        v, _ = _as_written(d, o, x, d[o[OTHERS] + k], weights, dp, best, memo)
        top = max(top, v - _OTHER_COST)
    return top, kind


@njit(cache=True, nogil=True)
def score_rows(d, o, left, right, weights, dp, best, memo, out, kinds):  # type: ignore[no-untyped-def]
    """Score name `left[k]` against name `right[k]` for every k, into `out` and `kinds`."""
    for k in range(len(left)):
        out[k], kinds[k] = name_pair(d, o, left[k], right[k], weights, dp, best, memo)


@njit(cache=True, nogil=True)
def add_lists(grams, at, lists, weight, total):  # type: ignore[no-untyped-def]
    """Add the weight of each of `grams` to the names in its list."""
    for g in grams:
        for k in range(at[g], at[g + 1]):
            total[lists[k]] += weight[g]


def pack(store: Store) -> tuple[Ints, NDArray[np.int64]]:
    """All arrays of a store as one, and where each begins: what the compiled functions take.

    Passing the store itself costs more than the alignment: every array in it is counted at every
    call.
    """
    sizes = [len(array) for array in store]
    return np.concatenate(store), np.cumsum([0, *sizes[:-1]])


def workspace(store: Store) -> tuple[Ints, Ints, NDArray[np.int64]]:
    """The scratch tables that the kernel needs for this store, and its memory of word pairs."""
    rows = int(np.diff(store.row_at).max(initial=0)) + 1
    return (
        np.empty(rows * (int(store.length.max(initial=0)) + 1), np.int32),
        np.empty((4, 256), np.int32),
        np.zeros(2 * MEMO, np.int64),
    )
