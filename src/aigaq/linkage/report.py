"""What a linkage run looks like as a whole: the numbers of the report page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import sqrt

from aigaq.linkage.wording import EvidenceLine

_CUTS = (0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
_CALIBRATION_CUTS = (0.01, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
_Z = 1.96
_LARGE = 6


@dataclass(frozen=True, slots=True)
class Bin:
    """How many pairs scored from `low` up to (without) `high`; the last bin holds 1 as well."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """What the machine expected of pairs that people judged, and what people said.

    Attributes:
        low, high: probabilities, as in `Bin`.
        judged, same: pairs that people judged, and judged the same.
        expected: mean probability of those pairs.
        share: same / judged.
        least, most: Wilson's 95 % interval of the share (Wilson 1927).
    """

    low: float
    high: float
    judged: int
    same: int
    expected: float
    share: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class SizeCount:
    """How many persons have `size` accounts (or more, in the last row), and of how many people joined all."""

    size: int
    or_more: bool
    persons: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class AccountShown:
    """One account as the page shows it: its id, names with language tags, and a line of what it says."""

    id: str
    names: Sequence[tuple[str, str]]
    told: str


@dataclass(frozen=True, slots=True)
class PairShown:
    """Two accounts, their probability, where they stand, and the evidence."""

    left: AccountShown
    right: AccountShown
    probability: float
    stands: str
    lines: Sequence[EvidenceLine]


@dataclass(frozen=True, slots=True)
class ClusterShown:
    """One person of many accounts.

    Attributes:
        accounts: the first of them.
        size: how many there are.
        confirmed: whether people joined them all.
        weakest: probability of the least probable link of the machine's among them, or None.
    """

    accounts: Sequence[AccountShown]
    size: int
    confirmed: bool
    weakest: float | None


@dataclass(frozen=True, slots=True)
class LinkagePage:
    """Everything the report page shows.

    Attributes:
        made_at: when.
        accounts, persons: how many accounts there are, and how many persons they make now.
        links, questions, contradictions: provisional links, pairs that wait for a person, decisions that
            contradict others.
        scores: distribution of the scored pairs.
        calibration: empty bins left out.
        sizes: persons by number of accounts.
        surprising: links that stand although much speaks against them, the most surprising first.
        overruled: pairs that people judged otherwise than the machine thought, likewise.
        largest: persons of the most accounts.
    """

    made_at: datetime
    accounts: int
    persons: int
    links: int
    questions: int
    contradictions: int
    scores: Sequence[Bin]
    calibration: Sequence[CalibrationBin]
    sizes: Sequence[SizeCount]
    surprising: Sequence[PairShown]
    overruled: Sequence[PairShown]
    largest: Sequence[ClusterShown]

    @property
    def scored(self) -> int:
        """How many pairs were likely enough to be scored."""
        return sum(one.count for one in self.scores)

    @property
    def judged(self) -> int:
        """How many scored pairs people have judged."""
        return sum(one.judged for one in self.calibration)


def count_scores(probabilities: Iterable[float]) -> list[Bin]:
    """Return the distribution of probabilities of 0.01 and more."""
    held = Counter(_find_bin(one, _CUTS) for one in probabilities)
    return [Bin(low, high, held[place]) for place, (low, high) in enumerate(_spans(_CUTS))]


def calibrate(judged: Iterable[tuple[float, bool]]) -> list[CalibrationBin]:
    """Compare probabilities with what people decided.

    Args:
        judged: probability of a pair, and whether people judged it the same.
    """
    found: dict[int, list[tuple[float, bool]]] = {}
    for probability, same in judged:
        found.setdefault(_find_bin(probability, _CALIBRATION_CUTS), []).append((probability, same))
    spans = list(_spans(_CALIBRATION_CUTS))
    return [_sum_up(*spans[place], found[place]) for place in sorted(found)]


def _sum_up(low: float, high: float, pairs: Sequence[tuple[float, bool]]) -> CalibrationBin:
    judged, same = len(pairs), sum(is_same for _, is_same in pairs)
    least, most = measure_interval(same, judged)
    expected = sum(probability for probability, _ in pairs) / judged
    return CalibrationBin(low, high, judged, same, expected, same / judged, least, most)


def measure_interval(right: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share (Wilson 1927); `of` is at least 1."""
    share, spread = right / of, _Z * _Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / of + spread / of / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def count_sizes(persons: Iterable[tuple[int, bool]]) -> list[SizeCount]:
    """Count persons by their number of accounts; six and more stand together.

    Args:
        persons: number of accounts, and whether people joined them all, of each person.
    """
    held: Counter[tuple[int, bool]] = Counter(
        (min(n, _LARGE), is_confirmed) for n, is_confirmed in persons
    )
    return [
        SizeCount(size, size == _LARGE, held[size, True] + held[size, False], held[size, True])
        for size in range(1, _LARGE + 1)
        if held[size, True] + held[size, False]
    ]


def _spans(cuts: Sequence[float]) -> Iterable[tuple[float, float]]:
    return pairwise(cuts)


def _find_bin(probability: float, cuts: Sequence[float]) -> int:
    return max(0, min(sum(probability >= cut for cut in cuts) - 1, len(cuts) - 2))
