"""From compared pairs to weights: Fellegi–Sunter by expectation–maximisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from aigaq.linkage.comparisons import FIT, SHARED, Comparison
from aigaq.linkage.family import weigh_family

_LEARN_FROM_RECORDS = 1000
_LEARN_FROM_MATCHES = 200
_SHIPPED_MATCHES = 20
_ROUNDS = 25


FAMILY = "family"
# Column of the compared pairs: bits of names in different scripts, −∞ where there are none.
ACROSS = "across"

type Bits = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """What turns compared pairs into probabilities.

    Attributes:
        comparisons: with the weights in force.
        start: log-odds, in bits, that any two records are one person.
    """

    comparisons: tuple[Comparison, ...]
    start: float

    def weigh(self, compared: pa.Table) -> Mapping[str, Bits]:
        """Return, for each comparison, the bits of every pair; 0 where a side says nothing.

        Args:
            compared: as `Engine.compare` gives it, with a column `across`.
        """
        own = {c.name: _weights(c)[_levels(compared, c)] for c in self.comparisons}
        across = compared[ACROSS].to_numpy()
        own["names"] = np.maximum(own["names"], across)
        own[SHARED] = np.maximum(own[SHARED], across)
        births = next(c for c in self.comparisons if c.name == "birth")
        levels = _levels(compared, births)
        last = len(births.levels)
        apart = np.where(levels == last, np.nan, levels == last - 1)
        fit = (compared[f"gamma_{FIT}"].to_numpy() != 0) | (across > 0)
        family = weigh_family(own, fit, apart, self.start)
        return {
            **{name: bits for name, bits in own.items() if name not in (SHARED, FIT)},
            FAMILY: family,
        }

    def sum_up(self, compared: pa.Table) -> Bits:
        """Return the bits of every pair, all together, without the start."""
        return np.sum([*self.weigh(compared).values()], axis=0)


def begin(comparisons: Sequence[Comparison], records: int) -> Model:
    """Return the model as shipped: each record is expected to have about one other of its person."""
    return Model(tuple(comparisons), log_odds(1 / max(records, 50)))


def is_enough(records: int) -> bool:
    """Whether an archive of `records` is large enough to learn from."""
    return records >= _LEARN_FROM_RECORDS


def learn(model: Model, compared: pa.Table, records: int) -> Model:
    """Learn m and the prior from the pairs themselves, from the shipped weights on; u and names stay.

    Expectation–maximisation over all candidate pairs (Winkler 1988), the shipped m counting as 20 pairs. In
    contrast to training inside one block, no level is over- or under-represented by the block's own
    condition.

    Args:
        model: where to begin, with u as learnt.
        compared: as `Engine.compare` gives it.
        records: how many were compared.

    Returns:
        The learnt model; `model` itself where the pairs promise fewer than 200 matches.
    """
    everyone = records * (records - 1) / 2
    levels = {c.name: _levels(compared, c) for c in model.comparisons}
    for _ in range(_ROUNDS):
        likely = to_probability(model.start + model.sum_up(compared))
        matches = float(likely.sum())
        if matches < _LEARN_FROM_MATCHES:
            return model
        shares = tuple(
            c if c.fixed else _share_out(c, levels[c.name], likely) for c in model.comparisons
        )
        model = Model(shares, log_odds(matches / everyone))
    return model


def log_odds(probability: float) -> float:
    """Return log₂(p / (1 − p))."""
    return log2(probability / (1 - probability))


def to_probability(bits: Bits) -> Bits:
    """Return the probabilities of log-odds in bits."""
    return 1 / (1 + np.exp2(-bits))


def _levels(compared: pa.Table, comparison: Comparison) -> npt.NDArray[np.int64]:
    """Place in `comparison.levels` of each pair; the place after the last where a side says nothing."""
    gamma = compared[f"gamma_{comparison.name}"].to_numpy().astype(np.int64)
    last = len(comparison.levels)
    return np.where(gamma < 0, last, last - 1 - gamma)


def _weights(comparison: Comparison) -> Bits:
    return np.array([*(log2(level.m / level.u) for level in comparison.levels), 0.0])


def _share_out(comparison: Comparison, levels: npt.NDArray[np.int64], likely: Bits) -> Comparison:
    counts = np.bincount(levels, weights=likely, minlength=len(comparison.levels) + 1)[:-1]
    total = counts.sum() + _SHIPPED_MATCHES
    shares = [
        replace(level, m=float(count + level.m * _SHIPPED_MATCHES) / total)
        for level, count in zip(comparison.levels, counts, strict=True)
    ]
    return replace(comparison, levels=tuple(shares))
