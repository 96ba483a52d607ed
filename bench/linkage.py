"""Linkage where the truth is known, us and the peers, in one run (issue 4, “Measured”).

    python bench/linkage.py [--records 500 2000 10000] [--seeds 1 2 3] [--only-us] [--no-lists]

Sets: 1 a fictional population in nine habits of writing (`population.py`); 2 two real lists of Argentina,
with no published truth (`linkage_lists.py`); 3 RLdata10000 and multilink; and the Alash victims as
`aigaq link` would link them in an archive. Peers see each size of set 1 with the first seed
alone. Ours is `aigaq match` as shipped; its clusters are what the pairwise and B-cubed figures of
“clusters” measure. A peer is measured at 0.5 and at the threshold that turns out best for it, links followed
(for dedupe: its own clusters). `dedupe` and nomenklatura need an environment of their own: give its folder in
AIGAQ_PEERS_VENV (`pip install nomenklatura dedupe anyascii "BTrees<6" "zope.index<7"`). Time and memory at
scale: `linkage_scale.py`. Reads ../shared/data; prints a message where that is absent.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import linkage_lists
from truth.alash import read_alash
from truth.lexicon import DATA
from truth.measure import (
    find_best,
    follow_links,
    measure_bcubed,
    measure_links,
    measure_pairs,
)
from truth.peer_splink import link_with_splink
from truth.sets import Row, TruthSet, make_generated, read_multilink, read_rldata

from aigaq.linkage.grouping import LINK_AT, group
from aigaq.linkage.scoring import score_pairs

OTHERS = Path(__file__).with_name("truth") / "peer_others.py"
type Scored = tuple[str, str, float]
_PATIENCE = 900  # seconds for one peer on one set
_MOST_FOR_DEDUPE = 5000  # records; its training took 210 s of one core at 4,000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[500, 2000, 10_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--only-us", action="store_true")
    parser.add_argument("--no-lists", action="store_true", help="leave out the Argentine lists")
    options = parser.parse_args()
    if not DATA.exists():
        print("linkage: skipped, ../shared/data is not here")
        return
    peers = [] if options.only_us else list(find_peers())
    for data, with_peers in list_sets(options.records, options.seeds):
        people = len(set(data.truth.values()))
        print(f"{data.name}: {len(data.rows)} records of {people} people", flush=True)
        report_ours(data)
        for name, peer in peers if with_peers else []:
            report_peer(name, peer, data)
    report_alash()
    if not options.no_lists:
        linkage_lists.measure()


def list_sets(sizes: Sequence[int], seeds: Sequence[int]) -> Iterator[tuple[TruthSet, bool]]:
    """Yield the sets, each with whether the peers are measured on it."""
    for duplicates in (True, False):
        yield read_multilink(duplicates=duplicates), True
    for size in sizes:
        for seed in seeds:
            yield make_generated(size, seed), seed == seeds[0]
        yield make_generated(size, seeds[0], known=True), False
    yield read_rldata(), True


def report_ours(data: TruthSet) -> None:
    """Print what `aigaq match` finds."""
    started = time.perf_counter()
    with write_rows(data.rows) as records:
        pairs, clusters = run_match(records)
    seconds = time.perf_counter() - started
    at_half = [(left, right) for left, right, score in pairs if score >= 0.5]
    at, best = find_best(pairs, data.truth)
    print(f"  aigaq match   clusters {measure_pairs(clusters, data.truth)}", end="")
    print(f" · B³ {measure_bcubed(clusters, data.truth)} · {seconds:.1f} s")
    print(f"                pairs ≥ 0.5 {measure_links(at_half, data.truth)}", end="")
    print(f" · best at {at:.2f} {best}")


def report_peer(name: str, peer: Callable[[TruthSet], Sequence[Scored]], data: TruthSet) -> None:
    """Print what a peer finds at 0.5 and at its best threshold."""
    if name == "dedupe" and len(data.rows) > _MOST_FOR_DEDUPE:
        print(f"  {name:13} left out above {_MOST_FOR_DEDUPE} records, it takes too long")
        return
    started = time.perf_counter()
    try:
        scored = peer(data)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print(f"  {name:13} failed on this set: {type(error).__name__}")
        return
    seconds = time.perf_counter() - started
    best, _ = find_best(scored, data.truth)
    for label, threshold in (("0.5", 0.5), (f"{best:.2f}, its best", best)):
        links = [(left, right) for left, right, score in scored if score >= threshold]
        clusters = follow_links(links, data.truth)
        print(
            f"  {name:13} ≥ {label}: pairs {measure_links(links, data.truth)} · clusters "
            f"{measure_pairs(clusters, data.truth)} · B³ {measure_bcubed(clusters, data.truth)}"
            f" · {seconds:.1f} s",
            flush=True,
        )


def find_peers() -> Iterator[tuple[str, Callable[[TruthSet], Sequence[Scored]]]]:
    """Yield the peers that are here; say which are not."""
    yield "Splink", lambda data: link_with_splink(data.rows)
    folder = os.environ.get("AIGAQ_PEERS_VENV", "")
    python = Path(folder) / "bin" / "python"
    for name in ("dedupe", "nomenklatura"):
        if (
            folder
            and not subprocess.run([python, "-c", f"import {name}"], capture_output=True).returncode
        ):
            yield name, lambda data, name=name: run_other(python, name, data)  # type: ignore[misc]
        else:
            print(f"linkage: peer {name} skipped, it is not in AIGAQ_PEERS_VENV")


def run_other(python: Path, name: str, data: TruthSet) -> list[Scored]:
    """Run a peer in its own environment."""
    with write_rows(data.rows) as records, tempfile.TemporaryDirectory() as folder:
        pairs, truth = Path(folder) / "pairs.csv", Path(folder) / "truth.csv"
        with truth.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", "person"), *data.truth.items()])
        command = [python, OTHERS, name, records, pairs, truth]
        subprocess.run(command, check=True, timeout=_PATIENCE, stderr=subprocess.DEVNULL)
        return read_pairs(pairs)


@contextmanager
def write_rows(rows: Sequence[Row]) -> Iterator[Path]:
    """Hold rows in a CSV file, for as long as it is needed."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, columns, restval="")
            table.writeheader()
            table.writerows(rows)
        yield path


def run_match(records: Path) -> tuple[list[Scored], dict[str, str]]:
    """Run `aigaq match` as a user does."""
    pairs, clusters = records.with_name("pairs.csv"), records.with_name("clusters.csv")
    aigaq = Path(sys.executable).with_name("aigaq")
    command = [aigaq, "match", records, "--out", pairs, "--clusters", clusters]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with clusters.open(encoding="utf-8", newline="") as file:
        return read_pairs(pairs), {row["id"]: row["cluster"] for row in csv.DictReader(file)}


def read_pairs(path: Path) -> list[Scored]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            (row["id_l"], row["id_r"], float(row["probability"])) for row in csv.DictReader(file)
        ]


def report_alash() -> None:
    """Print how an archive links the Alash mentions: all of them, and what of it at other thresholds."""
    records, truth = read_alash()
    people = {str(mention): person for mention, person in truth.items()}
    print(f"Alash, as an archive: {len(records)} mentions of {len(set(people.values()))} people")
    pairs = score_pairs(records)
    for threshold in sorted({0.5, LINK_AT, 0.8}):
        heads = group(records, pairs, threshold=threshold).heads
        clusters = {str(mention): str(head) for mention, head in heads.items()}
        shipped = " (shipped)" if threshold == LINK_AT else ""
        print(
            f"  joined at {threshold}{shipped}: {measure_pairs(clusters, people)}"
            f" · B³ {measure_bcubed(clusters, people)}"
        )


if __name__ == "__main__":
    main()
