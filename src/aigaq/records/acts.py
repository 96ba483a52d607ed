"""Who did what to whom, and who stepped in (HURIDOCS Events formats: act, involvement, intervention)."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Act:
    """A violation against one victim, as one source tells it.

    Attributes:
        victim: the mention it was done to; None when it was done to a subject such as a mosque.
        subject: the facility, site or group it was done to, when not a person.
        kind: code from `vocab/act_kind.yaml`.
        episode: the episode it happened in, or None.
        began, ended: EDTF, or "".
    """

    id: UUID
    source: UUID
    kind: str
    victim: UUID | None = None
    subject: UUID | None = None
    episode: UUID | None = None
    began: str = ""
    ended: str = ""
    place_words: str = ""


@dataclass(frozen=True, slots=True)
class Involvement:
    """Who took part in an act and how. An alleged perpetrator is a body or official, never asked."""

    id: UUID
    act: UUID
    body: UUID
    degree: str
    certainty: int | None = None


@dataclass(frozen=True, slots=True)
class Intervention:
    """A petition, letter, appeal or visit on behalf of victims, with addressee and outcome."""

    id: UUID
    source: UUID
    kind: str
    addressee: str
    on: str = ""
    by: str = ""
    response: str = ""
    on_behalf_of: tuple[UUID, ...] = ()
