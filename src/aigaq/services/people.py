"""Reading persons: which mentions stand together, and the view over each group."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from aigaq.records.claims import Claim, SubjectKind
from aigaq.records.errors import NotFound
from aigaq.records.identity import Identity, resolve
from aigaq.records.judgements import Matter
from aigaq.records.person import Account, Person, build_person
from aigaq.records.sources import Episode, Leg, Mention, Source
from aigaq.records.vocabulary import property_of
from aigaq.records.wording import say_value
from aigaq.services.actors import COMPARTMENTS, Actor
from aigaq.services.judging import all_judgements
from aigaq.services.sealed_claims import (
    compartment_of,
    count_sealed,
    read_sealed,
    sealed_properties,
)
from aigaq.store import models
from aigaq.store.rows import read_claim, read_episode, read_leg, read_mention, read_source


def identities(matter: Matter = Matter.PERSON) -> Identity:
    """Return who stands with whom: mentions as persons, or episodes as arrests."""
    if matter is Matter.PERSON:
        ordered = models.Mention.objects.order_by("recorded_at", "id")
        return resolve(list(ordered.values_list("id", flat=True)), all_judgements(matter))
    episodes = models.Episode.objects.order_by("mention__recorded_at", "mention_id", "position")
    return resolve(list(episodes.values_list("id", flat=True)), all_judgements(matter))


def read_people(
    actor: Actor, *, provisional: bool = True, only: Iterable[UUID] | None = None
) -> Iterator[Person]:
    """Return the person views, oldest first; sealed claims stand in them where the actor's keys open them.

    Args:
        actor: who reads.
        provisional: whether links the machine alone made join accounts.
        only: mention ids; the persons they belong to. None for everyone.

    Raises:
        NotAllowed: the actor may not read.
    """
    actor.require("read")
    holdings = read_holdings(provisional=provisional, reader=actor)
    heads = holdings.heads_of(only)
    return (build_person(holdings.account(head)) for head in heads)


def count_withheld(actor: Actor, mentions: Iterable[UUID]) -> Mapping[str, int]:
    """Return compartment → how many sealed claims about these mentions the actor could open and has not.

    Of a compartment whose key was not given to them nobody learns whether a person has anything in it: that
    there is something in `sensitive` says much already.

    Raises:
        NotAllowed: the actor may not read.
    """
    actor.require("read")
    given = models.Grant.objects.filter(member_id=actor.id).values_list("compartment", flat=True)
    not_theirs = set(COMPARTMENTS) - set(given)
    return count_sealed(list(mentions), without=not_theirs | actor.keys.keys())


def find_person(actor: Actor, mention: UUID, *, provisional: bool = True) -> Person:
    """Return the person a mention belongs to; the id of any of a person's mentions leads to it.

    Raises:
        NotFound: there is no such mention.
    """
    return next(iter(read_people(actor, provisional=provisional, only=[mention])))


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that person views are computed from, loaded once."""

    identity: Identity
    groups: Mapping[UUID, Sequence[UUID]]
    mentions: Mapping[UUID, Mention]
    claims: Mapping[UUID, Sequence[Claim]]
    sources: Mapping[UUID, Source]
    episodes: Mapping[UUID, Sequence[Episode]]
    legs: Mapping[UUID, Sequence[Leg]]
    episode_identity: Identity
    provisional: bool

    def heads_of(self, only: Iterable[UUID] | None) -> Iterable[UUID]:
        """Return the ids of the persons that the given mentions belong to, or of all.

        Raises:
            NotFound: one of them is no mention here.
        """
        if only is None:
            return self.groups
        heads = self.identity.working if self.provisional else self.identity.confirmed
        wanted = dict.fromkeys(only)
        if missing := [id for id in wanted if id not in heads]:
            raise NotFound(f"there is no person or account {missing[0]} here")
        return dict.fromkeys(heads[id] for id in wanted)

    def account(self, head: UUID) -> Account:
        """Return what one person view is built from."""
        mentions = self.groups[head]
        episodes = tuple(one for id in mentions for one in self.episodes.get(id, ()))
        confirmed = self.identity.confirmed
        joined = self.episode_identity
        heads = joined.working if self.provisional else joined.confirmed
        return Account(
            mentions=tuple(self.mentions[id] for id in mentions),
            claims=tuple(one for id in mentions for one in self.claims.get(id, ())),
            sources={
                self.mentions[id].source: self.sources[self.mentions[id].source] for id in mentions
            },
            episodes=episodes,
            legs=tuple(leg for one in episodes for leg in self.legs.get(one.id, ())),
            episode_heads={one.id: heads[one.id] for one in episodes},
            provisional=frozenset(id for id in mentions if confirmed[id] != confirmed[head]),
            provisional_episodes=frozenset(
                one.id
                for one in episodes
                if joined.confirmed[one.id] != joined.confirmed[heads[one.id]]
            ),
        )


def read_holdings(*, provisional: bool, reader: Actor | None = None) -> Holdings:
    """Load what person views are computed from.

    Args:
        provisional: whether links the machine alone made join accounts.
        reader: whose keys open sealed claims; None: what is in a compartment stays out.
    """
    identity = identities()
    return Holdings(
        identity=identity,
        groups=identity.groups(provisional=provisional),
        mentions={row.id: read_mention(row) for row in models.Mention.objects.iterator()},
        claims=_claims_by_mention(reader),
        sources={row.id: read_source(row) for row in models.Source.objects.iterator()},
        episodes=_grouped(
            (row.mention_id, read_episode(row))
            for row in models.Episode.objects.order_by("mention_id", "position").iterator()
        ),
        legs=_grouped(
            (row.episode_id, read_leg(row))
            for row in models.Leg.objects.order_by("episode_id", "position").iterator()
        ),
        episode_identity=identities(Matter.EPISODE),
        provisional=provisional,
    )


def claims_in_force() -> Iterator[Claim]:
    """Return every claim about a person that no later claim supersedes, oldest first."""
    affected: dict[UUID, list[UUID]] = defaultdict(list)
    for claim, mention in models.Affected.objects.values_list("claim_id", "mention_id"):
        affected[claim].append(mention)
    rows = models.Claim.objects.filter(mention__isnull=False, superseded_by__isnull=True)
    for row in rows.order_by("recorded_at", "event_id", "position").iterator(chunk_size=5000):
        yield read_claim(row, SubjectKind.MENTION, tuple(affected.get(row.id, ())))


def _claims_by_mention(reader: Actor | None) -> Mapping[UUID, Sequence[Claim]]:
    opens = {"", *(reader.keys if reader else ())}
    # Archives older than the table of sealed claims hold some in the open: shown to no more people.
    shown = (one for one in claims_in_force() if compartment_of(one.property) in opens)
    found = {
        id: list(claims) for id, claims in _grouped((one.subject.id, one) for one in shown).items()
    }
    for id, claims in (read_sealed(reader) if reader else {}).items():
        found.setdefault(id, []).extend(claims)
    return found


def _grouped[T](pairs: Iterable[tuple[UUID, T]]) -> Mapping[UUID, Sequence[T]]:
    grouped: dict[UUID, list[T]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return grouped


def source_titles(sources: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return source id → title."""
    rows = models.Source.objects.filter(id__in=set(sources)).values_list("id", "title")
    return dict(rows)


def describe_mentions(mentions: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return mention id → one line of what it says, its names first, for a person who has to judge it."""
    told = tell_mentions(mentions)
    return {
        id: f"[{one.source}] " + "; ".join(part for part in (*_shown_names(one), one.rest) if part)
        for id, one in told.items()
    }


@dataclass(frozen=True, slots=True)
class Told:
    """What one mention says, in a line.

    Attributes:
        source: the source's title.
        names: (name, language tag) pairs.
        rest: everything else.
    """

    source: str
    names: tuple[tuple[str, str], ...]
    rest: str


def tell_mentions(mentions: Iterable[UUID]) -> Mapping[UUID, Told]:
    """Return mention id → what it says, in a line, its names apart."""
    wanted = list(mentions)
    said: dict[UUID, list[Claim]] = {id: [] for id in wanted}
    rows = models.Claim.objects.filter(mention_id__in=wanted, superseded_by__isnull=True)
    rows = rows.exclude(property__in=sealed_properties())
    for row in rows.exclude(value="").order_by("event_id", "position"):
        claim = read_claim(row, SubjectKind.MENTION)
        said[claim.subject.id].append(claim)
    titles = dict(models.Mention.objects.filter(id__in=wanted).values_list("id", "source__title"))
    return {id: _tell(titles.get(id, "?"), claims) for id, claims in said.items()}


def _tell(title: str, claims: Iterable[Claim]) -> Told:
    told = [one for one in claims if property_of(one.property).value not in ("mention_ref", "url")]
    names = tuple((one.value, one.lang) for one in told if one.property == "name")
    parts = [f"{_label(one)} {say_value(one)}" for one in told if one.property != "name"]
    more = f"; and {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else ""
    return Told(title, names, "; ".join(parts[:_SHOWN]) + more)


def _shown_names(told: Told) -> tuple[str, ...]:
    return tuple(name for name, _ in told.names[:_SHOWN])


_SHOWN = 12


def _label(claim: Claim) -> str:
    return property_of(claim.property).label().lower() + ":"
