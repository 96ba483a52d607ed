"""The compiled facts as they came: rows of `alash_claims.csv` and `alash_sources.csv`."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the compiled claims; `number` is the row as a spreadsheet shows it."""

    number: int
    person: str
    source: str
    property: str
    value: str
    lang: str
    date: str
    place: str
    note: str
    confidence: str

    @property
    def mention(self) -> tuple[str, str]:
        """What the row belongs to: one source's account of one person."""
        return self.source, self.person


@dataclass(frozen=True, slots=True)
class Line:
    """One claim of the sample; the fields are columns of `claims.csv`, without the row's own."""

    property: str
    value: str = ""
    lang: str = ""
    qualifier: str = ""
    refers_to: str = ""
    episode: int = 0
    leg: int = 0
    voice: str = ""
    note: str = ""


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as dictionaries."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_rows(path: Path) -> list[Row]:
    """Return the compiled claims in order."""
    return [
        Row(
            number,
            cells["person_key"],
            cells["source_key"],
            cells["property"],
            cells["value"],
            cells["value_lang_tag"],
            cells["date_edtf"],
            cells["place"],
            cells["note"],
            cells["confidence"],
        )
        for number, cells in enumerate(read_table(path), start=2)
    ]


def write_table(path: Path, columns: list[str], rows: Iterable[dict[str, object]]) -> None:
    """Write a CSV file with these columns, `\\n` at line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="raise")
        writer.writeheader()
        writer.writerows(rows)


def name_mentions(rows: list[Row]) -> dict[tuple[str, str], str]:
    """Give each mention a key that says nothing of who it is: m1, m2 … in order within its source."""
    keys: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    for row in rows:
        if row.mention not in keys:
            counts[row.source] = counts.get(row.source, 0) + 1
            keys[row.mention] = f"m{counts[row.source]}"
    return keys
