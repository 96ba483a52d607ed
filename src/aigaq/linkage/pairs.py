"""From a table to scored pairs of rows."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from aigaq.linkage.comparisons import Comparison, choose_comparisons
from aigaq.linkage.engine import Compared, EngineName
from aigaq.linkage.engines import open_engine
from aigaq.linkage.features import Features, build_features
from aigaq.linkage.name_model import NameEvidence, count_names
from aigaq.linkage.names import weigh_words
from aigaq.linkage.table import Table
from aigaq.linkage.training import (
    Model,
    Sample,
    begin,
    begin_with,
    draw_sample,
    is_enough,
    learn,
    to_probability,
)

type Bits = npt.NDArray[np.float64]

# Pairs less likely than this are not worth anyone's time.
LEAST_PROBABILITY = 0.01
_LEAST_BITS = 1.0
# Splink's screen takes every word for a rare one; what is this far below even odds then is no match.
_SCREEN_SLACK = 9.0


@dataclass(frozen=True, slots=True)
class Scored:
    """The pairs of lines worth keeping, and how they came about.

    Attributes:
        features: the lines.
        model: with the weights in force.
        pairs: of lines; no two lines of one row, and each pair of rows once.
        names: what their names share.
        probability: of each pair.
    """

    features: Features
    model: Model
    pairs: Compared
    names: NameEvidence
    probability: Bits

    def rows(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the rows of each pair, the earlier row first."""
        row = self.features.forms.row
        one, other = row[self.pairs.left], row[self.pairs.right]
        return np.minimum(one, other), np.maximum(one, other)


def score_table(
    table: Table, *, seed: int = 1, engine: EngineName = "duckdb", learn_sources: bool = False
) -> Scored:
    """Find and score the pairs of rows that may be one person.

    Fellegi–Sunter linkage by Splink on an in-memory DuckDB: nothing is written to disk.

    Args:
        table: at least one row.
        seed: of the random pairs that training draws; the same seed and rows give the same result.
        engine: where pairs are compared; the result is the same.
        learn_sources: whether the rows may teach how often a source names one person twice.

    Returns:
        Pairs of probability 0.01 and more for which more speaks than against.

    Raises:
        duckdb.OutOfMemoryException: the records don't fit in memory.
        EngineMissing: Spark is asked for and not installed.
    """
    features = build_features(table)
    comparisons = choose_comparisons(
        list(features.columns),
        same_source=share_in_one_source(table),
        learn_sources=learn_sources,
    )
    records = table.census.total if table.census else table.size
    sample, model = None, begin(comparisons, records)
    with closing(open_engine(engine, features.columns)) as opened:
        # A part picked for what it shares with the new would teach that everybody shares it.
        if table.census is None and is_enough(table.size):
            sample = draw_sample(opened, comparisons, features.forms.row, seed=seed)
            model = begin_with(comparisons, records, sample)
        least = -model.start - _SCREEN_SLACK
        parts = opened.compare(model.comparisons, least)
        found = _join([_tidy(part, features) for part in parts])
    if sample is not None:
        features, model = _learn(features, table, model, comparisons, found, sample)
    names = count_names(found, features.forms, features.worth)
    return _settle(features, model, found, names)


def _learn(
    features: Features,
    table: Table,
    model: Model,
    shipped: Sequence[Comparison],
    found: Compared,
    sample: Sample,
) -> tuple[Features, Model]:
    """Learn twice: how rare a name is among people shows only when it is known which accounts are one's."""
    for _ in range(2):
        names = count_names(found, features.forms, features.worth)
        kept = _find_best(features, found, model.sum_up(found, names))
        best = found.pick(kept)
        labels = _label(features, table, best)
        model = learn(model, shipped, best, names.pick(kept), table.size, sample, labels)
        likely = to_probability(model.start + model.sum_up(found, names))
        worth = weigh_words(
            features.forms, features.vocabulary, people=_count_people(features, found, likely)
        )
        features = replace(features, worth=worth)
    return features, model


def _label(features: Features, table: Table, best: Compared) -> npt.NDArray[np.int8] | None:
    """Return what people decided of each pair, or None where they decided too little."""
    if table.judged is None or not table.judged.is_enough:
        return None
    row = features.forms.row
    one, other = row[best.left], row[best.right]
    return table.judged.label(np.minimum(one, other), np.maximum(one, other))


def _count_people(features: Features, found: Compared, likely: Bits) -> Bits:
    """Return what part of a person each line is: one over the number of lines that are likely theirs."""
    row = features.forms.row
    size = len(row)
    told = np.bincount(row)[row].astype(float)
    others = np.bincount(found.left, likely, size) + np.bincount(found.right, likely, size)
    return 1 / (told + others)


def _tidy(part: Compared, features: Features) -> Compared:
    """Leave out pairs of two forms of one row."""
    row = features.forms.row
    return part.pick(row[part.left] != row[part.right])


def _join(parts: list[Compared]) -> Compared:
    names = parts[0].levels
    return Compared(
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.right for part in parts]),
        {name: np.concatenate([part.levels[name] for part in parts]) for name in names},
    )


def _settle(features: Features, model: Model, found: Compared, names: NameEvidence) -> Scored:
    evidence = model.sum_up(found, names)
    probability = model.say(evidence)
    # In a small archive any pair is likelier than the least: something must speak for it as well.
    kept = np.flatnonzero((probability >= LEAST_PROBABILITY) & (evidence >= _LEAST_BITS))
    kept = kept[_find_best(features, found.pick(kept), evidence[kept])]
    pairs = found.pick(kept)
    return Scored(
        features,
        model,
        pairs,
        count_names(pairs, features.forms, features.worth),
        probability[kept],
    )


def _find_best(features: Features, found: Compared, evidence: Bits) -> npt.NDArray[np.int64]:
    """Return, for each pair of rows, the place of the pair of their lines that speaks most for it."""
    row = features.forms.row
    one, other = row[found.left], row[found.right]
    low, high = np.minimum(one, other), np.maximum(one, other)
    if np.bincount(row).max(initial=0) <= 1:
        order = np.lexsort((high, low))
        return order.astype(np.int64)
    order = np.lexsort((found.right, found.left, -evidence, high, low))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    best: npt.NDArray[np.int64] = order[first]
    return best


def share_in_one_source(table: Table) -> float | None:
    """Return the share of pairs of rows that stand in one source; None without sources."""
    if table.source is None or table.size < 2:
        return None
    held = Counter(table.source.tolist()).values()
    return sum(n * (n - 1) for n in held) / (table.size * (table.size - 1))
