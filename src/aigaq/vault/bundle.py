"""Sealed intake bundles: a tar in an age file, made where public keys are all there is.

`age -d` and `tar` open one as well. Its last entry, `manifest-sha256.txt`, lists the others by their hash as
they were read on the device that sealed them (the form of RFC 8493 §2.1.3).
"""

import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

MANIFEST = "manifest-sha256.txt"
_MANIFEST_BYTES = 1 << 24
_PIECE_BYTES = 1 << 18


class BadBundle(Exception):
    """What was opened is no bundle, or not what was sealed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a bundle.

    Attributes:
        name: as it was called where it was sealed, without folders.
        start, size: where its bytes lie in the plaintext.
        sha256: hex, checked.
    """

    name: str
    start: int
    size: int
    sha256: str


def write_manifest(digests: Mapping[str, str]) -> bytes:
    """Return the manifest of a bundle: name → SHA-256 in hex, a line each."""
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()


def unique_names(names: Iterable[str]) -> list[str]:
    """Return names under which files of several folders can lie in one: a second `a.mp4` is `2 a.mp4`."""
    taken: set[str] = {MANIFEST}
    found = []
    for name in names:
        clean = "".join(" " if ord(letter) < 32 else letter for letter in name)
        free, number = clean, 1
        while free in taken:
            number += 1
            free = f"{number} {clean}"
        taken.add(free)
        found.append(free)
    return found


def read_bundle(file: BinaryIO) -> Sequence[Part]:
    """Read a decrypted bundle from end to end and return its files.

    Args:
        file: seekable; every byte it gives was verified.

    Raises:
        BadBundle: it is no bundle, or a file is not what the manifest says.
    """
    try:
        with tarfile.open(fileobj=file, mode="r:") as tar:
            entries = list(tar)
    except tarfile.TarError as error:
        raise BadBundle("it is no sealed bundle") from error
    if not entries or not all(entry.isreg() and not entry.issparse() for entry in entries):
        raise BadBundle("it is no sealed bundle")
    parts = [_part(file, entry) for entry in entries]
    *files, manifest = parts
    if manifest.name != MANIFEST or manifest.size > _MANIFEST_BYTES:
        raise BadBundle("its manifest is missing")
    file.seek(manifest.start)
    if file.read(manifest.size) != write_manifest({one.name: one.sha256 for one in files}):
        raise BadBundle("its files are not those that were sealed")
    return files


def _part(file: BinaryIO, entry: tarfile.TarInfo) -> Part:
    part = PartReader(file, entry.offset_data, entry.size)
    return Part(entry.name.rpartition("/")[2], entry.offset_data, entry.size, part.hash())


class PartReader:
    """One file of an opened bundle, read where it lies; nothing is unpacked.

    Args:
        file: the bundle.
        start, size: of the part.
    """

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._done = 0
        self.size = size

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as there is something; 0 at the end.

        Raises:
            BadBundle: the bundle ends before the part does.
        """
        self._file.seek(self._start + self._done)
        piece = self._file.read(min(len(buffer), self.size - self._done))
        if not piece and self._done < self.size:
            raise BadBundle("it ends in the middle of a file")
        buffer[: len(piece)] = piece
        self._done += len(piece)
        return len(piece)

    def hash(self) -> str:
        """Return the SHA-256 of the whole part in hex, and go back to its beginning.

        Raises:
            BadBundle: the bundle ends before the part does.
        """
        self._done = 0
        hash, buffer = sha256(), memoryview(bytearray(_PIECE_BYTES))
        while count := self.readinto(buffer):
            hash.update(buffer[:count])
        self._done = 0
        return hash.hexdigest()

    def check_unchanged(self) -> None:
        """Nobody can have changed it: age verified what was read."""
