"""A backup restored on trial from where it lies: what came back is compared, and nothing of it is kept.

What is written meanwhile can be opened by nobody: the copy of the embedded database without the salt, which
stands in the card, is noise to whoever has the passphrase too. So the card never touches the disk here.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from aigaq.adapters.replicas import Replica
from aigaq.records.errors import Refused
from aigaq.services.database_copies import (
    DATABASE,
    DUMP,
    WAL,
    checkpoint_of_dump,
    log_of_copy,
    scratch_database,
)
from aigaq.services.restoring import read_pieces, restore_blob
from aigaq.vault.backup import KeptFile, Snapshot


def try_backup(replica: Replica, snapshot: Snapshot, secret: str, blobs: Iterable[str]) -> bool:
    """Read everything of a backup back, load its database into a scratch one, and compare the log's root.

    Args:
        replica: where it lies.
        snapshot: what should be there.
        secret: the age key of the backups.
        blobs: the vault's files to read.

    Returns:
        Whether the database was loaded; PostgreSQL may not let this user make a scratch database.

    Raises:
        Refused: something does not come back as it was.
    """
    with tempfile.TemporaryDirectory(prefix="aigaq-trial-") as name:
        folder = Path(name)
        loaded = False
        for kept in snapshot.files:
            if kept.path == DUMP:
                loaded = _load_dump(replica, kept, secret, snapshot)
            elif kept.path in (DATABASE, WAL):
                with (folder / kept.path).open("wb") as file:
                    for data in read_pieces(replica, kept, secret):
                        file.write(data)
            else:
                _read(replica, kept, secret)
        if snapshot.database == "sqlcipher":
            if log_of_copy(folder / DATABASE) != (snapshot.log_size, snapshot.log_root):
                raise _other_moment(replica)
            loaded = True
        for blob in blobs:
            with (folder / "blob").open("wb") as file:
                restore_blob(replica, blob, file)
    return loaded


def _load_dump(replica: Replica, kept: KeptFile, secret: str, snapshot: Snapshot) -> bool:
    with scratch_database() as address:
        if address is None:
            _read(replica, kept, secret)
            return False
        found = checkpoint_of_dump(read_pieces(replica, kept, secret), address, snapshot.log_size)
        if found != snapshot.log_root:
            raise _other_moment(replica)
    return True


def _read(replica: Replica, kept: KeptFile, secret: str) -> None:
    for _ in read_pieces(replica, kept, secret):
        pass


def _other_moment(replica: Replica) -> Refused:
    return Refused(f"{replica.place}: the copy of the database is of another moment")
