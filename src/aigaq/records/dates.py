"""Uncertain dates: EDTF text with the earliest and latest day it can mean.

The one module that imports `edtf`. The library is right on most values but pads unknown starts by ten
years, gives infinities for open ends and raises on some legal strings (`2017-04/2018-XX`), so intervals,
sets and open ends are split here and only single dates are handed to it.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from edtf import EDTFParseException, parse_edtf

from aigaq.records.errors import BadDate

_PLAIN = re.compile(r"^(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~%]?)$")
_INNER_QUALIFIER = re.compile(r"[?~%](?=-|$)")
_SEASON = re.compile(r"^(\d{4})-(2[1-4])([?~%]?)$")
_SEASON_MONTHS = {"21": (3, 5), "22": (6, 8), "23": (9, 11), "24": (12, 2)}
_ACCEPTED = "use for example 1937, 1937-11, 1937-11-05, 1937~, 193X or 1937-11/1938-02"


@dataclass(frozen=True, slots=True)
class UncertainDate:
    """A date as precisely as it is known.

    Attributes:
        edtf: the text as stored (ISO 8601-2 / EDTF).
        earliest: first day it can mean; None when the start is open or unknown.
        latest: last day it can mean; None when the end is open or unknown.
        approximate: marked `~` or `%`.
        uncertain: marked `?` or `%`.
    """

    edtf: str
    earliest: date | None
    latest: date | None
    approximate: bool = False
    uncertain: bool = False

    @property
    def precision(self) -> str:
        """Return `day`, `month`, `year` or `span`, by how long the date lasts."""
        if self.earliest is None or self.latest is None:
            return "span"
        days = (self.latest - self.earliest).days
        return "day" if days == 0 else "month" if days <= 31 else "year" if days <= 366 else "span"


@lru_cache(maxsize=65536)
def parse_date(text: str) -> UncertainDate:
    """Read an EDTF date.

    Args:
        text: EDTF level 0-2, e.g. `1937-11`, `193X`, `1937-11/1938-XX`, `[1937,1938]`, `../2018`.

    Returns:
        The date with its bounds; an open or unknown end has the bound None.

    Raises:
        BadDate: the text is empty, is not EDTF, or names a day that does not exist.
    """
    text = text.strip()
    if not text:
        raise BadDate(f"the date is empty; {_ACCEPTED}")
    bounds = _bounds(text)
    if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
        raise BadDate(f"date {text!r} ends before it begins")
    return UncertainDate(
        text, *bounds, approximate="~" in text or "%" in text, uncertain="?" in text or "%" in text
    )


def _bounds(text: str) -> tuple[date | None, date | None]:
    if text[0] in "[{":
        return _set_bounds(text)
    if "/" in text:
        start, _, end = text.partition("/")
        return _open_or(start)[0], _open_or(end)[1]
    return _single_bounds(text)


def _open_or(text: str) -> tuple[date | None, date | None]:
    if text in ("", "..") or "unknown" in text:
        return None, None
    return _single_bounds(text)


def _set_bounds(text: str) -> tuple[date | None, date | None]:
    closing = "]" if text[0] == "[" else "}"
    if not text.endswith(closing) or len(text) < 3:
        raise BadDate(f"date {text!r} opens a set that is not closed; {_ACCEPTED}")
    parts = [part.strip() for part in text[1:-1].split(",")]
    lows: list[date | None] = []
    highs: list[date | None] = []
    for part in parts:
        low, high = _range_bounds(part)
        lows.append(low)
        highs.append(high)
    return (
        None if None in lows else min(day for day in lows if day),
        None if None in highs else max(day for day in highs if day),
    )


def _range_bounds(part: str) -> tuple[date | None, date | None]:
    if ".." not in part:
        return _single_bounds(part)
    start, _, end = part.partition("..")
    return _open_or(start)[0], _open_or(end)[1]


def _single_bounds(text: str) -> tuple[date, date]:
    plain = _PLAIN.match(text)
    if plain and not _SEASON.match(text):
        return _calendar_bounds(text, plain[1], plain[2], plain[3])
    season = _SEASON.match(text)
    if season:
        return _season_bounds(int(season[1]), season[2])
    return _library_bounds(text)


def _calendar_bounds(text: str, year: str, month: str | None, day: str | None) -> tuple[date, date]:
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        if day:
            return first, first
        last_month = int(month or 12)
        last = calendar.monthrange(first.year, last_month)[1]
        return first, date(first.year, last_month, last)
    except ValueError as error:
        raise BadDate(f"date {text!r} names a day that does not exist; {_ACCEPTED}") from error


def _season_bounds(year: int, season: str) -> tuple[date, date]:
    first, last = _SEASON_MONTHS[season]
    last_year = year + 1 if last < first else year
    return date(year, first, 1), date(last_year, last, calendar.monthrange(last_year, last)[1])


def _library_bounds(text: str) -> tuple[date, date]:
    # Qualifiers inside a date (`2018?-03~`, level 2) don't move its strict bounds; the library
    # refuses some combinations of them, so the bounds are read without.
    bare = _INNER_QUALIFIER.sub("", text)
    plain = _PLAIN.match(bare)
    if plain:
        return _calendar_bounds(text, plain[1], plain[2], plain[3])
    try:
        parsed = parse_edtf(bare)
        low, high = parsed.lower_strict(), parsed.upper_strict()
        return date(*low[:3]), date(*high[:3])
    except (EDTFParseException, AttributeError, TypeError, ValueError, IndexError) as error:
        # The four besides its own are what edtf 5.0.2 lets escape on malformed or unusual input.
        raise BadDate(f"date {text!r} is not an EDTF date; {_ACCEPTED}") from error


_MARGIN = {"day": 31, "month": 92, "year": 731, "span": 731}


def widen(when: UncertainDate) -> tuple[date, date]:
    """Return the days `when` can reasonably mean: its bounds, wider where it is only approximate.

    An open end reaches to the ends of the calendar. The margin of an approximate date is a month for a
    day, three months for a month and two years for a year: our convention, stated in the guide.
    """
    low = when.earliest or date.min
    high = when.latest or date.max
    if not when.approximate:
        return low, high
    margin = timedelta(days=_MARGIN[when.precision])
    return (
        low - margin if low - date.min > margin else date.min,
        high + margin if date.max - high > margin else date.max,
    )


def compare(left: UncertainDate, right: UncertainDate) -> str:
    """Say how two dates for one thing stand to each other.

    Returns:
        `same` (equal text or equal bounds), `precision` (they can both be true, one is vaguer) or
        `differ` (no day fits both).
    """
    if left.edtf == right.edtf:
        return "same"
    (low, high), (other_low, other_high) = widen(left), widen(right)
    if high < other_low or other_high < low:
        return "differ"
    return "same" if (low, high) == (other_low, other_high) else "precision"


def coarsen(when: UncertainDate, granularity: str) -> UncertainDate:
    """Return `when` no more precisely than `granularity`.

    Args:
        granularity: `day` (as it is), `month` or `year`.

    Raises:
        BadDate: the granularity is none of these.
    """
    if granularity == "day":
        return when
    if granularity not in ("month", "year"):
        raise BadDate(f"date granularity {granularity!r} is none of day, month, year")
    low, high = (_cut(bound, granularity) for bound in (when.earliest, when.latest))
    return parse_date(low if low == high else f"{low}/{high}")


def _cut(bound: date | None, granularity: str) -> str:
    if bound is None:
        return ".."
    return f"{bound:%Y-%m}" if granularity == "month" else f"{bound:%Y}"


_SEASON_WORDS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}


def describe(when: UncertainDate) -> str:
    """Return the date in plain English: `30 December 1937`, `about 1905`, `between … and …`."""
    text = _describe_bare(when)
    if "/" in when.edtf:
        return text
    if when.approximate:
        text = f"about {text}"
    return f"{text} (uncertain)" if when.uncertain else text


def _describe_bare(when: UncertainDate) -> str:
    season = _SEASON.match(when.edtf)
    if season:
        return f"{_SEASON_WORDS[season[2]]} {season[1]}"
    low, high = when.earliest, when.latest
    if low is None and high is None:
        return "at an unknown time"
    if low is None:
        return f"by {_day(high)}" if high else ""
    if high is None:
        return f"from {_day(low)}"
    if "/" in when.edtf:
        start, _, end = when.edtf.partition("/")
        return f"between {describe(parse_date(start))} and {describe(parse_date(end))}"
    return _describe_span(low, high)


def _describe_span(low: date, high: date) -> str:
    if low == high:
        return _day(low)
    if (low.year, low.month) == (high.year, high.month):
        return f"{calendar.month_name[low.month]} {low.year}"
    if (low.month, low.day, high.month, high.day) == (1, 1, 12, 31):
        return str(low.year) if low.year == high.year else f"{low.year} to {high.year}"
    return f"between {_day(low)} and {_day(high)}"


def _day(day: date | None) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}" if day else ""
