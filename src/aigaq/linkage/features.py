"""From mentions to the columns that Splink compares: numbers and lists of numbers, no words of anyone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from aigaq.linkage.blocking import build_keys
from aigaq.linkage.rarity import Lexicon, build_lexicon
from aigaq.linkage.spelling import read_words
from aigaq.linkage.types import LinkRecord

type Span = tuple[date | None, date | None] | None
type Column = list[Any]

PLACE_ROLES = ("birth", "residence", "taken", "death")
KIN_ROLES = ("father", "mother", "spouse")
# Open ends of a span, in days since year 1: before and after anyone recorded here.
_ALWAYS_BEFORE = 0
_ALWAYS_AFTER = 1_500_000
_DAYS_IN_YEAR = 365.25
_SHORT_WORD = 3


def build_columns(records: Sequence[LinkRecord]) -> dict[str, Column]:
    """Return the table that is linked, column by column, one row a record, in the records' order.

    Args:
        records: at least one.

    Returns:
        `unique_id` (place in `records`), `source_id`, `names` and kin (lists of forms, each a list of
        words with weights), places, spans in days since year 1 (`…_lo`, `…_hi`) and known days
        (`…_day`), codes, and blocking keys. None stands wherever nothing was said.
    """
    forms = [list_forms(record.names) for record in records]
    columns: dict[str, Column] = {
        "unique_id": list(range(len(records))),
        "source_id": number_sources(records),
        "name_key": [" ".join(sorted(own[0])) if own else None for own in forms],
        **_name_columns("names", forms),
    }
    for role in KIN_ROLES:
        kin = [read_form((r.kin or {}).get(role, "")) for r in records]
        columns |= _name_columns(role, [[words] if words else [] for words in kin])
    for role in PLACE_ROLES:
        columns |= _word_columns(
            f"place_{role}", [read_words((r.places or {}).get(role, "")) for r in records]
        )
    columns |= _word_columns("nationality", [read_words(r.nationality) for r in records])
    columns |= _word_columns("occupation", [read_words(r.occupation) for r in records])
    columns["sex"] = [r.sex or None for r in records]
    columns |= _span_columns("birth", [find_birth(r) for r in records])
    columns |= _span_columns("taken", [r.taken for r in records])
    columns |= _span_columns("death", [r.death for r in records])
    columns["keys"] = build_keys(records, forms)
    return columns


def list_forms(names: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return the words of each form of a name, and once more with short words joined to the next.

    De Armas is also written Dearmas. Forms without words are left out.
    """
    forms = [form for form in (read_form(*name) for name in names) if form]
    return [*forms, *(joined for form in forms if (joined := _join_short(form)) != form)]


def _join_short(form: tuple[str, ...]) -> tuple[str, ...]:
    joined: list[str] = []
    held = ""
    for word in form:
        held += word
        if len(word) > _SHORT_WORD:
            joined.append(held)
            held = ""
    return (*joined, held) if held else tuple(joined)


def read_form(text: str, lang: str = "") -> tuple[str, ...]:
    """Return the words of one form of a name, without initials where there are whole words."""
    words = read_words(text, lang)
    return tuple(word for word in words if len(word) > 1) or words


def number_sources(records: Iterable[LinkRecord]) -> list[int]:
    """Return each record's source as a number, in order of first appearance."""
    seen: dict[UUID, int] = {}
    return [seen.setdefault(record.source, len(seen)) for record in records]


def find_birth(record: LinkRecord) -> Span:
    """Return the span of birth as stated, else as the age at a known day implies it, else None.

    Someone aged `a` on a day was born more than `a` and at most `a` + 1 years before it; a year is
    allowed on top, because ages are often counted from the year of birth alone. A birth on or after the
    day taken is a slip of the pen (1976 for 1956, 2052 for 1952) and says nothing.
    """
    if record.birth is not None and not _is_after(record.birth, record.taken):
        return record.birth
    if record.age is None:
        return None
    age, on = record.age
    oldest = timedelta(days=(age + 2) * _DAYS_IN_YEAR)
    if on.toordinal() <= oldest.days:
        return None
    return on - oldest, on - timedelta(days=age * _DAYS_IN_YEAR)


def _is_after(birth: Span, taken: Span) -> bool:
    born = birth[0] if birth else None
    last = taken[1] if taken else None
    return born is not None and last is not None and born >= last


def _span_columns(name: str, spans: Sequence[Span]) -> dict[str, Column]:
    days = [_to_days(span) for span in spans]
    return {
        f"{name}_lo": [low for low, _ in days],
        f"{name}_hi": [high for _, high in days],
        f"{name}_day": [_to_parts(span) for span in spans],
    }


def _to_parts(span: Span) -> list[int] | None:
    """Year, month and day where the day is known, so that a slip in one of them can be seen."""
    if span is None or span[0] is None or span[0] != span[1]:
        return None
    return [span[0].year, span[0].month, span[0].day]


def _to_days(span: Span) -> tuple[int | None, int | None]:
    if span is None or span == (None, None):
        return None, None
    low, high = span
    return (
        low.toordinal() if low else _ALWAYS_BEFORE,
        high.toordinal() if high else _ALWAYS_AFTER,
    )


def _name_columns(name: str, forms: Sequence[Sequence[tuple[str, ...]]]) -> dict[str, Column]:
    lexicon = build_lexicon([word for form in own for word in form] for own in forms)
    return {name: [[_describe(form, lexicon) for form in _distinct(own)] or None for own in forms]}


def _distinct(forms: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Drop forms with the same words in another order."""
    by_words: dict[frozenset[str], tuple[str, ...]] = {}
    for form in forms:
        by_words.setdefault(frozenset(form), form)
    return list(by_words.values())


def _describe(form: Sequence[str], lexicon: Lexicon) -> Mapping[str, Column]:
    """One form: its words (`t`), what each is worth (`w`, as variant `n`), and all their variants (`x`)."""
    numbers = [lexicon.number[word] for word in form]
    return {
        "t": numbers,
        "w": [lexicon.bits[number] for number in numbers],
        "n": [lexicon.variant_bits[number] for number in numbers],
        "x": sorted({near for number in numbers for near in lexicon.variants[number]}),
    }


def _word_columns(name: str, rows: Sequence[tuple[str, ...]]) -> dict[str, Column]:
    """Words (`t`) with what each is worth (`w`)."""
    lexicon = build_lexicon(rows)
    return {name: [_weigh_words(words, lexicon) if words else None for words in rows]}


def _weigh_words(words: Sequence[str], lexicon: Lexicon) -> Mapping[str, Column]:
    numbers = [lexicon.number[word] for word in words]
    return {"t": numbers, "w": [lexicon.bits[number] for number in numbers]}
