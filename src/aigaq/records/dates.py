"""Uncertain dates: EDTF text with the earliest and latest day it can mean.

The one module that imports `edtf`. The library pads unknown starts by ten years, gives infinities for open
ends, raises on some legal strings (`2017-04/2018-XX`, `20XX-02-29`) and prints to the terminal on others
(`2017-1X`), so intervals, sets, open ends, seasons and digits left open are read here, and only a date
with a time of day is handed to it. Years before 1, after 9999 or written with `Y` are refused.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

from aigaq.records.errors import BadDate

_PLAIN = re.compile(r"([0-9X]{4})(?:-([0-9X]{2}))?(?:-([0-9X]{2}))?")
_QUALIFIER = re.compile(r"(?:^|(?<=-))[?~%]|[?~%](?=-|$)")
_SEASON = re.compile(r"([0-9]{4})-(2[1-4])")
# Years written with Y stay outside: the library would work out all the digits of `Y1E9999999`.
_WITH_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:Z+-]{1,20}")
_LONGEST = 200  # letters; longer cells are no dates, and need not be searched for one
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
    if len(text) > _LONGEST:
        raise BadDate(f"date {text[:40]!r} … is {len(text)} letters long; {_ACCEPTED}")
    return UncertainDate(
        text,
        *_ordered(text, *_bounds(text)),
        approximate="~" in text or "%" in text,
        uncertain="?" in text or "%" in text,
    )


def _ordered(text: str, low: date | None, high: date | None) -> tuple[date | None, date | None]:
    if low is not None and high is not None and low > high:
        raise BadDate(f"date {text!r} ends before it begins")
    return low, high


def _bounds(text: str) -> tuple[date | None, date | None]:
    if text[0] in "[{":
        return _set_bounds(text)
    if "/" in text:
        start, _, end = text.partition("/")
        if "/" in end:
            raise BadDate(f"date {text!r} has more than two ends; {_ACCEPTED}")
        return _open_or(start)[0], _open_or(end)[1]
    return _single_bounds(text)


def _open_or(text: str) -> tuple[date | None, date | None]:
    if text in ("", "..", "unknown"):
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
    return _ordered(part, _open_or(start)[0], _open_or(end)[1])


def _single_bounds(text: str) -> tuple[date, date]:
    # Qualifiers, also inside a date (`2018?-03~`, level 2), don't move its strict bounds.
    bare = _QUALIFIER.sub("", text)
    if season := _SEASON.fullmatch(bare):
        return _season_bounds(text, int(season[1]), season[2])
    if plain := _PLAIN.fullmatch(bare):
        return _calendar_bounds(text, plain[1], plain[2] or "XX", plain[3] or "XX")
    return _library_bounds(text, bare)


def _calendar_bounds(text: str, *pattern: str) -> tuple[date, date]:
    """Return the first and the last day that year, month and day allow, `X` standing for any digit."""
    first, last = _extreme(pattern, last=False), _extreme(pattern, last=True)
    if first is None or last is None:
        raise BadDate(f"date {text!r} names a day that does not exist; {_ACCEPTED}")
    return first, last


def _extreme(pattern: tuple[str, ...], *, last: bool) -> date | None:
    limits = (9999, 12, 31)
    parts = (_numbers(one, limit, last) for one, limit in zip(pattern, limits, strict=True))
    for year, month, day in product(*parts):
        if day <= calendar.monthrange(year, month)[1]:
            return date(year, month, day)
    return None


def _numbers(pattern: str, limit: int, descending: bool) -> Iterator[int]:
    digits = "9876543210" if descending else "0123456789"
    found = product(*(digits if sign == "X" else sign for sign in pattern))
    return (number for one in found if 0 < (number := int("".join(one))) <= limit)


def _season_bounds(text: str, year: int, season: str) -> tuple[date, date]:
    first, last = _SEASON_MONTHS[season]
    last_year = year + 1 if last < first else year
    if year < 1 or last_year > 9999:
        raise BadDate(f"date {text!r} names a day that does not exist; {_ACCEPTED}")
    return date(year, first, 1), date(last_year, last, calendar.monthrange(last_year, last)[1])


def _library_bounds(text: str, bare: str) -> tuple[date, date]:
    if not _WITH_TIME.fullmatch(bare):
        raise BadDate(f"date {text!r} is not an EDTF date; {_ACCEPTED}")
    # Measured: 5 MB and 60 ms, which hardly any date needs and every command would pay for.
    from edtf import EDTFParseException, parse_edtf  # noqa: PLC0415

    try:
        parsed = parse_edtf(bare)
        low, high = parsed.lower_strict(), parsed.upper_strict()
        return date(*low[:3]), date(*high[:3])
    except (EDTFParseException, *_ESCAPES) as error:
        raise BadDate(f"date {text!r} is not an EDTF date; {_ACCEPTED}") from error


#: What edtf 5.0.2 lets escape, besides its own exception, on malformed or unusual input.
_ESCAPES = (AttributeError, TypeError, ValueError, IndexError, OverflowError)

_MARGIN = {
    "day": 31,
    "month": 92,
    "year": 730,
    "span": 730,
}  # days; one more would touch the third year


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
    """Return `when` no more precisely than `granularity`; it still holds every day it held before.

    What is approximate or uncertain stays so: `2018-03-15~` may be a day in April, and `2018-03` may not.

    Args:
        when: the date; one open at both ends says nothing and comes back as it is.
        granularity: `day` (as it is), `month` or `year`.

    Raises:
        BadDate: the granularity is none of these.
    """
    if granularity not in ("day", "month", "year"):
        raise BadDate(f"date granularity {granularity!r} is none of day, month, year")
    if granularity == "day" or (when.earliest is None and when.latest is None):
        return when
    mark = _MARKS[when.approximate, when.uncertain]
    low, high = (_cut(bound, granularity, mark) for bound in (when.earliest, when.latest))
    return parse_date(low if low == high else f"{low}/{high}")


_MARKS = {(False, False): "", (True, False): "~", (False, True): "?", (True, True): "%"}


def _cut(bound: date | None, granularity: str, mark: str) -> str:
    if bound is None:
        return ".."
    return bound.isoformat()[: 7 if granularity == "month" else 4] + mark


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
    season = _SEASON.fullmatch(_QUALIFIER.sub("", when.edtf))
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
