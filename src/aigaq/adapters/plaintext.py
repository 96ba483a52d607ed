"""Writing plaintext to disk where somebody asked for it: whole and under its name, or not at all.

The file has no name until it is complete (Linux: O_TMPFILE), so that not even a process that is killed leaves
plaintext behind. A file system that can't do that gets a hidden temporary name.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from aigaq.records.errors import BadInput

_NAMELESS = getattr(os, "O_TMPFILE", 0)


@contextmanager
def writing_plaintext(out: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which appears as `out` when the block ends well. Readable by its owner alone.

    Raises:
        BadInput: `out` exists, or can't be written.
    """
    if os.path.lexists(out):
        raise BadInput(f"{out}: exists already; name another file")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with _nameless(out) or _hidden(out) as file:
            yield file
    except OSError as error:
        raise BadInput(f"{out}: can't be written ({error.strerror or error})") from error


def open_nameless(folder: Path, mode: int = 0o600) -> BinaryIO | None:
    """Open a file that has no name yet: it is gone with the process, however that ends.

    Args:
        folder: on whose file system it lies.
        mode: its permissions, less the umask.

    Returns:
        None where the file system has no such files.
    """
    if not _NAMELESS:
        return None
    with suppress(OSError):
        return os.fdopen(os.open(folder, _NAMELESS | os.O_WRONLY, mode), "wb")
    return None


def give_name(file: BinaryIO, out: Path) -> None:
    """Give a nameless file its name.

    Raises:
        FileExistsError: there is something of that name.
    """
    # A link, unlike a rename, never replaces what came to be there meanwhile. Only with a folder's handle
    # does Python follow /proc's link to the file itself (linkat).
    os.link(f"/proc/self/fd/{file.fileno()}", out, src_dir_fd=file.fileno())


def _nameless(out: Path) -> "_Ending | None":
    file = open_nameless(out.parent)
    return None if file is None else _Ending(file, None, out)


def _hidden(out: Path) -> "_Ending":
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    return _Ending(os.fdopen(handle, "wb"), Path(name), out)


class _Ending:
    """Gives a finished file its name, and takes an unfinished one away."""

    def __init__(self, file: BinaryIO, hidden: Path | None, out: Path) -> None:
        self._file = file
        self._hidden = hidden
        self._out = out

    def __enter__(self) -> BinaryIO:
        return self._file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._file.flush()
                os.fsync(self._file.fileno())
                if self._hidden is None:
                    give_name(self._file, self._out)
                else:
                    os.link(self._hidden, self._out)
        finally:
            if self._hidden is not None:
                self._hidden.unlink(missing_ok=True)
            with suppress(OSError):  # what it still holds is synced, or was given up
                self._file.close()
