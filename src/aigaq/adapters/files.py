"""Files and folders: read whole, hashed, and written so that a half-written result is never seen."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TextIO

from aigaq.records.errors import BadInput

#: What file systems answer that can't sync a folder; nothing more can be done for durability there.
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP}


def read_file(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        BadInput: it is missing, a folder, or not readable.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: can't be read ({error.strerror})") from error


def read_text(path: Path) -> str:
    """Return a file's text, without a byte-order mark.

    Raises:
        BadInput: it can't be read, or is not UTF-8.
    """
    try:
        return read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from error


@contextmanager
def open_lines(path: Path) -> Iterator[TextIO]:
    """Open a UTF-8 file, with or without byte-order mark, to be read line by line.

    A byte that is not UTF-8 becomes a lone surrogate, so that one bad line costs one line.

    Raises:
        BadInput: it is missing, a folder, or not readable.
    """
    try:
        file = path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        raise BadInput(f"{path}: can't be read ({error.strerror})") from error
    with file:
        yield file


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hex."""
    return sha256(data).hexdigest()


def write_file(path: Path, data: bytes) -> None:
    """Write `data` to a temporary name beside `path`, then rename it into place; a power cut undoes neither.

    Raises:
        BadInput: it can't be written; what was there is there still.
    """
    try:
        make_folder(path.parent)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise BadInput(f"{path}: can't be written ({error.strerror})") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise BadInput(f"{path}: can't be written ({error.strerror})") from error


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it where there is none, so that a power cut doesn't take it away again.

    Args:
        folder: may be there already.
        mode: of the folder itself, where it is made.

    Raises:
        OSError: it can't be made.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=mode, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a rename is not, until the folder itself is on the disk.

    Raises:
        OSError: the disk fails.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(handle)


def write_folder(out: Path, files: Iterable[tuple[str, bytes]], *, marker: str) -> int:
    """Write files under `out`, all or nothing: into a neighbour folder first, then renamed.

    Args:
        out: the folder; if it exists it must be empty or hold `marker`, a file only such a folder has.
        files: relative path with `/` and bytes.
        marker: name of the file that says the folder was written by us and may be replaced.

    Returns:
        How many files were written.

    Raises:
        BadInput: `out` holds something else, or can't be written.
    """
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out}: is a file; name a folder")
    if out.exists() and any(out.iterdir()) and not (out / marker).is_file():
        raise BadInput(f"{out}: is not empty and was not written by Aigaq; name another folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    try:
        count = _write_all(fresh, files)
        fresh.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        fresh.rename(out)
        sync_folder(out.parent)
    except BaseException:  # also when interrupted: no half-written folder stays behind
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return count


def _write_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    made: set[Path] = set()
    count = 0
    for name, data in files:
        path = folder / name
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(data)
        count += 1
    return count


def hash_folder(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (relative path with `/`, SHA-256) of every file below `folder`, links included as they read."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                yield path.relative_to(folder).as_posix(), file_digest(file, "sha256").hexdigest()
