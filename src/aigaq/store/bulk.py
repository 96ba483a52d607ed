"""Inserting very many rows: one prepared statement, values converted by column type, no model instances.

Django's `bulk_create` prepares every field of every row in Python; for the claims of a long list that takes
most of an import. This inserts the same values about four times as fast (`bench/import_lists.py`).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Insert rows within the current transaction; constraints and triggers hold as always.

    Args:
        model: the table.
        columns: attribute names (`mention_id` for a foreign key).
        rows: values in that order, as Python objects.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(fields[name].column)) for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    convert = [_converter(_innermost(fields[name])) for name in columns]
    values = [[one(value) for one, value in zip(convert, row, strict=True)] for row in rows]
    if not values:
        return
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608  our names


def _innermost(field: Any) -> Any:
    """Return the field a foreign key's column really holds."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def _converter(field: Any) -> Callable[[Any], Any]:
    if isinstance(field, models.UUIDField) and not connection.features.has_native_uuid_field:
        return lambda value: None if value is None else value.hex
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return lambda value: value


def update_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple[object, Sequence[Any]]]
) -> None:
    """Change some columns of many rows within the current transaction; triggers hold as always.

    Args:
        model: the table.
        columns: attribute names.
        rows: (primary key, values in that order), as Python objects.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    chosen = [fields[name] for name in columns]
    changes = ", ".join(f"{quote(str(one.column))} = %s" for one in chosen)
    key = model._meta.pk
    values = [
        [*(one.get_db_prep_save(value, connection) for one, value in zip(chosen, row, strict=True)),
         key.get_db_prep_value(pk, connection)]
        for pk, row in rows
    ]  # fmt: skip
    if not values:
        return
    where = f"{quote(model._meta.db_table)} SET {changes} WHERE {quote(str(key.column))} = %s"
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {where}", values)
