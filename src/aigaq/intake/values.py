"""One cell → what it claims: state, canonical value and the words as they stand."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from aigaq.intake.cells import LONGEST
from aigaq.intake.choices import normal
from aigaq.intake.dateformats import ImpossibleDate, compile_format, read_date
from aigaq.intake.mappingtypes import ClaimSpec
from aigaq.records.claims import ClaimState
from aigaq.records.errors import BadInput

_NUMBER = re.compile(r"(-?\d{1,15})(?:[.,](\d{1,10}))?")
_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_ISO = (compile_format("%Y-%m-%d"),)
_ISO_TIME = re.compile(r"(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d(?:\.\d+)?")
_LONGEST_MATCHED = (
    2_000  # a mapping's regular expression may be slow on more, so text alone may be longer
)
_ONE_LINE = frozenset({"name", "person_name", "place", "identifier"})


class BadCell(BadInput):
    """A cell that can't be taken; its message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one entry of the mapping makes of a cell; the fields mean what `ClaimDraft`'s do."""

    spec: ClaimSpec
    state: ClaimState
    value: str
    words: str
    qualifier: str = ""
    refers_to: str = ""


def read_cell(text: str, specs: tuple[ClaimSpec, ...], iso_dates: bool = False) -> tuple[Said, ...]:
    """Read a cell by the entries of its column.

    Args:
        text: the cell, untouched.
        specs: the entries whose `when` holds in this row.
        iso_dates: whether dates may stand as `1976-12-26` whatever the formats.

    Returns:
        One `Said` a claim; none for an empty cell.

    Raises:
        BadCell: an entry can't read it, or it fits the `match` of none.
    """
    if not specs or not text.strip():
        return ()
    said: list[Said] = []
    fitting = False
    for spec in specs:
        for piece in _pieces(text, spec):
            found = _read_piece(piece, spec, iso_dates)
            fitting = fitting or found is not None
            # Two entries of one property would both say that the cell holds no answer.
            said.extend(one for one in found or () if one.state is ClaimState.KNOWN or not said)
    if not fitting:
        raise BadCell("fits none of the patterns the mapping gives for this column; mend it")
    return tuple(said)


def _pieces(text: str, spec: ClaimSpec) -> Iterator[str]:
    """Yield the values of a cell; the words of a single one stay untouched."""
    if not spec.split or not any(separator in text for separator in spec.split):
        yield text
        return
    for separator in spec.split[1:]:
        text = text.replace(separator, spec.split[0])
    yield from filter(None, (piece.strip() for piece in text.split(spec.split[0])))


def _read_piece(text: str, spec: ClaimSpec, iso_dates: bool) -> tuple[Said, ...] | None:
    """Return the claims of one value, None when its `match` says the entry is not for it."""
    plain = normal(text)
    if plain in spec.absent:
        state = spec.absent[plain]
        return () if state is None else (Said(spec, state, "", text, spec.qualifier),)
    if len(text) > _LONGEST_MATCHED:
        _check_length(text, spec)
    groups = _groups(text.strip(), spec)
    if groups is None:
        return None
    wanted = groups.get("value", text).strip()
    _check_length(wanted, spec)
    value = spec.value or _value(wanted, spec, iso_dates)
    if value is None:
        return ()
    refers_to = groups.get("refers_to", "").strip() or (
        wanted if spec.definition.value == "mention_ref" else ""
    )
    qualifier = _qualifier(groups.get("qualifier", ""), spec)
    words = "" if refers_to and not value else text  # a key is not what anyone said
    return (Said(spec, ClaimState.KNOWN, value, words, qualifier, refers_to),)


def _groups(text: str, spec: ClaimSpec) -> dict[str, str] | None:
    if spec.match is None:
        return {}
    match = spec.match.fullmatch(text)
    if match is None:
        return None
    named = {name: found for name, found in match.groupdict().items() if found is not None}
    if not named and match.groups():
        named = {"value": next((found for found in match.groups() if found is not None), "")}
    return named


def _check_length(text: str, spec: ClaimSpec) -> None:
    most = LONGEST[spec.definition.value]
    if len(text) > most:
        raise BadCell(f"{len(text):,} characters; a {spec.definition.value} has at most {most:,}")


def _qualifier(text: str, spec: ClaimSpec) -> str:
    if not text.strip():
        return spec.qualifier
    code = spec.qualifiers.get(normal(text), spec.qualifier)
    if not code:
        raise BadCell(
            f"“{text.strip()}” is not among the qualifiers the mapping knows; add it there"
        )
    return code


def _value(text: str, spec: ClaimSpec, iso_dates: bool) -> str | None:
    """Return the canonical value, None when the terms say that the text claims nothing here."""
    kind = spec.definition.value
    if kind == "date":
        return _date(text, spec, iso_dates)
    if spec.terms or kind == "term":
        return _term(text, spec)
    if kind == "number":
        return _number(text)
    if kind == "mention_ref":
        return ""
    if kind == "url" and not _URL.fullmatch(text):
        raise BadCell("is no web address; it should begin with https:// or http://")
    return _words(text, spec)


def _words(text: str, spec: ClaimSpec) -> str:
    if spec.separator:
        text = ", ".join(filter(None, (part.strip() for part in text.split(spec.separator))))
    if spec.definition.value in _ONE_LINE:
        text = unicodedata.normalize("NFC", " ".join(text.split()))
    return text


def _term(text: str, spec: ClaimSpec) -> str | None:
    code = spec.terms.get(normal(text), spec.otherwise or None)
    if code is None:
        where = spec.definition.vocabulary or "this column"
        raise BadCell(
            f"is no term of {where} that the mapping knows; add it under terms or mend it"
        )
    return code or None


def _number(text: str) -> str:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise BadCell("is no number; write digits alone")
    decimals = match[2].rstrip("0") if match[2] else ""
    whole = str(int(match[1]))
    return f"{whole}.{decimals}" if decimals else whole


def _date(text: str, spec: ClaimSpec, iso_dates: bool) -> str:
    try:
        found = read_date(text, spec.dates)
        if found is None and iso_dates:
            stamp = _ISO_TIME.fullmatch(text)
            found = read_date(stamp[1] if stamp else text, _ISO)
    except ImpossibleDate as error:
        raise BadCell("an impossible date: no such day, or its end is before its start") from error
    if found is None:
        formats = ", ".join(form.text for form in spec.dates[:6])
        raise BadCell(f"is no date in the mapping's formats ({formats}); mend it or add its format")
    return found
