"""Judging: reversible to the letter, on record, and open only to those who may judge."""

from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aigaq.adapters.clock import now
from aigaq.records.errors import BadInput, NotAllowed, NotFound
from aigaq.records.ids import new_id
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.acts import act
from aigaq.services.judging import Verdict, add_judgements, judge, undo
from aigaq.services.people import find_person, identities, read_people
from aigaq.store import models


def make_mentions(actor, count):
    with act(actor, "record") as recording:
        source = models.Source(
            id=new_id(), event_id=recording.event, kind="list", title="t", key=str(uuid4())
        )
        recording.add(models.Source, [source])
        rows = [
            models.Mention(
                id=new_id(),
                event_id=recording.event,
                source_id=source.id,
                key=str(n),
                recorded_at=now(),
            )
            for n in range(count)
        ]
        recording.add(models.Mention, rows)
    return [row.id for row in rows]


def machine_links(actor, pairs):
    with act(actor, "link") as recording:
        rows = [
            Judgement(
                new_id(), Matter.PERSON, left, right, Outcome.SAME, recording.at, probability=0.95
            )
            for left, right in pairs
        ]
        add_judgements(recording, rows)


def same(left, right):
    return Verdict(left, right, Outcome.SAME, "a test")


def people_now(actor):
    return {(person.id, person.mentions, person.provisional) for person in read_people(actor)}


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("judge"), st.integers(0, 5), st.integers(0, 5), st.sampled_from(list(Outcome))
        ),
        st.tuples(st.just("undo"), st.integers(0, 20)),
    ),
    max_size=14,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps)
def test_undoing_restores_exactly_the_earlier_persons(admin, steps):
    with transaction.atomic():
        ids = make_mentions(admin, 6)
        machine_links(admin, [(ids[0], ids[1]), (ids[2], ids[3]), (ids[1], ids[4])])
        history = [(None, people_now(admin))]
        for step in steps:
            if step[0] == "judge" and step[1] != step[2]:
                verdict = Verdict(ids[step[1]], ids[step[2]], step[3], "a test")
                history.append((judge(admin, [verdict])[0], people_now(admin)))
            elif step[0] == "undo" and len(history) > 1:
                last, _ = history.pop()
                undo(admin, last, "a test")
                assert people_now(admin) == history[-1][1]
        while len(history) > 1:
            last, _ = history.pop()
            undo(admin, last, "a test")
            assert people_now(admin) == history[-1][1]
        transaction.set_rollback(True)


def test_an_undone_undo_brings_the_judgement_back(admin):
    a, b = make_mentions(admin, 2)
    (id,) = judge(admin, [same(a, b)])
    joined = people_now(admin)
    withdrawal = undo(admin, id, "too quick")
    assert people_now(admin) != joined
    undo(admin, withdrawal, "it was right after all")
    assert people_now(admin) == joined


def test_any_mention_leads_to_the_person_and_the_oldest_names_it(admin):
    a, b, c = sorted_oldest_first(make_mentions(admin, 3))
    judge(admin, [same(c, b), same(b, a)])
    assert {find_person(admin, id).id for id in (a, b, c)} == {a}


def sorted_oldest_first(ids):
    ordered = models.Mention.objects.filter(id__in=ids).order_by("recorded_at", "id")
    return list(ordered.values_list("id", flat=True))


def test_different_is_a_wall_also_against_the_machine(admin):
    a, b = make_mentions(admin, 2)
    machine_links(admin, [(a, b)])
    assert len({person.id for person in read_people(admin)}) == 1
    judge(admin, [Verdict(a, b, Outcome.DIFFERENT, "two brothers")])
    assert len({person.id for person in read_people(admin)}) == 2


def test_contradictory_judgements_are_shown_and_keep_people_apart(admin):
    a, b, c = make_mentions(admin, 3)
    judge(admin, [same(a, b), same(b, c), Verdict(a, c, Outcome.DIFFERENT, "born 20 years apart")])
    assert len(identities().contradictions) == 1
    assert find_person(admin, a).id != find_person(admin, c).id


def test_the_past_stays_on_record(admin):
    a, b = make_mentions(admin, 2)
    (id,) = judge(admin, [same(a, b)])
    undo(admin, id, "wrong")
    assert models.Judgement.objects.count() == 2
    with pytest.raises(BadInput, match="already"):
        undo(admin, id, "again")


@pytest.mark.parametrize("role", ["volunteer", "reader"])
def test_who_may_not_judge(admin, member, role):
    a, b = make_mentions(admin, 2)
    with pytest.raises(NotAllowed):
        judge(member("Other", role), [same(a, b)])
    assert not models.Judgement.objects.exists()


def test_a_reviewer_may_judge_but_not_accept_batches(admin, member):
    a, b = make_mentions(admin, 2)
    reviewer = member("Rai", "reviewer")
    judge(reviewer, [same(a, b)])
    with pytest.raises(NotAllowed):
        judge(reviewer, [same(a, b)], batch="all of them")


def test_bad_judgements_are_refused_with_a_reason(admin):
    a, b = make_mentions(admin, 2)
    with pytest.raises(BadInput, match="reason"):
        judge(admin, [Verdict(a, b, Outcome.SAME, " ")])
    with pytest.raises(BadInput, match="different accounts"):
        judge(admin, [same(a, a)])
    with pytest.raises(NotFound):
        judge(admin, [same(a, uuid4())])
