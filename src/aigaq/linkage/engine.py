"""Splink on an in-memory DuckDB that cannot write anywhere."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from aigaq.linkage.comparisons import MACROS, Comparison, Level, to_splink

_TRAIN_FROM_RECORDS = 1000
_TRAIN_FROM_PAIRS = 200
_SAMPLED_PAIRS = 2_000_000
# How many pairs' worth of trust the shipped values keep, so that a level nobody happened to fall into
# does not become impossible.
_SHIPPED_PAIRS_M = 20
_SHIPPED_PAIRS_U = 200


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
    """One table of records, registered once, to be trained on and scored."""

    def __init__(self, columns: Mapping[str, list[Any]]) -> None:
        logging.getLogger("splink").setLevel(logging.ERROR)
        self._scratch = open_scratch()
        self._api = DuckDBAPI(connection=self._scratch)
        self._records = len(columns["unique_id"])
        self._scratch.register("arrived", pa.table(dict(columns)))
        self._scratch.execute("create table mentions as from arrived")
        self._table = self._api.register("mentions")

    def close(self) -> None:
        """Forget everything: the database lives in memory only."""
        self._scratch.close()

    def train(self, comparisons: Sequence[Comparison], *, seed: int) -> tuple[Comparison, ...]:
        """Return the comparisons with weights learnt here, or as they are where there is too little.

        u from random pairs, m by expectation–maximisation among pairs whose names have the same words.

        Args:
            comparisons: with the shipped weights; fixed ones come back as they are.
            seed: of the random pairs.
        """
        if (
            self._records < _TRAIN_FROM_RECORDS
            or self._count_namesakes("name_key") < _TRAIN_FROM_PAIRS
        ):
            return tuple(comparisons)
        trained = [comparison for comparison in comparisons if not comparison.fixed]
        # Among pairs of the same name about half or more are one person.
        linker = self._build_linker(trained, prior=0.5)
        training = linker.training
        training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=seed)
        training.estimate_parameters_using_expectation_maximisation(block_on("name_key"))
        learnt = linker.misc.save_model_to_json(None)["comparisons"]
        levels = {entry["output_column_name"]: entry["comparison_levels"] for entry in learnt}
        return tuple(
            comparison
            if comparison.fixed
            else _blend(
                comparison, levels[comparison.name], self._count_namesakes(comparison.column)
            )
            for comparison in comparisons
        )

    def score(self, comparisons: Sequence[Comparison], *, prior: float, least: float) -> pa.Table:
        """Return the blocked pairs of `least` bits and more.

        Args:
            comparisons: with the weights to use.
            prior: probability that any two records are one person.
            least: log-odds of the least likely pair to return, in bits.

        Returns:
            `unique_id_l`, `unique_id_r`, `match_weight` (log-odds, bits), and for each comparison its level
            (`gamma_…`, −1 where a side says nothing) and bits (`mw_…`), by unique ids.
        """
        linker = self._build_linker(comparisons, prior=prior)
        predicted = linker.inference.predict(threshold_match_weight=least)
        named = [f"gamma_{c.name}, mw_{c.name}" for c in comparisons]
        return self._scratch.sql(
            f"select unique_id_l, unique_id_r, match_weight, {', '.join(named)}"  # noqa: S608
            f" from {predicted.physical_name} order by unique_id_l, unique_id_r"
        ).to_arrow_table()

    def _build_linker(self, comparisons: Sequence[Comparison], *, prior: float) -> Linker:
        settings = SettingsCreator(
            link_type="dedupe_only",
            comparisons=[dict(to_splink(comparison)) for comparison in comparisons],
            blocking_rules_to_generate_predictions=[block_on("keys", arrays_to_explode=["keys"])],
            probability_two_random_records_match=prior,
            retain_matching_columns=True,
            retain_intermediate_calculation_columns=True,
        )
        return Linker(self._table, settings, log_level=None, validate_settings=False)

    def _count_namesakes(self, column: str) -> int:
        """Count pairs whose names have the same words and that both say something in `column`.

        Pairs inside a source are counted only where there is one source: they seldom are one person.
        """
        # Fetched whole: DuckDB 2 keeps the connection busy until the last row is taken.
        counts = self._scratch.execute(
            "with told as (select name_key, source_id, count(*) n from mentions where name_key"  # noqa: S608
            f" is not null and {column} is not null group by all)"
            " select sum(n) total, list_sum(list_transform(list(n), lambda k: k * k)) own"
            " from told group by name_key"
        ).fetchall()
        one_source = self._records == self._largest_source()
        return sum(
            int(total * (total - 1) if one_source else total * total - own) // 2
            for total, own in counts
        )

    def _largest_source(self) -> int:
        rows = self._scratch.execute(
            "select max(n) from (select count(*) n from mentions group by source_id)"
        ).fetchall()
        return int(rows[0][0])


def _blend(comparison: Comparison, learnt: Sequence[Mapping[str, Any]], pairs: int) -> Comparison:
    found = [level for level in learnt if not level.get("is_null_level")]
    levels = [_blend_level(a, b, pairs) for a, b in zip(comparison.levels, found, strict=True)]
    return replace(comparison, levels=tuple(levels))


def _blend_level(level: Level, learnt: Mapping[str, Any], pairs: int) -> Level:
    """Mix shipped and learnt shares by how many pairs stand behind each; unseen levels are learnt as 0."""
    m, u = learnt.get("m_probability", 0.0), learnt.get("u_probability", 0.0)
    return replace(
        level,
        m=(m * pairs + level.m * _SHIPPED_PAIRS_M) / (pairs + _SHIPPED_PAIRS_M),
        u=(u * _SAMPLED_PAIRS + level.u * _SHIPPED_PAIRS_U) / (_SAMPLED_PAIRS + _SHIPPED_PAIRS_U),
    )
