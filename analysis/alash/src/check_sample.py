"""Check the sample against the compiled facts, row by row: nothing lost, nothing moved.

    python check_sample.py COMPILED HAND SAMPLE

Every word and date of a compiled row must stand in the claims made of it; its source and confidence must be
theirs. Ends with exit code 1 and one line for each row that fails.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

from compiled import Row, read_rows, read_table

_WORD = re.compile(r"[\w'’-]+")
# Words that a rule turns into a property or a term, so that they need not stand in the claims.
_SPOKEN_BY_PROPERTY = {
    "exile": {"exile"},
    "release": {"released"},
    "transfer": {"to"},
    "death": {"by"},
    "occupation": {"studied"},
    "relative": {"father-in-law"},
}


def main(compiled: Path, hand: Path, sample: Path) -> int:
    """Compare, print what fails, and return the number of failures."""
    made: dict[str, list[dict[str, str]]] = defaultdict(list)
    for claim in read_table(sample / "claims.csv"):
        made[claim["origin"]].append(claim)
    failures = [
        f"alash_claims.csv, row {row.number}: {fault}"
        for row in read_rows(compiled / "alash_claims.csv")
        for fault in faults_of(row, made[str(row.number)])
    ]
    print("\n".join(failures) or "every compiled row stands in the sample")
    return len(failures)


def faults_of(row: Row, claims: list[dict[str, str]]) -> list[str]:
    """Return what is wrong with the claims made of a row."""
    if not claims:
        return ["no claim was made of it"]
    faults = []
    if any(claim["source_key"] != row.source for claim in claims):
        faults.append("a claim has another source")
    if any(claim["confidence"] != row.confidence for claim in claims):
        faults.append("a claim has another confidence")
    text = " ".join(f"{claim['value']} {claim['note']} {claim['qualifier']}" for claim in claims)
    missing = (
        words_of(row) - set(_WORD.findall(text)) - _SPOKEN_BY_PROPERTY.get(row.property, set())
    )
    if missing:
        faults.append(f"words missing: {', '.join(sorted(missing))}")
    faults += [f"date {part} missing" for part in row.date.split("/") if part not in text]
    return faults


def words_of(row: Row) -> set[str]:
    """Return the words of a row's value, place and note; a relative given by key has none but its note."""
    value = row.value
    if row.property == "relative":
        value = "" if "=key:" in value else value.partition("=name:")[2]
    return set(_WORD.findall(f"{value} {row.place} {row.note}"))


if __name__ == "__main__":
    sys.exit(main(*(Path(argument) for argument in sys.argv[1:4])) and 1)
