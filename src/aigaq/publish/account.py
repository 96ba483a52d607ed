"""What a person's page shows, worked out from a released person: words, no markup."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aigaq.publish.timeline import Timeline, timeline_of
from aigaq.publish.topics import OFFICIAL, Cited, Section, sections_of
from aigaq.publish.wording import (
    OTHER_SCRIPT,
    SCRIPTS,
    Wording,
    property_label,
    script_label,
    tag_label,
    term_label,
)
from aigaq.records.release import ReleasedClaim, ReleasedName, ReleasedPerson, ReleasedSource

# What a reader would want to know first, and the properties that answer it; where no source speaks of
# one, the page says so.
KEY_QUESTIONS = {
    "birth": ("birth",),
    "arrest_date": ("arrest_date", "missing"),
    "arrest_place": ("arrest_place", "last_seen_place"),
    "held_place": ("held_place", "facility", "camp"),
    "charge": ("charge", "charge_article"),
    "sentence": ("sentence", "sentence_years"),
}


@dataclass(frozen=True, slots=True)
class Form:
    """An attested form of the name, its language in words, and the numbers of its sources."""

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
class Standing:
    """A last known status in one line, and the numbers of the sources it rests on."""

    label: str
    as_of: str
    told_by: str
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Everything the person's page says, in its order.

    Attributes:
        names: attested forms by script.
        status: last known statuses, newest first.
        timeline: the line through time, None where nothing is dated.
        sections: what is said and by whom.
        cited: sources, numbered.
        corroboration: label.
        absent: (question, which absence) where a source was asked or read and nobody answers.
        unspoken: key questions of which no source speaks.
        differ: on how many questions sources cannot all be right.
    """

    names: tuple[FormGroup, ...]
    status: tuple[Standing, ...]
    timeline: Timeline | None
    sections: tuple[Section, ...]
    cited: tuple[Cited, ...]
    corroboration: str
    absent: tuple[tuple[str, str], ...]
    unspoken: tuple[str, ...]
    differ: int


def account_of(person: ReleasedPerson, links: Mapping[str, str], wording: Wording) -> Account:
    """Work out what the page of a person shows.

    Args:
        person: as released.
        links: public id → path of its page, for everybody in the release.
        wording: of the labels.
    """
    cited = tuple(
        _cite(number, source, wording.language)
        for number, source in enumerate(person.sources, start=1)
    )
    by_key = {one.source.key: one for one in cited}
    numbers = {one.key: by_key[one.source].number for one in person.claims if one.source in by_key}
    language = wording.language
    code = person.corroboration
    return Account(
        names=_group_names(person.names, numbers, language),
        status=tuple(
            Standing(one.label, wording.day(one.as_of), one.told_by, marks_of(one.claims, numbers))
            for one in person.status
        ),
        timeline=timeline_of(person, numbers, wording),
        sections=sections_of(person, by_key, links, wording),
        cited=cited,
        corroboration=term_label("corroboration", code, language) if code else "",
        absent=_absences(person.claims, language),
        unspoken=_unspoken(person.claims, language),
        differ=sum(conflict.kind == "differ" for conflict in person.conflicts),
    )


def marks_of(claims: Iterable[str], numbers: Mapping[str, int]) -> tuple[int, ...]:
    """Return the source numbers of some claims, each once, ascending."""
    return tuple(sorted({numbers[key] for key in claims if key in numbers}))


def _cite(number: int, source: ReleasedSource, language: str) -> Cited:
    kind = term_label("source_kind", source.kind, language)
    voice = term_label("voice", source.voice, language) if source.voice else ""
    tongue = tag_label(source.lang, language) if source.lang else ""
    about = dict.fromkeys((kind, voice, tongue, source.basis, source.licence))
    return Cited(number, source, source.voice in OFFICIAL, " · ".join(filter(None, about)))


def _group_names(
    names: Iterable[ReleasedName], numbers: Mapping[str, int], language: str
) -> tuple[FormGroup, ...]:
    groups: dict[str, list[Form]] = {}
    for name in names:
        # The script is the heading, so the language alone is enough here.
        tongue = re.split("[,،（(]", tag_label(name.lang, language))[0].strip() if name.lang else ""
        form = Form(name.text, name.lang, name.dir, tongue, marks_of(name.claims, numbers))
        groups.setdefault(script_label(name.lang), []).append(form)
    order = [*SCRIPTS.values(), OTHER_SCRIPT]
    return tuple(
        FormGroup(script, tuple(groups[script])) for script in sorted(groups, key=order.index)
    )


def _absences(claims: Iterable[ReleasedClaim], language: str) -> tuple[tuple[str, str], ...]:
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
        for code, answers in KEY_QUESTIONS.items()
        if not spoken.intersection(answers)
    )
