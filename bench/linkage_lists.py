"""Linkage on two real lists of the disappeared of Argentina, compiled apart: time, reach, samples.

Reads ../shared/data/lists; prints a message and does nothing where that is absent. With `--samples DIR` it
also writes two CSV files of 100 pairs to be judged by eye. They hold personal data: keep them out of the
repository.
"""

import argparse
import csv
import re
import resource
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from aigaq.intake.drafting import draft_rows
from aigaq.intake.drafts import ClaimDraft, RowDraft
from aigaq.intake.mapping import load_mapping
from aigaq.intake.tables import read_table
from aigaq.linkage.proposals import propose
from aigaq.linkage.scoring import score_pairs
from aigaq.linkage.types import LinkRecord, ScoredPair
from aigaq.records.claims import ClaimState
from aigaq.records.dates import parse_date

LISTS = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "lists"
FIRST, SECOND = "argentina_ruvte.csv", "argentina_parque_de_la_memoria.csv"
MAPPINGS = Path(__file__).resolve().parents[1] / "samples" / "mappings"
PLACES = {"birth_place": "birth", "arrest_place": "taken", "death_place": "death"}
KIN = {
    "father": "father",
    "mother": "mother",
    "husband": "spouse",
    "wife": "spouse",
    "spouse": "spouse",
}
THRESHOLDS = (0.5, 0.9, 0.95, 0.99)
SAMPLE = 100
type Span = tuple[date | None, date | None] | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=Path, help="folder for the two samples to judge")
    parser.add_argument("--threshold", type=float, default=0.99, help="of the samples")
    options = parser.parse_args()
    if not (LISTS / FIRST).exists():
        print("linkage_lists: skipped, ../shared/data/lists is not here")
        return
    links, pairs, by_id = measure()
    if options.samples:
        write_samples(links, pairs, by_id, options)


type Found = tuple[list[ScoredPair], list[ScoredPair], dict[UUID, Row]]


def measure() -> Found:
    """Link the two lists and print how; return proposals, scored pairs, and rows by mention."""
    rows = [*read_rows(FIRST, "ruvte"), *read_rows(SECOND, "parque")]
    records = [to_record(*row) for row in rows]
    started = time.perf_counter()
    pairs = score_pairs(records)
    scored = time.perf_counter()
    links = propose(pairs, records)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"Argentine lists: {len(records)} records · scored in {scored - started:.1f} s · proposed in "
        f"{done - scored:.1f} s · peak {peak:.2f} GB · pairs {len(pairs)} · proposals {len(links)}"
    )
    by_id = {record.mention: row for record, row in zip(records, rows, strict=True)}
    report(links, by_id)
    return links, pairs, by_id


type Row = tuple[str, RowDraft]


def read_rows(file: str, label: str) -> Iterator[Row]:
    """Read a list as `aigaq import` does."""
    name = file.replace(".csv", ".yaml")
    mapping = load_mapping((MAPPINGS / name).read_text(encoding="utf-8"), name)
    data = (LISTS / file).read_bytes()
    for draft in draft_rows(read_table(data, file, mapping), mapping, sha256(data).hexdigest()):
        if isinstance(draft, RowDraft):
            yield label, draft


def to_record(label: str, row: RowDraft) -> LinkRecord:
    """What linkage sees of a row: the same as of the mention that an archive makes of it."""
    said = [claim for claim in row.claims if claim.state is ClaimState.KNOWN]
    first = {claim.property: claim for claim in reversed(said)}
    names = [claim.value for claim in said if claim.property == "name"]
    if "married_surname" in first:
        names.append(f"{names[0]} {first['married_surname'].value}")
    taken = read_span(first.get("arrest_date"))
    death = read_span(first.get("death"))
    return LinkRecord(
        uuid5(NAMESPACE_URL, f"{label}/{row.mention}"),
        uuid5(NAMESPACE_URL, label),
        tuple((name, "es-Latn") for name in names),
        birth=read_span(first.get("birth")),
        taken=taken,
        death=death,
        age=read_age(first.get("age_when_taken"), taken or death),
        sex=first["sex"].value if "sex" in first else "",
        places={role: first[code].value for code, role in PLACES.items() if code in first},
        kin=dict(read_kin(said)),
        nationality=first["nationality"].value if "nationality" in first else "",
        occupation=first["occupation"].value if "occupation" in first else "",
    )


def read_kin(said: Iterable[ClaimDraft]) -> Iterator[tuple[str, str]]:
    for claim in said:
        if claim.property == "maternal_surname":
            yield "mother", claim.value
        elif claim.property == "relative_name" and claim.qualifier in KIN:
            yield KIN[claim.qualifier], claim.value


def read_span(claim: ClaimDraft | None) -> Span:
    if claim is None:
        return None
    when = parse_date(claim.value)
    return when.earliest, when.latest


def read_age(claim: ClaimDraft | None, event: Span) -> tuple[float, date] | None:
    on = event[0] if event else None
    return (float(claim.value), on) if claim and on else None


def normalise(name: str) -> str:
    """Capitals, no accents, punctuation and blanks folded: 8,013 distinct names stand in both lists."""
    plain = unicodedata.normalize("NFKD", name.upper())
    return " ".join(
        re.findall("[A-Z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    )


def name_of(entry: Row) -> str:
    return normalise(next(claim.value for claim in entry[1].claims if claim.property == "name"))


def report(links: Sequence[ScoredPair], by_id: dict[UUID, Row]) -> None:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in by_id.values():
        rows[entry[0]][name_of(entry)] += 1
    both = set(rows["ruvte"]) & set(rows["parque"])
    print(
        f"names in both lists {len(both)} · row pairs by name alone "
        f"{sum(rows['ruvte'][n] * rows['parque'][n] for n in both)}"
    )
    for threshold in THRESHOLDS:
        kept = [link for link in links if link.probability >= threshold]
        across = [link for link in kept if by_id[link.left][0] != by_id[link.right][0]]
        same = [link for link in across if name_of(by_id[link.left]) == name_of(by_id[link.right])]
        linked = {name_of(by_id[link.left]) for link in same}
        ends = Counter(end for link in across for end in (link.left, link.right))
        print(
            f"  ≥ {threshold}: proposals {len(kept)}, of them inside one list {len(kept) - len(across)}"
            f" · names in both lists linked {len(linked)} of {len(both)}"
            f" · links with different names {len(across) - len(same)}"
            f" · rows linked twice {sum(1 for n in ends.values() if n > 1)}"
        )


def write_samples(
    links: Sequence[ScoredPair],
    pairs: Sequence[ScoredPair],
    by_id: dict[UUID, Row],
    options: argparse.Namespace,
) -> None:
    """Write 100 links drawn by the hash of their ids, and the 100 pairs just below the threshold: links that
    fall short, and pairs that would be links but for the one-to-one rule."""
    proposed = {frozenset((link.left, link.right)): link for link in links}
    above = sorted((link for link in links if link.probability >= options.threshold), key=draw)
    rest = [proposed.get(frozenset((pair.left, pair.right)), pair) for pair in pairs]
    below = sorted(
        (
            p
            for p in rest
            if p.probability < options.threshold or frozenset((p.left, p.right)) not in proposed
        ),
        key=lambda p: -p.probability,
    )
    options.samples.mkdir(parents=True, exist_ok=True)
    for name, chosen in (("links", above[:SAMPLE]), ("below", below[:SAMPLE])):
        with (options.samples / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            table = csv.writer(out)
            table.writerows(lay_out(chosen, by_id, proposed.keys()))


def draw(link: ScoredPair) -> str:
    """A draw that stays the same for a pair whatever happens to the others."""
    return sha256(f"20261123 {link.left} {link.right}".encode()).hexdigest()


def lay_out(
    chosen: Sequence[ScoredPair], by_id: dict[UUID, Row], proposed: Collection[frozenset[UUID]]
) -> Iterator[list[str]]:
    yield ["probability", "proposed", "list", "id", "fields"]
    for pair in chosen:
        is_link = "yes" if frozenset((pair.left, pair.right)) in proposed else "no"
        for end in (pair.left, pair.right):
            label, row = by_id[end]
            fields = " | ".join(
                f"{claim.property}={' '.join((claim.words or claim.value).split())}"
                for claim in row.claims
            )
            yield [f"{pair.probability:.6f}", is_link, label, row.mention, fields]


if __name__ == "__main__":
    main()
