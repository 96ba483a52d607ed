"""Sets whose truth is known, as rows in the columns of `aigaq match`."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from population import make_population

from truth.lexicon import DATA

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TruthSet:
    """Rows, and the person of each by id."""

    name: str
    rows: Sequence[Row]
    truth: Mapping[str, str]


def make_generated(records: int, seed: int, *, known: bool = False) -> TruthSet:
    """A fictional population in nine habits; `known` writes every name in its one true form."""
    made = make_population(records, seed=seed, known=known)
    people = {id: str(person) for id, person, *_ in made.truth}
    label = f"generated, {records} records, seed {seed}" + (", every name known" if known else "")
    return TruthSet(label, made.records, people)


def read_rldata() -> TruthSet:
    """RLdata10000 (RecordLinkage, Sariyar and Borg 2010): German names and days of birth."""
    rows = list(_read("RLdata10000.csv"))
    return TruthSet(
        "RLdata10000",
        [
            {
                "id": row["rec_id"],
                "name": _join(
                    row[part] for part in ("fname_c1", "fname_c2", "lname_c1", "lname_c2")
                ),
                "birth": f"{int(row['by']):04d}-{int(row['bm']):02d}-{int(row['bd']):02d}",
            }
            for row in rows
        ],
        {row["rec_id"]: row["entity_id"] for row in rows},
    )


def read_multilink(*, duplicates: bool) -> TruthSet:
    """The three files of multilink (Aleshin-Guendel and Sadinle 2023), as one table.

    The age band becomes a span of years before 2000, the postcode a residence, the telephone number the
    identity number.
    """
    name = "multilink_dup_data.csv" if duplicates else "multilink_no_dup_data.csv"
    rows = list(_read(name))
    ids = [f"{row['file']}-{number}" for number, row in enumerate(rows)]
    table = [
        {
            "id": id,
            "name": _join((row["gname"], row["fname"])),
            "sex": {"m": "male", "f": "female"}.get(row["sex"], ""),
            "birth": _age_band(row["age"]),
            "residence": row["postcode"],
            "id_number": row["phone"],
        }
        for id, row in zip(ids, rows, strict=True)
    ]
    people = {id: row["entity_id"] for id, row in zip(ids, rows, strict=True)}
    return TruthSet(name.removesuffix("_data.csv"), table, people)


def _age_band(band: str) -> str:
    """`45-54` as the years in which someone of that age in 2000 was born."""
    youngest, _, oldest = band.partition("-")
    return f"{2000 - int(oldest)}/{2000 - int(youngest)}" if oldest.isdigit() else ""


def _join(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part and part != "NA")


def _read(name: str) -> Iterator[dict[str, str]]:
    with (DATA / "linkage" / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
