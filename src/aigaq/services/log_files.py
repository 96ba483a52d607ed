"""The log as a folder of files (C2SP tlog-tiles), which anyone may copy; it follows from the tables."""

from collections.abc import Mapping
from pathlib import Path

from aigaq.adapters.files import read_file, write_file
from aigaq.services.archive import Archive
from aigaq.vault.checkpoints import Checkpoint, open_checkpoint
from aigaq.vault.notes import BadNote, VerifierKey
from aigaq.vault.tiles import Read

CHECKPOINT = "checkpoint"


def tile_reader(folder: Path) -> Read:
    """Return what reads a log's tiles out of its folder; a missing one is None."""

    def read(path: str) -> bytes | None:
        file = folder / path
        return read_file(file) if file.is_file() else None

    return read


def read_checkpoint(folder: Path, key: VerifierKey) -> Checkpoint | None:
    """Return the checkpoint in a log's folder, or None where there is none that this key signed."""
    file = folder / CHECKPOINT
    if not file.is_file():
        return None
    try:
        return open_checkpoint(read_file(file), key)[0]
    except BadNote:
        return None


def write_log(archive: Archive, tiles: Mapping[str, bytes], note: bytes) -> None:
    """Write tiles, and the checkpoint they belong to last: whoever reads it finds all it speaks of."""
    for path, data in tiles.items():
        write_file(archive.log / path, data)
    write_file(archive.log / CHECKPOINT, note)
