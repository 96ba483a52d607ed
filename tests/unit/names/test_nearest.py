"""Points in cells: few points are compared with all, many with those around them; words become points."""

import numpy as np
import pytest

from aigaq.names.embedding import Floats, place_names, row_codes
from aigaq.names.model import Scorer
from aigaq.names.nearest import Cells, assign, find_centres, nearest


def make_points(n: int, seed: int = 1) -> Floats:
    """Unit vectors in clumps, as words stand."""
    rng = np.random.default_rng(seed)
    clumps = rng.normal(size=(max(1, n // 20), 16))
    points = clumps[rng.integers(len(clumps), size=n)] + 0.4 * rng.normal(size=(n, 16))
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    return unit.astype(np.float32)


def all_pairs(n: int, points: Floats, **given: object) -> set[tuple[int, int]]:
    options = {
        "owner": np.arange(n, dtype=np.int32),
        "group": np.zeros(n, np.int32),
        "heads": np.ones(n, bool),
        "most": 8,
        "least": -1.0,
        **given,
    }
    left, right = nearest(points, **options)  # type: ignore[arg-type]
    return set(zip(left.tolist(), right.tolist(), strict=True))


def true_pairs(points: Floats, most: int) -> set[tuple[int, int]]:
    likeness = points @ points.T
    np.fill_diagonal(likeness, -2)
    best = np.argsort(-likeness, axis=1)[:, :most]
    return {(i, int(j)) for i, row in enumerate(best) for j in row}


def test_among_few_points_the_nearest_are_found_exactly() -> None:
    points = make_points(300)
    assert all_pairs(300, points) == true_pairs(points, 8)


def test_among_many_points_nearly_all_of_the_nearest_are_found() -> None:
    points = make_points(9_000)
    left, right = zip(*all_pairs(9_000, points, most=1), strict=True)
    asked = np.array(left)
    likeness = points[asked] @ points.T
    likeness[np.arange(len(asked)), asked] = -2
    assert np.mean(likeness.argmax(axis=1) == np.array(right)) > 0.95


def test_each_group_has_its_own_nearest() -> None:
    points = make_points(200)
    group = (np.arange(200) % 4 == 0).astype(np.int32)
    found = all_pairs(200, points, group=group, most=3)
    for i in range(200):
        groups = [int(group[j]) for a, j in found if a == i]
        assert (groups.count(0), groups.count(1)) == (3, 3)


def test_points_of_one_owner_and_points_that_are_no_heads_are_passed_over() -> None:
    points = make_points(200)
    owner = (np.arange(200) // 2).astype(np.int32)
    heads = np.arange(200) < 50
    found = all_pairs(200, points, owner=owner, heads=heads)
    assert found
    assert all(j < 50 and owner[i] != owner[j] for i, j in found)


def test_nothing_below_the_least_product_is_given() -> None:
    points = make_points(200)
    for i, j in all_pairs(200, points, least=0.6):
        assert points[i] @ points[j] > 0.6


def test_a_search_finds_the_point_itself_first() -> None:
    points = make_points(5_000)
    cells = Cells.build(points)
    group = np.zeros(5_000, np.int32)
    for i in range(0, 5_000, 500):
        found, likeness = cells.search(points[i], group, 10)
        assert found[likeness.argmax()] == i
        assert len(found) == 10


def test_no_points_are_no_pairs() -> None:
    empty = np.empty((0, 16), np.float32)
    assert all_pairs(0, empty) == set()
    assert len(find_centres(empty)) == 1
    assert len(assign(empty, find_centres(empty))) == 0


@pytest.mark.parametrize("other", ["نۇرباقىت", "努尔巴合提", "Nurbakhyt", "NUERBAHETI"])
def test_spellings_of_one_name_are_nearer_than_other_names(other: str) -> None:
    words = ["Нұрбақыт", other, "Гүлнар", "Серік", "Дәулет", "Ақерке", "Мұхаммед"]
    scorer = Scorer(words)
    points, owner, script = place_names(scorer.store, row_codes(scorer.parameters.inventory))
    assert np.allclose(np.linalg.norm(points, axis=1), 1, atol=1e-5)
    assert set(script) <= {0, 1, 2, 3}
    likeness = [max((points[owner == 0] @ points[owner == i].T).ravel()) for i in range(1, 7)]
    assert likeness[0] == max(likeness)
