"""Erasing a testimony at its speaker's wish: its records, salts and keys are destroyed, the bare leaf stays.

Each record leaves the hash it had in its act's tree (`store/models/erasure.py`), so that the act still
verifies. The salts of records are derived from their act's; that one is emptied, and those of what stays are
kept one by one.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from aigaq.adapters.blobs import remove_blob
from aigaq.records.errors import NotFound
from aigaq.records.ids import new_id
from aigaq.services.act_records import EMPTIED, StoredAct, TreeRecord, columns_of, read_acts
from aigaq.services.actors import Actor
from aigaq.services.acts import Recording, act
from aigaq.services.archive import Archive
from aigaq.store import models
from aigaq.store.rows import intervention_record
from aigaq.store.scrub import overwrite_deleted, prepare_deletion
from aigaq.vault.canonical import Json

#: Acts whose own fields quote what was said, and the table whose rows they are about.
_TELLING = {"correct": models.Claim, "harm.decide": models.HarmDecision}


#: The field of an erasing act that names the encrypted files to be taken away.
_FILES = "files"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure took away: how many records of which tables, and how many files."""

    records: Mapping[str, int]
    files: int


type _Rows = dict[type[Any], set[UUID]]


def erase_source(archive: Archive, actor: Actor, source: UUID) -> Erasure:
    """Erase a testimony or other source with all that hangs on it: accounts, claims, consents, files, keys.

    Its speaker is erased too, unless another source of theirs is here. What other sources say stays; a
    petition of theirs on behalf of several people is recorded anew without this one.

    Raises:
        NotAllowed: the actor may not erase.
        NotFound: there is no such source.
    """
    actor.require("erase")
    if not models.Source.objects.filter(id=source).exists():
        raise NotFound(f"there is no source {source} here")
    prepare_deletion()
    with act(actor, "erase", {"source": str(source)}) as recording:
        doomed = _collect(source)
        blobs = list(
            models.Item.objects.filter(id__in=doomed[models.Item]).values_list("blob", flat=True)
        )
        _record_interventions_anew(recording, doomed)
        _record_erased(recording, doomed)
        _delete(doomed)
        count = {table._meta.model_name: len(ids) for table, ids in doomed.items() if ids}
        recording.fields["records"] = dict(sorted(count.items()))
        recording.fields[_FILES] = sorted(blobs)
    finish_erasing(archive, actor)
    return Erasure(count, len(blobs))


def finish_erasing(archive: Archive, actor: Actor) -> int:
    """Take away what erasures left behind that were stopped after their records had gone: files, old pages.

    Returns:
        How many files went.

    Raises:
        NotAllowed: the actor may not erase.
    """
    actor.require("erase")
    doomed: set[str] = set()
    for fields in models.Event.objects.filter(kind="erase").values_list("fields", flat=True):
        doomed |= set(json.loads(fields).get(_FILES, ()))
    kept = models.Item.objects.filter(blob__in=doomed).values_list("blob", flat=True)
    gone = sum(remove_blob(archive.folder, blob) for blob in sorted(doomed - set(kept)))
    overwrite_deleted()
    return gone


def _collect(source: UUID) -> _Rows:
    """Return table → ids of everything that is of this source or hangs on it."""
    of_source = {"source_id": source}
    mentions = _ids(models.Mention.objects.filter(**of_source))
    episodes = _ids(models.Episode.objects.filter(mention_id__in=mentions))
    acts = _ids(
        models.Act.objects.filter(
            Q(**of_source) | Q(victim_id__in=mentions) | Q(episode_id__in=episodes)
        )
    )
    items = _ids(models.Item.objects.filter(**of_source))
    return {
        models.Claim: _claims(source, mentions),
        models.SealedClaim: _sealed_claims(source, mentions),
        models.Judgement: _ids(_judgements(mentions, episodes)),
        models.HarmDecision: _ids(models.HarmDecision.objects.filter(mention_id__in=mentions)),
        models.Involvement: _ids(models.Involvement.objects.filter(act_id__in=acts)),
        models.Act: acts,
        models.Intervention: _ids(
            models.Intervention.objects.filter(Q(**of_source) | Q(on_behalf_of__id__in=mentions))
        ),
        models.CustodyEvent: _ids(models.CustodyEvent.objects.filter(item_id__in=items)),
        models.Item: items,
        models.Leg: _ids(models.Leg.objects.filter(episode_id__in=episodes)),
        models.Episode: episodes,
        models.Mention: mentions,
        models.Consent: _ids(models.Consent.objects.filter(**of_source)),
        models.PublicationBasis: _ids(models.PublicationBasis.objects.filter(**of_source)),
        models.Source: {source},
        models.Testifier: _speaker(source),
    }


def _ids(rows: QuerySet[Any]) -> set[UUID]:
    return set(rows.values_list("id", flat=True))


def _claims(source: UUID, mentions: Collection[UUID]) -> set[UUID]:
    """Return the claims of a source, those about its accounts, and whatever corrects one of them."""
    found = _ids(
        models.Claim.objects.filter(
            Q(source_id=source) | Q(mention_id__in=mentions) | Q(affected__mention_id__in=mentions)
        )
    )
    return _with_corrections(models.Claim, found)


def _sealed_claims(source: UUID, mentions: Collection[UUID]) -> set[UUID]:
    found = _ids(
        models.SealedClaim.objects.filter(Q(source_id=source) | Q(mention_id__in=mentions))
    )
    return _with_corrections(models.SealedClaim, found)


def _with_corrections(table: type[Any], found: set[UUID]) -> set[UUID]:
    """Return claims with whatever corrects one of them, and whatever corrects that."""
    while later := _ids(table.objects.filter(supersedes_id__in=found)) - found:
        found |= later
    return found


def _judgements(
    mentions: Collection[UUID], episodes: Collection[UUID]
) -> QuerySet[models.Judgement]:
    return models.Judgement.objects.filter(
        Q(left_mention_id__in=mentions)
        | Q(right_mention_id__in=mentions)
        | Q(left_episode_id__in=episodes)
        | Q(right_episode_id__in=episodes)
    )


def _speaker(source: UUID) -> set[UUID]:
    """Return who testified, unless another source of theirs is here."""
    speaker = models.Source.objects.get(id=source).testifier_id
    if speaker is None:
        return set()
    others = models.Source.objects.filter(testifier_id=speaker).exclude(id=source)
    return set() if others.exists() else {speaker}


def _record_interventions_anew(recording: Recording, doomed: _Rows) -> None:
    """Record other sources' petitions again without the accounts that go; their old records go with those."""
    through = models.Intervention.on_behalf_of.through
    held = models.Intervention.objects.filter(id__in=doomed[models.Intervention])
    for old in list(held.exclude(source_id__in=doomed[models.Source])):
        victims = _ids(old.on_behalf_of.exclude(id__in=doomed[models.Mention]))
        row = models.Intervention(
            id=new_id(),
            event_id=recording.event,
            source_id=old.source_id,
            kind=old.kind,
            addressee=old.addressee,
            on=old.on,
            by=old.by,
            response=old.response,
        )
        recording.add(models.Intervention, [row])
        through.objects.bulk_create(
            [through(intervention_id=row.id, mention_id=id) for id in sorted(victims)]
        )
        recording.add_records([intervention_record(row)])


def _record_erased(recording: Recording, doomed: _Rows) -> None:
    """Write down what goes and the hash it had; empty the salts from which its own could be derived."""
    going = {id for ids in doomed.values() for id in ids}
    positions = dict(
        models.Claim.objects.filter(id__in=doomed[models.Claim]).values_list("id", "position")
    )
    emptied: list[Json] = []
    for stored in read_acts(list(_events(doomed))):
        gone = [record for record in stored.records if record.id in going]
        if _tells(stored.event, gone):
            gone.append(stored.own)
            emptied.append(columns_of(stored.event))
        recording.add(
            models.Erased,
            [_erased(recording, stored, record, positions.get(record.id)) for record in gone],
        )
        if any(record.table != "claim" for record in gone):
            _keep_salts(stored, {record.id for record in gone})
    recording.fields[EMPTIED] = emptied


def _events(doomed: _Rows) -> Iterator[models.Event]:
    found: set[UUID] = set()
    for table, ids in doomed.items():
        found |= set(table.objects.filter(id__in=ids).values_list("event_id", flat=True))
    yield from models.Event.objects.filter(id__in=found)


def _tells(event: models.Event, gone: Sequence[TreeRecord]) -> bool:
    """Return whether an act's own fields quote what somebody said of a record that goes."""
    table = _TELLING.get(event.kind)
    return table is not None and any(record.table == table._meta.model_name for record in gone)


def _erased(
    recording: Recording, stored: StoredAct, record: TreeRecord, position: int | None
) -> models.Erased:
    return models.Erased(
        id=record.id,
        event_id=recording.event,
        brought_by_id=stored.event.id,
        table=record.table,
        position=position,
        root=record.root().hex(),
    )


def _keep_salts(stored: StoredAct, gone: Collection[UUID]) -> None:
    """Empty an act's salt, after those of what stays in it were written down one by one."""
    event = stored.event
    if bytes(event.salt):
        kept = dict(_salts_of_others(stored, gone))
        rows = [
            models.KeptSalt(brought_by=event, name=name, salt=salt) for name, salt in kept.items()
        ]
        models.KeptSalt.objects.bulk_create(rows, batch_size=2000)
    else:
        names = {str(id) for id in gone}
        if event.id in gone:
            names |= set(stored.own.fields)
        models.KeptSalt.objects.filter(brought_by=event, name__in=names)._raw_delete("default")
    changes = {"salt": b""} | ({"fields": "{}"} if event.id in gone else {})
    models.Event.objects.filter(id=event.id).update(**changes)


def _salts_of_others(stored: StoredAct, gone: Collection[UUID]) -> Iterable[tuple[str, bytes]]:
    if stored.event.id not in gone:
        yield from ((name, stored.own.salt_of(name)) for name in stored.own.fields)
    for record in stored.records[1:]:
        if record.table != "claim" and record.id not in gone and not record.erased_root:
            yield str(record.id), record.salt


def _delete(doomed: _Rows) -> None:
    """Delete the rows; past Django, which would look for what hangs on them, though all of that goes too."""
    affected, links = models.Affected.objects, models.Intervention.on_behalf_of.through.objects
    hanging: Sequence[QuerySet[Any]] = (
        affected.filter(claim_id__in=doomed[models.Claim]),
        affected.filter(mention_id__in=doomed[models.Mention]),
        links.filter(intervention_id__in=doomed[models.Intervention]),
        models.ItemKey.objects.filter(item_id__in=doomed[models.Item]),
    )
    for rows in (*hanging, *(table.objects.filter(id__in=ids) for table, ids in doomed.items())):
        rows._raw_delete("default")
