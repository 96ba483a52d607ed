"""Which accounts of detention are about one episode: two accounts of one arrest are not two arrests."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from uuid import UUID

from aigaq.linkage.types import EpisodeAccount

_WINDOW_DAYS = 366
_MONTH_DAYS = 31
# Round figures, set by hand: the nearer the days, the surer. None of them is near certainty, because
# people were taken twice within one year too.
_SAME_MONTH = 0.95
_OVERLAPPING = 0.85
_WITHIN_WINDOW = 0.7
_UNDATED = 0.6

type _Group = list[EpisodeAccount]


def propose_episodes(
    accounts: Sequence[EpisodeAccount], together: Mapping[UUID, UUID]
) -> list[tuple[UUID, UUID, float]]:
    """Propose which episodes, told of by different mentions of one person, are the same.

    Episodes are joined when every two accounts of them begin within a year of each other (the days
    nearest to each other counted), the nearest first. An undated account is joined only where the
    person has just one episode it can be. A mention that tells of two episodes tells them apart, and they
    stay apart. Whatever is not proposed is left undecided.

    Args:
        accounts: one an episode, in any order.
        together: mention → the mention that names its person; a mention not in it stands alone.

    Returns:
        (episode, episode, probability), enough pairs to join each group; the account that stands earlier
        in `accounts` comes first.
    """
    persons: defaultdict[UUID, _Group] = defaultdict(list)
    for account in accounts:
        persons[together.get(account.mention, account.mention)].append(account)
    return [proposal for own in persons.values() for proposal in _propose_for(own)]


def _propose_for(accounts: _Group) -> Iterator[tuple[UUID, UUID, float]]:
    dated = [account for account in accounts if _is_dated(account)]
    groups = [[account] for account in dated]
    for probability, a, b in _rank(dated):
        one = next(group for group in groups if a in group)
        other = next(group for group in groups if b in group)
        if one is not other and all(_weigh(x, y) for x in one for y in other):
            groups.remove(other)
            one.extend(other)
            yield a.episode, b.episode, probability
    if len(groups) <= 1 and len({account.mention for account in accounts}) == len(accounts):
        yield from _join_undated(accounts)


def _join_undated(accounts: _Group) -> Iterator[tuple[UUID, UUID, float]]:
    """Join each undated account to the first dated one, or to the first where none is dated."""
    anchor = next((account for account in accounts if _is_dated(account)), accounts[0])
    for place, account in enumerate(accounts):
        if account is anchor or _is_dated(account):
            continue
        first, second = (account, anchor) if place < accounts.index(anchor) else (anchor, account)
        yield first.episode, second.episode, _UNDATED


def _rank(dated: _Group) -> list[tuple[float, EpisodeAccount, EpisodeAccount]]:
    weighed = [(_weigh(a, b), a, b) for a, b in combinations(dated, 2)]
    return sorted((entry for entry in weighed if entry[0]), key=lambda entry: -entry[0])


def _is_dated(account: EpisodeAccount) -> bool:
    return account.taken is not None and account.taken != (None, None)


def _weigh(a: EpisodeAccount, b: EpisodeAccount) -> float:
    """Return how likely two dated accounts are one episode; 0 where they can't be."""
    if a.mention == b.mention or a.taken is None or b.taken is None:
        return 0.0
    gap = max(_count_days(a.taken[1], b.taken[0]), _count_days(b.taken[1], a.taken[0]))
    if gap > _WINDOW_DAYS:
        return 0.0
    if gap > _MONTH_DAYS:
        return _WITHIN_WINDOW
    narrow = all(_count_days(*span) <= _MONTH_DAYS for span in (a.taken, b.taken) if all(span))
    return _SAME_MONTH if narrow and all((*a.taken, *b.taken)) else _OVERLAPPING


def _count_days(earlier: date | None, later: date | None) -> int:
    """Return the days from one to the other; 0 where a span is open and nothing can be said."""
    return (later - earlier).days if earlier and later else 0
