from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.linkage.assignment import _weigh_locally, assign, weigh_matchings

assign([[1.0]])  # SciPy is imported here, before hypothesis looks at the clock


def tables(low, high, size=4):
    cell = st.integers(low, high).map(float)
    return st.tuples(st.integers(1, size), st.integers(1, size)).flatmap(
        lambda shape: st.lists(
            st.lists(cell, min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )


def all_matchings(rows, columns):
    places = [*range(columns), *[None] * rows]
    return {tuple(chosen) for chosen in permutations(places, rows)}


@given(tables(-5, 20))
def test_assignment_has_the_greatest_total(gains):
    chosen = assign(gains)
    taken = [column for column in chosen if column is not None]
    assert len(taken) == len(set(taken))

    def total(matching):
        return sum(gains[row][c] for row, c in enumerate(matching) if c is not None)

    best = max(total(m) for m in all_matchings(len(gains), len(gains[0])))
    assert total(chosen) == pytest.approx(best)


def test_the_best_pair_yields_where_both_gain():
    assert assign([[10.0, 9.0], [9.0, 1.0]]) == [1, 0]


def test_nothing_gained_is_left_alone():
    assert assign([[-1.0, 0.0]]) == [None]
    assert assign([]) == []


@given(tables(0, 6))
def test_shares_are_those_of_all_matchings(odds):
    shares = weigh_matchings(odds)
    weights = {}
    for matching in all_matchings(len(odds), len(odds[0])):
        weight = 1.0
        for row, column in enumerate(matching):
            weight *= 1.0 if column is None else odds[row][column]
        weights[matching] = weight
    total = sum(weights.values())
    for row in range(len(odds)):
        for column in range(len(odds[0])):
            own = sum(w for m, w in weights.items() if m[row] == column)
            assert shares[row][column] == pytest.approx(own / total)


def test_large_islands_are_weighed_pair_by_pair_and_less_surely():
    odds = [[50.0 if row == column else 1.0 for column in range(13)] for row in range(13)]
    assert weigh_matchings(odds) == _weigh_locally(odds)
    small = [row[:5] for row in odds[:5]]
    exact, local = weigh_matchings(small), _weigh_locally(small)
    assert all(local[n][n] < exact[n][n] for n in range(5))
