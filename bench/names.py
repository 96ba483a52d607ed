"""Names across scripts: us and the peers on the development sets A to N, in one run.

    python bench/names.py [--sets AEK] [--no-tags] [--only-us | --slow]

Prints for each set recall@1 and @10 with Wilson 95 % intervals, MRR, AUC (each match against one
random non-match), pairs per second; then calibration, false positives at the thresholds, and the
index. Ties count half: a tie for the first place is rank 1.5, a miss at 1. Our pairs per second (CPU
time, one thread) are those of one batch, every query with every candidate, nothing remembered from
before: for scoring alone, and with the reading of the names counted, of which the time for a name is
given. The peers' count their reading.
Peers that are not installed are skipped by name. Reads ../shared/data. For the index see index_names.py.
"""

import argparse
import csv
import importlib
import importlib.util
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from aigaq.names import POSSIBLE, SAME
from aigaq.names.model import Scorer

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "names"
SETS = "ABCDEFGHIJKLMN"
Matrix = NDArray[np.float64]
type Named = tuple[str, str, str]
type Peer = Callable[[list[Named], list[Named]], Matrix]


@dataclass(frozen=True, slots=True)
class DevSet:
    """One development set: (id, name, lang) of queries and candidates, right groups per query."""

    queries: list[tuple[str, str, str]]
    candidates: list[tuple[str, str, str]]
    answers: dict[str, set[str]]


def read_set(letter: str) -> DevSet:
    def rows(part: str) -> list[dict[str, str]]:
        with (DATA / f"dev_{letter}_{part}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    answers: dict[str, set[str]] = {}
    for row in rows("answers"):
        answers.setdefault(row["query_id"], set()).add(row["answer_id"])
    names = [[(r["id"], r["name"], r["lang"]) for r in rows(p)] for p in ("queries", "candidates")]
    return DevSet(names[0], names[1], answers)


def score_ours(data: DevSet, *, tags: bool = True) -> tuple[Matrix, float, float]:
    """Scores of every query with every candidate, CPU seconds of scoring and of reading before it."""
    names = [(n, lang if tags else "") for _, n, lang in data.queries + data.candidates]
    started = time.process_time()
    scorer = Scorer(names)
    reading = time.process_time() - started
    q, c = len(data.queries), len(data.candidates)
    left = np.repeat(np.arange(q, dtype=np.int32), c)
    right = np.tile(np.arange(q, q + c, dtype=np.int32), q)
    scorer.scores(left[:1], right[:1])
    started = time.process_time()
    scores = scorer.scores(left, right)
    return scores.reshape(q, c), time.process_time() - started, reading


def ranks(scores: Matrix, data: DevSet) -> Iterator[float]:
    """Rank of the first right group for each query; ties count half."""
    groups = [c.split("#")[0] for c, _, _ in data.candidates]
    names = sorted(set(groups))
    at = np.array([names.index(g) for g in groups])
    for (query, _, _), row in zip(data.queries, scores, strict=True):
        best = np.full(len(names), -np.inf)
        np.maximum.at(best, at, row)
        right = np.array([n in data.answers[query] for n in names])
        top = best[right].max()
        above, ties = int((best[~right] > top).sum()), int((best[~right] == top).sum())
        yield above + 1 + ties / 2


def wilson(p: float, n: int, z: float = 1.96) -> tuple[float, float]:
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return centre - half, centre + half


def sample_pairs(scores: Matrix, data: DevSet, rng: Random) -> tuple[list[float], list[float]]:
    """Score of each query's best right form, and of one random wrong candidate."""
    matches, others = [], []
    for (query, _, _), row in zip(data.queries, scores, strict=True):
        right = [c.split("#")[0] in data.answers[query] for c, _, _ in data.candidates]
        form = rng.choice([i for i, r in enumerate(right) if r])
        wrong = rng.choice([i for i, r in enumerate(right) if not r])
        matches.append(float(row[form]))
        others.append(float(row[wrong]))
    return matches, others


def auc(matches: list[float], others: list[float]) -> float:
    wins = sum((m > o) + 0.5 * (m == o) for m in matches for o in others)
    return wins / (len(matches) * len(others))


def report(
    set_name: str, who: str, scores: Matrix, data: DevSet, seconds: float, reading: float = 0
) -> None:
    found = list(ranks(scores, data))
    n = len(found)
    at1, at10 = sum(r <= 1 for r in found) / n, sum(r <= 10 for r in found) / n
    mrr = sum(1 / r for r in found) / n
    area = auc(*sample_pairs(scores, data, Random(1)))
    (l1, h1), (l10, h10) = wilson(at1, n), wilson(at10, n)
    print(
        f"{set_name} {who:24} n={n:3}  @1 {at1:.3f} [{l1:.2f}-{h1:.2f}]"
        f"  @10 {at10:.3f} [{l10:.2f}-{h10:.2f}]  MRR {mrr:.3f}  AUC {area:.3f}"
        f"  {scores.size / max(seconds, 1e-9):>12,.0f} pairs/s"
        + (how_read(scores, seconds, reading) if reading else ""),
        flush=True,
    )


def how_read(scores: Matrix, seconds: float, reading: float) -> str:
    each = 1e6 * reading / sum(scores.shape)
    return f" ({scores.size / (seconds + reading):,.0f} with reading, {each:.0f} µs a name)"


def peers(*, slow: bool) -> Iterator[tuple[str, Peer]]:
    """The peers that are installed; the others are named on stderr."""
    for name, needs, make in (
        ("uroman+Levenshtein", ("uroman", "rapidfuzz"), make_uroman),
        ("ICU+Jaro-Winkler", ("icu", "rapidfuzz"), make_icu),
        ("anyascii+Jaro-Winkler", ("anyascii", "rapidfuzz"), make_anyascii),
        ("logic-v2", ("nomenklatura", "followthemoney"), make_logic),
        ("Splink JW levels", ("anyascii", "rapidfuzz", "splink"), make_splink),
    ):
        missing = [n for n in needs if importlib.util.find_spec(n) is None]
        if name == "logic-v2" and not slow:
            print(f"{name}: skipped, ask for it with --slow", file=sys.stderr)
        elif missing:
            print(f"{name}: skipped, {', '.join(missing)} not installed", file=sys.stderr)
        else:
            yield name, make()


def plain(text: str, *, spaces: bool) -> str:
    """Romanised letters and digits in lower case; spaces are kept unless Hanzi are compared."""
    return "".join(c for c in text.casefold() if c.isalnum() or (spaces and c == " "))


def romaniser(read: Callable[[str, str], str], scorer: str) -> Peer:
    fuzz = importlib.import_module("rapidfuzz.distance")
    process = importlib.import_module("rapidfuzz.process")
    similarity = getattr(fuzz, scorer).normalized_similarity

    def score(queries: list[Named], candidates: list[Named]) -> Matrix:
        spaces = not any(lang.startswith("zh") for _, _, lang in queries)
        left, right = (
            [plain(read(name, lang), spaces=spaces) for _, name, lang in names]
            for names in (queries, candidates)
        )
        table: Matrix = process.cdist(left, right, scorer=similarity, dtype=np.float64)
        return table

    return score


def make_uroman() -> Peer:
    """Uroman is told the language, as ISO 639-3: without it Uyghur vowels are lost."""
    reader = importlib.import_module("uroman").Uroman()
    codes = {"kk": "kaz", "ug": "uig", "zh": "zho", "ru": "rus", "en": "eng"}

    def read(name: str, lang: str) -> str:
        text: str = reader.romanize_string(name, lcode=codes.get(lang.split("-")[0]))
        return text

    return romaniser(read, "Levenshtein")


def make_icu() -> Peer:
    icu = importlib.import_module("icu")
    reader = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII")
    return romaniser(lambda name, _: reader.transliterate(name), "JaroWinkler")


def make_anyascii() -> Peer:
    read = importlib.import_module("anyascii").anyascii
    return romaniser(lambda name, _: read(name), "JaroWinkler")


def make_splink() -> Peer:
    """Splink's NameComparison: exact, Jaro-Winkler above 0.92, 0.88, 0.7, else nothing."""
    close = make_anyascii()

    def score(queries: list[Named], candidates: list[Named]) -> Matrix:
        table: Matrix = np.digitize(close(queries, candidates), [0.7, 0.88, 0.92, 1.0]).astype(
            float
        )
        return table

    return score


def make_logic() -> Peer:
    logic = importlib.import_module("nomenklatura.matching").LogicV2
    entity = importlib.import_module("followthemoney").model
    config = logic.default_config()

    def person(name: str) -> object:
        return entity.get_proxy(
            {"id": name, "schema": "Person", "properties": {"name": [name]}}, cleaned=False
        )

    def score(queries: list[Named], candidates: list[Named]) -> Matrix:
        right = [person(c) for _, c, _ in candidates]
        return np.array(
            [[logic.compare(person(q), c, config).score for c in right] for _, q, _ in queries]
        )

    return score


def calibration(matches: list[float], others: list[float]) -> None:
    """Reliability per decile, and false positives at the two thresholds."""
    scores = np.array(matches + others)
    truth = np.repeat([1.0, 0.0], [len(matches), len(others)])
    print("\ncalibration: decile, pairs, mean score, share of matches")
    for low in np.arange(0, 1, 0.1):
        here = (scores >= low) & ((scores < low + 0.1) | (low > 0.85))
        if here.any():
            mean, rate = scores[here].mean(), truth[here].mean()
            mark = "" if here.sum() < 50 else " ok" if abs(mean - rate) <= 0.05 else " OFF"
            print(f"  {low:.1f}  {here.sum():5}  {mean:.3f}  {rate:.3f}{mark}")


def thresholds(score_sets: list[tuple[Matrix, DevSet]]) -> None:
    wrong = np.concatenate([wrong_scores(m, d) for m, d in score_sets])
    for name, value in (("SAME", SAME), ("POSSIBLE", POSSIBLE)):
        print(f"{name} {value}: {(wrong >= value).mean():.5f} of {len(wrong):,} wrong pairs pass")


def wrong_scores(scores: Matrix, data: DevSet) -> Matrix:
    groups = [c.split("#")[0] for c, _, _ in data.candidates]
    wrong = np.array([[g not in data.answers[q] for g in groups] for q, _, _ in data.queries])
    return scores[wrong]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default=SETS)
    parser.add_argument("--no-tags", action="store_true", help="our names without language tags")
    parser.add_argument("--only-us", action="store_true", help="leave the peers out")
    parser.add_argument(
        "--slow", action="store_true", help="logic-v2 too, a few thousand pairs a second"
    )
    args = parser.parse_args()
    if not DATA.exists():
        print("names: skipped, ../shared/data/names is not here")
        return
    others = [] if args.only_us else list(peers(slow=args.slow))
    Scorer(["Нұрлан"])  # reads the parameters, which is not part of reading names
    kept, matches, randoms = [], list[float](), list[float]()
    for letter in args.sets:
        data = read_set(letter)
        scores, seconds, reading = score_ours(data, tags=not args.no_tags)
        report(letter, "aigaq", scores, data, seconds, reading)
        kept.append((scores, data))
        right, wrong = sample_pairs(scores, data, Random(1))
        matches += right
        randoms += wrong
        for name, peer in others:
            started = time.process_time()
            theirs = peer(data.queries, data.candidates)
            report(letter, name, theirs, data, time.process_time() - started)
    calibration(matches, randoms)
    thresholds(kept)
    print(f"AUC over all sets: {auc(matches, randoms):.4f}")


if __name__ == "__main__":
    main()
