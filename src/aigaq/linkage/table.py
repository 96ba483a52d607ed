"""What is linked, column by column: each distinct text held once, each row a place in the list of texts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from aigaq.linkage.judged import Judged

type Ints = npt.NDArray[np.int32]

#: Stands in a column of places or days wherever a row says nothing.
NOTHING = -1


@dataclass(frozen=True, slots=True)
class Column:
    """One column of words.

    Attributes:
        codes: for each row its place in `values`, or `NOTHING`.
        values: the distinct texts, none of them empty, in order of first appearance.
    """

    codes: Ints
    values: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Whether no row says anything."""
        return not self.values


@dataclass(frozen=True, slots=True)
class Spans:
    """One column of uncertain dates, in days since year 1 (`date.toordinal`).

    Attributes:
        low, high: first and last day that can be meant, or `NOTHING` in both where nothing is said.
        parts: row × year, month and day as written where all three are, right or not (1931-04-72 is a
            slip in the day and no reason to forget the rest); else `NOTHING`.
    """

    low: Ints
    high: Ints
    parts: Ints


@dataclass(frozen=True, slots=True)
class Census:
    """How common every spelling is in a whole archive, of which a table holds a part.

    Attributes:
        total: names in all.
        counts: spelling → how many names hold it.
    """

    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Table:
    """Records to be linked. What a table doesn't have is left out of its mappings.

    Attributes:
        size: number of rows.
        names: the forms of the name, one column each; a row may fill any of them.
        source: number of each row's source, or None where all come from one and standing together says
            nothing.
        kin: `father`, `mother`, `spouse`, `sibling` → names of relatives.
        places: `birth`, `residence`, `taken`, `held`, `death` → words as said.
        dates: `birth`, `taken`, `death` → spans.
        census: of the archive, where the table is a part of one.
        words: `sex`, `nationality`, `occupation`, `event`, `id_number` → words.
        judged: what people decided of pairs of rows, where they did.
    """

    size: int
    names: tuple[Column, ...]
    source: Ints | None = None
    kin: Mapping[str, Column] = field(default_factory=dict)
    places: Mapping[str, Column] = field(default_factory=dict)
    dates: Mapping[str, Spans] = field(default_factory=dict)
    words: Mapping[str, Column] = field(default_factory=dict)
    census: Census | None = None
    judged: Judged | None = None


def to_parts(low: Sequence[int], high: Sequence[int]) -> Ints:
    """Return year, month and day of each span of one day, `NOTHING` three times for the others."""
    parts = np.full((len(low), 3), NOTHING, np.int32)
    for row, (first, last) in enumerate(zip(low, high, strict=True)):
        if first == last and first > 0:
            day = date.fromordinal(first)
            parts[row] = day.year, day.month, day.day
    return parts


class ColumnWriter:
    """Collects one column row by row, holding each distinct text once."""

    def __init__(self) -> None:
        self._codes: list[int] = []
        self._places: dict[str, int] = {}

    def add(self, text: str) -> None:
        """Add a row; an empty text is nothing said."""
        self._codes.append(self._places.setdefault(text, len(self._places)) if text else NOTHING)

    def finish(self) -> Column:
        """Return the column."""
        return Column(np.array(self._codes, np.int32), list(self._places))


def encode(texts: Iterable[str]) -> Column:
    """Return `texts`, one a row, as a column; an empty text is nothing said."""
    writer = ColumnWriter()
    for text in texts:
        writer.add(text)
    return writer.finish()
