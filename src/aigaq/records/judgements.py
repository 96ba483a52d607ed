"""Judgements: recorded, reversible decisions that mentions (or episodes) are or are not the same."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    """The three answers a judgement can give."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


class Matter(StrEnum):
    """What is judged: whether mentions are one person, or accounts of detention one episode."""

    PERSON = "person"
    EPISODE = "episode"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Who decided what about two mentions or episodes, when and why.

    Attributes:
        left, right: ids of two mentions (matter `person`) or two episodes (matter `episode`).
        decided_by: the member; None when the machine proposed it, which makes it provisional.
        probability: the machine's, where it gave one.
        withdraws: the judgement this one takes back; such a row decides nothing itself.
    """

    id: UUID
    matter: Matter
    left: UUID
    right: UUID
    outcome: Outcome
    decided_at: datetime
    decided_by: UUID | None = None
    reason: str = ""
    probability: float | None = None
    withdraws: UUID | None = None

    @property
    def by_machine(self) -> bool:
        """Whether no person stands behind it."""
        return self.decided_by is None
