"""Who acts, and what each role may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from shlex import quote
from types import MappingProxyType
from uuid import UUID

from aigaq.records.errors import Locked, NotAllowed

#: Compartments of sealed fields (DESIGN §6).
COMPARTMENTS = ("identity", "sensitive", "operators")

_READ = frozenset({"read", "member.password"})
_INTAKE = _READ | {"import", "record", "consent.record", "item.add", "custody.record"}
_EDITOR = _INTAKE | {
    "judge",
    "judge.batch",
    "link",
    "consent.withdraw",
    "basis.record",
    "release.propose",
    "package",
    "backup",
    "item.view",
    "item.export",
    "item.check",
}
_REVIEWER = _READ | {
    "judge", "harm.decide", "consent.withdraw", "release.approve", "item.view", "item.check",
}  # fmt: skip
_ADMINISTRATOR = (
    _EDITOR
    | _REVIEWER
    | {
        "member.add",
        "member.remove",
        "member.grant",
        "member.revoke",
        "keys.rotate",
        "intake.key",
        "escrow.make",
        "escrow.drill",
        "escrow.recover",
        "erase",
        "passphrase.change",
        "witness.add",
        "authority.add",
    }
)

#: Role → the acts it may perform. What is not listed is denied.
ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "volunteer": _INTAKE,
        "editor": _EDITOR,
        "reviewer": _REVIEWER,
        "administrator": _ADMINISTRATOR,
        "reader": _READ,
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A member at work.

    Attributes:
        id, name, role: as recorded.
        keys: compartment → key, for the compartments unlocked in this session; empty when locked.
        unlocked: whether they gave their password, which opens nothing for who holds no compartment.
    """

    id: UUID
    name: str
    role: str
    keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    unlocked: bool = False

    def require(self, act: str) -> None:
        """Check that this member's role permits an act.

        Raises:
            NotAllowed: it does not.
        """
        if act not in ROLES.get(self.role, frozenset()):
            raise NotAllowed(f"{self.name} is {self.role} here and may not do this ({act})")

    def key(self, compartment: str) -> bytes:
        """Return an unlocked compartment key.

        Raises:
            Locked: the member has not unlocked their keys.
            NotAllowed: they do not hold it.
        """
        if compartment in self.keys:
            return self.keys[compartment]
        if self.keys or self.unlocked:
            raise NotAllowed(
                f"{self.name} does not hold the {compartment} compartment; a member who does can give it to "
                f"them: aigaq member grant {quote(self.name)} {compartment}"
            )
        raise Locked(
            f"the {compartment} compartment is locked for {self.name}; give their password "
            "(AIGAQ_MEMBER_PASSWORD_FILE, or type it when asked)"
        )
