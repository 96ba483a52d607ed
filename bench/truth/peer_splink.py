"""Splink as its own documentation sets it up, on romanised words: the peer that sees no other scripts."""

import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import anyascii
import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_WORDS = ("birth_place", "residence", "father", "mother", "spouse", "event_place")
_LEAST = 0.01
_TRAINING_PAIRS = 50


def link_with_splink(
    rows: Sequence[Mapping[str, str]], *, seed: int = 1
) -> list[tuple[str, str, float]]:
    """Return (id_l, id_r, probability) of the pairs Splink finds at 0.01 and more.

    NameComparison with term frequencies on the romanised name, on its first and last word where all names are
    Latin; Jaro–Winkler on romanised words; year, month and day of birth each; u by random sampling, m
    by expectation–maximisation in two blocks in which enough records agree.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    said = {column for row in rows for column, value in row.items() if value}
    prepared = [_prepare(row) for row in rows]
    table = pa.Table.from_pylist(prepared)
    scratch = duckdb.connect(":memory:")
    scratch.register("arrived", table)
    scratch.execute("create table records as from arrived")
    api = DuckDBAPI(connection=scratch)
    latin = all(row.get("name", "").isascii() for row in rows)
    linker = Linker(api.register("records"), _make_settings(said, latin=latin), log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("name", "year")], recall=0.5
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=seed)
    for column in _choose_blocks(prepared):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
    found = linker.inference.predict(threshold_match_probability=_LEAST)
    return scratch.sql(
        f"select unique_id_l, unique_id_r, match_probability from {found.physical_name}"
    ).fetchall()


def _choose_blocks(rows: Sequence[Mapping[str, str | None]]) -> list[str]:
    """Return the two columns to train in: the first ones in which enough records agree."""
    found = []
    for column in ("birth", "last_word", "name", "residence", "father"):
        held = Counter(row[column] for row in rows if row[column])
        if sum(count * (count - 1) // 2 for count in held.values()) >= _TRAINING_PAIRS:
            found.append(column)
    return found[:2]


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
        "first_word": name.split(" ")[0] or None,
        "last_word": name.split(" ")[-1] or None,
        "sex": row.get("sex") or None,
        "year": year[0] if year else None,
        "birth": exact[0] if exact else None,
        "month": exact[0][5:7] if exact else None,
        "day": exact[0][8:] if exact else None,
        "id_number": row.get("id_number") or None,
    }


def romanise(text: str) -> str:
    """Return Latin letters, lower case, words apart."""
    return " ".join(re.findall("[a-z0-9]+", anyascii.anyascii(text).lower()))


def _make_settings(said: set[str], *, latin: bool) -> SettingsCreator:
    compared = [
        cl.NameComparison(column).configure(term_frequency_adjustments=True)
        for column in (("first_word", "last_word") if latin else ("name",))
    ]
    compared += [
        cl.JaroWinklerAtThresholds(column, [0.92, 0.8]) for column in _WORDS if column in said
    ]
    compared += [cl.ExactMatch(column) for column in ("sex", "id_number") if column in said]
    if "birth" in said:
        compared.append(cl.LevenshteinAtThresholds("year", 1))
        compared += [cl.ExactMatch("month"), cl.ExactMatch("day")]
    rules = [
        block_on("name"),
        block_on("first", "last"),
        block_on("birth"),
        block_on("first", "year"),
        block_on("last", "year"),
        block_on("year", "month"),
        block_on("month", "day"),
        *([block_on("last_word"), block_on("first_word", "month")] if latin else []),
    ]
    return SettingsCreator("dedupe_only", compared, rules, retain_matching_columns=False)
