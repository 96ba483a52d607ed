"""From compared pairs to weights: Fellegi–Sunter by expectation–maximisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2

import numpy as np
import numpy.typing as npt

from aigaq.linkage.comparisons import WORDS, Comparison
from aigaq.linkage.engine import Compared, Engine
from aigaq.linkage.family import weigh_family
from aigaq.linkage.name_model import NameEvidence, NameModel, begin_names

_LEARN_FROM_RECORDS = 1000
_LEARN_FROM_MATCHES = 200
_SHIPPED_MATCHES = 20
_SAMPLED_PAIRS = 500_000
_SHIPPED_PAIRS = 200
_ROUNDS = 25
_SETTLED = 1e-4

FAMILY = "family"
NAMES = "names"

type Bits = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """What turns compared pairs into probabilities.

    Attributes:
        comparisons: with the weights in force; those of single words only for the screen.
        names: how names are weighed.
        start: log-odds, in bits, that any two records are one person.
    """

    comparisons: tuple[Comparison, ...]
    names: NameModel
    start: float

    def weigh(self, compared: Compared, names: NameEvidence) -> Mapping[str, Bits]:
        """Return, for each comparison, the bits of every pair; 0 where a side says nothing.

        The words of a name are weighed together, as `names`; what relatives would share comes off as
        `family`.
        """
        own: dict[str, Bits] = {NAMES: self.names.weigh(names)}
        for c in self.comparisons:
            if c.name not in WORDS:
                own[c.name] = _weights(c)[compared.levels[c.name]]
        apart = _births_apart(compared, self.comparisons)
        own[FAMILY] = weigh_family(own, names.worth, names.fits, apart, self.start)
        return own

    def sum_up(self, compared: Compared, names: NameEvidence) -> Bits:
        """Return the bits of every pair, all together, without the start."""
        total = np.zeros(len(compared.left))
        for bits in self.weigh(compared, names).values():
            total += bits
        return total


def _births_apart(compared: Compared, comparisons: Sequence[Comparison]) -> Bits:
    births = next((c for c in comparisons if c.name == "birth"), None)
    if births is None:
        return np.full(len(compared.left), np.nan)
    levels = compared.levels["birth"]
    last = len(births.levels)
    return np.where(levels == last, np.nan, levels == last - 1)


def begin(comparisons: Sequence[Comparison], records: int) -> Model:
    """Return the model as shipped: each record is expected to have about one other of its person."""
    return Model(tuple(comparisons), begin_names(), log_odds(1 / max(records, 50)))


def is_enough(records: int) -> bool:
    """Whether an archive of `records` is large enough to learn from."""
    return records >= _LEARN_FROM_RECORDS


def learn(model: Model, compared: Compared, names: NameEvidence, records: int) -> Model:
    """Learn m and the prior from the pairs themselves, from the shipped weights on; u stays.

    Expectation–maximisation over all candidate pairs (Winkler 1988), the shipped m counting as 20 pairs. In
    contrast to training inside one block, no level is over- or under-represented by the block's own
    condition.

    Args:
        model: where to begin, with u as learnt.
        compared: the pairs that may be one person.
        names: their names.
        records: how many were compared.

    Returns:
        The learnt model; `model` itself where the pairs promise fewer than 200 matches.
    """
    everyone = records * (records - 1) / 2
    begun = model
    for _ in range(_ROUNDS):
        likely = to_probability(model.start + model.sum_up(compared, names))
        matches = float(likely.sum())
        if matches < _LEARN_FROM_MATCHES:
            return begun
        shares = tuple(
            c if c.fixed else _share_out(c, shipped, compared.levels[c.name], likely)
            for c, shipped in zip(model.comparisons, begun.comparisons, strict=True)
        )
        start = log_odds(matches / everyone)
        settled = abs(start - model.start) < _SETTLED
        model = Model(shares, model.names.learn(names, likely), start)
        if settled:
            break
    return model


def learn_u(
    engine: Engine, comparisons: Sequence[Comparison], lines: int, *, seed: int
) -> tuple[Comparison, ...]:
    """Return the comparisons with u learnt from random pairs; fixed ones come back as they are.

    Args:
        engine: where the lines are loaded.
        comparisons: with the shipped shares, which count as 200 pairs, so that a level nobody happened to
            fall into does not become impossible.
        lines: how many there are.
        seed: of the random pairs.
    """
    free = [c for c in comparisons if not c.fixed]
    if not free:
        return tuple(comparisons)
    draw = np.random.default_rng(seed)
    left, right = draw.integers(0, lines, (2, _SAMPLED_PAIRS))
    apart = left != right
    sampled = engine.compare_given(free, left[apart], right[apart])
    return tuple(c if c.fixed else _mix_u(c, sampled.levels[c.name]) for c in comparisons)


def _mix_u(comparison: Comparison, levels: npt.NDArray[np.int8]) -> Comparison:
    counts = np.bincount(levels, minlength=len(comparison.levels) + 1)[:-1]
    total = counts.sum() + _SHIPPED_PAIRS
    shares = [
        replace(level, u=float(count + level.u * _SHIPPED_PAIRS) / total)
        for level, count in zip(comparison.levels, counts, strict=True)
    ]
    return replace(comparison, levels=tuple(shares))


def log_odds(probability: float) -> float:
    """Return log₂(p / (1 − p))."""
    return log2(probability / (1 - probability))


def to_probability(bits: Bits) -> Bits:
    """Return the probabilities of log-odds in bits."""
    return 1 / (1 + np.exp2(-bits))


def _weights(comparison: Comparison) -> Bits:
    return np.array([*(level.bits for level in comparison.levels), 0.0])


def _share_out(
    comparison: Comparison, shipped: Comparison, levels: npt.NDArray[np.int8], likely: Bits
) -> Comparison:
    counts = np.bincount(levels, weights=likely, minlength=len(comparison.levels) + 1)[:-1]
    total = counts.sum() + _SHIPPED_MATCHES
    shares = [
        replace(level, m=float(count + first.m * _SHIPPED_MATCHES) / total)
        for level, first, count in zip(comparison.levels, shipped.levels, counts, strict=True)
    ]
    return replace(comparison, levels=tuple(shares))
