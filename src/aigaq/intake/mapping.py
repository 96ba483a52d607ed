"""Reading a mapping file (docs/reference/mapping.md): a mistake in it is one clear line."""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import replace

from aigaq.intake.claimspecs import (
    Absences,
    check_code,
    known_terms,
    normal,
    read_absent,
    read_choice,
    read_dates,
    read_lang,
    read_spec,
    read_specs,
)
from aigaq.intake.drafts import SourceDraft
from aigaq.intake.headings import used_headings
from aigaq.intake.mappingtypes import (
    Choice,
    ClaimColumns,
    ClaimSpec,
    ColumnSpec,
    ConsentSpec,
    RowSource,
    SourceTable,
    TableMapping,
    TestifierSpec,
)
from aigaq.intake.yamlnode import Node, read_yaml
from aigaq.records.dates import parse_date
from aigaq.records.errors import BadInput
from aigaq.records.langtags import check_tag

_KEYS = (
    "version", "shape", "format", "source", "key", "absent", "columns", "compose", "fixed",
    "testifier", "consent", "claim",
)  # fmt: skip
_SOURCE_FIELDS = (
    "key", "kind", "title", "citation", "url", "lang", "licence", "voice", "dated",
    "independent_of", "publication_basis", "basis_reason",
)  # fmt: skip
_SOURCE_CODES = {"kind": "source_kind", "voice": "voice", "publication_basis": "publication_basis"}


def load_mapping(text: str, name: str) -> TableMapping:
    """Read and check a mapping file.

    Args:
        text: the file's text (YAML, version 1; see docs/reference/mapping.md).
        name: its file name, for messages.

    Returns:
        The mapping with properties, terms, language tags and date formats resolved.

    Raises:
        BadInput: one line naming the file, the field and the mend.
    """
    top = read_yaml(text, name)
    top.keys(*_KEYS)
    if top.get("version") != "1":
        top.fail("needs “version: 1”, the version of the mapping format")
    shape = top.need("shape")
    if shape not in ("wide", "claims"):
        top.fail(f"shape is wide (a row is a person) or claims (a row is a claim), not {shape!r}")
    absent = read_absent(top.child("absent"))
    parts = _Parts(top, shape)
    mapping = TableMapping(
        name=name,
        shape=shape,
        **_format(parts.optional("format")),
        source=_source(parts.need("source"), shape),
        key=parts.texts("key"),
        columns=(*_columns(parts.only_wide("columns"), absent), *_composed(top, absent)),
        fixed=_fixed(parts.optional("fixed")),
        testifier=_testifier(parts.only_wide("testifier")),
        consent=_consent(parts.only_wide("consent")),
        claim=_claim(parts.need("claim"), absent) if shape == "claims" else None,
        headings=(),
    )
    return _finished(top, mapping)


class _Parts:
    """Access to the parts of a mapping that knows which belong to which shape."""

    def __init__(self, top: Node, shape: str) -> None:
        self.top = top
        self.shape = shape

    def optional(self, key: str) -> Node | None:
        return self.top.child(key)

    def need(self, key: str) -> Node:
        child = self.top.child(key)
        if child is None:
            self.top.fail(f"needs “{key}:”")
        return child

    def only_wide(self, key: str) -> Node | None:
        child = self.top.child(key)
        if child is not None and self.shape != "wide":
            child.fail("belongs to the shape “wide”; with the shape “claims” use “claim:”")
        return child

    def texts(self, key: str) -> tuple[str, ...]:
        child = self.top.child(key)
        return () if child is None else child.texts()


def _format(node: Node | None) -> dict[str, str]:
    found = {"encoding": "", "delimiter": "", "sheet": ""}
    if node is None:
        return found
    node.keys(*found)
    found.update({key: child.text() for key, child in node.items()})
    if found["encoding"]:
        _check_encoding(node, found["encoding"])
    if found["delimiter"] and (len(found["delimiter"]) != 1 or found["delimiter"] in '"\r\n'):
        node.fail(f'delimiter is one character such as , ; or "\\t", not {found["delimiter"]!r}')
    return found


def _check_encoding(node: Node, encoding: str) -> None:
    try:
        "".encode(codecs.lookup(encoding).name)
    except (LookupError, ValueError):
        node.fail(f"there is no encoding {encoding!r}; use for example utf-8 or windows-1251")


def _source(node: Node, shape: str) -> SourceDraft | RowSource | SourceTable:
    fields = node.fields()
    if shape == "claims":
        return _source_table(node) if "table" in fields else _source_draft(node)
    return _row_source(node) if "per" in fields else _source_draft(node)


def _source_draft(
    node: Node, also: tuple[str, ...] = (), skip: tuple[str, ...] = ()
) -> SourceDraft:
    node.keys(*_SOURCE_FIELDS, *also)
    texts = {
        key: child.text()
        for key, child in node.items()
        if key in _SOURCE_FIELDS and key not in skip
    }
    for key in ("key", "kind", "title"):
        if not texts.get(key):
            node.fail(f"needs {key!r}")
    for key, list_code in _SOURCE_CODES.items():
        if texts.get(key):
            check_code(node, texts[key], list_code)
    if texts.get("publication_basis") and not texts.get("basis_reason"):
        node.fail("a publication_basis needs a basis_reason: one sentence that says why")
    _check(node, "lang", texts.get("lang", ""), check_tag)
    _check(node, "dated", texts.get("dated", ""), parse_date)
    return SourceDraft(**texts)


def _check(node: Node, key: str, value: str, check: Callable[[str], object]) -> None:
    if value:
        try:
            check(value)
        except BadInput as error:
            node.fail(f"{key}: {error}")


def _row_source(node: Node) -> RowSource:
    if node.need("per") != "row":
        node.fail("per is “row” (each row is a testimony) or is left out")
    chosen = ("voice", "lang", "dated")
    draft = _source_draft(node, also=("per",), skip=chosen)
    dated = node.child("dated")
    if dated is not None and isinstance(dated.data, dict):
        dated.keys("column", "dates", "months", "century")
        return RowSource(
            draft, read_choice(node.child("voice"), "voice"), read_lang(node),
            Choice(column=dated.need("column")), read_dates(dated),
        )  # fmt: skip
    _check(node, "dated", node.get("dated"), parse_date)
    return RowSource(
        draft, read_choice(node.child("voice"), "voice"), read_lang(node), Choice(node.get("dated"))
    )


def _source_table(node: Node) -> SourceTable:
    taken = ("table", "column", "columns")
    node.keys(*taken, *_SOURCE_FIELDS[1:])
    fields: dict[str, Choice] = {}
    for key, child in node.items():
        if key in _SOURCE_CODES:
            fields[key] = read_choice(child, _SOURCE_CODES[key])
        elif key in _SOURCE_FIELDS:
            fields[key] = Choice(child.text())
    columns = node.child("columns")
    for key, child in columns.items() if columns else ():
        if key not in _SOURCE_FIELDS[1:]:
            child.fail(f"a source has no field {key!r}; it has {', '.join(_SOURCE_FIELDS[1:])}")
        fields[key] = (
            read_choice(child, _SOURCE_CODES[key])
            if isinstance(child.data, dict) and key in _SOURCE_CODES
            else _column_choice(child, key)
        )
    for key in ("kind", "title"):
        if key not in fields:
            node.fail(f"needs {key!r}, fixed or under columns")
    return SourceTable(node.need("table"), node.need("column"), fields)


def _column_choice(node: Node, key: str) -> Choice:
    if isinstance(node.data, str):
        list_code = _SOURCE_CODES.get(key)
        return Choice(column=node.text(), terms=known_terms(list_code) if list_code else None)
    return _free_choice(node, "")


def _free_choice(node: Node, default: str) -> Choice:
    node.keys("column", "terms", "otherwise")
    terms = node.child("terms")
    return Choice(
        default,
        node.need("column"),
        {normal(text): child.text() for text, child in terms.items()} if terms else None,
        node.get("otherwise"),
    )


def _columns(node: Node | None, absent: Absences) -> Iterator[ColumnSpec]:
    for heading, child in node.items() if node else ():
        yield ColumnSpec((heading.strip(),), read_specs(child, absent))


def _composed(top: Node, absent: Absences) -> Iterator[ColumnSpec]:
    node = top.child("compose")
    for entry in node.each() if node else ():
        headings = entry.child("columns")
        if headings is None:
            entry.fail("needs “columns”: the headings read together")
        rest = {
            key: value for key, value in entry.fields().items() if key not in ("columns", "join")
        }
        spec = read_spec(Node(entry.file, entry.path, rest), absent)
        yield ColumnSpec(headings.texts(), (spec,), entry.get("join", " "))


def _fixed(node: Node | None) -> tuple[ClaimSpec, ...]:
    specs = tuple(read_spec(entry, {}) for entry in node.each()) if node else ()
    for spec in specs:
        if not spec.value and node:
            node.fail(f"{spec.definition.code} needs a value, as no column gives one")
    return specs


def _testifier(node: Node | None) -> TestifierSpec | None:
    if node is None:
        return None
    node.keys("name", "contact", "relation")
    relation = node.child("relation")
    if relation is not None and isinstance(relation.data, str):
        choice = Choice(column=relation.text(), terms=known_terms("testifier_relation"))
    else:
        choice = read_choice(relation, "testifier_relation")
    return TestifierSpec(node.need("name"), node.get("contact"), choice)


def _consent(node: Node | None) -> ConsentSpec | None:
    if node is None:
        return None
    answers = ("yes", "no", "ask_again")
    lists = {
        "audience": ("consent_audience", "organisation"),
        "identity_mode": ("identity_mode", "no_name"),
        "place_granularity": ("place_granularity", "none"),
        "date_granularity": ("date_granularity", "year"),
    }
    node.keys("purposes", "about", *answers, *lists)
    purposes = node.child("purposes")
    if purposes is None:
        node.fail("needs “purposes”: purpose → column that holds the answer")
    return ConsentSpec(
        purposes={
            check_code(child, purpose, "consent_purpose"): child.text()
            for purpose, child in purposes.items()
        },
        answers=_answers(node, answers),
        about=_about(node.child("about")),
        **{key: read_choice(node.child(key), *lists[key]) for key in lists},
    )


def _answers(node: Node, answers: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for answer in answers:
        child = node.child(answer)
        for text in (answer, *(child.texts() if child else ())):
            if found.setdefault(normal(text), answer) != answer:
                node.fail(f"{text!r} stands for two answers")
    return found


def _about(node: Node | None) -> Choice:
    if node is None:
        return Choice("proxy")
    is_fixed = isinstance(node.data, str)
    choice = Choice(node.text()) if is_fixed else _free_choice(node, "proxy")
    for value in (choice.fixed, choice.otherwise or "proxy", *(choice.terms or {}).values()):
        if value not in ("self", "proxy"):
            node.fail(f"about is self or proxy, not {value!r}")
    return choice


_CLAIM_PARTS = ("value", "date", "place")


def _claim(node: Node, absent: Absences) -> ClaimColumns:
    node.keys(
        "mention",
        "property",
        "lang",
        "note",
        "episode",
        "leg",
        "certainty",
        "properties",
        *_CLAIM_PARTS,
    )
    parts = {part: node.get(part) for part in _CLAIM_PARTS if node.get(part)}
    properties = node.child("properties")
    if properties is None or not properties.fields():
        node.fail("needs “properties”: the table's property name → ours")
    return ClaimColumns(
        mention=node.need("mention"),
        property=node.need("property"),
        parts=parts,
        lang=node.get("lang"),
        note=node.get("note"),
        episode=node.get("episode"),
        leg=node.get("leg"),
        certainty=_certainty(node.child("certainty")),
        properties={
            normal(theirs): _claim_parts(child, parts, absent)
            for theirs, child in properties.items()
        },
    )


def _certainty(node: Node | None) -> Choice:
    if node is None:
        return Choice()
    choice = _column_choice(node, "certainty")
    for value in filter(None, (choice.otherwise, *(choice.terms or {}).values())):
        if value not in ("1", "2", "3"):
            node.fail(f"certainty is 1 (unsure), 2 or 3 (sure), not {value!r}")
    return choice


def _claim_parts(
    node: Node, parts: dict[str, str], absent: Absences
) -> dict[str, tuple[ClaimSpec, ...]]:
    """Read what one property of the table becomes; a bare property takes the part that holds its kind."""
    data = node.data
    if not isinstance(data, dict) or "property" in data:
        specs = read_specs(_with_edtf(node), absent)
        wanted = "date" if specs[0].definition.value == "date" and "date" in parts else "value"
        return {wanted: specs}
    node.keys(*parts)
    return {part: read_specs(_with_edtf(child), absent) for part, child in node.items()}


def _with_edtf(node: Node) -> Node:
    """Let a date of a claims table be EDTF where the mapping says nothing else."""
    if isinstance(node.data, str):
        return Node(node.file, node.path, {"property": node.data, "dates": "edtf"})
    return node


def _finished(top: Node, mapping: TableMapping) -> TableMapping:
    headings = used_headings(mapping)
    own = [heading for heading in headings if heading.startswith("_")]
    if own:
        top.fail(
            f"column {own[0]!r}: columns that begin with _ are notes of Aigaq's own and not read"
        )
    if mapping.shape == "wide" and not mapping.columns:
        top.fail("needs “columns:”: which column becomes which property")
    if mapping.shape == "claims" and mapping.key:
        top.fail("key belongs to the shape “wide”; in “claims” the column “mention” is the key")
    if isinstance(mapping.source, RowSource) and mapping.shape != "wide":
        top.fail("source: “per: row” belongs to the shape “wide”")
    return replace(mapping, headings=headings)
