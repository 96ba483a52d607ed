"""What people's decisions teach: labels for learning, and a correction of the machine's probabilities.

People decide doubtful pairs first, so the decided pairs are no sample of all. They were picked for how they
compare, not for what they are, so that as labels they mislead nothing (Little and Rubin 2002: missing at
random), and a curve from score to share (Platt 1999) may be laid through them; but it says little about the
scores nobody decided at, so it is held near the line that changes nothing.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Bits = npt.NDArray[np.float64]
type Places = npt.NDArray[np.int64]

#: Decisions of each kind, same and different, from which on they teach.
LEAST_JUDGED = 50
_UNKNOWN = -1
# Standard deviations, in bits and as a factor, that are expected of an archive's own line.
_OFFSET_SPREAD, _SLOPE_SPREAD = 1.5, 0.2
_ROUNDS, _SETTLED = 50, 1e-9
# A decision against so much evidence is a slip or a secret, and no reason to bend the whole line.
_MOST_BITS = 10.0


@dataclass(frozen=True, slots=True)
class Judged:
    """Pairs of rows that people decided one by one; the undecided ones left out.

    Attributes:
        left, right: rows, in any order; each pair once.
        same: whether they were judged one person.
    """

    left: Places
    right: Places
    same: npt.NDArray[np.bool_]

    @property
    def is_enough(self) -> bool:
        """Whether there are 50 decisions of each kind."""
        same = int(self.same.sum())
        return min(same, len(self.same) - same) >= LEAST_JUDGED

    def label(self, low: Places, high: Places) -> npt.NDArray[np.int8]:
        """Return for each pair of rows, the lower first, 1 for same, 0 for different, −1 for not decided."""
        mine = np.minimum(self.left, self.right) << 32 | np.maximum(self.left, self.right)
        order = np.argsort(mine)
        asked = low << 32 | high
        at = np.searchsorted(mine[order], asked).clip(max=max(0, len(mine) - 1))
        if not len(mine):
            return np.full(len(low), _UNKNOWN, np.int8)
        found = order[at]
        return np.where(mine[found] == asked, self.same[found], _UNKNOWN).astype(np.int8)


@dataclass(frozen=True, slots=True)
class Correction:
    """A line from the machine's log-odds to those that people's decisions bear out, in bits."""

    offset: float = 0.0
    slope: float = 1.0

    def apply(self, bits: Bits) -> Bits:
        """Return corrected log-odds."""
        return self.offset + self.slope * bits


def fit_correction(bits: Bits, same: npt.NDArray[np.bool_]) -> Correction:
    """Fit the line by penalised logistic regression (Platt 1999), by Newton's method.

    Args:
        bits: log-odds of pairs that people decided.
        same: how they decided.

    Returns:
        A line near the one that changes nothing: the fewer decisions, the nearer.
    """
    design = np.column_stack(
        [np.ones(len(bits)), np.clip(bits, -_MOST_BITS, _MOST_BITS) * np.log(2)]
    )
    middle = np.array([0.0, 1.0])
    stiff = np.array([1 / (_OFFSET_SPREAD * np.log(2)) ** 2, 1 / _SLOPE_SPREAD**2])

    def lose(line: Bits) -> float:
        sure = np.where(same, -1, 1) * (design @ line)
        return float(np.logaddexp(0, sure).sum() + (stiff * (line - middle) ** 2).sum() / 2)

    line = middle
    for _ in range(_ROUNDS):
        expected = 1 / (1 + np.exp(-design @ line))
        rise = design.T @ (same - expected) - stiff * (line - middle)
        bend = (design * (expected * (1 - expected))[:, None]).T @ design + np.diag(stiff)
        step = np.linalg.solve(bend, rise)
        while lose(line + step) > lose(line) and np.abs(step).max() > _SETTLED:
            step = step / 2
        line = line + step
        if np.abs(step).max() <= _SETTLED:
            break
    return Correction(float(line[0] / np.log(2)), max(0.0, float(line[1])))
