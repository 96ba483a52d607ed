"""Words of one table beside their like: the lists agree with the score, and with each other."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigaq.names import NameTooLong, score
from aigaq.names.neighbours import CLUSTERED, Neighbours, find_spellings, neighbours

from .strategies import REAL

WORDS = sorted({word for name in REAL for word in name.replace("·", " ").split()})
NURBAQYT = ["Нұрбақыт", "نۇرباقىت", "努尔巴合提", "Nurbakhyt"]


def listed(near: Neighbours) -> list[list[int]]:
    at, other, _ = near.lists()
    return [other[a:b].tolist() for a, b in pairwise(at)]


def test_spellings_of_one_name_stand_beside_each_other_in_every_script() -> None:
    near = neighbours(WORDS)
    places = [WORDS.index(word) for word in NURBAQYT]
    for i in places:
        assert set(places) - {i} <= set(listed(near)[i])
    assert len({int(find_spellings(WORDS, near)[i]) for i in places}) == 1


@settings(max_examples=20, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS) | st.text(max_size=12), unique=True, max_size=25))
def test_each_list_holds_what_its_score_says_and_membership_goes_both_ways(
    words: Sequence[str],
) -> None:
    near = neighbours(words)
    at, _, scores = near.lists()
    lists, leaders = listed(near), find_spellings(words, near)
    assert len(lists) == len(words)
    for i, word in enumerate(words):
        here = scores[at[i] : at[i + 1]]
        assert list(here) == sorted(here, reverse=True)
        for j, found in zip(lists[i], here, strict=True):
            assert i != j
            assert i in lists[j]
            assert found == pytest.approx(score(word, words[j]), abs=1e-6)
        assert leaders[leaders[i]] == leaders[i]


def test_a_word_of_a_cluster_is_near_the_others_on_average() -> None:
    near = neighbours(WORDS)
    at, other, scores = near.lists()
    leaders = find_spellings(WORDS, near)
    for i in range(len(WORDS)):
        fellows = {j for j in range(len(WORDS)) if leaders[j] == leaders[i]} - {i}
        here = [scores[k] for k in range(at[i], at[i + 1]) if other[k] in fellows]
        assert sum(here) >= CLUSTERED * len(fellows) / 2


@settings(max_examples=10, deadline=None)
@given(words=st.permutations(WORDS))
def test_the_order_of_the_words_changes_nothing_but_the_numbers(words: list[str]) -> None:
    assert by_word(neighbours(words), words) == by_word(neighbours(WORDS), WORDS)


def by_word(near: Neighbours, words: Sequence[str]) -> dict[str, tuple[str, frozenset[str]]]:
    leaders = find_spellings(words, near)
    return {
        word: (words[leaders[i]], frozenset(words[j] for j in listed(near)[i]))
        for i, word in enumerate(words)
    }


def test_pairs_hold_each_pair_once_in_order() -> None:
    near = neighbours(WORDS)
    left, right, _ = near.pairs()
    assert (left < right).all()
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert sum(map(len, listed(near))) == 2 * len(pairs)


def test_with_heads_every_pair_has_one() -> None:
    heads = np.array([word in NURBAQYT[:2] for word in WORDS])
    left, right, _ = neighbours(WORDS, heads=heads).pairs()
    assert len(left) > 0
    assert (heads[left] | heads[right]).all()
    found = {(WORDS[i], WORDS[j]) for i, j in zip(left, right, strict=True)}
    assert ("Nurbakhyt", "Нұрбақыт") in found
    assert ("Nurbakhyt", "努尔巴合提") not in found


def test_language_tags_are_taken_into_account() -> None:
    words = [("سەرىك", "kk-Arab"), ("Серік", "kk-Cyrl")]
    near = neighbours(words)
    assert near.score[0] == pytest.approx(score("سەرىك", "Серік", "kk-Arab", "kk-Cyrl"), abs=1e-6)


def test_no_words_and_a_single_one_have_no_neighbours() -> None:
    for words in ([], ["Нұрлан"], [""]):
        near = neighbours(words)
        assert len(near.left) == 0
        assert np.array_equal(find_spellings(words, near), np.arange(len(words)))


def test_too_long_a_word_is_refused() -> None:
    with pytest.raises(NameTooLong):
        neighbours(["а" * 257])
