"""What one evidence package may hold: the claims and recordings that consent allows for a court."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

from aigaq.adapters.clock import today
from aigaq.records.consent import REASONS, Request, Rights, decide_recording
from aigaq.records.errors import NotFound
from aigaq.records.person import Account, build_person
from aigaq.services.actors import Actor
from aigaq.services.releasing import Clearance, Cleared, clear
from aigaq.services.rights import find_source, read_rights
from aigaq.store import models

#: A court is a named partner that is told in confidence; nothing here is for the public.
PURPOSE, AUDIENCE = "courts_prosecutors", "named_partners"

#: Compartments whose files leave by an export with its reason alone, as their claims never do: no consent is
#: asked for them apart. Testimonies lie in `identity`, and whether the speaker may be known is asked below.
_PROTECTED = ("sensitive", "operators")


@dataclass(frozen=True, slots=True)
class Scope:
    """What may leave, for one person or one source.

    Attributes:
        about: the person's or the source's id.
        clearance: people as far as they may be told of; its digest covers items and recipients too.
        items: evidence files that may leave whole, in the order in which they came.
        left_out: reason in words → how many claims and files.
        request: purpose, audience and day.
    """

    about: UUID
    clearance: Clearance
    items: Sequence[models.Item]
    left_out: Mapping[str, int]
    request: Request


def find_scope(actor: Actor, target: str, recipients: Sequence[str]) -> Scope:
    """Weigh everything that is held of a person or from a source.

    Args:
        actor: who prepares the package.
        target: id of a person (of any account of theirs), or id or key of a source.
        recipients: whom it is for; the approval is for these alone.

    Raises:
        NotFound: there is no such person or source.
        NotAllowed: the actor may not propose releases.
    """
    request = Request(PURPOSE, AUDIENCE, today())
    mention = _mention(target)
    source = None if mention else find_source(target)
    mentions = [mention] if mention else _mentions_of([source]) if source else []
    clearance = clear(actor, request, only=mentions)
    if source:
        clearance = replace(clearance, people=tuple(_only_from(source, clearance.people)))
    sources = [source] if source else _sources_of(clearance.people)
    items, refused, relied = _items(sources, clearance.people, read_rights(PURPOSE), request)
    about = mention or source
    if about is None:
        raise NotFound(f"there is no person or source {target!r} here")
    whole = replace(
        clearance,
        relied_on=tuple(sorted({*clearance.relied_on, *relied})),
        digest=_digest(about, clearance, items, recipients),
    )
    return Scope(about, whole, items, {**clearance.withheld, **refused}, request)


def _mention(target: str) -> UUID | None:
    try:
        found = models.Mention.objects.filter(id=UUID(target)).values_list("id", flat=True)
    except ValueError:
        return None
    return found.first()


def _mentions_of(sources: Collection[UUID]) -> Sequence[UUID]:
    rows = models.Mention.objects.filter(source_id__in=sources).order_by("recorded_at", "id")
    return list(rows.values_list("id", flat=True))


def _only_from(source: UUID, people: Iterable[Cleared]) -> Iterable[Cleared]:
    """Cut every person down to what one source says."""
    for one in people:
        account = one.account
        claims = tuple(claim for claim in account.claims if claim.source == source)
        if claims:
            cut = Account(
                mentions=tuple(each for each in account.mentions if each.source == source),
                claims=claims,
                sources={source: account.sources[source]},
                episodes=account.episodes,
                legs=account.legs,
                episode_heads=account.episode_heads,
                provisional=account.provisional,
                provisional_episodes=account.provisional_episodes,
            )
            yield replace(one, person=build_person(cut), account=cut)


def _sources_of(people: Iterable[Cleared]) -> Sequence[UUID]:
    return list(dict.fromkeys(id for one in people for id in one.account.sources))


def _items(
    sources: Sequence[UUID], people: Sequence[Cleared], rights: Rights, request: Request
) -> tuple[Sequence[models.Item], Mapping[str, int], Sequence[UUID]]:
    """Return the files that may leave, why others may not, and what that rests on.

    A recording tells of everybody in it: it leaves only where every account of its source may.
    """
    told = {mention.id for one in people for mention in one.account.mentions}
    kept: list[models.Item] = []
    refused: Counter[str] = Counter()
    relied: list[UUID] = []
    for source in sources:
        held = list(models.Item.objects.filter(source_id=source).order_by("event__at", "id"))
        mentions = _mentions_of([source])
        decision = decide_recording(source, mentions, rights, request)
        reason = decision.reason
        if not reason and not told.issuperset(mentions):
            reason = "recording"
        if not reason and not _speaker_may_be_known(source):
            reason = "speaker"
        if reason:
            refused[f"files: {REASONS[reason]}"] += len(held)
            continue
        free = [item for item in held if item.compartment not in _PROTECTED]
        refused[f"files: {REASONS['compartment']}"] += len(held) - len(free)
        kept += free
        relied += decision.relied_on if free else ()
    return kept, {reason: count for reason, count in refused.items() if count}, relied


def _speaker_may_be_known(source: UUID) -> bool:
    """Return whether nobody's face and voice stay secret: each speaker's newest consent says so."""
    row = models.Source.objects.get(id=source)
    if row.testifier_id is None:
        return True
    newest = row.consents.order_by("-version").first()
    said = newest.details if newest else {}
    hidden = "no" in (said.get("face_visible"), said.get("voice_unaltered"))
    return said.get("testifier_identity_mode") == "full_name" and not hidden


def _digest(
    about: UUID, clearance: Clearance, items: Sequence[models.Item], recipients: Sequence[str]
) -> str:
    lines = [f"aigaq package of {about}", clearance.digest]
    lines += [f"account {one.person.id}" for one in clearance.people]
    lines += [f"item {item.id} {item.blob}" for item in items]
    lines += [f"to {recipient}" for recipient in sorted(recipients)]
    return sha256("\n".join(lines).encode()).hexdigest()
