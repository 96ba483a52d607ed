import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.linkage.cuts import apply_cuts
from aigaq.linkage.nearness import find_near
from aigaq.linkage.ragged import Lists, make_lists, pick
from aigaq.linkage.spellings import Lexicon, group, take
from aigaq.linkage.table import encode


def read(text, affixes=True):
    lexicon = Lexicon(affixes=affixes)
    found = lexicon.read([text])
    return [lexicon.spellings[number] for number in found.flat]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Нұрлан Ахметұлы", ["нұрлан", "ахмет"]),
        ("Nurlan Ahmet oghli", ["nurlan", "ahmet"]),
        ("努尔兰·艾合买提", ["努尔兰", "艾合买提"]),
        ("ZiaGabitan", ["zia", "gabitan"]),
        ("MÜLLER, Jürgen", ["muller", "jurgen"]),
        ("N. Ahmet", ["ahmet"]),
        ("Ahmet Ahmet", ["ahmet"]),
        ("  ", []),
    ],
)
def test_a_name_is_read_into_words_without_titles_and_endings(text, words):
    assert read(text) == words


def words_of(spellings, counts):
    lexicon = Lexicon(affixes=True)
    numbers = [lexicon.add(one) for one in spellings]
    counts = np.array(counts, np.int64)
    words = group(counts, find_near(lexicon.spellings, lexicon.scripts(), counts))
    return [int(words.word[number]) for number in numbers]


def test_one_name_in_four_scripts_is_one_word():
    found = words_of(["мәмет", "memet", "买买提", "مەمەت", "schneider"], [5, 9, 4, 4, 8])
    assert len(set(found[:4])) == 1
    assert found[4] != found[0]


def test_a_slip_gathers_round_the_name_it_misses():
    found = words_of(["schneider", "schnieder", "fischer"], [40, 1, 30])
    assert found[0] == found[1] != found[2]


def test_two_frequent_names_one_letter_apart_stay_two():
    murat, marat = words_of(["мурат", "марат"], [200, 180])
    assert murat != marat


ROWS = st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=8)


@given(ROWS, st.lists(st.integers(0, 7), max_size=10))
def test_picking_rows_of_ragged_lists(rows, lines):
    lines = [line % len(rows) for line in lines]
    flat = np.array([number for row in rows for number in row], np.int32)
    held = make_lists(len(rows), np.repeat(np.arange(len(rows)), [len(r) for r in rows]), flat)
    picked = pick(held, np.array(lines, np.int64))
    found = [picked.flat[picked.start[n] : picked.start[n + 1]].tolist() for n in range(len(lines))]
    assert found == [sorted(set(rows[line])) for line in lines]


@given(ROWS)
def test_cut_spellings_become_their_parts_in_place(rows):
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    held = Lists(start, np.array([n for row in rows for n in row], np.int32))
    cut = apply_cuts(held, {3: (20, 21), 7: (22, 23)})
    found = [cut.flat[cut.start[n] : cut.start[n + 1]].tolist() for n in range(len(rows))]
    parts = {3: [20, 21], 7: [22, 23]}
    assert found == [[p for n in row for p in parts.get(n, [n])] for row in rows]


def test_rows_that_say_nothing_have_empty_lists():
    lexicon = Lexicon(affixes=True)
    column = encode(["Ana Rojas", "", "Eva"])
    assert take(lexicon.read(column.values), column).counts().tolist() == [2, 0, 1]
