"""Last known status and age: computed from dated claims, never stored, never guessed from silence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from aigaq.records.claims import Claim, ClaimState
from aigaq.records.dates import UncertainDate, parse_date, widen

#: What a dated claim says about where the person stood afterwards.
_IMPLIED = {
    "arrest_date": "no_news_since",  # being taken says nothing of a charge, nor of what followed
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
        """Return how old the news is on `today` at least, or None when it carries no last day."""
        latest = self.as_of.latest if self.as_of else None
        return max((today - latest).days, 0) if latest else None


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
    with_date = [status for status in known if _latest(status) > date.min]
    if not with_date:
        return _distinct(known)
    newest = max(map(_latest, with_date))
    # What a source states outright counts beside what a date only implies, though it carries no date.
    stated = [one for one in known if one.claim.property == "status" and one not in with_date]
    return _distinct([*(one for one in with_date if _latest(one) >= newest), *stated])


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
    """Return the last day a status is told of; for one that is open to the future, the day it begins."""
    when = status.as_of
    return (when.latest or when.earliest if when else None) or date.min


def _distinct(statuses: Iterable[Status]) -> tuple[Status, ...]:
    """Return one status for each code and date, newest first: several dates of one death are all shown."""
    seen: dict[tuple[str, str], Status] = {}
    for status in statuses:
        seen.setdefault((status.code, status.as_of.edtf if status.as_of else ""), status)
    return tuple(sorted(seen.values(), key=_latest, reverse=True))


def age_on(birth: UncertainDate, day: date) -> tuple[int, int] | None:
    """Return the least and greatest age in completed years on `day`.

    Args:
        birth: where it is only approximate, the ages reach as far as `dates.widen` does.
        day: the day asked about.

    Returns:
        The two ages, or None when birth is open-ended or lies after that day.
    """
    if birth.earliest is None or birth.latest is None or birth.earliest > day:
        return None
    first, last = widen(birth)
    return max(_years(last, day), 0), _years(first, day)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
