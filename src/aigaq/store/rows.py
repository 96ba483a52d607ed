"""Between table rows and the domain's frozen types, and the canonical record of a claim."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from aigaq.records.claims import Claim, ClaimState, Locator, Subject, SubjectKind
from aigaq.records.consent import Consent, HarmDecision, PublicationBasis
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.records.sources import Episode, Leg, Mention, Source
from aigaq.store import models
from aigaq.vault.canonical import Json


def claim_row(claim: Claim, event: UUID, position: int, salt: bytes) -> models.Claim:
    """Return the table row of a claim."""
    about_mention = claim.subject.kind is SubjectKind.MENTION
    start, end = claim.locator.span or (None, None)
    return models.Claim(
        id=claim.id,
        event_id=event,
        position=position,
        salt=salt,
        mention_id=claim.subject.id if about_mention else None,
        subject_id=None if about_mention else claim.subject.id,
        property=claim.property,
        state=claim.state.value,
        value=claim.value,
        words=claim.words,
        lang=claim.lang,
        source_id=claim.source,
        file=claim.locator.file,
        row=claim.locator.row,
        column=claim.locator.column,
        page=claim.locator.page,
        timecode=claim.locator.timecode,
        span_start=start,
        span_end=end,
        voice=claim.voice,
        basis=claim.basis,
        hops=claim.hops,
        certainty=claim.certainty,
        said_on=claim.said_on,
        recorded_by_id=claim.recorded_by,
        recorded_at=claim.recorded_at,
        supersedes_id=claim.supersedes,
        episode_id=claim.episode,
        leg_id=claim.leg,
        place=claim.place,
        generated_by=claim.generated_by,
        qualifier=claim.qualifier,
        note=claim.note,
    )


def read_claim(row: models.Claim, kind: SubjectKind, affects: tuple[UUID, ...] = ()) -> Claim:
    """Return the claim a row holds.

    Args:
        row: the row.
        kind: what its subject is.
        affects: the other mentions it touches; its own mention is added.
    """
    about = row.mention_id or row.subject_id
    if about is None:
        raise ValueError(f"claim {row.id} is about nothing")
    own = (row.mention_id,) if row.mention_id else ()
    start, end = row.span_start, row.span_end
    span = (start, end) if start is not None and end is not None else None
    return Claim(
        id=row.id,
        subject=Subject(kind, about),
        property=row.property,
        source=row.source_id,
        recorded_by=row.recorded_by_id,
        recorded_at=row.recorded_at,
        state=ClaimState(row.state),
        value=row.value,
        words=row.words,
        lang=row.lang,
        affects=(*own, *affects),
        locator=Locator(row.file, row.row, row.column, row.page, row.timecode, span),
        voice=row.voice,
        basis=row.basis,
        hops=row.hops,
        certainty=row.certainty,
        said_on=row.said_on,
        supersedes=row.supersedes_id,
        episode=row.episode_id,
        leg=row.leg_id,
        place=row.place,
        generated_by=row.generated_by,
        qualifier=row.qualifier,
        note=row.note,
    )


_TEXTS = (
    "property state value words lang file column page timecode voice basis said_on place generated_by "
    "qualifier note"
).split()
_NUMBERS = ("row", "span_start", "span_end", "hops", "certainty")
_IDS = ("id mention_id subject_id source_id recorded_by_id supersedes_id episode_id leg_id").split()


def claim_record(row: models.Claim, affects: Iterable[UUID] = ()) -> Mapping[str, Json]:
    """Return the canonical record of a claim: what enters the act's tree, empty fields left out."""
    record: dict[str, Json] = {name: getattr(row, name) for name in _TEXTS if getattr(row, name)}
    for name in _NUMBERS:
        if (number := getattr(row, name)) is not None:
            record[name] = number
    for name in _IDS:
        if (id := getattr(row, name)) is not None:
            record[name] = str(id)
    if others := sorted(str(id) for id in affects):
        record["affects"] = others
    record["recorded_at"] = row.recorded_at.isoformat()
    return record


def read_source(row: models.Source) -> Source:
    """Return the source a row holds."""
    return Source(
        id=row.id,
        kind=row.kind,
        title=row.title,
        key=row.key,
        citation=row.citation,
        url=row.url,
        lang=row.lang,
        licence=row.licence,
        voice=row.voice,
        dated=row.dated,
        testifier=row.testifier_id,
        independent_of=row.independent_of,
    )


def read_mention(row: models.Mention) -> Mention:
    """Return the mention a row holds."""
    return Mention(row.id, row.source_id, row.key, row.recorded_at)


def read_episode(row: models.Episode) -> Episode:
    """Return the episode a row holds."""
    return Episode(row.id, row.mention_id, row.position)


def read_leg(row: models.Leg) -> Leg:
    """Return the leg a row holds."""
    return Leg(row.id, row.episode_id, row.position)


def judgement_row(judgement: Judgement, event: UUID, evidence: str = "") -> models.Judgement:
    """Return the table row of a judgement; `evidence` is the machine's waterfall as JSON text."""
    person = judgement.matter is Matter.PERSON
    return models.Judgement(
        id=judgement.id,
        event_id=event,
        left_mention_id=judgement.left if person else None,
        right_mention_id=judgement.right if person else None,
        left_episode_id=None if person else judgement.left,
        right_episode_id=None if person else judgement.right,
        outcome=judgement.outcome.value,
        decided_by_id=judgement.decided_by,
        decided_at=judgement.decided_at,
        reason=judgement.reason,
        probability=judgement.probability,
        evidence=evidence,
        withdraws_id=judgement.withdraws,
    )


def read_judgement(row: models.Judgement) -> Judgement:
    """Return the judgement a row holds."""
    person = row.left_mention_id is not None
    left = row.left_mention_id if person else row.left_episode_id
    right = row.right_mention_id if person else row.right_episode_id
    if left is None or right is None:
        raise ValueError(f"judgement {row.id} is about nothing")
    return Judgement(
        id=row.id,
        matter=Matter.PERSON if person else Matter.EPISODE,
        left=left,
        right=right,
        outcome=Outcome(row.outcome),
        decided_at=row.decided_at,
        decided_by=row.decided_by_id,
        reason=row.reason,
        probability=row.probability,
        withdraws=row.withdraws_id,
    )


def read_judgements(rows: Iterable[models.Judgement]) -> Iterator[Judgement]:
    """Return the judgements rows hold."""
    return map(read_judgement, rows)


def read_consent(row: models.Consent) -> Consent:
    """Return the consent version a row holds."""
    return Consent(
        id=row.id,
        source=row.source_id,
        testifier=row.testifier_id,
        version=row.version,
        about=row.about,
        purposes=row.purposes,
        audience=row.audience,
        identity_mode=row.identity_mode,
        place_granularity=row.place_granularity,
        date_granularity=row.date_granularity,
        words_reviewed=row.words_reviewed,
        withhold=frozenset(row.withhold),
        until=row.until,
        withdrawn=row.withdrawn,
    )


def read_basis(row: models.PublicationBasis) -> PublicationBasis:
    """Return the publication basis a row holds."""
    return PublicationBasis(row.id, row.source_id, row.kind, row.reason, row.recorded_by_id)


def read_harm(row: models.HarmDecision) -> HarmDecision:
    """Return the harm decision a row holds."""
    return HarmDecision(
        row.id, row.mention_id, row.purpose, row.allow, row.reason, row.decided_by_id
    )
