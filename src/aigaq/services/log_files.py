"""The log as a folder of files (C2SP tlog-tiles), which anyone may copy; it follows from the tables."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from aigaq.adapters.files import read_file, read_text, write_file
from aigaq.records.errors import BadInput
from aigaq.services.archive import Archive
from aigaq.vault.checkpoints import Checkpoint, open_checkpoint
from aigaq.vault.notes import BadNote, VerifierKey, parse_key
from aigaq.vault.tiles import Read

CHECKPOINT = "checkpoint"
KEY = "key.txt"


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


def read_key(text: str) -> VerifierKey:
    """Return a public key as a person gives it: the key itself, or the name of a file that holds it.

    Raises:
        BadInput: it is no key.
    """
    named = Path(text).is_file()
    if not named and "+" not in text:
        raise BadInput(
            f"{text[:200]!r} is neither a key nor a file that holds one; `aigaq key` prints one"
        )
    written = read_text(Path(text)) if named else text
    try:
        return parse_key(written.strip())
    except BadNote as error:
        raise BadInput(f"{text[:200]!r} is no key ({error}); `aigaq key` prints one") from error


def remember(places: Iterable[Path], key: VerifierKey) -> Mapping[str, bytes]:
    """Return the checkpoints that others kept: name of the place → signed note.

    Args:
        places: files that hold a checkpoint, and folders of witnesses or logs.
        key: the log's key; what a folder holds of other logs is left out.

    Raises:
        BadInput: there is no checkpoint of this log.
    """
    found: dict[str, bytes] = {}
    for place in places:
        files = [place] if place.is_file() else sorted(place.rglob(CHECKPOINT))
        notes = {str(file): read_file(file) for file in files}
        if place.is_dir():
            first = f"{key.name}\n".encode()
            notes = {name: note for name, note in notes.items() if note.startswith(first)}
        if not notes:
            raise BadInput(f"{place}: holds no checkpoint of the log {key.name}")
        found.update(notes)
    return found


def read_root(text: str) -> bytes:
    """Return the bytes of an act's root; b"" for a text that is none, which then fits no leaf."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
