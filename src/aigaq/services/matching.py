"""Matching plain tables: no archive, no member, nothing kept. Tables in, pairs and clusters out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aigaq.linkage.clusters import Links, cluster
from aigaq.linkage.engine import EngineName
from aigaq.linkage.pairs import score_table
from aigaq.records.errors import BadInput
from aigaq.services.match_tables import PlainTable, to_linkage

type Places = npt.NDArray[np.int64]
type Progress = Callable[[int, int], None]

_STEPS = 3


@dataclass(frozen=True, slots=True)
class Matched:
    """Which rows are about one person.

    Attributes:
        left, right: rows of each pair, those of the first table before those of the second.
        probability: that the two are one person, the most probable pair first.
        heads: for each row the first row of its cluster.
    """

    left: Places
    right: Places
    probability: npt.NDArray[np.float64]
    heads: Places


def match(
    tables: Sequence[PlainTable],
    *,
    engine: EngineName = "duckdb",
    progress: Progress = lambda done, total: None,
) -> Matched:
    """Match the rows of one table with each other, or those of two across.

    Args:
        tables: one or two.
        engine: where pairs are compared.
        progress: told how many steps are done, and of how many.

    Returns:
        Pairs of probability 0.01 and more; of two tables only pairs across, while clusters hold what
        repeats within a table as well.

    Raises:
        BadInput: no row is left to match, or the engine isn't installed.
    """
    if not sum(len(table.ids) for table in tables):
        raise BadInput(f"{tables[0].name}: there is no row to match")
    progress(0, _STEPS)
    table = to_linkage(tables)
    progress(1, _STEPS)
    scored = score_table(table, engine=engine, learn_sources=True)
    progress(2, _STEPS)
    left, right = scored.rows()
    order = np.lexsort((right, left, -scored.probability))
    left, right, probability = left[order], right[order], scored.probability[order]
    heads = cluster(Links(table.size, left, right, probability)).heads
    progress(_STEPS, _STEPS)
    kept = slice(None) if len(tables) == 1 else _is_across(left, right, len(tables[0].ids))
    return Matched(left[kept], right[kept], probability[kept], heads)


def _is_across(left: Places, right: Places, first: int) -> npt.NDArray[np.bool_]:
    across: npt.NDArray[np.bool_] = (left < first) & (right >= first)
    return across
