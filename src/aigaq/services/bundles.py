"""Sealed bundles: files packed in the field with public keys alone, and taken into the archive later."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from aigaq.adapters.clock import today
from aigaq.adapters.originals import Original, name_of, open_original
from aigaq.adapters.package_files import writing_sealed
from aigaq.records.errors import BadInput, Refused
from aigaq.services.actors import Actor
from aigaq.services.archive import Archive
from aigaq.services.intake_keys import intake_secrets
from aigaq.services.items import Description, take_original
from aigaq.vault.age_header import BadAgeFile, NotForThisKey
from aigaq.vault.bundle import (
    MANIFEST,
    BadBundle,
    Part,
    PartReader,
    read_bundle,
    unique_names,
    write_manifest,
)
from aigaq.vault.keypairs import public_bytes
from aigaq.vault.reading import ItemReader
from aigaq.vault.stream import encrypt_stream

_BUFFER_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of a bundle that is in the archive now: its name, its item, and whether it is new."""

    name: str
    item: UUID
    fresh: bool


def seal_files(paths: Sequence[Path], recipients: Sequence[str], out: Path) -> Mapping[str, str]:
    """Pack files into a bundle that only the recipients open. Needs no archive, no password, no secret.

    The files are encrypted as they are read: no second copy of them touches the disk. They stay where they
    are.

    Args:
        paths: files; of a folder, name the files in it.
        recipients: age public keys, such as an archive's intake key.
        out: a new file.

    Returns:
        Name in the bundle → SHA-256 in hex, as it was read.

    Raises:
        BadInput: a file can't be read or was changed meanwhile, a recipient is no age key, nobody or nothing
            was named, or `out` exists or can't be written.
    """
    if not paths or not recipients:
        raise BadInput("name at least one file, and whom it is for (--to)")
    for one in recipients:
        _check_recipient(one)
    names = unique_names(name_of(path) for path in paths)
    digests = {}
    with writing_sealed(out, lambda source, sink: encrypt_stream(source, sink, recipients)) as tar:
        for path, name in zip(paths, names, strict=True):
            _check_file(path)
            with open_original(path) as original:
                digests[name] = tar.copy(name, _Reading(original), original.size)
                original.check_unchanged()
        tar.add(MANIFEST, write_manifest(digests))
    return digests


def _check_file(path: Path) -> None:
    """A tar says how long a file is before its bytes; of a pipe nobody knows."""
    if path.exists() and not path.is_file():
        raise BadInput(f"{path}: is no file; name files")


def _check_recipient(key: str) -> None:
    try:
        public_bytes(key)
    except ValueError as error:
        raise BadInput(
            "a recipient is no age public key; `aigaq key --intake` prints the archive's"
        ) from error


class _Reading:
    def __init__(self, original: Original) -> None:
        self._original = original

    def read(self, size: int = -1, /) -> bytes:
        buffer = bytearray(size if size > 0 else _BUFFER_BYTES)
        return bytes(buffer[: self._original.readinto(memoryview(buffer)) or 0])


def open_bundle(archive: Archive, actor: Actor, path: Path, said: Description) -> Sequence[Opened]:
    """Take every file of a bundle into the vault; nothing of it touches the disk unencrypted.

    The whole bundle is checked before the first file is taken in. What is here already is left alone, so that
    a run that was broken off is simply run again.

    Args:
        archive: whose.
        actor: holds the identity compartment, in which the intake keys' secrets are.
        path: the bundle.
        said: what is known of the files; when they came and in which bundle is added.

    Raises:
        NotAllowed: the actor may not add items, or a compartment is locked for them.
        BadInput: the file can't be read, or is no bundle.
        Refused: it was sealed to other keys, or altered.
    """
    actor.require("item.add")
    secrets = list(intake_secrets(actor))
    actor.key(said.compartment)
    reason = said.reason or f"out of the sealed bundle {name_of(path)}, opened {today()}"
    described = replace(said, reason=reason)
    with _reading(path, secrets) as (file, parts):
        return [_take(archive, actor, file, part, described) for part in parts]


def _take(archive: Archive, actor: Actor, file: BinaryIO, part: Part, said: Description) -> Opened:
    original = PartReader(file, part.start, part.size)
    added = take_original(archive, actor, original, part.name, said)
    return Opened(part.name, added.item, added.fresh)


@contextmanager
def _reading(path: Path, secrets: Sequence[str]) -> Iterator[tuple[BinaryIO, Sequence[Part]]]:
    """Open a bundle with whichever secret fits; check all of it."""
    try:
        with _decrypting(path, secrets) as reader:
            file = io.BufferedReader(reader, _BUFFER_BYTES)
            yield file, read_bundle(file)
    except (BadAgeFile, BadBundle) as error:
        raise Refused(f"{path}: {error}; nothing of it was taken in") from error
    except OSError as error:
        raise BadInput(f"{path}: can't be read ({error.strerror or error})") from error


def _decrypting(path: Path, secrets: Sequence[str]) -> ItemReader:
    for secret in secrets:
        file = path.open("rb")
        try:
            return ItemReader(file, secret)
        except NotForThisKey:
            file.close()
        except BadAgeFile:
            file.close()
            raise
    raise Refused(
        f"{path}: was not sealed to this archive; `aigaq key --intake` prints the key it should be sealed to"
    )
