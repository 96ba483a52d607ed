"""Where a package is written: a folder, or one age file for named recipients. Whole, or not at all."""

import glob
import io
import os
import shutil
import stat
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from aigaq.adapters.files import sync_folder
from aigaq.adapters.plaintext import give_name, open_nameless
from aigaq.records.errors import BadInput, Refused

_PIECE = 1 << 20
_HELD_AT_MOST = 500  # open files; a process has 1,024 by default


class Readable(Protocol):
    """What a file's bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes; nothing at the end."""


class PackageWriter(Protocol):
    """Takes a package's files one after the other."""

    def add(self, path: str, data: bytes) -> None:
        """Take a file."""

    def copy(self, path: str, source: Readable, size: int) -> str:
        """Take a file of `size` bytes from a stream; return the SHA-256 of what it gave."""


class _Folder:
    """Writes files that have no names until all are there, so that a kill leaves no plaintext behind.

    Where the file system has no such files (exFAT on a stick), and where there are more than a process may
    hold open, they lie in the hidden folder meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, BinaryIO] = {}

    def add(self, path: str, data: bytes) -> None:
        self.copy(path, io.BytesIO(data), len(data))

    def copy(self, path: str, source: Readable, size: int) -> str:
        hash = sha256()
        file = self._create(path)
        while piece := source.read(_PIECE):
            hash.update(piece)
            file.write(piece)
        if path in self._held:
            file.flush()
        else:
            file.close()
        return hash.hexdigest()

    def name_all(self) -> None:
        """Give every file its name."""
        for path, file in self._held.items():
            with file:
                give_name(file, self._place(path))
        self._held.clear()

    def forget(self) -> None:
        """Let go of every file that has no name."""
        for file in self._held.values():
            with suppress(OSError):
                file.close()

    def _create(self, path: str) -> BinaryIO:
        if len(self._held) == _HELD_AT_MOST:
            self.name_all()
        file = open_nameless(self._folder, 0o666)
        if file is None:
            return self._place(path).open("xb")
        self._held[path] = file
        return file

    def _place(self, path: str) -> Path:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


@contextmanager
def writing_folder(out: Path) -> Iterator[PackageWriter]:
    """Give a writer into a new folder, which gets its name when the block ends well.

    Raises:
        BadInput: `out` exists, or can't be written.
    """
    if os.path.lexists(out):
        raise BadInput(f"{out}: exists already; a package needs a new folder")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        fresh = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}.{os.getpid()}."))
        writer = _Folder(fresh)
        try:
            yield writer
            writer.name_all()
            fresh.rename(out)
            sync_folder(out.parent)
        except BaseException:  # also when interrupted: what was decrypted does not stay behind
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        finally:
            writer.forget()
    except OSError as error:
        raise BadInput(f"{out}: can't be written ({error.strerror or error})") from error


def _sweep(out: Path) -> None:
    """Take away what runs that were killed left beside `out`."""
    for left in out.parent.glob(f".{glob.escape(out.name)}.*"):
        pid = left.name.removeprefix(f".{out.name}.").partition(".")[0]
        if pid.isdecimal() and not _runs(int(pid)):
            shutil.rmtree(left, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class _Hashing(io.RawIOBase):
    """Reads on and hashes what it read: tarfile wants a file that it can copy from."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.hash = sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        piece = self._source.read(size)
        self.hash.update(piece)
        return piece


class _Tar:
    def __init__(self, tar: tarfile.TarFile, root: str) -> None:
        self._tar = tar
        self._root = root

    def add(self, path: str, data: bytes) -> None:
        self.copy(path, io.BytesIO(data), len(data))

    def copy(self, path: str, source: Readable, size: int) -> str:
        entry = tarfile.TarInfo(f"{self._root}/{path}")
        entry.size = size
        entry.mode = 0o644
        reader = _Hashing(source)
        self._tar.addfile(entry, reader)
        return reader.hash.hexdigest()


#: Encrypts everything it reads from the first file into the second (`vault.stream.encrypt_stream`).
type Encrypt = Callable[[io.FileIO, BinaryIO], object]


@contextmanager
def writing_sealed(out: Path, encrypt: Encrypt) -> Iterator[PackageWriter]:
    """Give a writer into a tar that is encrypted as it grows; no plaintext touches the disk.

    Args:
        out: the new file; the tar's folder has its name up to the first dot.
        encrypt: run beside the writer until the tar ends.

    Raises:
        BadInput: `out` exists, or can't be written.
    """
    if os.path.lexists(out):
        raise BadInput(f"{out}: exists already; a package needs a new file")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        try:
            with os.fdopen(handle, "wb") as sink:
                with (
                    _encrypting(encrypt, sink) as plain,
                    tarfile.open(fileobj=plain, mode="w|", format=tarfile.PAX_FORMAT) as tar,
                ):
                    yield _Tar(tar, out.name.split(".")[0] or "package")
                sink.flush()
                os.fsync(sink.fileno())
            os.link(name, out)
        finally:
            Path(name).unlink()
    except OSError as error:
        raise BadInput(f"{out}: can't be written ({error.strerror or error})") from error


@contextmanager
def _encrypting(encrypt: Encrypt, sink: BinaryIO) -> Iterator[BinaryIO]:
    reading, writing = os.pipe()
    failed: list[OSError | ValueError] = []

    def run() -> None:
        with io.FileIO(reading) as source:
            try:
                encrypt(source, sink)
            except (OSError, ValueError) as error:  # told by whoever waits below
                failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        with os.fdopen(writing, "wb") as plain:
            yield plain
    except BrokenPipeError:  # the reader is gone; why, it says itself
        thread.join()
        if not failed:
            raise
    finally:
        thread.join()
    if failed:
        raise failed[0]


def hash_package(folder: Path) -> dict[str, str]:
    """Return relative path (with `/`) → SHA-256 of every file in a package.

    Raises:
        Refused: a link, or something else that is no file, stands in it.
    """
    found = {}
    for base, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(base) / name
            mode = path.lstat().st_mode
            if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
                raise Refused(f"{folder}: does not hold: a link or a device stands in it")
        for name in files:
            path = Path(base) / name
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = file_digest(file, "sha256").hexdigest()
    return found
