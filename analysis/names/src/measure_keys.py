"""Measure the blocking keys: how often two forms of a name share one, and how large the blocks are.

    python analysis/names/src/measure_keys.py

Recall on the answers of the development sets and on samples of the training pairs by pair of
languages (seed 3); block size as the share of a pool of 4,000 random names that shares a key with a
query. Also on the full names of ../shared/data/alash, where every two forms of one person should meet.
"""

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

from aigaq.names.keys import keys, pair_keys, wide_keys

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
type Keys = Callable[[str, str], tuple[str, ...]]
type Pair = tuple[str, str, str, str]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def dev_queries(letter: str) -> list[tuple[tuple[str, str], list[tuple[str, str]]]]:
    part = {
        p: read(DATA / "names" / f"dev_{letter}_{p}.csv")
        for p in ("queries", "candidates", "answers")
    }
    forms, answers = defaultdict(list), defaultdict(set)
    for row in part["candidates"]:
        forms[row["id"].rpartition("#")[0]].append((row["name"], row["lang"]))
    for row in part["answers"]:
        answers[row["query_id"]].add(row["answer_id"])
    return [
        ((q["name"], q["lang"]), [f for a in answers[q["id"]] for f in forms[a]])
        for q in part["queries"]
    ]


def share_a_key(make: Keys, a: tuple[str, str], b: tuple[str, str]) -> bool:
    return bool(set(make(*a)) & set(make(*b)))


def measure_dev(make: Keys) -> None:
    for letter in "ABCDEFGHIJKLMN":
        queries = dev_queries(letter)
        hits = sum(any(share_a_key(make, q, f) for f in forms) for q, forms in queries)
        rows = read(DATA / "names" / f"dev_{letter}_candidates.csv")
        pool = Counter(k for r in rows for k in make(r["name"], r["lang"]))
        met = sum(min(len(rows), sum(pool[k] for k in make(*q))) for q, _ in queries) / len(queries)
        print(
            f"  {letter}  recall {hits / len(queries):.3f}  ({hits}/{len(queries)})"
            f"  share of candidates met at most {met / len(rows):.3f}"
        )


def measure_train(make: Keys) -> None:
    rows = read(DATA / "names" / "train.csv")
    rng = random.Random(3)
    pool = Counter(k for r in rng.sample(rows, 4000) for k in make(r["name_b"], r["lang_b"]))
    groups = defaultdict(list)
    for row in rows:
        groups[row["kind"], row["lang_a"], row["lang_b"]].append(row)
    for group, members in sorted(groups.items()):
        if len(members) < 60:
            continue
        sample = rng.sample(members, min(200, len(members)))
        hits = met = 0
        for r in sample:
            mine = make(r["name_a"], r["lang_a"])
            hits += bool(set(mine) & set(make(r["name_b"], r["lang_b"])))
            met += sum(pool[k] for k in mine)
        print(
            f"  {' '.join(group):28} recall {hits / len(sample):.3f}  pool met {met / len(sample) / 4000:.4f}"
        )


def measure_full_names(make: Keys) -> None:
    people = defaultdict(set)
    for row in read(DATA / "alash" / "alash_claims.csv"):
        words = row["value"].replace("·", " ").split()
        if row["property"] == "name" and len(words) > 1:
            people[row["person_key"]].add((row["value"], row["value_lang_tag"]))
    right = [
        share_a_key(make, a, b) for p in people.values() for a, b in combinations(sorted(p), 2)
    ]
    keyed = sorted(people)
    wrong = [
        share_a_key(make, a, b)
        for p, q in combinations(keyed, 2)
        for a in sorted(people[p])[:3]
        for b in sorted(people[q])[:3]
    ]
    print(
        f"  full names, every two forms: {sum(right) / len(right):.3f} of {len(right)};"
        f" of two people: {sum(wrong) / len(wrong):.4f} of {len(wrong)}"
    )


def main() -> None:
    for make in (keys, wide_keys, pair_keys):
        print(make.__name__)
        if make is not pair_keys:
            measure_dev(make)
            measure_train(make)
        measure_full_names(make)


if __name__ == "__main__":
    main()
