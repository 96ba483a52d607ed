from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aigaq.linkage.episodes import propose_episodes
from aigaq.linkage.types import EpisodeAccount

from .build import on

PERSON = UUID(int=1)


def account(number, taken, mention=None):
    return EpisodeAccount(UUID(int=100 + number), UUID(int=mention or number), taken)


def propose(*accounts):
    found = propose_episodes(accounts, {a.mention: PERSON for a in accounts})
    return [(a.int - 100, b.int - 100) for a, b, _ in found]


def test_two_dates_of_one_arrest_are_joined_and_the_nearer_the_surer():
    near = propose_episodes(
        [account(1, on(1977, 1, 2)), account(2, on(1976, 12, 26))],
        {UUID(int=1): PERSON, UUID(int=2): PERSON},
    )
    far = propose_episodes(
        [account(1, on(1977, 1, 2)), account(2, on(1976, 6, 26))],
        {UUID(int=1): PERSON, UUID(int=2): PERSON},
    )
    assert near[0][:2] == far[0][:2] == (UUID(int=101), UUID(int=102))
    assert near[0][2] > far[0][2] > 0.5


def test_episodes_of_different_persons_are_never_joined():
    pair = [account(1, on(1977, 1, 2)), account(2, on(1977, 1, 2))]
    assert propose_episodes(pair, {}) == []


def test_arrests_years_apart_stay_apart():
    assert propose(account(1, on(1930)), account(2, on(1937))) == []


def test_no_chain_through_the_year_between():
    assert propose(
        account(1, on(1936, 1, 5)), account(2, on(1936, 12, 5)), account(3, on(1937, 11, 5))
    ) in ([(1, 2)], [(2, 3)])


def test_an_undated_account_joins_the_only_episode():
    assert propose(account(1, None), account(2, on(1937, 6)), account(3, on(1937, 6, 8))) == [
        (2, 3),
        (1, 2),
    ]
    assert propose(account(1, None), account(2, (None, None))) == [(1, 2)]


def test_an_undated_account_of_a_person_taken_twice_stays_undecided():
    assert propose(account(1, None), account(2, on(1930)), account(3, on(1937))) == []


def test_one_mention_that_tells_of_two_episodes_keeps_them_apart():
    assert propose(account(1, on(1937, 6)), account(2, on(1937, 8), mention=1)) == []
    twice = [account(1, on(1930, 6)), account(2, on(1937, 6), mention=1), account(3, on(1937, 6))]
    assert propose(*twice) == [(2, 3)]


days = st.dates(date(1930, 1, 1), date(1940, 1, 1))
spans = st.one_of(
    st.none(),
    st.tuples(days, st.integers(0, 500)).map(lambda s: (s[0], s[0] + timedelta(days=s[1]))),
    days.map(lambda day: (day, None)),
)


@given(st.lists(st.tuples(spans, st.integers(1, 4)), max_size=7))
def test_never_joins_two_episodes_of_one_mention_nor_dates_over_a_year_apart(told):
    accounts = [account(n, taken, mention) for n, (taken, mention) in enumerate(told, start=1)]
    groups = {a.episode: {a.episode} for a in accounts}
    by_id = {a.episode: a for a in accounts}
    for one, other, probability in propose_episodes(
        accounts, {a.mention: PERSON for a in accounts}
    ):
        assert 0.5 < probability < 1
        joined = groups[one] | groups[other]
        for member in joined:
            groups[member] = joined
    for group in groups.values():
        members = [by_id[episode] for episode in group]
        assert len({m.mention for m in members}) == len(members)
        begun = [m.taken for m in members if m.taken and all(m.taken)]
        for a in begun:
            assert all((b[0] - a[1]).days <= 366 for b in begun)
