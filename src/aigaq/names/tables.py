"""Reading the room's own parameter files, the only input the room has."""

from collections.abc import Iterator
from importlib import resources


def read_rows(name: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the tab-separated package file ``data/<name>``, without comments and blanks.

    A line that begins with ``#`` is a comment. Raises ``FileNotFoundError`` if the file is missing.
    """
    text = (resources.files("aigaq.names") / "data" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield tuple(line.split("\t"))


def read_pairs(name: str) -> Iterator[tuple[str, str]]:
    """Yield the first two columns of each row of ``data/<name>``."""
    for row in read_rows(name):
        yield row[0], row[1]
