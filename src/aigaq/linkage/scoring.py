"""From mentions to scored pairs, each with the evidence that led there."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from aigaq.linkage.comparisons import Comparison, choose_comparisons
from aigaq.linkage.engine import Engine
from aigaq.linkage.features import build_columns, find_birth
from aigaq.linkage.scripts import weigh_across_scripts
from aigaq.linkage.training import ACROSS, FAMILY, Model, begin, is_enough, learn, to_probability
from aigaq.linkage.types import Evidence, LinkRecord, ScoredPair

# Pairs less likely than this are not worth anyone's time.
_LEAST_PROBABILITY = 0.01
_LEAST_BITS = 1.0
_LEAST_SHOWN = -0.005
_DIGITS = 9
_ACROSS_LABEL = "as the same name in another script or language"


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
    shipped = choose_comparisons(same_source=_share_in_one_source(records))
    compared, model = _compare(records, shipped, seed)
    return _to_pairs(compared, model, records)


def _compare(
    records: Sequence[LinkRecord], shipped: Sequence[Comparison], seed: int
) -> tuple[pa.Table, Model]:
    engine = Engine(build_columns(records))
    try:
        if not is_enough(len(records)):
            return _add_scripts(engine.compare(shipped), records), begin(shipped, len(records))
        sampled = engine.learn_u(shipped, seed=seed)
        compared = _add_scripts(engine.compare(sampled), records)
    finally:
        engine.close()
    return compared, learn(begin(sampled, len(records)), compared, len(records))


def _add_scripts(compared: pa.Table, records: Sequence[LinkRecord]) -> pa.Table:
    left, right = (compared[end].to_numpy() for end in ("unique_id_l", "unique_id_r"))
    return compared.append_column(ACROSS, pa.array(weigh_across_scripts(records, left, right)))


def _share_in_one_source(records: Sequence[LinkRecord]) -> float:
    held = Counter(record.source for record in records).values()
    return sum(n * (n - 1) for n in held) / (len(records) * (len(records) - 1))


def _to_pairs(compared: pa.Table, model: Model, records: Sequence[LinkRecord]) -> list[ScoredPair]:
    bits = model.weigh(compared)
    evidence = model.sum_up(compared)
    # In a small archive any pair is likelier than the least: something must speak for it as well.
    kept = np.flatnonzero(
        (to_probability(model.start + evidence) >= _LEAST_PROBABILITY) & (evidence >= _LEAST_BITS)
    )
    first = Evidence(
        "any two mentions", f"{len(records)} mentions in all", "", "", round(model.start, 3)
    )
    ends = compared["unique_id_l"].to_numpy()[kept], compared["unique_id_r"].to_numpy()[kept]
    levels = {c.name: compared[f"gamma_{c.name}"].to_numpy()[kept] for c in model.comparisons}
    across = compared[ACROSS].to_numpy()[kept]
    probabilities = to_probability(model.start + evidence[kept])
    pairs = []
    for row, place in enumerate(kept):
        left, right = (records[end] for end in sorted((ends[0][row], ends[1][row])))
        lines = [
            Evidence(
                c.name,
                _ACROSS_LABEL
                if c.name == "names" and across[row] == bits["names"][place]
                else c.levels[len(c.levels) - 1 - levels[c.name][row]].label,
                show_value(left, c.name),
                show_value(right, c.name),
                round(float(bits[c.name][place]), 3),
            )
            for c in model.comparisons
            if c.name in bits and levels[c.name][row] >= 0
        ]
        if bits[FAMILY][place] < _LEAST_SHOWN:
            weight = round(float(bits[FAMILY][place]), 3)
            lines.append(Evidence(FAMILY, "two relatives would share this too", "", "", weight))
        probability = round(float(probabilities[row]), _DIGITS)
        pairs.append(ScoredPair(left.mention, right.mention, probability, (first, *lines)))
    return sorted(pairs, key=lambda pair: -pair.probability)


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
    if comparison == "birth":
        return _show_birth(record)
    if comparison in ("taken", "death"):
        return _show_span(getattr(record, comparison), "{}")
    return str(getattr(record, comparison))


def _show_birth(record: LinkRecord) -> str:
    birth = find_birth(record)
    if birth == record.birth or record.age is None:
        return _show_span(birth, "{}")
    return f"aged {record.age[0]:g} on {record.age[1]}" + _show_span(birth, " (born {})")


def _show_span(span: tuple[date | None, date | None] | None, frame: str) -> str:
    if span is None:
        return ""
    low, high = span
    shown = str(low) if low == high else f"{low or '…'} – {high or '…'}"
    return frame.format(shown)
