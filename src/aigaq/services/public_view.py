"""From a cleared person to what the public sees: no internal id but the person's own, no testifier."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from aigaq.records.claims import Claim, ClaimState
from aigaq.records.conflicts import Disagreement
from aigaq.records.consent import Rights
from aigaq.records.dates import UncertainDate, coarsen, parse_date
from aigaq.records.langtags import direction, script_of_tag
from aigaq.records.person import Person, PersonEpisode
from aigaq.records.release import (
    Conflict,
    Position,
    ReleasedClaim,
    ReleasedEpisode,
    ReleasedLeg,
    ReleasedName,
    ReleasedPerson,
    ReleasedSource,
    ReleasedStatus,
)
from aigaq.records.sources import Source
from aigaq.records.status import Status
from aigaq.records.summary import summarise
from aigaq.records.vocabulary import property_of, vocabulary
from aigaq.records.wording import say_value
from aigaq.services.releasing import Cleared, is_testimony

_UNNAMED = "A person whose name is withheld"


@dataclass(frozen=True, slots=True)
class Directory:
    """What one page needs to know of the rest of the release.

    Attributes:
        page_of: mention id → key of the person page it leads to.
        basis_of: source id → why it may be published, in words.
    """

    page_of: Mapping[UUID, str]
    basis_of: Mapping[UUID, str]


def basis_words(rights: Rights, people: Iterable[Cleared]) -> dict[UUID, str]:
    """Return source → why it may be released; of a testimony the kind alone: reasons tell of speakers."""
    testimonies = {
        id for one in people for id, source in one.account.sources.items() if is_testimony(source)
    }
    terms = vocabulary("publication_basis")
    words = {}
    for source, (basis, *_) in rights.bases.items():
        label = terms.term(basis.kind).label()
        words[source] = label if source in testimonies else f"{label}: {basis.reason}"
    consents = {source: "Consent of the speaker" for source in rights.consents}
    return consents | words


def show_person(cleared: Cleared, directory: Directory) -> ReleasedPerson:
    """Return a cleared person as the public may see them."""
    person = cleared.person
    sources = _sources(cleared, directory)
    keys = {id: source.key for id, source in sources.items()}
    legs = {leg.id: leg.position for leg in cleared.account.legs}
    heads = {member: episode for episode in person.episodes for member in episode.members}
    names = _names(person.names)
    shown = _display_name(_names(_plain_names(person.names)) or names)
    return ReleasedPerson(
        key=str(person.id),
        display_name=shown.text,
        display_lang=shown.lang,
        display_dir=shown.dir,
        names=names,
        summary=summarise(person, shown.text),
        claims=tuple(
            _claim(claim, keys, heads, legs, directory.page_of) for claim in person.claims
        ),
        sources=tuple(sources.values()),
        conflicts=tuple(_conflict(one) for one in person.disagreements),
        episodes=tuple(_episode(one, cleared) for one in in_time(person.episodes)),
        status=tuple(_status(one, sources) for one in person.status),
        corroboration=person.corroboration,
        corroboration_words=_corroboration_words(person, cleared.account.sources),
        former_keys=tuple(str(id) for id in cleared.former),
        place=choose_place(person.claims),
        year=choose_year(person.claims),
    )


def _sources(cleared: Cleared, directory: Directory) -> Mapping[UUID, ReleasedSource]:
    shown: dict[UUID, ReleasedSource] = {}
    for number, (id, source) in enumerate(cleared.account.sources.items(), start=1):
        # A testimony's label holds on this page alone, so that nobody can follow a speaker from page to page.
        shown[id] = (
            _testimony(f"t{number}", source, directory.basis_of.get(id, ""))
            if is_testimony(source)
            else _published(source, directory.basis_of.get(id, ""))
        )
    return shown


def _testimony(key: str, source: Source, basis: str) -> ReleasedSource:
    year = source.dated  # the release service leaves no more of it
    voice = vocabulary("voice").terms.get(source.voice)
    who = voice.label().lower() if voice else "speaker"
    return ReleasedSource(
        key=key,
        kind="testimony",
        title=f"Account of a {who}" + (f", {year}" if year else ""),
        voice=source.voice,
        year=year,
        basis=basis,
    )


def _published(source: Source, basis: str) -> ReleasedSource:
    return ReleasedSource(
        key=source.key or str(source.id),
        kind=source.kind,
        title=source.title,
        citation=source.citation,
        url=source.url,
        lang=source.lang,
        licence=source.licence,
        voice=source.voice,
        year=coarsen(parse_date(source.dated), "year").edtf if source.dated else "",
        basis=basis,
    )


def _names(claims: Sequence[Claim]) -> tuple[ReleasedName, ...]:
    forms: dict[tuple[str, str], list[str]] = {}
    for claim in claims:
        forms.setdefault((claim.value, claim.lang), []).append(str(claim.id))
    return tuple(
        ReleasedName(text, lang, direction(lang), tuple(ids)) for (text, lang), ids in forms.items()
    )


#: Kinds of name that nobody would put on a page as its heading.
_NOT_A_HEADING = frozenset(
    {"former", "generated", "as_in_leak", "as_in_source", "nickname", "alias"}
)


def _plain_names(claims: Sequence[Claim]) -> list[Claim]:
    return [claim for claim in claims if claim.qualifier not in _NOT_A_HEADING]


def _display_name(names: Sequence[ReleasedName]) -> ReleasedName:
    """Choose the heading: the reader's script first (English pages: Latin), then the most attested form."""
    if not names:
        return ReleasedName(_UNNAMED, "en-Latn", "ltr", ())
    return max(names, key=_rank)


def _rank(name: ReleasedName) -> tuple[int, bool, int, int, str]:
    """Return what decides between forms; the text comes last, so that the same data give the same heading."""
    plain = not set(name.text) & set("()[]/")
    words = min(len(name.text.split()), 3)
    return _preference(name), plain, len(name.claims), words, name.text


def _preference(name: ReleasedName) -> int:
    if script_of_tag(name.lang) != "Latn":
        return 0
    return 1 + 2 * name.lang.startswith("en") + (not name.text.isupper())


def _claim(
    claim: Claim,
    keys: Mapping[UUID, str],
    heads: Mapping[UUID, PersonEpisode],
    legs: Mapping[UUID, int],
    page_of: Mapping[UUID, str],
) -> ReleasedClaim:
    when = _date(claim)
    episode = heads.get(claim.episode) if claim.episode else None
    link = page_of.get(UUID(claim.value), "") if _points_to_person(claim) else ""
    return ReleasedClaim(
        key=str(claim.id),
        property=claim.property,
        state=claim.state.value,
        value="" if _points_to_person(claim) else claim.value,
        display=claim.words if _points_to_person(claim) else say_value(claim),
        words=claim.words,
        lang=claim.lang,
        dir=direction(claim.lang),
        source=keys[claim.source],
        locator=claim.locator.describe(),
        voice=claim.voice,
        basis=claim.basis,
        certainty=claim.certainty,
        earliest=when.earliest.isoformat() if when and when.earliest else "",
        latest=when.latest.isoformat() if when and when.latest else "",
        approximate=bool(when and (when.approximate or when.uncertain)),
        episode=str(episode.id) if episode else "",
        leg=legs.get(claim.leg, 0) if claim.leg else 0,
        qualifier=claim.qualifier,
        note=claim.note,
        link=link,
    )


def _points_to_person(claim: Claim) -> bool:
    return bool(claim.value) and property_of(claim.property).value == "mention_ref"


def _date(claim: Claim) -> UncertainDate | None:
    if claim.state is not ClaimState.KNOWN or property_of(claim.property).value != "date":
        return None
    return parse_date(claim.value)


def _conflict(one: Disagreement) -> Conflict:
    return Conflict(
        property=one.property,
        episode=str(one.episode) if one.episode else "",
        kind=one.kind,
        positions=tuple(
            Position(say_value(group[0]), tuple(str(claim.id) for claim in group))
            for group in one.positions
        ),
    )


def in_time(episodes: Iterable[PersonEpisode]) -> list[PersonEpisode]:
    """Return times held in order of their first known day; those without one last, so numbers have no gap."""
    return sorted(episodes, key=lambda one: _bounds(one.claims)[0] or date.max.isoformat())


def _episode(episode: PersonEpisode, cleared: Cleared) -> ReleasedEpisode:
    legs = tuple(_leg(position, claims) for position, claims in episode.stages.items() if position)
    accounts = {claim.source for claim in episode.claims}
    return ReleasedEpisode(str(episode.id), len(accounts), legs)


_BEGINS = ("arrest_date", "leg_from", "exile_from")
_ENDS = ("leg_to", "release_date", "exile_to", "execution")


def _leg(position: int, claims: Sequence[Claim]) -> ReleasedLeg:
    began = _bounds([claim for claim in claims if claim.property in _BEGINS])
    ended = _bounds([claim for claim in claims if claim.property in _ENDS])
    form = next((say_value(one) for one in claims if one.property == "custody_form"), "")
    place = (
        _most_told(claims, "held_place")
        or _most_told(claims, "facility")
        or _most_told(claims, "arrest_place")
    )
    return ReleasedLeg(position, form, place, *began, *ended)


def _bounds(claims: Sequence[Claim]) -> tuple[str, str]:
    """Return the earliest and latest day any of the claims allows, ISO, or ""."""
    dates = [when for claim in claims if (when := _date(claim))]
    lows = [when.earliest for when in dates if when.earliest]
    highs = [when.latest for when in dates if when.latest]
    return (
        min(lows).isoformat() if lows else "",
        max(highs).isoformat() if highs else "",
    )


def _status(status: Status, sources: Mapping[UUID, ReleasedSource]) -> ReleasedStatus:
    voice = status.claim.voice
    known = voice and voice != "unknown"
    return ReleasedStatus(
        code=status.code,
        label=vocabulary("status").term(status.code).label(),
        as_of=status.as_of.edtf if status.as_of else "",
        told_by=vocabulary("voice").term(voice).label()
        if known
        else sources[status.claim.source].title,
        claims=(str(status.claim.id),),
    )


def _most_told(claims: Sequence[Claim], code: str) -> str:
    return _commonest(one.value for one in claims if one.property == code and one.value)


def _commonest(values: Iterable[str]) -> str:
    # Of several equally common the first in the alphabet, so that the same data give the same lists.
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value), default="")


def choose_place(claims: Sequence[Claim]) -> str:
    """Return the place a person stands under in the lists: where most say they were taken, or born; or ""."""
    return _most_told(claims, "arrest_place") or _most_told(claims, "birth_place")


def choose_year(claims: Sequence[Claim]) -> str:
    """Return the year a person stands under in the lists, or ""."""
    for code in ("arrest_date", "execution", "missing", "death"):
        dates = (when for one in claims if one.property == code and (when := _date(one)))
        if year := _commonest(year for when in dates if (year := _one_year(when))):
            return year
    return ""


def _one_year(when: UncertainDate) -> str:
    """Return the year a date is in, or "" where it may be in several."""
    if when.earliest and when.latest and when.earliest.year == when.latest.year:
        return str(when.earliest.year)
    return ""


def _corroboration_words(person: Person, sources: Mapping[UUID, Source]) -> str:
    kinds = {source.kind for source in sources.values()}
    if person.sources == 1:
        return "Named in one source; nothing else here confirms it."
    what = "lists" if kinds == {"list"} else "sources"
    counted = f"Named in {person.sources} {what} compiled separately"
    copies = sum(1 for source in sources.values() if source.independent_of)
    if copies:
        counted += f"; {copies} of what is here cop{'y' if copies > 1 else 'ies'} another"
    if kinds == {"list"}:
        return counted + "; how far they drew on the same complaints is not known."
    return counted + "."
