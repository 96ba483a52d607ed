"""Splink, on an in-memory DuckDB that cannot write anywhere or on Spark: one table in, compared pairs out."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, Protocol

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from aigaq.linkage.comparisons import Comparison, to_splink

# Splink's own weights only sort out what can't be a match under any; `training` weighs the rest.
_SCREEN_PRIOR = 0.5
_NO_SCREEN = -1e6
_AT_A_TIME = 4_000_000
_SAME_WEIGHT = 1e-6

# Spark's name for what DuckDB calls list_has_any; all else in the comparisons is spelt alike in both.
_MACROS = ("create macro arrays_overlap(a, b) as list_has_any(a, b)",)

type EngineName = Literal["duckdb", "spark"]


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of lines and how they compare.

    Attributes:
        left, right: lines, the left before the right.
        levels: comparison → place in its levels of each pair; the number of levels where a pair is silent.
    """

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    levels: Mapping[str, npt.NDArray[np.int8]]

    def pick(self, kept: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> "Compared":
        """Return some of the pairs."""
        levels = {name: found[kept] for name, found in self.levels.items()}
        return Compared(self.left[kept], self.right[kept], levels)


def open_scratch() -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB that can neither spill to disk nor read or write a file.

    With no temporary directory DuckDB raises `duckdb.OutOfMemoryException` where it would have
    spilled plaintext.
    """
    scratch = duckdb.connect(
        ":memory:",
        config={
            "temp_directory": "",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    # Only after the temporary directory is gone: this setting freezes it, and cannot be taken back.
    scratch.execute("set enable_external_access = false")
    for macro in _MACROS:
        scratch.execute(macro)
    return scratch


class Backend(Protocol):
    """Where SQL runs."""

    api: Any

    def load(self, name: str, columns: Mapping[str, pa.Array]) -> None:
        """Make a table of columns."""

    def split(self, table: str, rows: int) -> Iterator[AbstractContextManager[str]]:
        """Give the names of tables that hold a table's rows between them, about so many each."""

    def fetch(self, query: str) -> pa.Table:
        """Return what a query finds."""

    def close(self) -> None:
        """Forget everything."""


class DuckBackend:
    """DuckDB, in this process and in memory."""

    def __init__(self) -> None:
        self._scratch = open_scratch()
        self.api = DuckDBAPI(connection=self._scratch)

    def load(self, name: str, columns: Mapping[str, pa.Array]) -> None:
        """Make a table of columns."""
        self._scratch.register("arrived", pa.table(dict(columns)))
        self._scratch.execute(f"create or replace table {name} as from arrived")
        self._scratch.unregister("arrived")

    def split(self, table: str, rows: int) -> Iterator[AbstractContextManager[str]]:
        """Give the names of tables that hold a table's rows between them, about so many each."""
        (count,) = self._scratch.sql(f"select count(*) from {table}").fetchall()[0]  # noqa: S608
        for start in range(0, max(1, count), rows):
            yield self._slice(table, start, start + rows)

    @contextmanager
    def _slice(self, table: str, start: int, end: int) -> Iterator[str]:
        name = f"{table}_{start}"
        self._scratch.execute(
            f"create table {name} as select * from {table}"  # noqa: S608
            f" where rowid >= {start} and rowid < {end}"
        )
        yield name
        self._scratch.execute(f"drop table {name}")

    def fetch(self, query: str) -> pa.Table:
        """Return what a query finds."""
        return self._scratch.sql(query).to_arrow_table()

    def close(self) -> None:
        """Forget everything: the database lives in memory only."""
        self._scratch.close()


class Engine:
    """One table of lines, loaded once, to compare pairs of."""

    def __init__(self, backend: Backend, columns: Mapping[str, pa.Array]) -> None:
        logging.getLogger("splink").setLevel(logging.ERROR)
        self._backend = backend
        backend.load("lines", columns)
        self._table = backend.api.register("lines")

    def close(self) -> None:
        """Forget everything."""
        self._backend.close()

    def compare(self, comparisons: Sequence[Comparison], least: float) -> Iterator[Compared]:
        """Yield the pairs that share a blocking key, with how they compare, part by part.

        Args:
            comparisons: what to compare; their weights only decide which pairs to leave out.
            least: bits, all weights together, below which a pair is left out.
        """
        linker = self._build_linker([_set_apart(one) for one in comparisons])
        # Pairs that were given before would be taken for the blocked ones.
        linker.table_management.invalidate_cache()  # type: ignore[no-untyped-call]
        blocked = linker.inference.compute_blocked_pairs_for_predict()
        for part in self._backend.split(blocked.physical_name, _AT_A_TIME):
            with part as name:
                yield self._predict(linker, name, comparisons, least)

    def compare_given(
        self,
        comparisons: Sequence[Comparison],
        left: npt.NDArray[np.int64],
        right: npt.NDArray[np.int64],
    ) -> Compared:
        """Return how given pairs compare, in no order."""
        linker = self._build_linker([_set_apart(one) for one in comparisons])
        columns = {
            "match_key": pa.array(["0"] * len(left)),
            "join_key_l": pa.array(np.minimum(left, right)),
            "join_key_r": pa.array(np.maximum(left, right)),
        }
        self._backend.load("given", columns)
        return self._predict(linker, "given", comparisons, _NO_SCREEN)

    def _predict(
        self, linker: Linker, pairs: str, comparisons: Sequence[Comparison], least: float
    ) -> Compared:
        linker.table_management.register_blocked_pairs_for_predict(
            self._backend.api.register(pairs)
        )
        predicted = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
        weights = ", ".join(f"mw_{comparison.name}" for comparison in comparisons)
        found = self._backend.fetch(
            f"select unique_id_l, unique_id_r, {weights} from {predicted.physical_name}"  # noqa: S608
        )
        predicted.drop_table_from_database_and_remove_from_cache()
        screened = [_set_apart(one) for one in comparisons]
        levels = {c.name: _to_levels(found[f"mw_{c.name}"].to_numpy(), c) for c in screened}
        left, right = (found[f"unique_id_{end}"].to_numpy() for end in "lr")
        return Compared(left, right, levels)

    def _build_linker(self, comparisons: Sequence[Comparison]) -> Linker:
        settings = SettingsCreator(
            link_type="dedupe_only",
            comparisons=[dict(to_splink(comparison)) for comparison in comparisons],
            blocking_rules_to_generate_predictions=[block_on("keys", arrays_to_explode=["keys"])],
            probability_two_random_records_match=_SCREEN_PRIOR,
            # Weights alone: the columns compared are long lists, and each weight names its level.
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=True,
        )
        return Linker(self._table, settings, log_level=None, validate_settings=False)


def _set_apart(comparison: Comparison) -> Comparison:
    """Nudge the weights so that no two levels of a comparison, nor silence, weigh the same."""
    taken = [0.0]
    levels = []
    for level in comparison.levels:
        m = level.m
        while any(abs(np.log2(m / level.u) - other) < 2 * _SAME_WEIGHT for other in taken):
            m *= 1 + 1e-5
        taken.append(float(np.log2(m / level.u)))
        levels.append(replace(level, m=m))
    return replace(comparison, levels=tuple(levels))


def _to_levels(weights: npt.NDArray[np.float64], comparison: Comparison) -> npt.NDArray[np.int8]:
    """Read from each pair's weight which level it fell into."""
    known = np.array([*(level.bits for level in comparison.levels), 0.0])
    order = np.argsort(known)
    middles = [(a + b) / 2 for a, b in pairwise(known[order])]
    return order[np.searchsorted(middles, weights)].astype(np.int8)
