"""Django's settings: fixed, but for the database, which `choose_database` fills in for one archive."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

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


#: Setting of a connection: the key under which members' names are looked up (`services/roster.py`).
NAMES_KEY = "AIGAQ_NAMES_KEY"


def prepare() -> None:
    """Set Django up, without a database yet. Models can be imported only after this."""
    if settings.configured:
        return
    settings.configure(
        INSTALLED_APPS=INSTALLED_APPS,
        USE_TZ=USE_TZ,
        TIME_ZONE=TIME_ZONE,
        DEFAULT_AUTO_FIELD=DEFAULT_AUTO_FIELD,
        DATABASES=DATABASES,
    )
    # Not django.setup(): it loads Django's URLs, requests and responses too, 4 MB that only pages need.
    apps.populate(settings.INSTALLED_APPS)


def choose_database(database: dict[str, Any]) -> None:
    """Make one archive's database the one that is used from here on."""
    connections.settings["default"] = connections.configure_settings({"default": database})[
        "default"
    ]
    connections["default"].close()
    del connections["default"]
