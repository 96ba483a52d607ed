"""Where sources disagree: found by comparing values, shown side by side, never resolved here."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from aigaq.records.claims import Claim, ClaimState
from aigaq.records.dates import compare, parse_date
from aigaq.records.langtags import script_of_tag
from aigaq.records.vocabulary import Property, property_of, vocabulary


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One question sources answer differently.

    Attributes:
        property: what is asked.
        episode: the episode it is about, or None for the person as a whole.
        kind: `differ` when not all can be true, `precision` when one is only vaguer than another.
        positions: groups of claims that agree word for word or day for day, most attested first.
    """

    property: str
    episode: UUID | None
    kind: str
    positions: tuple[tuple[Claim, ...], ...]


def find_disagreements(
    claims: Iterable[Claim], episode_heads: Mapping[UUID, UUID]
) -> tuple[Disagreement, ...]:
    """Compare every single-valued property across sources.

    Args:
        claims: claims in force about one person.
        episode_heads: episode → the episode it is judged the same as; accounts of different episodes
            do not contradict each other.

    Returns:
        One disagreement per property and episode where at least two values stand, in order of property.
    """
    asked: dict[tuple[str, UUID | None], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.state is ClaimState.KNOWN and property_of(claim.property).single:
            head = episode_heads.get(claim.episode, claim.episode) if claim.episode else None
            asked[_QUESTION.get(claim.property, claim.property), head].append(claim)
    found = (_disagree(code, episode, group) for (code, episode), group in asked.items())
    return tuple(sorted((one for one in found if one), key=lambda one: one.property))


#: Properties that answer the question of another: whoever was executed on a day died on it.
_QUESTION = {"execution": "death", "execution_place": "death_place"}


def _disagree(code: str, episode: UUID | None, claims: Sequence[Claim]) -> Disagreement | None:
    definition = property_of(code)
    positions = _positions(definition, claims)
    if len(positions) < 2:
        return None
    relation = _relation(definition)
    kinds = {relation(left, right) for left, right in _comparable(definition, claims)}
    kind = "differ" if "differ" in kinds else "precision" if "precision" in kinds else ""
    return Disagreement(code, episode, kind, positions) if kind else None


def _comparable(definition: Property, claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Return the pairs that answer the same question.

    Two stages of one account don't contradict each other, and the numbers of stages don't correspond from
    account to account: of a stage, only accounts that tell of a single one are compared.
    """
    staged = definition.scope == "leg"
    legs: dict[UUID, set[UUID | None]] = defaultdict(set)
    for claim in claims:
        legs[claim.subject.id].add(claim.leg)
    for left, right in combinations(claims, 2):
        same_account = left.subject.id == right.subject.id
        single = len(legs[left.subject.id]) == len(legs[right.subject.id]) == 1
        if not staged or single or (same_account and left.leg == right.leg):
            yield left, right


def _positions(definition: Property, claims: Sequence[Claim]) -> tuple[tuple[Claim, ...], ...]:
    grouped: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        grouped[_sameness(definition, claim)].append(claim)
    return tuple(tuple(group) for group in sorted(grouped.values(), key=len, reverse=True))


def _sameness(definition: Property, claim: Claim) -> str:
    if definition.value in ("date", "term", "number"):
        return claim.value
    return _plain(claim.value)


def _plain(text: str) -> str:
    """Fold case, accents and punctuation, so that only a difference in substance is one."""
    stripped = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text).casefold()
        if not unicodedata.combining(letter)
    )
    return re.sub(r"[\W_]+", " ", stripped).strip()


def _relation(definition: Property) -> Callable[[Claim, Claim], str]:
    if definition.value == "date":
        return lambda left, right: compare(parse_date(left.value), parse_date(right.value))
    if definition.value == "term":
        return lambda left, right: _relate_terms(definition.vocabulary, left, right)
    if definition.value == "number":
        return lambda left, right: "differ"
    return _relate_words


def _relate_terms(list_code: str, left: Claim, right: Claim) -> str:
    terms = vocabulary(list_code)
    nested = left.value in terms.within(right.value) or right.value in terms.within(left.value)
    return "precision" if nested else "differ"


def _relate_words(left: Claim, right: Claim) -> str:
    if script_of_tag(left.lang) != script_of_tag(right.lang) or left.lang[:2] != right.lang[:2]:
        return "same"  # words in two languages can't be told apart by comparing letters
    ours, theirs = set(_plain(left.value).split()), set(_plain(right.value).split())
    return "precision" if ours <= theirs or theirs <= ours else "differ"
