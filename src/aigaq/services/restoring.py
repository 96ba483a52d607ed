"""Restoring an archive from a replica of its backups, into a new folder, and checking what came back."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from aigaq.adapters.blobs import blob_path
from aigaq.adapters.files import write_file
from aigaq.adapters.replicas import Replica
from aigaq.records.errors import BadInput, NotFound, Refused
from aigaq.services.actors import Actor
from aigaq.services.archive import (
    Archive,
    move_database,
    open_archive,
    postgresql_address,
    read_log_key,
)
from aigaq.services.backup_places import (
    CARD,
    ESCROW,
    blob_place,
    list_snapshots,
    open_replica,
    piece_place,
    snapshot_place,
)
from aigaq.services.checking import check_acts
from aigaq.services.database_copies import DUMP, restore_dump
from aigaq.services.escrow import passphrases_from
from aigaq.services.log_checking import check_log
from aigaq.services.roster import pseudonym
from aigaq.store import models
from aigaq.vault.backup import (
    BadBackup,
    KeptFile,
    Snapshot,
    backup_keys,
    open_piece,
    read_snapshot,
)
from aigaq.vault.listing import Finding
from aigaq.vault.notes import SignerKey

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: when the backup was made, how many acts and files, and what does not hold."""

    at: str
    acts: int
    blobs: int
    findings: tuple[Finding, ...]


def restore(
    source: str,
    folder: Path,
    passphrase: str,
    *,
    shares: Sequence[str] = (),
    snapshot: str = "",
    postgresql: str = "",
) -> Restored:
    """Restore an archive into a new folder and check every act, the log, and every file of the vault.

    Args:
        source: a replica: a folder or `s3://bucket/prefix`.
        folder: a new folder.
        passphrase: the archive's; not needed with `shares`.
        shares: enough shares of the escrow, where the passphrase is lost.
        snapshot: which backup; "" for the newest.
        postgresql: address of an empty database, for an archive that was in PostgreSQL.

    Raises:
        BadInput: the passphrase is another, `folder` exists, or the replica is none.
        NotFound: there is no such backup.
        Refused: something of the backup is missing or was altered; nothing is left in `folder`.
    """
    replica = open_replica(source)
    names = list_snapshots(replica.sizes())
    if not names or (snapshot and snapshot not in names):
        raise NotFound(
            f"{source}: holds no backup{f' {snapshot!r}' if snapshot else ''} of an archive"
        )
    if folder.exists():
        raise BadInput(f"{folder}: exists already; restore into a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        _copy_card(replica, fresh)
        tried = passphrases_from(fresh, shares) if shares else [passphrase]
        passphrase, log_key = _open_card(fresh, tried)
        secret = backup_keys(log_key.seed).secret
        kept = _read_list(replica, snapshot or names[-1], secret)
        _bring_back(replica, kept, fresh, log_key, postgresql)
        fresh.rename(folder)
    except BaseException:  # also when interrupted: half an archive is none
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return _check(_open(folder, passphrase, kept), kept)


def _open_card(fresh: Path, passphrases: Sequence[str]) -> tuple[str, SignerKey]:
    """Return the passphrase that opens the replica's card, and the log key it opens."""
    for last, passphrase in enumerate(passphrases, start=1 - len(passphrases)):
        try:
            return passphrase, read_log_key(fresh, passphrase)
        except BadInput as error:
            if last == 0:
                raise BadInput("this passphrase does not open these backups") from error
    raise Refused("the shares give no passphrase")


def _open(folder: Path, passphrase: str, kept: Snapshot) -> Archive:
    try:
        return open_archive(folder, passphrase)
    except BadInput as error:
        raise BadInput(
            f"{folder}: is back as of {kept.at}, when the archive had another passphrase; open it with that "
            f"one, and check it: aigaq verify {folder}"
        ) from error


def _copy_card(replica: Replica, fresh: Path) -> None:
    there = replica.sizes()
    for name in (CARD, ESCROW):
        if name in there:
            with replica.open(name) as file:
                write_file(fresh / name, file.read())


def _read_list(replica: Replica, name: str, secret: str) -> Snapshot:
    with replica.open(snapshot_place(name)) as file:
        sealed = file.read()
    try:
        return read_snapshot(open_piece(sealed, secret))
    except BadBackup as error:
        raise Refused(f"{replica.place}: backup {name} {error}") from error


def _bring_back(
    replica: Replica, kept: Snapshot, fresh: Path, log_key: SignerKey, postgresql: str
) -> None:
    secret = backup_keys(log_key.seed).secret
    if (kept.database == "postgresql") != bool(postgresql):
        raise BadInput(
            "this archive was in PostgreSQL; name an empty database with --postgresql"
            if kept.database == "postgresql"
            else "this archive has a database of its own; leave --postgresql out"
        )
    for one in kept.files:
        if one.path == DUMP:
            address = postgresql_address(postgresql)
            restore_dump(read_pieces(replica, one, secret), address)
            move_database(fresh, log_key, address)
            continue
        target = fresh / one.path
        if not target.resolve().is_relative_to(fresh.resolve()):
            raise Refused(f"{replica.place}: the backup names a file outside the archive")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            for data in read_pieces(replica, one, secret):
                file.write(data)
        target.chmod(0o600)
    for blob, _ in kept.blobs:
        target = blob_path(fresh, blob)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with target.open("xb") as file:
            restore_blob(replica, blob, file)
        target.chmod(0o600)


def read_pieces(replica: Replica, kept: KeptFile, secret: str) -> Iterator[bytes]:
    """Yield a file's pieces; the last only once the whole is known to be what it was.

    Raises:
        Refused: a piece, or the whole, is not what it was.
    """
    hash = sha256()
    held = b""
    for name in kept.pieces:
        with replica.open(piece_place(name)) as file:
            sealed = file.read()
        try:
            data = open_piece(sealed, secret)
        except BadBackup as error:
            raise Refused(f"{replica.place}: a piece of {kept.path} {error}") from error
        hash.update(data)
        yield held
        held = data
    if hash.hexdigest() != kept.sha256:
        raise Refused(f"{replica.place}: {kept.path} is not what was backed up")
    yield held


def restore_blob(replica: Replica, blob: str, file: BinaryIO) -> None:
    """Copy a file of the vault back; its name is the hash it must have.

    Raises:
        Refused: it has another.
    """
    hash = sha256()
    with replica.open(blob_place(blob)) as source:
        while data := source.read(_PIECE):
            hash.update(data)
            file.write(data)
    if hash.hexdigest() != blob:
        raise Refused(f"{replica.place}: a file of the vault was altered there ({blob})")


def _check(archive: Archive, kept: Snapshot) -> Restored:
    # Whoever has the passphrase has the whole database: any member will do to check it.
    member = models.Member.objects.filter(active=True).first()
    if member is None:
        return Restored(kept.at, 0, len(kept.blobs), ())
    checked = check_acts(Actor(member.id, pseudonym(member.id), member.role))
    findings = [one.finding for one in checked if one.finding is not None]
    findings += check_log(archive, archive.log_key.verifier, {})
    acts = models.Event.objects.count()
    return Restored(kept.at, acts, len(kept.blobs), tuple(findings))
