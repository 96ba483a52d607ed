from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aigaq.linkage.proposals import propose
from aigaq.linkage.scoring import score_pairs
from aigaq.linkage.types import ScoredPair

from .build import LIST_A, LIST_B, LIST_C, fill, make_mention, on


def pair(left, right, probability):
    return ScoredPair(UUID(int=left), UUID(int=right), probability, ())


def links(pairs, records):
    return {(p.left.int, p.right.int) for p in propose(pairs, records)}


TWO_AND_TWO = [
    make_mention(1, LIST_A, "x"),
    make_mention(2, LIST_A, "x"),
    make_mention(3, LIST_B, "x"),
    make_mention(4, LIST_B, "x"),
]


def test_of_two_namesakes_on_each_side_the_best_assignment_links():
    pairs = [pair(1, 3, 0.999), pair(1, 4, 0.99), pair(2, 3, 0.99), pair(2, 4, 0.9999)]
    assert links(pairs, TWO_AND_TWO) == {(1, 3), (2, 4)}


def test_the_strongest_pair_gives_way_when_the_others_need_it():
    pairs = [pair(1, 3, 0.999), pair(1, 4, 0.998), pair(2, 3, 0.998)]
    assert links(pairs, TWO_AND_TWO) == {(1, 4), (2, 3)}


def test_two_who_fit_equally_well_are_both_left_to_a_person():
    assert links([pair(1, 3, 0.99), pair(1, 4, 0.99)], TWO_AND_TWO) == set()


def test_a_rival_lowers_the_probability_and_is_named():
    (link,) = propose([pair(1, 3, 0.999), pair(1, 4, 0.9)], TWO_AND_TWO)
    assert 0.9 < link.probability < 0.995
    assert [line.comparison for line in link.evidence] == ["rivals"]
    assert link.evidence[0].bits < 0


def test_inside_one_source_only_strong_evidence_links():
    assert links([pair(1, 2, 0.98)], TWO_AND_TWO) == set()
    assert links([pair(1, 2, 0.995)], TWO_AND_TWO) == {(1, 2)}


def test_no_chain_joins_two_mentions_of_one_source():
    records = [*TWO_AND_TWO, make_mention(5, LIST_C, "x")]
    pairs = [pair(1, 3, 0.999), pair(3, 5, 0.99), pair(2, 5, 0.95)]
    assert links(pairs, records) == {(1, 3), (3, 5)}


def test_namesakes_of_two_lists_are_linked_by_their_dates():
    old, young = {"birth": on(1910)}, {"birth": on(1950)}
    records = [
        make_mention(1, LIST_A, "Rojas Pedro", **old, taken=on(1976, 5, 1)),
        make_mention(2, LIST_A, "Rojas Pedro", **young, taken=on(1977, 7, 1)),
        make_mention(3, LIST_B, "Pedro Rojas", **young, taken=on(1977, 7, 2)),
        make_mention(4, LIST_B, "Pedro Rojas", **old, taken=on(1976, 5, 1)),
        *fill(40, LIST_A, 100),
    ]
    assert links(score_pairs(records), records) == {(1, 4), (2, 3)}


@given(
    st.lists(st.integers(0, 2), min_size=2, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0.02, 0.999)), max_size=20),
)
def test_no_person_gathers_two_mentions_of_a_source_unless_proposed_as_such(sources, scores):
    lists = (LIST_A, LIST_B, LIST_C)
    records = [make_mention(n, lists[s], "x") for n, s in enumerate(sources)]
    best = {}
    for a, b, probability in scores:
        if a < b < len(records):
            best[a, b] = pair(a, b, probability)
    groups = {n: {n} for n in range(len(records))}
    inside = False
    for link in propose(best.values(), records):
        inside |= sources[link.left.int] == sources[link.right.int]
        joined = groups[link.left.int] | groups[link.right.int]
        for member in joined:
            groups[member] = joined
    if not inside:
        for group in groups.values():
            assert len({sources[n] for n in group}) == len(group)
