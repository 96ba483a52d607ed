"""The one place where consent is turned into a release. Every exporter gets its claims from here."""

import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

from aigaq.records.claims import Claim, ClaimState, Locator
from aigaq.records.consent import (
    REASONS,
    Limits,
    Request,
    Rights,
    blocked_by_relative,
    decide,
)
from aigaq.records.dates import coarsen, parse_date
from aigaq.records.person import Account, Person, build_person
from aigaq.records.places import coarsen_place, divisions
from aigaq.records.sources import Source
from aigaq.records.vocabulary import property_of, vocabulary
from aigaq.services.actors import Actor
from aigaq.services.people import read_holdings
from aigaq.services.rights import read_rights
from aigaq.services.sealed_claims import count_by_mention
from aigaq.store import models


@dataclass(frozen=True, slots=True)
class Cleared:
    """One person as far as they may be released.

    Attributes:
        person: the view over the allowed claims alone, coarsened as consent asks.
        account: what the view was built from; holds nothing that was not allowed.
        limits: claim id → how precisely it may be shown.
        former: ids of the other mentions told of here, which lead here.
    """

    person: Person
    account: Account
    limits: Mapping[UUID, Limits]
    former: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Clearance:
    """The outcome of weighing every claim for one request.

    Attributes:
        people: those of whom something may be told.
        withheld: reason in words → claims left out.
        relied_on: ids of the consents, bases and harm decisions it rests on.
        digest: SHA-256 over exactly what would leave; approval is of this digest.
    """

    people: tuple[Cleared, ...]
    withheld: Mapping[str, int]
    relied_on: tuple[UUID, ...]
    digest: str


def clear(actor: Actor, request: Request, *, only: Iterable[UUID] | None = None) -> Clearance:
    """Weigh every claim of every person for one purpose and audience.

    Only accounts that people have judged to be one person appear as one; a link the machine alone made
    does not join them here.

    Args:
        actor: who prepares the release.
        request: purpose, audience, day.
        only: ids of mentions; the persons they belong to. None for everyone.

    Raises:
        NotAllowed: the actor may not propose releases.
        NotFound: one of `only` is no mention here.
    """
    actor.require("release.propose")
    rights = read_rights(request.purpose)
    holdings = read_holdings(provisional=False)
    scales = _Scales(rights, request, count_by_mention())
    found = (scales.weigh(holdings.account(head)) for head in holdings.heads_of(only))
    people = tuple(one for one in found if one is not None)
    relied_on = scales.relied_on()
    return Clearance(people, scales.withheld(), relied_on, _digest(people, relied_on, request))


class _Scales:
    """Weighs claims and keeps count of what was left out and what was relied on."""

    def __init__(self, rights: Rights, request: Request, sealed: Mapping[UUID, int]) -> None:
        self._rights = rights
        self._sealed = sealed
        self._request = request
        self._reasons: Counter[str] = Counter()
        self._relied: set[UUID] = set()

    def weigh(self, account: Account) -> Cleared | None:
        """Return the part of an account that may leave, or None when nothing may."""
        if blocked_by_relative(account.sources, self._rights, self._request):
            self._reasons["relative_disagrees"] += len(account.claims)
            return None
        if sealed := sum(self._sealed.get(mention.id, 0) for mention in account.mentions):
            self._reasons["compartment"] += sealed
        limits: dict[UUID, Limits] = {}
        relied: dict[UUID, tuple[UUID, ...]] = {}
        kept: list[Claim] = []
        for claim in account.claims:
            decision = decide(claim, claim.subject.id, self._rights, self._request)
            shown = _coarsened(claim, decision.limits) if decision.allowed else None
            if shown is not None and is_testimony(account.sources[claim.source]):
                shown = _unplaced(shown)
            if shown is None:
                self._reasons[decision.reason or _coarse_reason(claim)] += 1
                continue
            kept.append(shown)
            limits[claim.id] = decision.limits
            relied[claim.id] = decision.relied_on
        named = _leave_out_nameless(kept, limits)
        if len(named) < len(kept):
            self._reasons["no_name"] += len(kept) - len(named)
        self._relied.update(id for claim in named for id in relied[claim.id])
        return _cleared(account, named, limits) if named else None

    def withheld(self) -> Mapping[str, int]:
        """Return reason in words → number of claims left out."""
        return {REASONS[code]: count for code, count in self._reasons.most_common()}

    def relied_on(self) -> tuple[UUID, ...]:
        """Return the ids of everything a claim was released on."""
        return tuple(sorted(self._relied))


def _leave_out_nameless(kept: Sequence[Claim], limits: Mapping[UUID, Limits]) -> list[Claim]:
    """Leave out the claims whose speaker did not allow as much of the name as another source gives.

    On one page with that name they would tell of the very person who was not to be named.
    """
    modes = list(vocabulary("identity_mode").terms)
    rank = {claim.id: modes.index(limits[claim.id].identity_mode) for claim in kept}
    named = [
        rank[one.id] for one in kept if one.value and property_of(one.property).value == "name"
    ]
    finest = min(named, default=len(modes))
    return [claim for claim in kept if rank[claim.id] <= finest]


def _cleared(account: Account, kept: Sequence[Claim], limits: Mapping[UUID, Limits]) -> Cleared:
    told = {claim.subject.id for claim in kept}
    sources = {claim.source for claim in kept}
    episodes = {claim.episode for claim in kept}
    cut = replace(
        account,
        mentions=tuple(one for one in account.mentions if one.id in told),
        claims=tuple(kept),
        sources={
            id: _dated_to_the_year(account.sources[id]) for id in account.sources if id in sources
        },
        episodes=tuple(one for one in account.episodes if one.id in episodes),
    )
    # An account of which nothing is told is not named here either: its id would say that there is one.
    former = tuple(one.id for one in cut.mentions[1:])
    return Cleared(build_person(cut), cut, limits, former)


def is_testimony(source: Source) -> bool:
    """Return whether somebody spoke here who must not be recognised by it."""
    return source.testifier is not None or source.kind == "testimony"


def _dated_to_the_year(source: Source) -> Source:
    """Return a testimony with its year alone: the day of an interview can be the day of a visit."""
    if not is_testimony(source) or not source.dated:
        return source
    return replace(source, dated=coarsen(parse_date(source.dated), "year").edtf)


def _unplaced(claim: Claim) -> Claim:
    """Return a testimony's claim without its row in the volunteers' table, their notes and the day."""
    said_on = coarsen(parse_date(claim.said_on), "year").edtf if claim.said_on else ""
    return replace(claim, locator=Locator(), said_on=said_on, note="")


def _coarsened(claim: Claim, limits: Limits) -> Claim | None:
    """Return the claim as precisely as consent allows, or None when it can't be shown so coarsely."""
    if claim.state is not ClaimState.KNOWN:
        # Why a value is missing is told in words as well: they need as much leave as those of a value.
        return claim if limits == Limits() else replace(claim, words="", lang="", note="")
    kind = property_of(claim.property).value
    if kind == "date" and limits.date_granularity != "day":
        return _coarse_date(claim, limits)
    if kind == "place" and (limits.place_granularity != "exact" or not limits.words):
        return _coarse_place(claim, limits)
    if kind == "name" and limits.identity_mode != "full_name":
        return _masked_name(claim, limits)
    if limits.words:
        return claim
    # What is shown of a name or a place is set in its own language, the speaker's sentence is not shown.
    return replace(claim, words="", lang=claim.lang if kind in ("name", "place") else "", note="")


def _coarse_date(claim: Claim, limits: Limits) -> Claim | None:
    if limits.date_granularity == "none":
        return None
    when = coarsen(parse_date(claim.value), limits.date_granularity)
    return replace(claim, value=when.edtf, words="", lang="", said_on="", note="")


def _coarse_place(claim: Claim, limits: Limits) -> Claim | None:
    # Unreviewed words can say more than a place (“at my sister's in …”): at most its county is shown.
    fine = limits.place_granularity in ("exact", "township")
    code = coarsen_place(claim.place, "county" if fine else limits.place_granularity)
    if not code:
        return None
    name = divisions()[code].names["en-Latn"]
    return replace(claim, value=name, words="", lang="en-Latn", place=code, note="")


def _masked_name(claim: Claim, limits: Limits) -> Claim | None:
    parts = claim.value.split()
    if limits.identity_mode == "initials" and claim.property == "name":
        masked = " ".join(f"{part[0]}." for part in parts)
    elif limits.identity_mode == "first_name_initial" and claim.property == "name":
        # Order differs by tradition and is not known here, so every part but one is cut, the longest too.
        masked = " ".join([parts[0], *(f"{part[0]}." for part in parts[1:])])
    else:
        return None
    return replace(claim, value=masked, words="", note="")


def _coarse_reason(claim: Claim) -> str:
    kind = property_of(claim.property).value
    return {"place": "place", "name": "no_name"}.get(kind, "withheld")


def _digest(people: Sequence[Cleared], relied_on: Sequence[UUID], request: Request) -> str:
    """Hash what would leave; approval is of this.

    What it rests on is hashed too: the words of a publication basis stand on the pages. The digest stays
    when a testimony is erased, and nobody shall try values against it: each claim goes in by a code under its
    own salt, which is erased with it.
    """
    salts = dict(models.Claim.objects.values_list("id", "salt").iterator(chunk_size=5000))
    hasher = sha256(f"aigaq release\n{request.purpose}\n{request.audience}\n".encode())
    for id in relied_on:
        hasher.update(f"relies on {id}\n".encode())
    for one in people:
        hasher.update(f"person {one.person.id} {one.person.corroboration}\n".encode())
        for claim in one.account.claims:
            limits = one.limits[claim.id]
            said = f"{claim.value} {limits} {claim.episode}".encode()
            hasher.update(claim.id.bytes + hmac.digest(bytes(salts[claim.id]), said, "sha256"))
        for episode in one.person.episodes:
            hasher.update(f"episode {episode.id} {episode.members}\n".encode())
    return hasher.hexdigest()
