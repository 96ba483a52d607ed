"""Evidence files: taken into the vault in one pass, encrypted to a key of their own, and listed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

from aigaq.adapters.blobs import remove_blob, sweep, take_in
from aigaq.adapters.originals import name_of, open_original
from aigaq.records.errors import AigaqError, BadInput, NotFound
from aigaq.records.evidence import Item
from aigaq.records.ids import new_id
from aigaq.records.vocabulary import vocabulary
from aigaq.services.actors import COMPARTMENTS, Actor
from aigaq.services.acts import act
from aigaq.services.archive import Archive
from aigaq.services.custody import Handling, add_custody, find_item, open_field
from aigaq.services.sequencing import update_files
from aigaq.store import models
from aigaq.store.turns import take_turn
from aigaq.vault.canonical import canonical_json
from aigaq.vault.keypairs import new_keypair
from aigaq.vault.mediatype import tell_media_type
from aigaq.vault.sealing import seal, seal_field
from aigaq.vault.stream import Readable, Streamed, encrypt_stream

SECRET_FIELD = "secret"  # noqa: S105  the column's name


@dataclass(frozen=True, slots=True)
class Description:
    """What whoever hands a file over says of it.

    Attributes:
        kind: code from `vocab/item_kind.yaml`.
        compartment: whose key opens it.
        source: the source it belongs to.
        parent, tool: of a derivative: what it was made from, and with what (name and version).
        party, reason, happened: from whom it comes, why, and when it was made (EDTF).
        details: what is known of its making (device, place, who recorded …), sealed.
    """

    kind: str
    compartment: str = "identity"
    source: UUID | None = None
    parent: UUID | None = None
    tool: str = ""
    party: str = ""
    reason: str = ""
    happened: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Added:
    """An item, and whether it is new; a file that is here already is not taken in again."""

    item: UUID
    fresh: bool


def add_item(archive: Archive, actor: Actor, path: Path, said: Description) -> Added:
    """Take a file into the vault: encrypted to a key of its own, hashed, its chain of custody begun.

    A file that the same source has already is found by its hash and left alone, so that an interrupted run is
    simply run again, and two runs at once give one item.

    Raises:
        BadInput: the file can't be read, was changed meanwhile, or the vault can't be written to; a code or
            a date is unknown.
        NotFound: there is no such source or parent.
        NotAllowed: the actor may not add items, or the compartment is locked for them.
        Refused: the database was put back to an earlier state.
    """
    actor.require("item.add")
    with open_original(path) as original:
        return take_original(archive, actor, original, name_of(path), said)


class Incoming(Readable, Protocol):
    """What is taken in: a file, or one inside a bundle."""

    @property
    def size(self) -> int:
        """How many bytes it has; 0 where that is not known before its end."""

    def hash(self) -> str:
        """Return the SHA-256 of all of it in hex, and go back to its beginning."""

    def check_unchanged(self) -> None:
        """Check that nobody wrote to it while it was read."""


def take_original(
    archive: Archive, actor: Actor, original: Incoming, name: str, said: Description
) -> Added:
    """Take something opened into the vault, under a name. Otherwise as `add_item`."""
    actor.require("item.add")
    _check(said)
    key = actor.key(said.compartment)
    update_files(archive)
    sweep(archive.folder)
    if original.size and (known := _find_same(key, said, original.size, original.hash)):
        return Added(known, fresh=False)
    with take_in(archive.folder) as draft:
        secret, public = new_keypair()
        streamed = encrypt_stream(original, draft.file, [public])
        original.check_unchanged()
        draft.place(streamed.cipher_sha256)
        try:
            return Added(_record(actor, name, said, streamed, secret), fresh=True)
        except (_HereAlready, AigaqError) as error:  # rolled back: nobody knows of this file
            remove_blob(archive.folder, streamed.cipher_sha256)
            if isinstance(error, _HereAlready):
                return Added(error.item, fresh=False)
            raise


class _HereAlready(Exception):
    """Of two intakes at once the other was first; or a pipe gave what is here."""

    def __init__(self, item: UUID) -> None:
        super().__init__(str(item))
        self.item = item


def _check(said: Description) -> None:
    if said.compartment not in COMPARTMENTS:
        raise BadInput(f"{said.compartment!r} is none of {', '.join(COMPARTMENTS)}")
    term = vocabulary("item_kind").term(said.kind)
    derived = "derivative" in (term.code, term.broader)
    if derived and (said.parent is None or not said.tool):
        raise BadInput(
            f"{said.kind} is made from another item; say from which (--parent) and with what (--tool)"
        )
    if not derived and said.parent is not None:
        raise BadInput(f"{said.kind} is an original and has no parent; take proxy, transcript …")
    if said.parent is not None:
        parent = find_item(said.parent)
        if said.source is not None and parent.source_id != said.source:
            raise BadInput("a derivative belongs to the source of the item it was made from")
    if said.source is not None and not models.Source.objects.filter(id=said.source).exists():
        raise NotFound(f"there is no source {said.source} here")


def _find_same(key: bytes, said: Description, size: int, hash: Callable[[], str]) -> UUID | None:
    """Return the item that holds the same bytes for the same source; hashed only if one has this size."""
    rows = models.Item.objects.filter(size=size, compartment=said.compartment)
    place = (_source(said), said.parent)
    held = [row for row in rows if (row.source_id, row.parent_id) == place]
    if not held:
        return None
    digest = hash()
    for row in held:
        if open_field(key, row.id, "plaintext_sha256", row.plaintext_sha256) == digest:
            return row.id
    return None


def _source(said: Description) -> UUID | None:
    return said.source if said.parent is None else find_item(said.parent).source_id


def _record(actor: Actor, name: str, said: Description, streamed: Streamed, secret: str) -> UUID:
    id = new_id()
    key = actor.key(said.compartment)
    sealed = {"name": name, "plaintext_sha256": streamed.plain_sha256}
    if said.details:
        sealed["details"] = canonical_json(dict(said.details)).decode()
    row = models.Item(
        id=id,
        kind=said.kind,
        compartment=said.compartment,
        blob=streamed.cipher_sha256,
        size=streamed.size,
        media_type=tell_media_type(streamed.head),
        source_id=_source(said),
        parent_id=said.parent,
        tool=said.tool,
        **{one: seal_field(key, text, record=str(id), field=one) for one, text in sealed.items()},
    )
    locked = seal(key, secret.encode(), record=str(id), field=SECRET_FIELD)
    with act(actor, "item.add", {"item": str(id)}) as recording:
        take_turn("item.add")
        known = _find_same(key, said, streamed.size, lambda: streamed.plain_sha256)
        if known is not None:
            raise _HereAlready(known)
        row.event_id = recording.event
        recording.add(models.Item, [row])
        recording.add(models.ItemKey, [models.ItemKey(item_id=id, secret=locked)])
        handling = Handling(
            "received", said.party, said.reason, said.happened, hash_after=streamed.plain_sha256
        )
        add_custody(recording, row, handling)
    return id


def list_items(actor: Actor, source: UUID | None = None) -> Sequence[Item]:
    """Return the items, in the order in which they came; what is sealed is "" where it is locked.

    Raises:
        NotAllowed: the actor may not read.
    """
    actor.require("read")
    rows = models.Item.objects.select_related("event").order_by("event__at", "id")
    if source is not None:
        rows = rows.filter(source_id=source)
    return [read_item(row, actor.keys.get(row.compartment)) for row in rows]


def read_item(row: models.Item, key: bytes | None) -> Item:
    """Return the item a row holds, its sealed fields opened where there is a key."""
    details = open_field(key, row.id, "details", row.details)
    return Item(
        id=row.id,
        kind=row.kind,
        compartment=row.compartment,
        blob=row.blob,
        size=row.size,
        media_type=row.media_type,
        source=row.source_id,
        parent=row.parent_id,
        tool=row.tool,
        name=open_field(key, row.id, "name", row.name),
        plaintext_sha256=open_field(key, row.id, "plaintext_sha256", row.plaintext_sha256),
        details=json.loads(details) if details else {},
    )
