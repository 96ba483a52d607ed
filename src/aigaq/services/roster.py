"""Who the members are: names sealed in the operators compartment, found by a tag, else told by a pseudonym.

Whoever types a name must be found before anything is unlocked. So each row carries HMAC-SHA256 of the name,
under a key that the archive's passphrase opens and no database holds. Names are unique, so the tags say
nothing by how often they occur; who has the passphrase can try names against them, and finds who is who.
"""

import base64
import hmac
import unicodedata
from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from aigaq.records.errors import NotFound, Refused
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.standing import STANDING, standing
from aigaq.store import models
from aigaq.store.scrub import overwrite_deleted, prepare_deletion
from aigaq.store.settings import NAMES_KEY
from aigaq.vault.sealing import SealBroken, SealedBytes, seal_field, unseal_field

COMPARTMENT = "operators"
_FIELD = "name"


def lookup_tag(name: str) -> str:
    """Return the tag by which the row of a member of this name is found (64 hex digits)."""
    key: bytes = connection.settings_dict[NAMES_KEY]
    return hmac.digest(key, unicodedata.normalize("NFC", name).encode(), "sha256").hex()


def seal_name(key: bytes, member: UUID, name: str) -> SealedBytes:
    """Return a member's name sealed.

    Args:
        key: of the operators compartment.
        member: their id.
        name: as they are called here.
    """
    return seal_field(key, name, record=str(member), field=_FIELD)


def pseudonym(member: UUID) -> str:
    """Return what a member is called among those who may not know their name; the same for ever."""
    return f"Member {base64.b32encode(sha256(member.bytes).digest()).decode()[:6]}"


def name_of(actor: Actor, row: models.Member) -> str:
    """Return a member's name to whoever may know it, and to others their pseudonym.

    Raises:
        Refused: the sealed name does not open, though the actor holds the key.
    """
    if row.id == actor.id:
        return actor.name
    if COMPARTMENT not in actor.keys:
        return pseudonym(row.id)
    return open_name(actor.keys[COMPARTMENT], row)


def open_name(key: bytes, row: models.Member) -> str:
    """Return a member's name, opened with the key of the operators compartment.

    Raises:
        Refused: it does not open.
    """
    if row.sealed_name is None:
        return row.name or pseudonym(row.id)
    try:
        return unseal_field(key, row.sealed_name, record=str(row.id), field=_FIELD).value
    except SealBroken as error:
        raise Refused(f"the sealed name of member {row.id} does not open ({error})") from error


def read_names(actor: Actor) -> Mapping[UUID, str]:
    """Return member → name or pseudonym, of everybody who ever worked here."""
    return {row.id: name_of(actor, row) for row in models.Member.objects.all()}


def is_taken(name: str) -> bool:
    """Return whether somebody who works or worked here has this name."""
    return _named(name).exists()


def find_row(name: str) -> models.Member:
    """Return the row of a member at work here, by name or by pseudonym.

    Raises:
        NotFound: there is none.
    """
    row = _named(name).filter(active=True).first()
    if row is None:
        members = models.Member.objects.filter(active=True)
        row = next((one for one in members if pseudonym(one.id) == name), None)
    if row is None:
        raise NotFound(f"there is no member named {name!r} in this archive")
    return row


def _named(name: str) -> QuerySet[models.Member]:
    members = models.Member.objects.filter(lookup=lookup_tag(name))
    return members if members.exists() else models.Member.objects.filter(name=name)


def seal_open_names(actor: Actor) -> None:
    """Seal the names that an older version left in the open, once somebody is here who holds the key."""
    open_ = list(models.Member.objects.filter(name__isnull=False).prefetch_related("grants"))
    if not open_ or COMPARTMENT not in actor.keys:
        return
    prepare_deletion()
    with act(actor, "member.seal", permission="read") as recording:
        for row in open_:
            name = row.name or ""
            row.sealed_name = seal_name(actor.key(COMPARTMENT), row.id, name)
            row.lookup, row.name = lookup_tag(name), None
            row.save(update_fields=["name", "lookup", "sealed_name"])
        recording.fields[STANDING] = [standing(row, row.grants.all()) for row in open_]
    overwrite_deleted()
