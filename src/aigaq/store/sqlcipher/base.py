"""The database wrapper. It differs from Django's SQLite backend only where SQLCipher's module does."""

import datetime
import decimal
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import register as register_functions
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2


def _decoded(convert: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda value: convert(value.decode())


# Django registers these on the stdlib module; SQLCipher's module keeps its own registry.
dbapi2.register_converter("bool", b"1".__eq__)
dbapi2.register_converter("date", _decoded(parse_date))
dbapi2.register_converter("time", _decoded(parse_time))
dbapi2.register_converter("datetime", _decoded(parse_datetime))
dbapi2.register_converter("timestamp", _decoded(parse_datetime))
dbapi2.register_adapter(decimal.Decimal, str)
dbapi2.register_adapter(datetime.date, lambda value: value.isoformat())
dbapi2.register_adapter(datetime.datetime, lambda value: value.isoformat(" "))

# SQLITE_LIMIT_COLUMN and SQLITE_LIMIT_VARIABLE_NUMBER as the wheel is compiled (PRAGMA compile_options).
_LIMITS = {2: 2000, 9: 250_000}


class Connection(dbapi2.Connection):  # type: ignore[misc]
    """A connection that answers `getlimit`, without which Django's bulk_create raises."""

    def getlimit(self, category: int) -> int:
        """Return a compile-time limit by SQLite's category number."""
        return _LIMITS[category]


class Cursor(dbapi2.Cursor):  # type: ignore[misc]
    """Turns Django's `%s` and `%(name)s` placeholders into SQLite's, like Django's own wrapper."""

    def execute(self, query: str, params: Any = None) -> Any:
        """Run one statement; without parameters the text is left as it is."""
        if params is None:
            return super().execute(query)
        return super().execute(_convert(query, params), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        """Run one statement for each set of parameters."""
        rows = iter(param_list)
        first = next(rows, None)
        if first is None:
            return None
        return super().executemany(_convert(query, first), chain([first], rows))


def _convert(query: str, params: Any) -> str:
    if isinstance(params, Mapping):
        return query % {name: f":{name}" for name in params}
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    """Opens the file with a raw key (64 hex digits) given as the connection's PASSWORD."""

    Database = dbapi2

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Open, key and prepare a connection."""
        connection = dbapi2.connect(**conn_params, factory=Connection)
        connection.execute(f"PRAGMA key = \"x'{self.settings_dict['PASSWORD']}'\"")
        connection.execute("PRAGMA temp_store = MEMORY")
        register_functions(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        return connection  # type: ignore[no-any-return]

    def create_cursor(self, name: str | None = None) -> Cursor:
        """Return a cursor that understands Django's placeholders."""
        return self.connection.cursor(factory=Cursor)  # type: ignore[no-any-return]
