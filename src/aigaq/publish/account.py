"""What a person's page shows, worked out from a released person: no markup, no wording but labels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from aigaq.publish.wording import (
    OTHER_SCRIPT,
    SCRIPTS,
    property_label,
    script_label,
    tag_label,
    term_label,
)
from aigaq.records.release import (
    Conflict,
    ReleasedClaim,
    ReleasedName,
    ReleasedPerson,
    ReleasedSource,
)
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
# What a reader would want to know first; where no source speaks of one, the page says so.
KEY_QUESTIONS = ("birth", "arrest_date", "arrest_place", "held_place", "charge", "sentence")
_ANSWERS = {
    "held_place": ("held_place", "facility", "camp"),
    "arrest_date": ("arrest_date", "missing"),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """A source with its number on the page."""

    number: int
    source: ReleasedSource
    kind: str
    voice: str
    official: bool
    language: str


@dataclass(frozen=True, slots=True)
class Saying:
    """One claim as a line: whose words, in which tongue, how sure."""

    claim: ReleasedClaim
    cited: Cited | None
    voice: str
    official: bool
    tongue: str
    basis: str
    certainty: str
    kind: str
    paraphrased: bool


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
    """A property with its answers; `kind` is `differ`, `precision` or "" where nobody differs."""

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
class Form:
    """An attested form of the name with the numbers of its sources."""

    text: str
    lang: str
    dir: str
    tongue: str
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FormGroup:
    """The forms written in one script."""

    script: str
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Everything the person's page says, in its order."""

    person: ReleasedPerson
    names: tuple[FormGroup, ...]
    sections: tuple[Section, ...]
    cited: tuple[Cited, ...]
    corroboration: str
    absent: tuple[tuple[str, str], ...]
    unspoken: tuple[str, ...]
    differ: int
    by_claim: Mapping[str, int] = field(default_factory=dict)

    def marks(self, keys: Iterable[str]) -> tuple[int, ...]:
        """Return the source numbers of some claims, each once, ascending."""
        return tuple(sorted({self.by_claim[key] for key in keys if key in self.by_claim}))


def account_of(person: ReleasedPerson, links: Mapping[str, str], language: str = "en") -> Account:
    """Work out what the page of a person shows.

    Args:
        person: as released.
        links: public id → path of its page, for everybody in the release.
        language: of the labels.
    """
    cited = _number_sources(person, language)
    by_key = {one.source.key: one for one in cited}
    by_claim = {
        claim.key: by_key[claim.source].number for claim in person.claims if claim.source in by_key
    }
    topics = _topics(person, by_key, links, language)
    return Account(
        person=person,
        names=_group_names(person.names, by_claim, language),
        sections=_sections(topics),
        cited=cited,
        corroboration=term_label("corroboration", person.corroboration, language)
        if person.corroboration
        else "",
        absent=_absences(person.claims, language),
        unspoken=_unspoken(person.claims, language),
        differ=sum(conflict.kind == "differ" for conflict in person.conflicts),
        by_claim=by_claim,
    )


def _number_sources(person: ReleasedPerson, language: str) -> tuple[Cited, ...]:
    return tuple(
        Cited(
            number,
            source,
            term_label("source_kind", source.kind, language),
            term_label("voice", source.voice, language) if source.voice else "",
            source.voice in OFFICIAL,
            tag_label(source.lang, language) if source.lang else "",
        )
        for number, source in enumerate(person.sources, start=1)
    )


def _group_names(
    names: Iterable[ReleasedName], by_claim: Mapping[str, int], language: str
) -> tuple[FormGroup, ...]:
    groups: dict[str, list[Form]] = {}
    for name in names:
        marks = tuple(sorted({by_claim[key] for key in name.claims if key in by_claim}))
        tongue = tag_label(name.lang, language) if name.lang else ""
        groups.setdefault(script_label(name.lang), []).append(
            Form(name.text, name.lang, name.dir, tongue, marks)
        )
    order = [*SCRIPTS.values(), OTHER_SCRIPT]
    return tuple(
        FormGroup(script, tuple(groups[script])) for script in sorted(groups, key=order.index)
    )


def _topics(
    person: ReleasedPerson,
    by_key: Mapping[str, Cited],
    links: Mapping[str, str],
    language: str,
) -> list[Topic]:
    episodes = {episode.key: place for place, episode in enumerate(person.episodes, start=1)}
    several = len(episodes) > 1
    conflicts = {(one.property, one.episode): one for one in person.conflicts}
    groups: dict[tuple[str, str], list[Saying]] = {}
    for claim in person.claims:
        # A difference about the person as a whole gathers claims told within an episode as well.
        whole = (claim.property, "") in conflicts or not several
        key = (claim.property, "" if whole and (claim.property, claim.episode) not in conflicts
               else claim.episode)  # fmt: skip
        groups.setdefault(key, []).append(_saying(claim, by_key.get(claim.source), language))
    ordered = sorted(groups, key=lambda key: (_rank(key[0]), episodes.get(key[1], 0)))
    return [
        _topic(key, groups[key], conflicts.get(key), episodes if several else {}, links, language)
        for key in ordered
    ]


@cache
def _ranks() -> Mapping[str, int]:
    return {code: place for place, code in enumerate(properties())}


def _rank(code: str) -> int:
    return _ranks().get(code, len(_ranks()))


def _topic(
    key: tuple[str, str],
    sayings: list[Saying],
    conflict: Conflict | None,
    episodes: Mapping[str, int],
    links: Mapping[str, str],
    language: str,
) -> Topic:
    sides: tuple[Side, ...] = ()
    if conflict:
        by_key = {saying.claim.key: saying for saying in sayings}
        sides = tuple(
            _side(
                position.display, [by_key[one] for one in position.claims if one in by_key], links
            )
            for position in conflict.positions
        )
    told = {saying.claim.key for side in sides for saying in side.sayings}
    rest = [saying for saying in sayings if saying.claim.key not in told]
    return Topic(
        code=key[0],
        label=property_label(key[0], language),
        episode=episodes.get(key[1], 0),
        kind=conflict.kind if conflict else "",
        sides=sides,
        others=_by_answer(rest, links, language),
    )


def _by_answer(
    sayings: Iterable[Saying], links: Mapping[str, str], language: str
) -> tuple[Side, ...]:
    groups: dict[tuple[str, str], list[Saying]] = {}
    for saying in sayings:
        claim = saying.claim
        known = claim.state == "known"
        text = claim.display or claim.words or claim.value
        key = (claim.state, text if known else "")
        groups.setdefault(key, []).append(saying)
    return tuple(
        _side(text, group, links)
        if state == "known"
        else _side(term_label("claim_state", state, language), group, links, absent=True)
        for (state, text), group in groups.items()
    )


def _side(text: str, sayings: list[Saying], links: Mapping[str, str], absent: bool = False) -> Side:
    voiced = next((one.claim for one in sayings if one.claim.words == text), None)
    return Side(
        text=text,
        lang=voiced.lang if voiced else "",
        dir=voiced.dir if voiced else "",
        absent=absent,
        link=next((links[one.claim.link] for one in sayings if one.claim.link in links), ""),
        sayings=tuple(sayings),
    )


def _saying(claim: ReleasedClaim, cited: Cited | None, language: str) -> Saying:
    return Saying(
        claim=claim,
        cited=cited,
        voice=term_label("voice", claim.voice, language) if claim.voice else "",
        official=claim.voice in OFFICIAL,
        tongue=tag_label(claim.lang, language) if claim.words and claim.lang else "",
        basis=term_label("knowledge_basis", claim.basis, language) if claim.basis else "",
        certainty=_certainty(claim.certainty, language),
        kind=_qualifier(claim, language),
        paraphrased=claim.state == "known" and not claim.words and claim.voice in PERSONAL,
    )


def _certainty(level: int | None, language: str) -> str:
    return term_label("certainty", f"certainty_{level}", language) if level else ""


def _qualifier(claim: ReleasedClaim, language: str) -> str:
    found = properties().get(claim.property)
    if not claim.qualifier or not found or not found.qualifier:
        return claim.qualifier.replace("_", " ")
    return term_label(found.qualifier, claim.qualifier, language)


def _sections(topics: Iterable[Topic]) -> tuple[Section, ...]:
    starts = [(_rank(code), title) for code, title in SECTIONS]
    groups: dict[str, list[Topic]] = {}
    for topic in topics:
        rank = _rank(topic.code)
        title = [title for start, title in starts if start <= rank][-1]
        groups.setdefault(title, []).append(topic)
    return tuple(Section(title, tuple(found)) for title, found in groups.items())


def _absences(claims: Iterable[ReleasedClaim], language: str) -> tuple[tuple[str, str], ...]:
    """Return (question, which absence) for what no source answers though one was asked or read."""
    answered = {claim.property for claim in claims if claim.state == "known"}
    found = dict.fromkeys(
        (property_label(claim.property, language), term_label("claim_state", claim.state, language))
        for claim in claims
        if claim.state != "known" and claim.property not in answered
    )
    return tuple(found)


def _unspoken(claims: Iterable[ReleasedClaim], language: str) -> tuple[str, ...]:
    spoken = {claim.property for claim in claims}
    return tuple(
        property_label(code, language)
        for code in KEY_QUESTIONS
        if not spoken.intersection(_ANSWERS.get(code, (code,)))
    )
