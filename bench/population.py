"""A fictional population with known truth, as tables for `aigaq match` (issue 4, “Measured” 1).

    python bench/population.py --records 10000 --out records.csv --truth truth.csv [--seed 1]

Name parts come from the development pairs of ../shared/data/names, villages and counties from
../shared/data: nobody in it exists. 30 % of the people are recorded more than once, each record in a random
script by a random convention, with slips, gaps, partial dates; twins, namesakes, fathers and sons are among
them. The truth gives each record's person, and the numbers of the name parts behind it, for an oracle. The
same seed gives the same files. Without --out it prints a few records.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from truth.lexicon import DATA
from truth.people import make_people, make_world
from truth.writing import COLUMNS, write_record

TRUTH_COLUMNS = ("id", "person", "given", "father", "surname")
_RECORDED_AGAIN = 0.3


@dataclass(frozen=True, slots=True)
class Population:
    """Records in the columns of `aigaq match`, and for each, in order, what is true of it."""

    records: Sequence[dict[str, str]]
    truth: Sequence[tuple[str, int, int, int, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--truth", type=Path)
    options = parser.parse_args()
    if not DATA.exists():
        print("population: skipped, ../shared/data is not here")
        return
    made = make_population(options.records, seed=options.seed)
    people = len({row[1] for row in made.truth})
    print(f"population: {len(made.records)} records of {people} people, seed {options.seed}")
    if options.out is None:
        for record in made.records[:5]:
            print(" ", {column: value for column, value in record.items() if value})
        return
    with options.out.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(made.records)
    if options.truth:
        with options.truth.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([TRUTH_COLUMNS, *made.truth])


def make_population(records: int, *, seed: int, known: bool = False) -> Population:
    """Make a population of a given number of records, in random order.

    Args:
        records: how many.
        seed: of everything.
        known: the same records with every name and place in its one true form, for an oracle.
    """
    rng = Random(seed)
    world = make_world(round(records * 0.7), rng)
    people = make_people(world, rng)
    owners = [person for person, _ in zip(_repeat(people, rng), range(records), strict=False)]
    rng.shuffle(owners)
    seeds = [rng.getrandbits(48) for _ in owners]
    truth = [(p.number, p.given.number, p.father.number, p.surname.number) for p in owners]
    return Population(
        [
            write_record(person, f"r{n}", own, known=known)
            for n, (person, own) in enumerate(zip(owners, seeds, strict=True))
        ],
        [(f"r{n}", *row) for n, row in enumerate(truth)],
    )


def _repeat[T](people: Iterator[T], rng: Random) -> Iterator[T]:
    """Yield each person once, or two to five times."""
    for person in people:
        times = (
            1 if rng.random() >= _RECORDED_AGAIN else rng.choices((2, 3, 4, 5), (70, 20, 7, 3))[0]
        )
        for _ in range(times):
            yield person


if __name__ == "__main__":
    main()
