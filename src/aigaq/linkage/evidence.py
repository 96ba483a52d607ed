"""What a score rests on, line by line, in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from aigaq.linkage.comparisons import WORDS, Comparison
from aigaq.linkage.name_model import FIND_WORDS, NameEvidence
from aigaq.linkage.pairs import Scored
from aigaq.linkage.training import FAMILY, NAMES
from aigaq.linkage.types import Evidence, LinkRecord, ScoredPair

CORRECTION = "decisions"
_LEAST_SHOWN = -0.005
_DIGITS = 9


def explain_pairs(
    scored: Scored, records: Sequence[LinkRecord], show: Callable[[LinkRecord, str], str]
) -> Iterator[ScoredPair]:
    """Yield each pair with its evidence; the lines add up, in bits, to the log-odds.

    Args:
        scored: pairs of places in `records`.
        records: mentions.
        show: what a mention says on the matter of a comparison, in its own words.
    """
    bits = scored.model.weigh(scored.pairs, scored.names)
    first = Evidence(
        "any two mentions",
        f"{len(records)} mentions in all",
        "",
        "",
        round(scored.model.start, 3),
    )
    plain = [c for c in scored.model.comparisons if c.name not in WORDS]
    lefts, rights = (ends.tolist() for ends in scored.rows())
    for pair, (one, other) in enumerate(zip(lefts, rights, strict=True)):
        left, right = records[one], records[other]
        lines = [
            Evidence(name, label, show(left, name), show(right, name), weight)
            for name, label, weight in _list_lines(scored, plain, pair, bits)
        ]
        if bits[FAMILY][pair] < _LEAST_SHOWN:
            weight = round(float(bits[FAMILY][pair]), 3)
            lines.append(Evidence(FAMILY, "two relatives would share this too", "", "", weight))
        if shift := _correct(scored, bits, pair):
            lines.append(shift)
        probability = round(float(scored.probability[pair]), _DIGITS)
        yield ScoredPair(left.mention, right.mention, probability, (first, *lines))


def _correct(
    scored: Scored, bits: Mapping[str, npt.NDArray[np.float64]], pair: int
) -> Evidence | None:
    """Return what the decisions of people change, or None."""
    if not scored.model.judged:
        return None
    before = scored.model.start + sum(float(one[pair]) for one in bits.values())
    after = scored.model.correction.offset + scored.model.correction.slope * before
    label = f"{scored.model.judged} decisions of people on other pairs"
    return Evidence(CORRECTION, label, "", "", round(after - before, 3))


def _list_lines(
    scored: Scored,
    plain: Sequence[Comparison],
    pair: int,
    bits: Mapping[str, npt.NDArray[np.float64]],
) -> Iterator[tuple[str, str, float]]:
    if scored.names.told[pair]:
        yield NAMES, describe_names(scored.names, pair), round(float(bits[NAMES][pair]), 3)
    for comparison in plain:
        level = int(scored.pairs.levels[comparison.name][pair])
        if level < len(comparison.levels):
            label = comparison.levels[level].label
            yield comparison.name, label, round(float(bits[comparison.name][pair]), 3)


def describe_names(names: NameEvidence, pair: int) -> str:
    """Return in words how many words of the shorter name were found, and how."""
    found = [
        f"{count} {words}"
        for count, words in zip(names.finds[pair].tolist(), FIND_WORDS, strict=True)
        if count
    ]
    if lacking := int(names.missing[pair]):
        found.append(f"{lacking} not found")
    return "words of the name: " + ", ".join(found)
