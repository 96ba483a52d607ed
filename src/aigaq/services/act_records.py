"""What stands in the tree of an act, read back from the tables: for its check, and to prove a part of it.

An act's tree holds its own fields first, then its claims in order, then every other row it brought, in order
of their ids. What was erased stands there by the bare hash it had (`store/models/erasure.py`).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from aigaq.records.claims import SubjectKind
from aigaq.services.judging import judgement_record
from aigaq.services.rights import basis_record, consent_record, harm_record
from aigaq.store import models
from aigaq.store.rows import (
    PLAIN_TABLES,
    claim_record,
    intervention_record,
    plain_record,
    read_claim,
    sealed_hashes,
)
from aigaq.vault.act_tree import field_hash, field_salt, record_leaves
from aigaq.vault.canonical import Json
from aigaq.vault.merkle import hash_leaf, tree_root

#: The field in which an erasing act says of what kind, by whom and of when the acts were whose own fields it
#: took: these columns then stand in no other tree.
EMPTIED = "emptied"

_CHUNK_ACTS = 500
_CHUNK_CLAIMS = 20_000
_NONE: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TreeRecord:
    """One record as it stands in its act's tree.

    Attributes:
        id: the row's; of the act's own fields, the act's.
        table: name of its table.
        fields: field → value, of those in the open; empty when it was erased.
        sealed: field → hash, of the sealed ones.
        salt: the record's secret salt, b"" when its fields have kept salts of their own.
        kept: field → its own salt, where the record's was destroyed because of another record's erasure.
        erased_root: the bare hash that is left of an erased record (32 bytes), else b"".
    """

    id: UUID
    table: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    sealed: Mapping[str, bytes] = _NONE
    salt: bytes = b""
    kept: Mapping[str, bytes] = _NONE
    erased_root: bytes = b""

    def salt_of(self, name: str) -> bytes:
        """Return the salt of one open field (32 bytes), which proves it and nothing else."""
        return self.kept[name] if self.kept else field_salt(self.salt, name)

    def leaves(self) -> tuple[tuple[str, bytes], ...]:
        """Return (field, its hash) in the order of the record's tree; none when it was erased."""
        if self.erased_root:
            return ()
        if not self.kept:
            return record_leaves(self.salt, self.fields, self.sealed)
        own = {name: field_hash(self.kept[name], name, self.fields[name]) for name in self.fields}
        return record_leaves(b"", {}, {**own, **self.sealed})

    def root(self) -> bytes:
        """Return the root over the record's fields (32 bytes)."""
        return self.erased_root or tree_root([hash_leaf(hash) for _, hash in self.leaves()])


@dataclass(frozen=True, slots=True)
class StoredAct:
    """An act as the tables hold it.

    Attributes:
        event: its row.
        records: its own fields, its claims, its other records: in the order of its tree.
        readable: False where a row of it can't be read, or stands in an erased one's place; there are no
            records then.
    """

    event: models.Event
    records: Sequence[TreeRecord]
    readable: bool = True

    @property
    def own(self) -> TreeRecord:
        """The act's own fields."""
        return self.records[0]

    def count_erased(self) -> int:
        """Return how many of its records were erased."""
        return sum(1 for record in self.records if record.erased_root)

    def leaf_hashes(self) -> Sequence[bytes]:
        """Return the leaves of the act's tree, for an audit path to one of its records."""
        return [hash_leaf(record.root()) for record in self.records]

    def root(self) -> bytes:
        """Return the act's root: the data of its leaf in the log."""
        return tree_root(self.leaf_hashes())


def columns_of(event: models.Event) -> dict[str, Json]:
    """Return what an act's row says of it besides its fields: act, kind, actor, time."""
    at = event.at.isoformat()
    return {"act": str(event.id), "kind": event.kind, "actor": str(event.actor_id), "at": at}


def read_acts(events: Iterable[models.Event]) -> Iterator[StoredAct]:
    """Yield acts with all they brought, a few hundred read at once.

    Args:
        events: their rows, in any order, which is kept.
    """
    brought: _Brought | None = None  # looked up once there is more than one chunk to read
    for number, chunk in enumerate(_chunks(events)):
        if number == 1:
            brought = _find_brought()
        yield from _read_what_can_be_read(chunk, brought)


#: Table → the acts that brought rows of it. Most acts bring rows of few tables; the others need no query.
type _Brought = Mapping[Any, Set[UUID]]


def _find_brought() -> _Brought:
    found = {table: _acts_in(table, "event_id") for table in IN_TREES}
    for table in (models.Erased, models.KeptSalt):
        found[table, "of"] = _acts_in(table, "brought_by_id")
    found[models.Affected] = _acts_in(models.Affected, "claim__event_id")
    return found


def _acts_in(table: Any, column: str) -> Set[UUID]:
    return frozenset(table.objects.values_list(column, flat=True).distinct())


def _only(table: Any, events: Iterable[UUID], brought: _Brought | None) -> list[UUID]:
    """Return those of the acts that have rows in a table, as far as that is known."""
    return list(events) if brought is None else [one for one in events if one in brought[table]]


def _read_what_can_be_read(
    chunk: Sequence[models.Event], brought: _Brought | None
) -> Iterator[StoredAct]:
    """Read a chunk; where a row was altered so that it can't be read, find the act it belongs to."""
    try:
        acts = list(_read_chunk(chunk, brought))
    except (ValueError, KeyError, TypeError):
        if len(chunk) == 1:
            yield StoredAct(chunk[0], (TreeRecord(chunk[0].id, "event"),), readable=False)
            return
        for event in chunk:
            yield from _read_what_can_be_read([event], brought)
        return
    yield from acts


def _chunks(events: Iterable[models.Event]) -> Iterator[Sequence[models.Event]]:
    """Cut the acts into chunks of bounded work: an import's act brings thousands of claims, others none."""
    chunk: list[models.Event] = []
    claims = 0
    for event in events:
        chunk.append(event)
        claims += event.claims
        if len(chunk) >= _CHUNK_ACTS or claims >= _CHUNK_CLAIMS:
            yield chunk
            chunk, claims = [], 0
    if chunk:
        yield chunk


def _read_chunk(events: Sequence[models.Event], brought: _Brought | None) -> Iterator[StoredAct]:
    salts = {event.id: bytes(event.salt) for event in events}
    kept = _kept_salts(_only((models.KeptSalt, "of"), salts, brought))
    claims = _claims(salts, brought)
    others = _other_records(salts, kept, brought)
    own_erased: dict[UUID, bytes] = {}
    erased_from = _only((models.Erased, "of"), salts, brought)
    for row in models.Erased.objects.filter(brought_by_id__in=erased_from):
        gone = TreeRecord(row.id, row.table, erased_root=bytes.fromhex(row.root))
        if row.id == row.brought_by_id:
            own_erased[row.id] = gone.erased_root
        elif row.position is not None:
            if row.position in claims[row.brought_by_id]:
                raise ValueError("a claim stands where another was erased")
            claims[row.brought_by_id][row.position] = gone
        else:
            others[row.brought_by_id].append(gone)
    for event in events:
        own = _own_fields(event, kept.get(event.id, _NONE), own_erased.get(event.id, b""))
        in_order = [claims[event.id][place] for place in sorted(claims[event.id])]
        rest = sorted(others[event.id], key=lambda record: str(record.id))
        yield StoredAct(event, (own, *in_order, *rest))


def _own_fields(event: models.Event, kept: Mapping[str, bytes], erased: bytes) -> TreeRecord:
    if erased:
        return TreeRecord(event.id, "event", erased_root=erased)
    fields = dict(json.loads(event.fields))
    salt = bytes(event.salt)
    if salt:
        return TreeRecord(event.id, "event", fields, salt=salt)
    own = {name: kept[name] for name in fields if name in kept}
    return TreeRecord(event.id, "event", fields, kept=own)


def _kept_salts(events: Sequence[UUID]) -> Mapping[UUID, Mapping[str, bytes]]:
    found: dict[UUID, dict[str, bytes]] = defaultdict(dict)
    for row in models.KeptSalt.objects.filter(brought_by_id__in=events):
        found[row.brought_by_id][row.name] = bytes(row.salt)
    return found


def _claims(events: Iterable[UUID], brought: _Brought | None) -> dict[UUID, dict[int, TreeRecord]]:
    """Return act → place → claim."""
    found: dict[UUID, dict[int, TreeRecord]] = defaultdict(dict)
    within = {"event_id__in": _only(models.Claim, events, brought)}
    affected: dict[UUID, list[UUID]] = defaultdict(list)
    touching = _only(models.Affected, events, brought)
    touched = models.Affected.objects.filter(claim__event_id__in=touching)
    for claim, mention in touched.values_list("claim_id", "mention_id"):
        affected[claim].append(mention)
    for row in models.Claim.objects.filter(**within).select_related("subject").iterator():
        kind = SubjectKind(row.subject.kind) if row.subject else SubjectKind.MENTION
        record = claim_record(read_claim(row, kind, tuple(affected.get(row.id, ()))))
        found[row.event_id][row.position] = TreeRecord(
            row.id, "claim", record, salt=bytes(row.salt)
        )
    return found


#: Tables whose rows enter their act by a record of their own, not column by column.
_RECORD_OF: Mapping[Any, Callable[[Any], Mapping[str, Json]]] = {
    models.Judgement: judgement_record,
    models.Consent: consent_record,
    models.PublicationBasis: basis_record,
    models.HarmDecision: harm_record,
    models.Intervention: intervention_record,
    **dict.fromkeys(PLAIN_TABLES, plain_record),
}

#: Every table whose rows stand in the tree of the act that brought them.
IN_TREES = frozenset({models.Claim, *_RECORD_OF})


def _other_records(
    salts: Mapping[UUID, bytes],
    kept: Mapping[UUID, Mapping[str, bytes]],
    brought: _Brought | None,
) -> dict[UUID, list[TreeRecord]]:
    found: dict[UUID, list[TreeRecord]] = defaultdict(list)
    for table, record_of in _RECORD_OF.items():
        rows = table.objects.filter(event_id__in=_only(table, salts, brought))
        if table is models.Intervention:
            rows = rows.prefetch_related("on_behalf_of")
        for row in rows:
            salt = salts[row.event_id]
            own = (
                field_salt(salt, str(row.id))
                if salt
                else kept.get(row.event_id, _NONE).get(str(row.id), b"")
            )
            found[row.event_id].append(
                TreeRecord(row.id, table._meta.model_name, record_of(row), sealed_hashes(row), own)
            )
    return found
