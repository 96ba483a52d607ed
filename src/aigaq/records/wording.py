"""Values in plain English, the same wherever a person reads them."""

from aigaq.records.claims import Claim, ClaimState
from aigaq.records.dates import describe, parse_date
from aigaq.records.vocabulary import property_of, vocabulary

_ABSENT = {
    ClaimState.UNKNOWN: "not known to the source",
    ClaimState.NOT_ASKED: "was not asked",
    ClaimState.NOT_STATED: "not stated by the source",
    ClaimState.REFUSED: "the speaker would rather not say",
}


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, `1 claim` or `3 claims`.

    Args:
        number: how many.
        noun: of one of them.
        plural: of several, where it is not the noun with an s.
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def say_value(claim: Claim) -> str:
    """Return a claim's value in words: a date written out, a term's label, or which absence it is."""
    if claim.state is not ClaimState.KNOWN:
        return _ABSENT[claim.state]
    definition = property_of(claim.property)
    if definition.value == "date":
        return describe(parse_date(claim.value))
    if definition.value == "term":
        return vocabulary(definition.vocabulary).term(claim.value).label()
    return claim.value
