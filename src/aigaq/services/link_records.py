"""What linkage sees of the archive: every mention as a plain record, and every episode's dates."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import batched
from uuid import UUID

from aigaq.linkage.types import LinkRecord
from aigaq.records.claims import Claim, ClaimState, SubjectKind
from aigaq.records.dates import parse_date
from aigaq.services.actors import Actor
from aigaq.services.people import claims_in_force
from aigaq.services.sealed_claims import read_sealed
from aigaq.store import models
from aigaq.store.rows import read_claim

type Span = tuple[date | None, date | None]

_PLACES = {
    "birth_place": "birth",
    "residence": "residence",
    "arrest_place": "taken",
    "held_place": "held",
    "death_place": "death",
    "execution_place": "death",
}
_KIN = {"father": "father", "mother": "mother", "maternal_surname": "mother", "spouse": "spouse"}
_KIN_OF_QUALIFIER = {
    "father": "father",
    "mother": "mother",
    "husband": "spouse",
    "wife": "spouse",
    "sibling": "sibling",
    "elder_brother": "sibling",
    "younger_brother": "sibling",
    "elder_sister": "sibling",
    "younger_sister": "sibling",
}
_COMPARTMENT = "identity"  # where identity numbers are sealed
_AT_A_TIME = 500  # ids in one query
_NAMES = frozenset({"name"})
_DATES = {"birth": "birth", "arrest_date": "taken", "death": "death", "execution": "death"}


def link_records(actor: Actor, only: Collection[UUID] | None = None) -> list[LinkRecord]:
    """Return mentions as linkage sees them, in order of id; of what is sealed, identity numbers alone.

    A run without them would take back links that rest on them, so whoever links must have them unlocked.

    Args:
        actor: who links.
        only: ids of mentions; None for every one.

    Raises:
        NotAllowed: there are sealed claims among which an identity number may be, and they are locked.
    """
    said: dict[UUID, list[Claim]] = {}
    for claim in claims_in_force() if only is None else _claims_of(only):
        if claim.state is ClaimState.KNOWN:
            said.setdefault(claim.subject.id, []).append(claim)
    for mention, numbers in _identity_numbers(actor).items():
        if only is None or mention in only:
            said.setdefault(mention, []).extend(numbers)
    rows = models.Mention.objects.order_by("id").values_list("id", "source_id")
    chosen = None if only is None else frozenset(only)
    wanted = (row for row in rows.iterator() if chosen is None or row[0] in chosen)
    return [_link_record(id, source, said.get(id, ()), said) for id, source in wanted]


def _identity_numbers(actor: Actor) -> Mapping[UUID, Sequence[Claim]]:
    rows = models.SealedClaim.objects.filter(compartment=_COMPARTMENT, mention__isnull=False)
    if not rows.exists():
        return {}
    mine = replace(actor, keys={_COMPARTMENT: actor.key(_COMPARTMENT)})
    found = read_sealed(mine)
    return {
        mention: [one for one in claims if one.property == "id_number" and one.value]
        for mention, claims in found.items()
    }


def _claims_of(mentions: Collection[UUID]) -> Iterator[Claim]:
    for ids in batched(sorted(mentions), _AT_A_TIME):
        rows = models.Claim.objects.filter(mention_id__in=ids, superseded_by__isnull=True)
        for row in rows.order_by("recorded_at", "event_id", "position"):
            yield read_claim(row, SubjectKind.MENTION)


def written_names() -> Mapping[UUID, str]:
    """Return every mention and all forms of its name in one text, in order of id; "" without a name."""
    named: dict[UUID, list[str]] = {
        id: [] for id in models.Mention.objects.order_by("id").values_list("id", flat=True)
    }
    rows = models.Claim.objects.filter(
        property__in=_NAMES, state="known", mention__isnull=False, superseded_by__isnull=True
    ).order_by("recorded_at", "event_id", "position")
    # Claims proper would take half a minute at 100,000 mentions; this takes a second or two.
    for mention, name in rows.values_list("mention_id", "value").iterator(chunk_size=5000):
        named[mention].append(name)
    return {id: " · ".join(forms) for id, forms in named.items()}


def _link_record(
    mention: UUID, source: UUID, claims: Sequence[Claim], said: Mapping[UUID, Sequence[Claim]]
) -> LinkRecord:
    dates = {_DATES[one.property]: one for one in reversed(claims) if one.property in _DATES}
    taken = dates.get("taken")
    return LinkRecord(
        mention=mention,
        source=source,
        names=_names(claims),
        birth=_span(dates.get("birth")),
        death=_span(dates.get("death")),
        taken=_span(taken),
        age=_age(claims, taken),
        sex=_first(claims, "sex"),
        places={_PLACES[one.property]: one.value for one in claims if one.property in _PLACES},
        kin=_kin(claims, said),
        nationality=_first(claims, "nationality"),
        occupation=_first(claims, "occupation"),
        event=" ".join(sorted({one.value for one in claims if one.property == "custody_form"})),
        id_number=_first(claims, "id_number"),
    )


def _names(claims: Sequence[Claim]) -> tuple[tuple[str, str], ...]:
    """Return every form of the name, and the name with a married surname where one is given."""
    forms = [(one.value, one.lang) for one in claims if one.property in _NAMES]
    married = [one.value for one in claims if one.property == "married_surname"]
    return (
        *forms,
        *((f"{name} {surname}", lang) for name, lang in forms[:1] for surname in married),
    )


def _kin(claims: Sequence[Claim], said: Mapping[UUID, Sequence[Claim]]) -> Mapping[str, str]:
    """Return relatives by role, those of the same testimony by the names it gives them."""
    named = {_KIN[one.property]: one.value for one in claims if one.property in _KIN}
    siblings: list[str] = []
    for one in claims:
        role = _KIN_OF_QUALIFIER.get(one.qualifier, "")
        name = one.value if one.property == "relative_name" else _name_of(one, said)
        if role == "sibling" and name:
            siblings.append(name)
        elif role and name:
            named.setdefault(role, name)
    return named | ({"sibling": ", ".join(siblings)} if siblings else {})


def _name_of(claim: Claim, said: Mapping[UUID, Sequence[Claim]]) -> str:
    """Return the name of the mention that a claim refers to, or ""."""
    if claim.property != "relative":
        return ""
    return _first(said.get(UUID(claim.value), ()), "name")


def _first(claims: Iterable[Claim], property_code: str) -> str:
    return next((one.value for one in claims if one.property == property_code), "")


def _span(claim: Claim | None) -> Span | None:
    if claim is None:
        return None
    when = parse_date(claim.value)
    return when.earliest, when.latest


def _age(claims: Iterable[Claim], taken: Claim | None) -> tuple[float, date] | None:
    """Return the age when taken with the day it was so; an age without a day says nothing here."""
    age = _first(claims, "age_when_taken")
    on = parse_date(taken.value).earliest if taken else None
    return (float(age), on) if age and on else None


def taken_spans() -> Mapping[UUID, Span]:
    """Return episode → the earliest and latest day it can have begun, as its first dated claim says."""
    rows = models.Claim.objects.filter(
        property="arrest_date", state="known", superseded_by__isnull=True, episode__isnull=False
    ).values_list("episode_id", "value")
    spans: dict[UUID, Span] = {}
    read: dict[
        str, Span
    ] = {}  # each way to write a date once: thousands were taken in the same month
    for episode, value in rows.iterator(chunk_size=5000):
        if value not in read:
            when = parse_date(value)
            read[value] = when.earliest, when.latest
        spans.setdefault(episode, read[value])
    return spans
