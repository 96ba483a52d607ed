"""Choose the constants of linkage on one set of made-up tables, and see on others whether probabilities hold.

    python src/calibrate.py tune     # seeds 4–6: bits lost at each value of each constant
    python src/calibrate.py check    # seeds 1–3 and the real sets: what was expected, and what was true

Reads ../shared/data; prints a message where that is absent. What is measured is `aigaq match`.
"""

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "bench"))

from truth.alash import read_alash  # noqa: E402
from truth.lexicon import DATA  # noqa: E402
from truth.measure import measure_pairs  # noqa: E402
from truth.sets import TruthSet, make_generated, read_multilink, read_rldata  # noqa: E402

from aigaq.linkage import name_model, names, training  # noqa: E402
from aigaq.linkage.grouping import group  # noqa: E402
from aigaq.linkage.scoring import score_pairs  # noqa: E402
from aigaq.services.match_tables import read_plain  # noqa: E402
from aigaq.services.matching import match  # noqa: E402

TUNE_ON, CHECK_ON = (4, 5, 6), (1, 2, 3)
# Constant → the modules that hold it under a name, the values tried, the sizes of table.
TRIED = {
    "share of near names a word is mistaken for": (
        [(names, "_MISTAKEN")],
        (0.0, 0.15, 0.5),
        (2000,),
    ),
    "pairs of one person that the shipped m count as": (
        [(training, "_SHIPPED_MATCHES"), (name_model, "_SHIPPED_PAIRS")],
        (20, 100, 300, 1000),
        (500,),
    ),
    "matches that the shipped prior counts as": (
        [(training, "_PRIOR_MATCHES")],
        (5, 50, 500),
        (500,),
    ),
}
_EDGES = np.linspace(0, 1, 11)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Pairs of 0.01 and more, what they are, and how good the clusters are."""

    probability: npt.NDArray[np.float64]
    same: npt.NDArray[np.bool_]
    f1: float

    @property
    def loss(self) -> float:
        """Bits lost by who believes the probabilities, per true pair found."""
        sure = np.clip(np.where(self.same, self.probability, 1 - self.probability), 1e-6, 1)
        return float(-np.log2(sure).sum() / max(1, self.same.sum()))


def main() -> None:
    if not DATA.exists():
        print("calibrate: skipped, ../shared/data is not here")
    elif sys.argv[1:] == ["tune"]:
        tune()
    else:
        check()


def tune() -> None:
    """Print, for each value of each constant, the bits lost and the F1 of clusters, mean of the seeds."""
    for label, (places, values, sizes) in TRIED.items():
        shipped = getattr(*places[0])
        print(f"\n{label} (shipped: {shipped:g})\n\n| value | size | bits lost a pair | F1 |")
        print("|---|---|---|---|")
        for value in values:
            for module, name in places:
                setattr(module, name, value)
            for size in sizes:
                found = [match_set(make_generated(size, seed)) for seed in TUNE_ON]
                loss, f1 = np.mean([one.loss for one in found]), np.mean([one.f1 for one in found])
                print(f"| {value:g} | {size} | {loss:.3f} | {f1:.4f} |", flush=True)
        for module, name in places:
            setattr(module, name, shipped)


def check() -> None:
    """Print the table of reliability: expected/true share and number of pairs by tenth of probability."""
    heads = [f"{low:.0%}–{low + 0.1:.0%}" for low in _EDGES[:-1]]
    print("| set | pairs expected | true | F1 | " + " | ".join(heads) + " |")
    print("|---" * (4 + len(heads)) + "|")
    for label, found in list_outcomes():
        cells = " | ".join(show_tenths(found))
        expected, true = found.probability.sum(), found.same.sum()
        print(f"| {label} | {expected:.0f} | {true} | {found.f1:.3f} | {cells} |", flush=True)


def list_outcomes() -> Iterator[tuple[str, Outcome]]:
    """Yield the sets that nothing was chosen on."""
    for size in (500, 2000, 10_000):
        found = [match_set(make_generated(size, seed)) for seed in CHECK_ON]
        yield f"generated, {size}, seeds 1–3", pool(found)
    yield "Alash, as an archive", link_alash()
    for data in (read_rldata(), *(read_multilink(duplicates=both) for both in (True, False))):
        yield data.name, match_set(data)


def pool(found: Sequence[Outcome]) -> Outcome:
    """Return several outcomes as one; their F1 as a mean."""
    return Outcome(
        np.concatenate([one.probability for one in found]),
        np.concatenate([one.same for one in found]),
        float(np.mean([one.f1 for one in found])),
    )


def show_tenths(found: Outcome) -> Iterator[str]:
    """Yield `expected/true (pairs)`, in hundredths, for each tenth of probability."""
    tenth = np.minimum((found.probability * 10).astype(int), 9)
    for place in range(10):
        here = tenth == place
        if not here.any():
            yield ""
            continue
        expected, true = found.probability[here].mean(), found.same[here].mean()
        yield f"{100 * expected:.0f}/{100 * true:.0f} ({here.sum()})"


def match_set(data: TruthSet) -> Outcome:
    """Match a set as `aigaq match` does."""
    columns = list(dict.fromkeys(column for row in data.rows for column in row))
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="")
    table.writeheader()
    table.writerows(data.rows)
    found = match([read_plain(io.StringIO(text.getvalue(), newline=""), data.name)])
    ids = [row["id"] for row in data.rows]
    person = np.unique([data.truth[id] for id in ids], return_inverse=True)[1]
    clusters = {id: ids[head] for id, head in zip(ids, found.heads, strict=True)}
    same = person[found.left] == person[found.right]
    return Outcome(found.probability, same, measure_pairs(clusters, data.truth).f1)


def link_alash() -> Outcome:
    """Link the Alash mentions as `aigaq link` does."""
    records, truth = read_alash()
    pairs = score_pairs(records)
    heads = group(records, pairs).heads
    people = {str(mention): person for mention, person in truth.items()}
    clusters = {str(mention): head for mention, head in heads.items()}
    return Outcome(
        np.array([pair.probability for pair in pairs]),
        np.array([truth[pair.left] == truth[pair.right] for pair in pairs]),
        measure_pairs(clusters, people).f1,
    )


if __name__ == "__main__":
    main()
