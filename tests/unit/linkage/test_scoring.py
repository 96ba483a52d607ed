import os
from datetime import date
from math import log2
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from aigaq.linkage.engine import open_scratch
from aigaq.linkage.scoring import score_pairs, show_value
from aigaq.linkage.types import LinkRecord

from .build import LIST_A, LIST_B, fill, make_mention, on

STRANGERS = fill(40, LIST_A, 500) + fill(0, LIST_B, 700)


def probability(one, other, among=STRANGERS):
    for pair in score_pairs([one, other, *among]):
        if {pair.left, pair.right} == {one.mention, other.mention}:
            return pair.probability
    return 0.0


def test_fifty_people_link_on_the_first_day():
    one = make_mention(1, LIST_A, "Abachian Juan Carlos", birth=on(1950), taken=on(1976, 12, 26))
    other = make_mention(
        2, LIST_B, "Abachian, Juan Carlos", birth=on(1950, 9, 1), taken=on(1977, 1, 2)
    )
    assert probability(one, other) > 0.99


def test_order_of_words_and_one_letter_do_not_matter():
    told = {"birth": on(1950, 9, 1), "taken": on(1976, 12, 26)}
    one = make_mention(1, LIST_A, "Juan Carlos Abachian", **told)
    assert probability(one, make_mention(2, LIST_B, "ABACHIAN JUAN CARLOS", **told)) > 0.99
    assert probability(one, make_mention(2, LIST_B, "ABAJIAN JUAN CARLOS", **told)) > 0.9


def test_any_of_several_names_may_be_the_one():
    told = {"birth": on(1950, 9, 1)}
    one = make_mention(1, LIST_A, "Koba", "Abachian Juan", **told)
    other = make_mention(2, LIST_B, "Juan Abachian", "El Negro", **told)
    assert probability(one, other) > 0.9


def test_father_and_son_are_told_apart_by_birth():
    father = make_mention(1, LIST_A, "Rojas Pedro Luis", birth=on(1920))
    son = make_mention(2, LIST_B, "Rojas Pedro Luis", birth=on(1951))
    same = make_mention(3, LIST_B, "Rojas Pedro Luis", birth=on(1920, 3, 3))
    assert probability(father, son) < 0.5 < 0.9 < probability(father, same)


def test_twins_are_told_apart_by_their_given_names():
    told = {
        "birth": on(1950, 9, 1),
        "places": {"birth": "La Plata"},
        "kin": {"father": "Rojas Luis"},
    }
    ana = make_mention(1, LIST_A, "Rojas Ana", sex="female", **told)
    eva = make_mention(2, LIST_B, "Rojas Eva", sex="female", **told)
    assert probability(
        ana, make_mention(3, LIST_B, "Ana Rojas", sex="female", **told)
    ) > probability(ana, eva)


@pytest.mark.parametrize(
    "silent",
    [
        {"birth": None},
        {"taken": None},
        {"death": None},
        {"sex": ""},
        {"places": None},
        {"kin": None},
        {"nationality": ""},
        {"occupation": ""},
        {"birth": (None, None)},
    ],
)
def test_saying_nothing_counts_neither_way(silent):
    full = {
        "birth": on(1950, 9, 1),
        "taken": on(1976, 12, 26),
        "death": on(1977),
        "sex": "male",
        "places": {"taken": "La Plata"},
        "kin": {"father": "Abachian Pedro"},
        "nationality": "argentina",
        "occupation": "student",
    }
    one = make_mention(1, LIST_A, "Abachian Juan", **full)
    other = make_mention(2, LIST_B, "Abachian Juan", **(full | silent))
    (pair,) = (p for p in score_pairs([one, other, *STRANGERS]) if p.right == other.mention)
    silent_on = next(iter(silent))
    assert not [line for line in pair.evidence if line.comparison.split("_")[0] == silent_on]


def test_the_evidence_adds_up_to_the_probability():
    one = make_mention(1, LIST_A, "Abachian Juan", birth=on(1950), taken=on(1976, 12, 26))
    other = make_mention(
        2, LIST_B, "Abachian Juan", age=(25, date(1976, 12, 26)), taken=on(1976, 12)
    )
    pair = score_pairs([one, other, *STRANGERS])[0]
    odds = pair.probability / (1 - pair.probability)
    assert sum(line.bits for line in pair.evidence) == pytest.approx(log2(odds), abs=0.02)
    birth = next(line for line in pair.evidence if line.comparison == "birth")
    assert birth.left == "1950-01-01 – 1950-12-31"
    assert birth.right.startswith("aged 25 on 1976-12-26 (born 19")


def test_words_of_the_sources_stand_in_the_evidence_as_written():
    mention = make_mention(
        1, LIST_A, "Бөкейхан", "Bukeikhan", places={"taken": "Мәскеу"}, kin={"father": "Нұрмұхамед"}
    )
    assert show_value(mention, "names") == "Бөкейхан · Bukeikhan"
    assert show_value(mention, "place_taken") == "Мәскеу"
    assert show_value(mention, "father") == "Нұрмұхамед"
    assert show_value(mention, "birth") == ""


MANY = [*fill(510, LIST_A, 1), *fill(510, LIST_B, 5000)]


@pytest.fixture(scope="module")
def learnt():
    """Pairs of two lists of the same people, enough of them that the weights are learnt."""
    return score_pairs(MANY, seed=7)


def test_learning_from_many_finds_the_pairs(learnt):
    likely = {(p.left.int, p.right.int) for p in learnt if p.probability > 0.9}
    assert len({(n, 4999 + n) for n in range(1, 511)} - likely) < 10
    assert len(likely - {(n, 4999 + n) for n in range(1, 511)}) < 10


def test_one_seed_one_result_and_nothing_is_written_to_disk(learnt, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert score_pairs(MANY, seed=7) == learnt
    assert list(tmp_path.iterdir()) == []


def test_a_mention_given_twice_is_refused():
    one = make_mention(1, LIST_A, "Abachian Juan")
    with pytest.raises(ValueError, match="given twice"):
        score_pairs([one, one])


@pytest.mark.parametrize("records", [[], [make_mention(1, LIST_A, "Abachian Juan")]])
def test_nothing_to_compare(records):
    assert score_pairs(records) == []


def test_mentions_that_say_nothing_are_not_linked():
    assert score_pairs([make_mention(n, LIST_A) for n in range(5)]) == []


def test_out_of_memory_is_an_error_and_not_a_spill(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scratch = open_scratch()
    scratch.execute("set memory_limit = '60MB'")
    with pytest.raises(duckdb.OutOfMemoryException):
        scratch.execute(
            "create table t as select hash(i)::varchar s from range(9000000) x(i) order by s"
        )
    assert list(tmp_path.iterdir()) == []


def test_the_scratch_database_can_reach_no_file(tmp_path):
    scratch = open_scratch()
    for attempt in (
        f"copy (select 1) to '{tmp_path / 'out.csv'}'",
        f"set temp_directory = '{tmp_path}'",
        f"attach '{tmp_path / 'other.db'}'",
        f"select * from read_csv('{Path(__file__)}')",
        "set enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            scratch.execute(attempt)
    assert os.listdir(tmp_path) == []


TAKEN_TOGETHER = {
    "taken": on(1977, 2, 26),
    "death": on(1977, 3, 31),
    "places": {"taken": "Yerba Buena Tucuman", "death": "Las Talitas Tafi Viejo"},
    "kin": {"mother": "Abachian"},
    "nationality": "uruguaya",
}


def test_brothers_taken_together_are_two():
    ana = make_mention(1, LIST_A, "Zubizarreta Ana", birth=on(1950), **TAKEN_TOGETHER)
    eva = make_mention(2, LIST_B, "Zubizarreta Eva", birth=on(1952), **TAKEN_TOGETHER)
    same = make_mention(3, LIST_B, "Zubizarreta Ana", birth=on(1950, 5, 5), **TAKEN_TOGETHER)
    assert probability(ana, eva) < 0.5 < 0.99 < probability(ana, same)


def test_father_and_son_of_one_name_taken_together_are_two():
    father = make_mention(1, LIST_A, "Zubizarreta Pedro", birth=on(1920), **TAKEN_TOGETHER)
    son = make_mention(2, LIST_B, "Zubizarreta Pedro", birth=on(1951), **TAKEN_TOGETHER)
    assert probability(father, son) < 0.5


def test_what_relatives_share_is_named_in_the_evidence():
    ana = make_mention(1, LIST_A, "Zubizarreta Ana Abachian", birth=on(1950), **TAKEN_TOGETHER)
    eva = make_mention(2, LIST_B, "Zubizarreta Eva Abachian", birth=on(1950), **TAKEN_TOGETHER)
    pair = next(p for p in score_pairs([ana, eva, *STRANGERS]) if p.right == eva.mention)
    (line,) = (line for line in pair.evidence if line.comparison == "family")
    assert line.bits < -5
    odds = pair.probability / (1 - pair.probability)
    assert sum(each.bits for each in pair.evidence) == pytest.approx(log2(odds), abs=0.02)


def test_a_birth_after_the_arrest_is_a_slip_and_says_nothing():
    taken = {"taken": on(1976, 6, 15), "places": {"taken": "Cordoba"}}
    one = make_mention(1, LIST_A, "Galvan Juan Carlos", birth=on(1952), **taken)
    slip = make_mention(2, LIST_B, "Galvan Juan Carlos", birth=on(2052, 6, 15), **taken)
    silent = make_mention(3, LIST_B, "Galvan Juan Carlos", **taken)
    assert probability(one, slip) == pytest.approx(probability(one, silent))


def test_a_surname_written_in_one_word_or_two_is_one_name():
    told = {"birth": on(1953, 3, 10)}
    one = make_mention(1, LIST_A, "De Armas Zunilda", **told)
    other = make_mention(2, LIST_B, "Dearmas Zunilda", **told)
    assert probability(one, other) > 0.95


def test_an_initial_is_no_evidence():
    one = make_mention(1, LIST_A, "S. K. Kadyrbaev")
    other = make_mention(2, LIST_B, "Saken Seifullin")
    assert probability(one, other) == 0


@pytest.mark.parametrize(
    ("one", "other"), [(on(1950, 9, 1), on(1950, 1, 9)), (on(1950, 9, 1), on(1960, 9, 1))]
)
def test_a_slip_in_a_date_is_told_from_another_date(one, other):
    left = make_mention(1, LIST_A, "Abachian Juan", birth=one)
    slip = make_mention(2, LIST_B, "Abachian Juan", birth=other)
    apart = make_mention(3, LIST_B, "Abachian Juan", birth=on(1958, 2, 20))
    assert probability(left, slip) > probability(left, apart)


CROWD = fill(310, LIST_A, 900)


@pytest.mark.parametrize("crowd", [STRANGERS, CROWD])
def test_one_name_in_two_scripts_is_one_name(crowd):
    told = {"birth": on(1866, 3, 5), "taken": on(1937, 7, 26)}
    one = LinkRecord(UUID(int=1), LIST_A, (("Әлихан Бөкейхан", "kk-Cyrl"),), **told)
    other = LinkRecord(UUID(int=2), LIST_B, (("Alikhan Bukeikhan", "en-Latn"),), **told)
    stranger = LinkRecord(UUID(int=2), LIST_B, (("Zhusipbek Aimautov", "en-Latn"),), **told)
    assert probability(one, other, crowd) > 0.9
    assert probability(one, stranger, crowd) < 0.5


def test_a_form_on_both_sides_is_spelt_alike_whatever_else_stands_beside_it():
    records = [
        make_mention(1, LIST_A, "努尔兰·艾合买提", "Нұрлан Ахметұлы", birth=on(1970)),
        make_mention(2, LIST_B, "努尔兰·艾合买提", birth=on(1970)),
        *fill(60, LIST_B, 100),
    ]
    pair = next(p for p in score_pairs(records) if {p.left.int, p.right.int} == {1, 2})
    names = next(line for line in pair.evidence if line.comparison == "names")
    assert names.level == "words of the name: 2 spelt alike"
