"""Tables from bytes: CSV, TSV and XLSX, row by row, so that a broken row never stops the rest."""

import codecs
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from aigaq.intake.cells import (
    BROKEN,
    LONGEST_CELL,
    broken_reason,
    calculated,
    printable,
    size_problem,
)
from aigaq.intake.csvlines import Record, Splitter
from aigaq.intake.drafts import Reject
from aigaq.intake.mappingtypes import TableMapping
from aigaq.intake.xlsx import looks_like_xlsx, read_sheet, refuse_foreign
from aigaq.records.errors import BadInput

REJECT_COLUMNS = ("_row", "_column", "_reason")
EXTRA = "_extra"
MARK = "\ufffd"  # stands where a row has to be mended; no row that holds it is taken
_SEPARATOR_LINE = re.compile(r'"?sep=([^\r\n"])"?(?:\r\n|\n|\r)')  # Excel's own, not a row
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Row:
    """One readable row: its number as a spreadsheet shows it, and one text per heading."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table under way.

    Attributes:
        header: headings in order, without the columns that begin with `_`.
        rows: readable rows and rejected ones, in order; can be gone through once.
        iso_dates: whether dates may stand as `1976-12-26` whatever the mapping's formats (XLSX).
    """

    header: tuple[str, ...]
    rows: Iterator[Row | Reject]
    iso_dates: bool = False


def needs_quote(cell: str) -> bool:
    """Return whether a rejects file puts an apostrophe before `cell`, so that no spreadsheet runs it."""
    return cell[:1] in tuple("=+-@\t\r'")


def read_table(data: bytes, file_name: str, mapping: TableMapping) -> Table:
    """Read a table that `mapping` describes.

    Args:
        data: the file's bytes: CSV or TSV in any ASCII-compatible encoding or UTF-16, or XLSX.
        file_name: for messages.
        mapping: says which headings there must be, and the encoding, delimiter or sheet.

    Returns:
        The table; its rows are read as they are asked for. Empty rows are skipped.

    Raises:
        BadInput: the file is no such table, is encrypted, damaged or a zip bomb, lacks a heading or
            repeats one.
    """
    return read_headed(data, file_name, mapping, mapping.headings)


def read_headed(
    data: bytes, file_name: str, mapping: TableMapping, wanted: tuple[str, ...]
) -> Table:
    """Read a table that has the headings `wanted`; otherwise as `read_table`."""
    if not data.strip():
        raise BadInput(f"{file_name}: the file is empty")
    if looks_like_xlsx(data):
        return _from_sheet(data, file_name, mapping.sheet, wanted)
    refuse_foreign(data, file_name)
    return _from_text(data, file_name, mapping, wanted)


def _from_sheet(data: bytes, file_name: str, sheet: str, wanted: tuple[str, ...]) -> Table:
    records = iter(read_sheet(data, file_name, sheet))
    header = _header(next(records, None), file_name, wanted)
    return _table(header, records, wanted, is_sheet=True)


def _from_text(
    data: bytes, file_name: str, mapping: TableMapping, wanted: tuple[str, ...]
) -> Table:
    text = _decode(data, mapping.encoding)
    told = _SEPARATOR_LINE.match(text)
    text = text[told.end() :] if told else text
    first = text.split("\n", 1)[0].split("\r", 1)[0]
    delimiter = _choose_delimiter(first, "", REJECT_COLUMNS)
    if _is_rejects(_split_line(first, delimiter)):  # ours, perhaps saved again by a spreadsheet
        text = _decode(data, "utf-8")
    else:
        delimiter = _choose_delimiter(first, mapping.delimiter or (told[1] if told else ""), wanted)
    records = Splitter(delimiter).records(text)
    record = next(records, None)
    if record and (record.problem or BROKEN.search("".join(record.cells))):
        raise BadInput(
            f"{file_name}: the first row is not a row of headings in {mapping.encoding or 'utf-8'}; "
            "is this a table, and is “format: {encoding: …}” right?"
        )
    header = _header(record, file_name, wanted)
    return _table(header, records, wanted, is_sheet=False)


def _decode(data: bytes, encoding: str) -> str:
    """Return the text; a byte that does not belong to the encoding becomes a lone surrogate."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    ):  # fmt: skip
        if data.startswith(mark):
            encoding = name
    encoding = encoding or "utf-8"
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    # Encodings of several bytes a letter can't keep a stray byte; there it becomes U+FFFD, refused later.
    errors = "replace" if wide else "surrogateescape"
    try:
        text = data.decode(encoding, errors)
    except UnicodeError:  # some encodings can't keep a broken pair of bytes either
        text = data.decode(encoding, "replace")
    return text.replace("\ufeff", "")


def _choose_delimiter(first: str, declared: str, wanted: tuple[str, ...]) -> str:
    if declared:
        return declared

    def score(delimiter: str) -> tuple[int, int]:
        cells = _split_line(first, delimiter)
        return len(set(cells) & set(wanted)), len(cells)

    return max(_DELIMITERS, key=score)


def _split_line(line: str, delimiter: str) -> list[str]:
    record = next(Splitter(delimiter).records(line), Record(1, []))
    return [" ".join(cell.split()) for cell in record.cells]


def _is_rejects(header: Iterable[str]) -> bool:
    return set(REJECT_COLUMNS) <= set(header)


def _header(record: Record | None, file_name: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    header = tuple(" ".join(cell.split()) for cell in record.cells) if record else ()
    if _is_rejects(header):
        header = tuple(heading.removeprefix("'") for heading in header)
    if not any(header):
        raise BadInput(f"{file_name}: the first row is empty; it should hold the headings")
    named = [heading for heading in header if heading]
    twice = next((heading for heading in named if named.count(heading) > 1), None)
    if twice is not None:
        raise BadInput(
            f"{file_name}, row 1: the heading “{_short(twice)}” stands twice; rename one"
        )
    for heading in wanted:
        if heading not in header:
            raise BadInput(
                f"{file_name}, row 1: there is no column “{heading}”{_hint(heading, named)}"
            )
    return header


def _hint(heading: str, named: list[str]) -> str:
    near = difflib.get_close_matches(heading, named[:200], 1, 0.6)
    if near:
        return f"; did you mean “{near[0]}”?"
    return (
        f"; it has {', '.join(_short(name) for name in named[:8])}{' …' if len(named) > 8 else ''}"
    )


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _table(
    header: tuple[str, ...], records: Iterator[Record], wanted: tuple[str, ...], *, is_sheet: bool
) -> Table:
    kept = tuple(at for at, heading in enumerate(header) if not heading.startswith("_"))
    mapped = frozenset(at for at in kept if header[at] in wanted)
    escaped = _is_rejects(header)
    extra = header.index(EXTRA) if escaped and EXTRA in header else -1
    rows = _Rows(header, kept, mapped, is_sheet, escaped, extra)
    return Table(tuple(header[at] for at in kept), rows.read(records), is_sheet)


@dataclass(slots=True)
class _Rows:
    """Turns records into rows under one header.

    `escaped` and `extra` are for a rejects file that comes back: texts led by an apostrophe, and the place
    of the column that held cells too many, or -1.
    """

    header: tuple[str, ...]
    kept: tuple[int, ...]
    mapped: frozenset[int]
    is_sheet: bool
    escaped: bool
    extra: int

    def read(self, records: Iterator[Record]) -> Iterator[Row | Reject]:
        for record in records:
            if record.problem or any(map(str.strip, record.cells)):
                yield self._row(record)

    def _row(self, record: Record) -> Row | Reject:
        cells, width = record.cells, len(self.header)
        if self.escaped:
            cells = [cell[1:] if cell[:1] == "'" else cell for cell in cells]
        if record.problem:
            at = next((at for at, cell in enumerate(cells) if '"' in cell), 0)
            value, cells = cells[at], [*cells[:at], cells[at] + MARK, *cells[at + 1 :]]
            return self._reject(record.number, cells, self._heading(at), value, record.problem)
        if len(cells) < width or any(map(str.strip, cells[width:])):
            return self._miscounted(record.number, cells)
        if self.extra >= 0 and cells[self.extra].strip():
            reason = "the row still has a cell too many; put it in its place and empty this one"
            return self._reject(record.number, cells, EXTRA, cells[self.extra], reason)
        at, problem = self._first_problem(cells, record.marks)
        if problem:
            return self._reject(record.number, cells, self._heading(at), cells[at], problem)
        return Row(record.number, tuple([cells[at] for at in self.kept]))

    def _heading(self, at: int) -> str:
        return self.header[at] if at < len(self.header) else f"column {at + 1}"

    def _miscounted(self, number: int, cells: list[str]) -> Reject:
        have, want = len(cells), len(self.header)
        if have < want:
            column, value, mend = self.header[have], "", "add what is missing"
        else:
            column, mend = "", "put a text that holds the separator in quotes"
            value = next(filter(str.strip, cells[want:]))
        reason = f"{have} cell{'s' if have != 1 else ''} where the headings are {want}; {mend}"
        return self._reject(number, [*cells, *[MARK] * (want - have)], column, value, reason)

    def _first_problem(self, cells: list[str], marks: Mapping[int, str]) -> tuple[int, str]:
        """Return the place of the first cell that can't be taken and why; the reason is "" if none."""
        if not marks and not self._suspect(cells):
            return 0, ""
        for at in self.kept:
            problem = broken_reason(cells[at]) or size_problem(cells[at])
            if not problem and at in self.mapped:
                problem = marks.get(at, "") if self.is_sheet else calculated(cells[at])
            if problem:
                return at, problem
        return 0, ""

    def _suspect(self, cells: list[str]) -> bool:
        """Return whether a closer look at each cell is needed: quick for the rows that are fine."""
        text = "\n".join(cells)
        return (
            len(text) > LONGEST_CELL
            or BROKEN.search(text) is not None
            or any(cell.lstrip()[:1] in _MARKS for cell in cells)
        )

    def _reject(
        self, number: int, cells: list[str], column: str, value: str, reason: str
    ) -> Reject:
        named = {
            heading: cell
            for heading, cell in zip(self.header, cells, strict=False)
            if heading and not heading.startswith("_")
        }
        more = [*cells[len(self.header) :]]
        if self.extra >= 0:
            more.insert(0, cells[self.extra])
        if any(map(str.strip, more)):
            named[EXTRA] = " | ".join(filter(None, more))
        return Reject(number, column, printable(value), reason, named)


_MARKS = frozenset("=+-@#")
