"""Paths, wording and the line through time."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.publish.paths import person_path, slug_of, stem_of
from aigaq.publish.timeline import timeline_of
from aigaq.publish.topics import SECTIONS
from aigaq.publish.wording import Wording
from aigaq.records.release import ReleasedEpisode, ReleasedLeg, ReleasedPerson
from aigaq.records.vocabulary import properties


@given(st.text())
def test_any_key_gives_a_safe_file_name(key: str) -> None:
    stem = stem_of(key)
    assert stem == stem.lower()
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert 0 < len(stem) <= 80
    assert stem not in {"con", "nul", "aux", "prn", "com1", "lpt1", "index"}


@given(st.text(), st.text())
def test_different_places_have_different_files(one: str, other: str) -> None:
    assert (slug_of(one) == slug_of(other)) == (one == other)


def test_a_key_cannot_take_the_hash_of_another_by_case() -> None:
    assert person_path("ABC") != person_path("abc")
    assert stem_of("7180a141-af7e-5c08-a944-a688ccdf4895").startswith("7180a141")


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (("1937-12-30", "1937-12-30"), "30 December 1937"),
        (("1937-12-01", "1937-12-31"), "December 1937"),
        (("1937-01-01", "1937-12-31"), "1937"),
        (("1935-01-01", "1936-12-31"), "between 1935 and 1936"),
        (("2017-03-01", "2017-05-31"), "between March 2017 and May 2017"),
        (("1937-12-30", "1938-01-02"), "between 30 December 1937 and 2 January 1938"),
        (("", "1938-01-02"), "by 2 January 1938"),
        (("1938-01-02", ""), "from 2 January 1938 or later"),
        (("", ""), "not known"),
    ],
)
def test_bounds_become_words(bounds: tuple[str, str], words: str) -> None:
    assert Wording().span(*bounds) == words


def test_sections_begin_with_properties_that_exist_in_their_order() -> None:
    order = list(properties())
    places = [order.index(code) for code, _ in SECTIONS]
    assert places == sorted(places)


def held(*legs: ReleasedLeg) -> ReleasedPerson:
    return ReleasedPerson(
        "p", "N", "", "ltr", (), "", (), (), episodes=(ReleasedEpisode("e", 1, legs),)
    )


def test_known_edges_are_sharp_and_uncertain_ones_fade() -> None:
    sharp = ReleasedLeg(1, "camp", "", "2017-01-01", "2017-01-01", "2018-01-01", "2018-01-01")
    faded = ReleasedLeg(2, "prison", "", "2018-01-01", "2018-12-31", "2020-01-01", "2020-12-31")
    line = timeline_of(held(sharp, faded), {}, Wording())
    assert line is not None
    [(_, _, (first, second))] = line.parts
    assert (first.bars[0].full, first.bars[0].fading) == (0, 100)
    assert 30 < second.bars[0].full < 35
    assert 60 < second.bars[0].fading < 70


def test_an_unknown_end_fades_away_and_does_not_fill_the_picture() -> None:
    open_leg = ReleasedLeg(1, "camp", "", "1918-01-01", "1918-01-01")
    later = ReleasedLeg(2, "camp", "", "1950-01-01", "1950-01-01", "1951-01-01", "1951-01-01")
    line = timeline_of(held(open_leg, later), {}, Wording())
    assert line is not None
    bar = line.parts[0][2][0].bars[0]
    assert (bar.full, bar.fading) == (0, 0)
    assert bar.width < 15


def test_nothing_dated_gives_no_picture() -> None:
    assert timeline_of(held(ReleasedLeg(1, "camp", "")), {}, Wording()) is None


days = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat) | st.just("")


@given(st.lists(st.tuples(days, days, days, days), min_size=1, max_size=4))
def test_everything_drawn_stays_inside_the_picture(legs: list[tuple[str, str, str, str]]) -> None:
    rows = [ReleasedLeg(n, "camp", "", *bounds) for n, bounds in enumerate(legs, start=1)]
    line = timeline_of(held(*rows), {}, Wording())
    if line is None:
        assert not any(any(bounds) for bounds in legs)
        return
    for tick in line.ticks:
        assert 0 <= tick.x <= 100
    for bar in (bar for _, _, rows in line.parts for row in rows for bar in row.bars):
        assert 0 <= bar.x <= 100
        assert 0 < bar.width <= 101
        assert 0 <= bar.full <= bar.fading <= 100
