"""The embedded database under another key."""

from django.db import connection


def change_key(key: bytes) -> None:
    """Encrypt the open database anew, in one transaction of SQLCipher's own, and use the key from here on.

    Args:
        key: 32 bytes.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA rekey = \"x'{key.hex()}'\"")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what the log holds is under the old key
    connection.settings_dict["PASSWORD"] = key.hex()
