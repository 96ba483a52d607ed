"""The person view: what the linked mentions say, computed each time, never stored as truth."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from aigaq.records.claims import Claim
from aigaq.records.conflicts import Disagreement, find_disagreements
from aigaq.records.sources import Episode, Leg, Mention, Source
from aigaq.records.status import Status, last_known
from aigaq.records.transitions import warn_transitions


@dataclass(frozen=True, slots=True)
class Account:
    """Everything needed to view one person: mentions judged to be theirs and what is said in them.

    Attributes:
        mentions: oldest first; the first gives the person its id.
        provisional: the mentions joined by the machine alone.
        claims: claims in force about these mentions.
        sources: source id → source.
        episodes, legs: of these mentions.
        episode_heads: episode id → the oldest episode it is judged to be the same as.
        provisional_episodes: episodes joined by the machine alone.
    """

    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...]
    sources: Mapping[UUID, Source]
    episodes: tuple[Episode, ...] = ()
    legs: tuple[Leg, ...] = ()
    episode_heads: Mapping[UUID, UUID] | None = None
    provisional: frozenset[UUID] = frozenset()
    provisional_episodes: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonEpisode:
    """One deprivation of liberty as one or several mentions tell it.

    Attributes:
        id: the oldest of the joined episodes.
        members: the episodes judged to be this one.
        stages: leg position → the claims about that leg; 0 holds what is said of the whole episode.
        provisional: whether the machine alone joined some of them.
        warnings: steps between stages that deserve a second look.
    """

    id: UUID
    members: tuple[UUID, ...]
    stages: Mapping[int, tuple[Claim, ...]]
    provisional: bool
    warnings: tuple[str, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim about the episode, by stage."""
        return tuple(claim for stage in sorted(self.stages) for claim in self.stages[stage])


@dataclass(frozen=True, slots=True)
class Person:
    """A view over the mentions judged to be one person.

    Attributes:
        id: the oldest mention's id; the ids of the others lead here.
        mentions: their ids, oldest first.
        provisional: those joined by the machine alone.
        names: name claims, oldest first.
        claims: every claim in force.
        episodes: oldest first.
        disagreements: where sources differ.
        status: last known, computed.
        corroboration: code of `vocab/corroboration.yaml`.
        sources: how many independent sources speak of the person.
    """

    id: UUID
    mentions: tuple[UUID, ...]
    provisional: frozenset[UUID]
    names: tuple[Claim, ...]
    claims: tuple[Claim, ...]
    episodes: tuple[PersonEpisode, ...]
    disagreements: tuple[Disagreement, ...]
    status: tuple[Status, ...]
    corroboration: str
    sources: int


def build_person(account: Account) -> Person:
    """Compute the view of one person.

    Args:
        account: at least one mention, with its claims.
    """
    episodes = _episodes(account)
    roots = _roots(account, account.sources)
    return Person(
        id=account.mentions[0].id,
        mentions=tuple(mention.id for mention in account.mentions),
        provisional=account.provisional,
        names=tuple(claim for claim in account.claims if claim.property == "name" and claim.value),
        claims=account.claims,
        episodes=episodes,
        disagreements=find_disagreements(account.claims, account.episode_heads or {}),
        status=last_known(
            account.claims, {key: source.dated for key, source in account.sources.items()}
        ),
        corroboration=_corroboration(account),
        sources=len(roots),
    )


def _roots(account: Account, sources: Iterable[UUID]) -> set[str]:
    """Return where these sources come from: one that copies another is not independent of it."""
    by_key = {source.key: source for source in account.sources.values() if source.key}
    used = (account.sources[id] for id in sources)
    return {_root(source, by_key) for source in used if source.kind not in _NO_SOURCE}


def _root(source: Source, by_key: Mapping[str, Source]) -> str:
    passed = {source.key}
    while source.independent_of and source.independent_of not in passed:
        if source.independent_of not in by_key:
            return source.independent_of
        source = by_key[source.independent_of]
        passed.add(source.key)
    # Two testimonies of one testifier are one voice.
    return str(source.testifier or "") or source.key or str(source.id)


#: Kinds that nobody else can look up: they confirm nothing.
_NO_SOURCE = frozenset({"general_knowledge"})
_DOCUMENTS = frozenset({"court_record", "archive_file", "document", "official_reply"})


def _corroboration(account: Account) -> str:
    """Weigh the mentions people joined: what the machine alone added confirms nothing."""
    mentions = [one for one in account.mentions if one.id not in account.provisional]
    sources = {mention.source for mention in mentions}
    if {account.sources[id].kind for id in sources} & _DOCUMENTS:
        return "documented"
    # Lists draw on each other and on the same complaints: several of them are not independent of each other.
    if len(_roots(account, sources)) > 1 and {account.sources[id].kind for id in sources} != {
        "list"
    }:
        return "corroborated"
    return "partly" if len(mentions) > 1 else "reported"


def _episodes(account: Account) -> tuple[PersonEpisode, ...]:
    heads = account.episode_heads or {}
    positions = {leg.id: leg.position for leg in account.legs}
    members: dict[UUID, list[UUID]] = defaultdict(list)
    for episode in account.episodes:
        members[heads.get(episode.id, episode.id)].append(episode.id)
    said: dict[UUID, list[Claim]] = defaultdict(list)
    for claim in account.claims:
        if claim.episode is not None:
            said[heads.get(claim.episode, claim.episode)].append(claim)
    return tuple(
        _episode(head, together, said[head], positions, account.provisional_episodes)
        for head, together in members.items()
    )


def _episode(
    head: UUID,
    together: Sequence[UUID],
    claims: Iterable[Claim],
    positions: Mapping[UUID, int],
    provisional: frozenset[UUID],
) -> PersonEpisode:
    stages: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        stages[positions.get(claim.leg, 0) if claim.leg else 0].append(claim)
    return PersonEpisode(
        id=head,
        members=tuple(together),
        stages={stage: tuple(stages[stage]) for stage in sorted(stages)},
        provisional=bool(provisional & set(together)),
        warnings=_warnings(stages),
    )


def _warnings(stages: Mapping[int, Sequence[Claim]]) -> tuple[str, ...]:
    """Warn account by account: the second stage of one account may be the first of another."""
    forms: dict[UUID, list[str]] = defaultdict(list)
    for stage in sorted(stages):
        for claim in stages[stage]:
            if claim.property == "custody_form" and claim.value:
                forms[claim.subject.id].append(claim.value)
    found = (warning for told in forms.values() for warning in warn_transitions(told))
    return tuple(dict.fromkeys(found))
