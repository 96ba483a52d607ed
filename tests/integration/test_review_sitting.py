"""A sitting at the terminal: what is asked, what a slip of the finger does, what stands at the end."""

import pytest
from click.testing import CliRunner

from aigaq.cli.reviewing import Review
from aigaq.cli.session import Session
from aigaq.linkage.types import Evidence
from aigaq.records.judgements import Outcome
from aigaq.services.judging import Verdict, judge
from aigaq.store import models

from .test_judging import make_mentions, same
from .test_reviewing import propose


@pytest.fixture
def sit(admin):
    """A function that types answers into a sitting; returns how many stand and what was shown."""

    def run(*typed):
        with CliRunner().isolation(input="\n".join(typed) + "\n") as (out, err, _):
            count = Review(Session(None, admin)).run()
            return count, out.getvalue().decode() + err.getvalue().decode()

    return run


def decided():
    """Return the members' decisions that stand, oldest first."""
    rows = models.Judgement.objects.filter(decided_by__isnull=False, withdraws__isnull=True)
    standing = rows.exclude(withdrawn_by__isnull=False).order_by("decided_at")
    return [(row.outcome, row.reason) for row in standing]


@pytest.mark.parametrize(
    ("letter", "outcome"), [("s", "same"), ("D", "different"), ("undecided", "undecided")]
)
def test_an_answer_is_recorded_with_its_reason(admin, sit, letter, outcome):
    propose(admin, (*make_mentions(admin, 2), 0.6))
    count, shown = sit(letter, "the fathers differ")
    assert count == 1
    assert decided() == [(outcome, "the fathers differ")]
    assert "To take it back later: aigaq judge --undo" in shown


def test_a_pair_is_shown_with_its_chance_and_what_it_rests_on(admin, sit):
    lines = [Evidence("names", "the same", "Aigul", "Айгүл", 9.0)]
    propose(admin, (*make_mentions(admin, 2), 0.63), evidence=lines)
    _, shown = sit("q")
    assert "one person in 63." in shown
    assert "Name: the same  (Aigul | Айгүл). 510 times likelier if one person" in shown


def test_a_wrong_letter_asks_again_and_an_empty_reason_too(admin, sit):
    propose(admin, (*make_mentions(admin, 2), 0.6))
    count, shown = sit("x", "s", "", "  ", "one village, one father")
    assert count == 1
    assert decided() == [("same", "one village, one father")]
    assert "letters in brackets" in shown


def test_the_last_answer_can_be_taken_back_and_the_pair_waits_again(admin, sit):
    a, b, c, d = make_mentions(admin, 4)
    propose(admin, (a, b, 0.55), (c, d, 0.7))
    count, shown = sit("s", "too quick", "b", "wrong key", "d", "two villages", "q")
    assert count == 1
    assert decided() == [("different", "two villages")]
    assert shown.count("Are these one person?") == 4


def test_taking_back_before_any_answer_does_no_harm(admin, sit):
    propose(admin, (*make_mentions(admin, 2), 0.6))
    count, shown = sit("b", "q")
    assert (count, decided()) == (0, [])
    assert "Nothing was answered yet" in shown


def test_next_passes_over_and_the_end_of_the_input_ends_the_sitting(admin, sit):
    a, b, c, d = make_mentions(admin, 4)
    propose(admin, (a, b, 0.55), (c, d, 0.7))
    count, shown = sit("n", "s", "clear")
    assert count == 1
    assert shown.count("Are these one person?") == 2


def test_contradictions_are_shown_before_anything_is_asked(admin, sit):
    a, b, c = make_mentions(admin, 3)
    judge(admin, [same(a, b), same(b, c), Verdict(a, c, Outcome.DIFFERENT, "born 20 years apart")])
    _, shown = sit("q")
    assert "Decisions contradict each other" in shown
    assert "“born 20 years apart”" in shown
    assert admin.name in shown
