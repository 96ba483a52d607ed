"""An archive as a folder: made, opened, and closed to whoever lacks its passphrase."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.utils import DatabaseError

from aigaq.adapters.files import read_file, write_file
from aigaq.records.errors import BadInput
from aigaq.store.settings import choose_database, postgresql_database, sqlcipher_database
from aigaq.vault.sealing import derive_key, new_salt

_CARD = "archive.json"
_DATABASE = "archive.db"


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened archive: its folder."""

    folder: Path


def create_archive(folder: Path, passphrase: str, postgresql: str = "") -> Archive:
    """Make a new, empty archive and open it.

    Args:
        folder: a folder that is empty or does not exist.
        passphrase: opens the embedded database; not used with PostgreSQL.
        postgresql: address `postgresql://user@host:port/name` of an empty database, or "".

    Raises:
        BadInput: the folder is not empty, or the database can't be reached.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder}: is not empty; a new archive needs a folder of its own")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    card: dict[str, object] = {"aigaq": 1}
    if postgresql:
        card["postgresql"] = _address(postgresql)
    else:
        card["salt"] = new_salt().hex()
    write_file(folder / _CARD, json.dumps(card, indent=1).encode())
    return open_archive(folder, passphrase)


def open_archive(folder: Path, passphrase: str) -> Archive:
    """Open an archive and bring its tables up to date.

    Raises:
        BadInput: the folder is no archive, or the passphrase does not open it.
    """
    card = _read_card(folder)
    if "postgresql" in card:
        choose_database(postgresql_database(dict(card["postgresql"])))
    else:
        key = derive_key(passphrase, bytes.fromhex(card["salt"]))
        choose_database(sqlcipher_database(folder / _DATABASE, key))
    try:
        connection.ensure_connection()
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        raise BadInput(f"{folder}: the database can't be reached ({error})".strip()) from error
    except DatabaseError as error:  # SQLCipher: “file is not a database”
        raise BadInput(f"{folder}: this passphrase does not open the archive") from error
    return Archive(folder)


def _read_card(folder: Path) -> dict[str, Any]:
    path = folder / _CARD
    if not path.is_file():
        raise BadInput(f"{folder}: is no archive (it has no {_CARD}); make one with `aigaq init`")
    try:
        card: dict[str, Any] = json.loads(read_file(path))
    except ValueError as error:
        raise BadInput(f"{path}: is damaged; restore it from a backup") from error
    return card


def _address(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    if parts.scheme != "postgresql" or not parts.path.strip("/") or parts.password:
        raise BadInput(
            f"{url!r}: write postgresql://user@host:port/name; the password belongs in a PGPASSFILE"
        )
    return {
        "NAME": parts.path.strip("/"),
        "USER": parts.username or "",
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }
