"""Sixty new accounts in an archive of 100,000, by the command a member runs, and one question while typing.

    python bench/new_mentions.py [--size 100000] [--archive FOLDER]

Makes an encrypted archive of generated people (minutes: every row is imported as any list is), records that
all of them were linked, imports 60 more and times `aigaq link --new`, start included; then `aigaq suggest`,
its start and each question. The bounds: 10 seconds, and a median of 150 ms. With --archive the archive is
kept there, or used as it is there, and only the timing is done again.
"""

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from population import make_population

from aigaq.store.settings import prepare

prepare()

from aigaq.services.acts import act  # noqa: E402
from aigaq.services.archive import open_archive  # noqa: E402
from aigaq.services.members import find_member  # noqa: E402
from aigaq.services.suggesting import open_suggester  # noqa: E402

NEW = 60
COLUMNS = ("id", "name", "sex", "birth", "residence", "father", "event_date")
MAPPING = """
version: 1
shape: wide
source:
  key: KEY
  kind: list
  title: Generated people
  lang: en-Latn
  voice: list
  publication_basis: official_historical_list
  basis_reason: made up for a bench
key: id
columns:
  name: {property: name}
  sex: {property: sex}
  birth: {property: birth, dates: [edtf]}
  residence: {property: residence}
  father: {property: father}
  event_date: {property: arrest_date, dates: [edtf]}
"""
SECRETS = {"AIGAQ_PASSPHRASE": "bench", "AIGAQ_MEMBER_PASSWORD": "bench"}


def main() -> None:
    """Print seconds and milliseconds, by the clock and of CPU."""
    options = argparse.ArgumentParser()
    options.add_argument("--size", type=int, default=100_000)
    options.add_argument("--archive", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = chosen.archive or Path(folder) / "archive"
        records = make_population(chosen.size + 2 * NEW, seed=9).records
        if not archive.exists():
            make_archive(archive, records[: chosen.size], Path(folder))
        opened = open_archive(archive, SECRETS["AIGAQ_PASSPHRASE"])
        with act(find_member(""), "link"):
            pass
        bring(
            archive, f"new{time.time_ns()}", records[chosen.size : chosen.size + NEW], Path(folder)
        )
        tell(
            f"{NEW} new against {chosen.size:,} (aigaq link --new)",
            *run("link", "--new", "--archive", archive),
        )
        del opened
        ask([str(record["name"]) for record in records[-NEW:]])


def make_archive(archive: Path, records: list[dict[str, object]], folder: Path) -> None:
    run("init", archive)
    tell(f"archive of {len(records):,} made", *bring(archive, "old", records, folder))


def bring(
    archive: Path, key: str, records: list[dict[str, object]], folder: Path
) -> tuple[float, float]:
    table, mapping = folder / f"{key}.csv", folder / f"{key}.yaml"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(records)
    mapping.write_text(MAPPING.replace("KEY", key))
    return run("import", table, "--archive", archive, "--mapping", mapping)


def run(*words: object) -> tuple[float, float]:
    """Run `aigaq`; return seconds by the clock and of CPU."""
    script = Path(sys.executable).with_name("aigaq")
    began, used = time.perf_counter(), _count_cpu()
    subprocess.run([script, *map(str, words)], check=True, env=os.environ | SECRETS)
    return time.perf_counter() - began, _count_cpu() - used


def _count_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tell(what: str, clock: float, cpu: float) -> None:
    print(f"{what}: {clock:.1f} s by the clock, {cpu:.1f} s of CPU", flush=True)


def ask(names: list[str]) -> None:
    began = time.perf_counter(), time.process_time()
    suggester = open_suggester(find_member(""))
    tell("suggester made", time.perf_counter() - began[0], time.process_time() - began[1])
    spent = []
    for name in names:
        began = time.perf_counter(), time.process_time()
        suggester.ask(name)
        spent.append((time.perf_counter() - began[0], time.process_time() - began[1]))
    clock, cpu = (1000 * median(column) for column in zip(*spent, strict=True))
    print(f"one question: median {clock:.0f} ms by the clock, {cpu:.0f} ms of CPU")


if __name__ == "__main__":
    main()
