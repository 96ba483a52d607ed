"""Field sealing: AES-256-GCM under a compartment's key, and keys from passphrases by Argon2id."""

import os
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12  # NIST SP 800-38D §8.2: 96 bits
VERSION = 1


class SealBroken(Exception):
    """The sealed value was altered, moved to another record, or sealed under another key."""


@dataclass(frozen=True, slots=True)
class SealedBytes:
    """A sealed field: which key, which nonce, which version of this format, and the ciphertext."""

    key_id: str
    nonce: bytes
    version: int
    ciphertext: bytes


def new_key() -> bytes:
    """Return a fresh 256-bit key."""
    return os.urandom(KEY_BYTES)


def new_salt() -> bytes:
    """Return a fresh 128-bit salt."""
    return os.urandom(SALT_BYTES)


def key_id(key: bytes) -> str:
    """Return the public name of a key: 16 hex digits of its hash under a label of its own."""
    return sha256(b"aigaq key id\x00" + key).hexdigest()[:16]


def derive_key(passphrase: str, salt: bytes) -> bytes:
    """Return the key a passphrase gives, by Argon2id (RFC 9106 §4, second recommended option).

    Args:
        passphrase: as typed.
        salt: 16 random bytes kept beside what the key opens.

    Returns:
        32 bytes: 3 passes over 64 MiB in 4 lanes.
    """
    kdf = Argon2id(salt=salt, length=KEY_BYTES, iterations=3, lanes=4, memory_cost=64 * 1024)
    return kdf.derive(passphrase.encode("utf-8"))


def _associated(record: str, field: str, version: int) -> bytes:
    if (
        "\x00" in record + field
    ):  # it parts the two: ("a", "b\0c") must not be bound as ("a\0b", "c")
        raise ValueError("the name of a record or field holds no NUL")
    return f"aigaq\x00{version}\x00{record}\x00{field}".encode()


def seal(key: bytes, value: bytes, *, record: str, field: str) -> SealedBytes:
    """Seal one field of one record.

    Args:
        key: 32 bytes.
        value: what to seal.
        record, field: the logical place; they are bound in as associated data, so that a ciphertext
            copied to another record or field does not open.

    Raises:
        ValueError: the key is not 32 bytes long, or a name holds a NUL.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    nonce = os.urandom(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, value, _associated(record, field, VERSION))
    return SealedBytes(key_id(key), nonce, VERSION, ciphertext)


def unseal(key: bytes, sealed: SealedBytes, *, record: str, field: str) -> bytes:
    """Open a sealed field.

    Raises:
        SealBroken: wrong key, altered bytes, or a value that belongs to another record or field.
    """
    if sealed.key_id != key_id(key):
        raise SealBroken(f"sealed under key {sealed.key_id}, which is not the key given")
    if len(sealed.nonce) != NONCE_BYTES:
        raise SealBroken("the sealed value was altered: its nonce has the wrong length")
    try:
        return AESGCM(key).decrypt(
            sealed.nonce, sealed.ciphertext, _associated(record, field, sealed.version)
        )
    except InvalidTag as error:
        raise SealBroken("the sealed value was altered or moved") from error
