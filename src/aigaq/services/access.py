"""Who may open what: a member goes, a compartment is given or taken back, keys are replaced."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from aigaq.records.errors import BadInput
from aigaq.services.actors import COMPARTMENTS, Actor
from aigaq.services.acts import Recording, act
from aigaq.services.rekeying import hold_in_force, replace_key, say_standing
from aigaq.services.roster import find_row, name_of
from aigaq.store import models
from aigaq.vault.keypairs import wrap_key
from aigaq.vault.sealing import key_id


@dataclass(frozen=True, slots=True)
class Standing:
    """A member as a list shows them: name or pseudonym, role, the compartments whose key they hold."""

    name: str
    role: str
    active: bool
    compartments: Sequence[str]


def list_members(actor: Actor) -> Sequence[Standing]:
    """Return all members, those who left too: by name where the actor may know it, else by pseudonym.

    Raises:
        NotAllowed: the actor may not read.
    """
    actor.require("read")
    found = [
        Standing(
            name_of(actor, row),
            row.role,
            row.active,
            sorted(one.compartment for one in row.grants.all()),
        )
        for row in models.Member.objects.prefetch_related("grants")
    ]
    return sorted(found, key=lambda one: one.name)


def remove_member(actor: Actor, name: str) -> None:
    """End a member's access: every compartment they held gets a new key, and they get none.

    What they copied while they had access stays open to them; nothing sealed from now on does.

    Raises:
        NotAllowed: the actor may not remove members, or lacks a key that has to be replaced.
        NotFound: there is no such member.
        BadInput: it is the last administrator.
        Refused: something sealed does not open with the old key, that was replaced meanwhile, or nobody else
            holds what they hold; nothing was changed.
    """
    member = find_row(name)
    with act(actor, "member.remove", {"member": str(member.id)}) as recording:
        # In here, and their rows held: two administrators who remove each other must not both succeed.
        staff = models.Member.objects.filter(role="administrator", active=True).order_by("id")
        if not set(staff.select_for_update().values_list("id", flat=True)) - {member.id}:
            raise BadInput(f"{name} is the last administrator here; add another one first")
        models.Member.objects.filter(id=member.id).update(active=False)
        _replace(recording, _held(member), [member.id], without=member.id)


def revoke_compartment(actor: Actor, name: str, compartment: str) -> None:
    """Take a compartment back from a member: it gets a new key that they do not hold.

    Raises:
        NotAllowed, NotFound, Refused: as for `remove_member`.
        BadInput: they do not hold it, or nobody else does.
    """
    member = find_row(name)
    if compartment not in _held(member):
        raise BadInput(f"{name} does not hold {compartment}")
    if not models.Grant.objects.filter(compartment=compartment).exclude(member=member).exists():
        raise BadInput(f"nobody but {name} holds {compartment}; give it to somebody else first")
    fields = {"member": str(member.id), "compartment": compartment}
    with act(actor, "member.revoke", fields) as recording:
        _replace(recording, [compartment], [], without=member.id)


def grant_compartment(actor: Actor, name: str, compartment: str) -> None:
    """Wrap a compartment's key to a member, who opens it from then on.

    Raises:
        NotAllowed: the actor may not, or the compartment is locked for them.
        NotFound: there is no such member.
        BadInput: there is no such compartment.
        Refused: the actor's key was replaced meanwhile.
    """
    member = find_row(name)
    _check_compartment(compartment)
    if compartment in _held(member):
        return
    fields = {"member": str(member.id), "compartment": compartment}
    with act(actor, "member.grant", fields) as recording:
        key = actor.key(compartment)
        hold_in_force(recording, compartment, key)
        grant = models.Grant(
            member_id=member.id,
            compartment=compartment,
            key_id=key_id(key),
            wrapped=wrap_key(key, member.public_key),
        )
        recording.add(models.Grant, [grant])
        say_standing(recording, [member.id])


def rotate_keys(actor: Actor, compartments: Sequence[str] = COMPARTMENTS) -> None:
    """Give compartments new keys; everybody who held the old ones holds the new ones.

    Raises:
        NotAllowed: the actor may not, or lacks a key.
        BadInput: there is no such compartment.
        Refused: something sealed does not open with the old key; nothing was changed.
    """
    for compartment in compartments:
        _check_compartment(compartment)
    with act(actor, "keys.rotate", {"compartments": list(compartments)}) as recording:
        _replace(recording, compartments, [])


def _replace(
    recording: Recording,
    compartments: Iterable[str],
    members: Iterable[UUID],
    *,
    without: UUID | None = None,
) -> None:
    changed = set(members)
    for compartment in compartments:
        changed |= replace_key(recording, compartment, without=without)
    say_standing(recording, changed)


def _held(member: models.Member) -> Sequence[str]:
    return sorted(set(member.grants.values_list("compartment", flat=True)))


def _check_compartment(compartment: str) -> None:
    if compartment not in COMPARTMENTS:
        raise BadInput(f"{compartment!r} is none of {', '.join(COMPARTMENTS)}")
