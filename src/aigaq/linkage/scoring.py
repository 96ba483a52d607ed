"""From mentions to scored pairs, each with the evidence that led there."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import log2
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aigaq.linkage.comparisons import Comparison, choose_comparisons
from aigaq.linkage.engine import Engine
from aigaq.linkage.features import build_columns, find_birth, number_sources
from aigaq.linkage.types import Evidence, LinkRecord, ScoredPair

# Pairs less likely than this are not worth anyone's time.
_LEAST_PROBABILITY = 0.01
_LEAST_BITS = 1.0
# Scored all the same: learning the prior may lift them.
_LEAST_SCORED = 0.001
_LEARN_PRIOR_FROM = 1000
_DIGITS = 9


def score_pairs(records: Sequence[LinkRecord], *, seed: int = 1) -> list[ScoredPair]:
    """Find and score the pairs of mentions that may be one person.

    Fellegi–Sunter linkage by Splink on an in-memory DuckDB: nothing is written to disk.

    Args:
        records: mentions, each id once.
        seed: of the random pairs that training draws; the same seed and records give the same result.

    Returns:
        Pairs of probability 0.01 and more for which more speaks than against, the most probable first;
        `left` stands before `right` in `records`. The evidence of a pair adds up, in bits, to its log-odds.

    Raises:
        ValueError: a mention stands in `records` twice.
        duckdb.OutOfMemoryException: the records don't fit in memory.
    """
    if len({record.mention for record in records}) < len(records):
        raise ValueError("linkage: a mention was given twice; give each mention once")
    if len(records) < 2:
        return []
    prior = 1 / max(len(records), 50)
    shipped = choose_comparisons(max(number_sources(records)) + 1, prior=prior)
    engine = Engine(build_columns(records))
    try:
        comparisons = engine.train(shipped, seed=seed)
        table = engine.score(comparisons, prior=prior, least=_log_odds(_LEAST_SCORED))
    finally:
        engine.close()
    start = _learn_prior(table, prior, len(records))
    return _to_pairs(table, comparisons, records, shift=start - _log_odds(prior), start=start)


def _log_odds(probability: float) -> float:
    return log2(probability / (1 - probability))


def _learn_prior(table: pa.Table, prior: float, records: int) -> float:
    """Return the log-odds of any two records being one person, as the scores themselves suggest.

    One round after another: add up the probabilities, divide by all pairs, score again with that.
    """
    start = _log_odds(prior)
    if records < _LEARN_PRIOR_FROM:
        return start
    weights = table["match_weight"].to_numpy() - start
    for _ in range(20):
        likely = float(np.sum(1 / (1 + np.exp2(-(weights + start)))))
        start = _log_odds(max(likely, 1.0) / (records * (records - 1) / 2))
    return start


def _to_pairs(
    table: pa.Table,
    comparisons: Sequence[Comparison],
    records: Sequence[LinkRecord],
    *,
    shift: float,
    start: float,
) -> list[ScoredPair]:
    # In a small archive any pair is likelier than that: something must speak for it.
    least = max(_log_odds(_LEAST_PROBABILITY), start + _LEAST_BITS) - shift
    kept = table.filter(pc.greater_equal(table["match_weight"], least))
    columns = {name: kept[name].to_pylist() for name in kept.column_names}
    first = Evidence("any two mentions", f"{len(records)} mentions in all", "", "", round(start, 3))
    pairs = []
    for row in range(kept.num_rows):
        a, b = sorted((columns["unique_id_l"][row], columns["unique_id_r"][row]))
        left, right = records[a], records[b]
        weight = columns["match_weight"][row] + shift
        lines = _explain(columns, row, comparisons, left, right)
        probability = round(float(1 / (1 + np.exp2(-weight))), _DIGITS)
        pairs.append(ScoredPair(left.mention, right.mention, probability, (first, *lines)))
    return sorted(pairs, key=lambda pair: -pair.probability)


def _explain(
    columns: Mapping[str, list[Any]],
    row: int,
    comparisons: Sequence[Comparison],
    left: LinkRecord,
    right: LinkRecord,
) -> list[Evidence]:
    lines = []
    for comparison in comparisons:
        gamma = columns[f"gamma_{comparison.name}"][row]
        if gamma < 0:
            continue
        level = comparison.levels[len(comparison.levels) - 1 - gamma]
        lines.append(
            Evidence(
                comparison.name,
                level.label,
                show_value(left, comparison.name),
                show_value(right, comparison.name),
                round(columns[f"mw_{comparison.name}"][row], 3),
            )
        )
    return lines


def show_value(record: LinkRecord, comparison: str) -> str:
    """Return what `record` says on the matter of `comparison`, in its own words; "" when nothing."""
    if comparison == "names":
        return " · ".join(text for text, _ in record.names)
    if comparison == "source_id":
        return ""
    if comparison.startswith("place_"):
        return (record.places or {}).get(comparison.removeprefix("place_"), "")
    if comparison in ("father", "mother", "spouse"):
        return (record.kin or {}).get(comparison, "")
    if comparison == "birth" and record.birth is None and record.age is not None:
        return f"aged {record.age:g}" + _show_span(find_birth(record), " (born {})")
    if comparison in ("birth", "taken", "death"):
        return _show_span(getattr(record, comparison), "{}")
    return str(getattr(record, comparison))


def _show_span(span: tuple[date | None, date | None] | None, frame: str) -> str:
    if span is None:
        return ""
    low, high = span
    shown = str(low) if low == high else f"{low or '…'} – {high or '…'}"
    return frame.format(shown)
