"""XLSX → records, through openpyxl; and telling files that are no table what they are instead."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from aigaq.intake.csvlines import Record
from aigaq.records.errors import BadInput

_MOST_UNPACKED = 300_000_000
_MOST_TIMES = 200
_SMALL = 10_000_000
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = {
    b"%PDF": "a PDF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive: unpack it first",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive: unpack it first",
    b"Rar!": "a RAR archive: unpack it first",
    b"SQLite format 3": "a database",
    b"{\\rtf": "a word-processor document",
}
# What zipfile, zlib, the XML parser and openpyxl let escape on damaged files.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, KeyError, IndexError, ValueError,
    TypeError, AttributeError, OverflowError, EOFError, OSError, NotImplementedError, RuntimeError,
    LookupError, AssertionError, MemoryError, SyntaxError,
)  # fmt: skip
_MARKS = {
    "f": "a formula; put its result in its place (copy, then paste as value)",
    "e": "a spreadsheet's error; put the value in its place",
}
_PADDED = re.compile(r"0{2,}")


def looks_like_xlsx(data: bytes) -> bool:
    """Return whether the bytes begin as a zip file, as XLSX does."""
    return data.startswith(_ZIP)


def refuse_foreign(data: bytes, file_name: str) -> None:
    """Refuse bytes that are some other kind of file.

    Raises:
        BadInput: they are; the message says what they are and what to do.
    """
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BadInput(
                f"{file_name}: the workbook is locked with a password; save it without one"
            )
        raise BadInput(f"{file_name}: an old Excel file (.xls); save it as .xlsx or CSV")
    for mark, what in _FOREIGN.items():
        if data.startswith(mark):
            raise BadInput(f"{file_name}: this is {what}, not a table (CSV, TSV or XLSX)")


def read_sheet(data: bytes, file_name: str, sheet: str) -> list[Record]:
    """Return the rows of a worksheet as records of texts, the heading row first.

    Args:
        data: the XLSX file's bytes.
        file_name: for messages.
        sheet: name of the worksheet, "" for the only one or the first.

    All rows at once, so that a file damaged further on is refused whole. Dates come as ISO 8601 text,
    numbers as the shortest text that stands for them. Cells that are formulas or errors are marked.

    Raises:
        BadInput: the file is no XLSX, is damaged, unpacks to too much, or has no such sheet.
    """
    _check_archive(data, file_name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and dates it can't show
            return list(_rows(data, file_name, sheet))
    except _DAMAGE as error:
        raise BadInput(f"{file_name}: the XLSX file is damaged: {_one_line(error)}") from error


def _one_line(error: BaseException) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:200]


def _check_archive(data: bytes, file_name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                raise BadInput(f"{file_name}: {_other_zip(names)}, not an XLSX table")
            _check_sizes(archive.infolist(), file_name)
            _check_entities(archive, file_name)
    except _DAMAGE as error:
        raise BadInput(f"{file_name}: the XLSX file is damaged: {_one_line(error)}") from error


def _other_zip(names: set[str]) -> str:
    if "mimetype" in names and "content.xml" in names:
        return "an OpenDocument file; save it as .xlsx or CSV"
    if "word/document.xml" in names:
        return "a Word document"
    return "a zip archive; unpack it first"


def _check_sizes(entries: list[zipfile.ZipInfo], file_name: str) -> None:
    total = sum(entry.file_size for entry in entries)
    dense = any(
        entry.file_size > _SMALL and entry.file_size > _MOST_TIMES * max(entry.compress_size, 1)
        for entry in entries
    )
    if total > _MOST_UNPACKED or dense:
        raise BadInput(
            f"{file_name}: the XLSX file unpacks to {total:,} bytes, more than a table of its size does; "
            "save it as CSV"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadInput(f"{file_name}: the workbook is locked with a password; save it without one")


def _check_entities(archive: zipfile.ZipFile, file_name: str) -> None:
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                if b"<!DOCTYPE" in part.read(2048):
                    raise BadInput(
                        f"{file_name}: the XLSX file defines XML entities; save it as CSV"
                    )


def _rows(data: bytes, file_name: str, sheet: str) -> Iterator[Record]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    try:
        names = [page.title for page in book.worksheets]
        if sheet and sheet not in names:
            raise BadInput(f"{file_name}: there is no sheet “{sheet}”; it has {', '.join(names)}")
        if not names:
            raise BadInput(f"{file_name}: the workbook has no worksheet")
        page = book[sheet] if sheet else book.worksheets[0]
        page.reset_dimensions()  # what the file says of its own size can be wrong
        width = 0
        for number, row in enumerate(page.rows, start=1):
            record = _record(number, row, width)
            width = width or len(record.cells)
            yield record
    finally:
        book.close()


def _record(number: int, row: tuple[Any, ...], width: int) -> Record:
    cells = [_text(cell) for cell in row]
    while len(cells) > width and not cells[-1]:
        cells.pop()
    cells.extend([""] * (width - len(cells)))
    marks = {at: _MARKS[cell.data_type] for at, cell in enumerate(row) if cell.data_type in _MARKS}
    return Record(number, cells, "", marks)


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\ufeff", "")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    return str(getattr(value, "text", value))  # an array formula has a text, a duration is its own


def _number(value: float, form: str) -> str:
    text = str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    # `00042` is stored as 42 with the format 00000: an id must come out as the spreadsheet shows it.
    return text.zfill(len(form)) if _PADDED.fullmatch(form) else text
