"""What the database itself was to hold up: that every row named exists, and that its guards stand.

Somebody with the passphrase can switch off both, write, and switch them on again; so they are looked at anew.
"""

from collections.abc import Iterator
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey

from aigaq.store import models

_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def find_dangling() -> Iterator[tuple[str, str, str]]:
    """Yield (table, column, the row's id) of each row that names a row which isn't there.

    Such a row stands in the tree of no act, so that no root speaks of it.
    """
    for table in apps.get_app_config("store").get_models(include_auto_created=True):
        for column in table._meta.concrete_fields:
            if isinstance(column, ForeignKey):
                # Sets, not a look-up for each row: a claim has ten such columns.
                named = table._base_manager.filter(**{f"{column.name}__isnull": False})
                there = column.related_model._base_manager.values_list("pk")
                lost = named.order_by().values_list(column.attname).distinct().difference(there)
                for (missing,) in list(lost):
                    rows = table._base_manager.filter(**{column.attname: missing})
                    for id in rows.values_list("pk", flat=True).order_by("pk"):
                        yield table._meta.model_name or "", column.name, _show(id)


def _show(id: object) -> str:
    return str(id) if isinstance(id, UUID | int) else repr(id)


def missing_triggers() -> list[str]:
    """Return the names of the triggers that keep rows from being edited and are not there, or are off."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor])
        there = {str(name) for (name,) in cursor.fetchall()}
    through = models.Intervention.on_behalf_of.through
    tables = [table._meta.db_table for table in (*models.APPEND_ONLY, through)]
    wanted = {f"{table}_no_{act}" for table in tables for act in ("update", "delete")}
    return sorted(wanted - there)
