"""Members' keypairs (age X25519) and keys wrapped to them."""

import pyrage
from pyrage import x25519


class WrongKey(Exception):
    """The wrapped key was not made for this member, or was altered."""


def new_keypair() -> tuple[str, str]:
    """Return a fresh (secret, public) pair in age's text form."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def wrap_key(key: bytes, public: str) -> bytes:
    """Return `key` encrypted to a public key, as an age file.

    Raises:
        ValueError: `public` is no age X25519 public key.
    """
    try:
        recipient = x25519.Recipient.from_str(public)
    except pyrage.RecipientError as error:
        raise ValueError(f"{public!r} is no age public key") from error
    return bytes(pyrage.encrypt(key, [recipient]))


def unwrap_key(wrapped: bytes, secret: str) -> bytes:
    """Return the key that `wrap_key` hid.

    Raises:
        WrongKey: it was wrapped to another public key, or altered, or the secret is none.
    """
    try:
        return bytes(pyrage.decrypt(wrapped, [x25519.Identity.from_str(secret)]))
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise WrongKey("the key was not wrapped to this member") from error
