"""Reading a mapping file (docs/reference/mapping.md): a mistake in it is one clear line."""

import codecs
from collections.abc import Iterator
from dataclasses import replace

from aigaq.intake.claimspecs import (
    Absences,
    read_absent,
    read_spec,
    read_specs,
)
from aigaq.intake.claimtable import read_claim_columns
from aigaq.intake.headings import used_headings
from aigaq.intake.mappingtypes import (
    ClaimSpec,
    ColumnSpec,
    RowSource,
    TableMapping,
)
from aigaq.intake.peoplespecs import read_consent, read_testifier
from aigaq.intake.sourcespecs import read_source
from aigaq.intake.yamlnode import Node, read_yaml

_KEYS = (
    "version", "shape", "format", "source", "key", "page", "absent", "columns", "compose", "fixed",
    "testifier", "consent", "claim",
)  # fmt: skip


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
    mapping = TableMapping(
        name=name,
        shape=shape,
        **_format(top.child("format")),
        source=read_source(_needed(top, "source"), shape),
        key=top.texts_of("key"),
        page=top.get("page"),
        columns=(*_columns(_only_wide(top, shape, "columns"), absent), *_composed(top, absent)),
        fixed=_fixed(top.child("fixed")),
        testifier=read_testifier(_only_wide(top, shape, "testifier")),
        consent=read_consent(_only_wide(top, shape, "consent")),
        claim=read_claim_columns(_needed(top, "claim"), absent) if shape == "claims" else None,
        headings=(),
    )
    return _finished(top, mapping)


def _needed(top: Node, key: str) -> Node:
    child = top.child(key)
    if child is None:
        top.fail(f"needs “{key}:”")
    return child


def _only_wide(top: Node, shape: str, key: str) -> Node | None:
    child = top.child(key)
    if child is not None and shape != "wide":
        child.fail("belongs to the shape “wide”; with the shape “claims” use “claim:”")
    return child


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
        b"\xff\xfe\x80a".decode(codecs.lookup(encoding).name, "replace")
    except (LookupError, ValueError):
        node.fail(f"there is no encoding {encoding!r}; use for example utf-8 or windows-1251")


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
    for part in ("testifier", "consent"):
        # One source has one speaker: otherwise the first row's consent would stand for everybody's.
        if getattr(mapping, part) and not isinstance(mapping.source, RowSource):
            top.fail(
                f"{part}: needs source: “per: row”, because every row is a testimony of its own"
            )
    if mapping.consent and not mapping.testifier:
        top.fail("consent: needs testifier:, because somebody gave it")
    if isinstance(mapping.source, RowSource) and mapping.shape != "wide":
        top.fail("source: “per: row” belongs to the shape “wide”")
    return replace(mapping, headings=headings)
