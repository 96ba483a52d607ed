import numpy as np
import pytest

from aigaq.linkage.judged import LEAST_JUDGED, Correction, Judged, fit_correction
from aigaq.linkage.scoring import score_with_basis
from aigaq.linkage.types import Basis

from .build import LIST_A, LIST_B, fill, make_mention, on

EVERYONE = range(160)


def draw(line, *, count=600, within=4.0, seed=1):
    """Scores as a queue asks about them, and what judges say who follow `line`."""
    rng = np.random.default_rng(seed)
    bits = rng.uniform(-within, within, count)
    truth = 1 / (1 + np.exp2(-line.apply(bits)))
    return bits, rng.random(count) < truth


def test_pairs_are_found_whichever_way_round_they_were_judged():
    judged = Judged(np.array([7, 1]), np.array([2, 5]), np.array([True, False]))
    asked = judged.label(np.array([2, 1, 1]), np.array([7, 5, 6]))
    assert asked.tolist() == [1, 0, -1]


def test_where_nobody_decided_nothing_is_known():
    nothing = np.empty(0, np.int64)
    judged = Judged(nothing, nothing, nothing.astype(bool))
    assert judged.label(np.array([2]), np.array([7])).tolist() == [-1]
    assert not judged.is_enough


def test_both_kinds_of_decision_are_needed():
    many = np.arange(3 * LEAST_JUDGED)
    assert not Judged(many, many + 1, np.ones(len(many), bool)).is_enough
    assert not Judged(many, many + 1, many >= LEAST_JUDGED - 1).is_enough
    assert Judged(many, many + 1, many >= LEAST_JUDGED).is_enough


@pytest.mark.parametrize("line", [Correction(), Correction(2.0, 1.0), Correction(-1.5, 0.7)])
def test_the_line_judges_follow_is_found_from_doubtful_pairs_alone(line):
    found = fit_correction(*draw(line))
    assert found.offset == pytest.approx(line.offset, abs=0.5)
    assert found.slope == pytest.approx(line.slope, abs=0.2)


def test_few_decisions_change_little():
    bits, same = draw(Correction(3.0, 0.5), count=6)
    few, many = fit_correction(bits, same), fit_correction(*draw(Correction(3.0, 0.5)))
    assert abs(few.offset) < abs(many.offset)
    assert abs(few.slope - 1) < abs(many.slope - 1)


def test_judges_of_one_mind_do_not_break_the_fit():
    found = fit_correction(np.full(200, 1.0), np.ones(200, bool))
    assert 0 < found.offset < 6
    assert 0.5 < found.slope < 2


# Two lists in which four people bear each name; the second puts every birth two years late and drops every
# other surname. Nothing but what judges say can tell that a name means little here.
def make_lists():
    people = [(f"{given(n)} {given(n + 500)}", 1930 + n % 40) for n in EVERYONE]
    first = [make_mention(n, LIST_A, name, birth=on(born)) for n, (name, born) in enumerate(people)]
    second = [
        make_mention(1000 + n, LIST_B, name.split()[0] if n % 2 else name, birth=on(born + 2))
        for n, (name, born) in enumerate(people)
    ]
    return [*first, *second]


def given(n):
    """A name that about four of the people share."""
    return fill(40, LIST_A, 0)[(n * 7) % 40].names[0][0].split()[0]


def is_same(pair):
    return pair.right.int - pair.left.int == 1000


def lose(pairs):
    """Bits lost on these pairs by who believes the probabilities."""
    chances = (pair.probability if is_same(pair) else 1 - pair.probability for pair in pairs)
    return -sum(np.log2(max(chance, 1e-9)) for chance in chances)


def test_what_judges_say_of_some_pairs_mends_the_others():
    records = make_lists()
    before, basis = score_with_basis(records)
    assert basis.judged == 0
    judged = {frozenset((pair.left, pair.right)): is_same(pair) for pair in before[::2]}
    after, basis = score_with_basis(records, judged=judged)
    assert basis.learnt is not None
    assert basis.judged >= 150
    left = {frozenset((p.left, p.right)) for p in before} & {
        frozenset((p.left, p.right)) for p in after
    }
    untold = [
        [pair for pair in run if frozenset((pair.left, pair.right)) in left - judged.keys()]
        for run in (before, after)
    ]
    assert lose(untold[1]) < lose(untold[0])


def test_the_decisions_are_a_line_of_the_evidence_and_it_adds_up():
    records = make_lists()
    before, _ = score_with_basis(records)
    judged = {frozenset((pair.left, pair.right)): is_same(pair) for pair in before}
    for pair in score_with_basis(records, judged=judged)[0][:50]:
        assert pair.evidence[-1].comparison == "decisions"
        bits = sum(line.bits for line in pair.evidence)
        assert 1 / (1 + 2**-bits) == pytest.approx(pair.probability, abs=0.01)


def test_too_few_decisions_teach_nothing():
    records = make_lists()
    before, _ = score_with_basis(records)
    judged = {frozenset((pair.left, pair.right)): is_same(pair) for pair in before[:60]}
    after, basis = score_with_basis(records, judged=judged)
    assert basis.judged == 0
    assert after == before


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        (Basis(), "shipped"),
        (Basis(412), "about 412 pairs"),
        (Basis(412, 163), "163 decisions"),
    ],
)
def test_the_run_says_what_its_weights_rest_on(basis, said):
    assert said in basis.tell()
