"""Identity: bonds, walls and machine links, and that undoing restores exactly what was before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.records.identity import Identity, in_force, resolve
from aigaq.records.judgements import Judgement, Matter, Outcome

MEMBERS = [UUID(int=900 - number) for number in range(7)]  # ids don't sort as the members do
A, B, C, D, E, F, G = MEMBERS
ANNA, BOLAT = UUID(int=1), UUID(int=2)
START = datetime(2026, 1, 1, tzinfo=UTC)
SAME, DIFFERENT, UNDECIDED = Outcome.SAME, Outcome.DIFFERENT, Outcome.UNDECIDED


class Book:
    """Writes judgements one after the other, as the archive does."""

    def __init__(self) -> None:
        self.rows: list[Judgement] = []

    def say(
        self, left: UUID, right: UUID, outcome: Outcome, by: UUID | None = ANNA, **more
    ) -> Judgement:
        number = len(self.rows)
        # Ids fall while times rise, and every third row carries the time of the one before.
        at = START + timedelta(minutes=number - (number % 3 == 2))
        id = UUID(int=10_000 - number)
        self.rows.append(Judgement(id, Matter.PERSON, left, right, outcome, at, by, **more))
        return self.rows[-1]

    def link(self, left: UUID, right: UUID, probability: float) -> Judgement:
        return self.say(left, right, SAME, None, probability=probability)

    def undo(self, row: Judgement, by: UUID = ANNA) -> Judgement:
        return self.say(row.left, row.right, row.outcome, by, withdraws=row.id)

    def resolve(self) -> Identity:
        return resolve(MEMBERS, self.rows)


def together(heads: Mapping[UUID, UUID], *members: UUID) -> bool:
    return len({heads[member] for member in members}) == 1


def test_the_oldest_member_names_the_group() -> None:
    book = Book()
    book.say(F, D, SAME)
    book.say(D, B, SAME)
    found = book.resolve()
    assert found.confirmed == {A: A, B: B, C: C, D: B, E: E, F: B, G: G}
    assert found.groups(provisional=False)[B] == [B, D, F]


def test_a_wall_stops_people_s_bonds_also_by_way_of_a_third_and_is_reported() -> None:
    book = Book()
    book.say(A, C, SAME)
    late = book.say(C, B, SAME, BOLAT)
    book.say(A, B, DIFFERENT)
    found = book.resolve()
    assert together(found.confirmed, A, C)
    assert not together(found.confirmed, A, B)
    assert found.contradictions == (late,)


def test_two_people_who_disagree_about_one_pair_are_a_contradiction() -> None:
    book = Book()
    wall = book.say(A, B, DIFFERENT)
    bond = book.say(B, A, SAME, BOLAT)
    assert book.resolve().contradictions == (bond,)
    assert not together(book.resolve().confirmed, A, B)
    book.undo(wall)
    assert book.resolve().contradictions == ()
    assert together(book.resolve().confirmed, A, B)


@pytest.mark.parametrize("outcome", [DIFFERENT, UNDECIDED])
def test_the_machine_never_overrides_a_person(outcome: Outcome) -> None:
    book = Book()
    book.link(A, B, 0.9999)
    assert together(book.resolve().working, A, B)
    book.say(A, B, outcome)
    assert not together(book.resolve().working, A, B)
    book.link(A, C, 0.999)
    book.link(C, B, 0.99)
    found = book.resolve()
    assert together(found.working, A, C), "the more probable link comes first"
    assert not together(found.working, C, B), "and the other can't lead around the person's word"
    assert not together(found.confirmed, A, C)
    assert found.contradictions == ()


def test_undecided_does_not_undo_what_people_joined_by_way_of_a_third() -> None:
    book = Book()
    book.say(A, B, UNDECIDED)
    book.say(A, C, SAME)
    book.say(C, B, SAME)
    assert together(book.resolve().confirmed, A, B, C)
    assert together(book.resolve().working, A, B, C)


def test_a_later_word_on_the_same_pair_replaces_an_earlier_one() -> None:
    book = Book()
    book.say(A, B, SAME)
    later = book.say(B, A, UNDECIDED, BOLAT)
    assert not together(book.resolve().working, A, B)
    book.undo(later, BOLAT)
    assert together(book.resolve().confirmed, A, B)


def test_the_machine_s_walls_and_strangers_count_for_nothing() -> None:
    book = Book()
    book.say(A, B, DIFFERENT, None)
    book.link(A, B, 0.9)
    book.say(A, UUID(int=77), SAME)
    assert together(book.resolve().working, A, B)
    assert set(book.resolve().working) == set(MEMBERS)


def test_an_account_judged_against_itself_joins_nothing_to_a_wall() -> None:
    book = Book()
    book.say(A, A, DIFFERENT)
    book.say(A, B, SAME)
    assert together(book.resolve().confirmed, A, B)


def test_undoing_an_undoing_at_the_very_same_moment() -> None:
    bond = Judgement(UUID(int=5), Matter.PERSON, A, B, SAME, START, ANNA)
    undo = Judgement(UUID(int=7), Matter.PERSON, A, B, SAME, START, ANNA, withdraws=bond.id)
    redo = Judgement(UUID(int=3), Matter.PERSON, A, B, SAME, START, ANNA, withdraws=undo.id)
    assert in_force([bond, undo]) == []
    assert in_force([redo, undo, bond]) == [bond]


def test_a_long_quarrel_of_undoing_is_followed_to_its_end() -> None:
    book = Book()
    last = book.say(A, B, SAME)
    for _ in range(3001):
        last = book.undo(last)
    assert book.resolve().confirmed[B] == B
    book.undo(last)
    assert book.resolve().confirmed[B] == A


# Random sequences: a step judges a pair or takes back any earlier row, withdrawals included.
PAIRS = st.tuples(st.sampled_from(MEMBERS), st.sampled_from(MEMBERS)).filter(
    lambda two: len({*two}) == 2
)
JUDGES = st.tuples(PAIRS, st.sampled_from(Outcome), st.sampled_from([ANNA, BOLAT]))
LINKS = st.tuples(PAIRS, st.sampled_from([0.5, 0.9, 0.9, 0.99]))
UNDOINGS = st.integers(0, 30)
STEPS = st.lists(st.one_of(JUDGES, LINKS, UNDOINGS), max_size=24)


def write(book: Book, step: object) -> None:
    match step:
        case int() if book.rows:
            book.undo(book.rows[step % len(book.rows)])
        case ((left, right), Outcome() as outcome, by):
            book.say(left, right, outcome, by)
        case ((left, right), float(probability)):
            book.link(left, right, probability)


def surviving(rows: Sequence[Judgement]) -> list[Judgement]:
    """The rows that count, by the plain recursive definition."""

    def counts(row: Judgement) -> bool:
        return not any(counts(other) for other in rows if other.withdraws == row.id)

    return [row for row in rows if row.withdraws is None and counts(row)]


def replay(rows: Sequence[Judgement]) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
    """The grouping by brute force: a step is taken if no wall then stands inside a group."""
    groups = [{member} for member in MEMBERS]

    def join(left: UUID, right: UUID, walls: Iterable[set[UUID]]) -> None:
        merged = set().union(*(group for group in groups if {left, right} & group))
        if not any(wall <= merged for wall in walls):
            groups[:] = [group for group in groups if not group & merged] + [merged]

    def heads() -> dict[UUID, UUID]:
        return {m: min(group, key=MEMBERS.index) for group in groups for m in group}

    ordered = sorted(rows, key=lambda row: (row.decided_at, row.id))
    human = [row for row in ordered if row.decided_by]
    walls = [{row.left, row.right} for row in human if row.outcome is DIFFERENT]
    words = [row for row in human if row.outcome is not DIFFERENT]
    last = {frozenset((row.left, row.right)): row for row in words}
    for row in words:
        if row is last[frozenset((row.left, row.right))] and row.outcome is SAME:
            join(row.left, row.right, walls)
    confirmed = heads()
    open_pairs = [set(pair) for pair, row in last.items() if row.outcome is UNDECIDED]
    walls += [pair for pair in open_pairs if len({confirmed[one] for one in pair}) == 2]
    links = [row for row in ordered if row.by_machine and row.outcome is SAME]
    for row in sorted(links, key=lambda row: (-(row.probability or 0), row.id)):
        join(row.left, row.right, walls)
    return confirmed, heads()


@given(STEPS)
def test_the_state_is_that_of_replaying_the_surviving_judgements(steps: list[object]) -> None:
    book = Book()
    for step in steps:
        write(book, step)
    found = book.resolve()
    assert in_force(book.rows) == sorted(
        surviving(book.rows), key=lambda row: (row.decided_at, row.id)
    )
    assert resolve(MEMBERS, surviving(book.rows)) == found
    assert (dict(found.confirmed), dict(found.working)) == replay(surviving(book.rows))


@given(STEPS, JUDGES)
def test_undoing_restores_exactly_the_earlier_grouping(steps: list[object], last: object) -> None:
    book = Book()
    for step in steps:
        write(book, step)
    before = book.resolve()
    write(book, last)
    after = book.resolve()
    undo = book.undo(book.rows[-1])
    assert book.resolve() == before
    book.undo(undo, BOLAT)
    assert book.resolve() == after


@given(STEPS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(steps: list[object], random: Random) -> None:
    book = Book()
    for step in steps:
        write(book, step)
    shuffled = list(book.rows)
    random.shuffle(shuffled)
    assert resolve(MEMBERS, shuffled) == book.resolve()


@given(STEPS)
def test_what_holds_of_any_grouping(steps: list[object]) -> None:
    book = Book()
    for step in steps:
        write(book, step)
    found = book.resolve()
    human = [row for row in in_force(book.rows) if row.decided_by]
    for heads in (found.confirmed, found.working):
        for row in human:
            assert row.outcome is not DIFFERENT or not together(heads, row.left, row.right)
        for member, head in heads.items():
            assert heads[head] == head
            assert MEMBERS.index(head) <= MEMBERS.index(member)
    for member, head in found.confirmed.items():
        assert together(found.working, member, head), "machine links only ever join"
    for row in found.contradictions:
        assert row.outcome is SAME
        assert not together(found.confirmed, row.left, row.right)
    last = {frozenset((row.left, row.right)): row for row in human if row.outcome is not DIFFERENT}
    for row in last.values():
        assert row.outcome is UNDECIDED or row in found.contradictions or together(
            found.confirmed, row.left, row.right
        )  # fmt: skip
