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
