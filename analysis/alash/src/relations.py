"""Relatives: a reference where the same source has an account of the other person, else the name."""

from compiled import Line, Row

_KIN = {
    "spouse": "spouse",
    "partner": "partner",
    "child": "child",
    "father": "father",
    "mother": "mother",
    "sibling": "sibling",
    "son-in-law": "son_in_law",
    "father-in-law": "father_in_law",
    "brother-in-law": "brother_in_law",
    "uncle": "uncle_or_aunt",
    "grandfather": "grandparent",
    "great-grandfather": "great_grandparent",
}
_OWN_PROPERTY = ("father", "mother", "spouse")
_UNSPELT = (
    "the name as another source of this sample spells it; this source's spelling was not noted"
)


def relate(
    row: Row, mentions: dict[tuple[str, str], str], names: dict[str, list[Row]], tag: str
) -> tuple[Line, str]:
    """Return a relative row's claim and which of three ways it went.

    Args:
        row: a row of the property `relative`.
        mentions: (source, person) → mention key.
        names: person → the rows that name the person.
        tag: language tag of the source.

    Returns:
        The claim, and `reference`, `name` or `borrowed name`.
    """
    kin, _, other = row.value.partition("=")
    kind, _, who = other.partition(":")
    if kind == "name":
        return _named(_KIN[kin], who, row.lang, row.note), "name"
    target = mentions.get((row.source, who))
    if target:
        return Line("relative", "", "", _KIN[kin], target, note=row.note), "reference"
    chosen = _choose(names[who], tag)
    note = f"{row.note}; {_UNSPELT}" if row.note else _UNSPELT
    return _named(_KIN[kin], chosen.value, chosen.lang, note), "borrowed name"


def _named(kin: str, name: str, tag: str, note: str) -> Line:
    if kin in _OWN_PROPERTY:
        return Line(kin, name, tag, note=note)
    return Line("relative_name", name, tag, kin, note=note)


def _choose(rows: list[Row], tag: str) -> Row:
    """Return the first plain name seen in a source, in the language of this source if there is one."""
    seen = [row for row in rows if row.confidence == "seen-in-source"]
    plain = [row for row in seen if not row.note] or seen
    return next((row for row in plain if row.lang == tag), plain[0])
