"""Places: dated divisions, their hierarchy and successors, and words read as one of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.records.places import (
    ancestors,
    coarsen_place,
    divisions,
    is_within,
    resolve_place,
    suggest_from_prefix,
)

GHULJA_CITY, GHULJA_COUNTY, KUCHAR, KUCHAR_BEFORE, HEKANG = (
    "654002",
    "654021",
    "652902",
    "652923",
    "653228",
)
GRANULARITIES = ["exact", "township", "county", "prefecture", "region", "none"]


def sure(words: str, on: date | None = None) -> list[str]:
    return [one.code for one in resolve_place(words, on) if one.certainty == 3]


def test_every_division_hangs_in_the_tree_and_every_successor_exists() -> None:
    known = divisions()
    for code, division in known.items():
        chain = ancestors(code)
        assert chain[0] == code
        top = "650000" if division.scheme == "GB/T 2260" else code
        assert chain[-1] == top
        assert not division.successor or not known[division.successor].successor
        begun, ended = division.valid_from or date.min, division.valid_to or date.max
        assert begun <= ended, code
        assert division.names


def test_hierarchy() -> None:
    assert ancestors(GHULJA_COUNTY) == (GHULJA_COUNTY, "654000", "650000")
    assert is_within(GHULJA_COUNTY, "654000")
    assert not is_within(GHULJA_COUNTY, GHULJA_CITY)
    assert is_within(KUCHAR_BEFORE, KUCHAR), "a retired code lies in what took its place"
    assert not is_within(KUCHAR, KUCHAR_BEFORE)
    assert ancestors("999999") == ()


def test_kuchar_county_became_a_city_in_2019() -> None:
    before, after = divisions()[KUCHAR_BEFORE], divisions()[KUCHAR]
    assert before.successor == KUCHAR
    assert [(before.held_on(day), after.held_on(day)) for day in (
        date(2018, 6, 1), date(2019, 12, 20), date(2020, 6, 1)
    )] == [(True, False), (True, True), (False, True)]  # fmt: skip
    assert sure("库车县", date(2018, 1, 1)) == [KUCHAR_BEFORE]
    assert sure("库车市", date(2021, 1, 1)) == [KUCHAR]
    assert sure("库车县", date(2021, 1, 1)) == []
    assert resolve_place("库车县", date(2021, 1, 1))[0].code == KUCHAR


def test_shawan_stayed_a_county_longer_than_the_table_of_codes_goes() -> None:
    assert divisions()["654223"].held_on(date(2020, 6, 1))
    assert not divisions()["654203"].held_on(date(2020, 6, 1))
    assert divisions()["654203"].held_on(date(2022, 1, 1))
    assert divisions()["652524"].valid_to == date(1983, 12, 31)


def test_new_counties_exist_from_their_day() -> None:
    hekang = divisions()[HEKANG]
    assert hekang.valid_from == date(2024, 12, 27)
    assert not hekang.held_on(date(2024, 12, 26))
    assert sure("和康县") == [HEKANG]
    assert [one.certainty for one in resolve_place("和康县", date(2020, 1, 1))] == [1]
    assert not divisions()["654004"].held_on(date(2013, 12, 31)), "Khorgas was founded in 2014"
    assert not divisions()["KZ-10"].held_on(date(2022, 6, 7)), "and the Abai region in 2022"


@pytest.mark.parametrize("words", ["Ghulja", "Yining", "伊宁", "Құлжа", "غۇلجا"])
def test_ghulja_alone_is_a_city_and_a_county(words: str) -> None:
    found = {one.code: one.certainty for one in resolve_place(words)}
    assert {GHULJA_CITY, GHULJA_COUNTY} <= set(found)
    assert 3 not in found.values()
    assert found[GHULJA_CITY] == found[GHULJA_COUNTY]
    assert sure(words, date(2018, 1, 1)) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("伊宁市", GHULJA_CITY), ("伊宁县", GHULJA_COUNTY), ("Құлжа қаласы", GHULJA_CITY),
        ("Құлжа ауданы", GHULJA_COUNTY), ("غۇلجا شەھىرى", GHULJA_CITY), ("غۇلجا ناھىيىسى", GHULJA_COUNTY),
        ("Ghulja Nahiyisi", GHULJA_COUNTY), ("GHULJA  nahiyisi", GHULJA_COUNTY),
        ("新疆维吾尔自治区", "650000"), ("Алматы облысы", "KZ-19"), ("Алматинская область", "KZ-19"),
    ],
)  # fmt: skip
def test_full_names_in_each_language_are_sure(words: str, code: str) -> None:
    assert sure(words) == [code]


def test_a_retired_code_s_successor_is_of_its_own_kind() -> None:
    assert divisions()["654101"].successor == GHULJA_CITY
    assert divisions()["654121"].successor == GHULJA_COUNTY
    assert sure("伊宁县", date(1990, 1, 1)) == ["654121"]


@pytest.mark.parametrize("words", ["", " ", "at my sister's house", "县", "City", "()", "\x00"])
def test_other_words_are_no_division(words: str) -> None:
    assert resolve_place(words) == ()


@given(st.text(max_size=20), st.none() | st.dates())
def test_any_words_are_read_without_failing(words: str, on: date | None) -> None:
    found = resolve_place(words, on)
    assert sum(one.certainty == 3 for one in found) <= 1
    assert [one.certainty for one in found] == sorted(
        (one.certainty for one in found), reverse=True
    )


@given(st.sampled_from(sorted(divisions())), st.sampled_from(GRANULARITIES))
def test_coarsening_never_shows_more_than_asked_and_always_has_a_name(
    code: str, granularity: str
) -> None:
    shown = coarsen_place(code, granularity)
    if granularity in ("exact", "township", "none"):
        assert shown == ""
        return
    levels = {"county": 2, "prefecture": 1, "region": 0}
    ranks = {"xpcc_city": 2, **levels}
    assert ranks[divisions()[shown].level] <= levels[granularity]
    assert is_within(code, shown)
    assert divisions()[shown].names["en-Latn"]


def test_coarsening_by_example() -> None:
    assert [coarsen_place(GHULJA_COUNTY, one) for one in GRANULARITIES] == [
        "", "", GHULJA_COUNTY, "654000", "650000", "",
    ]  # fmt: skip
    assert coarsen_place(KUCHAR_BEFORE, "county") == KUCHAR
    assert coarsen_place("", "county") == coarsen_place("999999", "region") == ""


def test_an_identity_number_s_prefix_is_a_hint_from_its_time() -> None:
    assert suggest_from_prefix("652524199901010010") == ("652524", "沙湾县", 198012, 198312)
    assert suggest_from_prefix("652923") == ("652923", "库车县", 198012, 201904)
    assert suggest_from_prefix("") is None
    assert suggest_from_prefix("110101") is None
