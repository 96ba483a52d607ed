"""Linkage where the truth is known: RLdata10000 (German names), and the Alash victims in 24 scripts.

Reads ../shared/data; prints a message and does nothing where that is absent.
"""

import csv
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from aigaq.linkage.proposals import propose
from aigaq.linkage.scoring import score_pairs
from aigaq.linkage.types import LinkRecord, ScoredPair
from aigaq.records.dates import parse_date

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
THRESHOLDS = (0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99)
GENDERS = {"male": "male", "female": "female", "m": "male", "f": "female"}
type Span = tuple[date | None, date | None] | None


def main() -> None:
    if not DATA.exists():
        print("linkage_truth: skipped, ../shared/data is not here")
        return
    measure("RLdata10000, scored pairs", *read_rldata(), proposals=False)
    records, truth = read_alash()
    measure("Alash, scored pairs", records, truth, proposals=False)
    measure("Alash, proposals and what follows from them", records, truth, proposals=True)


def measure(
    title: str, records: list[LinkRecord], truth: dict[UUID, str], *, proposals: bool
) -> None:
    started = time.perf_counter()
    pairs = score_pairs(records)
    found = propose(pairs, records) if proposals else pairs
    print(f"{title}: {len(records)} records, {time.perf_counter() - started:.1f} s")
    people: dict[str, int] = defaultdict(int)
    for person in truth.values():
        people[person] += 1
    positives = sum(n * (n - 1) // 2 for n in people.values())
    for threshold in THRESHOLDS:
        chosen = [pair for pair in found if pair.probability >= threshold]
        if not chosen or (proposals and threshold < 0.5):
            continue
        joined = close(chosen) if proposals else {frozenset((p.left, p.right)) for p in chosen}
        right = sum(1 for a, b in map(tuple, joined) if truth[a] == truth[b])
        precision, recall = right / len(joined), right / positives
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        print(f"  ≥ {threshold}: precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}")


def close(chosen: Sequence[ScoredPair]) -> set[frozenset[UUID]]:
    """Return every pair that stands in one person once the links are followed."""
    groups: dict[UUID, set[UUID]] = {}
    for pair in chosen:
        joined = groups.get(pair.left, {pair.left}) | groups.get(pair.right, {pair.right})
        for member in joined:
            groups[member] = joined
    return {frozenset(two) for group in groups.values() for two in combinations(group, 2)}


def read_rldata() -> tuple[list[LinkRecord], dict[UUID, str]]:
    records, truth = [], {}
    with (DATA / "linkage" / "RLdata10000.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            mention = uuid5(NAMESPACE_URL, row["rec_id"])
            parts = (row["fname_c1"], row["fname_c2"], row["lname_c1"], row["lname_c2"])
            name = " ".join(part for part in parts if part and part != "NA")
            day = read_parts(row["by"], row["bm"], row["bd"])
            truth[mention] = row["entity_id"]
            records.append(LinkRecord(mention, NAMESPACE_URL, ((name, "de-Latn"),), birth=day))
    return records, truth


def read_parts(year: str, month: str, day: str) -> Span:
    try:
        exact = date(int(year), int(month), int(day))
    except ValueError:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    return exact, exact


def read_alash() -> tuple[list[LinkRecord], dict[UUID, str]]:
    """One mention a person and source; mentions without any name are left out."""
    claims: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with (DATA / "alash" / "alash_claims.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            claims[row["person_key"], row["source_key"]].append(row)
    records, truth = [], {}
    for (person, source), rows in claims.items():
        record = to_record(
            uuid5(NAMESPACE_URL, f"{person}/{source}"), uuid5(NAMESPACE_URL, source), rows
        )
        if record.names:
            records.append(record)
            truth[record.mention] = person
    return records, truth


def to_record(mention: UUID, source: UUID, rows: Sequence[dict[str, str]]) -> LinkRecord:
    def first(*properties: str) -> str:
        return next(
            (row["value"] for row in rows if row["property"] in properties and row["value"]), ""
        )

    def span(*properties: str) -> Span:
        told = (
            row["date_edtf"] for row in rows if row["property"] in properties and row["date_edtf"]
        )
        return read_span(told)

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
        sex=GENDERS.get(first("gender"), first("gender")),
        places={role: words for role, words in places.items() if words},
        occupation=first("occupation"),
    )


def read_span(told: Iterable[str]) -> Span:
    edtf = next(iter(told), "")
    if not edtf:
        return None
    parsed = parse_date(edtf)
    return parsed.earliest, parsed.latest


if __name__ == "__main__":
    main()
