"""Small mappings and tables for the tests of this room."""

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence

import openpyxl

from aigaq.intake.drafting import draft_rows
from aigaq.intake.drafts import Reject, RowDraft, SourceDraft
from aigaq.intake.mapping import load_mapping
from aigaq.intake.mappingtypes import TableMapping
from aigaq.intake.tables import read_table
from aigaq.records.errors import BadInput

WIDE = """
version: 1
shape: wide
source: {key: list-1, kind: list, title: A list, lang: es-Latn, voice: list}
key: id
absent: {not_stated: [sin datos], unknown: [desconocido]}
columns:
  name: {property: name, lang: {column: tag}}
  taken: {property: arrest_date, dates: ["%d/%m/%Y", "%b/%Y", "%Y"], months: es}
  sex: {property: sex, terms: {Masculino: male, Femenino: female}}
  age: {property: age_when_taken, match: '(\\d+) años|(\\d+)'}
  place: {property: arrest_place}
  phone: {property: phone}
"""
HEADER = ("id", "name", "tag", "taken", "sex", "age", "place", "phone")


def wide(extra: str = "") -> TableMapping:
    """Return the small wide mapping, with more YAML at its end."""
    return load_mapping(WIDE + extra, "map.yaml")


def draft(
    data: bytes,
    mapping: TableMapping,
    name: str = "list.csv",
    sources: dict[str, SourceDraft] | None = None,
) -> tuple[list[RowDraft], list[Reject]]:
    """Read and draft a whole table; return the good rows and the rejects."""
    table = read_table(data, name, mapping)
    found = list(draft_rows(table, mapping, hashlib.sha256(data).hexdigest(), sources))
    good = [row for row in found if isinstance(row, RowDraft)]
    return good, [row for row in found if isinstance(row, Reject)]


def xlsx(rows: Iterable[Sequence[object]], title: str = "Sheet1") -> bytes:
    """Return a workbook with one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def complaint(act: Callable[[], object]) -> str:
    """Return what `act` complains of as bad input, "" when it does not."""
    try:
        act()
    except BadInput as error:
        return str(error)
    return ""


def values(row: RowDraft, code: str) -> list[str]:
    """Return the values of one property of a row."""
    return [claim.value for claim in row.claims if claim.property == code]
