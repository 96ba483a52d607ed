"""Searching a million names: the nearest words of a vocabulary, then the names that hold them.

A list of names is made of far fewer distinct words. Each is kept once, as a point (see `embedding`) in
cells (see `nearest`); a query's words find the words nearest to them in every script, the lists of
names that hold these are added up, and the best few hundred names are scored in full.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aigaq.names.embedding import compiled, place_names, row_codes
from aigaq.names.encode import MAX_WORDS
from aigaq.names.model import Name, Ranked, Scorer
from aigaq.names.nearest import Cells
from aigaq.names.scripts import check_length
from aigaq.names.symbols import hanzi_parts, words_of

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
_SHORTLIST: Final = 300
_NEAREST: Final = 96
"""Words of each script taken for one word of the query."""
_PARTED: Final = 4
"""Hanzi from this length on may be two names written without the dot between them."""


def _words(text: str, lang: str) -> Iterator[Name]:
    """The words of a name, at most `MAX_WORDS`, with the tag where the reading depends on it."""
    check_length(text)
    words = [(w, lang if script == "Arab" else "") for w, script in words_of(text)]
    yield from words[:MAX_WORDS] or ((part, "") for part in hanzi_parts(text)[:MAX_WORDS])


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """Distinct words as points in cells; `names[at[w]:at[w + 1]]` are the names that hold word w.

    `codes` are those of `row_codes`, for the words of queries.
    """

    cells: Cells
    owner: Ints
    script: Ints
    at: Longs
    names: Ints
    codes: Ints


class Index:
    """A search index over names, held in memory. Make one with `Index.build`."""

    def __init__(self, names: Sequence[Name], vocabulary: _Vocabulary, sizes: Ints) -> None:
        self._names, self._vocabulary, self._sizes = names, vocabulary, sizes

    @classmethod
    def build(cls, names: Sequence[Name]) -> "Index":
        """Index `names`: texts, or (text, BCP 47 tag). Raises `NameTooLong` above 256 characters."""
        numbers: dict[Name, int] = {}
        sizes = np.empty(len(names), np.int32)
        parts: list[int] = []
        for i, name in enumerate(names):
            words = [numbers.setdefault(w, len(numbers)) for w in _words(*_pair(name))]
            sizes[i] = len(words)
            parts.extend(words)
        scorer = Scorer(numbers)
        codes = row_codes(scorer.parameters.inventory)
        points, owner, script = place_names(scorer.store, codes)
        flat = np.array(parts, np.int32)
        order = np.argsort(flat, kind="stable")
        at = np.searchsorted(flat[order], np.arange(len(numbers) + 1))
        holders = np.repeat(np.arange(len(names), dtype=np.int32), sizes)[order]
        cells = Cells.build(points)
        return cls(names, _Vocabulary(cells, owner, script, at, holders, codes), sizes)

    def __len__(self) -> int:
        return len(self._names)

    def search(self, query: str, k: int = 10, lang: str = "") -> tuple[Ranked, ...]:
        """The `k` names most like `query`, best first, with their positions and scores.

        Raises `NameTooLong` for a query of more than 256 characters.
        """
        found, likeness = self._shortlist(query, lang)
        if not len(found):
            return ()
        scorer = Scorer([(query, lang), *(self._names[i] for i in found)])
        right = np.arange(1, len(found) + 1, dtype=np.int32)
        scores = scorer.scores(np.zeros(len(found), np.int32), right)
        best = np.lexsort((found, -likeness, -scores))[:k]
        return tuple(Ranked(int(found[i]), float(scores[i])) for i in best)

    def _shortlist(self, query: str, lang: str) -> tuple[Ints, Floats]:
        words = list(_words(query, lang))
        total = np.zeros(len(self._names), np.float32)
        if not words or not len(total):
            return np.empty(0, np.int32), total
        v = self._vocabulary
        points, owner, _ = place_names(Scorer(words).store, v.codes)
        for word in range(len(words)):
            here = np.zeros(len(v.at) - 1, np.float32)
            for point in points[owner == word]:
                near, likeness = v.cells.search(point, v.script, _NEAREST)
                np.maximum.at(here, v.owner[near], likeness)
            chosen = np.flatnonzero(here)
            compiled().add_lists(chosen, here[chosen], v.at, v.names, total)
        total -= 0.02 * self._sizes
        most = min(_SHORTLIST, len(total))
        best = np.argpartition(-total, most - 1)[:most]
        kept: Ints = best[total[best] > 0].astype(np.int32)
        return kept, total[kept]


def _pair(name: Name) -> tuple[str, str]:
    return name if isinstance(name, tuple) else (name, "")
