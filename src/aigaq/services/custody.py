"""The chain of custody of an item: every hand it went through, views and exports among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from aigaq.records.dates import parse_date
from aigaq.records.errors import NotFound
from aigaq.records.evidence import CustodyEntry
from aigaq.records.ids import new_id
from aigaq.records.vocabulary import vocabulary
from aigaq.services.actors import Actor
from aigaq.services.acts import Recording, act
from aigaq.services.roster import name_of
from aigaq.store import models
from aigaq.vault.sealing import SealedBytes, seal_field, unseal_field

_SEALED = ("party", "reason", "hash_before", "hash_after")


@dataclass(frozen=True, slots=True)
class Handling:
    """What was done with an item.

    Attributes:
        action: code from `vocab/custody_action.yaml`.
        party: from whom or to whom it went.
        happened: when, in EDTF, where that is before it is recorded.
        hash_before, hash_after: SHA-256 of the plaintext, where they are known.
    """

    action: str
    party: str = ""
    reason: str = ""
    happened: str = ""
    hash_before: str = ""
    hash_after: str = ""


def add_custody(recording: Recording, item: models.Item, handling: Handling) -> UUID:
    """Store one entry of an item's chain as part of an act.

    Raises:
        BadInput: the action is unknown, or the date is none.
        NotAllowed: the item's compartment is locked for the actor.
    """
    vocabulary("custody_action").term(handling.action)
    if handling.happened:
        parse_date(handling.happened)
    id = new_id()
    key = recording.actor.key(item.compartment)
    sealed = {
        name: seal_field(key, value, record=str(id), field=name)
        for name in _SEALED
        if (value := getattr(handling, name))
    }
    row = models.CustodyEvent(
        id=id,
        event_id=recording.event,
        item_id=item.id,
        position=_next_position(item.id),
        action=handling.action,
        actor_id=recording.actor.id,
        at=recording.at,
        happened=handling.happened,
        **sealed,
    )
    recording.add(models.CustodyEvent, [row])
    return id


def _next_position(item: UUID) -> int:
    held = models.CustodyEvent.objects.filter(item_id=item).aggregate(last=Max("position"))
    return (held["last"] or 0) + 1


def record_custody(actor: Actor, item: UUID, handling: Handling) -> UUID:
    """Record what happened to an item outside the archive: handed over, seized, lost, returned.

    Raises:
        NotFound: there is no such item.
        BadInput: the action is unknown, or the date is none.
        NotAllowed: the actor may not, or the compartment is locked for them.
    """
    row = find_item(item)
    fields = {"item": str(item), "action": handling.action}
    with act(actor, "custody.record", fields) as recording:
        return add_custody(recording, row, handling)


def read_custody(actor: Actor, item: UUID) -> Sequence[CustodyEntry]:
    """Return an item's chain of custody, oldest first; sealed parts are "" where the compartment is locked.

    Raises:
        NotAllowed: the actor may not read.
        NotFound: there is no such item.
    """
    actor.require("read")
    key = actor.keys.get(find_item(item).compartment)
    rows = models.CustodyEvent.objects.filter(item_id=item).select_related("actor")
    return [
        CustodyEntry(
            position=row.position,
            action=row.action,
            actor=name_of(actor, row.actor),
            at=row.at,
            happened=row.happened,
            **_opened(row, key),
        )
        for row in rows.order_by("position")
    ]


def _opened(row: models.CustodyEvent, key: bytes | None) -> Mapping[str, str]:
    return {name: open_field(key, row.id, name, getattr(row, name)) for name in _SEALED}


def open_field(key: bytes | None, record: UUID, name: str, sealed: SealedBytes | None) -> str:
    """Return what a sealed field holds; "" where it is empty or its key is not at hand."""
    if key is None or sealed is None:
        return ""
    return unseal_field(key, sealed, record=str(record), field=name).value


def find_item(item: UUID) -> models.Item:
    """Return an item's row.

    Raises:
        NotFound: there is no such item.
    """
    row = models.Item.objects.filter(id=item).first()
    if row is None:
        raise NotFound(f"there is no item {item} here")
    return row
