import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.linkage.spelling import count_edits, find_variants, fold_sound, read_words

LETTERS = st.text("ABCDE", max_size=8)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Abachian, Juan Carlos", ("ABACHIAN", "JUAN", "CARLOS")),
        ("GUÑI  MUÑOZ", ("GUNI", "MUNOZ")),
        ("D’Agostino O'Brien", ("DAGOSTINO", "OBRIEN")),
        ("Бөкейхан", ("BOKEYKHAN",)),
        ("García García", ("GARCIA",)),
        (" — ", ()),
    ],
)
def test_reads_words(text, words):
    assert read_words(text, "") == words


def test_apostrophes_that_romanising_brings_in_do_not_split_a_word():
    assert len(read_words("Асфендьяров", "ru-Cyrl")) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("GONZALEZ", "GONSALES"), ("HERRERA", "ERRERA"), ("YBARRA", "IBARRA")]
)
def test_spellings_of_one_sound_fold_together(one, other):
    assert fold_sound(one) == fold_sound(other)


def test_variants_are_close_words_only():
    near = find_variants({"GONZALEZ", "GONSALES", "MARTA", "MARIA", "PEREZ", "ANA", "ANN", "JUAN"})
    assert near["GONZALEZ"] == ("GONSALES",)
    assert near["MARTA"] == ("MARIA",)
    assert "PEREZ" not in near
    assert "ANA" not in near  # three letters: one letter apart is another name


@given(st.sets(st.text("ABCZ", min_size=1, max_size=9), max_size=12))
def test_variants_are_mutual_and_never_the_word_itself(words):
    near = find_variants(words)
    for word, others in near.items():
        assert word not in others
        assert all(word in near[other] for other in others)


@given(st.sets(st.text("ABCD", min_size=7, max_size=9), max_size=10))
def test_no_variant_within_two_letters_is_missed(words):
    near = find_variants(words)
    for one in words:
        for other in words - {one}:
            if count_edits(one, other) <= 2:
                assert other in near[one]


@given(LETTERS, LETTERS)
def test_edits_measure(one, other):
    edits = count_edits(one, other)
    assert edits == count_edits(other, one)
    assert (edits == 0) == (one == other)
    assert abs(len(one) - len(other)) <= edits <= max(len(one), len(other))


def test_swapped_neighbours_are_one_edit():
    assert count_edits("ABACHIAN", "ABAHCIAN") == 1
