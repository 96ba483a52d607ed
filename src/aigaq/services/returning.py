"""What a table brings of sources that are here already: another's testimony, a new answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched

from aigaq.intake.choices import normal
from aigaq.intake.drafts import ConsentDraft, RowDraft, SourceDraft
from aigaq.records.errors import BadInput
from aigaq.services.actors import Actor
from aigaq.store import models
from aigaq.vault.sealing import unseal_field

_AT_ONCE = 900  # ids in one query: SQLite takes no more than 32,766 values, older builds 999


@dataclass(frozen=True, slots=True)
class Testimony:
    """A testimony on record: its source row, and its consents, oldest first."""

    source: models.Source
    consents: Sequence[models.Consent]


def find_testimonies(drafts: Iterable[RowDraft]) -> Mapping[str, Testimony]:
    """Return source key → the testimony on record under it, of those that the drafts bring a speaker for."""
    keys = {draft.source.key for draft in drafts if draft.testifier is not None}
    found: dict[str, Testimony] = {}
    for some in batched(sorted(keys), _AT_ONCE):
        rows = models.Source.objects.filter(key__in=some).select_related("testifier")
        for row in rows:
            found[row.key] = Testimony(row, [])
        consents = models.Consent.objects.filter(source__key__in=some).select_related("event")
        for consent in consents.select_related("source").order_by("version"):
            found[consent.source.key] = Testimony(
                found[consent.source.key].source, [*found[consent.source.key].consents, consent]
            )
    return found


def is_anothers(actor: Actor, draft: RowDraft, held: Testimony) -> bool:
    """Return whether a row's testimony is from somebody else than the one on record under its key.

    Two spreadsheets that both count from 1 must not give one person's words to another.

    Raises:
        NotAllowed: the identity compartment is locked.
    """
    if draft.testifier is None:
        return False
    if held.source.testifier is None:
        return True
    key, record = actor.key("identity"), str(held.source.testifier_id)
    name = unseal_field(key, held.source.testifier.name, record=record, field="name").value
    return normal(name) != normal(draft.testifier.name)


def new_consent(draft: RowDraft, held: Testimony) -> ConsentDraft | None:
    """Return what a later edition of a table says the speaker allows, where it differs from its last one.

    What was recorded since by command stands unless the table itself changed; a withdrawal always stands.
    """
    if draft.consent is None or not held.consents or held.consents[-1].withdrawn:
        return None
    imported = [one for one in held.consents if one.event.kind == "import"]
    if imported and _terms(imported[-1]) == _terms(draft.consent):
        return None
    return draft.consent


def _terms(consent: models.Consent | ConsentDraft) -> tuple[object, ...]:
    return (
        consent.about, dict(consent.purposes), consent.audience, consent.identity_mode,
        consent.place_granularity, consent.date_granularity,
    )  # fmt: skip


def check_sources(drafts: Iterable[SourceDraft]) -> None:
    """Check that no source on record has the key of a different one.

    Raises:
        BadInput: a key is taken by a source of another kind or title.
    """
    wanted = {draft.key: draft for draft in drafts}
    for some in batched(sorted(wanted), _AT_ONCE):
        rows = models.Source.objects.filter(key__in=some).values_list("key", "kind", "title")
        for key, kind, title in rows:
            draft = wanted[key]
            if (kind, title) != (draft.kind, draft.title):
                raise BadInput(
                    f"the source key {key!r} belongs to “{title}” ({kind}) here, not to “{draft.title}” "
                    f"({draft.kind}); give this source a key of its own, or that kind and title if it is "
                    "a later edition"
                )
