"""Values that are fixed for a file or stand in a column, and the terms cells are compared with."""

from collections.abc import Mapping
from functools import cache

from aigaq.intake.mappingtypes import Choice
from aigaq.intake.yamlnode import Node
from aigaq.records.errors import BadInput
from aigaq.records.langtags import check_tag
from aigaq.records.vocabulary import vocabulary


def normal(text: str) -> str:
    """Return `text` as cells are compared with the texts of a mapping: one space, no case."""
    return " ".join(text.split()).casefold()


def check_code(node: Node, code: str, list_code: str) -> str:
    """Return `code` when it is a term of the vocabulary `list_code`.

    Raises:
        BadInput: it is not; the message names the place in the mapping.
    """
    try:
        return vocabulary(list_code).term(code).code
    except BadInput as error:
        node.fail(str(error))


def read_lang(node: Node) -> Choice:
    """Read `lang: kk-Cyrl` or `lang: {column: HEADING}`.

    Raises:
        BadInput: the tag is not BCP 47 with a script.
    """
    child = node.child("lang")
    if child is None:
        return Choice()
    if isinstance(child.data, dict):
        child.keys("column")
        return Choice(column=child.need("column"))
    try:
        return Choice(fixed=check_tag(child.text()))
    except BadInput as error:
        child.fail(str(error))


def read_choice(node: Node | None, list_code: str, default: str = "") -> Choice:
    """Read a fixed code, or `{column: HEADING, terms: {text: code}, otherwise: code}`.

    Args:
        node: where it stands, None when it does not.
        list_code: the vocabulary its codes come from.
        default: code when nothing is said.

    Raises:
        BadInput: a code is no term of that list.
    """
    if node is None:
        return Choice(fixed=default)
    if isinstance(node.data, str):
        return Choice(fixed=check_code(node, node.text(), list_code))
    node.keys("column", "terms", "otherwise")
    terms = dict(known_terms(list_code))
    child = node.child("terms")
    for text, code in child.items() if child else ():
        terms[normal(text)] = check_code(code, code.text(), list_code)
    otherwise = node.child("otherwise")
    other = check_code(otherwise, otherwise.text(), list_code) if otherwise else ""
    return Choice(default, node.need("column"), terms, other)


def read_free_choice(node: Node, default: str = "") -> Choice:
    """Read `HEADING`, or `{column: HEADING, terms: {text: value}, otherwise: value}`, unchecked.

    Args:
        node: where it stands.
        default: value for an empty cell.
    """
    if isinstance(node.data, str):
        return Choice(default, node.text())
    node.keys("column", "terms", "otherwise")
    terms = node.child("terms")
    values = {normal(text): child.text() for text, child in terms.items()} if terms else None
    return Choice(default, node.need("column"), values, node.get("otherwise"))


@cache
def known_terms(list_code: str) -> Mapping[str, str]:
    """Return what cells may say without a `terms` table: casefolded code or checked label → code.

    Labels no native speaker has checked, and labels two terms share, are left out.
    """
    found: dict[str, str] = {}
    shared: set[str] = set()
    for term in vocabulary(list_code).terms.values():
        for label in {normal(term.labels[tag]) for tag in term.reviewed if tag in term.labels}:
            shared.update({label} if label in found else ())
            found[label] = term.code
    codes = {code: code for code in vocabulary(list_code).terms}
    return {label: code for label, code in found.items() if label not in shared} | codes
