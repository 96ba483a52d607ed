"""What linkage sees of the archive: every mention as a plain record, and every episode's dates."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from aigaq.linkage.types import LinkRecord
from aigaq.records.claims import Claim, ClaimState
from aigaq.records.dates import parse_date
from aigaq.services.people import claims_in_force
from aigaq.store import models

type Span = tuple[date | None, date | None]

_PLACES = {
    "birth_place": "birth",
    "residence": "residence",
    "arrest_place": "taken",
    "death_place": "death",
    "execution_place": "death",
}
_KIN = {"father": "father", "mother": "mother", "maternal_surname": "mother", "spouse": "spouse"}
_KIN_OF_QUALIFIER = {"father": "father", "mother": "mother", "husband": "spouse", "wife": "spouse"}
_NAMES = frozenset({"name"})
_DATES = {"birth": "birth", "arrest_date": "taken", "death": "death", "execution": "death"}


def link_records() -> list[LinkRecord]:
    """Return every mention as linkage sees it, in order of id."""
    said: dict[UUID, list[Claim]] = {}
    for claim in claims_in_force():
        if claim.state is ClaimState.KNOWN:
            said.setdefault(claim.subject.id, []).append(claim)
    rows = models.Mention.objects.order_by("id").values_list("id", "source_id")
    return [_link_record(id, source, said.get(id, ())) for id, source in rows.iterator()]


def _link_record(mention: UUID, source: UUID, claims: Sequence[Claim]) -> LinkRecord:
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
        kin=_kin(claims),
        nationality=_first(claims, "nationality"),
        occupation=_first(claims, "occupation"),
    )


def _names(claims: Sequence[Claim]) -> tuple[tuple[str, str], ...]:
    """Return every form of the name, and the name with a married surname where one is given."""
    forms = [(one.value, one.lang) for one in claims if one.property in _NAMES]
    married = [one.value for one in claims if one.property == "married_surname"]
    return (
        *forms,
        *((f"{name} {surname}", lang) for name, lang in forms[:1] for surname in married),
    )


def _kin(claims: Sequence[Claim]) -> Mapping[str, str]:
    named = {_KIN[one.property]: one.value for one in claims if one.property in _KIN}
    for one in claims:
        if one.property == "relative_name" and one.qualifier in _KIN_OF_QUALIFIER:
            named.setdefault(_KIN_OF_QUALIFIER[one.qualifier], one.value)
    return named


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
    for episode, value in rows.iterator():
        when = parse_date(value)
        spans.setdefault(episode, (when.earliest, when.latest))
    return spans
