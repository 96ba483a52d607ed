"""Between table rows and the domain's frozen types, and the canonical record of a claim."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from aigaq.records.claims import Claim, ClaimState, Locator, Subject, SubjectKind
from aigaq.records.consent import Consent, HarmDecision, PublicationBasis
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.records.sources import Episode, Leg, Mention, Source
from aigaq.store import models
from aigaq.vault.canonical import Json
from aigaq.vault.sealing import SealedBytes

#: Columns of a claim's row, in the order in which `claim_values` gives them.
CLAIM_COLUMNS = tuple(
    "id event_id position salt mention_id subject_id property state value words lang source_id file row "
    "column page timecode span_start span_end voice basis hops certainty said_on recorded_by_id recorded_at "
    "supersedes_id episode_id leg_id place generated_by qualifier note".split()
)


def claim_values(claim: Claim, event: UUID, position: int, salt: bytes) -> tuple[object, ...]:
    """Return the row of a claim, in the order of CLAIM_COLUMNS."""
    about = claim.subject.id
    of_mention = claim.subject.kind is SubjectKind.MENTION
    place = claim.locator
    start, end = place.span or (None, None)
    return (
        claim.id, event, position, salt, about if of_mention else None, None if of_mention else about,
        claim.property, claim.state.value, claim.value, claim.words, claim.lang, claim.source, place.file,
        place.row, place.column, place.page, place.timecode, start, end, claim.voice, claim.basis, claim.hops,
        claim.certainty, claim.said_on, claim.recorded_by, claim.recorded_at, claim.supersedes, claim.episode,
        claim.leg, claim.place, claim.generated_by, claim.qualifier, claim.note,
    )  # fmt: skip


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


_TEXTS = ("property value words lang voice basis said_on place generated_by qualifier note").split()


def claim_record(claim: Claim) -> Mapping[str, Json]:
    """Return the canonical record of a claim: what enters the act's tree, empty fields left out."""
    record: dict[str, Json] = {
        "id": str(claim.id),
        "subject": f"{claim.subject.kind.value} {claim.subject.id}",
        "state": claim.state.value,
        "source": str(claim.source),
        "recorded": f"{claim.recorded_at.isoformat()} {claim.recorded_by}",
    }
    for name in _TEXTS:
        if text := getattr(claim, name):
            record[name] = text
    if locator := _locator_record(claim.locator):
        record["locator"] = locator
    if claim.episode:
        record["episode"] = f"{claim.episode} {claim.leg or ''}"
    if others := sorted(str(id) for id in claim.affects if id != claim.subject.id):
        record["affects"] = others
    if claim.supersedes:
        record["supersedes"] = str(claim.supersedes)
    if claim.certainty is not None:
        record["certainty"] = claim.certainty
    if claim.hops is not None:
        record["hops"] = claim.hops
    return record


def _locator_record(locator: Locator) -> Mapping[str, Json]:
    parts: dict[str, Json] = {
        "file": locator.file,
        "row": locator.row,
        "column": locator.column,
        "page": locator.page,
        "timecode": locator.timecode,
        "span": list(locator.span) if locator.span else None,
    }
    return {name: part for name, part in parts.items() if part not in ("", None)}


#: Tables whose rows enter the act that brought them as they are, column by column.
PLAIN_TABLES: tuple[type[models.Recorded], ...] = (
    models.Source, models.ImportedFile, models.Mention, models.Subject, models.Episode, models.Leg,
    models.Act, models.Involvement, models.Release, models.Approval, models.Witness, models.Authority,
    models.Testifier, models.Item, models.CustodyEvent, models.Escrow, models.Erased, models.SealedClaim,
    models.IntakeKey,
)  # fmt: skip


def plain_record(row: models.Recorded) -> dict[str, Json]:
    """Return the canonical record of a row of one of PLAIN_TABLES: its table and every column in the open."""
    record: dict[str, Json] = {"table": row._meta.model_name}
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        is_time = isinstance(value, datetime)
        if value is not None and column.attname != "event_id" and type(value) is not SealedBytes:
            record[column.attname] = (
                value.isoformat() if is_time else str(value) if isinstance(value, UUID) else value
            )
    return record


def sealed_hashes(row: models.Recorded) -> dict[str, bytes]:
    """Return field → hash of the sealed columns of a row of one of PLAIN_TABLES, as they enter its act."""
    return {name: value.commitment for name, value in _sealed(row).items()}


def sealing_keys(row: models.Recorded) -> set[str]:
    """Return the ids of the keys under which columns of a row are sealed."""
    return {value.key_id for value in _sealed(row).values()}


def _sealed(row: models.Recorded) -> Mapping[str, SealedBytes]:
    held = ((column.attname, getattr(row, column.attname)) for column in row._meta.concrete_fields)
    return {name: value for name, value in held if isinstance(value, SealedBytes)}


def intervention_record(
    row: models.Intervention, on_behalf_of: Iterable[UUID] = ()
) -> dict[str, Json]:
    """Return the canonical record of an intervention, with the mentions on whose behalf it was made.

    Args:
        row: the row.
        on_behalf_of: the mentions, before they are stored; those that are stored are added.
    """
    mentions = {*on_behalf_of, *(mention.id for mention in row.on_behalf_of.all())}
    return {**plain_record(row), "on_behalf_of": sorted(map(str, mentions))}


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
