"""New mentions against the archive, and the question “is this person already here?”."""

from dataclasses import replace

import pytest

from aigaq.intake.mapping import load_mapping
from aigaq.records.errors import NotAllowed, NotFound
from aigaq.records.ids import new_id
from aigaq.records.judgements import Matter, Outcome
from aigaq.services.importing import import_table
from aigaq.services.judging import Verdict, all_judgements, judge, undo
from aigaq.services.link_records import link_records, written_names
from aigaq.services.linking import link
from aigaq.services.new_mentions import score_new
from aigaq.services.people import identities
from aigaq.services.suggesting import open_suggester
from aigaq.store import models

MAPPING = """
version: 1
shape: wide
source:
  key: KEY
  kind: list
  title: The KEY list
  lang: en-Latn
  voice: list
  publication_basis: official_historical_list
  basis_reason: made up for a test
key: id
columns:
  name: {property: name}
  born: {property: birth, dates: ["%Y-%m-%d"]}
"""
GIVEN = "Nurlan Erlan Serik Daulet Marat Askar Bolat Talgat Kanat Rustem".split()
FATHERS = "Ahmet Sabit Omar Zhunus Kasym Ibrahim Tursun Yakup Hamit Rahim".split()
OLD = "id,name,born\n" + "".join(
    f"{g}{f},{GIVEN[g]} {FATHERS[f]},19{40 + g * 3}-0{1 + f % 9}-1{g}\n"
    for g in range(10)
    for f in range(10)
)
NEW = "id,name,born\n1,NURLAN AKHMETULY,1940-01-10\n2,Theodor Schneider,1911-02-03\n"


def bring(actor, key, table):
    rules = load_mapping(MAPPING.replace("KEY", key), f"{key}.yaml")
    import_table(actor, table.encode(), f"{key}.csv", rules)
    return list(
        models.Mention.objects.filter(source__key=key).order_by("key").values_list("id", flat=True)
    )


@pytest.fixture
def lists(admin):
    return bring(admin, "old", OLD), bring(admin, "new", NEW)


def test_a_new_mention_finds_who_it_may_be_and_nobody_else_is_compared(admin, lists):
    old, (nurlan, theodor) = lists
    pairs = score_new(admin, [nurlan, theodor])
    best = pairs[0]
    assert {best.left, best.right} == {nurlan, old[0]}
    assert best.probability > 0.9
    assert all({nurlan, theodor} & {pair.left, pair.right} for pair in pairs)
    assert not [pair for pair in pairs if theodor in (pair.left, pair.right)]


def test_the_evidence_of_a_new_mention_adds_up(admin, lists):
    _, new = lists
    best = score_new(admin, new)[0]
    odds = best.probability / (1 - best.probability)
    assert 2 ** sum(line.bits for line in best.evidence) == pytest.approx(odds, rel=0.05)


def test_who_may_not_link_may_not_score(member, lists):
    _, new = lists
    with pytest.raises(NotAllowed):
        score_new(member("Rita", "reader"), new)


def test_a_mention_that_is_not_here_is_named(admin, lists):
    with pytest.raises(NotFound, match="no account"):
        score_new(admin, [new_id()])


def test_some_records_are_as_they_are_among_all(admin, lists):
    _, new = lists
    everyone = {record.mention: record for record in link_records(admin)}
    assert {r.mention: r for r in link_records(admin, new)} == {id: everyone[id] for id in new}
    assert list(written_names()) == list(everyone)


def test_a_person_is_suggested_while_typing(admin, lists):
    old, _ = lists
    found = open_suggester(admin).ask("Нұрлан Ахметұлы")
    assert found[0].key in (old[0], lists[1][0])
    assert found[0].likeness > 0.9


def test_suggestions_are_persons_not_accounts(admin, lists):
    old, (nurlan, _) = lists
    judge(admin, [Verdict(old[0], nurlan, Outcome.SAME, "a test")])
    found = open_suggester(admin).ask("Nurlan Ahmet")
    person = identities().working[nurlan]
    assert [one.key for one in found].count(person) == 1
    assert not {old[0], nurlan} - {person} & {one.key for one in found}


def test_a_machine_link_comes_back_when_the_decision_about_it_is_taken_back(admin, lists):
    """Undoing restores what was before, the machine's proposal included: see ADR 0004."""
    old, (nurlan, _) = lists
    link(admin)
    assert identities().working[nurlan] == identities().working[old[0]]
    (decision,) = judge(admin, [Verdict(old[0], nurlan, Outcome.DIFFERENT, "two people")])
    link(admin)
    assert identities().working[nurlan] != identities().working[old[0]]
    undo(admin, decision, "it was one person after all")
    link(admin)
    assert identities().working[nurlan] == identities().working[old[0]]
    assert identities().confirmed[nurlan] != identities().confirmed[old[0]]
    assert len([j for j in all_judgements(Matter.PERSON) if j.decided_by and not j.withdraws]) == 1


def test_who_may_not_read_is_told_no_names(admin, lists):
    with pytest.raises(NotAllowed):
        open_suggester(replace(admin, role="nobody here"))
