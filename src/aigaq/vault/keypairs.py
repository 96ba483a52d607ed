"""Keypairs (age X25519) of members, items and escrow, and keys wrapped to them."""

import os

import pyrage
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pyrage import x25519

from aigaq.vault.bech32 import decode_bech32, encode_bech32

_SHOWN = "age"
_OWN = "age-secret-key-"
_KEY_BYTES = 32


class WrongKey(Exception):
    """The wrapped key was not made for this member, or was altered."""


def new_keypair() -> tuple[str, str]:
    """Return a fresh (secret, public) pair in age's text form."""
    return keypair_of(os.urandom(_KEY_BYTES))


def keypair_of(secret: bytes) -> tuple[str, str]:
    """Return the (secret, public) pair in age's text form whose secret scalar is these 32 bytes.

    Raises:
        ValueError: they are not 32.
    """
    public = X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    return encode_bech32(_OWN, secret).upper(), encode_bech32(_SHOWN, public)


def public_bytes(public: str) -> bytes:
    """Return the 32 bytes of a public key `age1…`.

    Raises:
        ValueError: it is none.
    """
    return _checked(decode_bech32(_SHOWN, public))


def secret_bytes(secret: str) -> bytes:
    """Return the 32 bytes of a secret key `AGE-SECRET-KEY-1…`.

    Raises:
        ValueError: it is none.
    """
    return _checked(decode_bech32(_OWN, secret))


def _checked(key: bytes) -> bytes:
    if len(key) != _KEY_BYTES:
        raise ValueError(f"an age key has {_KEY_BYTES} bytes, not {len(key)}")
    return key


def wrap_key(key: bytes, *public: str) -> bytes:
    """Return `key` encrypted to a public key, as an age file; where there are several, to each.

    Raises:
        ValueError: one is no age X25519 public key.
    """
    return bytes(pyrage.encrypt(key, [_recipient(one) for one in public]))


def _recipient(public: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(public)
    except pyrage.RecipientError as error:
        # Not quoted: it may be a secret key, given by mistake.
        raise ValueError("what was given is no age public key") from error


def unwrap_key(wrapped: bytes, secret: str) -> bytes:
    """Return the key that `wrap_key` hid.

    Raises:
        WrongKey: it was wrapped to another public key, or altered, or the secret is none.
    """
    try:
        return bytes(pyrage.decrypt(wrapped, [x25519.Identity.from_str(secret)]))
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise WrongKey("the key was not wrapped to this member") from error
