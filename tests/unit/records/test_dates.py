"""Dates: every value of reference 07 §7.2, the traps of the library, and what holds of any text."""

import contextlib
import io
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aigaq.records.dates import UncertainDate, coarsen, compare, describe, parse_date, widen
from aigaq.records.errors import BadDate

DAY, MONTH, YEAR = "day", "month", "year"

BOUNDS = [
    ("2017-04", "2017-04-01", "2017-04-30"),
    ("2018-03-15~", "2018-03-15", "2018-03-15"),
    ("2017?", "2017-01-01", "2017-12-31"),
    ("2017-03%", "2017-03-01", "2017-03-31"),
    ("2017-09/2018-01", "2017-09-01", "2018-01-31"),
    ("2017-XX", "2017-01-01", "2017-12-31"),
    ("2018-03-XX", "2018-03-01", "2018-03-31"),
    ("2017-XX-15", "2017-01-15", "2017-12-15"),
    ("201X", "2010-01-01", "2019-12-31"),
    ("[2017,2018]", "2017-01-01", "2018-12-31"),
    ("{2017-03,2018-05}", "2017-03-01", "2018-05-31"),
    ("2017-21", "2017-03-01", "2017-05-31"),
    ("2017-24", "2017-12-01", "2018-02-28"),
    ("2017-04~/..", "2017-04-01", None),
    ("/2019", None, "2019-12-31"),
    ("../2019", None, "2019-12-31"),
    ("unknown/2019", None, "2019-12-31"),
    ("2017/", "2017-01-01", None),
    ("../..", None, None),
    ("2017-04/2018-XX", "2017-04-01", "2018-12-31"),
    ("2018?-03~", "2018-03-01", "2018-03-31"),
    ("~2017", "2017-01-01", "2017-12-31"),
    ("2017?-21", "2017-03-01", "2017-05-31"),
    ("[..2017-03]", None, "2017-03-31"),
    ("[2017-03..]", "2017-03-01", None),
    ("[1667,1668,1670..1672]", "1667-01-01", "1672-12-31"),
    ("2000-02-29", "2000-02-29", "2000-02-29"),
    ("20XX-02-29", "2000-02-29", "2096-02-29"),
    ("1X17", "1017-01-01", "1917-12-31"),
    ("2017-1X", "2017-10-01", "2017-12-31"),
    ("2017-XX-31", "2017-01-31", "2017-12-31"),
    ("2017-04-3X", "2017-04-30", "2017-04-30"),
    ("XXXX-12-XX", "0001-12-01", "9999-12-31"),
    ("0999", "0999-01-01", "0999-12-31"),
    ("2017-04-05T10:00:00Z", "2017-04-05", "2017-04-05"),
    (" 2017 ", "2017-01-01", "2017-12-31"),
]

NO_DATES = [
    "", " ", "unknown", "..", "2017-02-30", "2017-02-29", "2017-13", "2017-00", "2017-04-00", "0000",
    "0000-21", "9999-24", "2017-25", "2017-41", "10000", "-0009", "-0009/2017", "2017/-0009", "Y17000",
    "Y-17E7", "Y17E99", "1950S2", "2017/2018/2019", "2019/2017", "[2019..2017,2020]", "xunknownx/2017",
    "[2017", "2017]", "[]", "{}", "[2017}", "[,2017]", "２０１７", "٢٠١٧", "2017 - 04", "2017\n04",
    "2017-21^spring", "2017-02-3X", "2017-04-05T99", "12/05/1937", "05.12.1937", "1937-1938",
    "2017~~", "about 1905", "\x00", "9" * 5000, "[" * 5000, "[" + "2017," * 60 + "2018]",
]  # fmt: skip


def as_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(("text", "earliest", "latest"), BOUNDS)
def test_bounds(text: str, earliest: str | None, latest: str | None) -> None:
    when = parse_date(text)
    assert (when.earliest, when.latest) == (as_date(earliest), as_date(latest))
    assert when.edtf == text.strip()


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_says_so_in_one_line(text: str) -> None:
    with pytest.raises(BadDate) as raised:
        parse_date(text)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


def test_qualifiers_are_kept() -> None:
    marks = {one: (parse_date(one).approximate, parse_date(one).uncertain) for one in
             ("2017", "2017~", "2017?", "2017%", "2018?-03~", "2017-04~/..")}  # fmt: skip
    assert marks == {
        "2017": (False, False), "2017~": (True, False), "2017?": (False, True),
        "2017%": (True, True), "2018?-03~": (True, True), "2017-04~/..": (True, False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "precision"),
    [("2017-04-05", DAY), ("2017-02", MONTH), ("2017-01", MONTH), ("2016", YEAR), ("201X", "span"),
     ("2017/..", "span")],
)  # fmt: skip
def test_precision(text: str, precision: str) -> None:
    assert parse_date(text).precision == precision


def try_parse(text: str) -> UncertainDate | None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            when = parse_date(text)
        except BadDate:
            when = None
    assert printed.getvalue() == "", "the library speaks to the terminal"
    return when


def check_whatever_was_read(text: str) -> None:
    when = try_parse(text)
    if when is None:
        return
    describe(when)
    assert when.earliest is None or when.latest is None or when.earliest <= when.latest
    assert parse_date(when.edtf) == when
    for granularity in (DAY, MONTH, YEAR):
        coarsen(when, granularity)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_bad_date(text: str) -> None:
    check_whatever_was_read(text)


@given(st.text("0123456789XYES-/.,[]{}~?%TZ:+u ", max_size=24))
@example("2017-1X-05")
@example("1999-X1")
@example("Y1E9999999")
@example("2017-04-05T10:00:00+99:99")
@example("../0000")
def test_any_text_of_edtf_signs_is_a_date_or_a_bad_date(text: str) -> None:
    check_whatever_was_read(text)


@st.composite
def singles(draw: st.DrawFn) -> str:
    day = draw(st.dates(date(2, 1, 1), date(9990, 12, 31)))
    text = draw(st.sampled_from([
        f"{day.year:04}", f"{day:%m}".join([f"{day.year:04}-", ""]), day.isoformat(),
        f"{day.year:04}"[:3] + "X", f"{day.year:04}-XX", f"{day.year:04}-2{draw(st.integers(1, 4))}",
    ]))  # fmt: skip
    return text + draw(st.sampled_from(["", "", "~", "?", "%"]))


@st.composite
def moments(draw: st.DrawFn) -> UncertainDate:
    one, other = draw(singles()), draw(singles())
    text = draw(
        st.sampled_from(
            [one, f"{one}/{other}", f"{one}/..", f"../{one}", f"[{one},{other}]", "../.."]
        )
    )
    try:
        return parse_date(text)
    except BadDate:  # ends before it begins
        return parse_date(one)


@given(moments(), moments())
def test_compare_is_symmetric(left: UncertainDate, right: UncertainDate) -> None:
    assert compare(left, right) == compare(right, left)
    assert compare(left, left) == "same"


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        ("1937-11-05", "1937-11-05", "same"),
        ("2017-XX", "2017", "same"),
        ("1937-11", "1937-11-05", "precision"),
        ("1937-11-05", "1937-11-06", "differ"),
        ("1905~", "1906", "precision"),
        ("1905~", "1908", "differ"),
        ("../1937", "1938", "differ"),
        ("1937/..", "1990-01-01", "precision"),
    ],
)
def test_compare(left: str, right: str, relation: str) -> None:
    assert compare(parse_date(left), parse_date(right)) == relation


@given(moments())
def test_widening_never_narrows(when: UncertainDate) -> None:
    low, high = widen(when)
    assert low <= (when.earliest or date.min)
    assert high >= (when.latest or date.max)
    assert when.approximate or (low, high) == (when.earliest or date.min, when.latest or date.max)


def holds(outer: UncertainDate, inner: UncertainDate) -> bool:
    """Whether every day of `inner` lies in `outer`; None is open."""
    low = outer.earliest is None or (
        inner.earliest is not None and outer.earliest <= inner.earliest
    )
    high = outer.latest is None or (inner.latest is not None and outer.latest >= inner.latest)
    return low and high


@given(moments(), st.sampled_from([MONTH, YEAR]))
@example(parse_date("0999-12-31~"), YEAR)
@example(parse_date("2018-03-15~"), MONTH)
@example(parse_date("../.."), MONTH)
def test_coarsening_holds_the_original_and_shows_no_more(
    when: UncertainDate, granularity: str
) -> None:
    coarse = coarsen(when, granularity)
    assert holds(coarse, when)
    assert (coarse.approximate, coarse.uncertain) == (when.approximate, when.uncertain)
    (low, high), (wide_low, wide_high) = widen(when), widen(coarse)
    assert wide_low <= low
    assert wide_high >= high
    for first in [coarse.earliest] if coarse.earliest else []:
        assert first.day == 1
        assert granularity == MONTH or first.month == 1
    for last in [coarse.latest] if coarse.latest else []:
        assert last == date.max or (last + timedelta(days=1)).day == 1
        assert granularity == MONTH or last.month == 12


def test_coarsening_by_example() -> None:
    coarse = {
        (text, granularity): coarsen(parse_date(text), granularity).edtf
        for text, granularity in [
            ("1937-11-05", DAY), ("1937-11-05", MONTH), ("1937-11-05", YEAR), ("2018-03-15~", MONTH),
            ("2017-04-03/2017-04-20", MONTH), ("2017-12-30/2018-01-02", YEAR), ("../2018-05-01", YEAR),
            ("{2017-03,2018-05}", YEAR), ("2017-24", MONTH),
        ]
    }  # fmt: skip
    assert list(coarse.values()) == [
        "1937-11-05", "1937-11", "1937", "2018-03~", "2017-04", "2017/2018", "../2018", "2017/2018",
        "2017-12/2018-02",
    ]  # fmt: skip


def test_coarsening_to_something_else_is_refused() -> None:
    with pytest.raises(BadDate):
        coarsen(parse_date("2017"), "none")


@given(moments())
def test_describing_never_fails(when: UncertainDate) -> None:
    assert describe(when).strip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1937-12-30", "30 December 1937"),
        ("1937-12", "December 1937"),
        ("1905~", "about 1905"),
        ("1937-12-30?", "30 December 1937 (uncertain)"),
        ("2017-21", "spring 2017"),
        ("2017~-21", "about spring 2017"),
        ("193X", "1930 to 1939"),
        ("2017-09/2018-01", "between September 2017 and January 2018"),
        ("../2018", "by 31 December 2018"),
        ("2018/..", "from 1 January 2018"),
        ("../..", "at an unknown time"),
    ],
)
def test_describing(text: str, words: str) -> None:
    assert describe(parse_date(text)) == words
