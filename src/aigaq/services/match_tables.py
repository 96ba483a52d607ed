"""Plain tables of people, as `aigaq match` reads them: rows in, columns for linkage out.

A row that can't be used is left out and a cell that can't be read counts as empty; each is told, and the
rest is matched.
"""

import csv
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import batched, chain

import numpy as np

from aigaq.linkage.table import NOTHING, Column, Ints, Spans, Table, encode, to_parts
from aigaq.records.dates import parse_date
from aigaq.records.errors import BadDate, BadInput
from aigaq.records.vocabulary import vocabulary

_KIN = {"father": "father", "mother": "mother", "spouse": "spouse", "sibling": "sibling"}
_PLACES = {
    "birth_place": "birth",
    "residence": "residence",
    "event_place": "taken",
    "held_place": "held",
    "death_place": "death",
}
_DATES = {"birth": "birth", "event_date": "taken", "death": "death"}
_WORDS = ("event", "nationality", "occupation", "id_number")
#: Every column that is read, `name` in any number of forms.
COLUMNS = ("id", "name", "lang", "sex", *_DATES, *_PLACES, *_KIN, *_WORDS, "source")
_SHORT_SEX = {
    "m": "male", "м": "male", "муж": "male", "ұл": "male", "er": "male", "erkek": "male",
    "f": "female", "w": "female", "ж": "female", "жен": "female", "қыз": "female", "ayal": "female",
}  # fmt: skip
_AT_A_TIME = 20_000
_DELIMITERS = ",;\t"
_LONGEST_CELL = 2_000
_ALWAYS_BEFORE, _ALWAYS_AFTER = 0, 1_500_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_BROKEN = re.compile("[\ud800-\udfff]")
_RUN = re.compile(r"(\d{4})(\d\d)(\d\d)")


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be used: in which row (0 for none) and column, and why."""

    row: int
    column: str
    reason: str

    def line(self, file: str) -> str:
        """Return the one-line message for `file`."""
        where = f", row {self.row}" if self.row else ""
        return (
            f"{file}{where}"
            + (f", column {self.column}" if self.column else "")
            + f": {self.reason}"
        )


@dataclass(slots=True)
class PlainTable:
    """A table as read.

    Attributes:
        name: the file's, for messages.
        ids: of the rows that are matched, in order.
        columns: heading → its cells.
        problems: rows left out, cells that count as empty, headings that are not read.
    """

    name: str
    ids: list[str]
    columns: Mapping[str, Column]
    problems: list[Problem] = field(default_factory=list)


def read_plain(lines: Iterable[str], name: str) -> PlainTable:
    """Read a CSV table that has the columns `id` and `name` (or `name_…`).

    Args:
        lines: of the file; bytes that are not UTF-8 as lone surrogates.
        name: the file's, for messages.

    Raises:
        BadInput: it is empty, or lacks `id` or a name.
    """
    source = iter(lines)
    first = next(source, "")
    delimiter = _choose_delimiter(first)
    rows = csv.reader(chain([first], source), delimiter=delimiter)
    header = [cell.strip() for cell in next(rows, [])]
    _check_header(header, name)
    table = PlainTable(name, [], {})
    table.problems.extend(_name_unread(header))
    cells = _Cells(header, table)
    for chunk in batched(_number_rows(rows, table), _AT_A_TIME):
        cells.add(chunk)
    table.columns = cells.finish()
    return table


def _choose_delimiter(first: str) -> str:
    def names(delimiter: str) -> int:
        return len({cell.strip().strip('"') for cell in first.split(delimiter)} & set(COLUMNS))

    return max(_DELIMITERS, key=names)


def _check_header(header: Sequence[str], name: str) -> None:
    if not any(header):
        raise BadInput(f"{name}: is empty; its first row must name the columns: id, name, …")
    if "id" not in header:
        raise BadInput(f"{name}, row 1: there is no column id; found are {', '.join(header)}")
    if not any(base_of(one) == "name" for one in header):
        raise BadInput(f"{name}, row 1: there is no column name; found are {', '.join(header)}")
    if doubled := next((one for one in header if one and header.count(one) > 1), ""):
        raise BadInput(
            f"{name}, row 1: the column {doubled} stands twice; write {doubled}_1 and {doubled}_2"
        )


def base_of(heading: str) -> str:
    """Return which column a heading is (`name` for `name_2` and `name_kk-Cyrl`), or "" for none."""
    found = [one for one in COLUMNS if heading == one or heading.startswith(f"{one}_")]
    return max(found, key=len, default="")


def _name_unread(header: Sequence[str]) -> Iterator[Problem]:
    for heading in header:
        if heading and not base_of(heading):
            yield Problem(1, heading, "is not read; see docs/reference/matching.md for what is")


def _number_rows(rows: Iterator[list[str]], table: PlainTable) -> Iterator[tuple[int, list[str]]]:
    number = 1
    while True:
        number += 1
        try:
            yield number, next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            table.problems.append(Problem(number, "", f"is no CSV ({error}); left out"))


class _Places(dict[str, int]):
    """Numbers distinct texts, blanks around them aside; the empty text is `NOTHING`."""

    def __init__(self) -> None:
        super().__init__({"": NOTHING})
        self.values_in_order: list[str] = []

    def __missing__(self, text: str) -> int:
        plain = text.strip()
        if plain == text:
            self[text] = len(self.values_in_order)
            self.values_in_order.append(text)
        else:
            self[text] = self[plain]
        return self[text]


class _Cells:
    """Collects good rows column by column."""

    def __init__(self, header: Sequence[str], table: PlainTable) -> None:
        self._width = len(header)
        self._header = header
        self._table = table
        self._id = header.index("id")
        self._seen: dict[str, int] = {}
        self._wanted = [at for at, one in enumerate(header) if base_of(one) and one != "id"]
        self._codes: list[array[int]] = [array("i") for _ in self._wanted]
        self._places = [_Places() for _ in self._wanted]

    def add(self, rows: Sequence[tuple[int, list[str]]]) -> None:
        """Take rows with their numbers in the file."""
        good = self._take_all(rows) or [row for number, row in rows if self._is_good(number, row)]
        if not good:
            return
        columns = list(zip(*good, strict=True))
        for at, codes, places in zip(self._wanted, self._codes, self._places, strict=True):
            codes.extend(map(places.__getitem__, columns[at]))

    def finish(self) -> dict[str, Column]:
        """Return the columns by heading."""
        self._table.ids = list(self._seen)
        return {
            self._header[at]: Column(np.frombuffer(codes, np.int32), places.values_in_order)
            if codes
            else encode(())
            for at, codes, places in zip(self._wanted, self._codes, self._places, strict=True)
        }

    def _take_all(self, rows: Sequence[tuple[int, list[str]]]) -> list[list[str]]:
        """Return all rows at once where none has a fault; otherwise none, to be looked at one by one."""
        cells = [row for _, row in rows]
        if set(map(len, cells)) != {self._width} or _is_broken_somewhere(cells):
            return []
        ids = {row[self._id].strip(): number for number, row in rows}
        if len(ids) < len(rows) or "" in ids or not self._seen.keys().isdisjoint(ids):
            return []
        self._seen |= ids
        return cells

    def _is_good(self, number: int, row: list[str]) -> bool:
        if len(row) != self._width:
            if row:
                self._refuse(
                    number, "", f"has {len(row)} cells, the first row {self._width}; left out"
                )
            return False
        broken = next((at for at, cell in enumerate(row) if _is_broken(cell)), None)
        if broken is not None:
            reason = "is not UTF-8 or far too long; the row is left out"
            self._refuse(number, self._header[broken], reason)
            return False
        own = row[self._id].strip()
        if not own:
            self._refuse(number, "id", "is empty; the row is left out")
            return False
        if own in self._seen:
            self._refuse(
                number, "id", f"{own} stands in row {self._seen[own]} already; the row is left out"
            )
            return False
        self._seen[own] = number
        return True

    def _refuse(self, number: int, column: str, reason: str) -> None:
        self._table.problems.append(Problem(number, column, reason))


def _is_broken_somewhere(rows: Sequence[Sequence[str]]) -> bool:
    whole = "".join(chain.from_iterable(rows))
    longest = max(map(len, chain.from_iterable(rows)))
    return longest > _LONGEST_CELL or (not whole.isascii() and bool(_BROKEN.search(whole)))


def _is_broken(cell: str) -> bool:
    if len(cell) > _LONGEST_CELL:
        return True
    return not cell.isascii() and bool(_BROKEN.search(cell))


def to_linkage(tables: Sequence[PlainTable]) -> Table:
    """Return one or two tables as one for linkage, rows in their order.

    Cells that can't be read are added to the problems of their table. Where there are two tables, or a
    column `source`, each row carries the number of its source.
    """
    size = sum(len(table.ids) for table in tables)
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for table in tables:
        for heading in table.columns:
            base = base_of(heading)
            if heading not in forms[base]:
                forms[base].append(heading)
    told = {base: [_join(tables, one) for one in headings] for base, headings in forms.items()}
    return Table(
        size=size,
        names=tuple(told["name"]),
        source=_number_sources(tables, told),
        kin={role: _merge(told[base]) for base, role in _KIN.items() if base in told},
        places={role: _merge(told[base]) for base, role in _PLACES.items() if base in told},
        dates={
            role: _read_dates(tables, base, _first(told[base]))
            for base, role in _DATES.items()
            if base in told
        },
        words=_read_words(tables, told),
    )


def _join(tables: Sequence[PlainTable], heading: str) -> Column:
    """One column of all tables, one under the other."""
    places: dict[str, int] = {}
    parts = []
    for table in tables:
        column = table.columns.get(heading)
        if column is None:
            parts.append(np.full(len(table.ids), NOTHING, np.int32))
            continue
        number = [places.setdefault(text, len(places)) for text in column.values]
        parts.append(np.array([*number, NOTHING], np.int32)[column.codes])
    return Column(np.concatenate(parts), list(places))


def _first(columns: Sequence[Column]) -> Column:
    """The first of several columns that says something, row by row."""
    if len(columns) == 1:
        return columns[0]
    return encode(next((t for t in row if t), "") for row in _rows(columns))


def _merge(columns: Sequence[Column]) -> Column:
    """Several columns as one: a relative or a place written in several scripts."""
    if len(columns) == 1:
        return columns[0]
    return encode(", ".join(dict.fromkeys(t for t in row if t)) for row in _rows(columns))


def _rows(columns: Sequence[Column]) -> Iterator[tuple[str, ...]]:
    texts = [[*column.values, ""] for column in columns]
    codes = [column.codes.tolist() for column in columns]
    for row in zip(*codes, strict=True):
        yield tuple(own[code] for own, code in zip(texts, row, strict=True))


def _number_sources(
    tables: Sequence[PlainTable], told: Mapping[str, Sequence[Column]]
) -> Ints | None:
    if "source" in told:
        return _first(told["source"]).codes
    if len(tables) > 1:
        return np.repeat(np.arange(len(tables), dtype=np.int32), [len(t.ids) for t in tables])
    return None


def _read_words(
    tables: Sequence[PlainTable], told: Mapping[str, Sequence[Column]]
) -> dict[str, Column]:
    words = {name: _first(told[name]) for name in _WORDS if name in told}
    if "sex" in told:
        words["sex"] = _read_sex(tables, _first(told["sex"]))
    return words


def _read_sex(tables: Sequence[PlainTable], column: Column) -> Column:
    codes = [_sex_codes().get(text.casefold(), "") for text in column.values]
    known = encode(codes)
    unread = [text for text, code in zip(column.values, codes, strict=True) if not code]
    for text in unread:
        _tell(tables, "sex", text, "is no sex known here (female, male, …) and counts as not said")
    spread = np.array([*known.codes, NOTHING], np.int32)
    return Column(spread[column.codes], known.values)


@cache
def _sex_codes() -> Mapping[str, str]:
    terms = vocabulary("sex").terms.values()
    named = {label.casefold(): term.code for term in terms for label in term.labels.values()}
    return {**named, **{term.code: term.code for term in terms}, **_SHORT_SEX}


def _tell(tables: Sequence[PlainTable], base: str, text: str, reason: str) -> None:
    """Add a problem to the first table that holds `text`, telling how often where it is not once."""
    for table in tables:
        for heading, column in table.columns.items():
            if base_of(heading) == base and text in column.values:
                rows = np.flatnonzero(column.codes == column.values.index(text))
                # The header is row 1. Rows left out before it shift the count: name the id as well.
                often = f" (and {len(rows) - 1} rows more)" if len(rows) > 1 else ""
                where = f"{text!r}, id {table.ids[int(rows[0])]}{often}, "
                table.problems.append(Problem(0, heading, where + reason))
                return


def _read_dates(tables: Sequence[PlainTable], base: str, column: Column) -> Spans:
    low, high = [], []
    parts: dict[int, tuple[int, int, int]] = {}
    for place, text in enumerate(column.values):
        span, written, problem = _read_date(text)
        low.append(span[0])
        high.append(span[1])
        if written:
            parts[place] = written
        if problem:
            _tell(tables, base, text, problem)
    table = to_parts([*low, NOTHING], [*high, NOTHING])
    for place, written in parts.items():
        table[place] = written
    first, last = (np.array([*end, NOTHING], np.int32)[column.codes] for end in (low, high))
    return Spans(first, last, table[column.codes])


type _Written = tuple[int, int, int] | None


def _read_date(text: str) -> tuple[tuple[int, int], _Written, str]:
    """Return the days it can mean, year, month and day as written, and what is wrong with it."""
    if day := _read_day(text):
        return (day, day), None, ""
    try:
        told = parse_date(text)
    except BadDate:
        return _guess_date(text)
    if told.earliest is None and told.latest is None:
        return (NOTHING, NOTHING), None, ""
    low = told.earliest.toordinal() if told.earliest else _ALWAYS_BEFORE
    high = told.latest.toordinal() if told.latest else _ALWAYS_AFTER
    return (low, high), None, ""


def _read_day(text: str) -> int:
    """Return a full day (1970-05-13), 0 for anything else: most dates of long tables need no more."""
    if not _DAY.fullmatch(text):
        return 0
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return 0


def _guess_date(text: str) -> tuple[tuple[int, int], _Written, str]:
    """Read what is no EDTF: a full date in another order, or one with a day that no month has."""
    found = _YEAR_FIRST.fullmatch(text) or _RUN.fullmatch(text)
    turned = _DAY_FIRST.fullmatch(text)
    if not found and not turned:
        return (
            (NOTHING, NOTHING),
            None,
            "is no EDTF date (1970, 1970-05, 1970-05-13, 197X) and is left out",
        )
    groups = found.groups() if found else turned.groups()[::-1] if turned else ()
    year, month, day = (int(part) for part in groups)
    try:
        exact = date(year, month, day).toordinal()
    except ValueError:
        if not 1 <= year <= 9999:
            return (NOTHING, NOTHING), None, "names no year and is left out"
        span = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        return span, (year, month, day), f"is no day of the calendar; read as the year {year}"
    return (exact, exact), (year, month, day), ""
