"""The integration tests' database: SQLite through SQLCipher, or a PostgreSQL they start themselves."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from aigaq.store.settings import (
    NAMES_KEY,
    choose_database,
    postgresql_database,
    prepare,
    sqlcipher_database,
)

prepare()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from aigaq.services import members  # noqa: E402
from aigaq.services.actors import Actor  # noqa: E402
from aigaq.services.archive import Archive  # noqa: E402
from aigaq.services.members import add_first_member, add_member, find_member  # noqa: E402
from aigaq.vault.notes import ED25519, SignerKey, new_seed  # noqa: E402

PASSWORD = "one password for the tests"


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """Create the tables once, on the database `--database` names."""
    if request.config.getoption("--database") == "postgresql":
        with running_postgresql() as address:
            choose_database({**postgresql_database(address), NAMES_KEY: b"n" * 32})
            call_command("migrate", verbosity=0)
            yield "postgresql"
            connection.close()
        return
    database = sqlcipher_database(tmp_path_factory.mktemp("db") / "archive.db", b"k" * 32)
    choose_database({**database, NAMES_KEY: b"n" * 32})
    call_command("migrate", verbosity=0)
    yield "sqlcipher"
    connection.close()


@contextmanager
def running_postgresql() -> Iterator[dict[str, str]]:
    """Start a PostgreSQL of our own on a socket in a temporary folder, as a user that is not root."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = shutil.which("initdb") or next(map(str, debian), None)
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    bin = Path(found).resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="aigaq-pg-"))
    run = _as_other_user(folder)
    try:
        data = folder / "data"
        run(
            [
                bin / "initdb",
                "-D",
                data,
                "-U",
                "aigaq",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ]
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run([bin / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"])
        try:
            run([bin / "createdb", "-h", folder, "-U", "aigaq", "aigaq"])
            yield {"NAME": "aigaq", "USER": "aigaq", "HOST": str(folder), "PORT": ""}
        finally:
            connection.close()
            run([bin / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_other_user(folder: Path):
    """Return a function that runs a command; as root it runs it as `postgres` or `nobody`."""
    user = {}
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        name = "postgres" if "postgres" in names else "nobody"
        entry = pwd.getpwnam(name)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def run(command: list[object]) -> None:
        words = [str(word) for word in command]
        # To a file, not a pipe: the server that pg_ctl leaves behind would keep a pipe open.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(words, stdout=said, stderr=said, cwd="/", check=False, **user)
            said.seek(0)
            assert done.returncode == 0, said.read().decode(errors="replace")

    return run


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id is slow on purpose; its own tests and the end-to-end ones use it as it is."""
    monkeypatch.setattr(
        members, "derive_key", lambda password, salt: sha256(salt + password.encode()).digest()
    )


@pytest.fixture
def db(database: str) -> Iterator[str]:
    """One test's transaction, rolled back at its end, its foreign keys checked first."""
    with transaction.atomic():
        yield database
        if not connection.needs_rollback:
            connection.check_constraints()
        transaction.set_rollback(True)


@pytest.fixture
def admin(db: str) -> Actor:
    """The first administrator, with every compartment unlocked."""
    return add_first_member("Ana", PASSWORD)


@pytest.fixture
def member(admin: Actor):
    """A function that adds a member with a role and returns them, locked."""

    def add(name: str, role: str) -> Actor:
        add_member(admin, name, role, PASSWORD)
        return find_member(name)

    return add


@pytest.fixture
def archive(db: str, tmp_path: Path) -> Archive:
    """An archive's folder beside the test's database, for the vault and the log."""
    folder = tmp_path / "archive"
    folder.mkdir()
    return Archive(folder, SignerKey("aigaq.archive/tests", ED25519, new_seed()))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[dict[str, str]]:
    """A PostgreSQL of its own, for tests that run commands on it: its address, `HOST` a socket's folder."""
    with running_postgresql() as address:
        yield address
