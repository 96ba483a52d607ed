"""Delimited text → records, so that one broken line costs one line (RFC 4180, with any line end).

A quoted cell may run over lines. Where its quote is never closed rightly, only the line it opened in is
given up, and reading goes on with the next.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_INSIDE = re.compile(r'[^"]*(?:""[^"]*)*')
_LONGEST_RECORD = 4_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file.

    Attributes:
        number: as a spreadsheet counts rows: a cell that runs over lines is one row, an empty line too.
        cells: its texts; more or fewer than the headings where the row is broken.
        problem: why the text can't be split into cells, or "".
        marks: place of a cell → what the file says is wrong with it (XLSX formulas and errors).
    """

    number: int
    cells: list[str]
    problem: str = ""
    marks: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A record under way; `inside` holds the text of a quoted cell that is not closed yet, or None."""

    cells: list[str] = field(default_factory=list)
    inside: list[str] | None = None


class Splitter:
    """Splits a text into records at one delimiter.

    Args:
        delimiter: one character.
    """

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter

    def records(self, text: str) -> Iterator[Record]:
        """Yield every record of `text`; the first one's number of cells is what the others should have."""
        lines = _LINE.findall(text)
        if lines and lines[-1] == ("", ""):
            lines.pop()
        at = number = width = 0
        while at < len(lines):
            number += 1
            used, cells, problem = self._record(lines, at, width)
            width = width or len(cells)
            yield Record(number, cells, problem)
            at += used

    def _record(
        self, lines: list[tuple[str, str]], at: int, width: int
    ) -> tuple[int, list[str], str]:
        """Return how many lines the record at `at` takes, its cells, and what is wrong with it."""
        line = lines[at][0]
        if '"' not in line:
            return 1, line.split(self.delimiter), ""
        state = _Open()
        problem = self._feed(line, state)
        if not problem and state.inside is None:
            return 1, state.cells, ""
        used = 0 if problem else self._follow(lines, at, state)
        if used and self._is_one(lines[at + 1 : at + used], state.cells, width):
            return used, state.cells, ""
        reason = problem or "a quotation mark opens here and is not closed; close or delete it"
        return 1, line.split(self.delimiter), reason

    def _follow(self, lines: list[tuple[str, str]], at: int, state: _Open) -> int:
        """Read on until the open quote is closed; return the lines taken, 0 when it never is rightly."""
        length = 0
        for index in range(at + 1, len(lines)):
            if state.inside is not None:
                state.inside.append(lines[index - 1][1])
            length += len(lines[index][0])
            if length > _LONGEST_RECORD or self._feed(lines[index][0], state):
                return 0
            if state.inside is None:
                return index - at + 1
        return 0

    def _is_one(self, rest: list[tuple[str, str]], cells: list[str], width: int) -> bool:
        """Return whether lines joined by a quote are one record, not a broken line and good ones.

        Lines between that all split into the right number of cells are rows of their own: prose that
        runs over lines seldom does that in a table of several columns, and has a space after its commas.
        """
        if width and len(cells) != width and any(self._stands(line, width) for line, _ in rest):
            return False
        between = rest[:-1]
        return width < 4 or not between or not all(self._stands(line, width) for line, _ in between)

    def _stands(self, line: str, width: int) -> bool:
        state = _Open()
        if self._feed(line, state) or state.inside is not None or len(state.cells) != width:
            return False
        return not all(cell.startswith(" ") for cell in state.cells[1:])

    def _feed(self, line: str, state: _Open) -> str:
        """Read one line into `state`; return what is wrong with it."""
        at = 0
        while True:
            if state.inside is not None or line[at : at + 1] == '"':
                if state.inside is None:
                    state.inside, at = [], at + 1
                match = _INSIDE.match(line, at)
                end = match.end() if match else at
                state.inside.append(line[at:end])
                if end == len(line):
                    return ""
                state.cells.append("".join(state.inside).replace('""', '"'))
                state.inside, at = None, end + 1
                if at < len(line) and line[at] != self.delimiter:
                    return "text after a closing quotation mark; double the marks inside the cell"
            else:
                end = line.find(self.delimiter, at)
                end = len(line) if end < 0 else end
                state.cells.append(line[at:end])
                at = end
            if at >= len(line):
                return ""
            at += 1
