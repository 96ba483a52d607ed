"""How far two skeletons of consonants (see `skeleton`) are apart.

Importing this module imports numba, so only `kernel` does.
"""

from numba import njit

from aigaq.names.skeleton import COSTS


@njit("int64(int32[::1], int64, int64, int64, int64, int32[::1], int64)", cache=True, nogil=True)
def distance(d, a, a_end, b, b_end, row, table):  # type: ignore[no-untyped-def]
    """Edit distance of the classes ``d[a:a_end]`` and ``d[b:b_end]``, in halves of a consonant.

    ``row`` is scratch, longer than the second; ``table`` is one of the three of ``COSTS``.
    """
    m = b_end - b
    row[0] = 0
    for j in range(m):
        row[j + 1] = row[j] + COSTS[table, 0, d[b + j]]
    for i in range(a, a_end):
        corner = row[0]
        row[0] += COSTS[table, d[i], 0]
        for j in range(m):
            above = row[j + 1]
            row[j + 1] = min(
                corner + COSTS[table, d[i], d[b + j]],
                above + COSTS[table, d[i], 0],
                row[j] + COSTS[table, 0, d[b + j]],
            )
            corner = above
    return row[m]
