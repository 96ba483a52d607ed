"""Splink as its own documentation sets it up, on romanised words: the peer that sees no other scripts."""

import logging
import re
from collections.abc import Mapping, Sequence

import anyascii
import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_WORDS = ("birth_place", "residence", "father", "mother", "spouse", "event_place")
_LEAST = 0.01


def link_with_splink(
    rows: Sequence[Mapping[str, str]], *, seed: int = 1
) -> list[tuple[str, str, float]]:
    """Return (id_l, id_r, probability) of the pairs Splink finds at 0.01 and more.

    NameComparison on the romanised name with term frequencies; Jaro–Winkler on romanised words; the year of
    birth, its day where exact; u by random sampling, m by expectation–maximisation in two blocks.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    said = {column for row in rows for column, value in row.items() if value}
    table = pa.Table.from_pylist([_prepare(row) for row in rows])
    scratch = duckdb.connect(":memory:")
    scratch.register("arrived", table)
    scratch.execute("create table records as from arrived")
    api = DuckDBAPI(connection=scratch)
    linker = Linker(api.register("records"), _make_settings(said), log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("name", "year")], recall=0.5
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=seed)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth"))
    found = linker.inference.predict(threshold_match_probability=_LEAST)
    return scratch.sql(
        f"select unique_id_l, unique_id_r, match_probability from {found.physical_name}"
    ).fetchall()


def _prepare(row: Mapping[str, str]) -> dict[str, str | None]:
    names = [row.get("name", "")]
    plain = {column: romanise(row.get(column, "")) or None for column in _WORDS}
    year = re.match(r"\d{4}", row.get("birth", ""))
    exact = re.fullmatch(r"\d{4}-\d\d-\d\d", row.get("birth", ""))
    name = romanise(" ".join(names))
    return plain | {
        "unique_id": row["id"],
        "name": name or None,
        "first": name.split(" ")[0][:4] or None,
        "last": name.split(" ")[-1][:4] or None,
        "sex": row.get("sex") or None,
        "year": year[0] if year else None,
        "birth": exact[0] if exact else None,
        "id_number": row.get("id_number") or None,
    }


def romanise(text: str) -> str:
    """Return Latin letters, lower case, words apart."""
    return " ".join(re.findall("[a-z0-9]+", anyascii.anyascii(text).lower()))


def _make_settings(said: set[str]) -> SettingsCreator:
    compared = [cl.NameComparison("name").configure(term_frequency_adjustments=True)]
    compared += [
        cl.JaroWinklerAtThresholds(column, [0.92, 0.8]) for column in _WORDS if column in said
    ]
    compared += [cl.ExactMatch(column) for column in ("sex", "id_number") if column in said]
    if "birth" in said:
        compared.append(cl.DateOfBirthComparison("birth", input_is_string=True))
        compared.append(cl.LevenshteinAtThresholds("year", 1))
    rules = [
        block_on("name"),
        block_on("first", "last"),
        block_on("birth"),
        block_on("first", "year"),
        block_on("last", "year"),
    ]
    return SettingsCreator("dedupe_only", compared, rules, retain_matching_columns=False)
