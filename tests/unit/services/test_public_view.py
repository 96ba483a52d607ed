"""Under which place and year a person stands in the lists of a site."""

from itertools import permutations
from uuid import UUID

from aigaq.store.settings import prepare

prepare()

from aigaq.records.person import PersonEpisode  # noqa: E402
from aigaq.services.public_view import choose_place, choose_year, in_time  # noqa: E402

from ..records.build import claim  # noqa: E402


def test_a_person_stands_where_most_say_whoever_comes_first():
    claims = [
        claim("arrest_place", "Akmolinsk"),
        claim("arrest_place", "Pavlodar"),
        claim("arrest_place", "Pavlodar"),
        claim("birth_place", "Aktobe"),
    ]
    assert {choose_place(order) for order in permutations(claims)} == {"Pavlodar"}
    assert choose_place(claims[3:]) == "Aktobe"
    assert choose_place([]) == ""


def test_of_places_told_equally_often_the_same_is_chosen_every_time():
    claims = [claim("arrest_place", "Pavlodar"), claim("arrest_place", "Akmolinsk")]
    assert choose_place(claims) == choose_place(claims[::-1]) == "Akmolinsk"


def test_times_held_stand_in_order_of_time_and_those_without_a_date_last():
    held = [
        PersonEpisode(UUID(int=number), (), {0: (claim(*said),)}, False, ())
        for number, said in enumerate(
            [
                ("arrest_place", "Omsk"),
                ("arrest_date", "1937-12-30"),
                ("release_date", "1919/1920"),
                ("arrest_date", "1929"),
            ]
        )
    ]
    assert [one.id.int for one in in_time(held)] == [2, 3, 1, 0]


def test_a_person_stands_under_the_year_most_say():
    claims = [
        claim("arrest_date", "1937"),
        claim("arrest_date", "1938-11-21"),
        claim("arrest_date", "1938"),
        claim("arrest_date", "1937/1939"),
        claim("death", "1942"),
    ]
    assert {choose_year(order) for order in permutations(claims)} == {"1938"}
    assert choose_year(claims[3:]) == "1942"  # a span of years is no year
    assert choose_year(claims[3:4]) == ""
