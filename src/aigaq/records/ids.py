"""Identifiers: random UUIDs made before anything is stored, so that nothing waits for a database."""

from uuid import UUID, uuid4


def new_id() -> UUID:
    """Return a fresh random identifier (RFC 9562, version 4)."""
    return uuid4()
