"""The part `source` of a mapping file: one source for the table, one a row, or a table of sources."""

from collections.abc import Callable, Mapping

from aigaq.intake.choices import check_code, known_terms, read_choice, read_free_choice, read_lang
from aigaq.intake.claimspecs import read_dates
from aigaq.intake.dateformats import DateFormat
from aigaq.intake.drafts import SourceDraft
from aigaq.intake.mappingtypes import Choice, RowSource, SourceTable
from aigaq.intake.yamlnode import Node, Plain
from aigaq.records.dates import parse_date
from aigaq.records.errors import BadInput
from aigaq.records.langtags import check_tag

FIELDS = (
    "key", "kind", "title", "citation", "url", "lang", "licence", "voice", "dated",
    "independent_of", "publication_basis", "basis_reason",
)  # fmt: skip
CODES = {"kind": "source_kind", "voice": "voice", "publication_basis": "publication_basis"}


def read_source(node: Node, shape: str) -> SourceDraft | RowSource | SourceTable:
    """Read `source`.

    Args:
        node: its place in the mapping file.
        shape: `wide` may have `per: row`, `claims` may have `table:`.

    Raises:
        BadInput: naming file, field and mend.
    """
    fields = node.fields()
    if "table" in fields and shape == "claims":
        return _source_table(node)
    if "per" in fields and shape == "wide":
        return _row_source(node)
    return _source_draft(node, node.fields())


def _source_draft(node: Node, fields: Mapping[str, Plain]) -> SourceDraft:
    top = Node(node.file, node.path, dict(fields))
    top.keys(*FIELDS)
    for key in ("key", "kind", "title"):
        top.need(key)
    texts = {key: child.text() for key, child in top.items()}
    check_source(top, texts)
    return SourceDraft(**texts)


def check_source(node: Node, texts: Mapping[str, str]) -> None:
    """Check the fields of a source.

    Args:
        node: where they stand, for the message.
        texts: field of SourceDraft → text.

    Raises:
        BadInput: a code, tag or date is wrong, or a publication basis comes without its reason.
    """
    for key, list_code in CODES.items():
        if texts.get(key):
            check_code(node, texts[key], list_code)
    if texts.get("publication_basis") and not texts.get("basis_reason"):
        node.fail("a publication_basis needs a basis_reason: one sentence that says why")
    _check(node, "lang", texts.get("lang", ""), check_tag)
    _check(node, "dated", texts.get("dated", ""), parse_date)


def _check(node: Node, key: str, value: str, check: Callable[[str], object]) -> None:
    if value:
        try:
            check(value)
        except BadInput as error:
            node.fail(f"{key}: {error}")


def _row_source(node: Node) -> RowSource:
    if node.need("per") != "row":
        node.fail("per is “row” (each row is a testimony) or is left out")
    by_row = ("per", "voice", "lang", "dated")
    draft = _source_draft(node, {k: v for k, v in node.fields().items() if k not in by_row})
    dated = node.child("dated")
    dates: tuple[DateFormat, ...] = ()
    if dated is not None and isinstance(dated.data, dict):
        dated.keys("column", "dates", "months", "century")
        when, dates = Choice(column=dated.need("column")), read_dates(dated)
    else:
        when = Choice(node.get("dated"))
        _check(node, "dated", when.fixed, parse_date)
    return RowSource(draft, read_choice(node.child("voice"), "voice"), read_lang(node), when, dates)


def _source_table(node: Node) -> SourceTable:
    node.keys("table", "column", "columns", *FIELDS[1:])
    fixed = {key: child.text() for key, child in node.items() if key in FIELDS}
    check_source(node, fixed)
    fields = {key: Choice(text) for key, text in fixed.items()}
    columns, key = node.child("columns"), ""
    for name, child in columns.items() if columns else ():
        if name == "key":
            key = child.text()
        elif name in FIELDS:
            fields[name] = _column(child, name)
        else:
            child.fail(f"a source has no field {name!r}; it has {', '.join(FIELDS)}")
    return SourceTable(node.need("table"), node.need("column"), key, fields)


def _column(node: Node, field: str) -> Choice:
    if field not in CODES:
        return read_free_choice(node)
    if isinstance(node.data, str):
        return Choice(column=node.text(), terms=known_terms(CODES[field]))
    return read_choice(node, CODES[field])
