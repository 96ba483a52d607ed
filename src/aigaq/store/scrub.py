"""What is deleted is overwritten, as far as the database can see to it.

Neither reaches what the disk, its snapshots or a backup still hold; for the embedded database all of that is
ciphertext.
"""

from django.db import connection


def prepare_deletion() -> None:
    """Have SQLite overwrite with zeros what is deleted from here on (`PRAGMA secure_delete`)."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def overwrite_deleted() -> None:
    """Empty SQLite's write-ahead log into the database; have PostgreSQL write its tables anew.

    Within a transaction nothing is done: what it deletes is not deleted yet.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(
                f"VACUUM FULL {', '.join(connection.introspection.django_table_names())}"
            )
