"""Neighbours of the distinct words of a table: time by size, and how many training pairs are found.

    python bench/neighbour_names.py [--sizes 12500 25000 50000]

The words are single words of the training pairs and of the Chinese-English names, in every script, with a
fixed seed. Found is the share of the training pairs of two words in the table that stand beside each other,
of those that score POSSIBLE and of those that score SAME. The model and the points have learned
from these pairs, so the shares flatter them; `analysis/names/src/embed.py` measures held-out pairs.
"""

import argparse
import csv
import time
from collections import defaultdict
from pathlib import Path
from random import Random

import numpy as np

from aigaq.names import POSSIBLE, SAME, score_pairs, script_of
from aigaq.names.neighbours import find_spellings, neighbours

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "names"
type Name = tuple[str, str]


def read_pairs() -> list[tuple[Name, Name]]:
    found = []
    for file in ("train.csv", "extra_en_zh.csv"):
        with (DATA / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if not any(c in row["name_a"] + row["name_b"] for c in " ·-"):
                    found.append(((row["name_a"], row["lang_a"]), (row["name_b"], row["lang_b"])))
    return found


def report(words: list[Name], pairs: list[tuple[Name, Name]]) -> None:
    started = time.process_time()
    near = neighbours(words)
    spent = time.process_time() - started
    leaders = find_spellings(words, near)
    print(f"{len(words):,} words: {spent:.1f} s CPU, {1e6 * spent / len(words):.0f} µs a word, "
          f"{2 * len(near.left) / len(words):.1f} neighbours each, {len(set(leaders.tolist())):,} spellings'"
          " clusters", flush=True)  # fmt: skip
    place = {word: i for i, word in enumerate(words)}
    known = sorted({(a, b) for a, b in pairs if a in place and b in place and a != b})
    beside = {(int(a), int(b)) for a, b in zip(near.left, near.right, strict=True)}
    scores = score_pairs((a[0], b[0], a[1], b[1]) for a, b in known)
    found = defaultdict(list)
    for (a, b), score in zip(known, scores, strict=True):
        scripts = "-".join(sorted((script_of(a[0]), script_of(b[0]))))
        i, j = sorted((place[a], place[b]))
        found[scripts].append((score, (i, j) in beside, leaders[i] == leaders[j]))
    for scripts, rows in sorted(found.items()):
        if len(rows) >= 200:
            print("   ", scripts, len(rows), shares(np.array(rows, float)))


def shares(rows: np.ndarray) -> str:
    score, beside, one = rows.T
    return (
        f"of POSSIBLE {beside[score >= POSSIBLE].mean():.3f}, of SAME {beside[score >= SAME].mean():.3f},"
        f" in one cluster {one[score >= SAME].mean():.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[12_500, 25_000, 50_000])
    args = parser.parse_args()
    if not DATA.exists():
        print("neighbours of names: skipped, ../shared/data/names is not here")
        return
    pairs = read_pairs()
    words = sorted({name for pair in pairs for name in pair})
    Random(20).shuffle(words)
    neighbours(words[:100])
    for size in args.sizes:
        report(words[:size], pairs)


if __name__ == "__main__":
    main()
