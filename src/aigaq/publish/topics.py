"""What is said and by whom: a person's claims, gathered by question and by answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from aigaq.publish.wording import Wording, property_label, tag_label, term_label
from aigaq.records.release import Conflict, ReleasedClaim, ReleasedPerson, ReleasedSource
from aigaq.records.vocabulary import properties

OFFICIAL = frozenset({"official", "court"})
PERSONAL = frozenset({"relative", "survivor", "witness"})
# First property of each section, in the order of vocab/properties.yaml.
SECTIONS = (
    ("name", "Names"),
    ("sex", "The person"),
    ("father", "Family and others"),
    ("problems_started", "How it began"),
    ("custody_form", "Held"),
    ("charge", "Charge, trial and sentence"),
    ("reason_official", "Reasons given"),
    ("status", "Where things stand"),
    ("health", "Health and treatment"),
    ("death", "Death"),
    ("external_id", "About the account"),
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A source with its number on the page."""

    number: int
    source: ReleasedSource
    official: bool
    about: str


@dataclass(frozen=True, slots=True)
class Saying:
    """One claim as a line.

    Attributes:
        claim: as released.
        quote: its words, "" where they are the answer itself.
        voice: label of who speaks.
        official: whether it is an authority or a court.
        number: of its source on the page, 0 where the source is not released.
        source: title of the source, followed by the place in it.
        about: language, kind, stage, how known and how sure, as one line.
    """

    claim: ReleasedClaim
    quote: str
    voice: str
    official: bool
    number: int
    source: str
    about: str


@dataclass(frozen=True, slots=True)
class Side:
    """One answer and everybody who gives it.

    Attributes:
        text: the answer; the label of the absence where `absent`.
        lang, dir: of the text when it is somebody's words, else "".
        link: path of a person's page from the root of the site, or "".
    """

    text: str
    lang: str
    dir: str
    absent: bool
    link: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A question with its answers.

    Attributes:
        code: property code.
        label: its label.
        episode: number of the episode it is about, 0 where that needs no saying.
        kind: `differ`, `precision`, or "" where nobody differs.
        sides: the positions of a conflict, to stand side by side.
        others: all other answers.
    """

    code: str
    label: str
    episode: int
    kind: str
    sides: tuple[Side, ...]
    others: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Topics under one heading."""

    title: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every line needs: sources by key, pages of people, words."""

    cited: Mapping[str, Cited]
    links: Mapping[str, str]
    wording: Wording


def sections_of(
    person: ReleasedPerson,
    cited: Mapping[str, Cited],
    links: Mapping[str, str],
    wording: Wording,
) -> tuple[Section, ...]:
    """Gather a person's claims by section, question and answer; every claim stands in it once.

    Args:
        person: as released.
        cited: source key → source with its number.
        links: public id → path of a page, for everybody in the release.
        wording: of the labels.
    """
    frame = _Frame(cited, links, wording)
    groups: dict[str, list[Topic]] = {}
    for topic in _topics(person, frame):
        groups.setdefault(_section_title(topic.code), []).append(topic)
    return tuple(Section(title, tuple(found)) for title, found in groups.items())


@cache
def _ranks() -> Mapping[str, int]:
    return {code: place for place, code in enumerate(properties())}


def _rank(code: str) -> int:
    return _ranks().get(code, len(_ranks()))


@cache
def _section_title(code: str) -> str:
    return [title for first, title in SECTIONS if _rank(first) <= _rank(code)][-1]


def _topics(person: ReleasedPerson, frame: _Frame) -> Iterable[Topic]:
    episodes = {episode.key: place for place, episode in enumerate(person.episodes, start=1)}
    several = len(episodes) > 1
    conflicts = {(one.property, one.episode): one for one in person.conflicts}
    groups: dict[tuple[str, str], list[ReleasedClaim]] = {}
    for claim in person.claims:
        key = (claim.property, claim.episode)
        # A difference about the person as a whole gathers claims told within an episode as well.
        if key not in conflicts and (not several or (claim.property, "") in conflicts):
            key = (claim.property, "")
        groups.setdefault(key, []).append(claim)
    for key in sorted(groups, key=lambda key: (_rank(key[0]), episodes.get(key[1], 0))):
        number = episodes.get(key[1], 0) if several else 0
        yield _topic(key[0], number, groups[key], conflicts.get(key), frame)


def _topic(
    code: str,
    episode: int,
    claims: list[ReleasedClaim],
    conflict: Conflict | None,
    frame: _Frame,
) -> Topic:
    by_key = {claim.key: claim for claim in claims}
    sides = []
    for position in conflict.positions if conflict else ():
        # Each claim is taken out as it is placed, so that none stands on the page twice.
        told = [by_key.pop(key) for key in position.claims if key in by_key]
        sides.append(_side(position.display, told, frame))
    return Topic(
        code=code,
        label=property_label(code, frame.wording.language),
        episode=episode,
        kind=conflict.kind if conflict else "",
        sides=tuple(sides),
        others=tuple(_by_answer(by_key.values(), frame)),
    )


def _by_answer(claims: Iterable[ReleasedClaim], frame: _Frame) -> Iterable[Side]:
    groups: dict[tuple[str, str], list[ReleasedClaim]] = {}
    for claim in claims:
        text = (claim.display or claim.words or claim.value) if claim.state == "known" else ""
        groups.setdefault((claim.state, text), []).append(claim)
    for (state, text), found in groups.items():
        if state == "known":
            yield _side(text, found, frame)
        else:
            label = term_label("claim_state", state, frame.wording.language)
            yield _side(label, found, frame, absent=True)


def _side(text: str, claims: list[ReleasedClaim], frame: _Frame, absent: bool = False) -> Side:
    voiced = next((one for one in claims if one.words == text and text), None)
    return Side(
        text=text,
        lang=voiced.lang if voiced else "",
        dir=voiced.dir if voiced else "",
        absent=absent,
        link=next((frame.links[one.link] for one in claims if one.link in frame.links), ""),
        sayings=tuple(_saying(claim, text, frame) for claim in claims),
    )


def _saying(claim: ReleasedClaim, answer: str, frame: _Frame) -> Saying:
    cited = frame.cited.get(claim.source)
    source = [part for part in (cited.source.title if cited else "", claim.locator) if part]
    return Saying(
        claim=claim,
        quote=claim.words if claim.words != answer else "",
        voice=term_label("voice", claim.voice, frame.wording.language) if claim.voice else "",
        official=claim.voice in OFFICIAL,
        number=cited.number if cited else 0,
        source=", ".join(source),
        about=" · ".join(_remarks(claim, frame.wording)),
    )


def _remarks(claim: ReleasedClaim, wording: Wording) -> Iterable[str]:
    language = wording.language
    if claim.words and claim.lang:
        yield tag_label(claim.lang, language)
    if claim.qualifier:
        yield _qualifier(claim, language)
    if claim.leg:
        yield f"{wording.translate('stage')} {claim.leg}"
    if claim.basis:
        how = term_label("knowledge_basis", claim.basis, language)
        yield f"{wording.translate('known by:')} {how}"
    if claim.certainty:
        sure = term_label("certainty", f"certainty_{claim.certainty}", language)
        yield f"{wording.translate('how sure:')} {sure}"
    if claim.approximate:
        yield wording.translate("approximate")
    if claim.state == "known" and not claim.words and claim.voice in PERSONAL:
        yield wording.translate("paraphrased")


def _qualifier(claim: ReleasedClaim, language: str) -> str:
    found = properties().get(claim.property)
    if found and found.qualifier:
        return term_label(found.qualifier, claim.qualifier, language)
    return claim.qualifier.replace("_", " ")
