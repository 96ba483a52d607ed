"""Consonants of words of one script: what is a habit, what is another name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.names.bone_distance import distance
from aigaq.names.skeleton import ONE_SCRIPT, OTHER_CONSONANT, PINYIN, TWO_SCRIPTS, bones
from aigaq.names.symbols import SYMBOLS, read_word

SKELETONS = st.text(SYMBOLS, max_size=12).map(lambda word: bones(map(SYMBOLS.index, word)))


def measure(a: tuple[int, ...], b: tuple[int, ...], table: int = ONE_SCRIPT) -> int:
    both, middle = np.array([*a, *b], np.int32), len(a)
    scratch = np.zeros(len(b) + 1, np.int32)
    return int(distance(both, 0, middle, middle, len(both), scratch, table))


def compare(a: str, b: str, script: str = "Cyrl", table: int = ONE_SCRIPT) -> int:
    first, second = (bones(map(SYMBOLS.index, read_word(w, script, ""))) for w in (a, b))
    return measure(first, second, table)


@pytest.mark.parametrize(
    ("a", "b", "script"),
    [
        ("мұрат", "мурад", "Cyrl"),
        ("жамбыл", "джамбул", "Cyrl"),
        ("нұрбақыт", "нурбахыт", "Cyrl"),
        ("дәулет", "давлет", "Cyrl"),
        ("жүсіп", "юсуп", "Cyrl"),
        ("perhat", "farhad", "Latn"),
        ("qairat", "kayrat", "Latn"),
        ("janbolat", "zhanbolat", "Latn"),
        ("tengri", "tenri", "Latn"),
    ],
)
def test_habits_of_spelling_are_near(a: str, b: str, script: str) -> None:
    assert compare(a, b, script) < OTHER_CONSONANT


@pytest.mark.parametrize(
    ("a", "b"),
    [("гүлсара", "гүлнара"), ("асылбек", "асанбек"), ("сәкен", "мәкен"), ("ерлан", "ержан")],
)
def test_another_consonant_is_far(a: str, b: str) -> None:
    assert compare(a, b) >= OTHER_CONSONANT


def test_foreign_spellings_may_leave_out_one_letter_but_not_two() -> None:
    assert compare("камбриџ", "кабри", table=TWO_SCRIPTS) >= OTHER_CONSONANT
    assert (
        compare("паскаль", "пасал", table=TWO_SCRIPTS)
        < OTHER_CONSONANT
        <= compare("паскаль", "пасал")
    )


def test_r_and_l_are_one_in_pinyin_alone() -> None:
    assert compare("tuerxun", "tulexun", "Latn", PINYIN) < OTHER_CONSONANT
    assert compare("tursun", "tulsun", "Latn") >= OTHER_CONSONANT


@given(SKELETONS, SKELETONS, st.sampled_from([ONE_SCRIPT, TWO_SCRIPTS, PINYIN]))
def test_the_distance_is_symmetric_and_nought_to_itself(
    a: tuple[int, ...], b: tuple[int, ...], table: int
) -> None:
    assert measure(a, b, table) == measure(b, a, table)
    assert measure(a, a, table) == 0
