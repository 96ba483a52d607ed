"""Column types of our own."""

from typing import Any

from django.db import models

from aigaq.vault.sealing import NONCE_BYTES, SealedBytes

_KEY_ID_BYTES = 8


class SealedField(models.BinaryField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A sealed value: version, key id, nonce and ciphertext in one column. Holds SealedBytes or None.

    The column can't be searched, sorted or compared; whoever needs the value unseals it in a service.
    """

    description = "A value sealed under a compartment's key"

    def from_db_value(self, value: Any, *_: Any) -> SealedBytes | None:
        """Unpack what the column holds."""
        if value is None:
            return None
        raw = bytes(value)
        start = 1 + _KEY_ID_BYTES
        return SealedBytes(
            key_id=raw[1:start].hex(),
            nonce=raw[start : start + NONCE_BYTES],
            version=raw[0],
            ciphertext=raw[start + NONCE_BYTES :],
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
        packed = bytes([value.version]) + bytes.fromhex(value.key_id) + value.nonce
        return super().get_prep_value(packed + value.ciphertext)
