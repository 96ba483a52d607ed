"""Claims that live in a compartment: sealed as they are recorded, opened for those who hold its key.

What is sealed is the claim's canonical record but for what stands in the row, padded, so that a "yes" is as
long as a sentence. Who recorded it and when is the act's.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet

from aigaq.records.claims import Claim, ClaimState, Locator, Subject, SubjectKind
from aigaq.records.errors import Refused
from aigaq.records.vocabulary import properties, property_of
from aigaq.services.actors import Actor
from aigaq.store import models
from aigaq.store.rows import claim_record
from aigaq.vault.canonical import canonical_json
from aigaq.vault.sealing import SealBroken, seal_field, unseal_field

_TOLD = "told"
_IN_THE_OPEN = frozenset({"id", "subject", "source", "recorded", "supersedes"})
_PAD = 512  # bytes; a bare "yes" with its place in the file takes some 250
_AT_ONCE = 900  # ids in one query: SQLite takes no more than 32,766 values, older builds 999


def compartment_of(property_code: str) -> str:
    """Return the compartment that claims of a property are sealed in, or ""."""
    return property_of(property_code).compartment


def sealed_properties() -> frozenset[str]:
    """Return the codes of all properties whose claims are sealed."""
    return frozenset(code for code, one in properties().items() if one.compartment)


def seal_claims(actor: Actor, event: UUID, claims: Iterable[Claim]) -> list[models.SealedClaim]:
    """Return the rows of claims of compartments.

    Args:
        actor: who records; holds the compartments' keys.
        event: the act they belong to.
        claims: each of a property that has a compartment.

    Raises:
        NotAllowed: a compartment is locked for the actor.
    """
    return [_seal(actor, event, claim) for claim in claims]


def _seal(actor: Actor, event: UUID, claim: Claim) -> models.SealedClaim:
    compartment = compartment_of(claim.property)
    of_mention = claim.subject.kind is SubjectKind.MENTION
    return models.SealedClaim(
        id=claim.id,
        event_id=event,
        compartment=compartment,
        mention_id=claim.subject.id if of_mention else None,
        subject_id=None if of_mention else claim.subject.id,
        source_id=claim.source,
        supersedes_id=claim.supersedes,
        told=seal_field(actor.key(compartment), _tell(claim), record=str(claim.id), field=_TOLD),
    )


def _tell(claim: Claim) -> str:
    record = {
        name: value for name, value in claim_record(claim).items() if name not in _IN_THE_OPEN
    }
    text = canonical_json(record).decode()
    return text + " " * (-len(text.encode()) % _PAD)


def open_claim(actor: Actor, row: models.SealedClaim) -> Claim:
    """Return the claim a row holds.

    Raises:
        NotAllowed: its compartment is locked for the actor.
        Refused: it does not open, though they hold the key.
    """
    key = actor.key(row.compartment)
    try:
        told = unseal_field(key, row.told, record=str(row.id), field=_TOLD).value
    except SealBroken as error:
        raise Refused(
            f"sealed claim {row.id} does not open ({error}); restore the archive from a backup"
        ) from error
    return _claim(row, json.loads(told))


def _claim(row: models.SealedClaim, told: Mapping[str, object]) -> Claim:
    parts = dict(told)
    place = dict(parts.pop("locator", {}))  # type: ignore[call-overload]  # as `claim_record` wrote it
    if "span" in place:
        place["span"] = tuple(place["span"])
    episode, _, leg = str(parts.pop("episode", "")).partition(" ")
    others = tuple(UUID(one) for one in parts.pop("affects", ()))  # type: ignore[attr-defined]
    subject, by = _subject(row), row.event.actor_id
    if by is None:
        raise ValueError(f"sealed claim {row.id} was recorded by nobody")
    own = (subject.id,) if subject.kind is SubjectKind.MENTION else ()
    return Claim(
        id=row.id,
        subject=subject,
        source=row.source_id,
        recorded_by=by,
        recorded_at=row.event.at,
        supersedes=row.supersedes_id,
        state=ClaimState(str(parts.pop("state"))),
        locator=Locator(**place),
        episode=UUID(episode) if episode else None,
        leg=UUID(leg) if leg else None,
        affects=(*own, *others),
        **parts,  # type: ignore[arg-type]
    )


def _subject(row: models.SealedClaim) -> Subject:
    if row.mention_id is not None:
        return Subject(SubjectKind.MENTION, row.mention_id)
    if row.subject is None:
        raise ValueError(f"sealed claim {row.id} is about nothing")
    return Subject(SubjectKind(row.subject.kind), row.subject.id)


def in_force(**about: object) -> QuerySet[models.SealedClaim]:
    """Return the rows of sealed claims that no later claim supersedes, oldest first.

    Args:
        about: Django lookups on the row.
    """
    rows = models.SealedClaim.objects.filter(superseded_by__isnull=True, **about)
    return rows.select_related("event", "subject").order_by("event__at", "id")


def read_sealed(actor: Actor) -> Mapping[UUID, Sequence[Claim]]:
    """Return mention → the sealed claims in force that the actor's keys open, oldest first."""
    rows = in_force(mention__isnull=False, compartment__in=list(actor.keys))
    found: dict[UUID, list[Claim]] = defaultdict(list)
    for row in rows.iterator(chunk_size=5000) if actor.keys else ():
        claim = open_claim(actor, row)
        found[claim.subject.id].append(claim)
    return found


def read_sealed_of(
    actor: Actor, mentions: Collection[UUID], *, superseded: bool = False
) -> Iterator[Claim]:
    """Yield the sealed claims of some mentions.

    Args:
        actor: who reads.
        mentions: their ids.
        superseded: whether corrected claims are wanted too.

    Raises:
        NotAllowed: one of them is in a compartment that is locked for the actor.
    """
    wanted = sorted(mentions)
    for start in range(0, len(wanted), _AT_ONCE):
        some = {"mention_id__in": wanted[start : start + _AT_ONCE]}
        rows = models.SealedClaim.objects.filter(**some) if superseded else in_force(**some)
        for row in rows.select_related("event", "subject").iterator():
            yield open_claim(actor, row)


def count_sealed(
    mentions: Collection[UUID] | None = None, *, without: Collection[str] = ()
) -> Mapping[str, int]:
    """Return compartment → how many sealed claims in force it holds.

    Args:
        mentions: of which accounts; None for all.
        without: compartments that don't count, such as those that are unlocked.
    """
    rows = models.SealedClaim.objects.filter(superseded_by__isnull=True)
    if mentions is not None:
        rows = rows.filter(mention_id__in=list(mentions))
    rows = rows.exclude(compartment__in=list(without))
    return dict(sorted(Counter(rows.values_list("compartment", flat=True)).items()))


def count_by_mention() -> Mapping[UUID, int]:
    """Return mention → how many of its claims in force are sealed."""
    rows = models.SealedClaim.objects.filter(superseded_by__isnull=True, mention__isnull=False)
    return Counter(rows.values_list("mention_id", flat=True))
