"""Time and memory of linkage as tables grow, beside plain Splink on the same table and the same pairs.

Usage: `python bench/linkage_scale.py [10000 50000 250000 1000000]`. Each run is a process of its own;
figures are seconds of CPU time and of the clock, and peak memory. Plain Splink gets the same candidate
pairs (our blocking keys) and compares romanised name, birth, residence and sex with its own
NameComparison, LevenshteinAtThresholds, JaroWinklerAtThresholds and ExactMatch.

With `--new` it times 60 new mentions against 100,000 and the question asked while typing instead.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import splink.comparison_library as cl  # noqa: E402
from anyascii import anyascii  # noqa: E402
from population import make_population  # noqa: E402
from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: E402

from aigaq.linkage.clusters import Links, cluster  # noqa: E402
from aigaq.linkage.engine import open_scratch  # noqa: E402
from aigaq.linkage.features import build_features  # noqa: E402
from aigaq.linkage.incremental import find_nearby  # noqa: E402
from aigaq.linkage.pairs import score_table  # noqa: E402
from aigaq.linkage.suggest import Known, Suggester  # noqa: E402
from aigaq.linkage.table import encode  # noqa: E402
from aigaq.services.match_tables import PlainTable, to_linkage  # noqa: E402

SIZES = (10_000, 50_000, 250_000, 1_000_000)


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--one":
        run_one(sys.argv[2], int(sys.argv[3]))
        return
    if "--new" in sys.argv:
        measure_new()
        return
    sizes = [int(word) for word in sys.argv[1:]] or SIZES
    print("records    what      pairs      CPU s   clock s   peak MB")
    for size in sizes:
        for what in ("aigaq", "splink"):
            subprocess.run([sys.executable, __file__, "--one", what, str(size)], check=True)


def run_one(what: str, size: int) -> None:

    records = make_population(size, seed=7).records
    columns = {
        name: encode(str(record[name]) for record in records) for name in records[0] if name != "id"
    }
    ids = [str(record["id"]) for record in records]
    del records
    table = PlainTable("generated", ids, columns)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, clock = time.process_time(), time.perf_counter()
    pairs = {"aigaq": match_here, "splink": match_plainly}[what](to_linkage([table]))
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{size:>9,}  {what:7} {pairs:>10,}  {cpu:8.1f}  {clock:8.1f}  {peak / 1024:8.0f}"
        f"  (before: {before / 1024:.0f})",
        flush=True,
    )


def match_here(table):

    scored = score_table(table)
    left, right = scored.rows()
    cluster(Links(table.size, left, right, scored.probability))
    return int(np.count_nonzero(scored.probability >= 0.5))


def match_plainly(table):
    """Splink as its documentation shows it, on the columns romanised, over the same blocking keys."""

    started = time.process_time(), time.perf_counter()
    features = build_features(table)
    spent = time.process_time() - started[0], time.perf_counter() - started[1]
    print(
        f"           (keys made with our features in {spent[0]:.1f} s CPU, {spent[1]:.1f} s clock)"
    )

    def spread(column):
        texts = [*(anyascii(text).lower() for text in column.values), None]
        return pa.array(texts).take(
            pa.array(np.where(column.codes < 0, len(texts) - 1, column.codes))
        )

    rows = features.forms.row
    columns = {
        "unique_id": features.columns["unique_id"],
        "keys": features.columns["keys"],
        "name": spread(table.names[0]).take(pa.array(rows)),
        "residence": spread(table.places["residence"]).take(pa.array(rows)),
        "sex": spread(table.words["sex"]).take(pa.array(rows)),
        "birth": features.columns["birth_digits"],
    }
    scratch = open_scratch()
    scratch.register("arrived", pa.table(columns))
    scratch.execute("create table people as from arrived")
    api = DuckDBAPI(connection=scratch)
    linker = Linker(
        api.register("people"),
        SettingsCreator(
            link_type="dedupe_only",
            comparisons=[
                cl.NameComparison("name"),
                cl.LevenshteinAtThresholds("birth", [1, 2]),
                cl.JaroWinklerAtThresholds("residence", [0.9]),
                cl.ExactMatch("sex"),
            ],
            blocking_rules_to_generate_predictions=[block_on("keys", arrays_to_explode=["keys"])],
        ),
        log_level=40,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name"))
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    ((count,),) = scratch.sql(f"select count(*) from {predicted.physical_name}").fetchall()
    return int(count)


def measure_new() -> None:

    records = make_population(100_060, seed=9).records
    names = [str(record["name"]) for record in records]
    cpu, clock = time.process_time(), time.perf_counter()
    nearby = find_nearby(names, range(100_000, 100_060))
    print(
        f"60 new against 100,000: {len(nearby.places)} candidates in {time.process_time() - cpu:.1f} s CPU,"
        f" {time.perf_counter() - clock:.1f} s clock"
    )
    cpu = time.process_time()
    suggester = Suggester.build(Known(n, name) for n, name in enumerate(names[:100_000]))
    print(f"suggester over 100,000 names built in {time.process_time() - cpu:.1f} s CPU")
    spent = []
    for name in names[100_000:]:
        started = time.perf_counter(), time.process_time()
        suggester.ask(name)
        spent.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    clock, cpu = (median(column) for column in zip(*spent, strict=True))
    print(f"one question: median {1000 * clock:.0f} ms by the clock, {1000 * cpu:.0f} ms of CPU")


if __name__ == "__main__":
    main()
