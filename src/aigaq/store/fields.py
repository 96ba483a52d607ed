"""Column types of our own."""

from typing import Any

from django.db import models

from aigaq.vault.sealing import COMMITMENT_BYTES, COMMITTED, NONCE_BYTES, SealedBytes

_KEY_ID_BYTES = 8


def pack_sealed(value: SealedBytes) -> bytes:
    """Return a sealed value as its column holds it."""
    head = bytes([value.version]) + value.commitment + bytes.fromhex(value.key_id)
    return head + value.nonce + value.ciphertext


class SealedField(models.BinaryField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A sealed value in one column: version, what it commits to, key id, nonce and ciphertext.

    Holds SealedBytes or None. The commitment stands first, where a trigger finds it, and only in
    the version of a field that is in an act's tree.

    The column can't be searched, sorted or compared; whoever needs the value unseals it in a service.
    """

    description = "A value sealed under a compartment's key"

    def from_db_value(self, value: Any, *_: Any) -> SealedBytes | None:
        """Unpack what the column holds."""
        if value is None:
            return None
        raw = bytes(value)
        start = 1 + (COMMITMENT_BYTES if raw[0] == COMMITTED else 0)
        nonce = start + _KEY_ID_BYTES
        return SealedBytes(
            key_id=raw[start:nonce].hex(),
            nonce=raw[nonce : nonce + NONCE_BYTES],
            version=raw[0],
            ciphertext=raw[nonce + NONCE_BYTES :],
            commitment=raw[1:start],
        )

    def get_prep_value(self, value: Any) -> Any:
        """Pack a SealedBytes.

        Raises:
            TypeError: anything else was given; plaintext never reaches the column.
        """
        if value is None:
            return None
        if not isinstance(value, SealedBytes):
            raise TypeError("a sealed column takes sealed bytes only")
        return super().get_prep_value(pack_sealed(value))
