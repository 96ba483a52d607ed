"""Who holds what: the part of a member's row that every act about members records, so that it can be checked.

A member's row changes in place (a new password, a new role), so it can't itself stand in an act's tree. The
act that changes it says how it stands afterwards; of each member the newest such act must agree with the row.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from aigaq.store import models
from aigaq.vault.canonical import Json
from aigaq.vault.listing import Finding
from aigaq.vault.merkle import salted
from aigaq.vault.sealing import SealedBytes

#: The field of an act under which it says how members stand after it.
STANDING = "standing"


def standing(member: models.Member, grants: Iterable[models.Grant]) -> dict[str, Json]:
    """Return what an act says of a member: no name in the open, no secret, no wrapped key.

    Args:
        member: the row as the act leaves it.
        grants: all grants the act leaves them.
    """
    held = sorted(
        f"{one.compartment} {one.key_id} {sha256(bytes(one.wrapped)).hexdigest()}" for one in grants
    )
    return {
        "member": str(member.id),
        "name": _name_hash(member),
        "role": member.role,
        "active": member.active,
        "public_key": member.public_key,
        "grants": held,
    }


def _name_hash(member: models.Member) -> str:
    """Return what a member's sealed name commits to."""
    sealed: SealedBytes | None = member.sealed_name
    if sealed is not None:
        return sealed.commitment.hex()
    return salted(member.id.bytes, (member.name or "").encode()).hex()  # before names were sealed


def check_standing(said: Mapping[str, Json]) -> Iterator[Finding]:
    """Compare every member with what the newest act about them says.

    Args:
        said: member's id → its newest standing.

    Yields:
        A finding for each member whose row says something else, or about whom no act says anything.
    """
    rows = models.Member.objects.prefetch_related("grants").order_by("id")
    for member in rows:
        if said.get(str(member.id)) != standing(member, member.grants.all()):
            yield Finding(
                f"member {member.id}",
                "is not as the newest act about them says (role, keys, grants)",
            )
    there = {str(member.id) for member in rows}
    for missing in sorted(said.keys() - there):
        yield Finding(f"member {missing}", "was recorded and is gone")
