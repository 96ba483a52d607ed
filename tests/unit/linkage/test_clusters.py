import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.linkage.clusters import Links, cluster

SIZE = 9
PAIRS = [(a, b) for a in range(SIZE) for b in range(a + 1, SIZE)]
some_pairs = st.lists(st.sampled_from(PAIRS), unique=True, max_size=8)
scores = st.dictionaries(st.sampled_from(PAIRS), st.floats(0, 1), max_size=len(PAIRS))


def make_links(scored, size=SIZE):
    pairs = np.array(list(scored) or np.empty((0, 2)), dtype=np.int64)
    return Links(size, pairs[:, 0], pairs[:, 1], np.array(list(scored.values()), dtype=float))


def heads(scored, size=SIZE, **rules):
    return cluster(make_links(scored, size), **rules).heads.tolist()


def test_strong_links_join_and_weak_ones_do_not():
    assert heads({(0, 1): 0.99, (2, 3): 0.4}, 5) == [0, 0, 2, 3, 4]


def test_a_vague_record_does_not_chain_two_people():
    # 1 is “Nurlan” alone: it fits 0 (born 1950) and 2 (born 1980), who don't fit each other at all.
    assert heads({(0, 1): 0.9, (1, 2): 0.8, (0, 2): 0.0001}, 3) == [0, 0, 2]


def test_a_vague_record_does_not_chain_two_people_nobody_even_compared():
    assert heads({(0, 1): 0.9, (1, 2): 0.8}, 3) == [0, 0, 2]


def test_two_strong_links_bring_three_together_though_the_third_pair_is_poor():
    assert heads({(0, 1): 0.999, (1, 2): 0.999, (0, 2): 0.2}, 3) == [0, 0, 0]


def test_a_wall_holds_against_any_score():
    assert heads({(0, 1): 1.0}, 2, walls=[(1, 0)]) == [0, 1]


def test_a_wall_holds_through_a_third():
    everyone = {(0, 1): 0.999, (1, 2): 0.9999, (0, 2): 0.999}
    assert heads(everyone, 3, walls=[(0, 2)]) == [0, 1, 1]


def test_a_bond_joins_what_nobody_scored():
    assert heads({}, 3, bonds=[(0, 2)]) == [0, 1, 0]


def test_what_is_bonded_counts_as_one_group_to_the_machine():
    # 2 fits 0 but not 1, who a person says is the same as 0.
    scored = {(0, 2): 0.9, (1, 2): 0.001}
    assert heads(scored, 3) == [0, 1, 0]
    assert heads(scored, 3, bonds=[(0, 1)]) == [0, 0, 2]


def test_decisions_that_contradict_each_other_are_reported():
    found = cluster(make_links({}, 3), bonds=[(0, 1), (1, 2)], walls=[(0, 2)])
    assert found.heads.tolist() == [0, 0, 2]
    assert found.refused == ((1, 2),)


def test_a_source_that_names_each_person_once_is_not_joined_by_way_of_another():
    scored = {(0, 2): 0.999, (1, 2): 0.99, (0, 1): 0.9}
    assert heads(scored, 3) == [0, 0, 0]
    assert heads(scored, 3, sources=np.array([7, 7, 8])) == [0, 1, 0]


def test_a_source_that_names_a_person_twice_does_so_on_its_own_evidence():
    scored = {(0, 2): 0.999, (1, 2): 0.99, (0, 1): 0.995}
    assert heads(scored, 3, sources=np.array([7, 7, 8])) == [0, 0, 0]


def test_a_source_that_may_repeat_is_no_obstacle():
    assert heads({(0, 1): 0.9}, 2, sources=np.array([-1, -1])) == [0, 0]


@pytest.mark.parametrize("threshold", [0, 1, -0.1, 1.5])
def test_a_threshold_that_is_no_probability_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold"):
        cluster(make_links({}), threshold=threshold)


@given(scores, some_pairs, some_pairs)
def test_no_cluster_holds_both_sides_of_a_wall(scored, bonds, walls):
    found = heads(scored, bonds=bonds, walls=walls)
    assert all(found[a] != found[b] for a, b in walls)


@given(scores, some_pairs, some_pairs)
def test_every_bond_holds_or_is_reported(scored, bonds, walls):
    found = cluster(make_links(scored), bonds=bonds, walls=walls)
    for a, b in bonds:
        assert (found.heads[a] == found.heads[b]) != ((a, b) in found.refused)


@given(scores, some_pairs, some_pairs)
def test_the_machine_changes_no_bond_and_refuses_none_more(scored, bonds, walls):
    alone = cluster(make_links({}), bonds=bonds, walls=walls)
    beside = cluster(make_links(scored), bonds=bonds, walls=walls)
    assert beside.refused == alone.refused


@given(scores, some_pairs, some_pairs, st.randoms())
def test_the_order_of_the_pairs_does_not_matter(scored, bonds, walls, rng):
    shuffled = list(scored.items())
    rng.shuffle(shuffled)
    assert heads(scored, bonds=bonds, walls=walls) == heads(
        dict(shuffled), bonds=bonds, walls=walls[::-1]
    )


@given(scores)
def test_every_cluster_is_worth_its_threshold_on_average(scored):
    """Joined by the machine alone, each record has a link of the threshold inside its cluster."""
    found = heads(scored, threshold=0.7)
    for record, head in enumerate(found):
        if found.count(head) > 1:
            own = [
                p
                for pair, p in scored.items()
                if record in pair and found[sum(pair) - record] == head
            ]
            assert max(own) >= 0.7 - 1e-9


@given(scores, st.lists(st.integers(-1, 3), min_size=SIZE, max_size=SIZE))
def test_two_of_one_source_stand_together_only_on_their_own_evidence(scored, sources):
    found = heads(scored, sources=np.array(sources))
    for a, b in PAIRS:
        if found[a] == found[b] and sources[a] == sources[b] >= 0:
            assert scored.get((a, b), 0) >= 0.99 - 1e-9


def test_an_archive_without_accounts_has_no_clusters() -> None:
    none = np.array([], np.int64)
    assert len(cluster(Links(0, none, none, np.array([], float))).heads) == 0
