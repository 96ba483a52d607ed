"""Splink on an in-memory DuckDB that cannot write anywhere."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from aigaq.linkage.comparisons import MACROS, Comparison, to_splink

_SAMPLED_PAIRS = 2_000_000
# How many pairs' worth of trust the shipped shares keep, so that a level nobody happened to fall into does
# not become impossible.
_SHIPPED_PAIRS = 200
_ANY_PRIOR = 1e-4  # Splink wants one for its own probabilities, which are not used


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
    for macro in MACROS:
        scratch.execute(macro)
    return scratch


class Engine:
    """One table of records, registered once, to sample and to compare."""

    def __init__(self, columns: Mapping[str, list[Any]]) -> None:
        logging.getLogger("splink").setLevel(logging.ERROR)
        self._scratch = open_scratch()
        self._api = DuckDBAPI(connection=self._scratch)
        self._scratch.register("arrived", pa.table(dict(columns)))
        self._scratch.execute("create table mentions as from arrived")
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
        # Names are fixed and dear to compare, so the random pairs do without them.
        linker = self._build_linker([c for c in comparisons if not c.fixed])
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

    def compare(self, comparisons: Sequence[Comparison]) -> pa.Table:
        """Return every pair that shares a blocking key, with how it compares.

        Returns:
            `unique_id_l`, `unique_id_r`, and for each comparison `gamma_…`: 0 for its last level, counting
            up to its first, −1 where a side says nothing; in order of the ids.
        """
        predicted = self._build_linker(comparisons).inference.predict()
        gammas = ", ".join(f"gamma_{comparison.name}" for comparison in comparisons)
        return self._scratch.sql(
            f"select unique_id_l, unique_id_r, {gammas}"  # noqa: S608
            f" from {predicted.physical_name} order by unique_id_l, unique_id_r"
        ).to_arrow_table()

    def _build_linker(self, comparisons: Sequence[Comparison]) -> Linker:
        settings = SettingsCreator(
            link_type="dedupe_only",
            comparisons=[dict(to_splink(comparison)) for comparison in comparisons],
            blocking_rules_to_generate_predictions=[block_on("keys", arrays_to_explode=["keys"])],
            probability_two_random_records_match=_ANY_PRIOR,
            retain_matching_columns=True,
        )
        return Linker(self._table, settings, log_level=None, validate_settings=False)


def _mix_u(comparison: Comparison, learnt: Sequence[float]) -> Comparison:
    pairs = _SAMPLED_PAIRS + _SHIPPED_PAIRS
    levels = [
        replace(level, u=(new * _SAMPLED_PAIRS + level.u * _SHIPPED_PAIRS) / pairs)
        for level, new in zip(comparison.levels, learnt, strict=True)
    ]
    return replace(comparison, levels=tuple(levels))
