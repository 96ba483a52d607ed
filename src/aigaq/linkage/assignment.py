"""Matching one side to the other, each at most once, so that the total is greatest."""

from collections.abc import Sequence

import numpy as np


def assign(gains: Sequence[Sequence[float]]) -> list[int | None]:
    """Return, for each row, the column it is matched with, so that the sum of gains is greatest.

    By shortest augmenting paths (Crouse, On implementing 2D rectangular assignment algorithms, IEEE
    Transactions on Aerospace and Electronic Systems 2016), as SciPy has it. A gain of 0 or less is never
    taken: such a row stays alone.

    Args:
        gains: rows × columns, all rows of one length.

    Returns:
        Column by row, None for a row left alone; a column stands at most once.
    """
    matched: list[int | None] = [None] * len(gains)
    if not gains or not gains[0]:
        return matched
    # SciPy's optimisers take a third of a second to import, and only lists matched one to one need this.
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    worth = np.maximum(np.array(gains, np.float64), 0.0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if worth[row, column] > 0:
            matched[row] = column
    return matched


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
