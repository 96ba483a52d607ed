"""Sources, what they say about whom, and the evidence behind them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Source:
    """Where information comes from: a testimony, document, article, list, post or official reply.

    Attributes:
        id: made before storing.
        kind: code from `vocab/source_kind.yaml`.
        title: as cited, never a testifier's name.
        key: stable key within its collection (a list's own id), unique in the archive; may be "".
        citation: how to cite it in one line.
        url: address shown as a citation, not fetched.
        lang: language of the source, BCP 47 with script, or "".
        licence: on what terms it may be used.
        voice: who speaks in it by default (`vocab/voice.yaml`).
        dated: EDTF date of the source, or "".
        testifier: id of who gave it, for a testimony; the identity itself is sealed.
        independent_of: key of the source it copies or derives from, or "".
    """

    id: UUID
    kind: str
    title: str
    key: str = ""
    citation: str = ""
    url: str = ""
    lang: str = ""
    licence: str = ""
    voice: str = ""
    dated: str = ""
    testifier: UUID | None = None
    independent_of: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """One source's account of one person.

    `key` identifies it inside its source, so that a second import finds it again; `recorded_at` and `id`
    order mentions: a person's id is its oldest mention's.
    """

    id: UUID
    source: UUID
    key: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """A deprivation of liberty as one mention tells it."""

    id: UUID
    mention: UUID
    position: int = 1


@dataclass(frozen=True, slots=True)
class Leg:
    """One stage of an episode (police custody → camp → prison), in order."""

    id: UUID
    episode: UUID
    position: int = 1
