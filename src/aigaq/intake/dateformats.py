"""Dates as lists write them → EDTF: formats with month names, partial dates and spans.

A format is literal text with the codes `%d` (day), `%m` (month number), `%b` (month name or its
abbreviation), `%Y` (year) and `%y` (year of two digits). A date that names no day or month comes out as
precisely as it is (`NOV/1976` → `1976-11`). Where a code stands twice, the format is a span: `%d-%d/%m/%Y`
reads `27-28/06/1978` as `1978-06-27/1978-06-28`; what one end lacks it takes from the other. The result is
EDTF (Library of Congress EDTF 2019, level 0 and 1; ISO 8601-2).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aigaq.intake.months import month_numbers
from aigaq.records.dates import parse_date
from aigaq.records.errors import BadDate, BadInput

_CODE = re.compile(r"%(.)")
_UNIT = {"d": "day", "m": "month", "b": "month", "Y": "year", "y": "year"}
_PATTERN = {
    "d": r"(\d{1,2})",
    "m": r"(\d{1,2})",
    "b": r"([^\W\d_]+\.?)",
    "Y": r"(\d{4})",
    "y": r"(\d{2})",
}
_EDTF = "edtf"


class ImpossibleDate(BadDate):
    """A text that has the shape of a date and names a day or month that does not exist."""


@dataclass(frozen=True, slots=True)
class DateFormat:
    """One compiled format.

    Attributes:
        text: the format as the mapping writes it.
        pattern: matches the whole cell, one group a code; None for `edtf`.
        codes: the code letter of each group.
        second: index of the first group of the span's second half, or 0 when it is no span.
        months: month name, casefolded → number.
        century: added to a two-digit year that has no four-digit one beside it, or None.
    """

    text: str
    pattern: re.Pattern[str] | None
    codes: str
    second: int
    months: Mapping[str, int]
    century: int | None

    def read(self, text: str) -> str | None:
        """Return the EDTF date `text` stands for, None when it does not have this format.

        Raises:
            ImpossibleDate: it has this format and names a day or month that does not exist.
        """
        if self.pattern is None:
            return _read_edtf(text)
        match = self.pattern.fullmatch(text)
        if not match:
            return None
        parts = self._numbers(match.groups())
        return None if parts is None else self._assemble(parts)

    def _numbers(self, groups: tuple[str, ...]) -> list[int] | None:
        numbers = []
        for code, group in zip(self.codes, groups, strict=True):
            number = self.months.get(group.rstrip(".").casefold()) if code == "b" else int(group)
            if number is None:
                return None
            numbers.append(number)
        return numbers

    def _assemble(self, numbers: list[int]) -> str:
        years = [n for code, n in zip(self.codes, numbers, strict=True) if code == "Y"]
        century = years[0] // 100 * 100 if years else self.century or 0
        parts = [
            (_UNIT[code], n + century if code == "y" else n)
            for code, n in zip(self.codes, numbers, strict=True)
        ]
        if not self.second:
            return _checked(_edtf(dict(parts)))
        return _span(dict(parts[: self.second]), dict(parts[self.second :]))


def _read_edtf(text: str) -> str | None:
    try:
        return parse_date(text).edtf
    except BadDate as error:
        if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", text):
            raise ImpossibleDate(str(error)) from error
        return None


def _span(start: dict[str, int], end: dict[str, int]) -> str:
    _borrow(start, end)
    _borrow(end, start)
    first, last = _checked(_edtf(start)), _checked(_edtf(end))
    return _checked(f"{first}/{last}")


def _borrow(part: dict[str, int], other: dict[str, int]) -> None:
    """Fill the coarser units that `part` lacks from `other` (a day needs a month, all need a year)."""
    if "day" in part and "month" not in part and "month" in other:
        part["month"] = other["month"]
    if "year" not in part:
        part["year"] = other["year"]


def _edtf(parts: Mapping[str, int]) -> str:
    text = f"{parts['year']:04d}"
    if "month" in parts:
        text += f"-{parts['month']:02d}"
        if "day" in parts:
            text += f"-{parts['day']:02d}"
    return text


def _checked(edtf: str) -> str:
    try:
        parse_date(edtf)
    except BadDate as error:
        raise ImpossibleDate(str(error)) from error
    return edtf


def compile_format(text: str, months: str = "", century: int | None = None) -> DateFormat:
    """Compile a date format.

    Args:
        text: literal text with `%d %m %b %Y %y`, or `edtf`.
        months: comma-separated language codes whose month names `%b` reads (`es`, `en`, `ru`, `fr`).
        century: first year of the century of `%y`, e.g. 1900.

    Raises:
        BadInput: an unknown code, no year, a day without a month, `%b` without a language of months, or
            `%y` without a century.
    """
    if text.casefold() == _EDTF:
        return DateFormat(text, None, "", 0, {}, None)
    codes = "".join(_CODE.findall(text))
    _check_codes(text, codes, months, century)
    return DateFormat(
        text, _pattern(text), codes, _second_half(codes), month_numbers(months), century
    )


def _check_codes(text: str, codes: str, months: str, century: int | None) -> None:
    wrong = [code for code in codes if code not in _UNIT]
    units = {_UNIT[code] for code in codes if code in _UNIT}
    if wrong:
        raise BadInput(f"date format {text!r} has %{wrong[0]}; the codes are %d %m %b %Y %y")
    if "year" not in units or ("day" in units and "month" not in units):
        raise BadInput(f"date format {text!r} needs a year, and a month where it has a day")
    if "b" in codes and not months:
        raise BadInput(f"date format {text!r} reads month names: say whose with months: es")
    if "y" in codes and "Y" not in codes and century is None:
        raise BadInput(f"date format {text!r} has years of two digits: add century: 1900")


def _pattern(text: str) -> re.Pattern[str]:
    parts = _CODE.split(text)
    regex = "".join(
        _PATTERN[part] if index % 2 else re.escape(part).replace(r"\ ", r"\s+")
        for index, part in enumerate(parts)
    )
    return re.compile(regex, re.IGNORECASE)


def _second_half(codes: str) -> int:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if _UNIT[code] in seen:
            return index
        seen.add(_UNIT[code])
    return 0


def read_date(text: str, formats: tuple[DateFormat, ...]) -> str | None:
    """Return `text` as EDTF by the first format it fits, None when it fits none.

    Raises:
        ImpossibleDate: it fits a format and no format gives a day that exists.
    """
    impossible: ImpossibleDate | None = None
    for form in formats:
        try:
            found = form.read(text)
        except ImpossibleDate as error:
            impossible = error
            continue
        if found is not None:
            return found
    if impossible is not None:
        raise impossible
    return None
