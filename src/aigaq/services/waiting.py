"""What waits for a person: which pairs of the machine's no decision has settled."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from aigaq.records.identity import Identity, in_force
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.judging import all_judgements
from aigaq.services.people import identities

#: How the reasons of judgements begin that were accepted as a batch, not looked at one by one.
BATCH_REASON = "accepted as a batch"


class Decided:
    """Which accounts people have joined or parted, kept up while a queue is worked through."""

    def __init__(self, confirmed: Mapping[UUID, UUID], apart: Iterable[tuple[UUID, UUID]]) -> None:
        self._joined = dict(confirmed)
        self._apart = {frozenset(pair) for pair in apart}

    def head(self, mention: UUID) -> UUID:
        """Return the account that stands for a mention's person."""
        while (further := self._joined[mention]) != mention:
            mention = further
        return mention

    def is_settled(self, left: UUID, right: UUID) -> bool:
        """Return whether people have answered for these two, directly or by way of others."""
        heads = frozenset((self.head(left), self.head(right)))
        return len(heads) == 1 or heads in self._apart

    def add(self, left: UUID, right: UUID, outcome: Outcome) -> None:
        """Take note of an answer."""
        kept, gone = self.head(left), self.head(right)
        if outcome is not Outcome.SAME:
            self._apart.add(frozenset((kept, gone)))
            return
        self._joined[gone] = kept
        self._apart |= {pair - {gone} | {kept} for pair in self._apart if gone in pair}


def read_decisions() -> tuple[Mapping[UUID, UUID], list[tuple[UUID, UUID]]]:
    """Return what people decided: mention → its group's oldest, and the pairs of groups' oldest kept apart.

    Apart is what somebody judged different, and what somebody looked at and could not tell.
    """
    rows = in_force(all_judgements(Matter.PERSON))
    confirmed = identities().confirmed
    kept = [row for row in rows if not row.by_machine and row.outcome is not Outcome.SAME]
    heads = [(confirmed[row.left], confirmed[row.right]) for row in kept]
    return confirmed, [(left, right) for left, right in heads if left != right]


def read_decided() -> Decided:
    """Return which accounts people have joined or parted by now."""
    return Decided(*read_decisions())


def pick_waiting(identity: Identity, decided: Decided) -> list[Judgement]:
    """Return the machine's links and questions that no answer has settled.

    Of several pairs between the same two persons, as they stand now, the most probable one.
    """
    rows = [row for row in in_force(all_judgements(Matter.PERSON)) if row.by_machine]
    best: dict[frozenset[UUID], Judgement] = {}
    for row in sorted(rows, key=lambda one: (-(one.probability or 0.0), one.id)):
        if decided.is_settled(row.left, row.right):
            continue
        now = pair_of(identity.working[row.left], identity.working[row.right])
        inside = pair_of(decided.head(row.left), decided.head(row.right))
        best.setdefault(now if len(now) == 2 else inside, row)
    return list(best.values())


def pair_of(left: UUID, right: UUID) -> frozenset[UUID]:
    """Return two ids as a pair without order."""
    return frozenset((left, right))


def read_judged() -> Mapping[frozenset[UUID], bool]:
    """Return the pairs that people decided one by one: whether they are one person.

    The undecided are left out, and batches: in them somebody believed the machine.
    """
    rows = in_force(all_judgements(Matter.PERSON))
    return {
        pair_of(row.left, row.right): row.outcome is Outcome.SAME
        for row in rows
        if not row.by_machine
        and row.outcome is not Outcome.UNDECIDED
        and not row.reason.startswith(BATCH_REASON)
    }
