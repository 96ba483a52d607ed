"""Decisions of members that can't all hold: shown, for members to resolve."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from aigaq.records.identity import in_force
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.actors import Actor
from aigaq.services.judging import all_judgements
from aigaq.services.people import identities
from aigaq.services.roster import read_names


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A *same* that is not honoured, and the *different* judgements that stand in its way.

    Attributes:
        same: the judgement passed over for now.
        against: those that forbid it, the oldest first.
        members: member → name or pseudonym, of all who decided.
    """

    same: Judgement
    against: tuple[Judgement, ...]
    members: Mapping[UUID, str]

    def who(self, judgement: Judgement) -> str:
        """Return the name of the member who made one of its judgements."""
        return self.members.get(judgement.decided_by, "?") if judgement.decided_by else "?"


def find_contradictions(actor: Actor) -> list[Contradiction]:
    """Return the decisions about persons that contradict each other; a wall holds until it is taken back.

    Raises:
        NotAllowed: the actor may not read.
    """
    actor.require("read")
    identity = identities()
    if not identity.contradictions:
        return []
    heads = identity.confirmed
    rows = in_force(all_judgements(Matter.PERSON))
    walls = [row for row in rows if not row.by_machine and row.outcome is Outcome.DIFFERENT]
    names = read_names(actor)

    def ends(row: Judgement) -> frozenset[UUID]:
        return frozenset((heads[row.left], heads[row.right]))

    return [
        Contradiction(same, tuple(wall for wall in walls if ends(wall) == ends(same)), names)
        for same in identity.contradictions
    ]
