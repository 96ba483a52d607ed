"""Finding a name in another script among a million: us and uroman + rapidfuzz, in one run.

    python bench/index_names.py [--size 1000000] [--queries 200]

Different full names are put together from two words of the training pairs, in every script and language
they have, with a fixed seed. A query is another script's form of one of them, and of no other in the list.
The words are those the model has learned from, so the figures flatter it; what is measured is the search,
not the learning.
"""

import argparse
import csv
import time
from collections import defaultdict
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from uroman import Uroman

from aigaq.names import Index

TRAIN = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "names" / "train.csv"
type Name = tuple[str, str]
type Word = tuple[Name, Name, str]


def read_words() -> dict[tuple[str, str], list[list[Word]]]:
    """Pairs of single words of persons in two scripts, by their two language tags and their group.

    By group, because else a word would come as often as it has spellings, hundreds for some.
    """
    found: dict[tuple[str, str], dict[str, list[Word]]] = defaultdict(lambda: defaultdict(list))
    rows = [row for row in read_rows() if row["kind"].startswith("person")]
    number = number_names(rows)
    for row in rows:
        a, b = (row["name_a"], row["lang_a"]), (row["name_b"], row["lang_b"])
        if script(a[1]) != script(b[1]):
            found[a[1], b[1]][row["group"]].append((a, b, number[row["group"]]))
            found[b[1], a[1]][row["group"]].append((b, a, number[row["group"]]))
    return {tags: list(groups.values()) for tags, groups in found.items() if len(groups) >= 20}


def read_rows() -> list[dict[str, str]]:
    with TRAIN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [r for r in rows if not any(c in r["name_a"] + r["name_b"] for c in " ·-")]


def number_names(rows: list[dict[str, str]]) -> dict[str, str]:
    """One sign for all groups that share a spelling: these are the same name, as far as is known."""
    parent: dict[str, str] = {}

    def find(x: str) -> str:
        while parent.setdefault(x, x) != x:
            parent[x] = x = parent[parent[x]]
        return x

    for row in rows:
        for form in (row["name_a"], row["name_b"]):
            if len(form) > 2:  # a short spelling may be of many names
                parent[find(row["group"])] = find(f"form {form.casefold()}")
    return {row["group"]: find(row["group"]) for row in rows}


def script(lang: str) -> str:
    return lang.split("-")[1] if "-" in lang else lang


def join(first: Name, second: Name) -> Name:
    return ("·" if first[1].startswith("zh") else " ").join((first[0], second[0])), first[1]


def make_names(size: int, queries: int) -> tuple[list[Name], list[Name]]:
    """The names to search, all different, and queries: query k asks for name k.

    No other name of the list is a spelling of the same two names as one that is asked for.
    """
    rng = Random(20)
    words = read_words()
    tags = sorted(words)
    names: dict[Name, None] = {}
    asked: list[Name] = []
    taken: set[frozenset[str]] = set()
    while len(names) < size:
        first, second = rng.choices(words[rng.choice(tags)], k=2)
        (a, other_a, one), (b, other_b, two) = rng.choice(first), rng.choice(second)
        name, who = join(a, b), frozenset((one, two))
        if name in names or who in taken or len(who) == 1:
            continue
        if len(asked) < queries:
            taken.add(who)
            asked.append(join(other_a, other_b))
        names[name] = None
    return list(names), asked


def report(who: str, built: float, times: list[float], hits: dict[str, list[bool]]) -> None:
    found = [h for group in hits.values() for h in group]
    print(f"{who}: in the first ten {np.mean(found):.3f} of {len(found)}, "
          f"built in {built:.1f} s, median query {np.median(times) * 1e3:.0f} ms", flush=True)  # fmt: skip
    print("   ", ", ".join(f"{k} {np.mean(v):.2f} of {len(v)}" for k, v in sorted(hits.items())))


def bench_ours(names: list[Name], asked: list[Name]) -> tuple[float, float]:
    started = time.perf_counter()
    index = Index.build(names)
    built = time.perf_counter() - started
    index.search("Нұрлан")
    times, hits = [], defaultdict(list)
    for k, (query, lang) in enumerate(asked):
        started = time.perf_counter()
        found = {names[f.position] for f in index.search(query, 10, lang)}
        times.append(time.perf_counter() - started)
        hits[f"{script(lang)}>{script(names[k][1])}"].append(names[k] in found)
    report("aigaq", built, times, hits)
    return built, float(np.median(times))


def bench_uroman(names: list[Name], asked: list[Name]) -> tuple[float, float]:
    reader = Uroman()
    codes = {"kk": "kaz", "ug": "uig", "zh": "zho", "ru": "rus", "en": "eng"}

    @cache  # each distinct word is romanised once, which favours the peer
    def read(word: str, lang: str) -> str:
        text: str = reader.romanize_string(word, lcode=codes.get(lang.split("-")[0]))
        return text.casefold()

    def romanise(name: str, lang: str) -> str:
        return "".join(read(w, lang) for w in name.replace("·", " ").split())

    started = time.perf_counter()
    table = [romanise(*name) for name in names]
    built = time.perf_counter() - started
    times, hits = [], defaultdict(list)
    similarity = Levenshtein.normalized_similarity
    for k, (query, lang) in enumerate(asked):
        started = time.perf_counter()
        best = process.extract(romanise(query, lang), table, scorer=similarity, limit=10)
        times.append(time.perf_counter() - started)
        hits[f"{script(lang)}>{script(names[k][1])}"].append(any(k == i for _, _, i in best))
    report("uroman + rapidfuzz", built, times, hits)
    return built, float(np.median(times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--peer-queries", type=int, default=50, help="the peer is slow")
    args = parser.parse_args()
    if not TRAIN.exists():
        print("index of names: skipped, ../shared/data/names is not here")
        return
    names, asked = make_names(args.size, args.queries)
    ours = bench_ours(names, asked)
    theirs = bench_uroman(names, asked[: args.peer_queries])
    print(
        f"us : uroman + rapidfuzz, build {ours[0] / theirs[0]:.2f}, query {ours[1] / theirs[1]:.3f}"
    )


if __name__ == "__main__":
    main()
