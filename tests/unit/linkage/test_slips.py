import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aigaq.linkage.slips import find_slips

WORDS = st.lists(st.text("abcde", min_size=3, max_size=7), min_size=2, max_size=12, unique=True)


def slips(words, scripts=None):
    found = np.zeros(len(words), np.int8) if scripts is None else np.array(scripts, np.int8)
    return {(words[a], words[b]) for a, b in zip(*find_slips(words, found), strict=True)}


def test_one_letter_lost_added_changed_or_swapped():
    words = ["mueller", "mueler", "meuller", "mullerx", "muexler", "schmidt"]
    near = slips(words)
    assert {("mueller", "mueler"), ("mueller", "meuller"), ("mueller", "muexler")} <= near
    assert not [pair for pair in near if "schmidt" in pair]


def test_words_of_two_scripts_are_no_slips_of_each_other():
    assert slips(["mama", "mamа"], [0, 1]) == set()


@given(WORDS)
def test_pairs_are_those_that_share_what_is_left_when_a_letter_goes(words):
    def reach(word):
        return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}

    expected = {(a, b) for i, a in enumerate(words) for b in words[i + 1 :] if reach(a) & reach(b)}
    assert slips(words) == expected


def test_nothing_to_compare():
    assert slips([]) == slips(["ab"]) == set()
