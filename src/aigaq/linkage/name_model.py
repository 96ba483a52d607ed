"""What two names together say: which words were found, how telling they are, and which were not.

A word found weighs log₂(share of such finds among pairs that are one person / share of names with that word);
words not found weigh log₂ of how often so many are missing where both names are one person's. Both kinds of
share are learnt with everything else.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from aigaq.linkage.comparisons import WORDS
from aigaq.linkage.engine import Compared
from aigaq.linkage.names import Forms, Worth

type Bits = npt.NDArray[np.float64]
type Shares = tuple[float, ...]

_EXACT, _SAME, _NEAR, _MISSING, _SILENT = range(5)
# Finds: in one script spelt alike, another spelling, nearly; in two scripts another spelling, nearly.
_FINDS = 5
FIND_WORDS = (
    "spelt alike",
    "in another spelling",
    "perhaps the same",
    "the same in another script",
    "perhaps the same in another script",
)
_FIND_M: Shares = (0.88, 0.09, 0.03, 0.85, 0.15)
# By length of the shorter name (1, 2, 3 and more words) and of the rest of the longer (0, 1, 2 and more).
_LONGEST, _MOST_MORE, _MOST_MISSING = 3, 2, 3
_MISSING_M: tuple[Shares, ...] = (
    (0.98, 0.02, 0.0, 0.0),
    (0.98, 0.02, 0.0, 0.0),
    (0.98, 0.02, 0.0, 0.0),
    # Of two words each, one given name for another says more than a surname left out does.
    (0.939, 0.06, 0.001, 0.0),
    (0.859, 0.14, 0.001, 0.0),
    (0.859, 0.14, 0.001, 0.0),
    (0.80, 0.16, 0.035, 0.005),
    (0.75, 0.20, 0.045, 0.005),
    (0.72, 0.22, 0.055, 0.005),
)
_SHIPPED_PAIRS = 300.0
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """The names of pairs, counted once, so that the weights can change.

    Attributes:
        finds: pair × kind of find, how many words.
        shape: pair → number of its lengths, see `_shape`.
        missing: pair → how many words of the shorter name were not found.
        worth: pair → bits of the words found, before how they were found is weighed.
        told: pair → whether both sides give a name.
    """

    finds: npt.NDArray[np.int8]
    shape: npt.NDArray[np.int8]
    missing: npt.NDArray[np.int8]
    worth: Bits
    told: npt.NDArray[np.bool_]

    def pick(self, kept: npt.NDArray[np.int64]) -> "NameEvidence":
        """Return the names of some of the pairs."""
        return NameEvidence(
            self.finds[kept],
            self.shape[kept],
            self.missing[kept],
            self.worth[kept],
            self.told[kept],
        )

    @property
    def fits(self) -> npt.NDArray[np.bool_]:
        """Whether every word of the shorter name was found."""
        found: npt.NDArray[np.bool_] = self.missing == 0
        return found


@dataclass(frozen=True, slots=True)
class NameModel:
    """How names of one person differ.

    Attributes:
        finds: shares of the kinds of find, those in one script and those in two adding up to 1 each.
        missing: shape → shares of 0, 1, 2, 3 and more words missing.
    """

    finds: Shares
    missing: tuple[Shares, ...]

    def weigh(self, names: NameEvidence) -> Bits:
        """Return the bits of each pair of names; 0 where a side gives none."""
        found = names.finds @ np.log2(np.maximum(self.finds, _LEAST))
        lacking = np.log2(np.maximum(self.missing, _LEAST))[names.shape, names.missing]
        return np.where(names.told, names.worth + found + lacking, 0.0)

    def learn(self, names: NameEvidence, likely: Bits) -> "NameModel":
        """Return the model as pairs of these probabilities show it, the shipped one counting as 300 pairs."""
        counted = likely @ names.finds
        finds = [
            *_share(counted[:3], _FIND_M[:3]),
            *_share(counted[3:], _FIND_M[3:]),
        ]
        cells = np.bincount(
            names.shape.astype(np.int64) * (_MOST_MISSING + 1) + names.missing,
            weights=np.where(names.told, likely, 0.0),
            minlength=_LONGEST * (_MOST_MORE + 1) * (_MOST_MISSING + 1),
        ).reshape(-1, _MOST_MISSING + 1)
        shipped = begin_names().missing
        missing = tuple(
            _keep_strangers(shape, _share(row, own), own)
            for shape, (row, own) in enumerate(zip(cells, shipped, strict=True))
        )
        return replace(self, finds=tuple(finds), missing=missing)


def begin_names() -> NameModel:
    """Return the model as shipped."""
    return NameModel(_FIND_M, _MISSING_M)


def count_names(compared: Compared, forms: Forms, worth: Worth) -> NameEvidence:
    """Count what the names of each pair share; the left name is the shorter."""
    left, right = compared.left, compared.right
    one_script = forms.script[left] == forms.script[right]
    finds = np.zeros((len(left), _FINDS), np.int8)
    missing = np.zeros(len(left), np.int8)
    total = np.zeros(len(left))
    for slot, name in enumerate(WORDS):
        level = compared.levels[name]
        spelling = forms.spelling[left, slot]
        for found, values in ((_EXACT, worth.exact), (_SAME, worth.same), (_NEAR, worth.near)):
            here = level == found
            total[here] += values[spelling[here]]
        # Spelt alike in two scripts: another form of the row is in the script of this one.
        finds[:, 0] += level == _EXACT
        finds[:, 1] += (level == _SAME) & one_script
        finds[:, 2] += (level == _NEAR) & one_script
        finds[:, 3] += (level == _SAME) & ~one_script
        finds[:, 4] += (level == _NEAR) & ~one_script
        missing += level == _MISSING
    return NameEvidence(
        finds=finds,
        shape=_shape(forms.count[left], forms.count[right]),
        missing=np.minimum(missing, _MOST_MISSING).astype(np.int8),
        worth=total,
        told=(forms.count[left] > 0) & (forms.count[right] > 0),
    )


def _shape(shorter: npt.NDArray[np.int32], longer: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
    length = np.clip(shorter, 1, _LONGEST) - 1
    more = np.clip(longer - shorter, 0, _MOST_MORE)
    found: npt.NDArray[np.int8] = (length * (_MOST_MORE + 1) + more).astype(np.int8)
    return found


def _keep_strangers(shape: int, learnt: Shares, shipped: Shares) -> Shares:
    """Keep the shipped share of names that have no word in common: it is too small to be learnt from a few
    pairs, of which one strange one would teach that such names are one person's."""
    length = shape // (_MOST_MORE + 1) + 1
    return (*learnt[:length], *shipped[length:]) if length > 1 else learnt


def _share(counts: Bits, shipped: Shares) -> Shares:
    total = float(counts.sum()) + _SHIPPED_PAIRS
    return tuple(
        (float(count) + own * _SHIPPED_PAIRS) / total
        for count, own in zip(counts, shipped, strict=True)
    )
