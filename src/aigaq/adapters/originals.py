"""Originals as they are handed over: read once, from a file or a pipe, without a copy on disk."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from io import FileIO
from pathlib import Path

from aigaq.records.errors import BadInput


def name_of(path: Path) -> str:
    r"""Return a file's own name as text; of one that is not UTF-8 the bytes beyond ASCII stand as `\xNN`.

    Archives packed under a Chinese or Russian Windows hold such names.
    """
    name = os.fsencode(path.name)
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("ascii", "backslashreplace")


class Original:
    """A file being taken in. Its errors are told apart from those of the vault that is written to."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self._path = path
        self._file = file
        self._state = self._look()

    @property
    def size(self) -> int:
        """Return how many bytes the file has; 0 of a pipe, which tells only at its end."""
        return self._state[0]

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer as far as there is something; 0 at the end."""
        try:
            return self._file.readinto(buffer)
        except OSError as error:
            raise _unreadable(self._path, error) from error

    def hash(self) -> str:
        """Return the SHA-256 of the whole file in hex, and go back to its beginning."""
        try:
            found = file_digest(self._file, "sha256").hexdigest()
            self._file.seek(0)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        return found

    def check_unchanged(self) -> None:
        """Check that nobody wrote to the file while it was read.

        Raises:
            BadInput: somebody did.
        """
        if self._look() != self._state:
            raise BadInput(
                f"{self._path}: was changed while it was read; add it once it is finished"
            )

    def _look(self) -> tuple[int, int]:
        state = os.fstat(self._file.fileno())
        # A pipe is written to while it is read; that is what it is for.
        return (state.st_size, state.st_mtime_ns) if stat.S_ISREG(state.st_mode) else (0, 0)


def _unreadable(path: Path, error: OSError) -> BadInput:
    return BadInput(f"{path}: can't be read ({error.strerror})")


@contextmanager
def open_original(path: Path) -> Iterator[Original]:
    """Open a file to be taken in.

    Raises:
        BadInput: it is missing, a folder, or not readable.
    """
    if path.is_dir():
        raise BadInput(f"{path}: is a folder; name the files in it")
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise _unreadable(path, error) from error
    with file:
        yield Original(path, file)
