"""Consent and publication basis, and the one function that decides what may be released.

Deny by default: without a purpose on record nothing leaves. A claim needs its *speaker's* consent or a
publication basis in its place, and the *victim's*: their own, or a relative's proxy consent together with a
reviewer's recorded harm decision. A basis stands in for silence, never for a refusal: what a speaker said
no to, took back, or asked to leave out stays in, whatever basis is recorded; so does what a reviewer found
harmful. Source: `reference/03` §3.3, DESIGN §1 rule 3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from aigaq.records.claims import Claim
from aigaq.records.vocabulary import Property, property_of, vocabulary


@dataclass(frozen=True, slots=True)
class Consent:
    """One version of what a testifier allows. A change is a new version that supersedes this one.

    Attributes:
        source: the testimony it is about.
        testifier: who consents.
        about: `self`, `proxy` (an adult who can't be asked), `child` or `deceased`.
        purposes: code of `vocab/consent_purpose.yaml` → `yes`, `no` or `ask_again`.
        audience: the widest audience allowed (`vocab/consent_audience.yaml`).
        identity_mode: how the victim may be named (`vocab/identity_mode.yaml`).
        place_granularity, date_granularity: the most precise that may be shown.
        words_reviewed: whether the speaker's own words have been reviewed for release.
        withhold: property codes to leave out in any case.
        until: last day it holds, or None.
        withdrawn: whether this version takes the consent back.
    """

    id: UUID
    source: UUID
    testifier: UUID
    version: int
    about: str
    purposes: Mapping[str, str]
    audience: str
    identity_mode: str = "no_name"
    place_granularity: str = "none"
    date_granularity: str = "year"
    words_reviewed: bool = False
    withhold: frozenset[str] = frozenset()
    until: date | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class PublicationBasis:
    """Why a source may be published without a speaker's consent, recorded by a named member."""

    id: UUID
    source: UUID
    kind: str
    reason: str
    recorded_by: UUID

    @property
    def covers(self) -> frozenset[str]:
        """Whose consent it stands in for: of `speaker`, `victim`, `relatives`, `perpetrators`."""
        return frozenset(vocabulary("publication_basis").term(self.kind).extra.get("covers", ()))


@dataclass(frozen=True, slots=True)
class HarmDecision:
    """A reviewer's recorded decision whether releasing a mention could hurt someone."""

    id: UUID
    mention: UUID
    purpose: str
    allow: bool
    reason: str
    decided_by: UUID


@dataclass(frozen=True, slots=True)
class Limits:
    """How precisely an allowed claim may be shown."""

    identity_mode: str = "full_name"
    place_granularity: str = "exact"
    date_granularity: str = "day"
    words: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one claim: whether it may leave, why not, how precisely, and on what it rests."""

    allowed: bool
    reason: str = ""
    limits: Limits = field(default_factory=Limits)
    relied_on: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Rights:
    """Everything on record that bears on a release, newest versions only.

    Attributes:
        consents: source → consents in their newest version.
        bases: source → publication bases in force.
        harm: mention → the newest harm decision for the purpose asked.
    """

    consents: Mapping[UUID, Sequence[Consent]]
    bases: Mapping[UUID, Sequence[PublicationBasis]]
    harm: Mapping[UUID, HarmDecision]


@dataclass(frozen=True, slots=True)
class Request:
    """What a release is for: one purpose, one audience, on one day."""

    purpose: str
    audience: str
    on: date


#: Reason codes → the words shown when claims are left out.
REASONS: Mapping[str, str] = {
    "never_public": "identity numbers, contacts and the like are never published",
    "compartment": "kept in a protected compartment",
    "restricted": "restricted: shown only where a publication basis allows it",
    "no_consent": "no consent or publication basis is on record",
    "refused": "the speaker did not allow this use",
    "ask_again": "the speaker asked to be asked again first",
    "audience": "the speaker did not allow this audience",
    "expired": "the consent has run out",
    "withdrawn": "the consent was withdrawn",
    "withheld": "the speaker asked to leave it out",
    "no_harm_decision": "no reviewer has yet decided that it harms nobody",
    "harm": "a reviewer decided that it could harm someone",
    "relative_disagrees": "a relative did not agree to publication",
    "names_other": "it names another private person",
    "perpetrator": "it names an alleged perpetrator without corroboration and two approvals",
    "words": "the speaker's own words have not been reviewed",
    "no_name": "the person is not to be named",
    "place": "the place can't be shown as coarsely as was asked",
    "recording": "a recording shows and says more than was allowed, and can't be cut here",
    "speaker": "a recording shows who speaks, which the speaker did not allow",
}


def blocked_by_relative(mentions_sources: Iterable[UUID], rights: Rights, request: Request) -> bool:
    """Return whether somebody who spoke of this person said no to the purpose.

    A consent that was taken back blocks its own testimony (`decide`) and says nothing about others'.

    Args:
        mentions_sources: the sources of all the person's mentions, released or not.
        rights, request: as for `decide`.
    """
    answers = (
        consent.purposes.get(request.purpose)
        for source in mentions_sources
        for consent in rights.consents.get(source, ())
        if not consent.withdrawn
    )
    return "no" in answers


def decide(claim: Claim, mention: UUID, rights: Rights, request: Request) -> Decision:
    """Decide whether one claim may be released, and how precisely.

    Args:
        claim: a claim in force.
        mention: the mention it is about.
        rights: consents, bases and harm decisions on record.
        request: what the release is for.

    Returns:
        Allowed with its limits and the ids of the consents, bases and harm decision relied on, or refused
        with a code of `REASONS`.

    Raises:
        BadInput: the request, or a consent on record, names an audience or a limit that is no term.
    """
    definition = property_of(claim.property)
    bases = rights.bases.get(claim.source, ())
    covered = frozenset(who for basis in bases for who in basis.covers)
    consents = rights.consents.get(claim.source, ())
    harm = _harm_decision(mention, rights, request)
    reason = (
        _barred(definition, covered, claim)
        or _consents_refuse(consents, definition, request, covered)
        or _victim_refuses(consents, claim, harm, covered)
    )
    if reason:
        return Decision(False, reason)
    relied = [basis.id for basis in bases] + [consent.id for consent in consents]
    relied += [harm.id] if harm else []
    return Decision(True, limits=_least(consents), relied_on=tuple(relied))


def _barred(definition: Property, covered: frozenset[str], claim: Claim) -> str:
    """Bars that no speaker's consent lifts, because they protect somebody else."""
    if definition.never_public:
        return "never_public"
    if definition.compartment:
        return "compartment"
    if definition.role == "perpetrator" and "perpetrators" not in covered:
        return "perpetrator"
    touches_others = set(claim.affects) - {claim.subject.id}
    if (definition.names_other or touches_others) and "relatives" not in covered:
        return "names_other"
    if definition.sensitivity == "restricted" and "victim" not in covered:
        return "restricted"
    return ""


def decide_recording(
    source: UUID, mentions: Iterable[UUID], rights: Rights, request: Request
) -> Decision:
    """Decide whether a recording may leave whole: nothing in it can be coarsened or left out.

    Every speaker must allow the purpose without any limit, and a reviewer must have decided for everybody
    it tells of; a publication basis stands in as it does for claims.

    Args:
        source: the source it belongs to.
        mentions: everybody that source tells of.
        rights, request: as for `decide`.
    """
    bases = rights.bases.get(source, ())
    covered = frozenset(who for basis in bases for who in basis.covers)
    consents = rights.consents.get(source, ())
    decisions = [_harm_decision(mention, rights, request) for mention in mentions]
    reasons = [one for consent in consents for one in _recording_refusals(consent, request)]
    if covered >= _BOTH:
        reasons = [reason for reason in reasons if reason not in _SILENT]
    elif not consents:
        reasons = ["no_consent"]
    reasons += ["harm" for harm in decisions if harm and not harm.allow]
    if "victim" not in covered and not all(decisions):
        reasons.append("no_harm_decision")
    if reasons:
        return Decision(False, reasons[0])
    relied = [one.id for one in (*bases, *consents, *decisions) if one]
    return Decision(True, relied_on=tuple(relied))


def _recording_refusals(consent: Consent, request: Request) -> Iterable[str]:
    yield from _refused_use(consent, request)
    if not consent.words_reviewed:
        yield "words"
    if consent.withhold or _least([consent]) != Limits():
        yield "recording"


#: The bases that release without any consent on record cover these.
_BOTH = frozenset({"speaker", "victim"})
#: What a consent leaves unsaid, or no longer says; here a basis that covers both may stand in.
_SILENT = frozenset({"no_consent", "expired", "words"})


def _consents_refuse(
    consents: Sequence[Consent],
    definition: Property,
    request: Request,
    covered: frozenset[str],
) -> str:
    reasons = [one for consent in consents for one in _refusals(consent, definition, request)]
    if covered >= _BOTH:
        reasons = [reason for reason in reasons if reason not in _SILENT]
    elif not consents:
        reasons = ["no_consent"]
    return reasons[0] if reasons else ""


def _refusals(consent: Consent, definition: Property, request: Request) -> Iterable[str]:
    yield from _refused_use(consent, request)
    if definition.code in consent.withhold:
        yield "withheld"
    if definition.value in ("text", "url") and not consent.words_reviewed:
        yield "words"


def _refused_use(consent: Consent, request: Request) -> Iterable[str]:
    """Yield what a consent has against a purpose, whatever it is that would leave."""
    answer = consent.purposes.get(request.purpose, "")
    checks = (
        ("withdrawn", consent.withdrawn),
        ("ask_again", answer == "ask_again"),
        ("refused", answer == "no"),
        ("no_consent", answer not in ("yes", "no", "ask_again")),
        ("expired", consent.until is not None and consent.until < request.on),
        ("audience", _rank("consent_audience", consent.audience)
            < _rank("consent_audience", request.audience)),
    )  # fmt: skip
    return (reason for reason, holds in checks if holds)


def _harm_decision(mention: UUID, rights: Rights, request: Request) -> HarmDecision | None:
    """Return the decision on this mention; one made for another purpose decides nothing here."""
    harm = rights.harm.get(mention)
    return harm if harm and harm.purpose == request.purpose else None


def _victim_refuses(
    consents: Sequence[Consent], claim: Claim, harm: HarmDecision | None, covered: frozenset[str]
) -> str:
    if harm is not None and not harm.allow:
        return "harm"
    if "victim" in covered or harm is not None or _is_own(consents, claim):
        return ""
    return "no_harm_decision"


def _is_own(consents: Sequence[Consent], claim: Claim) -> bool:
    """Return whether it is the speaker's own story: one testimony tells of cellmates and cousins too."""
    told = claim.basis == "own_experience"
    return told and any(consent.about == "self" for consent in consents)


def _least(consents: Sequence[Consent]) -> Limits:
    """Return the minimum over all consents, the least precise of each; without any, no limit."""
    if not consents:
        return Limits()
    return Limits(
        identity_mode=_coarsest("identity_mode", [one.identity_mode for one in consents]),
        place_granularity=_coarsest(
            "place_granularity", [one.place_granularity for one in consents]
        ),
        date_granularity=_coarsest("date_granularity", [one.date_granularity for one in consents]),
        words=all(one.words_reviewed for one in consents),
    )


def _coarsest(list_code: str, codes: Iterable[str]) -> str:
    return max(codes, key=lambda code: _rank(list_code, code))


def _rank(list_code: str, code: str) -> int:
    """Return the place of a code in its list: audiences run from narrow to wide, limits from fine to none."""
    terms = vocabulary(list_code)
    return list(terms.terms).index(terms.term(code).code)
