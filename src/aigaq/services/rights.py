"""Consent, publication basis and harm decisions: recorded, versioned, and read back for a release."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from aigaq.records.consent import Consent, HarmDecision, PublicationBasis, Rights
from aigaq.records.errors import BadInput, NotFound
from aigaq.records.ids import new_id
from aigaq.records.vocabulary import vocabulary
from aigaq.services.actors import Actor
from aigaq.services.acts import Recording, act
from aigaq.store import models
from aigaq.store.rows import read_basis, read_consent, read_harm
from aigaq.vault.canonical import Json

#: What a consent record keeps besides what the release service evaluates (reference 03 §3.3).
CONSENT_DETAILS = frozenset(
    "basis_for_speaking obtained_by obtained_with obtained_at obtained_place language interpreter "
    "explanation_script explanation_version understood form recording_audio recording_video recording_photo "
    "face_visible voice_unaltered testifier_identity_mode photo_allowed until_event review_date "
    "withdrawal_channel withdrawal_limits_explained withdrawn_scope withdrawn_reason risk support_offered "
    "fees other_database".split()
)


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What a testifier says when asked: one version of a consent, before it is stored."""

    about: str
    purposes: Mapping[str, str]
    audience: str
    identity_mode: str = "no_name"
    place_granularity: str = "none"
    date_granularity: str = "year"
    words_reviewed: bool = False
    withhold: frozenset[str] = frozenset()
    until: date | None = None
    details: Mapping[str, str] = field(default_factory=dict)


def record_consent(actor: Actor, source: UUID, terms: ConsentTerms) -> UUID:
    """Record a new version of the consent of a testimony's speaker; it replaces the one before.

    Raises:
        NotFound: there is no such testimony with a testifier.
        BadInput: a code or a detail is unknown.
    """
    _check(terms)
    row = models.Source.objects.filter(id=source, testifier__isnull=False).first()
    if row is None or row.testifier_id is None:
        raise NotFound("this source is no testimony with a testifier, who alone could consent")
    with act(actor, "consent.record", {"source": str(source)}) as recording:
        return _store_consent(recording, source, row.testifier_id, terms, withdrawn=False)


def withdraw_consent(actor: Actor, source: UUID, reason: str) -> UUID:
    """Record that the speaker takes their consent back: nothing of this testimony is released any more.

    Raises:
        NotFound: no consent is on record for it.
    """
    latest = models.Consent.objects.filter(source_id=source).order_by("-version").first()
    if latest is None:
        raise NotFound("this source has no consent on record that could be taken back")
    old = read_consent(latest)
    terms = ConsentTerms(
        about=old.about,
        purposes=dict.fromkeys(old.purposes, "no"),
        audience=old.audience,
        details={"withdrawn_scope": "stop_release", "withdrawn_reason": reason},
    )
    with act(actor, "consent.withdraw", {"source": str(source)}) as recording:
        return _store_consent(recording, source, old.testifier, terms, withdrawn=True)


_ABOUT = ("self", "proxy", "child", "deceased")


def _check(terms: ConsentTerms) -> None:
    if terms.about not in _ABOUT:
        raise BadInput(f"a consent is about one of {', '.join(_ABOUT)}, not {terms.about!r}")
    for purpose, answer in terms.purposes.items():
        vocabulary("consent_purpose").term(purpose)
        vocabulary("consent_answer").term(answer)
    for list_code in ("audience", "identity_mode", "place_granularity", "date_granularity"):
        name = f"consent_{list_code}" if list_code == "audience" else list_code
        vocabulary(name).term(getattr(terms, list_code))
    if unknown := set(terms.details) - CONSENT_DETAILS:
        raise BadInput(f"a consent record has no place for {min(unknown)!r}")


def _store_consent(
    recording: Recording, source: UUID, testifier: UUID, terms: ConsentTerms, *, withdrawn: bool
) -> UUID:
    versions = models.Consent.objects.filter(source_id=source, testifier_id=testifier).count()
    row = models.Consent(
        id=new_id(),
        event_id=recording.event,
        source_id=source,
        testifier_id=testifier,
        version=versions + 1,
        about=terms.about,
        purposes=dict(terms.purposes),
        audience=terms.audience,
        identity_mode=terms.identity_mode,
        place_granularity=terms.place_granularity,
        date_granularity=terms.date_granularity,
        words_reviewed=terms.words_reviewed,
        withhold=sorted(terms.withhold),
        until=terms.until,
        withdrawn=withdrawn,
        details=dict(terms.details),
    )
    add_consent(recording, row)
    return row.id


def add_consent(recording: Recording, row: models.Consent) -> None:
    """Store a consent version as part of an act, hashed into it."""
    recording.add_records([consent_record(row)])
    recording.add(models.Consent, [row])


def consent_record(row: models.Consent) -> dict[str, Json]:
    """Return the canonical record of a consent version."""
    return {
        "id": str(row.id),
        "source": str(row.source_id),
        "testifier": str(row.testifier_id),
        "version": row.version,
        "about": row.about,
        "purposes": dict(row.purposes),
        "audience": row.audience,
        "identity_mode": row.identity_mode,
        "place_granularity": row.place_granularity,
        "date_granularity": row.date_granularity,
        "words_reviewed": row.words_reviewed,
        "withhold": list(row.withhold),
        "until": row.until.isoformat() if row.until else "",
        "withdrawn": row.withdrawn,
        "details": dict(row.details),
    }


def record_basis(actor: Actor, source: UUID, kind: str, reason: str) -> UUID:
    """Record why a source may be published without its speaker's consent.

    Raises:
        BadInput: the kind is unknown or no reason is given.
        NotFound: there is no such source.
    """
    vocabulary("publication_basis").term(kind)
    if not reason.strip():
        raise BadInput("a publication basis needs a reason; say why in a sentence")
    if not models.Source.objects.filter(id=source).exists():
        raise NotFound(f"there is no source {source} here")
    with act(actor, "basis.record", {"source": str(source), "kind": kind}) as recording:
        return add_basis(recording, source, kind, reason)


def withdraw_basis(actor: Actor, basis: UUID, reason: str) -> UUID:
    """Take a publication basis back; what it alone supported is released no more.

    Raises:
        NotFound: there is no such basis.
        BadInput: it was already taken back, or no reason is given.
    """
    if not reason.strip():
        raise BadInput("taking a publication basis back needs a reason; say why in a sentence")
    row = models.PublicationBasis.objects.filter(id=basis, withdraws__isnull=True).first()
    if row is None:
        raise NotFound(f"there is no publication basis {basis} here")
    if models.PublicationBasis.objects.filter(withdraws_id=basis).exists():
        raise BadInput(f"publication basis {basis} was already taken back")
    fields = {"source": str(row.source_id), "withdraws": str(basis)}
    with act(actor, "basis.withdraw", fields, permission="basis.record") as recording:
        return add_basis(recording, row.source_id, row.kind, reason, withdraws=basis)


def add_basis(
    recording: Recording, source: UUID, kind: str, reason: str, withdraws: UUID | None = None
) -> UUID:
    """Store a publication basis as part of an act, hashed into it.

    Raises:
        BadInput: somebody's testimony is called an official list.
    """
    if kind == "official_historical_list" and _is_testimony(source):
        raise BadInput("a testimony is no official list; its speaker's consent decides")
    row = models.PublicationBasis(
        id=new_id(),
        event_id=recording.event,
        source_id=source,
        kind=kind,
        reason=reason,
        recorded_by_id=recording.actor.id,
        withdraws_id=withdraws,
    )
    recording.add_records([basis_record(row)])
    recording.add(models.PublicationBasis, [row])
    return row.id


def _is_testimony(source: UUID) -> bool:
    found = models.Source.objects.filter(id=source)
    return found.filter(Q(testifier__isnull=False) | Q(kind="testimony")).exists()


def basis_record(row: models.PublicationBasis) -> dict[str, Json]:
    """Return the canonical record of a publication basis."""
    return {
        "id": str(row.id),
        "source": str(row.source_id),
        "kind": row.kind,
        "reason": row.reason,
        "withdraws": str(row.withdraws_id or ""),
    }


def decide_harm(actor: Actor, mention: UUID, purpose: str, *, allow: bool, reason: str) -> UUID:
    """Record a reviewer's decision whether releasing a mention could hurt someone.

    Raises:
        NotAllowed: the actor is no reviewer.
        BadInput: the purpose is unknown or no reason is given.
        NotFound: there is no such mention.
    """
    vocabulary("consent_purpose").term(purpose)
    if not reason.strip():
        raise BadInput("a harm decision needs a reason; say why in a sentence")
    if not models.Mention.objects.filter(id=mention).exists():
        raise NotFound(f"there is no account {mention} here")
    fields: dict[str, Json] = {
        "mention": str(mention), "purpose": purpose, "allow": allow, "reason": reason,
    }  # fmt: skip
    with act(actor, "harm.decide", fields) as recording:
        row = models.HarmDecision(
            id=new_id(),
            event_id=recording.event,
            mention_id=mention,
            purpose=purpose,
            allow=allow,
            reason=reason,
            decided_by_id=actor.id,
            decided_at=recording.at,
        )
        recording.add_records([harm_record(row)])
        recording.add(models.HarmDecision, [row])
    return row.id


def harm_record(row: models.HarmDecision) -> dict[str, Json]:
    """Return the canonical record of a harm decision."""
    return {
        "id": str(row.id),
        "mention": str(row.mention_id),
        "purpose": row.purpose,
        "allow": row.allow,
        "reason": row.reason,
        "decided": f"{row.decided_at.isoformat()} {row.decided_by_id}",
    }


def read_rights(purpose: str) -> Rights:
    """Return everything on record that bears on a release for one purpose, newest versions only."""
    return Rights(_newest_consents(), _bases_in_force(), _newest_harm(purpose))


def _newest_consents() -> Mapping[UUID, Sequence[Consent]]:
    newest: dict[tuple[UUID, UUID], Consent] = {}
    for row in models.Consent.objects.order_by("version").iterator():
        newest[row.source_id, row.testifier_id] = read_consent(row)
    by_source: dict[UUID, list[Consent]] = defaultdict(list)
    for (source, _), consent in newest.items():
        by_source[source].append(consent)
    return by_source


def _bases_in_force() -> Mapping[UUID, Sequence[PublicationBasis]]:
    by_source: dict[UUID, list[PublicationBasis]] = defaultdict(list)
    rows = models.PublicationBasis.objects.filter(withdraws__isnull=True, withdrawn_by__isnull=True)
    for row in rows.iterator():
        by_source[row.source_id].append(read_basis(row))
    return by_source


def _newest_harm(purpose: str) -> Mapping[UUID, HarmDecision]:
    rows = models.HarmDecision.objects.filter(purpose=purpose).order_by("decided_at", "id")
    return {row.mention_id: read_harm(row) for row in rows.iterator()}


def find_source(name: str) -> UUID:
    """Return the id of a source by its id or key.

    Raises:
        NotFound: there is none.
    """
    found = models.Source.objects.filter(key=name).values_list("id", flat=True).first()
    if found is None:
        try:
            found = models.Source.objects.filter(id=UUID(name)).values_list("id", flat=True).first()
        except ValueError:
            found = None
    if found is None:
        raise NotFound(f"there is no source {name!r} here")
    return found
