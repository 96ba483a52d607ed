"""From compared pairs to weights: Fellegi–Sunter by expectation–maximisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2

import numpy as np
import numpy.typing as npt

from aigaq.linkage.comparisons import WORDS, Comparison
from aigaq.linkage.engine import Compared, Engine
from aigaq.linkage.family import weigh_family
from aigaq.linkage.judged import Correction, fit_correction
from aigaq.linkage.name_model import NameEvidence, NameModel, begin_names

# Below, one strange pair would teach that such strangeness is common, and so be believed.
_LEARN_FROM_RECORDS = 100
# What the shipped figures count for beside an archive's own: so many pairs of one person, so many of two.
_SHIPPED_MATCHES = 300
_SHIPPED_PAIRS = 200
# The shipped prior counts as if this many matches had been met at its rate.
_PRIOR_MATCHES = 50
_SAMPLED_PAIRS = 500_000
_LEARN_FROM_PAIRS = 150_000
_ROUNDS = 25
_SETTLED = 1e-4

FAMILY = "family"
NAMES = "names"

type Bits = npt.NDArray[np.float64]

_UNCHANGED = Correction()


@dataclass(frozen=True, slots=True)
class Model:
    """What turns compared pairs into probabilities.

    Attributes:
        comparisons: with the weights in force; those of single words only for the screen.
        names: how names are weighed.
        start: log-odds, in bits, that any two records are one person.
        learnt: from how many pairs of one person the weights were learnt; None where they are as shipped.
        judged: how many decisions of people had a part in that.
        correction: of the log-odds, from those decisions.
    """

    comparisons: tuple[Comparison, ...]
    names: NameModel
    start: float
    learnt: float | None = None
    judged: int = 0
    correction: Correction = _UNCHANGED

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
        """Return the bits of every pair, all together, without the start and the correction."""
        total = np.zeros(len(compared.left))
        for bits in self.weigh(compared, names).values():
            total += bits
        return total

    def say(self, evidence: Bits) -> Bits:
        """Return the probability of pairs of such evidence, corrected by what people decided."""
        return to_probability(self.correction.apply(self.start + evidence))


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


@dataclass(frozen=True, slots=True)
class Sample:
    """How pairs of rows compare that were drawn blindly, or all pairs where there are few.

    Attributes:
        share: of all pairs of rows, as a factor: pairs drawn / pairs there are.
        counts: comparison → how many of them fell into each level; silent pairs are not counted.
    """

    share: float
    counts: Mapping[str, Bits]


def draw_sample(
    engine: Engine,
    comparisons: Sequence[Comparison],
    rows: npt.NDArray[np.int64],
    *,
    seed: int,
) -> Sample:
    """Compare 500,000 random pairs of lines, or all pairs where there are no more.

    Args:
        engine: where the lines are loaded.
        comparisons: what to compare; those that are fixed are left out.
        rows: the row of each line; two lines of one row are no pair.
        seed: of the random pairs.
    """
    free = [c for c in comparisons if not c.fixed]
    left, right = _draw_pairs(len(rows), seed)
    apart = rows[left] != rows[right]
    if not free or not apart.any():
        return Sample(0.0, {})
    sampled = engine.compare_given(free, left[apart], right[apart])
    size = int(np.count_nonzero(np.bincount(rows)))
    counts = {
        c.name: np.bincount(sampled.levels[c.name], minlength=len(c.levels) + 1)[:-1].astype(float)
        for c in free
    }
    return Sample(len(sampled.left) / (size * (size - 1) / 2), counts)


def _draw_pairs(lines: int, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    if lines * (lines - 1) // 2 <= _SAMPLED_PAIRS:
        left, right = np.triu_indices(lines, 1)
        return left.astype(np.int64), right.astype(np.int64)
    left, right = np.random.default_rng(seed).integers(0, lines, (2, _SAMPLED_PAIRS))
    return left, right


def begin_with(comparisons: Sequence[Comparison], records: int, sample: Sample) -> Model:
    """Return the model to begin learning from: m as shipped, u as the sample shows it."""
    model = begin(comparisons, records)
    matches = to_share(model.start) * records * (records - 1) / 2
    expected = {c.name: np.array([level.m for level in c.levels]) * matches for c in comparisons}
    shares = [_learn_u(c, c, sample, expected[c.name]) for c in comparisons]
    return replace(model, comparisons=tuple(shares))


def learn(
    model: Model,
    shipped: Sequence[Comparison],
    compared: Compared,
    names: NameEvidence,
    records: int,
    sample: Sample,
    labels: npt.NDArray[np.int8] | None = None,
) -> Model:
    """Learn m, u and the prior from the pairs themselves, from the shipped weights on.

    Expectation–maximisation over all candidate pairs (Winkler 1988). What is shipped stays in as if it had
    been seen on a few hundred pairs, so that a small archive keeps nearly the shipped weights and one of
    thousands has its own. In contrast to training inside one block, no level is over- or under-represented by
    the block's own condition. u is what the sample shows less the matches that are expected in it:
    in a small archive one pair in fifty is a match, and of the rare likenesses most.

    Args:
        model: where to begin.
        shipped: the comparisons as shipped.
        compared: the pairs that may be one person, each pair of records once.
        names: their names.
        records: how many were compared.
        sample: how pairs compare in general.
        labels: what people decided of each pair, see `judged.Judged.label`; these pairs are known.
    """
    everyone = records * (records - 1) / 2
    rate = to_share(begin(shipped, records).start)
    each = 1.0
    if labels is None and (step := len(compared.left) // _LEARN_FROM_PAIRS) > 1:
        # What more pairs would teach is less than what a round over all of a million rows' costs.
        some = np.arange(0, len(compared.left), step)
        each = len(compared.left) / len(some)
        compared, names = compared.pick(some), names.pick(some)
    for _ in range(_ROUNDS):
        likely = _fill_in(to_probability(model.start + model.sum_up(compared, names)), labels)
        likely *= each
        matches = float(likely.sum())
        shares = tuple(
            c if c.fixed else _share_out(c, own, compared.levels[c.name], likely, sample)
            for c, own in zip(model.comparisons, shipped, strict=True)
        )
        start = log_odds((matches + _PRIOR_MATCHES) / (everyone + _PRIOR_MATCHES / rate))
        settled = abs(start - model.start) < _SETTLED
        model = Model(shares, model.names.learn(names, likely), start, matches)
        if settled:
            break
    return model if labels is None else _correct(model, compared, names, labels)


def _fill_in(likely: Bits, labels: npt.NDArray[np.int8] | None) -> Bits:
    return likely if labels is None else np.where(labels >= 0, labels, likely)


def _correct(
    model: Model, compared: Compared, names: NameEvidence, labels: npt.NDArray[np.int8]
) -> Model:
    known = labels >= 0
    bits = model.start + model.sum_up(compared, names)[known]
    correction = fit_correction(bits, labels[known] == 1)
    return replace(model, judged=int(known.sum()), correction=correction)


def _learn_u(
    comparison: Comparison, shipped: Comparison, sample: Sample, matches: Bits
) -> Comparison:
    """Take the matches expected of each level out of the sample, and mix the shipped shares in."""
    if comparison.name not in sample.counts:
        return comparison
    own = np.maximum(sample.counts[comparison.name] - matches * sample.share, 0.0)
    total = float(own.sum()) + _SHIPPED_PAIRS
    shares = [
        replace(level, u=float(count + first.u * _SHIPPED_PAIRS) / total)
        for level, first, count in zip(comparison.levels, shipped.levels, own, strict=True)
    ]
    return replace(comparison, levels=tuple(shares))


def to_share(bits: float) -> float:
    """Return the probability of log-odds in bits."""
    return float(1 / (1 + np.exp2(-bits)))


def log_odds(probability: float) -> float:
    """Return log₂(p / (1 − p))."""
    return log2(probability / (1 - probability))


def to_probability(bits: Bits) -> Bits:
    """Return the probabilities of log-odds in bits."""
    return 1 / (1 + np.exp2(-bits))


def _weights(comparison: Comparison) -> Bits:
    return np.array([*(level.bits for level in comparison.levels), 0.0])


def _share_out(
    comparison: Comparison,
    shipped: Comparison,
    levels: npt.NDArray[np.int8],
    likely: Bits,
    sample: Sample,
) -> Comparison:
    counts = np.bincount(levels, weights=likely, minlength=len(comparison.levels) + 1)[:-1]
    total = float(counts.sum()) + _SHIPPED_MATCHES
    shares = [
        level if level.kept else replace(level, m=float(count + first.m * _SHIPPED_MATCHES) / total)
        for level, first, count in zip(comparison.levels, shipped.levels, counts, strict=True)
    ]
    return _learn_u(replace(comparison, levels=tuple(shares)), shipped, sample, counts)
