"""Taking turns within a transaction, where two at once would each miss what the other is about to write."""

from hashlib import sha256

from django.db import connection


def take_turn(what: str) -> None:
    """Wait until nobody else's transaction has the turn, and keep it until this transaction ends.

    The embedded database lets one write at a time anyway. PostgreSQL gets an advisory lock.

    Args:
        what: the thing done in turns.
    """
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(sha256(f"aigaq {what}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
