"""What must hold for the score of any two names, whatever the model learned."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigaq.names import MAX_LENGTH, POSSIBLE, NameTooLong, rank, score, score_pairs

from .strategies import REAL, any_text, in_presentation_forms, names

OTHERS = ("Нұрбақыт", "努尔巴合提", "NUERBAHETI", "مەمەت", "Gülnaz Hajji", "")


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    """The first score compiles the kernel, which no property should be timed on."""
    score("a", "b")


def scores_of(name: str) -> list[float]:
    return score_pairs([(name, other) for other in OTHERS]).tolist()


@given(names, names)
def test_scores_are_symmetric_and_between_0_and_1(a: str, b: str) -> None:
    there, back = score_pairs([(a, b), (b, a)])
    assert there == back
    assert 0 <= there <= 1


@given(names, st.sampled_from(("kk-Cyrl", "ug-Arab", "zh-Hans", "und-Latn", "nonsense", "")), names)
def test_scores_are_symmetric_with_tags(a: str, tag: str, b: str) -> None:
    assert score(a, b, tag, "") == score(b, a, "", tag)


@given(names, st.sampled_from("\u200b\u200d\ufeff\u00ad\u200f"))
def test_how_a_name_is_typed_does_not_change_its_scores(name: str, mark: str) -> None:
    middle = len(name) // 2
    variants = [
        unicodedata.normalize("NFC", name),
        unicodedata.normalize("NFD", name),
        f"  {name.replace(' ', '  ')}\t",
        name[:middle] + mark + name[middle:],
        in_presentation_forms(name),
    ]
    if "ı" not in name and "I" not in name:
        variants += [name.upper(), name.lower()]
    as_typed = scores_of(name)
    assert [scores_of(variant) for variant in variants] == [as_typed] * len(variants)


@given(any_text, any_text)
@settings(max_examples=200)
def test_any_text_is_scored(a: str, b: str) -> None:
    assert 0 <= score(a, b) <= 1


@pytest.mark.parametrize("filler", ["a", "努", "ﷺ", "ы·", "\U0001f600", "\u0301", "'", "x ", "ng"])
def test_the_longest_names_are_scored(filler: str) -> None:
    longest = (filler * MAX_LENGTH)[:MAX_LENGTH]
    assert 0 <= score(longest, "Нұрбақыт") <= 1
    assert 0 <= score(longest, longest) <= 1


@pytest.mark.parametrize("place", [0, 1])
def test_longer_names_are_refused(place: int) -> None:
    pair = ["Нұрбақыт", "Нұрбақыт"]
    pair[place] = "a" * (MAX_LENGTH + 1)
    with pytest.raises(NameTooLong, match="257 characters"):
        score(*pair)
    with pytest.raises(NameTooLong):
        list(rank(pair[:1], pair[1:], 1))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Memet Hajji", "Ghulam Hajji"),
        ("Нұрлан Қажы", "Серік Қажы"),
        ("Imam Tursun", "Imam Rishat"),
        ("Болатұлы", "Серікұлы"),
        ("Aygül Qari", "Erkin Qari"),
        ("Омаров", "Жүсіпов"),
    ],
)
def test_a_shared_title_or_ending_makes_no_match(a: str, b: str) -> None:
    assert score(a, b) < POSSIBLE


def test_one_name_in_every_script_scores_above_another() -> None:
    spellings = ("Нұрбақыт", "نۇرباقىت", "努尔巴合提", "Nurbakhyt", "NUERBAHETI")
    pairs = [(a, b) for a in spellings for b in spellings if a < b]
    assert np.min(score_pairs(pairs)) >= POSSIBLE
    assert np.max(score_pairs([(a, "Гүлнар") for a in spellings])) < POSSIBLE


@given(st.lists(st.sampled_from(REAL), max_size=6), st.lists(names, max_size=6), st.integers(1, 8))
@settings(max_examples=30)
def test_ranks_are_the_best_scores_in_order(asked: list[str], offered: list[str], top: int) -> None:
    rankings = list(rank(asked, offered, top))
    assert len(rankings) == len(asked)
    for query, ranking in zip(asked, rankings, strict=True):
        alone = score_pairs([(query, other) for other in offered])
        assert [r.score for r in ranking] == sorted(alone.tolist(), reverse=True)[:top]
        assert all(r.score == alone[r.position] for r in ranking)
