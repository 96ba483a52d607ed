"""Splink on an in-memory DuckDB that cannot write anywhere."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from aigaq.linkage.comparisons import Comparison, to_splink

_SAMPLED_PAIRS = 1_000_000
# How many pairs' worth of trust the shipped shares keep, so that a level nobody happened to fall into does
# not become impossible.
_SHIPPED_PAIRS = 200
# Splink's own weights only sort out what can't be a match under any; `training` weighs the rest.
_SCREEN_PRIOR = 0.5
_AT_A_TIME = 2_000_000
_SAME_WEIGHT = 1e-6

# Spark's name for what DuckDB calls list_has_any; all else in the comparisons is spelt alike in both.
_MACROS = ("create macro arrays_overlap(a, b) as list_has_any(a, b)",)


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


class Engine:
    """One table of lines, registered once, to sample and to compare."""

    def __init__(self, columns: Mapping[str, pa.Array]) -> None:
        logging.getLogger("splink").setLevel(logging.ERROR)
        self._scratch = open_scratch()
        self._api = DuckDBAPI(connection=self._scratch)
        self._scratch.register("arrived", pa.table(dict(columns)))
        self._scratch.execute("create table mentions as from arrived")
        self._scratch.unregister("arrived")
        self._table = self._api.register("mentions")

    def close(self) -> None:
        """Forget everything: the database lives in memory only."""
        self._scratch.close()

    def learn_u(self, comparisons: Sequence[Comparison], *, seed: int) -> tuple[Comparison, ...]:
        """Return the comparisons with u learnt from random pairs; fixed ones come back as they are.

        Args:
            comparisons: with the shipped shares.
            seed: of the random pairs.
        """
        free = [c for c in comparisons if not c.fixed]
        if not free:
            return tuple(comparisons)
        linker = self._build_linker(free)
        linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=seed)
        learnt = {
            entry["output_column_name"]: [
                level.get("u_probability", 0.0)  # a level nobody fell into is left out
                for level in entry["comparison_levels"]
                if not level.get("is_null_level")
            ]
            for entry in linker.misc.save_model_to_json(None)["comparisons"]
        }
        return tuple(c if c.fixed else _mix_u(c, learnt[c.name]) for c in comparisons)

    def compare(self, comparisons: Sequence[Comparison], least: float) -> Iterator[Compared]:
        """Yield the pairs that share a blocking key, with how they compare, part by part.

        Args:
            comparisons: what to compare; their weights only decide which pairs to leave out.
            least: bits, all weights together, below which a pair is left out.
        """
        screened = [_set_apart(comparison) for comparison in comparisons]
        linker = self._build_linker(screened)
        blocked = linker.inference.compute_blocked_pairs_for_predict()
        table = blocked.physical_name
        pairs = self._scratch.sql(f"select count(*) from {table}").fetchall()[0][0]  # noqa: S608
        for part in range(0, max(1, -(-pairs // _AT_A_TIME))):
            name = f"part_{part}"
            self._scratch.execute(
                f"create or replace table {name} as select * from {table}"  # noqa: S608
                f" where rowid >= {part * _AT_A_TIME} and rowid < {(part + 1) * _AT_A_TIME}"
            )
            linker.table_management.invalidate_cache()  # type: ignore[no-untyped-call]
            linker.table_management.register_blocked_pairs_for_predict(self._api.register(name))
            predicted = linker.inference.predict(threshold_match_weight=least)
            yield self._fetch(predicted.physical_name, screened)
            predicted.drop_table_from_database_and_remove_from_cache()
            self._scratch.execute(f"drop table {name}")

    def _fetch(self, table: str, comparisons: Sequence[Comparison]) -> Compared:
        weights = ", ".join(f"mw_{comparison.name}" for comparison in comparisons)
        found = self._scratch.sql(
            f"select unique_id_l, unique_id_r, {weights} from {table}"  # noqa: S608
        ).to_arrow_table()
        levels = {c.name: _to_levels(found[f"mw_{c.name}"].to_numpy(), c) for c in comparisons}
        left, right = (found[f"unique_id_{end}"].to_numpy() for end in "lr")
        return Compared(left, right, levels)

    def _build_linker(self, comparisons: Sequence[Comparison]) -> Linker:
        settings = SettingsCreator(
            link_type="dedupe_only",
            comparisons=[dict(to_splink(comparison)) for comparison in comparisons],
            blocking_rules_to_generate_predictions=[block_on("keys", arrays_to_explode=["keys"])],
            probability_two_random_records_match=_SCREEN_PRIOR,
            # Weights alone: the columns compared are long lists, and each weight names its level.
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


def _mix_u(comparison: Comparison, learnt: Sequence[float]) -> Comparison:
    pairs = _SAMPLED_PAIRS + _SHIPPED_PAIRS
    levels = [
        replace(level, u=(new * _SAMPLED_PAIRS + level.u * _SHIPPED_PAIRS) / pairs)
        for level, new in zip(comparison.levels, learnt, strict=True)
    ]
    return replace(comparison, levels=tuple(levels))
