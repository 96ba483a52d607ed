"""Sealing everything in a compartment anew under a fresh key, and wrapping that to whoever keeps it.

What a sealed field commits to stays, so no act's tree changes (DESIGN §6). An item's file is not written
anew: the key that opens it is sealed, and that seal is what changes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from aigaq.records.errors import Refused
from aigaq.services.acts import Recording
from aigaq.services.intake_keys import COMPARTMENT as INTAKE_COMPARTMENT
from aigaq.services.intake_keys import add_intake_key
from aigaq.services.standing import STANDING, standing
from aigaq.store import models
from aigaq.store.bulk import update_rows
from aigaq.vault.keypairs import wrap_key
from aigaq.vault.sealing import SealBroken, SealedBytes, key_id, new_key, reseal


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A table with sealed columns, and which of its rows lie in a compartment.

    Attributes:
        fields: column → the field it was sealed as, where that has another name.
    """

    model: type[Any]
    columns: tuple[str, ...]
    within: Callable[[str], QuerySet[Any]]
    fields: Mapping[str, str] = MappingProxyType({})


def _testifiers(compartment: str) -> QuerySet[models.Testifier]:
    rows = models.Testifier.objects.all()
    return rows if compartment == "identity" else rows.none()


def _members(compartment: str) -> QuerySet[models.Member]:
    rows = models.Member.objects.filter(sealed_name__isnull=False)
    return rows if compartment == "operators" else rows.none()


def _intake_keys(compartment: str) -> QuerySet[models.IntakeKey]:
    rows = models.IntakeKey.objects.all()
    return rows if compartment == "identity" else rows.none()


_TABLES = (
    _Sealed(models.IntakeKey, ("secret",), _intake_keys),
    _Sealed(models.Member, ("sealed_name",), _members, {"sealed_name": "name"}),
    _Sealed(
        models.SealedClaim,
        ("told",),
        lambda compartment: models.SealedClaim.objects.filter(compartment=compartment),
    ),
    _Sealed(models.Testifier, ("name", "contact", "relation"), _testifiers),
    _Sealed(
        models.Item,
        ("name", "plaintext_sha256", "details"),
        lambda compartment: models.Item.objects.filter(compartment=compartment),
    ),
    _Sealed(
        models.ItemKey,
        ("secret",),
        lambda compartment: models.ItemKey.objects.filter(item__compartment=compartment),
    ),
    _Sealed(
        models.CustodyEvent,
        ("party", "reason", "hash_before", "hash_after"),
        lambda compartment: models.CustodyEvent.objects.filter(item__compartment=compartment),
    ),
)


def find_sealed(compartment: str) -> Iterator[tuple[str, UUID, str, SealedBytes]]:
    """Yield (table, record, field, value) of everything sealed under a compartment's key."""
    for table in _TABLES:
        named = [(column, table.fields.get(column, column)) for column in table.columns]
        for row in table.within(compartment).only("pk", *table.columns).iterator():
            for column, field in named:
                if (value := getattr(row, column)) is not None:
                    yield table.model._meta.model_name, row.pk, field, value


def replace_key(
    recording: Recording, compartment: str, *, without: UUID | None = None
) -> frozenset[UUID]:
    """Give a compartment a new key as part of an act: seal everything in it anew, wrap it anew, drop the old.

    Args:
        recording: the act; its actor holds the old key.
        compartment: which.
        without: a member who shall not hold the new key.

    Returns:
        The members whose grants of it changed, for `say_standing`.

    Raises:
        NotAllowed: the compartment is locked for the actor.
        Refused: something in it does not open with the old key, that is no longer the one in force, or
            nobody would hold the new one.
    """
    old, new = recording.actor.key(compartment), new_key()
    hold_in_force(recording, compartment, old)
    # Grants first: whoever seals with the old key at this moment holds on to their grant's row (`acts.py`).
    before, holders = _drop_grants(compartment, without)
    if not holders:
        raise Refused(
            f"nobody would hold {compartment} any more, and what is sealed in it would be lost; give it to "
            "somebody else first: aigaq member grant"
        )
    for table in _TABLES:
        _reseal_table(table, compartment, old, new)
    _grant(recording, compartment, new, holders)
    recording.trust_key(key_id(new))
    if compartment == INTAKE_COMPARTMENT and models.IntakeKey.objects.exists():
        add_intake_key(recording, new)  # whoever goes knows the secrets of those before
    grant_escrow(recording, compartment, new, newest_escrow())
    return before


def hold_in_force(recording: Recording, compartment: str, key: bytes) -> None:
    """Check that a key about to be handed on is the one in force, and keep it so until the act ends.

    A session that was unlocked before the keys changed still has the old one, and so may who was removed.

    Args:
        recording: the act that hands it on.
        compartment, key: whose key, and which the actor has.

    Raises:
        Refused: the compartment has another key by now.
    """
    grants = models.Grant.objects.filter(compartment=compartment)
    held = set(grants.select_for_update().values_list("key_id", flat=True))
    if held != {key_id(key)}:
        raise Refused(
            f"the keys of this archive were changed since {recording.actor.name} unlocked theirs; nothing of "
            "this step was recorded, run it again"
        )


def _drop_grants(
    compartment: str, without: UUID | None
) -> tuple[frozenset[UUID], Sequence[models.Member]]:
    """Delete all grants of a compartment's key; return who held it, and who shall hold the next."""
    held = models.Grant.objects.filter(compartment=compartment)
    before = frozenset(held.values_list("member_id", flat=True))
    held.delete()
    members = models.Member.objects.filter(id__in=before, active=True)
    return before, [member for member in members if member.id != without]


def _reseal_table(table: _Sealed, compartment: str, old: bytes, new: bytes) -> None:
    held = list(table.within(compartment).values_list("pk", *table.columns))

    def anew(pk: UUID, values: Sequence[SealedBytes | None]) -> Sequence[SealedBytes | None]:
        named = zip(table.columns, values, strict=True)
        return [
            None
            if one is None
            else reseal(old, new, one, record=str(pk), field=table.fields.get(name, name))
            for name, one in named
        ]

    try:
        rows = [(pk, anew(pk, values)) for pk, *values in held]
    except SealBroken as error:
        raise Refused(
            f"something sealed in {compartment} does not open ({error}); the keys were left as they are. "
            "Restore the archive from a backup, then try again"
        ) from error
    update_rows(table.model, table.columns, rows)


def _grant(
    recording: Recording, compartment: str, key: bytes, holders: Sequence[models.Member]
) -> None:
    rows = [
        models.Grant(
            member_id=member.id,
            compartment=compartment,
            key_id=key_id(key),
            wrapped=wrap_key(key, member.public_key),
        )
        for member in holders
    ]
    recording.add(models.Grant, rows)


def say_standing(recording: Recording, members: Iterable[UUID]) -> None:
    """Put on record how members stand after all that the act did to them."""
    rows = models.Member.objects.filter(id__in=members).prefetch_related("grants").order_by("id")
    recording.fields[STANDING] = [standing(row, row.grants.all()) for row in rows]


def grant_escrow(
    recording: Recording, compartment: str, key: bytes, escrow: models.Escrow | None
) -> None:
    """Wrap a compartment's key to an escrow, if there is one, in place of what was in escrow before.

    Raises:
        Refused: it is no longer the key in force.
    """
    hold_in_force(recording, compartment, key)
    models.EscrowGrant.objects.filter(compartment=compartment).delete()
    if escrow is not None:
        row = models.EscrowGrant(
            escrow_id=escrow.id,
            compartment=compartment,
            key_id=key_id(key),
            wrapped=wrap_key(key, escrow.public_key),
        )
        recording.add(models.EscrowGrant, [row])


def newest_escrow() -> models.Escrow | None:
    """Return the escrow in force, if there is one: the one that keys are wrapped to, whatever clocks said."""
    granted = models.Escrow.objects.filter(grants__isnull=False)
    return granted.order_by("-event__at", "-id").first()
