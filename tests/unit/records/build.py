"""Claims, sources and consents for tests, with only what a test is about spelled out."""

from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from aigaq.records.claims import Claim, Subject, SubjectKind
from aigaq.records.sources import Mention, Source

MENTION, OTHER_MENTION = UUID(int=101), UUID(int=102)
SOURCE, OTHER_SOURCE, THIRD_SOURCE = UUID(int=201), UUID(int=202), UUID(int=203)
MEMBER = UUID(int=301)
NOW = datetime(2026, 1, 1, tzinfo=UTC)

_numbers = count(1)


def claim(property: str, value: str = "", **more: object) -> Claim:
    """A claim about `about` (a mention) or `subject`, by `source`."""
    about = more.pop("about", MENTION)
    fields: dict[str, object] = {
        "id": UUID(int=10_000 + next(_numbers)),
        "subject": Subject(SubjectKind.MENTION, about),  # type: ignore[arg-type]
        "source": SOURCE,
        "recorded_by": MEMBER,
        "recorded_at": NOW,
    }
    return Claim(property=property, value=value, **(fields | more))  # type: ignore[arg-type]


def mention(id: UUID = MENTION, source: UUID = SOURCE) -> Mention:
    return Mention(id, source, str(id), NOW)


def source(id: UUID = SOURCE, kind: str = "list", **more: object) -> Source:
    return Source(id, kind, f"Source {id.int}", **more)  # type: ignore[arg-type]
