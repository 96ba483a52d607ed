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


def _nameless(out: Path) -> "_Ending | None":
    if not _NAMELESS:
        return None
    with suppress(OSError):  # not every file system has it
        handle = os.open(out.parent, _NAMELESS | os.O_WRONLY, 0o600)
        return _Ending(os.fdopen(handle, "wb", buffering=0), f"/proc/self/fd/{handle}", out)
    return None


def _hidden(out: Path) -> "_Ending":
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    return _Ending(os.fdopen(handle, "wb", buffering=0), name, out)


class _Ending:
    """Gives a finished file its name, and takes an unfinished one away."""

    def __init__(self, file: BinaryIO, source: str, out: Path) -> None:
        self._file = file
        self._source = source
        self._out = out

    def __enter__(self) -> BinaryIO:
        return self._file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._file:
            try:
                if kind is None:
                    os.fsync(self._file.fileno())
                    # A link, unlike a rename, never replaces what came to be there meanwhile. Only with a
                    # folder's handle does Python follow /proc's link to the file itself (linkat).
                    os.link(self._source, self._out, src_dir_fd=self._file.fileno())
            finally:
                if not self._source.startswith("/proc/"):
                    Path(self._source).unlink(missing_ok=True)
