"""The Alash victims as mentions: one a person and source, names in 24 scripts and languages."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from aigaq.linkage.types import LinkRecord
from aigaq.records.dates import parse_date
from truth.lexicon import DATA

_GENDERS = {"male": "male", "female": "female", "m": "male", "f": "female"}
type Span = tuple[date | None, date | None] | None


def read_alash() -> tuple[list[LinkRecord], dict[UUID, str]]:
    """Return the mentions and the person of each; mentions without any name are left out."""
    claims: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with (DATA / "alash" / "alash_claims.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            claims[row["person_key"], row["source_key"]].append(row)
    records, truth = [], {}
    for (person, source), rows in claims.items():
        record = _to_record(
            uuid5(NAMESPACE_URL, f"{person}/{source}"), uuid5(NAMESPACE_URL, source), rows
        )
        if record.names:
            records.append(record)
            truth[record.mention] = person
    return records, truth


def _to_record(mention: UUID, source: UUID, rows: Sequence[dict[str, str]]) -> LinkRecord:
    def first(*properties: str) -> str:
        return next(
            (row["value"] for row in rows if row["property"] in properties and row["value"]), ""
        )

    def span(*properties: str) -> Span:
        return _read_span(
            row["date_edtf"] for row in rows if row["property"] in properties and row["date_edtf"]
        )

    places = {
        "birth": first("birth_place"),
        "taken": next((r["place"] for r in rows if r["property"] == "arrest" and r["place"]), ""),
        "death": next(
            (r["place"] for r in rows if r["property"] in ("death", "execution") and r["place"]), ""
        ),
    }
    return LinkRecord(
        mention,
        source,
        tuple((row["value"], row["value_lang_tag"]) for row in rows if row["property"] == "name"),
        birth=span("birth"),
        death=span("death", "execution"),
        taken=span("arrest"),
        sex=_GENDERS.get(first("gender"), first("gender")),
        places={role: words for role, words in places.items() if words},
        occupation=first("occupation"),
    )


def _read_span(told: Iterable[str]) -> Span:
    edtf = next(iter(told), "")
    if not edtf:
        return None
    parsed = parse_date(edtf)
    return parsed.earliest, parsed.latest
