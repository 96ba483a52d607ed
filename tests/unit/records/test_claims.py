"""Claims: a value with its state, of its kind, said of the right subject; language tags; vocabularies."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.records.acts import Act, Intervention, Involvement
from aigaq.records.claims import Claim, ClaimState, Locator, Subject, SubjectKind, check_value
from aigaq.records.errors import AigaqError, BadClaim, BadDate, BadInput, BadLanguageTag
from aigaq.records.langtags import check_tag, direction, script_of_tag
from aigaq.records.subjects import Figure, Policy, Site, view_subject
from aigaq.records.vocabulary import properties, property_of, transition_rules, vocabulary
from aigaq.records.wording import say_value

from .build import MENTION, NOW, OTHER_MENTION, SOURCE, claim

# --- state and value -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", [one for one in ClaimState if one is not ClaimState.KNOWN])
def test_an_absence_has_no_value_and_says_which_it_is(state: ClaimState) -> None:
    assert claim("birth", state=state).value == ""
    with pytest.raises(BadClaim):
        claim("birth", "1905", state=state)


def test_the_four_absences_read_differently() -> None:
    said = {
        say_value(claim("birth", state=one)) for one in ClaimState if one is not ClaimState.KNOWN
    }
    assert len(said) == 4


@pytest.mark.parametrize("value", ["", " ", "\n\t"])
def test_a_known_value_is_there(value: str) -> None:
    with pytest.raises(BadClaim):
        claim("occupation", value)


GOOD = {
    "date": ["1937", "1937-11~", "../1938"],
    "number": ["0", "12", "-3", "2.5", "2000000"],
    "mention_ref": [str(OTHER_MENTION)],
    "text": ["any words", "42"], "name": ["Дулатов"], "place": ["伊宁县"], "person_name": ["Ахмет"],
    "identifier": ["17"], "url": ["https://example.org/a"],
}  # fmt: skip
BAD = {
    "date": ["12.05.1937", "before Nauryz", "2017-02-30"],
    "number": ["", "--5", "5.", ".5", "1e5", "²", "٣", "12 years", "1,5", "nan", "1.2.3"],
    "mention_ref": ["", "Gulnar", str(OTHER_MENTION).upper().replace("0", "A"), OTHER_MENTION.hex,
                    "{" + str(OTHER_MENTION) + "}"],
}  # fmt: skip
EXAMPLES = {definition.value: definition for definition in properties().values()}


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in GOOD.items() for v in values])
def test_values_of_each_kind(kind: str, value: str) -> None:
    check_value(EXAMPLES[kind], value)


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in BAD.items() for v in values])
def test_values_of_another_kind_are_refused(kind: str, value: str) -> None:
    with pytest.raises(BadInput):
        check_value(EXAMPLES[kind], value)


@pytest.mark.parametrize("definition", properties().values(), ids=lambda one: one.code)
def test_every_property_takes_a_value_of_its_kind_and_puts_it_in_words(definition) -> None:
    value = GOOD.get(definition.value, [""])[0]
    if definition.value == "term":
        value = list(vocabulary(definition.vocabulary).terms)[-1]
        with pytest.raises(BadInput):
            check_value(definition, "no such term")
    for kind in definition.subjects:
        one = claim(definition.code, value, subject=Subject(SubjectKind(kind), MENTION))
        assert say_value(one)
    for kind in set(SubjectKind) - {SubjectKind(one) for one in definition.subjects}:
        with pytest.raises(BadClaim):
            claim(definition.code, value, subject=Subject(kind, MENTION))


@given(st.text(max_size=12), st.sampled_from(sorted(EXAMPLES)))
def test_any_value_is_taken_or_refused_in_our_own_words(value: str, kind: str) -> None:
    try:
        check_value(EXAMPLES[kind], value)
    except AigaqError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"certainty": 0}, BadClaim), ({"certainty": 4}, BadClaim), ({"hops": -1}, BadClaim),
        ({"said_on": "yesterday"}, BadDate), ({"words": "x", "lang": "kk"}, BadLanguageTag),
        ({"lang": "kk"}, BadLanguageTag), ({"voice": "neighbour's dog"}, BadInput),
        ({"basis": "hearsay"}, BadInput), ({"qualifier": "former"}, BadClaim),
        ({"property": "favourite_colour"}, BadClaim),
    ],
)  # fmt: skip
def test_what_a_claim_may_not_hold(more: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        claim(**({"property": "birth", "value": "1905"} | more))


def test_what_a_claim_may_hold() -> None:
    one = claim("name", "Міржақып", words="Міржақып", lang="kk-Cyrl", qualifier="former", hops=0,
                certainty=3, said_on="2018~", voice="relative", basis="told_by_victim")  # fmt: skip
    assert (one.words, one.lang) == ("Міржақып", "kk-Cyrl")


def test_a_locator_says_where() -> None:
    place = Locator(row=12, column="nombre", page="7", timecode="00:01:02", span=(3, 9))
    said = "page 7, at 00:01:02, row 12, column “nombre”, characters 3–9"
    assert place.describe() == said
    assert Locator().describe() == ""


# --- language tags -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tag",
    ["kk-Cyrl", "kk-Arab", "ug-Arab", "zh-Hans", "ru-Cyrl", "und-Latn", "kk-Cyrl-KZ", "zh-Hans-CN",
     "es-Latn-419", "zh-Latn-pinyin", "und-Latn-x-mrz", "KK-cyrl", "kk-Latn-t-kk-cyrl"],
)  # fmt: skip
def test_tags_with_a_script_stay_as_they_are(tag: str) -> None:
    assert check_tag(tag) == tag


@pytest.mark.parametrize(
    "tag", ["", "kk", "kk_Cyrl", "Cyrl", "kk-Cyrl\n", " kk-Cyrl", "kk-Cyrl-", "қаз-Cyrl", "kk-KZ",
            "kazakh-Cyrl", "kk-Cyrl-x", "kk-Cyrl-t"]
)  # fmt: skip
def test_other_tags_are_refused(tag: str) -> None:
    with pytest.raises(BadLanguageTag):
        check_tag(tag)


def test_direction_follows_the_script_not_the_language() -> None:
    assert [direction(tag) for tag in ("kk-Arab", "kk-Cyrl", "ug-Arab", "ug-Latn", "")] == [
        "rtl", "ltr", "rtl", "ltr", "ltr",
    ]  # fmt: skip
    assert script_of_tag("kk-cyrl") == "Cyrl"


# --- vocabularies --------------------------------------------------------------------------------


def test_a_term_leads_up_to_its_wider_terms() -> None:
    forms = vocabulary("custody_form")
    assert forms.within("camp_strict") == ("camp_strict", "camp")
    assert forms.term("camp").label("xx") == forms.term("camp").label("en")
    assert "kk" not in forms.term("camp").reviewed, "no native speaker has checked it yet"


@pytest.mark.parametrize("name", ["no_such_list", "properties", "transitions", ""])
def test_what_is_no_vocabulary_says_so(name: str) -> None:
    with pytest.raises(BadInput):
        vocabulary(name)


def test_unknown_terms_and_properties_say_so() -> None:
    with pytest.raises(BadInput, match="custody_form"):
        vocabulary("custody_form").term("hotel")
    with pytest.raises(BadClaim, match="properties"):
        property_of("hotel")
    assert transition_rules()


def test_a_property_is_guarded_unless_it_says_otherwise() -> None:
    assert all(one.sensitivity for one in properties().values())
    assert property_of("id_number").never_public
    assert property_of("father").names_other
    assert property_of("arrested_by").role == "perpetrator"


# --- subjects that are not persons ---------------------------------------------------------------

MOSQUE, ORDER, ESTIMATE = (UUID(int=n) for n in (401, 402, 403))


def about(kind: SubjectKind, id: UUID, property: str, value: str, **more) -> Claim:
    return claim(property, value, subject=Subject(kind, id), **more)


def test_a_bulldozed_mosque() -> None:
    said = [
        about(SubjectKind.SITE, MOSQUE, "name", "Кеңсай мешіті", lang="kk-Cyrl"),
        about(SubjectKind.SITE, MOSQUE, "site_kind", "mosque"),
        about(SubjectKind.SITE, MOSQUE, "destroyed_date", "2018-03"),
        about(SubjectKind.SITE, MOSQUE, "destroyed_date", "2018-11", source=UUID(int=202)),
        about(SubjectKind.SITE, ORDER, "destroyed_date", "2019"),
    ]
    site = view_subject(SubjectKind.SITE, MOSQUE, said[::-1])
    assert isinstance(site, Site)
    assert [one.value for one in site.names] == ["Кеңсай мешіті"]
    assert {one.value for one in site.said("destroyed_date")} == {"2018-03", "2018-11"}, (
        "both dates stand, and none of another site's"
    )
    harm = Act(
        UUID(int=1),
        SOURCE,
        vocabulary("act_kind").term("mosque_destroyed").code,
        subject=MOSQUE,
        began="2018-03",
    )
    part = Involvement(
        UUID(int=2), harm.id, UUID(int=3), vocabulary("involvement_degree").term("ordered").code
    )
    assert (part.act, harm.victim) == (harm.id, None)


def test_an_order_to_use_one_language() -> None:
    said = [
        about(
            SubjectKind.POLICY, ORDER, "policy_text", "one language in all schools", lang="en-Latn"
        ),
        about(SubjectKind.POLICY, ORDER, "issued_on", "2017-06"),
        about(SubjectKind.POLICY, ORDER, "issued_by", "the prefecture's education department"),
    ]
    order = view_subject(SubjectKind.POLICY, ORDER, said)
    assert isinstance(order, Policy)
    assert len(order.claims) == 3


def test_up_to_two_million_according_to_some_estimates() -> None:
    words = "up to 2 million, according to some estimates"
    high = about(
        SubjectKind.FIGURE, ESTIMATE, "number_high", "2000000", words=words, lang="en-Latn"
    )
    figure = view_subject(SubjectKind.FIGURE, ESTIMATE, [high])
    assert isinstance(figure, Figure)
    assert figure.said("number_high")[0].words == words
    assert figure.said("number_low") == ()


def test_a_petition_on_behalf_of_victims() -> None:
    vocabulary("intervention_kind").term("petition")
    letter = Intervention(UUID(int=9), SOURCE, "petition", "Ministry of Foreign Affairs", on="2018-04",
                          on_behalf_of=(MENTION, OTHER_MENTION))  # fmt: skip
    assert letter.on_behalf_of == (MENTION, OTHER_MENTION)


def test_views_keep_the_order_of_recording_and_are_no_persons() -> None:
    late = about(SubjectKind.SITE, MOSQUE, "description", "late", recorded_at=NOW + timedelta(1))
    early = about(SubjectKind.SITE, MOSQUE, "description", "early")
    assert view_subject(SubjectKind.SITE, MOSQUE, [late, early]).claims == (early, late)
    with pytest.raises(BadClaim):
        view_subject(SubjectKind.MENTION, MENTION, [])
