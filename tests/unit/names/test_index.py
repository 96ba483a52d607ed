"""The search index finds what a full comparison finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigaq.names import Index, NameTooLong, score

GIVEN = [
    "Нұрлан",
    "Серік",
    "Гүлнар",
    "Ерболат",
    "Айгүл",
    "Дәулет",
    "Бақыт",
    "Жанар",
    "Мұрат",
    "Әсет",
]
FATHERS = ["Омарұлы", "Ахметұлы", "Сәбитұлы", "Қасымұлы", "Тоқтарұлы", "Сұлтанұлы", "Бекұлы"]
NAMES = [f"{g} {f}" for g in GIVEN for f in FATHERS]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build([*NAMES, "努尔巴合提·沙比提", ("نۇرباقىت", "kk-Arab")])


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("Гүлнар Сәбитұлы", "Гүлнар Сәбитұлы"),
        ("Gulnar Sabit", "Гүлнар Сәбитұлы"),
        ("叶尔波拉提·奥马尔", "Ерболат Омарұлы"),
        ("DAULETI", "Дәулет"),
    ],
)
def test_the_right_name_comes_first_in_any_script(index: Index, query: str, right: str) -> None:
    best = index.search(query, 3)[0]
    assert NAMES[best.position].startswith(right)


def test_results_carry_the_pair_scores_best_first(index: Index) -> None:
    found = index.search("Серик Омаров", 5)
    scores = [f.score for f in found]
    assert scores == sorted(scores, reverse=True)
    assert scores == [score("Серик Омаров", NAMES[f.position]) for f in found]


def test_the_best_of_the_index_is_the_best_of_all(index: Index) -> None:
    for query in ("Murat Toktar", "Жанар Касымовна", "贾纳尔·阿合买提"):
        best = index.search(query, 1)[0]
        assert best.score == pytest.approx(max(score(query, n) for n in NAMES), abs=0.02)


def test_an_empty_index_and_an_empty_query_find_nothing(index: Index) -> None:
    assert Index.build([]).search("Нұрлан") == ()
    assert len(index) == len(NAMES) + 2
    assert all(np.isfinite(f.score) for f in index.search(""))


def test_too_long_a_name_is_refused(index: Index) -> None:
    with pytest.raises(NameTooLong):
        index.search("а" * 257)
    with pytest.raises(NameTooLong):
        Index.build(["а" * 257])


@settings(max_examples=40, deadline=None)
@given(query=st.text(max_size=256))
def test_no_query_raises(query: str) -> None:
    assert len(Index.build(NAMES[:9]).search(query, 4)) <= 4
