"""Django's settings: fixed, but for the database, which `configure` fills in for one archive."""

from pathlib import Path
from typing import Any

from django.conf import settings

INSTALLED_APPS = ["aigaq.store.apps.StoreConfig"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {}

SQLCIPHER = "aigaq.store.sqlcipher"
POSTGRESQL = "django.db.backends.postgresql"


def sqlcipher_database(file: Path, key: bytes) -> dict[str, Any]:
    """Return the connection of an embedded archive: its file and the raw 32-byte key."""
    return {
        "ENGINE": SQLCIPHER,
        "NAME": str(file),
        "PASSWORD": key.hex(),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }


def postgresql_database(address: dict[str, str]) -> dict[str, Any]:
    """Return the connection of a PostgreSQL archive.

    Args:
        address: `NAME`, `USER`, `HOST` and `PORT` as Django names them; the password comes from
            libpq's own places (PGPASSFILE), never from the archive's folder.
    """
    return {"ENGINE": POSTGRESQL, **address}


def configure(database: dict[str, Any]) -> None:
    """Set Django up for one archive. A second call in one process points it at the other archive."""
    if settings.configured:
        raise RuntimeError("one process opens one archive")
    settings.configure(
        INSTALLED_APPS=INSTALLED_APPS,
        USE_TZ=USE_TZ,
        TIME_ZONE=TIME_ZONE,
        DEFAULT_AUTO_FIELD=DEFAULT_AUTO_FIELD,
        DATABASES={"default": database},
    )
