"""The part `claim` of a mapping file: a table whose rows are claims."""

from collections.abc import Mapping

from aigaq.intake.choices import normal, read_choice, read_free_choice
from aigaq.intake.claimspecs import Absences, read_specs
from aigaq.intake.mappingtypes import Choice, ClaimColumns, ClaimSpec
from aigaq.intake.yamlnode import Node
from aigaq.records.claims import SubjectKind
from aigaq.records.vocabulary import properties

_PARTS = ("value", "date", "place", "refers_to")
_HEADINGS = ("lang", "note", "episode", "leg", "qualifier")
type Parts = Mapping[str, tuple[ClaimSpec, ...]]


def read_claim_columns(node: Node, absent: Absences) -> ClaimColumns:
    """Read `claim`.

    Args:
        node: its place in the mapping file.
        absent: texts that mean an absence in every column.

    Raises:
        BadInput: naming file, field and mend.
    """
    node.keys("mention", "property", "voice", "certainty", "properties", *_HEADINGS, *_PARTS)
    node.need("value")
    parts = {part: node.get(part) for part in _PARTS if node.get(part)}
    own = {
        code: _parts(Node(node.file, node.path, code), parts, absent)
        for code, definition in properties().items()
        if SubjectKind.MENTION in definition.subjects
    }
    given = node.child("properties")
    theirs = {
        normal(name): _parts(child, parts, absent)
        for name, child in (given.items() if given else ())
    }
    voice = node.child("voice")
    if voice is not None and isinstance(voice.data, str):
        voice = Node(voice.file, voice.path, {"column": voice.data})
    return ClaimColumns(
        mention=node.need("mention"),
        property=node.need("property"),
        parts=parts,
        voice=read_choice(voice, "voice"),
        certainty=_certainty(node.child("certainty")),
        properties={**own, **theirs},
        **{heading: node.get(heading) for heading in _HEADINGS},
    )


def _certainty(node: Node | None) -> Choice:
    """Read `{column: …, terms: {text: 1 | 2 | 3}}`; `certainty_3`, the vocabulary's code, is 3."""
    if node is None:
        return Choice()
    choice = read_free_choice(node)
    terms = {text: value.removeprefix("certainty_") for text, value in (choice.terms or {}).items()}
    for value in terms.values():
        if value not in ("1", "2", "3"):
            node.fail(f"certainty is 1 (unsure), 2 or 3 (sure), not {value!r}")
    return Choice(column=choice.column, terms=terms or None)


def _parts(node: Node, parts: Mapping[str, str], absent: Absences) -> Parts:
    """Read what one property of the table becomes; a bare property takes the part that holds its kind."""
    data = node.data
    if not isinstance(data, dict) or "property" in data:
        specs = read_specs(_with_edtf(node), absent)
        kind = specs[0].definition.value
        wanted = {"date": "date", "mention_ref": "refers_to"}.get(kind, "value")
        return {wanted if wanted in parts else "value": specs}
    node.keys(*parts)
    return {part: read_specs(_with_edtf(child), absent) for part, child in node.items()}


def _with_edtf(node: Node) -> Node:
    """Let a date of a claims table be EDTF where the mapping says nothing else."""
    if isinstance(node.data, str):
        return Node(node.file, node.path, {"property": node.data, "dates": "edtf"})
    return node
