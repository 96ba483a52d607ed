"""A person in a sentence or two of plain English, with who says what where sources differ."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from aigaq.records.claims import Claim, ClaimState
from aigaq.records.dates import parse_date, widen
from aigaq.records.person import Person
from aigaq.records.wording import say_value

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

#: What ended it, in the order in which it is told: property → how a sentence says it.
_ENDS = (
    ("execution", "died by execution or killing"),
    ("death", "died"),
    ("release_date", "regained freedom"),
)


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
        return f"{who.rstrip(',')} is named in {_count(person.sources)} source{_s(person.sources)}."
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
    for code, verb in _ENDS:
        claims = [one for one in _known(person.claims, code) if not _precedes_arrest(one, person)]
        if claims:
            yield _told(claims, f"{who} {verb}")
            return


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


def _told(claims: Sequence[Claim], verb: str) -> str:
    # Sources, not claims: one list that says it twice is one voice.
    voices = dict.fromkeys((claim.value, claim.source) for claim in claims)
    counted = Counter(value for value, _ in voices)
    first = {claim.value: claim for claim in reversed(claims)}
    (value, most), *others = counted.most_common()
    if not others:
        by = "One source says" if most == 1 else "Sources say"
        return f"{by} {verb} {_on(first[value])}."
    if most > sum(count for _, count in others):
        head = f"Most sources say {verb} {_on(first[value])}"
    else:
        head = f"{_count(most).capitalize()} source{_s(most)} say{'s' * (most == 1)} {verb} "
        head += _on(first[value])
    rest = [
        f"{_count(count)} say{'s' * (count == 1)} {_on(first[one])}" for one, count in others[:2]
    ]
    more = len(others) - 2
    tail = (
        f"; {_count(more)} other date{_s(more)} {'is' if more == 1 else 'are'} given"
        if more > 0
        else ""
    )
    return f"{head}; {', '.join(rest)}{tail}."


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
