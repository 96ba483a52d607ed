"""What a backup is made of: encrypted pieces under names that say nothing, and a list of them a moment.

Everything in a replica but its card is an age file that opens with the archive's own backup key. That key
follows from the log key, and so from the passphrase. The vault's files lie there as they are: encrypted.
"""

import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from aigaq.vault.bech32 import encode_bech32
from aigaq.vault.keypairs import WrongKey, unwrap_key
from aigaq.vault.stream import encrypt_stream

PIECE_BYTES = 128 * 1024


class BadBackup(Exception):
    """A piece of a backup is not what it was when it was written, or does not open with this key."""


@dataclass(frozen=True, slots=True)
class BackupKeys:
    """The archive's own keys to its backups: an age keypair, and what pieces are named by."""

    secret: str
    public: str
    naming: bytes


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it was: its path in the archive folder, its bytes, and the pieces that hold it."""

    path: str
    size: int
    sha256: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An archive at one moment.

    Attributes:
        at: when, ISO, UTC.
        database: `sqlcipher` or `postgresql`.
        log_size, log_root: the log's newest checkpoint then.
        files: everything but the vault; the database among them.
        blobs: SHA-256 of every encrypted file in the vault, and its size.
    """

    at: str
    database: str
    log_size: int
    log_root: str
    files: tuple[KeptFile, ...]
    blobs: tuple[tuple[str, int], ...]


def backup_keys(seed: bytes) -> BackupKeys:
    """Return the keys that follow from a log key.

    Args:
        seed: secret half of the log key (32 bytes).
    """
    raw = hmac.digest(seed, b"aigaq backup key", "sha256")
    public = X25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()
    return BackupKeys(
        encode_bech32("age-secret-key-", raw).upper(),
        encode_bech32("age", public),
        hmac.digest(seed, b"aigaq backup names", "sha256"),
    )


def name_piece(keys: BackupKeys, data: bytes) -> str:
    """Return the name of a piece: the same for the same bytes, and nothing to whoever lacks the key."""
    return hmac.digest(keys.naming, data, "sha256").hex()


def seal_piece(data: bytes, publics: Sequence[str]) -> bytes:
    """Return an age file to these public keys."""
    sealed = BytesIO()
    encrypt_stream(BytesIO(data), sealed, publics)
    return sealed.getvalue()


def open_piece(sealed: bytes, secret: str) -> bytes:
    """Return what an age file of a backup holds.

    Raises:
        BadBackup: it was altered, cut short, or is not for this key.
    """
    try:
        return unwrap_key(sealed, secret)
    except WrongKey as error:
        raise BadBackup("was altered, or is not for this key") from error


def write_snapshot(snapshot: Snapshot) -> bytes:
    """Return a snapshot as JSON."""
    return json.dumps(asdict(snapshot), separators=(",", ":")).encode()


def read_snapshot(data: bytes) -> Snapshot:
    """Return the snapshot that JSON holds.

    Raises:
        BadBackup: it holds none.
    """
    try:
        raw = json.loads(data)
        files = tuple(
            KeptFile(one["path"], one["size"], one["sha256"], tuple(one["pieces"]))
            for one in raw.pop("files")
        )
        blobs = tuple((name, size) for name, size in raw.pop("blobs"))
        return Snapshot(files=files, blobs=blobs, **raw)
    except (ValueError, KeyError, TypeError) as error:
        raise BadBackup("is no list of a backup") from error
