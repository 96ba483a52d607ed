"""Write `samples/alash/CHANGES.md`: every compiled row that is not in the sample just as it was.

python list_changes.py COMPILED HAND SAMPLE
"""

import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from compiled import Row, read_rows, read_table

Claims = list[dict[str, str]]
_TEMPLATE = """# What was changed on the way from the compiled facts

The compiled facts ({rows:,} rows) are not part of the project; `analysis/alash/` turns them into this
sample and writes this list. Row numbers are those of the compiled claims, and stand in `claims.csv` as
`origin`. No row was dropped. A check (`analysis/alash/src/check_sample.py`) finds every word and date of
every compiled row in the claims made of it, but for words that became a property or a term.

What was set by hand for sources (language, voice, date, what they derive from) is in
`analysis/alash/hand/sources.csv`, each line with its reason.

| | rows |
|---|---|
{table}

"""


def main(compiled: Path, hand: Path, sample: Path) -> None:
    """Collect the changes by kind and write them."""
    rows = read_rows(compiled / "alash_claims.csv")
    claims: dict[str, Claims] = defaultdict(list)
    for claim in read_table(sample / "claims.csv"):
        claims[claim["origin"]].append(claim)
    by_hand = {cells["row"]: cells["reason"] for cells in read_table(hand / "rows.csv")}
    placed = [
        f"{cells['row']}: episode {cells['episode']}"
        + (f", leg {cells['leg']}" if cells["leg"] else "")
        + f"; {cells['reason']}"
        for cells in read_table(hand / "episodes.csv")
    ]
    sections = [(title, _pick(rows, claims, by_hand, test)) for title, test in _KINDS]
    sections.append(("Changed by hand", [f"{row}: {why}" for row, why in by_hand.items()]))
    sections.append(("Put into an episode other than the first, or a later leg", placed))
    table = "\n".join(f"| {title} | {len(lines)} |" for title, lines in sections)
    text = _TEMPLATE.format(rows=len(rows), table=table)
    for title, lines in sections:
        text += f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines) + "\n\n"
    (sample / "CHANGES.md").write_text(text.rstrip() + "\n", encoding="utf-8")


def _pick(
    rows: list[Row],
    claims: dict[str, Claims],
    by_hand: dict[str, str],
    test: Callable[[Row, Claims], str],
) -> list[str]:
    picked = []
    for row in rows:
        number = str(row.number)
        said = "" if number in by_hand else test(row, claims[number])
        if said:
            picked.append(f"{number}: {said}")
    return picked


def _to_note(row: Row, claims: Claims) -> str:
    given = [claim["note"] for claim in claims if "given: " in claim["note"]]
    return given[0] if given else ""


def _retyped(row: Row, claims: Claims) -> str:
    claim = claims[0]
    if row.property != "name" or (claim["property"] == "name" and not claim["qualifier"]):
        return ""
    kind = f"{claim['property']} {claim['qualifier']}".strip()
    return f"“{row.value}” is {kind} ({row.note})"


def _borrowed(row: Row, claims: Claims) -> str:
    borrowed = "another source of this sample spells" in claims[0]["note"]
    return f"{row.value} became {claims[0]['property']} “{claims[0]['value']}”" if borrowed else ""


def _shortened(row: Row, claims: Claims) -> str:
    values = {claim["value"] for claim in claims}
    if row.property == "transfer" and row.value not in values:
        return f"“{row.value}” without its “to”"
    if row.property in ("exile", "release") and row.value in ("exile", "released"):
        return f"“{row.value}” is said by the property"
    return ""


def _joined(row: Row, claims: Claims) -> str:
    joined = row.property == "burial" and claims[0]["value"] != row.value
    return f"“{row.value}” + “{row.place}”" if joined else ""


def _manner(row: Row, claims: Claims) -> str:
    if row.property != "death" or not row.value:
        return ""
    made = [
        f"{claim['property']} “{claim['value']}”" for claim in claims if claim["value"] != row.date
    ]
    return f"“{row.value}” → note of the date of death" + "".join(f", {one}" for one in made)


def _undated(row: Row, claims: Claims) -> str:
    status = row.property == "execution" and any(claim["property"] == "status" for claim in claims)
    return f"“{row.value}” without a date: status executed" if status else ""


def _court(row: Row, claims: Claims) -> str:
    court = [claim["value"] for claim in claims if claim["property"] == "sentenced_by"]
    return f"sentenced_by “{court[0]}”" if court else ""


def _form(row: Row, claims: Claims) -> str:
    form = [claim["value"] for claim in claims if claim["property"] == "custody_form"]
    return f"custody_form {form[0]}, from “{row.value}”" if form else ""


_KINDS: list[tuple[str, Callable[[Row, Claims], str]]] = [
    ("A date or place without a property of its own, put into the note", _to_note),
    (
        "A nickname, an earlier name, a pen name, a machine's conversion or a misprint",
        _retyped,
    ),
    ("A relative known by key only, given the name another source spells", _borrowed),
    ("Words that the property says already", _shortened),
    ("Place of burial joined from two fields", _joined),
    ("How a person died", _manner),
    ("An execution without a date", _undated),
    ("The court, read from the value or note of the sentence", _court),
    ("The form of custody, read from the name of the place", _form),
]

if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
