"""“Is this person already here?”, answered while somebody types."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import log2

from aigaq.names import Index

type Span = tuple[date | None, date | None]

# Forms looked at for one question; a person may stand here under several.
_LOOKED_AT = 60
_LEAST_NAME = 0.05
_CERTAIN = 0.999
_YEAR = 366
# What the years of birth say beside the name, in bits (the weights of `comparisons`, roughly).
_FIT, _NEAR, _APART, _FAR = 4.0, 0.0, -3.0, -8.0


@dataclass(frozen=True, slots=True)
class Known[Key: Hashable]:
    """One form of the name of somebody who is here.

    Attributes:
        key: whose it is.
        name, lang: the form and its language tag or "".
        birth: earliest and latest day of birth, or None.
    """

    key: Key
    name: str
    lang: str = ""
    birth: Span | None = None


@dataclass(frozen=True, slots=True)
class Suggestion[Key: Hashable]:
    """Somebody who may be meant: whose name, as it stands here, and how well it fits.

    Attributes:
        key: who.
        name: the form that fits best.
        likeness: how likely the two spellings are one name, in [0, 1].
        bits: that and the years of birth together, as log-odds; suggestions are ordered by it.
    """

    key: Key
    name: str
    likeness: float
    bits: float


class Suggester[Key: Hashable]:
    """Everybody's names in memory, ready to be asked. Make one with `Suggester.build`."""

    def __init__(self, index: Index, known: Sequence[Known[Key]]) -> None:
        self._index, self._known = index, known

    @classmethod
    def build(cls, known: Iterable[Known[Key]]) -> "Suggester[Key]":
        """Index every form of every name."""
        forms = [one for one in known if one.name.strip()]
        return cls(Index.build([(one.name, one.lang) for one in forms]), forms)

    def ask(
        self, name: str, *, lang: str = "", birth: Span | None = None, most: int = 5
    ) -> list[Suggestion[Key]]:
        """Return who may be meant, the likeliest first, each once.

        Args:
            name: as typed so far, in any script.
            lang: its BCP 47 tag, or "".
            birth: earliest and latest day of birth, where told; it orders, and never hides.
            most: how many at most.

        Raises:
            NameTooLong: the name has more than 256 characters.
        """
        if not self._known or not name.strip():
            return []
        best: dict[Key, Suggestion[Key]] = {}
        for found in self._index.search(name, _LOOKED_AT, lang):
            known = self._known[found.position]
            likeness = float(found.score)
            if likeness < _LEAST_NAME:
                continue
            bits = _to_bits(likeness) + weigh_births(birth, known.birth)
            if known.key not in best or best[known.key].bits < bits:
                best[known.key] = Suggestion(known.key, known.name, likeness, bits)
        return sorted(best.values(), key=lambda one: -one.bits)[:most]


def _to_bits(likeness: float) -> float:
    held = min(likeness, _CERTAIN)
    return log2(held / (1 - held))


def weigh_births(one: Span | None, other: Span | None) -> float:
    """Return what two spans of birth say, in bits; 0 where a side says nothing or they are near."""
    if one is None or other is None:
        return 0.0
    gap = max(_count_days(one[1], other[0]), _count_days(other[1], one[0]))
    if gap <= 0:
        return _FIT
    if gap <= 3 * _YEAR:
        return _NEAR
    return _APART if gap <= 15 * _YEAR else _FAR


def _count_days(earlier: date | None, later: date | None) -> int:
    """Return the days from one to the other; 0 where a span is open and nothing can be said."""
    return (later - earlier).days if earlier and later else 0
