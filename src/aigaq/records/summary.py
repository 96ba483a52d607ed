"""A person in a sentence or two of plain English, with who says what where sources differ."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from aigaq.records.claims import Claim, ClaimState
from aigaq.records.dates import compare, parse_date, widen
from aigaq.records.person import Person
from aigaq.records.wording import say_value

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def summarise(person: Person, name: str) -> str:
    """Return the opening sentences of a person's page.

    Args:
        person: the view; only what stands in it is said.
        name: the name to call the person by.
    """
    sentences = [_opening(person, name), *_endings(person, _pronoun(person.claims))]
    return " ".join(sentence for sentence in sentences if sentence)


def _opening(person: Person, name: str) -> str:
    who = f"{name}, {_article(work)}," if (work := _work(person.claims)) else name
    taken = _most_said(person.claims, "arrest_date")
    if taken is None:
        return f"{who} is named in {_count(person.sources)} source{_s(person.sources)}."
    where = _place_of(person.claims, taken)
    place = f" in {_short(where.value)}" if where and _is_latin(where.value) else ""
    differ = any(
        one.property == "arrest_date" and one.kind == "differ" and taken in sum(one.positions, ())
        for one in person.disagreements
    )
    return f"{who} was taken {_on(taken)}{place}{' (sources differ on the day)' if differ else ''}."


def _place_of(claims: Iterable[Claim], taken: Claim) -> Claim | None:
    """Return the place that an account gives for this very arrest; another one's is another place."""
    same = {
        (one.subject, one.episode, one.leg)
        for one in _known(claims, "arrest_date")
        if one.value == taken.value
    }
    places = _known(claims, "arrest_place")
    return _most_said(
        [one for one in places if (one.subject, one.episode, one.leg) in same], "arrest_place"
    )


def _endings(person: Person, who: str) -> Iterable[str]:
    """Tell how it ended: a death, however it is said to have come, before a release."""
    for codes in (("execution", "death"), ("release_date",)):
        claims = [
            one
            for code in codes
            for one in _known(person.claims, code)
            if not _precedes_arrest(one, person)
        ]
        if claims:
            yield _told(claims, who)
            return


def _verb(claims: Iterable[Claim], who: str) -> str:
    said = {claim.property for claim in claims}
    if "execution" in said:
        return f"{who} {'were' if who == 'they' else 'was'} executed or killed"
    return f"{who} died" if "death" in said else f"{who} regained freedom"


def _precedes_arrest(end: Claim, person: Person) -> bool:
    """Return whether an end lies before the arrest the opening tells of: it ended something else."""
    taken = _most_said(person.claims, "arrest_date")
    if taken is None:
        return False
    last, first = widen(parse_date(end.value))[1], widen(parse_date(taken.value))[0]
    return last < first


def _pronoun(claims: Iterable[Claim]) -> str:
    said = {claim.value for claim in _known(claims, "sex")}
    return (
        {"male": "he", "female": "she"}.get(next(iter(said)), "they") if len(said) == 1 else "they"
    )


def _told(claims: Sequence[Claim], who: str) -> str:
    """Tell what most sources say, then what the others say that can't be true along with it."""
    values = _by_value(claims)
    head, *rest = sorted(values, key=lambda value: len(_voices(values[value])), reverse=True)
    apart = [one for one in rest if compare(parse_date(head), parse_date(one)) == "differ"]
    agreeing = [one for value in values if value not in apart for one in values[value]]
    said = f"{_verb(agreeing, who)} {_on(values[head][0])}"
    most, others = len(_voices(agreeing)), len(_voices(claims)) - len(_voices(agreeing))
    if not apart:
        return f"{'One source says' if most == 1 else 'Sources say'} {said}."
    if most > others:
        opening = "Most sources say"
    else:
        opening = f"{_count(most).capitalize()} source{_s(most)} {_say(most)}"
    tales = [_tale(values[value], agreeing, who) for value in apart[:2]]
    if (more := len(apart) - 2) > 0:
        tales.append(f"{_count(more)} other date{_s(more)} {'is' if more == 1 else 'are'} given")
    return f"{opening} {said}; {'; '.join(tales)}."


def _tale(claims: Sequence[Claim], agreeing: Sequence[Claim], who: str) -> str:
    """Return what those who differ say: the date alone, or the manner too where it is another."""
    count = len(_voices(claims))
    verb = _verb(claims, who)
    manner = "" if verb == _verb(agreeing, who) else f"{verb} "
    return f"{_count(count)} {_say(count)} {manner}{_on(claims[0])}"


def _by_value(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    values: dict[str, list[Claim]] = {}
    for claim in claims:
        values.setdefault(claim.value, []).append(claim)
    return values


def _voices(claims: Iterable[Claim]) -> set[UUID]:
    """Sources, not claims: one list that says it twice is one voice."""
    return {claim.source for claim in claims}


def _say(count: int) -> str:
    return "says" if count == 1 else "say"


_DAY = re.compile(r"\d{1,2} [A-Z]")
_YEARS = re.compile(r"(\d+) to (\d+)")


def _on(claim: Claim) -> str:
    said = say_value(claim)
    if _DAY.match(said):
        return f"on {said}"
    if span := _YEARS.fullmatch(said):
        return f"between {span[1]} and {span[2]}"
    return said if said.startswith(("about", "between", "by", "from", "at")) else f"in {said}"


def _known(claims: Iterable[Claim], code: str) -> list[Claim]:
    return [one for one in claims if one.property == code and one.state is ClaimState.KNOWN]


def _most_said(claims: Iterable[Claim], code: str) -> Claim | None:
    known = _known(claims, code)
    if not known:
        return None
    value = Counter(claim.value for claim in known).most_common(1)[0][0]
    return next(claim for claim in known if claim.value == value)


def _work(claims: Iterable[Claim]) -> str:
    for claim in _known(claims, "occupation"):
        if claim.lang.startswith("en") and len(claim.value) < 80:
            work = claim.value.strip().rstrip(". ")
            if not work:
                continue
            return work if work[:2].isupper() else work[0].lower() + work[1:]
    return ""


def _article(work: str) -> str:
    if work.startswith("first "):
        return f"the {work}"
    return (
        work
        if work.startswith(("a ", "an ", "the "))
        else f"{'an' if work[0] in 'aeio' else 'a'} {work}"
    )


def _short(place: str) -> str:
    return place.title() if place.isupper() else place


def _is_latin(text: str) -> bool:
    return all(letter.isascii() or "À" <= letter <= "ɏ" for letter in text)


def _count(number: int) -> str:
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def _s(number: int) -> str:
    return "" if number == 1 else "s"
