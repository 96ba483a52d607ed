"""The data files: five CSV tables and one JSON Lines file, with their columns described once.

A column says where its description comes from (the docstring of a released type) or carries its own, so
that the table and the data dictionary are made of the same thing and cannot drift apart.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aigaq.records.langtags import script_of_tag
from aigaq.records.release import (
    Release,
    ReleasedClaim,
    ReleasedName,
    ReleasedPerson,
    ReleasedSource,
)

# First characters that a spreadsheet takes for a formula (OWASP, “CSV Injection”), and the apostrophe
# itself, so that taking one off gives back every cell exactly.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")

type Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: its heading.
        source: the released type whose docstring describes it, or None.
        words: its description where no docstring has one.
        field: the attribute described, where it is not the column's name.
        codes: the vocabulary its codes come from, or "".
    """

    name: str
    source: type | None = None
    words: str = ""
    field: str = ""
    codes: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: what one row is, its columns, and the rows of a person."""

    name: str
    words: str
    columns: tuple[Column, ...]
    rows: Callable[[ReleasedPerson], Iterable[Row]]


def _of(source: type, *names: str, codes: dict[str, str] | None = None) -> tuple[Column, ...]:
    return tuple(Column(name, source, codes=(codes or {}).get(name, "")) for name in names)


def _persons(person: ReleasedPerson) -> Iterable[Row]:
    yield (
        person.key, person.display_name, person.display_lang, person.display_dir, person.summary,
        person.place, person.year, "; ".join(one.label for one in person.status),
        "; ".join(one.as_of for one in person.status),
        "; ".join(one.told_by for one in person.status), person.corroboration,
        person.corroboration_words, str(len(person.names)), str(len(person.claims)),
        str(len(person.sources)), str(sum(one.kind == "differ" for one in person.conflicts)),
        " ".join(person.former_keys),
    )  # fmt: skip


_CLAIM_FIELDS = (
    "key", "property", "state", "value", "display", "words", "lang", "dir", "source", "locator",
    "voice", "basis", "certainty", "earliest", "latest", "approximate", "episode", "leg",
    "qualifier", "note", "link",
)  # fmt: skip
_SOURCE_FIELDS = (
    "key", "kind", "title", "citation", "url", "lang", "licence", "voice", "year", "basis",
)  # fmt: skip


def _claims(person: ReleasedPerson) -> Iterable[Row]:
    for claim in person.claims:
        yield (person.key, *(_text(getattr(claim, name)) for name in _CLAIM_FIELDS))


def _sources(person: ReleasedPerson) -> Iterable[Row]:
    for source in person.sources:
        yield (person.key, *(_text(getattr(source, name)) for name in _SOURCE_FIELDS))


def _names(person: ReleasedPerson) -> Iterable[Row]:
    for name in person.names:
        script = script_of_tag(name.lang)
        yield (person.key, name.text, name.lang, name.dir, script, " ".join(name.claims))


def _conflicts(person: ReleasedPerson) -> Iterable[Row]:
    for number, conflict in enumerate(person.conflicts, start=1):
        for rank, position in enumerate(conflict.positions, start=1):
            yield (
                person.key, str(number), conflict.property, conflict.episode, conflict.kind,
                str(rank), position.display, " ".join(position.claims),
            )  # fmt: skip


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


_PERSON = Column("person", ReleasedPerson, field="key")

TABLES = (
    Table(
        "persons",
        "One row for each person.",
        (
            _PERSON,
            Column("display_name", ReleasedPerson),
            *_of(ReleasedPerson, "display_lang", "display_dir", "summary", "place", "year"),
            Column("status", words="Last known statuses in words, newest first; several where "
                   "sources of one date disagree."),
            Column("status_as_of", words="The date each status is told as of, in the same order."),
            Column("status_told_by", words="Who told each status, in the same order."),
            *_of(ReleasedPerson, "corroboration", "corroboration_words",
                 codes={"corroboration": "corroboration"}),
            Column("names", words="Number of attested forms of the name (see names.csv)."),
            Column("claims", words="Number of claims (see claims.csv)."),
            Column("sources", words="Number of sources (see sources.csv)."),
            Column("differ", words="Number of questions on which sources cannot all be right "
                   "(see conflicts.csv)."),
            Column("former_keys", ReleasedPerson),
        ),
        _persons,
    ),
    Table(
        "claims",
        "One row for each claim: one answer of one source to one question about one person.",
        (
            _PERSON,
            *_of(
                ReleasedClaim,
                *_CLAIM_FIELDS,
                codes={
                    "property": "properties",
                    "state": "claim_state",
                    "voice": "voice",
                    "basis": "knowledge_basis",
                },
            ),
        ),
        _claims,
    ),
    Table(
        "names",
        "One row for each attested form of a person's name.",
        (
            _PERSON,
            *_of(ReleasedName, "text", "lang", "dir"),
            Column("script", words="Script of the form (ISO 15924), taken from its tag."),
            Column("claims", words="Keys of the claims that give the form, separated by spaces."),
        ),
        _names,
    ),
    Table(
        "sources",
        "One row for each source of each person. The same published source has the same key on "
        "every person; a testimony's key never repeats.",
        (_PERSON, *_of(ReleasedSource, *_SOURCE_FIELDS,
                       codes={"kind": "source_kind", "voice": "voice"})),
        _sources,
    ),
    Table(
        "conflicts",
        "One row for each answer to a question on which sources of a person differ.",
        (
            _PERSON,
            Column("conflict", words="Number of the question within the person, from 1."),
            Column("property", words="The question: a property code.", codes="properties"),
            Column("episode", words="Key of the episode it is about, or empty for the person as a "
                   "whole."),
            Column("kind", words="differ: they cannot all be true; precision: one is only vaguer."),
            Column("rank", words="Place of the answer, the most attested first, from 1."),
            Column("display", words="The answer in plain English."),
            Column("claims", words="Keys of the claims that give it, separated by spaces."),
        ),
        _conflicts,
    ),
)  # fmt: skip


def guard_cell(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula; `unguard_cell` gives the text back.

    A cell that begins with `=`, `+`, `-`, `@`, a tab, a line end, one of the four signs in full width or
    an apostrophe gets an apostrophe in front (OWASP, “CSV Injection”).
    """
    return "'" + text if text.startswith(_RISKY) else text


def unguard_cell(cell: str) -> str:
    """Return the text of a guarded cell: one apostrophe in front is dropped."""
    return cell[1:] if cell.startswith("'") else cell


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file (RFC 4180: commas, double quotes, CRLF) in UTF-8 with every cell guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([guard_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def data_files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield `data/*.csv` and `data/persons.jsonl`."""
    for table in TABLES:
        rows = (row for person in release.people for row in table.rows(person))
        headings = [column.name for column in table.columns]
        yield f"data/{table.name}.csv", write_csv(headings, rows)
    lines = (json_line(person) for person in release.people)
    yield "data/persons.jsonl", b"".join(lines)


def json_line(person: ReleasedPerson) -> bytes:
    """Return everything released about a person as one line of JSON, field by field."""
    return _ENCODER.encode(person).encode("utf-8", "replace") + b"\n"


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_fields)
