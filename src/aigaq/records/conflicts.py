"""Where sources disagree: found by comparing values, shown side by side, never resolved here."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
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
    legs: _Legs = defaultdict(set)
    for claim in claims:
        head = episode_heads.get(claim.episode, claim.episode) if claim.episode else None
        if claim.leg is not None:
            legs[claim.subject.id, head].add(claim.leg)
        definition = property_of(claim.property)
        if claim.state is ClaimState.KNOWN and definition.single:
            about = None if definition.scope == "mention" else head
            asked[_QUESTION.get(claim.property, claim.property), about].append(claim)
    found = (_disagree(code, episode, group, legs) for (code, episode), group in asked.items())
    return tuple(sorted((one for one in found if one), key=lambda one: one.property))


#: (mention, episode) → the stages it tells of, whatever it says of each.
type _Legs = dict[tuple[UUID, UUID | None], set[UUID]]


#: Properties that answer the question of another: whoever was executed on a day died on it.
_QUESTION = {"execution": "death", "execution_place": "death_place"}


def _disagree(
    code: str, episode: UUID | None, claims: Sequence[Claim], legs: _Legs
) -> Disagreement | None:
    definition = property_of(code)
    if len(_positions(definition, claims)) < 2:
        return None
    relation = _relation(definition)
    related = [
        (relation(left, right), left, right)
        for left, right in _comparable(definition, episode, claims, legs)
        if _sameness(definition, left) != _sameness(definition, right)
    ]
    kinds = {kind for kind, _, _ in related}
    kind = "differ" if "differ" in kinds else "precision" if "precision" in kinds else ""
    if not kind:
        return None
    if definition.scope == "leg":
        # What is said of other stages answers another question and takes no position here.
        answers = {one.id for how, *pair in related if how != "same" for one in pair}
        claims = [claim for claim in claims if claim.id in answers]
    return Disagreement(code, episode, kind, _positions(definition, claims))


def _comparable(
    definition: Property, episode: UUID | None, claims: Sequence[Claim], legs: _Legs
) -> Iterator[tuple[Claim, Claim]]:
    """Return the pairs that answer the same question.

    Two stages of one account don't contradict each other, and the numbers of stages don't correspond from
    account to account: of a stage, only accounts that tell of a single one are compared.
    """
    staged = definition.scope == "leg"
    single = {id for (id, about), told in legs.items() if about == episode and len(told) == 1}
    single |= {claim.subject.id for claim in claims if not legs.get((claim.subject.id, episode))}
    for left, right in combinations(claims, 2):
        accounts = {left.subject.id, right.subject.id}
        if not staged or accounts <= single or (len(accounts) == 1 and left.leg == right.leg):
            yield left, right


def _positions(definition: Property, claims: Sequence[Claim]) -> tuple[tuple[Claim, ...], ...]:
    grouped: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        grouped[_sameness(definition, claim)].append(claim)
    return tuple(tuple(group) for group in sorted(grouped.values(), key=len, reverse=True))


def _sameness(definition: Property, claim: Claim) -> str:
    if definition.value == "number":
        return str(Decimal(claim.value).normalize())
    if definition.value == "date":
        when = parse_date(claim.value)
        return f"{when.earliest} {when.latest} {when.approximate}"
    return claim.value if definition.value == "term" else _plain(claim.value)


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


def _language(claim: Claim) -> tuple[str, str]:
    return claim.lang.split("-")[0].lower(), script_of_tag(claim.lang)


def _alphabets(text: str) -> set[str]:
    """Return the scripts of the letters, by their Unicode names: tags are missing or wrong at times."""
    names = (unicodedata.name(letter, "") for letter in text if letter.isalpha())
    return {name.split(" ")[0] for name in names if name}


def _relate_words(left: Claim, right: Claim) -> str:
    scripts, other_scripts = _alphabets(left.value), _alphabets(right.value)
    apart = scripts and other_scripts and not scripts & other_scripts
    if apart or _language(left) != _language(right):
        return "same"  # words in two languages can't be told apart by comparing letters
    ours, theirs = set(_plain(left.value).split()), set(_plain(right.value).split())
    return "precision" if ours <= theirs or theirs <= ours else "differ"
