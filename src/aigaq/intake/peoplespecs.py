"""The parts `testifier` and `consent` of a mapping file: who testified, and what they allowed."""

from aigaq.intake.choices import check_code, known_terms, normal, read_choice, read_free_choice
from aigaq.intake.mappingtypes import Choice, ConsentSpec, TestifierSpec
from aigaq.intake.yamlnode import Node


def read_testifier(node: Node | None) -> TestifierSpec | None:
    """Read `testifier: {name: HEADING, contact: HEADING, relation: HEADING | choice}`.

    Raises:
        BadInput: naming file, field and mend.
    """
    if node is None:
        return None
    node.keys("name", "contact", "relation")
    relation = node.child("relation")
    if relation is not None and isinstance(relation.data, str):
        choice = Choice(column=relation.text(), terms=known_terms("testifier_relation"))
    else:
        choice = read_choice(relation, "testifier_relation")
    return TestifierSpec(node.need("name"), node.get("contact"), choice)


def read_consent(node: Node | None) -> ConsentSpec | None:
    """Read `consent`: which column answers for which purpose, what means yes and no, how far it goes.

    Raises:
        BadInput: naming file, field and mend.
    """
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
    choice = Choice(node.text()) if is_fixed else read_free_choice(node, "proxy")
    for value in (choice.fixed, choice.otherwise or "proxy", *(choice.terms or {}).values()):
        if value not in ("self", "proxy"):
            node.fail(f"about is self or proxy, not {value!r}")
    return choice
