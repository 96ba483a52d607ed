"""Members: adding them, and unlocking what they hold."""

from collections.abc import Mapping
from uuid import UUID

from aigaq.records.errors import BadInput, NotAllowed, NotFound
from aigaq.records.ids import new_id
from aigaq.services.actors import COMPARTMENTS, ROLES, Actor
from aigaq.services.acts import Recording, act
from aigaq.services.rekeying import hold_in_force
from aigaq.services.roster import (
    COMPARTMENT,
    find_row,
    is_taken,
    lookup_tag,
    open_name,
    pseudonym,
    seal_name,
)
from aigaq.services.standing import STANDING, standing
from aigaq.store import models
from aigaq.vault.keypairs import new_keypair, unwrap_key, wrap_key
from aigaq.vault.sealing import SealBroken, derive_key, key_id, new_key, new_salt, seal, unseal

_PRIVATE_KEY = "private_key"


def add_first_member(name: str, password: str) -> Actor:
    """Add the first administrator of a new archive, with fresh keys for every compartment.

    Raises:
        NotAllowed: the archive already has members.
    """
    if models.Member.objects.exists():
        raise NotAllowed("this archive already has members; an administrator adds further ones")
    keys = {compartment: new_key() for compartment in COMPARTMENTS}
    actor = Actor(new_id(), _checked(name), "administrator", keys)
    with act(actor, "member.add", {"member": str(actor.id), "role": actor.role}) as recording:
        _store(recording, actor, password, actor.key(COMPARTMENT))
    return actor


def add_member(actor: Actor, name: str, role: str, password: str) -> UUID:
    """Add a member and wrap to them the compartment keys the actor holds.

    Editors, reviewers and administrators get the identity compartment; volunteers and readers get none.

    Raises:
        NotAllowed: the actor may not add members, or has not unlocked the keys to pass on; names are
            sealed, so that the operators compartment is always one of them.
        BadInput: the role is unknown or the name taken.
        Refused: a key the actor has was replaced meanwhile.
    """
    if role not in ROLES:
        raise BadInput(f"{role!r} is no role; it is one of {', '.join(ROLES)}")
    if is_taken(_checked(name)):
        raise BadInput(f"there is already a member named {name}")
    compartments = _COMPARTMENTS_OF_ROLE[role]
    member = new_id()
    with act(actor, "member.add", {"member": str(member), "role": role}) as recording:
        keys = {compartment: actor.key(compartment) for compartment in compartments}
        for compartment in sorted({*compartments, COMPARTMENT}):
            hold_in_force(recording, compartment, actor.key(compartment))
        _store(recording, Actor(member, name.strip(), role, keys), password, actor.key(COMPARTMENT))
    return member


_COMPARTMENTS_OF_ROLE = {
    "administrator": COMPARTMENTS,
    "editor": ("identity",),
    "reviewer": ("identity",),
    "volunteer": (),
    "reader": (),
}


def add_recovered_member(name: str, password: str, keys: Mapping[str, bytes]) -> Actor:
    """Add an administrator with keys that came out of escrow; nobody else needs to be here for that.

    Raises:
        BadInput: the name is taken.
    """
    if is_taken(_checked(name)):
        raise BadInput(f"there is already a member named {name}; take another name (--as)")
    actor = Actor(new_id(), _checked(name), "administrator", keys)
    with act(actor, "escrow.recover", {"member": str(actor.id)}) as recording:
        _store(recording, actor, password, actor.key(COMPARTMENT))
    return actor


def _checked(name: str) -> str:
    if not name.strip() or len(name) > 80:
        raise BadInput("a member's name has 1 to 80 letters")
    return name.strip()


def _store(recording: Recording, member: Actor, password: str, operators: bytes) -> None:
    """Store a member with the keys they get; `operators` seals their name."""
    secret, public = new_keypair()
    salt = new_salt()
    lock = derive_key(password, salt)
    row = models.Member(
        id=member.id,
        sealed_name=seal_name(operators, member.id, member.name),
        lookup=lookup_tag(member.name),
        role=member.role,
        public_key=public,
        password_salt=salt,
        private_key=seal(lock, secret.encode(), record=str(member.id), field=_PRIVATE_KEY),
    )
    recording.add(models.Member, [row])
    grants = [
        models.Grant(
            member_id=member.id,
            compartment=compartment,
            key_id=key_id(key),
            wrapped=wrap_key(key, public),
        )
        for compartment, key in member.keys.items()
    ]
    recording.add(models.Grant, grants)
    recording.fields[STANDING] = [standing(row, grants)]


def find_member(name: str = "") -> Actor:
    """Return a member without any key unlocked.

    Args:
        name: whom, by name or pseudonym; "" for the only member there is.

    Raises:
        NotFound: there is no such member, or several and none was named.
    """
    if name:
        row = find_row(name)
        return Actor(row.id, name, row.role)
    found = list(models.Member.objects.filter(active=True)[:2])
    if len(found) == 1:
        return Actor(found[0].id, found[0].name or pseudonym(found[0].id), found[0].role)
    raise NotFound("this archive has several members; say who acts with --as NAME")


def unlock(actor: Actor, password: str) -> Actor:
    """Return the actor with the compartment keys their password opens.

    Raises:
        NotAllowed: the password is wrong, or they are no member any more.
    """
    row = models.Member.objects.get(id=actor.id)
    if not row.active:
        raise NotAllowed(f"{actor.name} is no member here any more")
    secret = _open_secret(row, actor.name, password)
    keys = {
        grant.compartment: unwrap_key(bytes(grant.wrapped), secret) for grant in row.grants.all()
    }
    name = open_name(keys[COMPARTMENT], row) if COMPARTMENT in keys else actor.name
    return Actor(actor.id, name, actor.role, keys, unlocked=True)


def change_password(actor: Actor, old: str, new: str) -> None:
    """Lock a member's own secret key under another password; what it opens stays the same.

    Raises:
        NotAllowed: the old password is wrong.
        BadInput: the new one is empty.
    """
    if not new:
        raise BadInput("a password can't be empty")
    row = models.Member.objects.get(id=actor.id)
    secret = _open_secret(row, actor.name, old)
    salt = new_salt()
    locked = seal(derive_key(new, salt), secret.encode(), record=str(row.id), field=_PRIVATE_KEY)
    with act(actor, "member.password", {"member": str(actor.id)}):
        models.Member.objects.filter(id=row.id).update(password_salt=salt, private_key=locked)


def _open_secret(row: models.Member, name: str, password: str) -> str:
    lock = derive_key(password, bytes(row.password_salt))
    try:
        return unseal(lock, row.private_key, record=str(row.id), field=_PRIVATE_KEY).decode()
    except SealBroken as error:
        raise NotAllowed(f"this is not {name}'s password") from error
