"""Whether an archive still holds what was recorded: every act's root computed anew from the tables."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from aigaq.records.claims import Claim, SubjectKind
from aigaq.services.actors import Actor
from aigaq.services.judging import judgement_record
from aigaq.services.rights import basis_record, consent_record, harm_record
from aigaq.store import models
from aigaq.store.rows import PLAIN_TABLES, claim_record, plain_record, read_claim, sealed_hashes
from aigaq.vault.act_tree import act_root, field_salt, record_root
from aigaq.vault.canonical import Json
from aigaq.vault.listing import Finding

#: The open fields of a record, and the hashes of its sealed ones.
type _Record = tuple[Mapping[str, Json], Mapping[str, bytes]]


def check_archive(actor: Actor) -> Iterator[Finding | None]:
    """Check every act in turn.

    Args:
        actor: who asks.

    Yields:
        None for an act that holds, a finding for one that does not.

    Raises:
        NotAllowed: the actor may not read.
    """
    actor.require("read")
    records = _records_by_event()
    affected = _affected()
    for event in models.Event.objects.order_by("at", "id").iterator():
        yield _check_event(event, records.get(event.id, ()), affected)


def _check_event(
    event: models.Event,
    records: Sequence[_Record],
    affected: Mapping[UUID, Sequence[UUID]],
) -> Finding | None:
    place = f"act {event.id} ({event.kind}, {event.at:%Y-%m-%d %H:%M} UTC)"
    fields: dict[str, Json] = json.loads(event.fields)
    recorded = (fields.get("act"), fields.get("actor"), fields.get("at"))
    if recorded != (event.kind, str(event.actor_id), event.at.isoformat()):
        return Finding(place, "was altered: its kind, actor or time is not the one recorded")
    salt = bytes(event.salt)
    roots = [
        record_root(bytes(row.salt), claim_record(_claim(row, affected)))
        for row in models.Claim.objects.filter(event_id=event.id)
        .select_related("subject")
        .order_by("position")
    ]
    if len(roots) != event.claims:
        return Finding(place, f"has {len(roots)} claims where {event.claims} were recorded")
    ordered = sorted(records, key=lambda record: str(record[0]["id"]))
    roots += [record_root(field_salt(salt, str(one["id"])), one, sealed) for one, sealed in ordered]
    if act_root(salt, fields, roots).hex() != event.root:
        return Finding(place, "was altered: what is stored no longer gives the recorded root")
    return None


def _claim(row: models.Claim, affected: Mapping[UUID, Sequence[UUID]]) -> Claim:
    kind = SubjectKind(row.subject.kind) if row.subject else SubjectKind.MENTION
    return read_claim(row, kind, tuple(affected.get(row.id, ())))


def _records_by_event() -> Mapping[UUID, Sequence[_Record]]:
    found: dict[UUID, list[_Record]] = defaultdict(list)
    for judgement in models.Judgement.objects.iterator():
        found[judgement.event_id].append((judgement_record(judgement), {}))
    for consent in models.Consent.objects.iterator():
        found[consent.event_id].append((consent_record(consent), {}))
    for basis in models.PublicationBasis.objects.iterator():
        found[basis.event_id].append((basis_record(basis), {}))
    for harm in models.HarmDecision.objects.iterator():
        found[harm.event_id].append((harm_record(harm), {}))
    for table in PLAIN_TABLES:
        for row in table._default_manager.iterator():
            found[row.event_id].append((plain_record(row), sealed_hashes(row)))
    return found


def _affected() -> Mapping[UUID, Sequence[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for claim, mention in models.Affected.objects.values_list("claim_id", "mention_id"):
        found[claim].append(mention)
    return found


def count_acts() -> int:
    """Return how many acts are on record."""
    return models.Event.objects.count()
