"""Where backups lie: a folder on any disk. A name is written once, whole, and never again."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

from aigaq.adapters.files import make_folder, sync_folder
from aigaq.records.errors import BadInput

_PIECE = 1 << 20


class Replica(Protocol):
    """One copy of the backups."""

    @property
    def place(self) -> str:
        """Where it is, for messages."""

    def sizes(self) -> Mapping[str, int]:
        """Return name → size of everything in it.

        Raises:
            BadInput: it can't be reached.
        """

    def put(self, name: str, source: BinaryIO) -> None:
        """Store what `source` holds under a name.

        Raises:
            BadInput: it can't be written.
        """

    def open(self, name: str) -> BinaryIO:
        """Open something for reading.

        Raises:
            BadInput: it is not there, or can't be read.
        """


class FolderReplica:
    """A replica in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def place(self) -> str:
        """The folder."""
        return str(self._folder)

    def sizes(self) -> Mapping[str, int]:
        """Return name → size of everything in it; nothing where there is no folder yet."""
        return {
            path.relative_to(self._folder).as_posix(): path.stat().st_size
            for path in self._folder.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }

    def put(self, name: str, source: BinaryIO) -> None:
        """Store what `source` holds: to a hidden name first, synced, then renamed, the name too."""
        path = self._folder / name
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            make_folder(path.parent, 0o700)
            with draft.open("xb") as file:
                while piece := source.read(_PIECE):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
            sync_folder(path.parent)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise BadInput(f"{path}: can't be written ({error.strerror})") from error

    def open(self, name: str) -> BinaryIO:
        """Open something for reading."""
        path = self._folder / name
        try:
            return path.open("rb")
        except OSError as error:
            raise BadInput(f"{path}: can't be read ({error.strerror})") from error
