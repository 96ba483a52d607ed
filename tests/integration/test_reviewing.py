"""The review queue: what waits, in which order, what an answer settles, and who may look."""

import pytest

from aigaq.intake.mapping import load_mapping
from aigaq.linkage.types import Evidence
from aigaq.linkage.wording import write_evidence
from aigaq.records.errors import NotAllowed
from aigaq.records.ids import new_id
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.acts import act
from aigaq.services.contradictions import find_contradictions
from aigaq.services.importing import import_table
from aigaq.services.judging import Verdict, add_judgements, judge, undo
from aigaq.services.link_report import link_and_report
from aigaq.services.linking import link, link_new
from aigaq.services.people import identities
from aigaq.services.queue import evidence_of, measure_doubt, review_queue
from aigaq.store import models

from .test_judging import make_mentions, same


def propose(actor, *pairs, evidence=()):
    """Record machine judgements: (left, right, probability); a question below 0.8."""
    with act(actor, "link") as recording:
        rows = [
            Judgement(
                new_id(),
                Matter.PERSON,
                left,
                right,
                Outcome.SAME if probability >= 0.8 else Outcome.UNDECIDED,
                recording.at,
                probability=probability,
            )
            for left, right, probability in pairs
        ]
        add_judgements(recording, rows, [write_evidence(evidence)] * len(rows))
    return rows


def ends(waiting):
    return (waiting.judgement.left, waiting.judgement.right)


def test_the_most_uncertain_comes_first(admin):
    a, b, c, d, e, f = make_mentions(admin, 6)
    propose(admin, (a, b, 0.97), (c, d, 0.55), (e, f, 0.75))
    assert [ends(one) for one in review_queue(admin)] == [(c, d), (e, f), (a, b)]


def test_a_question_between_large_persons_comes_before_one_between_single_accounts(admin):
    a, b, c, d, e, f = make_mentions(admin, 6)
    judge(admin, [same(a, b), same(c, d)])
    propose(admin, (e, f, 0.6), (b, c, 0.7))
    first, second = review_queue(admin)
    assert ends(first) == (b, c)
    assert (first.across, second.across) == (4, 1)
    assert first.worth == pytest.approx(4 * measure_doubt(0.7))


def test_doubt_is_whole_at_one_half_and_none_at_the_ends():
    assert measure_doubt(0.5) == 1
    assert measure_doubt(0) == measure_doubt(1) == 0


def test_two_persons_are_asked_about_once_by_their_best_pair(admin):
    a, b, c = make_mentions(admin, 3)
    judge(admin, [same(a, b)])
    propose(admin, (a, c, 0.6), (b, c, 0.7))
    assert [ends(one) for one in review_queue(admin)] == [(b, c)]


def test_a_person_the_machine_joined_is_asked_about_once_then_its_own_link(admin):
    a, b, c = make_mentions(admin, 3)
    propose(admin, (a, b, 0.95), (a, c, 0.6), (b, c, 0.7))
    assert [ends(one) for one in review_queue(admin)] == [(b, c), (a, b)]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_people_settled_by_way_of_a_third_is_not_asked(admin, outcome):
    a, b, c = make_mentions(admin, 3)
    judge(admin, [same(a, b), Verdict(b, c, outcome, "a test")])
    propose(admin, (a, c, 0.6))
    assert len(review_queue(admin)) == 0


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_answer_settles_other_pairs_at_once(admin, outcome):
    a, b, c = make_mentions(admin, 3)
    propose(admin, (a, b, 0.6), (b, c, 0.7), (a, c, 0.75))
    queue = review_queue(admin)
    seen = []
    for waiting in queue:
        seen.append(ends(waiting))
        answer = outcome if len(seen) > 1 else Outcome.SAME
        judge(admin, [Verdict(*ends(waiting), answer, "a test")])
        queue.settle(waiting, answer)
    assert seen == [(a, b), (b, c)]
    assert len(queue) == len(review_queue(admin)) == 0


def test_what_was_taken_back_waits_again(admin):
    a, b = make_mentions(admin, 2)
    propose(admin, (a, b, 0.6))
    (id,) = judge(admin, [same(a, b)])
    assert len(review_queue(admin)) == 0
    undo(admin, id, "too quick")
    assert len(review_queue(admin)) == 1


def test_evidence_is_read_in_words_the_start_first_then_the_strongest(admin):
    a, b = make_mentions(admin, 2)
    lines = [
        Evidence("birth", "two years apart", "1979", "1981", -3.0),
        Evidence("names", "the same", "Aigul", "Айгүл", 9.0),
        Evidence("any two mentions", "14 mentions in all", "", "", -5.6),
    ]
    (row,) = propose(admin, (a, b, 0.6), evidence=lines)
    start, name, born = evidence_of(row.id)
    assert start.weight == "1 time in 50"
    assert (name.matter, name.weight) == ("Name", "510 times likelier if one person")
    assert (born.matter, born.weight) == ("Born", "8 times likelier if two people")
    assert (born.left, born.right) == ("1979", "1981")


@pytest.mark.parametrize("role", ["volunteer", "reader"])
def test_who_may_not_judge_sees_no_queue(admin, member, role):
    with pytest.raises(NotAllowed):
        review_queue(member("Other", role))


def test_contradictions_name_both_sides_and_who_said_so(admin, member):
    a, b, c = make_mentions(admin, 3)
    rai = member("Rai", "reviewer")
    judge(admin, [same(a, b), same(b, c)])
    (wall,) = judge(rai, [Verdict(a, c, Outcome.DIFFERENT, "born 20 years apart")])
    (found,) = find_contradictions(admin)
    assert found.same.outcome is Outcome.SAME
    assert [row.id for row in found.against] == [wall]
    assert (found.who(found.same), found.who(found.against[0])) == (admin.name, "Rai")
    undo(rai, wall, "it was a misprint")
    assert find_contradictions(admin) == []


MAPPING = """
version: 1
shape: wide
source: {per: row, key: told, kind: testimony, title: A testimony, lang: und-Latn, voice: relative}
key: id
columns:
  name: {property: name, lang: {column: tag}}
  born: {property: birth, dates: ["%Y-%m-%d"]}
  taken: {property: arrest_date, dates: ["%Y"]}
"""
TABLE = """id,name,tag,born,taken
1,Aigul Beisenova,en-Latn,1979-03-14,2017
2,Айгүл Бейсенова,kk-Cyrl,1979-03-14,2017
3,Aigul Beisenova,en-Latn,1979-03-14,2017
"""


@pytest.fixture
def three(admin):
    """Ids of three accounts of women of one name and birthday, by their keys."""
    import_table(admin, TABLE.encode(), "t.csv", load_mapping(MAPPING, "m.yaml"))
    return dict(models.Mention.objects.values_list("key", "id"))


def test_the_report_page_shows_links_judgements_and_disagreement_with_the_machine(admin, three):
    judge(admin, [Verdict(three["1"], three["3"], Outcome.DIFFERENT, "another father")])
    report, page = link_and_report(admin)
    assert report.mentions == 3
    assert "another father" in page
    assert str(three["1"]) in page
    assert "People judged 1 of these pairs" in page


def test_the_machine_joins_nobody_across_a_decision(admin, three):
    judge(admin, [Verdict(three["1"], three["3"], Outcome.UNDECIDED, "can't tell")])
    link(admin)
    heads = identities().working
    assert heads[three["1"]] != heads[three["3"]]
    assert heads[three["2"]] in (heads[three["1"]], heads[three["3"]])


def test_a_second_run_changes_nothing(admin, three):
    judge(admin, [same(three["1"], three["2"])])
    first = link(admin)
    again = link(admin)
    assert first.linked > 0
    assert (again.linked, again.withdrawn) == (0, 0)


def test_what_was_judged_and_taken_back_is_proposed_as_before(admin, three):
    link(admin)
    before = identities().working
    (id,) = judge(admin, [Verdict(three["1"], three["2"], Outcome.DIFFERENT, "two women")])
    link(admin)
    assert identities().working != before
    undo(admin, id, "a mistake")
    link(admin)
    assert identities().working == before


def test_new_accounts_are_linked_with_everyone_and_the_rest_is_left_alone(admin, three):
    judge(admin, [Verdict(three["1"], three["3"], Outcome.DIFFERENT, "another father")])
    link(admin)
    before = set(models.Judgement.objects.values_list("id", flat=True))
    later = "id,name,tag,born,taken\n4,阿依古丽·别伊先,zh-Hans,1979-03-14,2017\n5,Ермек,kk-Cyrl,1950-01-01,\n"
    import_table(admin, later.encode(), "later.csv", load_mapping(MAPPING, "m.yaml"))
    report = link_new(admin)
    four, five = (
        models.Mention.objects.filter(key__in="45").order_by("key").values_list("id", flat=True)
    )
    made = models.Judgement.objects.exclude(id__in=before).filter(left_mention__isnull=False)
    assert report.linked + report.waiting > 0
    assert report.withdrawn == 0
    assert all(four in (row.left_mention_id, row.right_mention_id) for row in made)
    heads = identities().working
    assert heads[three["1"]] != heads[three["3"]]
    assert heads[five] == five


def test_a_run_over_what_is_new_changes_nothing_when_nothing_is(admin, three):
    link(admin)
    held = models.Judgement.objects.count()
    assert link_new(admin).pairs == 0
    assert models.Judgement.objects.count() == held


@pytest.mark.parametrize("role", ["volunteer", "reader", "reviewer"])
def test_who_may_not_link_may_not_link_what_is_new(admin, member, role):
    with pytest.raises(NotAllowed):
        link_new(member("Other", role))


@pytest.mark.parametrize("role", ["volunteer", "reader", "reviewer"])
def test_who_may_not_link_gets_no_report(admin, member, role):
    with pytest.raises(NotAllowed):
        link_and_report(member("Other", role))
