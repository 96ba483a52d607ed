"""Whether one stage of custody can follow another: warnings for a second look, never rejections."""

import itertools
from collections.abc import Sequence

from aigaq.records.vocabulary import transition_rules, vocabulary


def warn_transitions(forms: Sequence[str]) -> tuple[str, ...]:
    """Return one sentence for every step that the known practice does not bear out.

    Args:
        forms: custody form codes in order, with the pseudo-states `taken`, `released` and `died`
            (`vocab/transitions.yaml`).

    Returns:
        Warnings in English, empty when every step is usual. Unknown forms are never warned about.
    """
    warnings = (_warn(before, after) for before, after in itertools.pairwise(forms))
    return tuple(warning for warning in warnings if warning)


def _warn(before: str, after: str) -> str:
    if {"unknown_custody", "other", ""} & {before, after} or before == after:
        return ""
    if _verdict(before, after) == "usual":
        return ""
    return (
        f"The step from {_label(before)} to {_label(after)} is unusual; "
        "check the dates and the words of the source."
    )


def _verdict(before: str, after: str) -> str:
    """Return the verdict of the first rule that names the pair, then of one for the wider terms."""
    for befores, afters in (({before}, {after}), (_wider(before), _wider(after))):
        for rule in transition_rules():
            if befores & set(rule["from"]) and afters & set(rule["to"]):
                return str(rule["verdict"])
    return "exception"


def _wider(code: str) -> set[str]:
    terms = vocabulary("custody_form")
    return {code, *(terms.within(code) if code in terms.terms else ())}


def _label(code: str) -> str:
    terms = vocabulary("custody_form").terms
    return terms[code].label().lower() if code in terms else code
