"""“Is this person already here?”: everybody's names held in memory for a session, asked while typing."""

from collections.abc import Iterator
from uuid import UUID

from aigaq.linkage.suggest import Known, Span, Suggester, Suggestion
from aigaq.records.dates import parse_date
from aigaq.services.actors import Actor
from aigaq.services.people import identities
from aigaq.store import models

type PersonSuggester = Suggester[UUID]
type PersonSuggestion = Suggestion[UUID]


def open_suggester(actor: Actor) -> PersonSuggester:
    """Return a suggester over every person here, as they stand together now; build it once a session.

    Its answers are ids of persons (of any of their accounts). Names recorded later are not in it.

    Raises:
        NotAllowed: the actor may not read.
    """
    actor.require("read")
    return Suggester.build(_list_known())


def _list_known() -> Iterator[Known[UUID]]:
    person = identities().working
    births = {mention: _span(value) for mention, value, _ in reversed(list(_claims("birth")))}
    for mention, name, lang in _claims("name"):
        yield Known(person.get(mention, mention), name, lang, births.get(mention))


def _claims(property_code: str) -> Iterator[tuple[UUID, str, str]]:
    """Mention, value and language of every claim in force, without building claims of them: it is the
    difference between one second and half a minute at 100,000 persons."""
    rows = models.Claim.objects.filter(
        property=property_code, state="known", mention__isnull=False, superseded_by__isnull=True
    ).order_by("recorded_at", "event_id", "position")
    yield from rows.values_list("mention_id", "value", "lang").iterator(chunk_size=5000)


def _span(value: str) -> Span:
    told = parse_date(value)
    return told.earliest, told.latest
