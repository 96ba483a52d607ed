"""The proved records of a package: claims, sources, items, custody and acts, each field shown or withheld.

A field is shown where what may be released is exactly what was recorded. Where consent asks for less, the
field is withheld and the coarser value stated beside it. Who recorded or handled what is never shown in the
open: custodians have pseudonyms, and what proves who they are goes into a list for the court alone.
"""

import base64
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from aigaq.records.claims import Claim
from aigaq.records.errors import Refused
from aigaq.services.act_records import StoredAct, TreeRecord, read_acts
from aigaq.services.actors import Actor
from aigaq.services.package_scope import Scope
from aigaq.services.releasing import is_testimony
from aigaq.services.roster import name_of
from aigaq.store import models
from aigaq.store.rows import claim_record
from aigaq.vault.canonical import Json
from aigaq.vault.merkle import audit_paths
from aigaq.vault.proved import Hidden, ProvedRecord, Shown, Stated, write_records
from aigaq.vault.sealing import SealedBytes, unseal_field

_NEVER = frozenset({"recorded", "generated_by"})  # they tell of members and of machines
_OF_ACT = frozenset({"act", "at"})
_OF_TESTIMONY = frozenset({"id", "kind", "lang", "table", "voice"})
_OF_SOURCE = _OF_TESTIMONY | {"citation", "dated", "independent_of", "licence", "title", "url"}
_OF_ITEM = frozenset(
    {"id", "kind", "media_type", "parent_id", "size", "source_id", "table", "tool"}
)
_OF_CUSTODY = frozenset({"action", "at", "happened", "id", "item_id", "position", "table"})
_SEALED_SHOWN = ("plaintext_sha256", "hash_before", "hash_after")
#: Why a member looked at a file, and to which other court it went before, no court is told.
_OURS = ("accessed",)
_SEALED_FOR_COURT = ("name", "details", "party", "reason")


@dataclass(frozen=True, slots=True)
class Custodian:
    """A member who handled an item: their pseudonym, and who they are."""

    pseudonym: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A withheld field that the court alone gets: with its salt it proves itself against the package."""

    record: UUID
    field: str
    salt: bytes
    value: Json


@dataclass(slots=True)
class PackageRecords:
    """Everything a package proves.

    Attributes:
        files: path → bytes of the files of proved records.
        acts: place in the log of every act they stand in.
        hashes: item → SHA-256 of its plaintext.
        names: item → its original name.
        custodians: member → custodian.
        openings: what only the court may open.
        whole: ids of the claims of which nothing that was cleared is without proof.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    acts: tuple[int, ...] = ()
    hashes: dict[UUID, str] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    custodians: dict[UUID, Custodian] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)
    whole: set[UUID] = field(default_factory=set)


def gather_records(actor: Actor, scope: Scope, series: bytes) -> PackageRecords:
    """Build the proved records of everything in a scope.

    Args:
        actor: who packs; opens the items' compartments.
        scope: what may leave.
        series: secret of this series of packages (32 bytes); a custodian has one pseudonym within it.

    Raises:
        NotAllowed: an item's compartment is locked for the actor.
        Refused: an act is not in the log, or something of it was erased meanwhile.
    """
    return _Gathering(actor, scope, series).gather()


class _Gathering:
    def __init__(self, actor: Actor, scope: Scope, series: bytes) -> None:
        self._actor = actor
        self._series = series
        self._items = {item.id: item for item in scope.items}
        self._claims = {
            claim.id: claim for one in scope.clearance.people for claim in one.account.claims
        }
        self._sources = {
            id: source
            for one in scope.clearance.people
            for id, source in one.account.sources.items()
        }
        self._custody = {
            row.id: row
            for row in models.CustodyEvent.objects.filter(item_id__in=self._items).select_related(
                "actor", "event"
            )
        }
        self._found = PackageRecords()

    def gather(self) -> PackageRecords:
        """Go through the acts in the order of the log."""
        tables: dict[str, list[ProvedRecord]] = {
            name: [] for name in ("claims", "sources", "items", "custody", "acts")
        }
        places = _places(self._events())
        rows = models.Event.objects.filter(id__in=places).order_by("log_entry__index")
        for stored in read_acts(rows.iterator()):
            for table, record in self._of_act(places[stored.event.id], stored):
                tables[table].append(record)
        self._found.acts = tuple(sorted(places.values()))
        self._found.files = {
            f"data/{name}.json": write_records(records)
            for name, records in tables.items()
            if records
        }
        return self._found

    def _events(self) -> set[UUID]:
        """Return the acts that brought what is in the scope."""
        found: set[UUID] = {row.event_id for row in self._custody.values()}
        found.update(item.event_id for item in self._items.values())
        for model, ids in ((models.Claim, self._claims), (models.Source, self._sources)):
            wanted = model._default_manager.filter(id__in=list(ids))
            found.update(wanted.values_list("event_id", flat=True))
        return found

    def _of_act(self, act: int, stored: StoredAct) -> Iterable[tuple[str, ProvedRecord]]:
        wanted = [
            place for place, record in enumerate(stored.records) if self._wants(place, record)
        ]
        leaves = stored.leaf_hashes()
        paths = audit_paths(leaves, wanted)
        for place in wanted:
            record = stored.records[place]
            if record.erased_root:
                raise Refused(
                    f"something of act {stored.event.id} was erased; it can't be proved any more"
                )
            table, fields = self._fields(place, record)
            yield table, ProvedRecord(act, place, len(leaves), paths[place], fields)

    def _wants(self, place: int, record: TreeRecord) -> bool:
        held = (self._claims, self._sources, self._items, self._custody)
        return place == 0 or any(record.id in one for one in held)

    def _fields(
        self, place: int, record: TreeRecord
    ) -> tuple[str, tuple[Shown | Hidden | Stated, ...]]:
        if place == 0:
            return "acts", _show(record, _OF_ACT)
        if record.id in self._claims:
            return "claims", self._claim(record, self._claims[record.id])
        if record.id in self._sources:
            testimony = is_testimony(self._sources[record.id])
            return "sources", _show(record, _OF_TESTIMONY if testimony else _OF_SOURCE)
        if record.id in self._items:
            return "items", self._item(record, self._items[record.id])
        return "custody", self._entry(record, self._custody[record.id])

    def _claim(self, record: TreeRecord, cleared: Claim) -> tuple[Shown | Hidden | Stated, ...]:
        allowed = {
            name: value for name, value in claim_record(cleared).items() if name not in _NEVER
        }
        same = {name for name, value in allowed.items() if record.fields.get(name) == value}
        if len(same) == len(allowed):
            self._found.whole.add(cleared.id)
        stated = tuple(Stated(name, allowed[name]) for name in sorted(allowed.keys() - same))
        return (*_show(record, same), *stated)

    def _item(self, record: TreeRecord, row: models.Item) -> tuple[Shown | Hidden, ...]:
        key = self._actor.key(row.compartment)
        opened = self._open(record.id, row, key)
        self._found.hashes[row.id] = str(opened["plaintext_sha256"].value)
        self._found.names[row.id] = str(opened["name"].value)
        return _show(record, _OF_ITEM, opened)

    def _entry(
        self, record: TreeRecord, row: models.CustodyEvent
    ) -> tuple[Shown | Hidden | Stated, ...]:
        custodian = self._custodian(row.actor)
        salt = record.salt_of("actor_id")
        self._found.openings.append(Opening(row.id, "actor_id", salt, str(row.actor_id)))
        key = self._actor.key(row.item.compartment)
        told = row.action not in _OURS and row.event.kind != "package"
        opened = self._open(record.id, row, key, told=told)
        return (*_show(record, _OF_CUSTODY, opened), Stated("custodian", custodian.pseudonym))

    def _open(
        self, id: UUID, row: models.Item | models.CustodyEvent, key: bytes, *, told: bool = True
    ) -> Mapping[str, Shown]:
        """Return the sealed fields that are shown; where they are told, those for the court are put aside."""
        shown = {}
        for name in (*_SEALED_SHOWN, *_SEALED_FOR_COURT):
            sealed: SealedBytes | None = getattr(row, name, None)
            if sealed is None:
                continue
            opened = unseal_field(key, sealed, record=str(id), field=name)
            field = Shown(opened.salt, name, opened.value)
            shown[name] = field
            if told and name in _SEALED_FOR_COURT:
                self._found.openings.append(Opening(id, name, opened.salt, opened.value))
        return shown

    def _custodian(self, member: models.Member) -> Custodian:
        made = hmac.digest(self._series, member.id.bytes, "sha256")
        pseudonym = f"Custodian {base64.b32encode(made).decode()[:6]}"
        return self._found.custodians.setdefault(
            member.id, Custodian(pseudonym, name_of(self._actor, member), member.role)
        )


_NO_SEALED: Mapping[str, Shown] = {}


def _show(
    record: TreeRecord, names: Iterable[str], opened: Mapping[str, Shown] = _NO_SEALED
) -> tuple[Shown | Hidden, ...]:
    """Return a record's fields in the order of its tree, those named shown and the rest by their hash."""
    wanted = frozenset(names)
    public = {name: one for name, one in opened.items() if name in _SEALED_SHOWN}
    fields: list[Shown | Hidden] = []
    for name, digest in record.leaves():
        if name in public:
            fields.append(public[name])
        elif name in wanted:
            fields.append(Shown(record.salt_of(name), name, record.fields[name]))
        else:
            fields.append(Hidden(digest))
    return tuple(fields)


def show_own_fields(stored: StoredAct, act: int, names: Iterable[str]) -> ProvedRecord:
    """Return the record of an act's own fields, with some of them shown.

    Args:
        stored: the act.
        act: its place in the log.
        names: fields to show.
    """
    leaves = stored.leaf_hashes()
    return ProvedRecord(act, 0, len(leaves), audit_paths(leaves, [0])[0], _show(stored.own, names))


def _places(events: Iterable[UUID]) -> Mapping[UUID, int]:
    """Return act → its place in the log.

    Raises:
        Refused: one is not in the log.
    """
    wanted = set(events)
    rows = models.LogEntry.objects.filter(event_id__in=wanted)
    places = dict(rows.values_list("event_id", "index"))
    if missing := wanted - places.keys():
        raise Refused(f"act {min(missing)} is not in the log yet; run this again")
    return places
