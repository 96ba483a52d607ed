"""Evidence files and what was done with each of them, from the camera to the court."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Item:
    """An evidence file in the vault, or a derivative of one (`parent`).

    Attributes:
        compartment: whose key opens it (code from `vocab/compartment.yaml`).
        blob: SHA-256 of the encrypted file, in hex; its name in the vault.
        size: of the plaintext, in bytes.
        tool: what made a derivative, with its version.
        name, plaintext_sha256, details: sealed; "" and empty where the compartment is locked.
    """

    id: UUID
    kind: str
    compartment: str
    blob: str
    size: int
    media_type: str
    source: UUID | None = None
    parent: UUID | None = None
    tool: str = ""
    name: str = ""
    plaintext_sha256: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CustodyEntry:
    """One entry in an item's chain of custody.

    Attributes:
        actor: the member's name.
        at: when it was recorded; `happened` (EDTF) when it was, where that is earlier.
        party: from whom or to whom. `party`, `reason` and the hashes are sealed; "" where locked.
    """

    position: int
    action: str
    actor: str
    at: datetime
    happened: str = ""
    party: str = ""
    reason: str = ""
    hash_before: str = ""
    hash_after: str = ""
