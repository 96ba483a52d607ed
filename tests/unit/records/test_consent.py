"""Consent: deny by default, the least over everyone concerned, and every reason reached by who must not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.records.claims import Claim, Subject, SubjectKind
from aigaq.records.consent import (
    REASONS,
    Consent,
    Decision,
    HarmDecision,
    Limits,
    PublicationBasis,
    Request,
    Rights,
    blocked_by_relative,
    decide,
)
from aigaq.records.errors import BadInput
from aigaq.records.vocabulary import Property, properties, vocabulary

from .build import MEMBER, MENTION, OTHER_MENTION, OTHER_SOURCE, SOURCE, claim

SISTER, COUSIN = UUID(int=1), UUID(int=2)
PUBLIC = Request("publication_profile", "public", date(2026, 11, 23))
YES = {"publication_profile": "yes"}

PROXY = Consent(
    UUID(int=11), SOURCE, SISTER, 1, "proxy", YES, "public",
    identity_mode="full_name", place_granularity="exact", date_granularity="day", words_reviewed=True,
)  # fmt: skip
HARMLESS = HarmDecision(
    UUID(int=21), MENTION, "publication_profile", True, "all are abroad", MEMBER
)
HARMFUL = replace(HARMLESS, id=UUID(int=22), allow=False)
AUDIENCES = list(vocabulary("consent_audience").terms)


def basis(kind: str) -> PublicationBasis:
    return PublicationBasis(UUID(int=31), SOURCE, kind, "published 2006", MEMBER)


def rights(
    consents: Sequence[Consent] = (),
    bases: Sequence[PublicationBasis] = (),
    harm: HarmDecision | None = None,
) -> Rights:
    return Rights({SOURCE: consents}, {SOURCE: bases}, {MENTION: harm} if harm else {})


def weigh(one: Claim, given: Rights, request: Request = PUBLIC) -> Decision:
    return decide(one, one.subject.id, given, request)


BIRTH = claim("birth", "1905")
STORY = claim("arrest_circumstances", "taken at dawn", words="таң ата алып кетті", lang="kk-Cyrl")
NO = {"publication_profile": "no"}
ASK = {"publication_profile": "ask_again"}
ELSEWHERE = {"un_wgeid": "yes", "statistics": "yes"}

REFUSALS = {
    "never_public": (claim("prisoner_number", "17"), rights([PROXY], [basis("historical_dead")])),
    "compartment": (claim("torture_detail", "…"), rights([PROXY], [basis("historical_dead")], HARMLESS)),
    "restricted": (claim("health", "critical"), rights([PROXY], [], HARMLESS)),
    "no_consent": (BIRTH, rights()),
    "refused": (BIRTH, rights([replace(PROXY, purposes=NO)], [], HARMLESS)),
    "ask_again": (BIRTH, rights([replace(PROXY, purposes=ASK)], [], HARMLESS)),
    "audience": (BIRTH, rights([replace(PROXY, audience="un_confidential")], [], HARMLESS)),
    "expired": (BIRTH, rights([replace(PROXY, until=date(2026, 11, 22))], [], HARMLESS)),
    "withdrawn": (BIRTH, rights([replace(PROXY, withdrawn=True)], [], HARMLESS)),
    "withheld": (BIRTH, rights([replace(PROXY, withhold=frozenset({"birth"}))], [], HARMLESS)),
    "no_harm_decision": (BIRTH, rights([PROXY])),
    "harm": (BIRTH, rights([PROXY], [], HARMFUL)),
    "names_other": (claim("father", "Ahmet"), rights([PROXY], [], HARMLESS)),
    "perpetrator": (claim("arrested_by", "an officer"), rights([PROXY], [], HARMLESS)),
    "words": (STORY, rights([replace(PROXY, words_reviewed=False)], [], HARMLESS)),
}  # fmt: skip


@pytest.mark.parametrize("reason", REFUSALS)
def test_each_reason_is_given_to_who_must_not(reason: str) -> None:
    decision = weigh(*REFUSALS[reason])
    assert (decision.allowed, decision.reason) == (False, reason)
    assert decision.relied_on == ()


def test_every_reason_is_reached_here_or_by_the_release_service() -> None:
    by_the_service = {"relative_disagrees", "no_name", "place", "recording", "speaker"}
    assert set(REFUSALS) == set(REASONS) - by_the_service


def test_a_relative_s_consent_and_a_harm_decision_release() -> None:
    decision = weigh(BIRTH, rights([PROXY], [], HARMLESS))
    assert decision == Decision(True, "", Limits(), (PROXY.id, HARMLESS.id))
    assert weigh(STORY, rights([PROXY], [], HARMLESS)).allowed


def test_consent_holds_on_its_last_day() -> None:
    assert weigh(BIRTH, rights([replace(PROXY, until=PUBLIC.on)], [], HARMLESS)).allowed


def test_consent_for_one_purpose_is_none_for_another() -> None:
    given = rights([replace(PROXY, purposes=ELSEWHERE)], [], HARMLESS)
    assert weigh(BIRTH, given).reason == "no_consent"
    to_the_un = Request("un_wgeid", "un_confidential", PUBLIC.on)
    assert weigh(BIRTH, given, to_the_un).reason == "no_harm_decision", (
        "harm was weighed for a page"
    )
    weighed = replace(given, harm={MENTION: replace(HARMLESS, purpose="un_wgeid")})
    assert weigh(BIRTH, weighed, to_the_un).allowed


@pytest.mark.parametrize("widest", AUDIENCES)
def test_the_audience_is_a_ceiling(widest: str) -> None:
    given = rights([replace(PROXY, audience=widest)], [], HARMLESS)
    allowed = [
        audience
        for audience in AUDIENCES
        if weigh(BIRTH, given, Request(PUBLIC.purpose, audience, PUBLIC.on)).allowed
    ]
    assert allowed == AUDIENCES[: AUDIENCES.index(widest) + 1]


def test_an_unknown_audience_is_bad_input() -> None:
    given = rights([PROXY], [], HARMLESS)
    with pytest.raises(BadInput):
        weigh(BIRTH, given, Request(PUBLIC.purpose, "everybody", PUBLIC.on))


def test_several_consents_give_the_least_of_each() -> None:
    cautious = replace(
        PROXY, id=UUID(int=12), testifier=COUSIN, identity_mode="initials",
        place_granularity="prefecture", date_granularity="month", words_reviewed=False,
    )  # fmt: skip
    decision = weigh(BIRTH, rights([PROXY, cautious], [], HARMLESS))
    assert decision.limits == Limits("initials", "prefecture", "month", words=False)
    assert weigh(STORY, rights([PROXY, cautious], [], HARMLESS)).reason == "words"


@pytest.mark.parametrize(
    "change",
    [{"purposes": NO}, {"purposes": ASK}, {"purposes": {}}, {"withdrawn": True},
     {"audience": "organisation"}, {"until": date(2020, 1, 1)}],
)  # fmt: skip
def test_one_of_two_speakers_is_enough_to_refuse(change: dict[str, object]) -> None:
    other = replace(PROXY, id=UUID(int=12), testifier=COUSIN, **change)  # type: ignore[arg-type]
    for consents in ([PROXY, other], [other, PROXY]):
        assert not weigh(BIRTH, rights(consents, [], HARMLESS)).allowed


def test_a_relative_s_no_blocks_the_person_whatever_others_say() -> None:
    refusing = replace(PROXY, source=OTHER_SOURCE, purposes=NO)
    given = Rights({SOURCE: [PROXY], OTHER_SOURCE: [refusing]}, {}, {MENTION: HARMLESS})
    assert blocked_by_relative([SOURCE, OTHER_SOURCE], given, PUBLIC)
    assert not blocked_by_relative([SOURCE], given, PUBLIC), (
        "who spoke of somebody else blocks nobody"
    )
    assert not blocked_by_relative(
        [SOURCE, OTHER_SOURCE], given, Request("media", "public", PUBLIC.on)
    )


# --- the victim ---------------------------------------------------------------------------------


def test_a_survivor_s_consent_covers_their_own_story_and_not_their_cellmate_s() -> None:
    survivor = replace(PROXY, about="self")
    own = claim("birth", "1980", basis="own_experience")
    cellmate = claim("birth", "1975", basis="eyewitness", about=OTHER_MENTION)
    assert weigh(own, rights([survivor])).allowed
    assert weigh(cellmate, rights([survivor])).reason == "no_harm_decision"
    assert weigh(own, rights([PROXY])).reason == "no_harm_decision", "a proxy is not the victim"


@pytest.mark.parametrize("about", ["proxy", "child", "deceased", ""])
def test_who_can_t_be_asked_needs_a_harm_decision(about: str) -> None:
    own = claim("birth", "1980", basis="own_experience")
    assert weigh(own, rights([replace(PROXY, about=about)])).reason == "no_harm_decision"


def test_a_harm_decision_without_consent_releases_nothing() -> None:
    assert weigh(BIRTH, rights([], [], HARMLESS)).reason == "no_consent"


# --- publication bases --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(vocabulary("publication_basis").terms))
def test_a_basis_covers_what_its_vocabulary_says_and_no_more(kind: str) -> None:
    covers = set(vocabulary("publication_basis").term(kind).extra["covers"])
    given = rights([], [basis(kind)])
    both = {"speaker", "victim"} <= covers
    assert weigh(BIRTH, given).allowed == both
    assert weigh(STORY, given).allowed == both
    assert weigh(claim("health", "critical"), given).allowed == both
    assert weigh(claim("father", "Ahmet"), given).allowed == (both and "relatives" in covers)
    touching = replace(BIRTH, affects=(MENTION, OTHER_MENTION))
    assert weigh(touching, given).allowed == (both and "relatives" in covers)
    accused = both and {"perpetrators", "relatives"} <= covers
    assert weigh(claim("arrested_by", "an officer"), given).allowed == accused


def test_an_official_list_covers_neither_relatives_nor_perpetrators() -> None:
    given = rights([], [basis("official_historical_list")])
    assert weigh(claim("spouse", "Ajar"), given).reason == "names_other"
    assert weigh(claim("alleged_perpetrator", "X"), given).reason == "perpetrator"
    assert weigh(BIRTH, given) == Decision(True, relied_on=(basis("court_record").id,))


def test_published_by_the_speaker_is_exposure_and_no_permission() -> None:
    own = basis("own_publication")
    assert weigh(BIRTH, rights([], [own], HARMLESS)).reason == "no_consent"
    assert (
        weigh(BIRTH, rights([replace(PROXY, purposes={})], [own], HARMLESS)).reason == "no_consent"
    )
    restricted = claim("health", "critical")
    assert weigh(restricted, rights([PROXY], [own], HARMLESS)).reason == "restricted"


def test_a_claim_that_touches_somebody_else_is_seen_however_affects_is_written() -> None:
    given = rights([PROXY], [], HARMLESS)
    assert weigh(replace(BIRTH, affects=(OTHER_MENTION,)), given).reason == "names_other"
    assert weigh(replace(BIRTH, affects=(MENTION,)), given).allowed


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"purposes": NO}, "refused"), ({"purposes": ASK}, "ask_again"), ({"withdrawn": True}, "withdrawn"),
     ({"audience": "organisation"}, "audience"), ({"withhold": frozenset({"birth"})}, "withheld")],
)  # fmt: skip
def test_no_basis_overrides_what_a_speaker_refused(change: dict[str, object], reason: str) -> None:
    spoken = replace(PROXY, **change)  # type: ignore[arg-type]
    assert weigh(BIRTH, rights([spoken], [basis("historical_dead")])).reason == reason


def test_a_basis_stands_in_for_silence_and_keeps_the_limits_asked_for() -> None:
    silent = replace(PROXY, purposes={}, until=date(2020, 1, 1), date_granularity="year")
    decision = weigh(BIRTH, rights([silent], [basis("historical_dead")]))
    assert decision.allowed
    assert decision.limits.date_granularity == "year"


def test_no_basis_overrides_a_reviewer_who_found_harm() -> None:
    given = rights([], [basis("historical_dead")], HARMFUL)
    assert weigh(BIRTH, given).reason == "harm"


# --- what leaves under no circumstances ---------------------------------------------------------

SAMPLE_VALUES = {
    "date": "1937", "number": "3", "mention_ref": str(OTHER_MENTION), "url": "https://example.org/",
}  # fmt: skip


def sample(definition: Property, basis: str = "") -> Claim:
    value = SAMPLE_VALUES.get(definition.value, "words")
    if definition.value == "term":
        value = next(iter(vocabulary(definition.vocabulary).terms))
    subject = Subject(SubjectKind(min(definition.subjects)), MENTION)
    return claim(definition.code, value, subject=subject, basis=basis)


PROPERTIES = sorted(properties().values(), key=lambda one: one.code)
EVERYTHING = rights([replace(PROXY, about="self")], [basis("historical_dead")], HARMLESS)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_numbers_contacts_and_compartments_leave_for_no_audience(audience: str) -> None:
    request = Request(PUBLIC.purpose, audience, PUBLIC.on)
    for definition in PROPERTIES:
        decision = weigh(sample(definition), EVERYTHING, request)
        guarded = definition.never_public or definition.sensitivity not in ("public", "restricted")
        accuses = definition.role == "perpetrator"  # and no basis covers those
        assert decision.allowed != (guarded or accuses), definition.code


consents = st.builds(
    Consent,
    id=st.uuids(), source=st.just(SOURCE), testifier=st.sampled_from([SISTER, COUSIN]),
    version=st.integers(1, 3), about=st.sampled_from(["self", "proxy", "child", "deceased"]),
    purposes=st.dictionaries(st.sampled_from(["publication_profile", "un_wgeid", "media"]),
                             st.sampled_from(["yes", "no", "ask_again"])),
    audience=st.sampled_from(AUDIENCES),
    identity_mode=st.sampled_from(list(vocabulary("identity_mode").terms)),
    place_granularity=st.sampled_from(list(vocabulary("place_granularity").terms)),
    date_granularity=st.sampled_from(list(vocabulary("date_granularity").terms)),
    words_reviewed=st.booleans(),
    withhold=st.frozensets(st.sampled_from([one.code for one in PROPERTIES]), max_size=2),
    until=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    withdrawn=st.booleans(),
)  # fmt: skip
BASES = st.sampled_from(list(vocabulary("publication_basis").terms)).map(basis)
HARMS = st.none() | st.sampled_from([HARMLESS, HARMFUL, replace(HARMLESS, purpose="media")])
CLAIMS = st.builds(sample, st.sampled_from(PROPERTIES), st.sampled_from(["", "own_experience"]))
REQUESTS = st.builds(
    Request, st.sampled_from(["publication_profile", "un_wgeid"]), st.sampled_from(AUDIENCES),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)  # fmt: skip


@given(CLAIMS, st.lists(consents, max_size=3), st.lists(BASES, max_size=2), HARMS, REQUESTS)
def test_whatever_is_allowed_rests_on_everyone_concerned(
    one: Claim,
    spoken: list[Consent],
    bases: list[PublicationBasis],
    harm: HarmDecision | None,
    request: Request,
) -> None:
    decision = weigh(one, rights(spoken, bases, harm), request)
    assert decision.allowed == (not decision.reason)
    assert decision.allowed or decision.reason in REASONS
    if not decision.allowed:
        return
    covered = {who for given in bases for who in given.covers}
    agreed = bool(spoken) and all(
        given.purposes.get(request.purpose) == "yes" and not given.withdrawn for given in spoken
    )
    assert agreed or {"speaker", "victim"} <= covered
    assert agreed or decision.relied_on
    assert not any(given.withdrawn for given in spoken)
    assert not any(given.purposes.get(request.purpose) == "no" for given in spoken)
    definition = properties()[one.property]
    assert not definition.never_public
    assert definition.sensitivity in ("public", "restricted")
    assert not definition.names_other or "relatives" in covered
    assert definition.role != "perpetrator" or "perpetrators" in covered
    assert {given.id for given in spoken} <= set(decision.relied_on)
    for one_consent in spoken:
        for limit in ("identity_mode", "place_granularity", "date_granularity"):
            order = list(vocabulary(limit).terms)
            assert order.index(getattr(decision.limits, limit)) >= order.index(
                getattr(one_consent, limit)
            )


@given(CLAIMS, HARMS, REQUESTS)
def test_without_consent_and_basis_nothing_is_ever_allowed(
    one: Claim, harm: HarmDecision | None, request: Request
) -> None:
    assert not weigh(one, Rights({}, {}, {MENTION: harm} if harm else {}), request).allowed
    elsewhere = Rights(
        {OTHER_SOURCE: [PROXY]}, {OTHER_SOURCE: [basis("historical_dead")]}, {MENTION: HARMLESS}
    )
    assert not weigh(one, elsewhere, request).allowed
