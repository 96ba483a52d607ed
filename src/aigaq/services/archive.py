"""An archive as a folder: made, opened, and closed to whoever lacks its passphrase."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import OperationalError, connection
from django.db.utils import DatabaseError

from aigaq.adapters.files import read_file, write_file
from aigaq.adapters.forgetting import replace_and_overwrite
from aigaq.records.errors import BadInput, Refused
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

CARD = "archive.json"
_DATABASE = "archive.db"
_LOG = "log"
_VERIFIER_KEY = "key.txt"
FOLLOWING = "following"  # the lock that a change of passphrase is about to put on


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
    write_file(folder / CARD, json.dumps(card, indent=1).encode())
    write_file(folder / _LOG / _VERIFIER_KEY, f"{log_key.verifier}\n".encode())
    return open_archive(folder, passphrase)


def open_archive(folder: Path, passphrase: str) -> Archive:
    """Open an archive and bring its tables up to date.

    Raises:
        BadInput: the folder is no archive, or the passphrase does not open it.
        Refused: it is locked (`aigaq lock`).
    """
    card = read_card(folder)
    if not card["salt"]:
        raise Refused(
            f"{folder}: is locked since {card.get('locked', '')}: this machine forgot its key, and no "
            "passphrase opens it. Its escrow shares do: aigaq escrow recover"
        )
    following = card.pop(FOLLOWING, None)
    if following is None:
        return _open_with(folder, card, passphrase)
    # A change of passphrase was interrupted: either the old one opens it still, or the new one already.
    try:
        opened = _open_with(folder, card, passphrase)
    except BadInput:
        card |= following
        opened = _open_with(folder, card, passphrase)
    write_card(folder, card)
    return opened


def _open_with(folder: Path, card: Mapping[str, Any], passphrase: str) -> Archive:
    key = derive_key(passphrase, bytes.fromhex(card["salt"]))
    log_key = _open_log_key(folder, card["log"], key)
    database = (
        postgresql_database(dict(card["postgresql"]))
        if "postgresql" in card
        else sqlcipher_database(folder / _DATABASE, key)
    )
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

    Interrupted anywhere, either the old or the new one opens the archive: the card holds both meanwhile.

    Args:
        archive: opened.
        passphrase, salt: the new ones.
    """
    card = read_card(archive.folder)
    key = derive_key(passphrase, salt)
    following = {"salt": salt.hex(), "log": _seal_log_key(archive.log_key, key)}
    write_card(archive.folder, {**card, FOLLOWING: following})
    if "postgresql" not in card:
        change_key(key)
    write_card(archive.folder, {**card, **following})


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write `archive.json`, and zeros over what it held before."""
    replace_and_overwrite(folder / CARD, json.dumps(card, indent=1).encode())


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
    return _open_log_key(folder, card["log"], derive_key(passphrase, bytes.fromhex(card["salt"])))


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


def read_card(folder: Path) -> dict[str, Any]:
    """Return what `archive.json` says: the version, the salt, the sealed log key, the database's address.

    Raises:
        BadInput: the folder is no archive, or the file is damaged.
    """
    path = folder / CARD
    if not path.is_file():
        raise BadInput(f"{folder}: is no archive (it has no {CARD}); make one with `aigaq init`")
    try:
        card: dict[str, Any] = json.loads(read_file(path))
        for lock in (card, card.get(FOLLOWING, card)):
            bytes.fromhex(lock["salt"] + lock["log"]["sealed"])
            parse_key(lock["log"]["key"])
    except (ValueError, TypeError, LookupError, AttributeError, BadNote) as error:
        raise BadInput(f"{path}: is damaged; restore it from a backup") from error
    return card


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
