"""Opening what the vault holds: read from any offset, decrypted into a file, checked; each on record."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from aigaq.adapters.blobs import open_blob
from aigaq.adapters.plaintext import writing_plaintext
from aigaq.records.errors import BadInput, Refused
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.archive import Archive
from aigaq.services.custody import Handling, add_custody, find_item, open_field
from aigaq.services.items import SECRET_FIELD
from aigaq.store import models
from aigaq.vault.age_header import BadAgeFile, NotForThisKey
from aigaq.vault.reading import ItemReader
from aigaq.vault.sealing import unseal

_COPY_BYTES = 1 << 20


@contextmanager
def view_item(archive: Archive, actor: Actor, item: UUID, reason: str) -> Iterator[ItemReader]:
    """Open an item for reading, from any offset, without a copy on disk; the view goes on record first.

    Raises:
        NotFound: there is no such item.
        NotAllowed: the actor may not read items, or the compartment is locked for them.
        Refused: the encrypted file was altered or cut short.
        BadInput: it is not in the vault.
    """
    row = find_item(item)
    with act(actor, "item.view", {"item": str(item)}) as recording:
        digest = _digest(actor, row)
        add_custody(recording, row, Handling("accessed", reason=reason, hash_before=digest))
    with open_item(archive, actor, row) as reader, _altered_is_refused(item):
        yield reader


@contextmanager
def open_item(archive: Archive, actor: Actor, row: models.Item) -> Iterator[ItemReader]:
    """Open an item for an act that puts the access on record itself.

    Raises:
        NotAllowed: the compartment is locked for the actor.
        Refused: the encrypted file was altered or cut short.
        BadInput: it is not in the vault.
    """
    key = actor.key(row.compartment)
    secret = unseal(key, row.key.secret, record=str(row.id), field=SECRET_FIELD).decode()
    with open_blob(archive.folder, row.blob) as file:
        with _altered_is_refused(row.id):
            reader = ItemReader(file, secret)
        with reader:
            yield reader


@contextmanager
def _altered_is_refused(item: UUID) -> Iterator[None]:
    try:
        yield
    except (BadAgeFile, NotForThisKey) as error:
        raise Refused(
            f"item {item}: its file in the vault does not open, {error}; restore it from a backup"
        ) from error


def export_item(
    archive: Archive, actor: Actor, item: UUID, out: Path, *, party: str, reason: str
) -> str:
    """Decrypt an item into a file, with who gets it and why on record.

    The file appears under its name only once its last block was verified, its hash is the recorded one and
    the act is on record; of a file that does not verify nothing is left.

    Returns:
        SHA-256 of the plaintext.

    Raises:
        NotFound, NotAllowed, Refused, BadInput: as for `view_item`; also where `out` exists already or no
            reason is given.
    """
    if not reason.strip():
        raise BadInput("an export needs a reason; say why in a sentence (--reason)")
    row = find_item(item)
    with (
        writing_plaintext(out) as file,
        act(actor, "item.export", {"item": str(item)}) as recording,
    ):
        digest = _digest(actor, row)
        handling = Handling("exported", party, reason, hash_before=digest, hash_after=digest)
        add_custody(recording, row, handling)
        if _copy(archive, actor, row, file.write) != digest:
            raise Refused(f"item {item}: what opens is not what was recorded; nothing was written")
    return digest


def check_item(archive: Archive, actor: Actor, item: UUID) -> bool:
    """Decrypt an item from end to end, compare its hash with the recorded one, and put the answer on record.

    Returns:
        Whether it is what was recorded.

    Raises:
        NotFound, NotAllowed: as for `view_item`.
    """
    row = find_item(item)
    digest = _digest(actor, row)
    try:
        found = _copy(archive, actor, row, _forget)
    except (Refused, BadInput):
        found = ""
    holds = found == digest
    with act(actor, "item.check", {"item": str(item), "holds": holds}) as recording:
        action = "verified" if holds else "verification_failed"
        add_custody(recording, row, Handling(action, hash_before=digest, hash_after=found))
    return holds


def _digest(actor: Actor, row: models.Item) -> str:
    """Return the recorded SHA-256 of the plaintext, which only the compartment's key shows."""
    key = actor.key(row.compartment)
    return open_field(key, row.id, "plaintext_sha256", row.plaintext_sha256)


def _copy(
    archive: Archive, actor: Actor, row: models.Item, write: Callable[[bytes], object]
) -> str:
    """Hand an item's bytes on; return their SHA-256."""
    hash = sha256()
    with open_item(archive, actor, row) as reader, _altered_is_refused(row.id):
        while piece := reader.read(_COPY_BYTES):
            hash.update(piece)
            write(piece)
    return hash.hexdigest()


def _forget(piece: bytes) -> None:
    """Write nowhere."""
