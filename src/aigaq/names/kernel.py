"""The compiled part: aligning pieces and scoring pairs of names with whole numbers.

Importing this module imports numba, so only `model` imports it, on first use. All scores are whole
numbers of 1/64 nat: log of how much likelier the two spellings are as one name than as two.
"""

from typing import Any

import numpy as np
from numba import njit
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from aigaq.names.bone_distance import distance
from aigaq.names.cut import MOST_ROWS, best_cut, fit_from
from aigaq.names.encode import GROUP_HASH, GROUP_TABLE
from aigaq.names.skeleton import ONE_SCRIPT, OTHER_CONSONANT, PINYIN, TWO_SCRIPTS
from aigaq.names.store import Store

Ints = NDArray[np.int32]
Weights = NDArray[np.int16]
U = np.uint64
MEMO = 1 << 15  # pairs of words remembered, half a megabyte
MEMO_HASH = 40503
NEVER = -(10**8)
HOPELESS = -(10**7)
_LETTER_REACH, _HANZI_REACH = 5, 12
_INITIAL_MOST = 96  # an initial that fits is worth 1.5 nats at most
_PINYIN_COST = 64  # reading Latin as pinyin must win by one nat
CLASH_COST = 256  # 4 nats: each name has a word that says who is meant and that the other lacks
CLASH_ODDS = -128  # and a name is no likelier the same than this says
ROLE_ODDS = -192  # what a given name can say for a father's at most, -3 nats
ALLOWANCE = 96  # what the rest of a name may add to its worst word at most, 1.5 nats
KNOWN_ODDS, OTHER_NAME_ODDS = 256, -96  # two spellings of one known name, of two known names
SAME_WORD_ODDS = 96  # two known words of places that mean the same
STEM_GAIN = 32  # what an ending, or a part that many names share, may add to the rest
REST_DOUBT = 64  # the rest of two such names is looked at where it is worth no more than this
# Two words that differ in a consonant are hardly surer one name than this, by table of `skeleton`: foreign
# spellings in another script differ in one more often.
CONSONANT_DOUBT = (72, 109, 72)
SHORTEST_CUT = 3  # letters of a word that a run is cut for
WORTH_CUTTING = 32  # a run is cut into words where it would be worth half a nat
TITLE_ODDS = -32  # what two titles can say, each alone
LEAST_SOUND = -6400  # what the pinyin of Hanzi can say at worst, 100 nats
_OTHER_COST = 64  # so must a name known from the gazetteer
NAMING, INITIAL = 1, 2
GIVEN, FATHER = 1, 2
LATIN_SCRIPT = 3
WITH_HANZI, CROSS, SAME_SCRIPT, BOTH_HANZI, AS_PINYIN = 0, 1, 2, 3, 4
# What functions that are called from several places take, so that each is compiled once.
_PACKED, _WEIGHTS, _FIT, _DP = (
    "int32[::1], int64[::1]",
    "int16[:, ::1]",
    "float64[:, ::1]",
    "int32[::1]",
)
_WORDS = f"int64({_PACKED}, int64, int64, int64, int64, {_WEIGHTS}, {_FIT}, {_DP})"
# Places of the arrays of a store in the packed form, see `pack`.
# fmt: off
(
    ROWS, ROW_AT, EDGE_END, EDGE_COLUMN, EDGE_KIND, EDGE_FROM,
    POSITION_AT, SKIP_START, SKIP_END, SKIP_COLUMN, SKIP_AT,
    LENGTH, SCRIPT, CAP, DROP, NAMES, TITLE, KNOWN, BONES, BONE_AT, LETTERS, STEM, HEAD, HEAD_REST,
    TAIL, TAIL_REST, SYLLABLES, ROLE, DISTINCT, WORD_AT, WHOLE,
    ORDERS, ORDER_AT, OTHERS, OTHER_AT, HANZI, LATIN, FAMILY, SIZE,
) = range(len(Store._fields))
# fmt: on
# Behind them the edges that spend a row, and those that stand alone, by the position they end at:
# each is its first position and, above `FROM_BITS`, its column.
PAIRED, PAIRED_FROM, ALONE, ALONE_FROM = range(SIZE + 1, SIZE + 5)
FROM_BITS = 9  # a name has at most 256 symbols
FROM = (1 << FROM_BITS) - 1


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


@njit(f"int64({_PACKED}, int64, int64, int64, int64, {_WEIGHTS}, {_DP})", cache=True, nogil=True)
def align(d, o, a, b, insert, reach, weights, dp):  # type: ignore[no-untyped-def]
    """Best alignment of the rows of piece `a` to the lattice of piece `b`.

    Only positions within `reach` of the diagonal are looked at, so the steps are at most rows ×
    (2 × reach + 1) × the edges to one position. Each place is written once, by the best of what leads
    to it. Places are unsigned, because the compiler can't know that none is negative.
    """
    r0, n = o[ROWS] + d[o[ROW_AT] + a], d[o[ROW_AT] + a + 1] - d[o[ROW_AT] + a]
    at, length = d[o[POSITION_AT] + b], d[o[LENGTH] + b]
    k0, k1 = d[o[SKIP_AT] + a], d[o[SKIP_AT] + a + 1]
    pairs, pairs_at, alone, alone_at = o[PAIRED], o[PAIRED_FROM] + at, o[ALONE], o[ALONE_FROM] + at
    width, wide = length + 1, weights.shape[1]
    flat = weights.reshape(-1)
    inserted = insert * wide
    for i in range((n + 1) * width):
        dp[U(i)] = NEVER
    dp[0] = 0
    for i in range(n + 1):
        middle = i * length // max(n, 1)
        low, high = max(0, middle - reach), min(length, middle + reach)
        here_at = i * width
        if i > 0:
            row = d[U(r0 + i - 1)] * wide
            before, drop = here_at - width, flat[U(row)]
            e1 = d[U(pairs_at)]
            for j in range(width):
                e0 = e1
                e1 = d[U(pairs_at + j + 1)]
                top = max(dp[U(here_at + j)], dp[U(before + j)] + drop)
                for e in range(e0, e1):
                    edge = d[U(pairs + e)]
                    value = dp[U(before + (edge & FROM))] + flat[U(row + (edge >> FROM_BITS))]
                    top = max(top, value)
                dp[U(here_at + j)] = top
        for k in range(k0, k1):
            if d[o[SKIP_START] + k] == i:
                skip, cost = d[o[SKIP_END] + k] * width, flat[U(inserted + d[o[SKIP_COLUMN] + k])]
                for j in range(width):
                    dp[U(skip + j)] = max(dp[U(skip + j)], dp[U(here_at + j)] + cost)
        for j in range(low):
            dp[U(here_at + j)] = NEVER
        for j in range(high + 1, width):
            dp[U(here_at + j)] = NEVER
        e1 = d[U(alone_at + low)]
        for j in range(low, high + 1):
            e0 = e1
            e1 = d[U(alone_at + j + 1)]
            top = dp[U(here_at + j)]
            for e in range(e0, e1):
                edge = d[U(alone + e)]
                value = dp[U(here_at + (edge & FROM))] + flat[U(inserted + (edge >> FROM_BITS))]
                top = max(top, value)
            dp[U(here_at + j)] = top
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


@njit(f"int64({_PACKED}, int64, int64, {_WEIGHTS}, {_DP})", cache=True, nogil=True)
def letters(d, o, a, b, weights, dp):  # type: ignore[no-untyped-def]
    """Two alphabetic pieces, the same whichever comes first."""
    if _comes_first(d, o, a, b):
        return _directed(d, o, a, b, weights, dp)
    return _directed(d, o, b, a, weights, dp)


@njit(f"int64(int64, int64, int64, int64, {_FIT})", cache=True, nogil=True)
def odds(kind, value, sound, size, fit):  # type: ignore[no-untyped-def]
    """Log odds, in 1/64 nat, that what was aligned is one name, given even odds before.

    `value` and `sound` are the evidence of the alignment and of the pinyin, `size` the letters of
    the shorter side; `fit[kind]` holds the weights (see `calibrate.py` of analysis/names).
    """
    if value <= HOPELESS:
        return np.int64(NEVER)
    v, s = max(value, LEAST_SOUND) / 64.0, max(sound, LEAST_SOUND) / 64.0
    f = fit[kind]
    x = f[0] + f[1] * v + f[2] * v / size + f[3] * s + f[4] * s / size + f[5] * size
    return np.int64(np.floor(64.0 * x + 0.5))


@njit(f"int64({_PACKED}, int64, int64, {_WEIGHTS}, {_FIT}, {_DP})", cache=True, nogil=True)
def _letters_odds(d, o, a, b, weights, fit, dp):  # type: ignore[no-untyped-def]
    """Two alphabetic pieces; an initial stands for any word that begins with it."""
    n, m = d[o[LENGTH] + a], d[o[LENGTH] + b]
    value = letters(d, o, a, b, weights, dp)
    if min(n, m) == 1 and max(n, m) > 2:
        return np.int64(value)
    kind = SAME_SCRIPT if d[o[SCRIPT] + a] == d[o[SCRIPT] + b] else CROSS
    return odds(kind, value, 0, min(n, m), fit)


@njit(
    f"int64({_PACKED}, int64, int64, int64, int64, int64, {_WEIGHTS}, {_FIT}, {_DP})",
    cache=True,
    nogil=True,
)
def _rows_odds(d, o, rows, spelt, target, value, kind, weights, fit, dp):  # type: ignore[no-untyped-def]
    """Log odds of Hanzi or pinyin rows, spelt as `spelt` (or -1), aligned to `target` for `value`."""
    sound = value if spelt < 0 else letters(d, o, spelt, target, weights, dp)
    n = d[o[ROW_AT] + rows + 1] - d[o[ROW_AT] + rows]
    return odds(kind, value, sound, min(n * 5 // 2, d[o[LENGTH] + target]), fit)


@njit(cache=True, nogil=True)
def _rows_to_word(d, o, rows, spelt, target, kind, weights, fit, dp):  # type: ignore[no-untyped-def]
    value = align(d, o, rows, target, 0, _HANZI_REACH, weights, dp)
    return _rows_odds(d, o, rows, spelt, target, value, kind, weights, fit, dp)


@njit(cache=True, nogil=True)
def _doubt(d, o, a, b, value, table, dp):  # type: ignore[no-untyped-def]
    """`value` of two letter pieces, held down if they differ in a consonant; the order stays."""
    most = CONSONANT_DOUBT[table]
    if value <= most:
        return np.int64(value)
    at, to = o[BONES], o[BONE_AT]
    a0, a1 = at + d[to + a], at + d[to + a + 1]
    b0, b1 = at + d[to + b], at + d[to + b + 1]
    if distance(d, a0, a1, b0, b1, dp, table) < OTHER_CONSONANT:
        return np.int64(value)
    return np.int64(most + (value - most) // 64)


@njit(cache=True, nogil=True)
def _by_sound(d, o, i, hx, j, hy, weights, fit, dp):  # type: ignore[no-untyped-def]
    """Log odds of word `i` and word `j`; `hx` and `hy` say whether they are Hanzi."""
    a, b = d[o[LETTERS] + i], d[o[LETTERS] + j]
    ra, rb = d[o[SYLLABLES] + i], d[o[SYLLABLES] + j]
    if hx and hy:
        value = letters(d, o, a, b, weights, dp)
        top = odds(BOTH_HANZI, value, 0, min(d[o[LENGTH] + a], d[o[LENGTH] + b]), fit)
        return _doubt(d, o, a, b, top, PINYIN, dp)
    if hx or hy:
        if hy:
            a, b, ra = b, a, rb
        if ra < 0:
            return np.int64(NEVER)
        return _rows_to_word(d, o, ra, a, b, WITH_HANZI, weights, fit, dp)
    top = _letters_odds(d, o, a, b, weights, fit, dp)
    if d[o[STEM] + i] >= 0 and d[o[STEM] + j] >= 0:
        v = _letters_odds(d, o, d[o[STEM] + i], d[o[STEM] + j], weights, fit, dp)
        top = min(top, v + STEM_GAIN)
    table = ONE_SCRIPT if d[o[SCRIPT] + a] == d[o[SCRIPT] + b] else TWO_SCRIPTS
    top = _doubt(d, o, a, b, top, table, dp)
    if ra >= 0 and d[o[SCRIPT] + b] != LATIN_SCRIPT:
        v = _rows_to_word(d, o, ra, a, b, AS_PINYIN, weights, fit, dp)
        top = max(top, v - _PINYIN_COST)
    if rb >= 0 and d[o[SCRIPT] + a] != LATIN_SCRIPT:
        v = _rows_to_word(d, o, rb, b, a, AS_PINYIN, weights, fit, dp)
        top = max(top, v - _PINYIN_COST)
    return top


@njit(_WORDS, cache=True, nogil=True)
def _as_known(d, o, i, hx, j, hy, weights, fit, dp):  # type: ignore[no-untyped-def]
    """As `_by_sound`, and what the table of known words says of the two."""
    a, b = d[o[LETTERS] + i], d[o[LETTERS] + j]
    if a < 0 or b < 0:
        return np.int64(NEVER)
    v = _by_sound(d, o, i, hx, j, hy, weights, fit, dp)
    x, y = d[o[KNOWN] + a], d[o[KNOWN] + b]
    if x * y <= 0:
        return v
    if x != y:
        return min(v, OTHER_NAME_ODDS)
    least = KNOWN_ODDS if x > 0 else SAME_WORD_ODDS
    return max(v, least + max(v, LEAST_SOUND) // 64)


@njit(_WORDS, cache=True, nogil=True)
def _compare_words(d, o, i, hx, j, hy, weights, fit, dp):  # type: ignore[no-untyped-def]
    """Log odds of two words. If both hold a part that many names are built with, the rest decides."""
    v = _as_known(d, o, i, hx, j, hy, weights, fit, dp)
    if v < REST_DOUBT:
        return v
    a, b = d[o[LETTERS] + i], d[o[LETTERS] + j]
    if d[o[KNOWN] + a] != 0 and d[o[KNOWN] + a] == d[o[KNOWN] + b]:
        return v
    for part, rest in ((HEAD, HEAD_REST), (TAIL, TAIL_REST)):
        if d[o[part] + i] > 0 and d[o[part] + i] == d[o[part] + j]:
            x, y = d[o[rest] + i], d[o[rest] + j]
            left = _as_known(d, o, x, hx, y, hy, weights, fit, dp)
            if left < REST_DOUBT:
                v = min(v, left + STEM_GAIN)
    return v


@njit(cache=True, nogil=True)
def _word_pair(d, o, i, hx, j, hy, weights, fit, dp, memo):  # type: ignore[no-untyped-def]
    """As `_compare_words`; words come again and again among full names, so what was found is kept.

    `memo` holds (pair, value) by turns. A pair that falls on a taken place takes it over. Words are told
    apart by all that is compared: two that read alike may still be cut or be pinyin in different ways.
    """
    if d[o[LETTERS] + i] < 0 or d[o[LETTERS] + j] < 0:
        return np.int64(NEVER)
    a, b = d[o[DISTINCT] + i], d[o[DISTINCT] + j]
    key = ((a << 32) | b) + 1
    at = U(2 * (((a * MEMO_HASH) ^ b) & (MEMO - 1)))
    value_at = at + U(1)
    if memo[at] == key:
        return memo[value_at]
    found = np.int64(_compare_words(d, o, i, hx, j, hy, weights, fit, dp))
    memo[at], memo[value_at] = key, found
    return found


@njit(cache=True, nogil=True)
def _limit(worst):  # type: ignore[no-untyped-def]
    """How good a name may be whose worst word is this: the rest makes up for a doubt, not for a no."""
    return worst + min(ALLOWANCE, max(0, worst) * 5 // 16)


@njit(cache=True, nogil=True)
def _naming(d, o, i):  # type: ignore[no-untyped-def]
    """Whether word `i` says who is meant, or is an initial, or neither."""
    a = d[o[LETTERS] + i]
    return NAMING if a < 0 else d[o[NAMES] + a]


@njit(cache=True, nogil=True)
def _drop(d, o, i):  # type: ignore[no-untyped-def]
    a = d[o[LETTERS] + i]
    return 0 if a < 0 else d[o[DROP] + a]


@njit(cache=True, nogil=True)
def _cap(d, o, i):  # type: ignore[no-untyped-def]
    a = d[o[LETTERS] + i]
    return -NEVER if a < 0 else d[o[CAP] + a]


@njit(cache=True, nogil=True)
def _keep(best, f, mask, total, worst):  # type: ignore[no-untyped-def]
    """Keep the higher total; of two that are as high the one whose worst word is better."""
    if total > best[f, mask] or (total == best[f, mask] and worst > best[4 + f, mask]):
        best[f, mask], best[4 + f, mask] = total, worst


@njit(cache=True, nogil=True)
def _pair_in(d, o, i, hx, j, hy, best, full, bit, weights, fit, dp, memo):  # type: ignore[no-untyped-def]
    """Pair word `i` with word `j`, which is `bit` of the masks, wherever `j` is still free."""
    v = _word_pair(d, o, i, hx, j, hy, weights, fit, dp, memo)
    if d[o[ROLE] + i] + d[o[ROLE] + j] == GIVEN + FATHER and d[o[ROLE] + i] * d[o[ROLE] + j]:
        v = min(v, ROLE_ODDS)
    judges = _naming(d, o, i) == NAMING and _naming(d, o, j) == NAMING
    gain = min(v, _cap(d, o, i), _cap(d, o, j)) - _drop(d, o, j)
    for mask in range(full):
        if mask & bit:
            for f in range(2):
                worst = best[4 + f, mask & ~bit]
                worst = min(worst, v) if judges else worst
                _keep(best, 2 + f, mask, best[f, mask & ~bit] + gain, worst)


@njit(cache=True, nogil=True)
def _assign(d, o, x, y, weights, fit, dp, best, memo):  # type: ignore[no-untyped-def]
    """Best one-to-one pairing of the words of two names, in any order; the rest is dropped.

    `best[f, mask]` is the best so far with the words of `mask` of `y` paired; f is 1 once a word of
    `x` that says who is meant has been dropped; `best[4 + f, mask]` is the worst pair in it. Such
    words left over on both sides speak against the names, and no name is better than its worst pair
    and an allowance: a shared father's name does not outweigh another given name.
    """
    x0, n = d[o[WORD_AT] + x], d[o[WORD_AT] + x + 1] - d[o[WORD_AT] + x]
    y0, m = d[o[WORD_AT] + y], d[o[WORD_AT] + y + 1] - d[o[WORD_AT] + y]
    hx, hy = d[o[HANZI] + x], d[o[HANZI] + y]
    full = 1 << m
    for mask in range(full):
        for f in range(2):
            best[f, mask], best[4 + f, mask] = NEVER, -NEVER
    best[0, 0] = 0
    for j in range(y0, y0 + m):
        best[0, 0] += _drop(d, o, j)
    for i in range(x0, x0 + n):
        drop, told = _drop(d, o, i), _naming(d, o, i) > 0
        for mask in range(full):
            for f in range(2, 4):
                best[f, mask], best[4 + f, mask] = NEVER, NEVER
        for mask in range(full):
            for f in range(2):
                to = 3 if told else 2 + f
                _keep(best, to, mask, best[f, mask] + drop, best[4 + f, mask])
        for j in range(m):
            _pair_in(d, o, i, hx, y0 + j, hy, best, full, 1 << j, weights, fit, dp, memo)
        for mask in range(full):
            for f in range(2):
                best[f, mask], best[4 + f, mask] = best[2 + f, mask], best[6 + f, mask]
    return _best_pairing(d, o, y0, m, best)


@njit(cache=True, nogil=True)
def _best_pairing(d, o, y0, m, best):  # type: ignore[no-untyped-def]
    """The best end of `_assign`; at least one word must have found its fellow."""
    top = NEVER
    for mask in range(1, 1 << m):
        left = False
        for j in range(m):
            left |= mask & (1 << j) == 0 and _naming(d, o, y0 + j) > 0
        top = max(top, min(best[0, mask], _limit(best[4, mask])))
        total, worst = best[1, mask], best[5, mask]
        if left:
            total, worst = total - CLASH_COST, min(worst, CLASH_ODDS)
        top = max(top, min(total, _limit(worst)))
    return top


@njit(cache=True, nogil=True)
def _fit_words(d, o, rows, n, words, weights, fits):  # type: ignore[no-untyped-def]
    """What each word says of each part of the rows, into `fits` (word × first × end)."""
    table = np.empty((n + 1, np.int64(256)), np.int64)
    sounds = d[o[ROWS] + d[o[ROW_AT] + rows] :]
    for w in range(len(words)):
        b = words[w]
        at, length = o[EDGE_FROM] + d[o[POSITION_AT] + b], d[o[LENGTH] + b]
        edges = d[o[EDGE_END] :], d[o[EDGE_COLUMN] :], d[o[EDGE_KIND] :]
        for start in range(n):
            fit_from(start, n, length, *edges, d[at:], sounds, weights, table)
            for end in range(start + 1, n + 1):
                fits[w, start, end] = table[end, length]


@njit(cache=True, nogil=True)
def _worst_in_cut(d, o, rows, y, kind, weights, fit):  # type: ignore[no-untyped-def]
    """Log odds of the worst word of name `y` where rows are cut into its words in the best way.

    As written and turned by one word, as in `ORDERS`; titles are left out. Names with short words (de,
    la) or words of places are not cut: such words come and go.
    """
    n = d[o[ROW_AT] + rows + 1] - d[o[ROW_AT] + rows]
    words = np.empty(d[o[WORD_AT] + y + 1] - d[o[WORD_AT] + y], np.int64)
    count = 0
    for i in range(d[o[WORD_AT] + y], d[o[WORD_AT] + y + 1]):
        a = d[o[LETTERS] + i]
        if d[o[TITLE] + a]:
            continue
        if _naming(d, o, i) != NAMING or d[o[LENGTH] + a] < SHORTEST_CUT:
            return np.int64(-NEVER)
        words[count] = a
        count += 1
    if count < 2 or count > n or n > MOST_ROWS:
        return np.int64(-NEVER)
    fits = np.empty((count, n + 1, n + 1), np.int64)
    _fit_words(d, o, rows, n, words[:count], weights, fits)
    top, worst = NEVER, NEVER
    turned, ends = np.empty_like(fits), np.empty(count, np.int64)
    for turn in (0, count - 1, 1):
        for w in range(count):
            turned[w] = fits[(w + turn) % count]
        total = best_cut(turned, count, n, ends)
        if total <= top:
            continue
        top, worst, start = total, -NEVER, 0
        for w in range(count):
            letters_in = d[o[LENGTH] + words[(w + turn) % count]]
            size = min((ends[w] - start) * 5 // 2, letters_in)
            value = turned[w, start, ends[w]]
            worst = min(worst, odds(kind, value, value, max(1, size), fit))
            start = ends[w]
    return worst


@njit(f"int64({_PACKED}, int64, int64, int64, {_WEIGHTS}, {_FIT}, {_DP})", cache=True, nogil=True)
def _rows_to_name(d, o, w, y, kind, weights, fit, dp):  # type: ignore[no-untyped-def]
    """Word `w`, Hanzi or pinyin, against an alphabetic name run together in its likely orders."""
    rows, spelt = d[o[SYLLABLES] + w], d[o[LETTERS] + w]
    if rows < 0:
        return np.int64(NEVER)
    if d[o[WORD_AT] + y + 1] - d[o[WORD_AT] + y] == 1:
        word = d[o[LETTERS] + d[o[WORD_AT] + y]]
        return _rows_to_word(d, o, rows, spelt, word, kind, weights, fit, dp)
    top, best = NEVER, -1
    for k in range(d[o[ORDER_AT] + y], d[o[ORDER_AT] + y + 1]):
        order = d[o[ORDERS] + k]
        value = align(d, o, rows, order, 0, d[o[LENGTH] + order], weights, dp)
        if value > top or best < 0:
            top, best = value, order
    found = _rows_odds(d, o, rows, spelt, best, top, kind, weights, fit, dp)
    if found <= WORTH_CUTTING:
        return found
    return min(found, _limit(_worst_in_cut(d, o, rows, y, kind, weights, fit)))


@njit(cache=True, nogil=True)
def _run_together(d, o, x, y, weights, fit, dp):  # type: ignore[no-untyped-def]
    """Two names as if written without spaces."""
    i, j = d[o[WHOLE] + x], d[o[WHOLE] + y]
    hx, hy = d[o[HANZI] + x], d[o[HANZI] + y]
    if i < 0 or j < 0:
        return np.int64(NEVER)
    if hx and hy:
        return _compare_words(d, o, i, hx, j, hy, weights, fit, dp)
    if hx:
        return _rows_to_name(d, o, i, y, WITH_HANZI, weights, fit, dp)
    if hy:
        return _rows_to_name(d, o, j, x, WITH_HANZI, weights, fit, dp)
    top = _letters_odds(d, o, d[o[LETTERS] + i], d[o[LETTERS] + j], weights, fit, dp)
    if not d[o[LATIN] + y]:
        top = max(top, _rows_to_name(d, o, i, y, AS_PINYIN, weights, fit, dp) - _PINYIN_COST)
    if not d[o[LATIN] + x]:
        top = max(top, _rows_to_name(d, o, j, x, AS_PINYIN, weights, fit, dp) - _PINYIN_COST)
    return top


@njit(cache=True, nogil=True)
def _count_names(d, o, x):  # type: ignore[no-untyped-def]
    """How many words of a name say who is meant."""
    n = 0
    for i in range(d[o[WORD_AT] + x], d[o[WORD_AT] + x + 1]):
        n += _naming(d, o, i) > 0
    return n


@njit(cache=True, nogil=True)
def _same_words(d, o, x, y):  # type: ignore[no-untyped-def]
    """Whether both names have as many words that say who is meant, two or more.

    Then they are compared word by word only: run together, one word would make up for another.
    """
    n = _count_names(d, o, x)
    return n > 1 and n == _count_names(d, o, y)


@njit(cache=True, nogil=True)
def _as_written(d, o, x, y, weights, fit, dp, best, memo):  # type: ignore[no-untyped-def]
    """Log odds of two names of the store as they stand, without their other names."""
    x0, nx = d[o[WORD_AT] + x], d[o[WORD_AT] + x + 1] - d[o[WORD_AT] + x]
    y0, ny = d[o[WORD_AT] + y], d[o[WORD_AT] + y + 1] - d[o[WORD_AT] + y]
    if nx == 0 or ny == 0:
        return np.int64(NEVER)
    hx, hy = d[o[HANZI] + x], d[o[HANZI] + y]
    if nx == 1 and ny == 1:
        top = _compare_words(d, o, x0, hx, y0, hy, weights, fit, dp)
        return min(top, TITLE_ODDS) if _is_title(d, o, x0) and _is_title(d, o, y0) else top
    top = _assign(d, o, x, y, weights, fit, dp, best, memo)
    if not _same_words(d, o, x, y):
        top = max(top, _run_together(d, o, x, y, weights, fit, dp))
    return top


@njit(cache=True, nogil=True)
def _is_title(d, o, i):  # type: ignore[no-untyped-def]
    a = d[o[LETTERS] + i]
    return a >= 0 and d[o[TITLE] + a]


@njit(cache=True, nogil=True)
def _kind(d, o, x, y):  # type: ignore[no-untyped-def]
    """Which curve a pair of names is read by."""
    if d[o[HANZI] + x] or d[o[HANZI] + y]:
        return BOTH_HANZI if d[o[HANZI] + x] and d[o[HANZI] + y] else WITH_HANZI
    return SAME_SCRIPT if d[o[FAMILY] + x] == d[o[FAMILY] + y] else CROSS


@njit(cache=True, nogil=True)
def name_pair(d, o, x, y, weights, fit, dp, best, memo):  # type: ignore[no-untyped-def]
    """(log odds in 1/64 nat, kind of pair) of two names of the store; the same for (y, x)."""
    top = _as_written(d, o, x, y, weights, fit, dp, best, memo)
    for k in range(d[o[OTHER_AT] + x], d[o[OTHER_AT] + x + 1]):
        v = _as_written(d, o, d[o[OTHERS] + k], y, weights, fit, dp, best, memo)
        top = max(top, v - _OTHER_COST)
    for k in range(d[o[OTHER_AT] + y], d[o[OTHER_AT] + y + 1]):
        v = _as_written(d, o, x, d[o[OTHERS] + k], weights, fit, dp, best, memo)
        top = max(top, v - _OTHER_COST)
    return top, _kind(d, o, x, y)


def _lend(typing, array):  # type: ignore[no-untyped-def]
    """The same array without an owner: numba counts an owner at every call."""

    def generate(context, builder, signature, args):  # type: ignore[no-untyped-def]
        view = context.make_array(signature.args[0])(context, builder, args[0])
        view.meminfo = cgutils.get_null_value(view.meminfo.type)  # type: ignore[no-untyped-call]
        return view._getvalue()

    return array(array), generate


_borrow: Any = intrinsic(_lend)


@njit(cache=True, nogil=True)
def score_rows(d, o, left, right, weights, fit, dp, best, memo, out, kinds):  # type: ignore[no-untyped-def]
    """Score name `left[k]` against name `right[k]` for every k, into `out` and `kinds`."""
    d, o, weights, fit = _borrow(d), _borrow(o), _borrow(weights), _borrow(fit)
    dp, best, memo = _borrow(dp), _borrow(best), _borrow(memo)
    for k in range(len(left)):
        out[k], kinds[k] = name_pair(d, o, left[k], right[k], weights, fit, dp, best, memo)


@njit(cache=True, nogil=True)
def _turn_edges(end, column, kind, edge_from, position_at, least, most):  # type: ignore[no-untyped-def]
    """The edges with a kind from `least` to `most` by the position they end at; where those begin.

    Each is its first position and, above `FROM_BITS`, its column. A counting sort in two rounds.
    """
    at = np.zeros(len(edge_from) + 1, np.int32)
    edges = np.empty(len(end), np.int32)
    for counting in (True, False):
        for p in range(len(position_at) - 1):
            p0 = position_at[p]
            for start in range(position_at[p + 1] - p0):
                for e in range(edge_from[p0 + start], edge_from[p0 + start + 1]):
                    if not least <= kind[e] <= most:
                        continue
                    if counting:
                        at[p0 + end[e] + 2] += 1
                    else:
                        edges[at[p0 + end[e] + 1]] = start + (column[e] << FROM_BITS)
                        at[p0 + end[e] + 1] += 1
        for k in range(1, len(at) if counting else 0):
            at[k] += at[k - 1]
    return edges[: at[-1]], at[:-1]


def _renumber(used: tuple[Ints, ...], kept: int, size: int) -> tuple[Ints, Ints]:
    """What is used of `size` numbers, the first `kept` in any case; and the new number of each."""
    counts = np.zeros(size, np.int64)
    for numbers in used:
        counts += np.bincount(numbers, minlength=size)
    counts[:kept] = 1
    old = np.flatnonzero(counts).astype(np.int32)
    new = np.zeros(size, np.int32)
    new[old] = np.arange(len(old), dtype=np.int32)
    return old, new


def pack(store: Store, weights: Weights) -> tuple[Ints, NDArray[np.int64], Weights]:
    """What the compiled functions take: a store as one array, where each of its own begins, weights.

    Passing the store itself costs more than the alignment: every array in it is counted at every
    call. Of the weights (row × column) only the rows and columns that occur are kept, and renumbered:
    40 MB don't fit into the cache of a processor, and an alignment is little but looking them up.
    """
    rows, row = _renumber((store.rows,), 2, weights.shape[0])
    columns, column = _renumber((store.edge_column, store.skip_column), 1, weights.shape[1])
    store = store._replace(
        rows=row[store.rows],
        edge_column=column[store.edge_column],
        skip_column=column[store.skip_column],
    )
    edges = store.edge_end, store.edge_column, store.edge_kind, store.edge_from, store.position_at
    arrays = (*store, *_turn_edges(*edges, 0, 1), *_turn_edges(*edges, 1, 2))
    sizes = [len(array) for array in arrays]
    return np.concatenate(arrays), np.cumsum([0, *sizes[:-1]]), weights[np.ix_(rows, columns)]


def workspace(store: Store) -> tuple[Ints, NDArray[np.int64], NDArray[np.int64]]:
    """The scratch tables that the kernel needs for this store, and its memory of word pairs."""
    rows = int(np.diff(store.row_at).max(initial=0)) + 1
    return (
        np.empty(rows * (int(store.length.max(initial=0)) + 1), np.int32),
        np.empty((8, 256), np.int64),
        np.zeros(2 * MEMO, np.int64),
    )
