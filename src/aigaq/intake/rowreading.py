"""What reading a row needs, whatever its shape: cells by heading, choices, claims of one column."""

import hashlib
from collections.abc import Sequence

from aigaq.intake.choices import normal
from aigaq.intake.drafts import ClaimDraft, Reject
from aigaq.intake.mappingtypes import Choice, ClaimSpec
from aigaq.intake.tables import MARK, Row
from aigaq.intake.values import BadCell, Said, read_cell
from aigaq.records.claims import Locator
from aigaq.records.errors import BadInput
from aigaq.records.langtags import check_tag

_MOST_REMEMBERED = 50_000
_LONGEST_REMEMBERED = 200
_LONGEST_KEY = 200


class RowProblem(BadInput):
    """A row that can't be taken, because of one column.

    Attributes:
        column: its heading.
        value: what stands there.
        mark: whether the rejects file has to mark the cell, because it is not wrong by itself.
    """

    def __init__(self, column: str, value: str, reason: str, mark: bool = False) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.mark = mark


def join_key(parts: Sequence[str]) -> str:
    """Return one key for the cells of a mention's key; different cells give different keys."""
    if len(parts) == 1:
        return parts[0]
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def check_key(column: str, key: str) -> None:
    """Check the length of a key.

    Raises:
        RowProblem: it has more than 200 characters.
    """
    if len(key) > _LONGEST_KEY:
        raise RowProblem(column, key, f"{len(key):,} characters; a key has at most {_LONGEST_KEY}")


class Cells:
    """The cells of rows under one header, by heading."""

    def __init__(self, header: Sequence[str]) -> None:
        self.header = tuple(header)
        self.place = {heading: at for at, heading in enumerate(self.header)}

    def get(self, row: Row, heading: str) -> str:
        """Return the stripped cell under `heading`, "" when there is no such column."""
        at = self.place.get(heading)
        return "" if at is None else row.cells[at].strip()

    def choose(self, row: Row, choice: Choice) -> str:
        """Return what `choice` says in this row.

        Raises:
            RowProblem: its column holds a text it has no value for.
        """
        text = self.get(row, choice.column) if choice.column else ""
        if not text:
            return choice.fixed
        if choice.terms is None:
            return text
        found = choice.terms.get(normal(text), choice.otherwise)
        if not found:
            known = ", ".join(list(choice.terms)[:8])
            raise RowProblem(choice.column, text, f"is none of the answers known here: {known} …")
        return found

    def language(self, row: Row, choice: Choice, default: str) -> str:
        """Return the language tag of the words in this row.

        Raises:
            RowProblem: the column holds no BCP 47 tag with a script.
        """
        if not choice.column:
            return choice.fixed or default
        text = self.get(row, choice.column)
        return self.tag(choice.column, text) if text else default

    def tag(self, column: str, text: str) -> str:
        """Return the language tag `text` of `column`, checked.

        Raises:
            RowProblem: it is no BCP 47 tag with a script.
        """
        try:
            return check_tag(text)
        except BadInput as error:
            raise RowProblem(column, text, str(error)) from error

    def locate(self, row: Row, file: str, column: str = "", page: str = "") -> Locator:
        """Return where in `file` a claim stands; `page` is the heading of the printed page."""
        return Locator(file, row.number, column, self.get(row, page) if page else "")

    def reject(self, row: Row, problem: RowProblem) -> Reject:
        """Return the reject for `row`."""
        cells = dict(zip(self.header, row.cells, strict=True))
        cells.pop("", None)
        if problem.mark:
            cells[problem.column] += MARK
        return Reject(row.number, problem.column, problem.value, str(problem), cells)

    def fingerprint(self, row: Row) -> bytes:
        """Return a digest of all the row's cells."""
        text = "\x1f".join(row.cells)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class ColumnReader:
    """Reads the cells of one column (or several read together), remembering what it has read."""

    def __init__(
        self,
        cells: Cells,
        headings: tuple[str, ...],
        specs: tuple[ClaimSpec, ...],
        join: str = "",
        iso_dates: bool = False,
    ) -> None:
        self.heading = " + ".join(headings)
        self._places = tuple(cells.place[heading] for heading in headings)
        self.specs = specs
        self._join = join
        self._iso_dates = iso_dates
        self._when = tuple(
            tuple((cells.place[heading], pattern) for heading, pattern in spec.when)
            for spec in specs
        )
        self._conditional = any(self._when)
        self._known: dict[tuple[str, tuple[bool, ...]], tuple[Said, ...]] = {}

    def read(self, row: Row) -> tuple[Said, ...]:
        """Return what this column says in `row`.

        Raises:
            RowProblem: the cell can't be taken.
        """
        places = self._places
        text = row.cells[places[0]] if len(places) == 1 else self._joined(row)
        if not text:
            return ()
        active = self._active(row) if self._conditional else ()
        found = self._known.get((text, active))
        return self._read_new(text, active) if found is None else found

    def _read_new(self, text: str, active: tuple[bool, ...]) -> tuple[Said, ...]:
        specs = self.specs
        if active:
            specs = tuple(spec for spec, is_on in zip(specs, active, strict=True) if is_on)
        try:
            found = read_cell(text, specs, self._iso_dates)
        except BadCell as error:
            raise RowProblem(self.heading, text, str(error)) from error
        if len(text) <= _LONGEST_REMEMBERED:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[text, active] = found
        return found

    def _active(self, row: Row) -> tuple[bool, ...]:
        return tuple(
            all(pattern.fullmatch(row.cells[at].strip()) for at, pattern in conditions)
            for conditions in self._when
        )

    def _joined(self, row: Row) -> str:
        parts = [row.cells[at] for at in self._places if row.cells[at].strip()]
        absent = self.specs[0].absent
        present = [part for part in parts if normal(part) not in absent]
        return self._join.join(present) if present else "".join(parts[:1])


def make_claim(said: Said, locator: Locator, lang: str) -> ClaimDraft:
    """Return the draft of one claim: what a cell says, where it stands, the tag of its words or ""."""
    spec = said.spec
    return ClaimDraft(
        spec.definition.code, said.state, said.value, said.words, lang if said.words else "", locator,
        spec.voice, spec.basis, spec.hops, spec.certainty, "", spec.episode, spec.leg, said.qualifier,
        "", spec.note, said.refers_to,
    )  # fmt: skip
