"""Similarity of names across scripts: scores, ranking and explanation.

The evidence for a pair is a log likelihood ratio: how much likelier the two spellings are if they
are one name than if they are two, under a joint source-channel model learned by EM (Li, Zhang and
Su, ACL 2004, units backing off from Hanzi to syllable to letter group). A calibrated curve makes a
probability of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aigaq.names.encode import Encoded, Inventory, encode, encode_apart
from aigaq.names.gazetteer import other_names
from aigaq.names.params import UNIT, Parameters, load
from aigaq.names.store import Packer, Store

SAME: Final = 0.95
"""From here on two spellings count as the same name: 0.14 % of random wrong pairs of the dev sets."""
POSSIBLE: Final = 0.5
"""From here on a person should look: 1.5 % of random wrong pairs of the dev sets."""

_STEEP: Final = 12.0
_FAR: Final = 1000.0
_MIDDLE: Final = 2.0
_MOST: Final = 0.9985

Name = str | tuple[str, str]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate of a ranking: its place in the list given, and its score."""

    position: int
    score: float


@cache
def kernel() -> Any:
    """The compiled module, imported when first needed."""
    # numba takes a second to import and only scoring needs it, so it waits for the first score.
    from aigaq.names import kernel as compiled  # noqa: PLC0415

    return compiled


class Scorer:
    """Names packed for scoring against each other.

    Takes names (text, or text and BCP 47 tag); every pair of them can then be scored by position.
    Raises `NameTooLong` for a name of more than 256 characters.
    """

    def __init__(self, names: Iterable[Name], parameters: Parameters | None = None) -> None:
        self.parameters = parameters or load()
        inventory = self.parameters.inventory
        packer = Packer(inventory, self.parameters.caps)
        for name in names:
            text, lang = name if isinstance(name, tuple) else (name, "")
            packer.add(encode(text, lang, inventory), _other_readings(text, inventory))
        self.use(packer.pack(kernel().build_lattice))

    def use(self, store: Store) -> None:
        """Score over this store from now on."""
        self.store = store
        *self._packed, self._weights = kernel().pack(store, self.parameters.weights)
        self._space = kernel().workspace(store)

    def evidence(self, left: Ints, right: Ints) -> tuple[Ints, Ints]:
        """Evidence (log odds, 1/64 nat) and kind of each pair of positions."""
        out, kinds = np.empty(len(left), np.int32), np.empty(len(left), np.int32)
        kernel().score_rows(
            *self._packed, left, right, self._weights, self.parameters.fit, *self._space, out, kinds
        )
        return out, kinds

    def scores(self, left: Ints, right: Ints) -> Floats:
        """Calibrated scores in [0, 1] of each pair of positions."""
        return calibrate(*self.evidence(left, right), self.parameters)


def _other_readings(text: str, inventory: Inventory) -> Iterator[Encoded]:
    """The other names of a place, and its Chinese name cut at the words for what it is."""
    for other, tag in other_names(text):
        yield encode(other, tag, inventory)
    if apart := encode_apart(text, inventory):
        yield apart


def steepen(odds: Floats, steeper: float) -> Floats:
    """Log odds, in nats, moved away from even: logistic weights, fitted to the far ends, doubt too much."""
    moved: Floats = odds + steeper * np.clip(odds, -_MIDDLE, _MIDDLE)
    return moved


def calibrate(evidence: Ints, kinds: Ints, parameters: Parameters) -> Floats:
    """Probability that two spellings are one name, given even odds before.

    That of the log odds, lifted by how often one person or place has two names that have nothing in
    common; at the ends, where that would not tell names apart any more, it goes on in straight lines.
    """
    x = steepen(evidence / UNIT, parameters.steeper)
    odds = 1 / (1 + np.exp(-np.clip(x, -_STEEP, _STEEP)))
    least = parameters.least[kinds]
    beyond = np.clip(np.abs(x) - _STEEP, 0, _FAR) / _FAR
    curve = least + (_MOST - least) * odds
    out = np.where(x > 0, curve + (1 - curve) * beyond, curve * (1 - beyond))
    out[evidence < -_FAR * UNIT] = 0
    return out


def score(a: str, b: str, lang_a: str = "", lang_b: str = "") -> float:
    """How likely two spellings are one name, in [0, 1]; the same for (b, a).

    Language tags are BCP 47 and may be empty. Raises `NameTooLong` above 256 characters.
    """
    return float(score_pairs([(a, b, lang_a, lang_b)])[0])


def score_pairs(pairs: Iterable[Sequence[str]]) -> Floats:
    """Scores of many pairs (a, b) or (a, b, lang_a, lang_b), as an array.

    Raises `NameTooLong` for a name of more than 256 characters.
    """
    seen: dict[tuple[str, str], int] = {}
    ids = [_number(pair, seen) for pair in pairs]
    if not ids:
        return np.empty(0)
    left, right = np.array(ids, np.int32).T
    return Scorer(seen).scores(np.ascontiguousarray(left), np.ascontiguousarray(right))


def _number(pair: Sequence[str], seen: dict[tuple[str, str], int]) -> tuple[int, int]:
    a, b, lang_a, lang_b = (*pair, "", "")[:4]
    return seen.setdefault((a, lang_a), len(seen)), seen.setdefault((b, lang_b), len(seen))


def rank(
    queries: Sequence[Name], candidates: Sequence[Name], top: int = 10
) -> Iterator[tuple[Ranked, ...]]:
    """For each query the best `top` candidates, best first, ties by place in the list.

    Names are text, or (text, BCP 47 tag). Raises `NameTooLong` above 256 characters.
    """
    scorer = Scorer([*queries, *candidates])
    right = np.arange(len(queries), len(queries) + len(candidates), dtype=np.int32)
    for query in range(len(queries)):
        scores = scorer.scores(np.full(len(right), query, np.int32), right)
        best = np.argsort(-scores, kind="stable")[:top]
        yield tuple(Ranked(int(i), float(scores[i])) for i in best)
