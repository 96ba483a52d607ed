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
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from aigaq.linkage.proposals import propose
from aigaq.linkage.scoring import score_pairs
from aigaq.linkage.types import LinkRecord, ScoredPair

LISTS = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "lists"
FIRST, SECOND = "argentina_ruvte.csv", "argentina_parque_de_la_memoria.csv"
MONTH_NAMES = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SEP", "OCT", "NOV", "DIC")
MONTHS = {name: place for place, name in enumerate(MONTH_NAMES, start=1)}
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
    rows = [*read_rows(FIRST, "ruvte", "id_unico_ruvte"), *read_rows(SECOND, "parque", "id")]
    records = [to_record(key, row) for key, row in rows]
    started = time.perf_counter()
    pairs = score_pairs(records)
    scored = time.perf_counter()
    links = propose(pairs, records)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"records {len(records)} · scored in {scored - started:.1f} s · proposed in {done - scored:.1f} s"
        f" · peak {peak:.2f} GB · pairs {len(pairs)} · proposals {len(links)}"
    )
    by_id = {record.mention: row for record, row in zip(records, rows, strict=True)}
    report(links, by_id)
    if options.samples:
        write_samples(links, pairs, by_id, options)


type Row = tuple[tuple[str, str], dict[str, str]]


def read_rows(file: str, source: str, key: str) -> list[Row]:
    with (LISTS / file).open(encoding="utf-8", newline="") as lines:
        return [((source, row[key]), row) for row in csv.DictReader(lines)]


def to_record(key: tuple[str, str], row: dict[str, str]) -> LinkRecord:
    mention, source = uuid5(NAMESPACE_URL, "/".join(key)), uuid5(NAMESPACE_URL, key[0])
    return (
        from_ruvte(mention, source, row) if key[0] == "ruvte" else from_parque(mention, source, row)
    )


def from_ruvte(mention: UUID, source: UUID, row: dict[str, str]) -> LinkRecord:
    names = [row["apellido_paterno_nombres"]]
    if row["apellido_casada"].strip():
        names.append(f"{names[0]} {row['apellido_casada']}")
    return LinkRecord(
        mention,
        source,
        tuple((" ".join(name.split()), "es-Latn") for name in names),
        birth=read_year(row["anio_nacimiento"]),
        taken=read_ruvte_date(row["fecha_detencion_secuestro"]),
        death=read_ruvte_date(row["fecha_asesinato_o_hallazgo_de_restos"]),
        age=read_age(
            row["edad_al_momento_del_hecho"],
            row["fecha_detencion_secuestro"] or row["fecha_asesinato_o_hallazgo_de_restos"],
        ),
        places=drop_empty(
            {
                "birth": f"{known(row['provincia_nacimiento'])} {known(row['pais_nacimiento'])}",
                "taken": row["lugar_detencion_secuestro"],
                "death": row["lugar_asesinato_o_hallazgo_de_restos"],
            }
        ),
        kin=drop_empty({"mother": row["apellido_materno"]}),
        nationality=known(row["nacionalidad"]),
    )


def from_parque(mention: UUID, source: UUID, row: dict[str, str]) -> LinkRecord:
    sex = {"Masculino": "male", "Femenino": "female"}.get(row["sexo"], "")
    return LinkRecord(
        mention,
        source,
        ((" ".join(row["nombre"].split()), "es-Latn"),),
        birth=read_day(row["fecha_de_nacimiento"]),
        taken=read_day(row["fecha_de_secuestro"]) or None,
        death=read_day(row["fecha_de_asesinado"]),
        age=read_age(f"{row['edad']} años", row["fecha_de_secuestro"] or row["fecha_de_asesinado"]),
        sex=sex,
        places=drop_empty(
            {
                "birth": row["lugar_de_nacimiento"],
                "taken": row["lugar_de_secuestro"],
                "death": row["lugar_de_asesinato"],
            }
        ),
        kin=read_kin(row["victimas_relacionadas"]),
        nationality=known(row["nacionalidad"]),
        occupation=" ".join(row["ocupaciones"].split()),
    )


def known(words: str) -> str:
    return "" if words.strip() in ("sin datos", "NA", "-", "No hay información.") else words.strip()


def drop_empty(values: dict[str, str]) -> dict[str, str]:
    return {role: " ".join(known(words).split()) for role, words in values.items() if known(words)}


def read_kin(words: str) -> dict[str, str]:
    roles = {
        "padre": "father",
        "madre": "mother",
        "esposo": "spouse",
        "esposa": "spouse",
        "cónyuge": "spouse",
    }
    found = re.findall(r"([^()]+?)\s*\(([^)]*)\)", words)
    return {roles[role.strip()]: name.strip() for name, role in found if role.strip() in roles}


def read_year(words: str) -> Span:
    return (date(int(words), 1, 1), date(int(words), 12, 31)) if words.isdigit() else None


def read_age(words: str, day: str) -> tuple[float, date] | None:
    match, span = re.match(r"(\d+) (año|mes|día)", words), read_ruvte_date(day)
    if not match or not span or not span[0]:
        return None
    return int(match[1]) / {"año": 1, "mes": 12, "día": 365}[match[2]], span[0]


def read_day(words: str) -> Span:
    match = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", words.strip())
    if not match:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return (date(year, month, day),) * 2
    except ValueError:
        return None


def read_ruvte_date(words: str) -> Span:
    words = words.strip().replace("º", "").replace("°", "")
    if exact := read_day(words.zfill(10)):
        return exact
    year = re.search(r"(\d{4})$", words)
    if not year:
        return None
    numbers = [int(n) for n in re.findall(r"/(\d{2})/", words)] or [
        MONTHS[name] for name in re.findall(r"[A-Z]{3}", words) if name in MONTHS
    ]
    low, high = (min(numbers), max(numbers)) if numbers else (1, 12)
    if not 1 <= low <= high <= 12:
        return None
    y = int(year[1])
    return date(y, low, 1), date(y, high, monthrange(y, high)[1])


def normalise(name: str) -> str:
    """Capitals, no accents, punctuation and blanks folded: 8,013 distinct names stand in both lists."""
    plain = unicodedata.normalize("NFKD", name.upper())
    return " ".join(
        re.findall("[A-Z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    )


def name_of(entry: Row) -> str:
    return normalise(entry[1].get("apellido_paterno_nombres") or entry[1]["nombre"])


def report(links: Sequence[ScoredPair], by_id: dict[UUID, Row]) -> None:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in by_id.values():
        rows[entry[0][0]][name_of(entry)] += 1
    both = set(rows["ruvte"]) & set(rows["parque"])
    print(
        f"names in both lists {len(both)} · row pairs by name alone "
        f"{sum(rows['ruvte'][n] * rows['parque'][n] for n in both)}"
    )
    for threshold in THRESHOLDS:
        kept = [link for link in links if link.probability >= threshold]
        across = [link for link in kept if by_id[link.left][0][0] != by_id[link.right][0][0]]
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
            table.writerows(lay_out(chosen, by_id))


def draw(link: ScoredPair) -> str:
    """A draw that stays the same for a pair whatever happens to the others."""
    return sha256(f"20261123 {link.left} {link.right}".encode()).hexdigest()


def lay_out(chosen: Sequence[ScoredPair], by_id: dict[UUID, Row]) -> Iterator[list[str]]:
    yield ["probability", "list", "id", "fields"]
    for pair in chosen:
        for end in (pair.left, pair.right):
            (source, key), row = by_id[end]
            fields = " | ".join(
                f"{k}={' '.join(v.split())}"
                for k, v in row.items()
                if v and v != "NA" and k not in SKIPPED
            )
            yield [f"{pair.probability:.6f}", source, key, fields]


SKIPPED = {
    "id",
    "id_unico_ruvte",
    "link",
    "provincia_nacimiento_indec_id",
    "pais_nacimiento_indec_id",
    "fotografia",
    "anio_denuncia",
}


if __name__ == "__main__":
    main()
