"""An archive as a folder: made, opened, and closed to whoever lacks its passphrase."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import OperationalError, connection
from django.db.utils import DatabaseError

from aigaq.adapters.files import write_file
from aigaq.adapters.forgetting import hold_open
from aigaq.records.errors import BadInput, Refused
from aigaq.services.card import (
    CARD,
    FOLLOWING,
    card_bytes,
    check_code,
    coded,
    read_card,
    trying_card,
    write_card,
)
from aigaq.store.settings import NAMES_KEY, choose_database, postgresql_database, sqlcipher_database
from aigaq.store.sqlcipher.rekey import change_key
from aigaq.store.upgrade import bring_up_to_date
from aigaq.vault.notes import ED25519, BadNote, SignerKey, VerifierKey, new_seed, parse_key
from aigaq.vault.sealing import (
    NONCE_BYTES,
    VERSION,
    SealBroken,
    SealedBytes,
    derive_key,
    key_id,
    new_salt,
    seal,
    unseal,
)

_DATABASE = "archive.db"
_LOG = "log"
_VERIFIER_KEY = "key.txt"


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened archive.

    Attributes:
        folder: where it is.
        log_key: signs the checkpoints of its log; the key's name is the log's origin.
    """

    folder: Path
    log_key: SignerKey

    @property
    def log(self) -> Path:
        """The folder of the log's checkpoint and tiles, which may be shown to anyone."""
        return self.folder / _LOG


def create_archive(folder: Path, passphrase: str, postgresql: str = "") -> Archive:
    """Make a new, empty archive and open it.

    Args:
        folder: a folder that is empty or does not exist.
        passphrase: opens the log key, and the embedded database where that is used.
        postgresql: address `postgresql://user@host:port/name` of an empty database, or "".

    Raises:
        BadInput: the folder is not empty, or the database can't be reached.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder}: is not empty; a new archive needs a folder of its own")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    salt = new_salt()
    log_key = _new_log_key()
    card = {
        "aigaq": 1,
        "salt": salt.hex(),
        "log": _seal_log_key(log_key, derive_key(passphrase, salt)),
    }
    if postgresql:
        card["postgresql"] = postgresql_address(postgresql)
    write_file(folder / CARD, card_bytes(coded(card, log_key)))
    write_file(folder / _LOG / _VERIFIER_KEY, f"{log_key.verifier}\n".encode())
    return open_archive(folder, passphrase)


def open_archive(folder: Path, passphrase: str) -> Archive:
    """Open an archive and bring its tables up to date.

    Raises:
        BadInput: the folder is no archive, the passphrase does not open it, or somebody altered its card.
        Refused: it is locked (`aigaq lock`), or its passphrase is being changed right now.
    """
    card = read_card(folder)
    if not card["salt"]:
        raise Refused(
            f"{folder}: is locked since {card.get('locked', '')}: this machine forgot its key, and no "
            "passphrase opens it. Its escrow shares do: aigaq escrow recover"
        )
    if FOLLOWING not in card:
        return _open_with(folder, card, passphrase)
    with trying_card(folder) as interrupted:
        if interrupted:
            return _open_interrupted(folder, passphrase)
    try:  # it is being changed right now, and whoever does that writes the card
        return _open_either(folder, card, passphrase)[0]
    except BadInput as error:
        raise Refused(
            f"{folder}: its passphrase is being changed at this moment; run this again when that is done"
        ) from error


def _open_interrupted(folder: Path, passphrase: str) -> Archive:
    """Open an archive whose change of passphrase was interrupted, and write down which one opens it."""
    opened, card = _open_either(folder, read_card(folder), passphrase)
    write_card(folder, card)
    return opened


def _open_either(
    folder: Path, card: Mapping[str, Any], passphrase: str
) -> tuple[Archive, Mapping[str, Any]]:
    """Open an archive with its lock or the one that follows; return it and the card with that lock alone."""
    kept = {name: value for name, value in card.items() if name != FOLLOWING}
    try:
        return _open_with(folder, kept, passphrase), kept
    except BadInput:
        kept |= card.get(FOLLOWING, {})
        return _open_with(folder, kept, passphrase), kept


def _open_with(folder: Path, card: Mapping[str, Any], passphrase: str) -> Archive:
    key = derive_key(passphrase, bytes.fromhex(card["salt"]))
    log_key = _open_log_key(folder, card["log"], key)
    check_code(folder, card, log_key)
    database = (
        postgresql_database(dict(card["postgresql"]))
        if "postgresql" in card
        else sqlcipher_database(folder / _DATABASE, key)
    )
    hold_open(folder / CARD)  # or a lock would not find who works in a database elsewhere
    choose_database({**database, NAMES_KEY: _names_key(log_key)})
    try:
        connection.ensure_connection()
        bring_up_to_date()
    except OperationalError as error:
        raise BadInput(f"{folder}: the database can't be reached ({error})".strip()) from error
    except DatabaseError as error:  # SQLCipher: “file is not a database”
        raise BadInput(f"{folder}: this passphrase does not open the archive") from error
    return Archive(folder, log_key)


def change_lock(archive: Archive, passphrase: str, salt: bytes) -> None:
    """Put database and log key under the key of another passphrase and salt.

    Interrupted anywhere, either the old or the new one opens the archive: the card holds both meanwhile. The
    caller holds the card's lock (`changing_card`), so that nobody takes the change for an interrupted one.

    Args:
        archive: opened.
        passphrase, salt: the new ones.

    Raises:
        Refused: an earlier change was interrupted since the archive was opened.
    """
    card = read_card(archive.folder)
    if FOLLOWING in card:  # it may be the one under which the database is
        raise Refused(
            f"{archive.folder}: an earlier change of its passphrase was interrupted; run this again"
        )
    key = derive_key(passphrase, salt)
    following = {"salt": salt.hex(), "log": _seal_log_key(archive.log_key, key)}
    write_card(archive.folder, {**card, FOLLOWING: following})
    if "postgresql" not in card:
        change_key(key)
    write_card(archive.folder, {**card, **following})


def move_database(folder: Path, log_key: SignerKey, address: Mapping[str, str]) -> None:
    """Write down in an archive's card that its database is elsewhere now.

    Args:
        folder: the archive's.
        log_key: of it; vouches for the card.
        address: as `postgresql_address` gives it.
    """
    write_card(folder, coded({**read_card(folder), "postgresql": dict(address)}, log_key))


def opens(folder: Path, log: Mapping[str, str], passphrase: str, salt: bytes) -> bool:
    """Return whether a passphrase and a salt open a sealed log key, as it stands in the card under `log`."""
    try:
        _open_log_key(folder, log, derive_key(passphrase, salt))
    except BadInput:
        return False
    return True


def check_passphrase(folder: Path, passphrase: str) -> None:
    """Check that a passphrase is the one that opens an archive, without opening it.

    Raises:
        BadInput: the folder is no archive, or the passphrase is another.
    """
    read_log_key(folder, passphrase)


def read_log_key(folder: Path, passphrase: str) -> SignerKey:
    """Return an archive's log key, without opening its database.

    Raises:
        BadInput: the folder is no archive, or the passphrase is another.
    """
    card = read_card(folder)
    key = derive_key(passphrase, bytes.fromhex(card["salt"]))
    log_key = _open_log_key(folder, card["log"], key)
    check_code(folder, card, log_key)
    return log_key


def read_verifier_key(folder: Path) -> VerifierKey:
    """Return the public key of an archive's log, without opening the archive.

    Raises:
        BadInput: the folder is no archive, or its `archive.json` is damaged.
    """
    try:
        return parse_key(read_card(folder)["log"]["key"])
    except BadNote as error:
        raise BadInput(
            f"{folder / CARD}: is damaged ({error}); restore it from a backup"
        ) from error


def _names_key(log_key: SignerKey) -> bytes:
    """Return the key under which members' names are looked up: the same whatever the passphrase becomes."""
    return hmac.digest(log_key.seed, b"aigaq names of members", "sha256")


def _new_log_key() -> SignerKey:
    """Make the key that signs checkpoints. Its name tells nothing but itself: not whose archive it is."""
    seed = new_seed()
    public = SignerKey("", ED25519, seed).verifier.public
    return SignerKey(f"aigaq.archive/{sha256(public).hexdigest()[:16]}", ED25519, seed)


def _seal_log_key(log_key: SignerKey, key: bytes) -> Mapping[str, str]:
    sealed = seal(_log_lock(key), log_key.seed, record=log_key.name, field="log_key")
    return {"key": str(log_key.verifier), "sealed": (sealed.nonce + sealed.ciphertext).hex()}


def _open_log_key(folder: Path, card: Mapping[str, str], key: bytes) -> SignerKey:
    lock, raw = _log_lock(key), bytes.fromhex(card["sealed"])
    verifier = read_verifier_key(folder)
    sealed = SealedBytes(key_id(lock), raw[:NONCE_BYTES], VERSION, raw[NONCE_BYTES:])
    try:
        seed = unseal(lock, sealed, record=verifier.name, field="log_key")
    except SealBroken as error:
        raise BadInput(f"{folder}: this passphrase does not open the archive") from error
    log_key = SignerKey(verifier.name, ED25519, seed)
    if log_key.verifier != verifier:
        raise BadInput(f"{folder / CARD}: is damaged (its log key is not one); restore it")
    return log_key


def _log_lock(key: bytes) -> bytes:
    """Return the key that seals the log key: of its own, so that the database's key is used for one thing."""
    return hmac.digest(key, b"aigaq log key", "sha256")


def postgresql_address(url: str) -> dict[str, str]:
    """Return `NAME`, `USER`, `HOST` and `PORT` of an address `postgresql://user@host:port/name`.

    Raises:
        BadInput: it is none, or holds a password.
    """
    parts = urlsplit(url)
    if parts.scheme != "postgresql" or not parts.path.strip("/") or parts.password:
        raise BadInput(
            f"{url!r}: write postgresql://user@host:port/name; the password belongs in a PGPASSFILE"
        )
    return {
        "NAME": parts.path.strip("/"),
        "USER": parts.username or "",
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }
