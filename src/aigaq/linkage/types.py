"""What linkage takes and gives. Knows no store: arrays of plain records in, scored pairs out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """One mention as linkage sees it. Absence of a value is never evidence against.

    Attributes:
        mention: its id.
        source: id of its source; `within_source` says whether one source may name a person twice.
        names: (text, language tag or "") pairs, every form given.
        birth, death, taken: (earliest, latest) days, either may be None, or None when not stated.
        age: age in years when taken, or None.
        sex: code or "".
        places: role (`birth`, `residence`, `taken`, `held`, `death`) → words as said.
        kin: role (`father`, `mother`, `spouse`, `sibling`) → name; several with commas between them.
        nationality, occupation: words or "".
        event: forms of detention, as codes with blanks between them, or "".
        id_number: as written, or "".
    """

    mention: UUID
    source: UUID
    names: tuple[tuple[str, str], ...]
    birth: tuple[date | None, date | None] | None = None
    death: tuple[date | None, date | None] | None = None
    taken: tuple[date | None, date | None] | None = None
    age: tuple[float, date] | None = None
    sex: str = ""
    places: Mapping[str, str] | None = None
    kin: Mapping[str, str] | None = None
    nationality: str = ""
    occupation: str = ""
    event: str = ""
    id_number: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of a pair's waterfall: what was compared, how it came out, and its weight in bits."""

    comparison: str
    level: str
    left: str
    right: str
    bits: float


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """Two mentions, the probability that they are one person, and why."""

    left: UUID
    right: UUID
    probability: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """What the weights of a run rest on.

    Attributes:
        learnt: pairs of one person they were learnt from, about; None where they are as shipped.
        judged: decisions of people that had a part in it; 0 where they were too few.
    """

    learnt: int | None = None
    judged: int = 0

    def tell(self) -> str:
        """Return it as a sentence."""
        if self.learnt is None:
            return "The weights are those shipped: there is too little here to learn from."
        told = f"The weights were learnt here, from about {self.learnt} pairs of one person"
        if self.judged:
            return f"{told}, and corrected by {self.judged} decisions of people."
        return f"{told}; the shipped ones count along."


@dataclass(frozen=True, slots=True)
class EpisodeAccount:
    """One mention's account of one deprivation of liberty.

    Attributes:
        episode: its id.
        mention: the mention that tells of it.
        taken: (earliest, latest) day it began, either may be None, or None when not stated.
    """

    episode: UUID
    mention: UUID
    taken: tuple[date | None, date | None] | None = None
