"""Time and memory of linkage as tables grow, beside plain Splink on the same table and the same pairs.

Usage: `python bench/linkage_scale.py [10000 50000 250000 1000000]`. Each run is a process of its own that
reads a CSV table of generated people. Plain Splink gets the same candidate pairs (our blocking keys),
compares romanised name, birth, residence and sex with its own NameComparison, LevenshteinAtThresholds,
JaroWinklerAtThresholds and ExactMatch, learns, predicts and clusters. Printed are seconds of CPU and of
the clock, peak memory, and what the seconds went to: *keys* is reading the table and making what pairs are
found by (for us every column that is compared as well), *rest* what comes after: for us comparing, learning,
weighing and clustering, for Splink romanising, learning, predicting and clustering. Plain Splink has no
keys across scripts of its own, so that both totals hold ours; `rest` is the engines alone.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import splink.comparison_library as cl  # noqa: E402
from anyascii import anyascii  # noqa: E402
from population import make_population  # noqa: E402
from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: E402

from aigaq.linkage import pairs  # noqa: E402
from aigaq.linkage.clusters import Links, cluster  # noqa: E402
from aigaq.linkage.engine import open_scratch  # noqa: E402
from aigaq.linkage.features import build_features  # noqa: E402
from aigaq.services.match_tables import read_plain, to_linkage  # noqa: E402

SIZES = (10_000, 50_000, 250_000, 1_000_000)


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--one":
        run_one(sys.argv[2], Path(sys.argv[3]))
        return
    sizes = [int(word) for word in sys.argv[1:]] or SIZES
    print(
        "  records  what     likely pairs   CPU s = keys + rest   clock s = keys + rest   peak MB"
    )
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "people.csv"
            write_table(table, make_population(size, seed=7).records)
            for what in ("aigaq", "splink"):
                command = [sys.executable, __file__, "--one", what, str(table)]
                subprocess.run(command, check=True)


def write_table(file, records):
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(records[0]))
        writer.writeheader()
        writer.writerows(records)


def run_one(what: str, file: Path) -> None:
    laps = [look()]
    with file.open(encoding="utf-8", newline="") as lines:
        plain = read_plain(lines, file.name)
    table = to_linkage([plain])
    features = build_features(table)
    laps.append(look())
    likely = {"aigaq": match_here, "splink": match_plainly}[what](table, features)
    laps.append(look())
    (cpu, clock), (cpu_keys, clock_keys), (cpu_rest, clock_rest) = (
        [after - before for before, after in zip(laps[a], laps[b], strict=True)]
        for a, b in ((0, 2), (0, 1), (1, 2))
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(plain.ids):>9,}  {what:7} {likely:>12,}  {cpu:7.1f} = {cpu_keys:5.1f} + {cpu_rest:5.1f}"
        f"  {clock:8.1f} = {clock_keys:6.1f} + {clock_rest:5.1f}  {peak:8.0f}",
        flush=True,
    )


def look():
    return time.process_time(), time.perf_counter()


def match_here(table, features):

    with patch.object(pairs, "build_features", lambda _: features):
        scored = pairs.score_table(table, learn_sources=True)
    left, right = scored.rows()
    cluster(Links(table.size, left, right, scored.probability))
    return int(np.count_nonzero(scored.probability >= 0.5))


def match_plainly(table, features):
    """Splink as its documentation shows it, on the columns romanised, over the same blocking keys."""

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
    linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=0.5
    )
    ((count,),) = scratch.sql(f"select count(*) from {predicted.physical_name}").fetchall()
    return int(count)


if __name__ == "__main__":
    main()
