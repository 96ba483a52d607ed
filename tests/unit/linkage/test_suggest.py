from datetime import date

import pytest

from aigaq.linkage.suggest import Known, Suggester, weigh_births
from aigaq.names import NameTooLong

HERE = [
    Known("nurbaqyt", "Нұрбақыт Серікұлы", "kk-Cyrl", (date(1970, 1, 1), date(1970, 12, 31))),
    Known("nurbaqyt", "Nurbakhyt Serik", "en-Latn"),
    Known("son", "Нұрбақыт Серікұлы", "kk-Cyrl", (date(1999, 1, 1), date(1999, 12, 31))),
    Known("gulnar", "گۈلنار ئوسمان", "ug-Arab"),
    Known("nameless", "  "),
]


@pytest.fixture(scope="module")
def suggester():
    return Suggester.build(HERE)


@pytest.mark.parametrize("typed", ["Нурбахыт Серик", "努尔巴合提 赛力克", "Nurbaqyt Serikuly"])
def test_a_person_is_found_in_any_script_and_stands_once(suggester, typed):
    found = [one.key for one in suggester.ask(typed)]
    assert set(found[:2]) == {"nurbaqyt", "son"}
    assert len(found) == len(set(found))


def test_the_year_of_birth_tells_father_and_son_apart(suggester):
    born = date(1999, 5, 1), date(1999, 5, 1)
    assert suggester.ask("Нұрбақыт Серікұлы", birth=born)[0].key == "son"
    assert {one.key for one in suggester.ask("Нұрбақыт Серікұлы", birth=born)} >= {"nurbaqyt"}


def test_nobody_is_suggested_for_another_name(suggester):
    assert [
        one.key for one in suggester.ask("Theodor Wilhelm Schneider") if one.likeness > 0.5
    ] == []


def test_an_empty_question_and_an_empty_archive(suggester):
    assert suggester.ask(" ") == []
    assert Suggester.build([]).ask("Нұрбақыт") == []


def test_a_name_of_257_letters_is_refused(suggester):
    with pytest.raises(NameTooLong):
        suggester.ask("а" * 257)


def test_births_weigh_nothing_where_a_side_is_silent_or_open():
    year = date(1970, 1, 1), date(1970, 12, 31)
    assert weigh_births(None, year) == weigh_births(year, None) == 0
    assert weigh_births(year, (None, None)) > 0
    assert weigh_births(year, (date(1940, 1, 1), date(1940, 1, 1))) < -5
