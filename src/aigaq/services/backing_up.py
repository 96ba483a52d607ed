"""Backup: what is new goes to each replica, encrypted; then the backup is restored on trial from there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO

from aigaq.adapters.blobs import open_blob
from aigaq.adapters.clock import now
from aigaq.adapters.files import read_file
from aigaq.adapters.replicas import Replica
from aigaq.records.errors import BadInput
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.archive import Archive
from aigaq.services.backup_places import (
    CARD,
    ESCROW,
    blob_place,
    is_remote,
    open_replica,
    piece_place,
    snapshot_place,
)
from aigaq.services.backup_trial import try_backup
from aigaq.services.database_copies import copying, is_postgresql
from aigaq.services.sequencing import extend_log, newest_checkpoint
from aigaq.store import models
from aigaq.vault.backup import (
    PIECE_BYTES,
    BackupKeys,
    KeptFile,
    Snapshot,
    backup_keys,
    name_piece,
    seal_piece,
    write_snapshot,
)

type Progress = Callable[[int, int], None]


@dataclass(slots=True)
class BackedUp:
    """What went to one replica.

    Attributes:
        place: where it is.
        snapshot: its name there.
        stored: bytes that were new.
        held: bytes of the whole snapshot.
        blobs: files of the vault in it.
        read: how many of them were read back now; the others are taken by name and size.
        damaged: files of the vault that are missing or altered here; an earlier backup may have them whole.
        loaded: whether the copy of the database was opened on trial, or read back alone.
    """

    place: str
    snapshot: str = ""
    stored: int = 0
    held: int = 0
    blobs: int = 0
    read: int = 0
    damaged: list[str] = field(default_factory=list)
    loaded: bool = False


def back_up(
    archive: Archive,
    actor: Actor,
    targets: Sequence[str],
    *,
    read_all: bool = False,
    progress: Progress = lambda done, total: None,
) -> Sequence[BackedUp]:
    """Back the archive up to every replica, and try each by reading it back.

    Args:
        archive: what to back up.
        actor: who does it; it is an act on record.
        targets: folders or `s3://bucket/prefix`.
        read_all: read every file of the vault back from the replica, not only those that are new there.
        progress: called with files done and files in all.

    Raises:
        NotAllowed: the actor may not.
        BadInput: a replica can't be reached or written, or lies in the archive itself.
        Refused: what was read back is not what was written.
    """
    for one in targets:
        place = Path(one).resolve()
        if not is_remote(one) and archive.folder.resolve() in (place, *place.parents):
            raise BadInput(
                f"{one}: lies in the archive's own folder; a backup belongs on another disk"
            )
    with act(actor, "backup", {"replicas": len(targets)}):
        pass
    extend_log(archive)
    return [_to_replica(archive, open_replica(one), read_all, progress) for one in targets]


def _to_replica(archive: Archive, replica: Replica, read_all: bool, progress: Progress) -> BackedUp:
    keys = backup_keys(archive.log_key.seed)
    writer = _Writer(replica, keys)
    fresh = _store_blobs(archive, writer, progress, read_all=read_all)
    writer.store_card(archive.folder)
    snapshot = _store_files(archive, writer)
    name = f"{now():%Y%m%dT%H%M%S%fZ}"
    writer.store(snapshot_place(name), seal_piece(write_snapshot(snapshot), [keys.public]))
    writer.done.snapshot = name
    writer.done.read = writer.done.blobs if read_all else len(fresh)
    writer.done.loaded = try_backup(replica, snapshot, keys.secret, fresh)
    return writer.done


class _Writer:
    """Writes to one replica what it does not have yet."""

    def __init__(self, replica: Replica, keys: BackupKeys) -> None:
        self._replica = replica
        self._keys = keys
        self._there = dict(replica.sizes())
        self.done = BackedUp(replica.place)

    def has(self, place: str, size: int) -> bool:
        """Return whether the replica holds something of this size there."""
        return self._there.get(place) == size

    def has_whole(self, blob: str) -> bool:
        """Return whether a file of the vault lies in the replica as it was stored."""
        if blob_place(blob) not in self._there:
            return False
        with self._replica.open(blob_place(blob)) as file:
            return _hash(file) == blob

    def store(self, place: str, data: bytes) -> None:
        """Store bytes under a new name."""
        self._replica.put(place, BytesIO(data))
        self._there[place] = len(data)
        self.done.stored += len(data)

    def store_piece(self, data: bytes) -> str:
        """Store a piece, unless it is there; return its name."""
        name = name_piece(self._keys, data)
        self.done.held += len(data)
        if piece_place(name) not in self._there:
            self.store(piece_place(name), seal_piece(data, [self._keys.public]))
        return name

    def store_blob(self, folder: Path, blob: str, size: int) -> None:
        """Store a file of the vault as it is."""
        with open_blob(folder, blob) as file:
            self._replica.put(blob_place(blob), file)
        self._there[blob_place(blob)] = size
        self.done.stored += size

    def store_card(self, folder: Path) -> None:
        """Store the archive's card and escrow, which may have changed."""
        for name in (CARD, ESCROW):
            if (folder / name).is_file():
                self._replica.put(name, BytesIO(read_file(folder / name)))


def _store_blobs(
    archive: Archive, writer: _Writer, progress: Progress, *, read_all: bool
) -> list[str]:
    """Store the vault's files that the replica has not, or has damaged where all are read; return which.

    One that is damaged here is never stored.
    """
    blobs = list(models.Item.objects.order_by("id").values_list("blob", flat=True))
    fresh = []
    for done, blob in enumerate(blobs, start=1):
        size = _size(archive, blob)
        held = writer.has_whole(blob) if read_all else writer.has(blob_place(blob), size)
        if size and not held:
            with open_blob(archive.folder, blob) as file:
                whole = _hash(file) == blob
            if whole:
                writer.store_blob(archive.folder, blob, size)
                fresh.append(blob)
            else:
                size = 0
        if not size:
            writer.done.damaged.append(blob)
        writer.done.held += size
        writer.done.blobs += bool(size)
        progress(done, len(blobs))
    return fresh


def _size(archive: Archive, blob: str) -> int:
    """Return how long a file of the vault is; 0 where it is missing."""
    try:
        with open_blob(archive.folder, blob) as file:
            return file.seek(0, 2)
    except BadInput:
        return 0


def _hash(file: IO[bytes]) -> str:
    hash = sha256()
    while piece := file.read(1 << 20):
        hash.update(piece)
    return hash.hexdigest()


def _store_files(archive: Archive, writer: _Writer) -> Snapshot:
    files = [_store(writer, path, _pieces(archive.folder / path)) for path in _others(archive)]
    with copying(PIECE_BYTES) as database:
        newest = newest_checkpoint()
        blobs = [
            (blob, size)
            for blob in models.Item.objects.order_by("id").values_list("blob", flat=True)
            if (size := _size(archive, blob)) and writer.has(blob_place(blob), size)
        ]
        files += [_store(writer, name, pieces) for name, pieces in database]
    return Snapshot(
        at=now().isoformat(),
        database="postgresql" if is_postgresql() else "sqlcipher",
        log_size=newest.size if newest else 0,
        log_root=newest.root if newest else "",
        files=tuple(files),
        blobs=tuple(blobs),
    )


def _others(archive: Archive) -> Iterator[str]:
    """Yield the archive's small files. Of the log the key alone: its tiles follow from the database.

    The card is among them: a passphrase that is changed later has another, and the database its own key.
    """
    for path in sorted(archive.folder.iterdir()):
        if path.is_file() and not path.name.startswith((".", "archive.db")):
            yield path.name
    if (archive.log / "key.txt").is_file():
        yield "log/key.txt"


def _pieces(path: Path) -> Iterable[bytes]:
    data = read_file(path)
    return [data[start : start + PIECE_BYTES] for start in range(0, len(data), PIECE_BYTES)]


def _store(writer: _Writer, path: str, pieces: Iterable[bytes]) -> KeptFile:
    hash, size, names = sha256(), 0, []
    for data in pieces:
        hash.update(data)
        size += len(data)
        names.append(writer.store_piece(data))
    return KeptFile(path, size, hash.hexdigest(), tuple(names))
