"""The machine's evidence in words that need no statistics."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aigaq.linkage.types import Evidence

_COMPARED: Mapping[str, str] = {
    "names": "Name",
    "birth": "Born",
    "death": "Died",
    "taken": "Taken",
    "age": "Age",
    "sex": "Sex",
    "place_birth": "Birthplace",
    "place_residence": "Residence",
    "place_taken": "Where taken",
    "place_held": "Where held",
    "place_death": "Where they died",
    "father": "Father",
    "mother": "Mother",
    "spouse": "Husband or wife",
    "sibling": "Brothers, sisters",
    "nationality": "Nationality",
    "occupation": "Occupation",
    "id_number": "Identity number",
    "event": "What was done",
    "source_id": "The source",
    "family": "Relatives",
    "rivals": "Others who fit",
    "decisions": "What people here decided",
}
_START = "any two mentions"
_LITTLE, _MUCH = 0.5, 20.0


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One step of the way to a probability.

    Attributes:
        matter: what was compared, as a word for people.
        finding: how it came out.
        left, right: what each account says, in its own words; "" where nothing is to be shown.
        bits: weight; above 0 speaks for one person.
        weight: the same in words.
    """

    matter: str
    finding: str
    left: str
    right: str
    bits: float
    weight: str


def write_evidence(lines: Sequence[Evidence]) -> str:
    """Return evidence as the text that is stored with a machine's judgement."""
    rows = [[one.comparison, one.level, one.left, one.right, round(one.bits, 2)] for one in lines]
    return json.dumps(rows, ensure_ascii=False)


def read_evidence(text: str) -> tuple[EvidenceLine, ...]:
    """Return stored evidence in words: the start first, then the strongest."""
    rows = json.loads(text) if text else []
    lines = [_word(*row) for row in rows if row[4]]
    return tuple(sorted(lines, key=lambda one: (one.matter != _START_SAID, -abs(one.bits))))


_START_SAID = "To begin with"


def _word(comparison: str, level: str, left: str, right: str, bits: float) -> EvidenceLine:
    if comparison == _START:
        rare = f"1 time in {_round(1 + 2**-bits)}"
        return EvidenceLine(
            _START_SAID, "two accounts picked blindly are one person", "", "", bits, rare
        )
    matter = _COMPARED.get(comparison, comparison.replace("_", " ").capitalize())
    return EvidenceLine(matter, level, left, right, bits, say_weight(bits))


def say_weight(bits: float) -> str:
    """Return a weight in words: 3 bits are “8 times likelier if one person”."""
    if abs(bits) < _LITTLE:
        return "says little"
    many = "over a million" if abs(bits) > _MUCH else _round(2 ** abs(bits))
    return f"{many} times likelier if {'one person' if bits > 0 else 'two people'}"


def _round(times: float) -> str:
    """Two digits that count: 1.4, 13, 540, 12,000."""
    if times < 10:
        return f"{times:.1f}".removesuffix(".0")
    power = 10 ** (len(str(int(times))) - 2)
    return f"{round(times / power) * power:,}"


def say_chance(probability: float) -> str:
    """Return a probability as people say it: “93 in 100”."""
    if probability > 0.995:
        return "more than 99 in 100"
    if probability < 0.005:
        return "less than 1 in 100"
    return f"{round(probability * 100)} in 100"
