"""A consistent copy of the database as a stream of bytes, and back: never in the clear on disk.

The embedded database is copied as the encrypted file it is, with writers held off; unchanged pages keep their
bytes, so that a later backup has little to store. PostgreSQL is read through `pg_dump` in one transaction.
"""

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo
from psycopg.errors import DuplicateDatabase, InsufficientPrivilege, ObjectInUse
from psycopg.sql import SQL, Identifier
from sqlcipher3 import dbapi2

from aigaq.records.errors import BadInput

DUMP = "database.dump"
DATABASE = "archive.db"
WAL = "archive.db-wal"


def is_postgresql() -> bool:
    """Return whether the archive at work is in PostgreSQL."""
    return connection.vendor == "postgresql"


@contextmanager
def copying(piece: int) -> Iterator[Iterable[tuple[str, Iterable[bytes]]]]:
    """Give the database's files: (name, its bytes in pieces), all of one moment.

    Args:
        piece: length of a piece in bytes.

    Raises:
        BadInput: PostgreSQL's `pg_dump` is missing or fails.
    """
    if is_postgresql():
        yield [(DUMP, _dump(piece))]
        return
    file = Path(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # While this holds the write lock nobody appends to the log of writes: file and log give one moment.
    with transaction.atomic():
        names = {DATABASE: file, WAL: file.with_name(f"{file.name}-wal")}
        yield [
            (name, _pieces(path, piece))
            for name, path in names.items()
            if path.exists() and path.stat().st_size
        ]


def _pieces(path: Path, piece: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(piece):
            yield data


def _dump(piece: int) -> Iterator[bytes]:
    command = ["pg_dump", "--format=custom", "--compress=0", "--no-owner", *_address(_settings())]
    with _running(command, stdin=None) as process:
        if process.stdout is None:
            raise BadInput("pg_dump gives no output")
        while data := process.stdout.read(piece):
            yield data


def restore_dump(pieces: Iterable[bytes], address: Mapping[str, str]) -> None:
    """Read a dump into an empty PostgreSQL database.

    Args:
        pieces: the dump.
        address: `NAME`, `USER`, `HOST` and `PORT`.

    Raises:
        BadInput: `pg_restore` is missing or fails.
    """
    command = ["pg_restore", "--exit-on-error", "--no-owner", *_address(address)]
    with _running(command, stdin=subprocess.PIPE) as process:
        if process.stdin is None:
            raise BadInput("pg_restore takes no input")
        for data in pieces:
            process.stdin.write(data)
        process.stdin.close()


def _settings() -> Mapping[str, str]:
    return {name: str(connection.settings_dict[name]) for name in ("NAME", "USER", "HOST", "PORT")}


def _address(address: Mapping[str, str]) -> list[str]:
    options = {"--username": "USER", "--host": "HOST", "--port": "PORT", "--dbname": "NAME"}
    given = ((option, address[name]) for option, name in options.items() if address[name])
    return [part for pair in given for part in pair]


@contextmanager
def _running(command: list[str], stdin: int | None) -> Iterator[subprocess.Popen[bytes]]:
    try:
        process = subprocess.Popen(  # noqa: S603  a fixed command; the address is the archive's own
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except OSError as error:
        raise BadInput(
            f"{command[0]} can't be run ({error.strerror}); install postgresql-client"
        ) from error
    with process:
        with suppress(BrokenPipeError):  # why it ended, it says below
            yield process
        said = process.stderr.read() if process.stderr else b""
        if process.wait():
            # The first line alone: the rest can quote rows.
            first = (said.decode(errors="replace").splitlines() or ["it says nothing"])[0]
            raise BadInput(f"{command[0]} failed: {first}")


@contextmanager
def scratch_database() -> Iterator[Mapping[str, str] | None]:
    """Give an empty database beside the archive's own, on its server, and take it away when the block ends.

    Yields:
        Its address; None where the server lets this user make none.

    Raises:
        BadInput: the scratch database of another backup is in use right now.
    """
    name = f"{_settings()['NAME'][:40]}_aigaq_trial"
    quoted = Identifier(name)
    drop = SQL("DROP DATABASE IF EXISTS {}").format(quoted)
    with _connected(_settings()) as server:
        try:
            server.execute(drop)  # what a backup that was killed left
            server.execute(SQL("CREATE DATABASE {}").format(quoted))
        except InsufficientPrivilege:
            yield None
            return
        except (ObjectInUse, DuplicateDatabase) as error:
            raise BadInput(
                f"the database {name} is in use: another backup is being tried; run this again later"
            ) from error
        try:
            yield {**_settings(), "NAME": name}
        finally:
            server.execute(drop)


def checkpoint_of_dump(pieces: Iterable[bytes], address: Mapping[str, str], size: int) -> str:
    """Load a dump into an empty database and return the root of the log's checkpoint at a size, or "".

    Args:
        pieces: the dump.
        address: as for `restore_dump`.
        size: how many acts it covers; 0 while there is no checkpoint.

    Raises:
        BadInput: it does not load.
    """
    restore_dump(pieces, address)
    with _connected(address) as loaded:
        found = loaded.execute("SELECT root FROM store_checkpoint WHERE size = %s", [size])
        row = found.fetchone()
    return str(row[0]) if row else ""


@contextmanager
def _connected(address: Mapping[str, str]) -> Iterator[psycopg.Connection]:
    """Connect on one's own: a database can't be made within a transaction."""
    names = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
    where = make_conninfo(**{name: address[key] for name, key in names.items() if address[key]})
    with closing(psycopg.connect(where, autocommit=True)) as opened:
        yield opened


def log_of_copy(file: Path) -> tuple[int, str]:
    """Open a copy of the embedded database on its own and return its newest checkpoint: size and root.

    Args:
        file: the copy, under the key of the archive at work.

    Raises:
        BadInput: it does not open, or is damaged.
    """
    copy = dbapi2.connect(str(file))
    try:
        copy.execute(f"PRAGMA key = \"x'{connection.settings_dict['PASSWORD']}'\"")
        damage = copy.execute("PRAGMA cipher_integrity_check").fetchall()
        damage += [one for one in copy.execute("PRAGMA integrity_check") if one != ("ok",)]
        if damage:
            raise BadInput("the copy of the database is damaged")
        query = "SELECT size, root FROM store_checkpoint ORDER BY size DESC LIMIT 1"
        size, root = copy.execute(query).fetchone() or (0, "")
        return int(size), str(root)
    except dbapi2.DatabaseError as error:
        raise BadInput("the copy of the database does not open") from error
    finally:
        copy.close()
