"""Matching one side to the other, each at most once, so that the total is greatest."""

from collections.abc import Sequence
from math import inf


def assign(gains: Sequence[Sequence[float]]) -> list[int | None]:
    """Return, for each row, the column it is matched with, so that the sum of gains is greatest.

    The Hungarian method by shortest augmenting paths, O(rows² · columns) (Kuhn 1955; Jonker and
    Volgenant 1987). A gain of 0 or less is never taken: such a row stays alone.

    Args:
        gains: rows × columns, all rows of one length.

    Returns:
        Column by row, None for a row left alone; a column stands at most once.
    """
    rows = len(gains)
    if not rows:
        return []
    columns = len(gains[0])
    # A column of its own for each row, of gain 0, lets the row stay alone.
    costs = [[-max(gain, 0.0) for gain in row] + [0.0] * rows for row in gains]
    holder = _match_all(costs)
    matched: list[int | None] = [None] * rows
    for column in range(columns):
        row = holder[column]
        if row is not None and gains[row][column] > 0:
            matched[row] = column
    return matched


def _match_all(costs: Sequence[Sequence[float]]) -> list[int | None]:
    """Return the row that holds each column in the cheapest matching of all rows."""
    width = len(costs[0])
    by_row = [0.0] * len(costs)
    by_column = [0.0] * width
    holder: list[int | None] = [None] * width
    for row in range(len(costs)):
        _augment(row, costs, by_row, by_column, holder)
    return holder


def _augment(
    start: int,
    costs: Sequence[Sequence[float]],
    by_row: list[float],
    by_column: list[float],
    holder: list[int | None],
) -> None:
    """Give `start` a column along the cheapest path of exchanges, and keep the potentials in step."""
    width = len(by_column)
    best = [inf] * width
    came_from: list[int | None] = [None] * width
    done: list[int] = []
    row, last = start, None
    while True:
        for column in set(range(width)).difference(done):
            reduced = costs[row][column] - by_row[row] - by_column[column]
            reached = reduced + (best[last] if last is not None else 0.0)
            if reached < best[column]:
                best[column], came_from[column] = reached, last
        nearest = min(set(range(width)).difference(done), key=lambda c: (best[c], c))
        done.append(nearest)
        last = nearest
        held = holder[nearest]
        if held is None:
            break
        row = held
    length = best[last]
    by_row[start] += length
    for column in done[:-1]:
        held = holder[column]
        if held is not None:
            by_row[held] += length - best[column]
        by_column[column] -= length - best[column]
    _exchange(last, start, came_from, holder)


def _exchange(
    column: int, start: int, came_from: Sequence[int | None], holder: list[int | None]
) -> None:
    while (before := came_from[column]) is not None:
        holder[column] = holder[before]
        column = before
    holder[column] = start


def weigh_matchings(odds: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return, for each row and column, the share of matchings that join the two.

    Every matching (each row with at most one column, each column with at most one row) weighs the
    product of its pairs' odds. Exact up to 12 columns or rows; beyond, each pair is weighed against
    its own row and column alone, which only ever makes it less sure.

    Args:
        odds: rows × columns, 0 where two can't be joined.

    Returns:
        Shares between 0 and 1, rows × columns.
    """
    if not odds:
        return []
    if len(odds[0]) > len(odds):
        turned = weigh_matchings([list(column) for column in zip(*odds, strict=True)])
        return [list(row) for row in zip(*turned, strict=True)]
    if len(odds[0]) > _MOST_COLUMNS:
        return _weigh_locally(odds)
    columns = len(odds[0])
    before = _sum_by_columns(odds)
    after = _sum_by_columns(odds[::-1])[::-1]
    full = (1 << columns) - 1
    total = sum(before[-1].values())
    shares = []
    for row, values in enumerate(odds):
        shares.append(
            [
                values[column]
                * _sum_disjoint(before[row], after[row + 1], full & ~(1 << column))
                / total
                if values[column]
                else 0.0
                for column in range(columns)
            ]
        )
    return shares


_MOST_COLUMNS = 12


def _sum_by_columns(odds: Sequence[Sequence[float]]) -> list[dict[int, float]]:
    """Return, after each number of rows, the weight of their matchings by the set of columns taken."""
    states: list[dict[int, float]] = [{0: 1.0}]
    for values in odds:
        new = dict(states[-1])
        for taken, weight in states[-1].items():
            for column, value in enumerate(values):
                if value and not taken >> column & 1:
                    key = taken | 1 << column
                    new[key] = new.get(key, 0.0) + weight * value
        states.append(new)
    return states


def _sum_disjoint(one: dict[int, float], other: dict[int, float], allowed: int) -> float:
    return sum(
        a * b
        for taken, a in one.items()
        if not taken & ~allowed
        for rest, b in other.items()
        if not rest & (~allowed | taken)
    )


def _weigh_locally(odds: Sequence[Sequence[float]]) -> list[list[float]]:
    rows = [sum(row) for row in odds]
    columns = [sum(column) for column in zip(*odds, strict=True)]
    return [
        [value / (1 + rows[r] + columns[c] - value) for c, value in enumerate(row)]
        for r, row in enumerate(odds)
    ]
