"""The names in a replica of the backups, and where a replica is."""

from collections.abc import Mapping
from pathlib import Path

from aigaq.adapters.replicas import FolderReplica, Replica
from aigaq.adapters.s3 import SCHEME, S3Replica

#: The archive's card and escrow, as they are: whoever has them needs the passphrase, or the shares.
CARD, ESCROW = "archive.json", "escrow.age"
SNAPSHOTS = "snapshots/"


def is_remote(target: str) -> bool:
    """Return whether a replica is an address, not a folder."""
    return target.startswith(f"{SCHEME}://")


def open_replica(target: str) -> Replica:
    """Return the replica in a folder, or at `s3://bucket/prefix`.

    Raises:
        BadInput: it can't be reached.
    """
    if is_remote(target):
        return S3Replica(target)
    return FolderReplica(Path(target))


def piece_place(name: str) -> str:
    """Return where a piece lies."""
    return f"pieces/{name[:2]}/{name}.age"


def blob_place(blob: str) -> str:
    """Return where a file of the vault lies."""
    return f"vault/{blob[:2]}/{blob}.age"


def list_snapshots(sizes: Mapping[str, int]) -> list[str]:
    """Return the names of the snapshots, oldest first.

    Args:
        sizes: what is in the replica (`Replica.sizes`).
    """
    return sorted(
        name.removeprefix(SNAPSHOTS).removesuffix(".age")
        for name in sizes
        if name.startswith(SNAPSHOTS)
    )


def snapshot_place(name: str) -> str:
    """Return where a snapshot's list lies."""
    return f"{SNAPSHOTS}{name}.age"
