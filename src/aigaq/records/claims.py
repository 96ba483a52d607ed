"""The atom of the archive: one property and value, as one source gives it, about one subject."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aigaq.records.dates import parse_date
from aigaq.records.errors import BadClaim
from aigaq.records.langtags import check_tag
from aigaq.records.vocabulary import Property, property_of, vocabulary

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class SubjectKind(StrEnum):
    """What a claim can be about (DESIGN §2, *subject*)."""

    MENTION = "mention"
    FACILITY = "facility"
    SITE = "site"
    BODY = "body"
    GROUP = "group"
    POLICY = "policy"
    EVENT = "event"
    FIGURE = "figure"


class ClaimState(StrEnum):
    """Whether a value is there, and if not, why: four different absences (DESIGN §2)."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"
    NOT_STATED = "not_stated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a claim is about."""

    kind: SubjectKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in its source a claim stands; every part may be empty.

    Attributes:
        file: SHA-256 (hex) of the file read.
        row: row number as a spreadsheet shows it (the heading is row 1).
        column: heading of the column.
        page: page as printed.
        timecode: start of the passage in a recording, `hh:mm:ss`.
        span: first and last character of a passage in a text, counted from 0, end exclusive.
    """

    file: str = ""
    row: int | None = None
    column: str = ""
    page: str = ""
    timecode: str = ""
    span: tuple[int, int] | None = None

    def describe(self) -> str:
        """Return the place in words: `row 12, column “nombre”`."""
        parts = [
            f"page {self.page}" if self.page else "",
            f"at {self.timecode}" if self.timecode else "",
            f"row {self.row}" if self.row is not None else "",
            f"column “{self.column}”" if self.column else "",
            f"characters {self.span[0]}–{self.span[1]}" if self.span else "",
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says: one property, one value. Never edited; a correction supersedes it.

    Attributes:
        id: made before storing.
        subject: what it is about.
        affects: every mention it touches (its subject when that is a mention, and whoever it names).
        property: code from `vocab/properties.yaml`.
        state: `known`, or which absence this is.
        value: canonical value: EDTF for dates, code for terms, decimal text for numbers, the words
            themselves otherwise; "" when the state is not `known`.
        words: the words as said or written, untouched.
        lang: BCP 47 tag with script of the words, or "" when there are none.
        source: the source that says it.
        locator: where in the source.
        voice: who speaks (`vocab/voice.yaml`): a relative, an official, a list …
        basis: how the speaker knows (`vocab/knowledge_basis.yaml`), or "".
        hops: people between the event and the speaker; 0 is the person's own experience; None unknown.
        certainty: 1 (unsure) to 3 (sure), as given; None when not given.
        said_on: EDTF date of the statement, or "".
        recorded_by: the member who recorded it.
        recorded_at: when, UTC.
        supersedes: the claim it corrects, or None.
        episode, leg: the deprivation of liberty and its stage it belongs to, or None.
        place: code of the division a place was resolved to, or "".
        generated_by: tool that derived it, or "" for what a person said or wrote.
        qualifier: which kind of name, relative or sign of life (the property's `qualifier` list), or "".
        note: remark on this claim, may be shown.
    """

    id: UUID
    subject: Subject
    property: str
    source: UUID
    recorded_by: UUID
    recorded_at: datetime
    state: ClaimState = ClaimState.KNOWN
    value: str = ""
    words: str = ""
    lang: str = ""
    affects: tuple[UUID, ...] = ()
    locator: Locator = field(default_factory=Locator)
    voice: str = ""
    basis: str = ""
    hops: int | None = None
    certainty: int | None = None
    said_on: str = ""
    supersedes: UUID | None = None
    episode: UUID | None = None
    leg: UUID | None = None
    place: str = ""
    generated_by: str = ""
    qualifier: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        check_claim(self)


def check_claim(claim: Claim) -> None:
    """Check a claim against its property's definition.

    Raises:
        BadClaim: it has a value although the state says there is none (or the reverse), its property is
            not said of such a subject, or its value is not of the property's kind.
        BadDate: its value or its `said_on` should be a date and is not.
        BadInput: its value, voice, basis or qualifier is no term of the list it should come from.
        BadLanguageTag: its words carry a tag without a script.
    """
    definition = property_of(claim.property)
    if claim.subject.kind not in definition.subjects:
        raise BadClaim(f"{claim.property} is not said of a {claim.subject.kind}")
    if (claim.state is ClaimState.KNOWN) != bool(claim.value.strip()):
        raise BadClaim(f"{claim.property}: a value goes with the state “known” and with no other")
    if claim.lang:
        check_tag(claim.lang)
    if claim.certainty not in (None, 1, 2, 3):
        raise BadClaim(f"{claim.property}: certainty is 1, 2 or 3, not {claim.certainty}")
    if claim.hops is not None and claim.hops < 0:
        raise BadClaim(f"{claim.property}: hops count people, so not {claim.hops}")
    if claim.said_on:
        parse_date(claim.said_on)
    if claim.value:
        check_value(definition, claim.value)
    _check_terms(definition, claim)


def _check_terms(definition: Property, claim: Claim) -> None:
    if claim.voice:
        vocabulary("voice").term(claim.voice)
    if claim.basis:
        vocabulary("knowledge_basis").term(claim.basis)
    if claim.qualifier and not definition.qualifier:
        raise BadClaim(f"{claim.property} takes no qualifier, so not {claim.qualifier!r}")
    if claim.qualifier:
        vocabulary(definition.qualifier).term(claim.qualifier)


def check_value(definition: Property, value: str) -> None:
    """Check that `value` is of the kind its property asks for.

    Raises:
        BadClaim, BadDate, BadInput: it is not.
    """
    if definition.value == "date":
        parse_date(value)
    elif definition.value == "term":
        vocabulary(definition.vocabulary).term(value)
    elif definition.value == "number" and not _NUMBER.fullmatch(value):
        raise BadClaim(f"{definition.code}: {value!r} is not a number")
    elif definition.value == "mention_ref":
        _check_uuid(definition.code, value)


def _check_uuid(code: str, value: str) -> None:
    try:
        canonical = str(UUID(value)) == value
    except ValueError:
        canonical = False
    if not canonical:
        raise BadClaim(f"{code}: {value!r} is not the id of a mention")
