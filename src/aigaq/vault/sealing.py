"""Field sealing: AES-256-GCM under a compartment's key, and keys from passphrases by Argon2id.

A sealed field of a record also commits to its value: the hash by which it stands in the tree of the act that
recorded it is kept in the open, its salt sealed with the value. So whoever lacks the key can still verify
the act, sealing anew under another key changes nothing there, and once the ciphertext is gone the hash tells
nothing.
"""

import os
from dataclasses import dataclass, replace
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from aigaq.vault.act_tree import field_hash

KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12  # NIST SP 800-38D §8.2: 96 bits
COMMITMENT_BYTES = 32
VERSION = 1  # a value in no act's tree, such as a key
COMMITTED = 2  # a field that is in one
_OWN_SALT_BYTES = 32


class SealBroken(Exception):
    """The sealed value was altered, moved to another record, or sealed under another key."""


@dataclass(frozen=True, slots=True)
class SealedBytes:
    """A sealed value: which key, which nonce, which version of this format, and the ciphertext.

    Attributes:
        commitment: the hash by which a field enters its act's tree (32 bytes); b"" for what is in none.
    """

    key_id: str
    nonce: bytes
    version: int
    ciphertext: bytes
    commitment: bytes = b""


@dataclass(frozen=True, slots=True)
class OpenedField:
    """A sealed field opened: its value, and the salt with which it stands in its act's tree."""

    salt: bytes
    value: str


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
    nonce, ciphertext = _encrypt(key, value, _associated(record, field, VERSION))
    return SealedBytes(key_id(key), nonce, VERSION, ciphertext)


def _encrypt(key: bytes, value: bytes, associated: bytes) -> tuple[bytes, bytes]:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    nonce = os.urandom(NONCE_BYTES)
    return nonce, AESGCM(key).encrypt(nonce, value, associated)


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


def seal_field(key: bytes, value: str, *, record: str, field: str) -> SealedBytes:
    """Seal one field of a record that enters an act's tree, under a salt of its own sealed with it.

    Args:
        key: 32 bytes.
        value: what to seal.
        record, field: the logical place, bound in; `field` is the name it has in the record.

    Raises:
        ValueError: the key is not 32 bytes long, or a name holds a NUL.
    """
    salt = os.urandom(_OWN_SALT_BYTES)
    nonce, ciphertext = _encrypt(key, salt + value.encode(), _associated(record, field, COMMITTED))
    commitment = field_hash(salt, field, value)
    return SealedBytes(key_id(key), nonce, COMMITTED, ciphertext, commitment)


def unseal_field(key: bytes, sealed: SealedBytes, *, record: str, field: str) -> OpenedField:
    """Open a field that `seal_field` sealed.

    Raises:
        SealBroken: as for `unseal`, or what is inside is not what the record was made with.
    """
    raw = unseal(key, sealed, record=record, field=field)
    if sealed.version != COMMITTED:
        raise SealBroken("the sealed value was altered: it is no field of a record")
    opened = OpenedField(raw[:_OWN_SALT_BYTES], raw[_OWN_SALT_BYTES:].decode())
    if field_hash(opened.salt, field, opened.value) != sealed.commitment:
        raise SealBroken("the sealed value is not the one that was recorded")
    return opened


def reseal(old: bytes, new: bytes, sealed: SealedBytes, *, record: str, field: str) -> SealedBytes:
    """Return the same value sealed under another key; what it commits to stays.

    Raises:
        SealBroken: as for `unseal`.
    """
    value = unseal(old, sealed, record=record, field=field)
    nonce, ciphertext = _encrypt(new, value, _associated(record, field, sealed.version))
    return replace(sealed, key_id=key_id(new), nonce=nonce, ciphertext=ciphertext)
