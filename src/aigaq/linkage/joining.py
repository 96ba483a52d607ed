"""The compiled part of clusters: what holds together, and average linkage in small parts.

Importing this module imports numba, so only `clusters` imports it, on first use.
"""

import numpy as np
from numba import njit

#: Records of one part above which a table of all against all is no longer small.
MOST_RECORDS = 64


@njit(cache=True, nogil=True)
def find_parts(records, left, right):  # type: ignore[no-untyped-def]
    """Return for each of `records` the least record that pairs (left, right) tie it to."""
    parent = np.arange(records)
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        while parent[other] != other:
            parent[other] = parent[parent[other]]
            other = parent[other]
        if one < other:
            parent[other] = one
        else:
            parent[one] = other
    for record in range(records):
        parent[record] = parent[parent[record]]
    return parent


@njit(cache=True, nogil=True)
def join_small(bounds, left, right, bits, least, unscored, free, heads, done):  # type: ignore[no-untyped-def]
    """Join the records of each small part that is `free` by average linkage; see `clusters.cluster`.

    The pairs of part i are `bounds[i]` to `bounds[i + 1]` of `left`, `right` and `bits`. Fills `heads` for
    their records and sets `done` of the part; leaves parts alone that have too many records.
    """
    total = np.zeros((MOST_RECORDS, MOST_RECORDS))
    count = np.zeros((MOST_RECORDS, MOST_RECORDS), np.int64)
    for part in range(len(bounds) - 1):
        low, high = bounds[part], bounds[part + 1]
        if not free[part]:
            continue
        here = np.unique(np.concatenate((left[low:high], right[low:high])))
        if len(here) > MOST_RECORDS:
            continue
        total[: len(here), : len(here)] = 0
        count[: len(here), : len(here)] = 0
        for pair in range(low, high):
            a = np.searchsorted(here, left[pair])
            b = np.searchsorted(here, right[pair])
            total[a, b] += bits[pair]
            total[b, a] = total[a, b]
            count[a, b] += 1
            count[b, a] = count[a, b]
        _join(here, total, count, least, unscored, heads)
        done[part] = True


@njit(cache=True, nogil=True)
def _join(here, total, count, least, unscored, heads):  # type: ignore[no-untyped-def]
    """Join the two groups of the best mean, the lower pair of heads first, while it is good enough."""
    size = np.ones(len(here), np.int64)
    while True:
        best, one, other = least, -1, -1
        for a in range(len(here)):
            for b in range(a + 1, len(here)):
                if size[a] and size[b] and count[a, b]:
                    pairs = size[a] * size[b]
                    mean = (total[a, b] + unscored * (pairs - count[a, b])) / pairs
                    if mean > best or (one < 0 and mean >= best):
                        best, one, other = mean, a, b
        if one < 0:
            return
        for a in range(len(here)):
            if heads[here[a]] == here[other]:
                heads[here[a]] = here[one]
            total[one, a] += total[other, a]
            total[a, one] = total[one, a]
            count[one, a] += count[other, a]
            count[a, one] = count[one, a]
        size[one] += size[other]
        size[other] = 0
