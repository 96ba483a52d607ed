"""Whether the tables are those this version knows, told by name alone; brought up to date where not."""

from collections.abc import Set
from pathlib import Path

from django.db import connection

from aigaq.records.errors import BadInput

_MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date() -> None:
    """Make or change the tables as this version needs them; cheap where there is nothing to do.

    Raises:
        BadInput: a newer version has changed them already.
        django.db.DatabaseError: the database can't be read.
    """
    known, applied = _known(), _applied()
    if applied - known:
        raise BadInput(
            f"this archive was used with a newer version of Aigaq ({max(applied - known)}); install that one"
        )
    if known - applied:
        # Measured: Django's migrations take 24 MB and 0.4 s to load, which every command would pay.
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0, interactive=False)


def _known() -> Set[str]:
    return {file.stem for file in _MIGRATIONS.glob("[0-9]*.py")}


def _applied() -> Set[str]:
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return set()
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'store'")
        return {name for (name,) in cursor.fetchall()}
