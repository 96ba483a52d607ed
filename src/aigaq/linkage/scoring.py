"""From mentions to scored pairs, each with the evidence that led there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import numpy as np

from aigaq.linkage.evidence import explain_pairs
from aigaq.linkage.judged import Judged
from aigaq.linkage.pairs import score_table
from aigaq.linkage.table import (
    NOTHING,
    Census,
    Column,
    Ints,
    Spans,
    Table,
    encode,
    to_parts,
)
from aigaq.linkage.types import Basis, LinkRecord, ScoredPair

type Span = tuple[date | None, date | None] | None

_PLACES = ("birth", "residence", "taken", "held", "death")
_KIN = ("father", "mother", "spouse", "sibling")
_WORDS = ("sex", "nationality", "occupation", "event", "id_number")
# Open ends of a span, in days since year 1: before and after anyone recorded here.
_ALWAYS_BEFORE = 0
_ALWAYS_AFTER = 1_500_000
_DAYS_IN_YEAR = 365.25


def score_pairs(
    records: Sequence[LinkRecord], *, seed: int = 1, census: Census | None = None
) -> list[ScoredPair]:
    """Find and score the pairs of mentions that may be one person; see `score_with_basis`."""
    return score_with_basis(records, seed=seed, census=census)[0]


def score_with_basis(
    records: Sequence[LinkRecord],
    *,
    judged: Mapping[frozenset[UUID], bool] | None = None,
    seed: int = 1,
    census: Census | None = None,
) -> tuple[list[ScoredPair], Basis]:
    """Find and score the pairs of mentions that may be one person, and say what the weights rest on.

    Args:
        records: mentions, each id once.
        judged: pairs that people decided one by one: whether they are one person. From 50 of each kind on
            they teach; batches and the undecided don't belong here.
        seed: of the random pairs that training draws; the same seed and records give the same result.
        census: of the archive, where `records` is a part of it (see `incremental`); the shipped weights
            are used then.

    Returns:
        Pairs of probability 0.01 and more for which more speaks than against, the most probable first;
        `left` stands before `right` in `records`. The evidence of a pair adds up, in bits, to its log-odds.

    Raises:
        ValueError: a mention stands in `records` twice.
        duckdb.OutOfMemoryException: the records don't fit in memory.
    """
    if len({record.mention for record in records}) < len(records):
        raise ValueError("linkage: a mention was given twice; give each mention once")
    if len(records) < 2:
        return [], Basis()
    table = replace(to_table(records), census=census, judged=_place(records, judged or {}))
    scored = score_table(table, seed=seed)
    pairs = list(explain_pairs(scored, records, show_value))
    model = scored.model
    basis = Basis(None if model.learnt is None else round(model.learnt), model.judged)
    return sorted(pairs, key=lambda pair: -pair.probability), basis


def _place(records: Sequence[LinkRecord], judged: Mapping[frozenset[UUID], bool]) -> Judged:
    place = {record.mention: number for number, record in enumerate(records)}
    known = {pair: same for pair, same in judged.items() if pair <= place.keys() and len(pair) == 2}
    ends = [sorted(place[one] for one in pair) for pair in known]
    return Judged(
        np.array([low for low, _ in ends], np.int64),
        np.array([high for _, high in ends], np.int64),
        np.array(list(known.values()), bool),
    )


def to_table(records: Sequence[LinkRecord]) -> Table:
    """Return mentions as the table that is linked, one row a mention."""
    forms = max((len(record.names) for record in records), default=0)
    return Table(
        size=len(records),
        names=tuple(
            encode(r.names[n][0] if n < len(r.names) else "" for r in records)
            for n in range(max(1, forms))
        ),
        source=number_sources(records),
        kin=dict(_mapped(records, "kin", _KIN)),
        places=dict(_mapped(records, "places", _PLACES)),
        dates={
            "birth": to_spans([find_birth(r) for r in records]),
            "taken": to_spans([r.taken for r in records]),
            "death": to_spans([r.death for r in records]),
        },
        words={
            name: column
            for name in _WORDS
            if not (column := encode(getattr(r, name) for r in records)).is_empty
        },
    )


def _mapped(
    records: Sequence[LinkRecord], attribute: str, roles: Sequence[str]
) -> Iterator[tuple[str, Column]]:
    for role in roles:
        column = encode((getattr(r, attribute) or {}).get(role, "") for r in records)
        if not column.is_empty:
            yield role, column


def to_spans(spans: Sequence[Span]) -> Spans:
    """Return spans of days as a column."""
    ends = [_to_days(span) for span in spans]
    low, high = [low for low, _ in ends], [high for _, high in ends]
    return Spans(np.array(low, np.int32), np.array(high, np.int32), to_parts(low, high))


def _to_days(span: Span) -> tuple[int, int]:
    if span is None or span == (None, None):
        return NOTHING, NOTHING
    low, high = span
    return (
        low.toordinal() if low else _ALWAYS_BEFORE,
        high.toordinal() if high else _ALWAYS_AFTER,
    )


def number_sources(records: Sequence[LinkRecord]) -> Ints:
    """Return each record's source as a number, in order of first appearance."""
    seen: dict[UUID, int] = {}
    return np.array([seen.setdefault(r.source, len(seen)) for r in records], np.int32)


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


def show_value(record: LinkRecord, comparison: str) -> str:
    """Return what `record` says on the matter of `comparison`, in its own words; "" when nothing."""
    if comparison == "names":
        return " · ".join(text for text, _ in record.names)
    # Evidence is kept with the judgement: an identity number is not copied there.
    if comparison in ("source_id", "id_number"):
        return ""
    if comparison.startswith("place_"):
        return (record.places or {}).get(comparison.removeprefix("place_"), "")
    if comparison in _KIN:
        return (record.kin or {}).get(comparison, "")
    if comparison == "birth":
        return _show_birth(record)
    if comparison in ("taken", "death"):
        return _show_span(getattr(record, comparison), "{}")
    return str(getattr(record, comparison))


def _show_birth(record: LinkRecord) -> str:
    birth = find_birth(record)
    if birth == record.birth or record.age is None:
        return _show_span(birth, "{}")
    return f"aged {record.age[0]:g} on {record.age[1]}" + _show_span(birth, " (born {})")


def _show_span(span: Span, frame: str) -> str:
    if span is None:
        return ""
    low, high = span
    shown = str(low) if low == high else f"{low or '…'} – {high or '…'}"
    return frame.format(shown)
