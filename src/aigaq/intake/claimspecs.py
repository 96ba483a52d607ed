"""The entries of a mapping file that say how a cell becomes a claim: read and checked."""

import re
from collections.abc import Iterable, Mapping

from aigaq.intake.choices import check_code, known_terms, normal, read_lang
from aigaq.intake.dateformats import DateFormat, compile_format
from aigaq.intake.mappingtypes import ClaimSpec
from aigaq.intake.yamlnode import Node
from aigaq.records.claims import ClaimState, SubjectKind, check_value
from aigaq.records.errors import AigaqError, BadInput
from aigaq.records.vocabulary import Property, property_of

_KEYS = (
    "property", "lang", "match", "value", "dates", "months", "century", "terms", "otherwise", "split",
    "separator", "absent", "when", "qualifier", "qualifiers", "episode", "leg", "voice", "basis",
    "hops", "certainty", "note",
)  # fmt: skip
_BLANK = "blank"
_NOTHING = ("", "~", "null")
type Absences = Mapping[str, ClaimState | None]


def read_specs(node: Node, absent: Absences) -> tuple[ClaimSpec, ...]:
    """Read one entry or a list of entries.

    Args:
        node: the place of the entry in the mapping file.
        absent: texts that mean an absence in every column.

    Raises:
        BadInput: naming file, field and mend.
    """
    specs = tuple(read_spec(entry, absent) for entry in node.each())
    if not specs:
        node.fail("needs at least one entry")
    return specs


def read_spec(node: Node, absent: Absences) -> ClaimSpec:
    """Read one entry `{property: …}`; a bare text is the property alone.

    Raises:
        BadInput: naming file, field and mend.
    """
    if isinstance(node.data, str):
        node = Node(node.file, node.path, {"property": node.data})
    node.keys(*_KEYS)
    definition = _property(node)
    terms = _terms(node, definition)
    spec = ClaimSpec(
        definition=definition,
        lang=read_lang(node),
        match=_regex(node, "match"),
        value=node.get("value"),
        dates=_dates(node, definition),
        terms=terms,
        otherwise=node.get("otherwise"),
        split=node.texts_of("split"),
        separator=node.get("separator"),
        absent={**absent, **read_absent(node.child("absent"))},
        when=_conditions(node.child("when")),
        qualifier=node.get("qualifier"),
        qualifiers=_qualifiers(node, definition),
        episode=_scope_number(node, definition, "episode", ("episode", "leg")),
        leg=_scope_number(node, definition, "leg", ("leg",)),
        voice=_code(node, "voice", "voice"),
        basis=_code(node, "basis", "knowledge_basis"),
        hops=node.number("hops", 0, 99),
        certainty=node.number("certainty", 1, 3),
        note=node.get("note"),
    )
    _check_fixed_values(node, spec)
    return spec


def _property(node: Node) -> Property:
    try:
        definition = property_of(node.need("property"))
    except AigaqError as error:
        node.fail(str(error))
    if SubjectKind.MENTION not in definition.subjects:
        node.fail(f"{definition.code} is not said of a person")
    return definition


def _scope_number(node: Node, definition: Property, key: str, scopes: Iterable[str]) -> int:
    given = node.number(key, 1, 99)
    return given if given is not None else int(definition.scope in scopes)


def _code(node: Node, key: str, list_code: str) -> str:
    code = node.get(key)
    if code:
        check_code(node, code, list_code)
    return code


def read_absent(node: Node | None) -> dict[str, ClaimState | None]:
    """Read `absent: {not_stated: [TEXT, …], blank: [TEXT, …]}` into casefolded text → state or None.

    Raises:
        BadInput: a key is neither `blank` nor one of the four absences.
    """
    if node is None:
        return {}
    states = [state.value for state in ClaimState if state is not ClaimState.KNOWN]
    node.keys(_BLANK, *states)
    return {
        normal(text): None if key == _BLANK else ClaimState(key)
        for key, child in node.items()
        for text in child.texts()
    }


def _terms(node: Node, definition: Property) -> dict[str, str]:
    child = node.child("terms")
    if definition.value != "term" and child is None:
        return {}
    terms = dict(known_terms(definition.vocabulary)) if definition.value == "term" else {}
    for text, code in child.items() if child else ():
        terms[normal(text)] = "" if code.text() in _NOTHING else code.text()
    return terms


def _dates(node: Node, definition: Property) -> tuple[DateFormat, ...]:
    child = node.child("dates")
    if child is None:
        if definition.value == "date" and not node.get("value"):
            node.fail(
                f"{definition.code} is a date: say how it is written, e.g. dates: ['%d/%m/%Y']"
            )
        return ()
    months, century = node.get("months"), node.number("century", 0, 9900)
    formats = []
    for entry in child.each():
        try:
            formats.append(compile_format(entry.text(), months, century))
        except BadInput as error:
            entry.fail(str(error))
    return tuple(formats)


def read_dates(node: Node) -> tuple[DateFormat, ...]:
    """Read `dates`, `months` and `century` of an entry that is not a claim; no dates means EDTF."""
    if node.child("dates") is None:
        return (compile_format("edtf"),)
    return _dates(node, property_of("birth"))


def _regex(node: Node, key: str) -> re.Pattern[str] | None:
    child = node.child(key)
    return None if child is None else compile_regex(child)


def compile_regex(node: Node) -> re.Pattern[str]:
    """Compile the regular expression that stands at `node`; case does not matter.

    Raises:
        BadInput: it is not one.
    """
    try:
        return re.compile(node.text(), re.IGNORECASE | re.DOTALL)
    except (re.error, OverflowError) as error:
        node.fail(f"not a regular expression: {error}")


def _conditions(node: Node | None) -> tuple[tuple[str, re.Pattern[str]], ...]:
    if node is None:
        return ()
    return tuple((heading, compile_regex(child)) for heading, child in node.items())


def _qualifiers(node: Node, definition: Property) -> dict[str, str]:
    child = node.child("qualifiers")
    if node.get("qualifier") or child:
        if not definition.qualifier:
            node.fail(f"{definition.code} takes no qualifier")
        if node.get("qualifier"):
            check_code(node, node.get("qualifier"), definition.qualifier)
    if child is None:
        return dict(known_terms(definition.qualifier)) if definition.qualifier else {}
    own = {normal(t): check_code(c, c.text(), definition.qualifier) for t, c in child.items()}
    return {**known_terms(definition.qualifier), **own}


def _check_fixed_values(node: Node, spec: ClaimSpec) -> None:
    for key, values in (
        ("value", [spec.value]), ("otherwise", [spec.otherwise]), ("terms", spec.terms.values()),
    ):  # fmt: skip
        for value in filter(None, values):
            try:
                check_value(spec.definition, value)
            except BadInput as error:
                (node.child(key) or node).fail(str(error))
