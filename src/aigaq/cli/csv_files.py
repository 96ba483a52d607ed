"""CSV files in and out, with errors that name file, row and column."""

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


class BadTable(ValueError):
    """A CSV file is not what was asked for. The message is one line: file, row, column, mend."""


type Row = dict[str, str]


@contextmanager
def _open_text(path: Path) -> Iterator[TextIO]:
    try:
        file = path.open(encoding="utf-8-sig", newline="")
    except FileNotFoundError:
        raise BadTable(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise BadTable(f"{path}: is a folder; give a CSV file") from None
    except PermissionError:
        raise BadTable(f"{path}: may not be read; check its permissions") from None
    with file:
        yield file


def _check_header(path: Path, header: Sequence[str] | None, columns: Sequence[str]) -> None:
    if not header:
        raise BadTable(
            f"{path}: is empty; its first row must name the columns {', '.join(columns)}"
        )
    for column in columns:
        if header.count(column) != 1:
            problem = "has no column" if column not in header else "has twice the column"
            raise BadTable(
                f"{path}: row 1 {problem} {column}; wanted are {', '.join(columns)}, "
                f"found {', '.join(header)}"
            )


def _check_width(path: Path, number: int, row: Sequence[str], header: Sequence[str]) -> None:
    if len(row) != len(header):
        missing = header[len(row)] if len(row) < len(header) else header[-1]
        raise BadTable(
            f"{path}: row {number}, column {missing}: the row has {len(row)} fields, the header "
            f"{len(header)}; quote fields that hold a comma"
        )


def _find_bad_byte(path: Path) -> str:
    """Say in which row and column the first byte is that is not UTF-8."""
    header: list[str] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                text = line.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                before = next(csv.reader([line[: error.start].decode("utf-8-sig")]), [])
                at = max(0, len(before) - 1)
                column = f", column {header[at]}" if at < len(header) else ""
                return f"row {number}{column}: byte {line[error.start]:#04x} is not UTF-8"
            header = header or next(csv.reader([text]), [])
    return "is not UTF-8"


@contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError:
        raise BadTable(f"{path}: {_find_bad_byte(path)}; save the file as CSV UTF-8") from None


def read_header(path: Path, columns: Sequence[str]) -> list[str]:
    """Return all column names of a CSV file. Raises as ``read_table`` does."""
    with _clear_errors(path), _open_text(path) as file:
        try:
            header = next(csv.reader(file, strict=True), None)
        except csv.Error as error:
            raise BadTable(f"{path}: row 1: is no CSV ({error})") from None
    _check_header(path, header, columns)
    return header or []


def read_table(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Yield (row number, row) of a UTF-8 CSV file, with or without byte-order mark.

    Row numbers are a spreadsheet's: the header is row 1. Every name in ``columns`` must be in the
    header once; further columns are passed on. Blank lines are left out. Raises ``BadTable`` for a
    missing file or column, an encoding other than UTF-8, and rows of the wrong width.
    """
    number = 0
    with _clear_errors(path), _open_text(path) as file:
        try:
            reader = csv.reader(file, strict=True)
            header = next(reader, None)
            number = 1
            _check_header(path, header, columns)
            for row in reader:
                number += 1
                if row:
                    _check_width(path, number, row, header or ())
                    yield number, dict(zip(header or (), row, strict=True))
        except csv.Error as error:
            raise BadTable(f"{path}: row {number + 1}: is no CSV ({error})") from None


@contextmanager
def write_table(path: Path, columns: Sequence[str]) -> Iterator["csv.DictWriter[str]"]:
    """Write a CSV file: give a writer for rows with these columns, and rename when all went well.

    Nothing is left at ``path`` if the block raises. Raises ``BadTable`` where the folder is missing
    or can't be written.
    """
    if path.is_dir():
        raise BadTable(f"{path}: is a folder; give the name of the file to write")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise BadTable(f"{path}: can't be written ({error.strerror})") from None
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            yield writer
        draft.chmod(0o666 & ~_umask())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
