"""Last known status and age: computed from dated claims, never stored, never guessed from silence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from aigaq.records.claims import Claim, ClaimState
from aigaq.records.dates import UncertainDate, parse_date

#: What a dated claim says about where the person stood afterwards.
_IMPLIED = {
    "arrest_date": "detained_no_charge",
    "sentence_date": "sentenced_serving",
    "release_date": "released",
    "exile_from": "exiled",
    "execution": "executed",
    "death": "died",
    "missing": "reported_disappeared",
    "last_sign_of_life": "no_news_since",
    "contact_lost": "no_news_since",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What was last heard: a status code, when it held, and the claim that says so.

    Attributes:
        code: of `vocab/status.yaml`.
        as_of: the day or span it speaks of; None when the source gives no date at all.
        claim: the claim it comes from; its voice says who told it.
    """

    code: str
    as_of: UncertainDate | None
    claim: Claim

    def age_in_days(self, today: date) -> int | None:
        """Return how old the news is on `today`, or None when it carries no date."""
        latest = self.as_of.latest if self.as_of else None
        return (today - latest).days if latest else None


def last_known(claims: Iterable[Claim], dated: Mapping[UUID, str]) -> tuple[Status, ...]:
    """Return the newest dated statuses: one, or several where claims of the same time differ.

    Args:
        claims: the claims in force of one person.
        dated: source id → EDTF date of the source, used where a claim itself carries none.

    Returns:
        A death, wherever one is told, with every date given for it; otherwise the statuses whose dates reach
        latest; if no claim carries a date, all that are stated. Rehabilitation is a finding about a verdict
        and does not say where the person is.
    """
    known = [status for claim in claims if (status := _status_of(claim, dated)) is not None]
    # A death is not undone by a later date of something else (a list's closing date, a typing error).
    if final := [status for status in known if status.code in _FINAL]:
        exact = [status for status in final if status.code != "died"]
        return _distinct(exact or final)
    with_date = [status for status in known if status.as_of and status.as_of.latest]
    if not with_date:
        return _distinct(known)
    newest = max(map(_latest, with_date))
    return _distinct(status for status in with_date if _latest(status) >= newest)


_FINAL = frozenset(
    {"executed", "killed", "died", "died_in_custody", "died_after_release", "died_suicide"}
    | {"died_natural_unrelated", "remains_identified"}
)


def _status_of(claim: Claim, dated: Mapping[UUID, str]) -> Status | None:
    if claim.state is not ClaimState.KNOWN:
        return None
    if claim.property == "status":
        when = claim.said_on or dated.get(claim.source, "")
        return Status(claim.value, parse_date(when) if when else None, claim)
    code = _IMPLIED.get(claim.property)
    return Status(code, parse_date(claim.value), claim) if code else None


def _latest(status: Status) -> date:
    return (status.as_of.latest if status.as_of else None) or date.min


def _distinct(statuses: Iterable[Status]) -> tuple[Status, ...]:
    """Return one status for each code and date, newest first: several dates of one death are all shown."""
    seen: dict[tuple[str, str], Status] = {}
    for status in statuses:
        seen.setdefault((status.code, status.as_of.edtf if status.as_of else ""), status)
    return tuple(sorted(seen.values(), key=_latest, reverse=True))


def age_on(birth: UncertainDate, day: date) -> tuple[int, int] | None:
    """Return the least and greatest age in completed years on `day`, or None when birth is open-ended."""
    if birth.earliest is None or birth.latest is None:
        return None
    youngest, oldest = _years(birth.latest, day), _years(birth.earliest, day)
    return max(youngest, 0), max(oldest, 0)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
