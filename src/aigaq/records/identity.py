"""From judgements to persons: which mentions stand together, and where judgements contradict each other.

A pure function of the judgements in force, so that undoing one restores exactly what was before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from aigaq.records.judgements import Judgement, Outcome


@dataclass(frozen=True, slots=True)
class Identity:
    """Which members stand together.

    Attributes:
        confirmed: member → its group's oldest member, by people's judgements alone.
        working: member → its group's oldest member, machine links included (provisional).
        contradictions: judgements of people that could not be applied because others forbid them.
    """

    confirmed: Mapping[UUID, UUID]
    working: Mapping[UUID, UUID]
    contradictions: tuple[Judgement, ...]

    def groups(self, *, provisional: bool) -> dict[UUID, list[UUID]]:
        """Return oldest member → members, oldest first; with machine links when `provisional`."""
        grouped: dict[UUID, list[UUID]] = defaultdict(list)
        for member, head in (self.working if provisional else self.confirmed).items():
            grouped[head].append(member)
        return dict(grouped)


def in_force(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return the judgements nobody has withdrawn, oldest first. A withdrawal can itself be withdrawn.

    What was withdrawn follows from which row names which, not from their times: two may carry one time,
    and clocks go back.
    """
    rows = sorted(judgements, key=lambda row: (row.decided_at, row.id))
    against: dict[UUID, set[UUID]] = defaultdict(set)  # row → withdrawals of it not yet settled
    names = {row.id: row.withdraws for row in rows if row.withdraws is not None}
    for withdrawal, target in names.items():
        against[target].add(withdrawal)
    withdrawn: set[UUID] = set()
    settled = [id for id in names if not against[id]]
    while settled:
        withdrawal = settled.pop()
        target = names[withdrawal]
        if withdrawal not in withdrawn:
            withdrawn.add(target)
        against[target].discard(withdrawal)
        if target in names and not against[target]:
            settled.append(target)
    return [row for row in rows if row.withdraws is None and row.id not in withdrawn]


def resolve(members: Sequence[UUID], judgements: Iterable[Judgement]) -> Identity:
    """Work out who stands with whom.

    A person's *different* is a wall that nothing joins across; a person's *same* is a bond, the earliest
    first; a machine's *same* joins two groups, the most probable first, only where no wall stands between
    them. A person's *undecided* is a wall to the machine, also by way of a third account: somebody looked
    and could not tell.

    Args:
        members: ids, oldest first; the order decides which member names its group.
        judgements: any, in any order; those about ids that are not members are passed over.

    Returns:
        The grouping by people alone and with machine links, and the judgements it could not honour.
    """
    known = set(members)
    rows = [row for row in in_force(judgements) if {row.left, row.right} <= known]
    rows = [row for row in rows if row.left != row.right]
    human = _latest_by_pair(row for row in rows if not row.by_machine)
    forest = _Forest(members)
    for row in human:
        if row.outcome is Outcome.DIFFERENT:
            forest.wall(row.left, row.right)
    contradictions = [
        row for row in human if row.outcome is Outcome.SAME and not forest.join(row.left, row.right)
    ]
    confirmed = forest.heads()
    for row in human:
        if row.outcome is Outcome.UNDECIDED and forest.head(row.left) != forest.head(row.right):
            forest.wall(row.left, row.right)
    machine = [row for row in rows if row.by_machine and row.outcome is Outcome.SAME]
    for row in sorted(machine, key=lambda row: (-(row.probability or 0.0), row.id)):
        forest.join(row.left, row.right)
    return Identity(confirmed, forest.heads(), tuple(contradictions))


def _pair(row: Judgement) -> frozenset[UUID]:
    return frozenset((row.left, row.right))


def _latest_by_pair(rows: Iterable[Judgement]) -> list[Judgement]:
    """Keep, for each pair, every *different* and the latest word otherwise.

    Two people who disagree about the very same pair are a contradiction; the wall holds until it is
    withdrawn, because keeping two accounts apart harms nobody and joining two people does.
    """
    walls: list[Judgement] = []
    latest: dict[frozenset[UUID], Judgement] = {}
    for row in rows:
        if row.outcome is Outcome.DIFFERENT:
            walls.append(row)
        else:
            latest.pop(_pair(row), None)  # so that it stands at the time of its last word
            latest[_pair(row)] = row
    return [*walls, *latest.values()]


class _Forest:
    """Union-find in which walls forbid a union; the oldest member heads its group."""

    def __init__(self, members: Sequence[UUID]) -> None:
        self._rank = {member: place for place, member in enumerate(members)}
        self._parent = {member: member for member in members}
        self._walls: dict[UUID, set[UUID]] = defaultdict(set)

    def head(self, member: UUID) -> UUID:
        root = member
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[member] != root:
            self._parent[member], member = root, self._parent[member]
        return root

    def wall(self, left: UUID, right: UUID) -> None:
        a, b = self.head(left), self.head(right)
        self._walls[a].add(b)
        self._walls[b].add(a)

    def join(self, left: UUID, right: UUID) -> bool:
        a, b = self.head(left), self.head(right)
        if a == b:
            return True
        if b in self._walls[a]:
            return False
        if self._rank[b] < self._rank[a]:
            a, b = b, a
        self._parent[b] = a
        for other in self._walls.pop(b, set()):
            self._walls[other].discard(b)
            self._walls[other].add(a)
            self._walls[a].add(other)
        return True

    def heads(self) -> dict[UUID, UUID]:
        return {member: self.head(member) for member in self._rank}
