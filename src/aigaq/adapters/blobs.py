"""The vault on disk: encrypted files, each under the SHA-256 of its bytes, taken in whole or not at all.

`vault/incoming/` holds what is being written; a finished file is synced and renamed to
`vault/<aa>/<hash>.age`. Whoever takes something in holds a shared lock until the database knows of it, so
that `sweep`, which needs the lock alone, never takes away what is being written. A file that was placed is
never taken away because the database doesn't know it: it may be yesterday's database.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

from aigaq.adapters.files import sync_folder
from aigaq.records.errors import BadInput

_VAULT = "vault"
_INCOMING = "incoming"
_LOCK = ".lock"
_SUFFIX = ".age"


class Draft:
    """A file being written into the vault: `file` takes the bytes, `place` gives it its name."""

    def __init__(self, vault: Path) -> None:
        self._vault = vault
        self._path = vault / _INCOMING / f"{secrets.token_hex(16)}{_SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        # Buffered: an unbuffered write may write less than it was given, and say so to nobody.
        self.file: BinaryIO = os.fdopen(os.open(self._path, flags, 0o600), "wb")

    def place(self, blob: str) -> None:
        """Sync the file and put it under its hash.

        Args:
            blob: SHA-256 of everything that was written, in lower-case hex.
        """
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        folder = self._vault / blob[:2]
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(self._vault)
        os.replace(self._path, folder / f"{blob}{_SUFFIX}")
        sync_folder(folder)

    def discard(self) -> None:
        """Close the file and take it away, unless it was placed."""
        with suppress(OSError):  # on a full disk, what it still holds
            self.file.close()
        self._path.unlink(missing_ok=True)


@contextmanager
def take_in(folder: Path) -> Iterator[Draft]:
    """Give a draft of a new file in an archive's vault; hold off `sweep` until the block ends.

    Args:
        folder: the archive's.

    Raises:
        BadInput: the vault can't be written to (no space, no permission).
    """
    vault = folder / _VAULT
    try:
        _make_folders(vault)
        with _locked(vault, fcntl.LOCK_SH):
            draft = Draft(vault)
            try:
                yield draft
            finally:
                draft.discard()
    except OSError as error:
        raise BadInput(
            f"{vault}: can't be written ({error.strerror or error}); nothing of this file was recorded"
        ) from error


def sweep(folder: Path) -> int:
    """Take away the unfinished files of an interrupted intake, unless somebody takes in something right now.

    Args:
        folder: the archive's.

    Returns:
        How many files were taken away.
    """
    vault = folder / _VAULT
    if not (vault / _INCOMING).is_dir():
        return 0
    try:
        with _locked(vault, fcntl.LOCK_EX | fcntl.LOCK_NB):
            left = [path for path in (vault / _INCOMING).iterdir() if path.suffix == _SUFFIX]
            for path in left:
                path.unlink(missing_ok=True)
    except BlockingIOError:
        return 0
    return len(left)


def list_blobs(folder: Path) -> Iterator[str]:
    """Yield the hash that each file in an archive's vault is named for."""
    for place in (folder / _VAULT).glob("[0-9a-f][0-9a-f]"):
        yield from (path.stem for path in place.glob(f"*{_SUFFIX}"))


def open_blob(folder: Path, blob: str) -> BinaryIO:
    """Open an encrypted file for reading.

    Raises:
        BadInput: it is not in the vault, or can't be read.
    """
    path = blob_path(folder, blob)
    try:
        return path.open("rb", buffering=0)
    except OSError as error:
        raise BadInput(
            f"{path}: can't be read ({error.strerror}); restore it from a backup"
        ) from error


def digest_blob(folder: Path, blob: str) -> str | None:
    """Return the SHA-256 of an encrypted file in hex as it lies there; None where it can't be read."""
    try:
        with blob_path(folder, blob).open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def blob_path(folder: Path, blob: str) -> Path:
    """Return where an encrypted file of an archive lies."""
    return folder / _VAULT / blob[:2] / f"{blob}{_SUFFIX}"


def remove_blob(folder: Path, blob: str) -> bool:
    """Take an encrypted file away; return whether it was there."""
    path = blob_path(folder, blob)
    if not path.exists():
        return False
    path.unlink()
    sync_folder(path.parent)
    return True


def _make_folders(vault: Path) -> None:
    if not (vault / _INCOMING).is_dir():
        vault.mkdir(mode=0o700, exist_ok=True)
        (vault / _INCOMING).mkdir(mode=0o700, exist_ok=True)
        sync_folder(vault)
        sync_folder(vault.parent)


@contextmanager
def _locked(vault: Path, how: int) -> Iterator[None]:
    handle = os.open(vault / _INCOMING / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)
