"""The views: contradictions, last known status, ages, steps of custody, the person and its summary."""

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.records.claims import Claim, ClaimState
from aigaq.records.conflicts import Disagreement, find_disagreements
from aigaq.records.dates import parse_date
from aigaq.records.person import Account, build_person
from aigaq.records.sources import Episode, Leg, Source
from aigaq.records.status import Status, age_on, last_known
from aigaq.records.summary import summarise
from aigaq.records.transitions import warn_transitions
from aigaq.records.vocabulary import vocabulary

from .build import (
    MENTION,
    OTHER_MENTION,
    OTHER_SOURCE,
    SOURCE,
    THIRD_SOURCE,
    claim,
    mention,
    source,
)

FIRST, SECOND = UUID(int=501), UUID(int=502)  # episodes
LEG_1, LEG_2, LEG_3 = (UUID(int=n) for n in (601, 602, 603))
THERE = {"about": OTHER_MENTION, "source": OTHER_SOURCE}


def disagree(*claims: Claim, heads: dict[UUID, UUID] | None = None) -> tuple[Disagreement, ...]:
    found = find_disagreements(claims, heads or {})
    for order in permutations(claims[:4]):
        kinds = [one.kind for one in find_disagreements([*order, *claims[4:]], heads or {})]
        assert kinds == [one.kind for one in found], "the order of claims matters"
    return found


def values(one: Disagreement) -> list[list[str]]:
    return [[each.value for each in group] for group in one.positions]


# --- contradictions ------------------------------------------------------------------------------


def test_differing_dates_stand_side_by_side_most_attested_first() -> None:
    found = disagree(
        claim("birth", "1884"),
        claim("birth", "1885", **THERE),
        claim("birth", "1885", about=UUID(int=103), source=THIRD_SOURCE),
    )
    assert [(one.property, one.kind) for one in found] == [("birth", "differ")]
    assert values(found[0]) == [["1885", "1885"], ["1884"]]


def test_a_vaguer_date_is_no_contradiction() -> None:
    (found,) = disagree(claim("birth", "1885"), claim("birth", "1885-11-25", **THERE))
    assert found.kind == "precision"
    assert disagree(claim("birth", "1885-11"), claim("birth", "1885-11-XX", **THERE)) == ()


def test_properties_of_which_there_are_many_never_disagree() -> None:
    assert disagree(claim("languages", "Kazakh"), claim("languages", "Russian", **THERE)) == ()


def test_the_day_of_an_execution_is_a_day_of_death() -> None:
    (found,) = disagree(claim("execution", "1937-12-08"), claim("death", "1938-12-08", **THERE))
    assert (found.property, found.kind) == ("death", "differ")
    assert disagree(claim("execution", "1937-12-08"), claim("death", "1937-12-08", **THERE)) == ()


def test_an_absence_contradicts_nothing() -> None:
    unknown = claim("birth", state=ClaimState.UNKNOWN, **THERE)
    assert disagree(claim("birth", "1885"), unknown) == ()


def test_numbers_are_compared_as_numbers() -> None:
    assert disagree(claim("sentence_years", "10"), claim("sentence_years", "10.0", **THERE)) == ()
    (found,) = disagree(claim("sentence_years", "10"), claim("sentence_years", "1", **THERE))
    assert found.kind == "differ"


def test_a_wider_term_is_only_vaguer() -> None:
    camp, strict = claim("custody_form", "camp"), claim("custody_form", "camp_strict", **THERE)
    assert [one.kind for one in disagree(camp, strict)] == ["precision"]
    prison = claim("custody_form", "prison", **THERE)
    assert [one.kind for one in disagree(camp, prison)] == ["differ"]


@pytest.mark.parametrize(
    ("left", "right", "kinds"),
    [
        (("Ахметұлы", "kk-Cyrl"), ("Akhmetuly", "en-Latn"), []),
        (("Ахметұлы", ""), ("Akhmetuly", ""), []),
        (("Ахметұлы", "und-Latn"), ("Akhmetuly", "und-Latn"), []),
        (("Ахметұлы", "kk-Cyrl"), ("Ахметович", "ru-Cyrl"), []),
        (("Ахметович", "ru-Cyrl"), ("Омарович", "ru-Cyrl"), ["differ"]),
        (("ÁLVAREZ", "es-Latn"), ("Alvarez", "es-Latn"), []),
        (("Álvarez", "es-Latn"), ("Álvarez Gómez", "es-Latn"), ["precision"]),
        (("12", ""), ("13", ""), ["differ"]),
    ],
)
def test_words_are_compared_within_one_language_and_script(
    left: tuple[str, str], right: tuple[str, str], kinds: list[str]
) -> None:
    ours = claim("patronymic", left[0], lang=left[1])
    theirs = claim("patronymic", right[0], lang=right[1], **THERE)
    assert [one.kind for one in disagree(ours, theirs)] == kinds


def test_accounts_of_two_arrests_do_not_contradict_each_other_until_judged_to_be_one() -> None:
    ours = claim("arrest_date", "1937-11-05", episode=FIRST)
    theirs = claim("arrest_date", "1937-12-30", episode=SECOND, **THERE)
    assert disagree(ours, theirs) == ()
    (found,) = disagree(ours, theirs, heads={SECOND: FIRST})
    assert (found.episode, found.kind) == (FIRST, "differ")


def test_what_is_said_of_the_person_is_compared_whatever_arrest_it_was_told_with() -> None:
    (found,) = disagree(claim("birth", "1884", episode=FIRST), claim("birth", "1885", **THERE))
    assert found.episode is None


def test_two_stages_of_one_account_do_not_contradict_each_other() -> None:
    first = claim("custody_form", "kanshousuo", episode=FIRST, leg=LEG_1)
    second = claim("custody_form", "prison", episode=FIRST, leg=LEG_2)
    assert disagree(first, second) == ()
    again = claim("custody_form", "camp", episode=FIRST, leg=LEG_2)
    (found,) = disagree(first, second, again)
    assert values(found) == [["prison"], ["camp"]], "the other stage takes no position"


def test_stages_of_two_accounts_correspond_only_where_each_tells_of_one() -> None:
    ours = claim("custody_form", "camp", episode=FIRST, leg=LEG_1)
    theirs = claim("custody_form", "prison", episode=SECOND, leg=LEG_2, **THERE)
    joined = {SECOND: FIRST}
    assert [one.kind for one in disagree(ours, theirs, heads=joined)] == ["differ"]
    # The other account has a second stage, of which only the date is told.
    earlier = claim("arrest_date", "1937", episode=SECOND, leg=LEG_3, **THERE)
    assert disagree(ours, theirs, earlier, heads=joined) == ()


# --- last known ----------------------------------------------------------------------------------


def known(*claims: Claim, dated: dict[UUID, str] | None = None) -> list[tuple[str, str]]:
    found = last_known(claims, dated or {})
    return [(one.code, one.as_of.edtf if one.as_of else "") for one in found]


def test_no_news_never_becomes_released() -> None:
    taken = claim("arrest_date", "2017-04")
    assert known(taken) == [("no_news_since", "2017-04")], "being taken says nothing of a charge"
    assert known(taken, claim("term_end", "2019-04")) == known(taken), (
        "a term that is over is no news"
    )
    absent = claim("release_date", state=ClaimState.UNKNOWN)
    assert known(taken, absent) == known(taken)
    assert known(claim("birth", "1980")) == []


@given(
    st.lists(
        st.sampled_from(
            [
                "arrest_date",
                "sentence_date",
                "missing",
                "last_sign_of_life",
                "contact_lost",
                "exile_from",
                "death",
                "execution",
                "term_end",
            ]
        )
    )
)
def test_only_who_says_so_releases(properties: list[str]) -> None:  # fmt: skip
    claims = [claim(one, f"{2000 + place}") for place, one in enumerate(properties)]
    assert "released" not in {code for code, _ in known(*claims)}


def test_a_death_wins_and_every_date_given_for_it_is_shown() -> None:
    claims = [
        claim("execution", "1938-02-25"), claim("execution", "1939-02-28", **THERE),
        claim("release_date", "1956"), claim("death", "1938"),
    ]  # fmt: skip
    assert known(*claims) == [("executed", "1939-02-28"), ("executed", "1938-02-25")]
    undated = claim("status", "died_in_custody")
    assert known(claim("sentence_date", "1939"), undated) == [("died_in_custody", "")]


def test_the_newest_is_last_known_and_carries_its_date() -> None:
    told = claim("status", "sentenced_serving", said_on="2019-07-16", voice="relative")
    (found,) = last_known([claim("arrest_date", "2017"), told], {})
    assert (found.code, found.claim.voice) == ("sentenced_serving", "relative")
    assert found.age_in_days(date(2019, 7, 26)) == 10
    assert found.age_in_days(date(2019, 1, 1)) == 0


def test_a_status_takes_its_source_s_date_and_without_any_stands_beside_the_newest() -> None:
    stated = claim("status", "released")
    taken, earlier = claim("arrest_date", "2017"), claim("missing", "2015")
    assert known(stated, taken, earlier, dated={SOURCE: "2019"}) == [("released", "2019")]
    assert known(stated, taken, earlier) == [("no_news_since", "2017"), ("released", "")]
    assert known(stated) == [("released", "")]


def test_news_open_to_the_future_counts_from_its_beginning() -> None:
    held = claim("status", "in_forced_labour", said_on="2020/..")
    assert known(claim("arrest_date", "2017"), held) == [("in_forced_labour", "2020/..")]


def test_statuses_of_one_day_that_differ_are_all_shown() -> None:
    ours = claim("status", "released", said_on="2019")
    theirs = claim("status", "sentenced_serving", said_on="2019", **THERE)
    assert {code for code, _ in known(ours, theirs)} == {"released", "sentenced_serving"}


def test_every_status_computed_is_a_term() -> None:
    dated = ["arrest_date", "sentence_date", "release_date", "exile_from", "execution", "death",
             "missing", "last_sign_of_life", "contact_lost"]  # fmt: skip
    for code in dated:
        ((status, _),) = known(claim(code, "1937"))
        assert vocabulary("status").term(status)
    assert Status("released", None, claim("birth", "1905")).age_in_days(date(2020, 1, 1)) is None


@pytest.mark.parametrize(
    ("birth", "day", "ages"),
    [
        ("1905-11-25", date(1937, 11, 24), (31, 31)), ("1905-11-25", date(1937, 11, 25), (32, 32)),
        ("1905", date(1937, 6, 1), (31, 32)), ("1904-02-29", date(1937, 2, 28), (32, 32)),
        ("190X", date(1937, 12, 31), (28, 37)), ("../1905", date(1937, 1, 1), None),
        ("1938", date(1937, 1, 1), None), ("1937", date(1937, 6, 1), (0, 0)),
        ("1905~", date(1937, 6, 1), (29, 34)),
    ],
)  # fmt: skip
def test_age_is_a_range(birth: str, day: date, ages: tuple[int, int] | None) -> None:
    assert age_on(parse_date(birth), day) == ages


# --- steps of custody ----------------------------------------------------------------------------

STEPS = [*vocabulary("custody_form").terms, "taken", "released", "died", "", "no_such_form"]


@given(st.lists(st.sampled_from(STEPS), max_size=6))
def test_steps_are_only_ever_warned_about(forms: list[str]) -> None:
    warnings = warn_transitions(forms)
    assert len(warnings) < max(len(forms), 1)
    assert all(warning.endswith(".") for warning in warnings)


def test_usual_and_unusual_steps() -> None:
    assert warn_transitions(["taken", "police_custody", "kanshousuo", "prison", "released"]) == ()
    assert warn_transitions(["kanshousuo", "camp_strict"]) == (), "a kind of camp is a camp"
    (warning,) = warn_transitions(["police_custody", "prison"])
    assert "unusual" in warning
    assert len(warn_transitions(["died", "camp"])) == 1
    assert warn_transitions(["prison", "unknown_custody", "camp", "camp"]) == ()
    assert warn_transitions([]) == warn_transitions(["prison"]) == ()


# --- the person ----------------------------------------------------------------------------------


def person(*claims: Claim, sources: tuple[Source, ...] = (), **more):
    sources = sources or (source(), source(OTHER_SOURCE), source(THIRD_SOURCE))
    mentions = {one.subject.id: mention(one.subject.id, one.source) for one in claims}
    return build_person(
        Account(tuple(mentions.values()), claims, {one.id: one for one in sources}, **more)
    )


@pytest.mark.parametrize(
    ("second", "level", "count"),
    [
        ({"key": "b", "kind": "press_article"}, "corroborated", 2), ({"key": "b"}, "partly", 2),
        ({"key": "b", "independent_of": "a"}, "partly", 1), ({"kind": "general_knowledge"}, "partly", 1),
        ({"kind": "court_record"}, "documented", 2),
        ({"testifier": UUID(int=7), "kind": "testimony"}, "partly", 1),
    ],
)  # fmt: skip
def test_only_independent_sources_corroborate(second: dict, level: str, count: int) -> None:
    """Lists draw on the same complaints, and two testimonies of one speaker are one voice."""
    first = source(key="a", testifier=second.get("testifier"))
    two = (first, source(OTHER_SOURCE, **second))
    found = person(claim("birth", "1905"), claim("birth", "1905", **THERE), sources=two)
    assert (found.corroboration, found.sources) == (level, count)


def test_a_copy_of_a_copy_confirms_nothing() -> None:
    three = (source(key="a"), source(OTHER_SOURCE, key="b", independent_of="a"),
             source(THIRD_SOURCE, key="c", independent_of="b"))  # fmt: skip
    found = person(claim("birth", "1905"), claim("birth", "1905", about=OTHER_MENTION,
                                                 source=THIRD_SOURCE), sources=three)  # fmt: skip
    assert (found.corroboration, found.sources) == ("partly", 1)


def test_what_the_machine_alone_joined_confirms_nothing() -> None:
    claims = claim("birth", "1905"), claim("birth", "1905", **THERE)
    two = (source(), source(OTHER_SOURCE, "press_article"))
    alone = frozenset({OTHER_MENTION})
    assert person(*claims, sources=two).corroboration == "corroborated"
    assert person(*claims, sources=two, provisional=alone).corroboration == "reported"


def test_steps_are_weighed_within_one_account() -> None:
    ours = [claim("custody_form", "kanshousuo", episode=FIRST, leg=LEG_1),
            claim("custody_form", "prison", episode=FIRST, leg=LEG_2)]  # fmt: skip
    theirs = claim("custody_form", "prison", episode=SECOND, leg=LEG_3, **THERE)
    found = person(
        *ours, theirs,
        episodes=(Episode(FIRST, MENTION), Episode(SECOND, OTHER_MENTION)),
        legs=(Leg(LEG_1, FIRST), Leg(LEG_2, FIRST, 2), Leg(LEG_3, SECOND)),
        episode_heads={FIRST: FIRST, SECOND: FIRST},
    )  # fmt: skip
    (episode,) = found.episodes
    assert episode.members == (FIRST, SECOND)
    assert [len(stage) for stage in episode.stages.values()] == [2, 1]
    assert episode.warnings == ()


# --- the summary ---------------------------------------------------------------------------------


def told(*claims: Claim) -> str:
    return summarise(person(*claims), "Anna")


def test_a_summary_says_only_what_stands_in_the_claims() -> None:
    assert told(claim("birth", "1905")) == "Anna is named in three sources."
    assert told(claim("arrest_date", "1937-12-30")) == "Anna was taken on 30 December 1937."
    assert told(claim("arrest_date", "1937")) == "Anna was taken in 1937."
    assert told(claim("arrest_date", "193X")) == "Anna was taken between 1930 and 1939."
    assert told(claim("arrest_date", "1937?")) == "Anna was taken in 1937 (uncertain)."
    assert told(claim("arrest_date", "1937~")) == "Anna was taken about 1937."
    unknown = claim("death", state=ClaimState.UNKNOWN)
    assert told(claim("arrest_date", "1937"), unknown) == "Anna was taken in 1937."


@pytest.mark.parametrize(
    ("sexes", "who"),
    [(["male"], "he"), (["female"], "she"), ([], "they"), (["male", "female"], "they")],
)
def test_the_pronoun_follows_what_sources_say(sexes: list[str], who: str) -> None:
    claims = [claim("sex", one) for one in sexes] + [claim("death", "1938")]
    assert f"One source says {who} died in 1938." in told(*claims)


def test_sources_that_differ_are_counted_and_both_dates_told() -> None:
    said = told(
        claim("execution", "1938-02-25"), claim("execution", "1938-02-25", **THERE),
        claim("execution", "1939", about=UUID(int=103), source=THIRD_SOURCE),
    )  # fmt: skip
    assert "Most sources say they were executed or killed on 25 February 1938" in said
    assert "one says in 1939" in said


def test_another_death_is_told_beside_an_execution_and_a_vaguer_date_agrees() -> None:
    said = told(
        claim("execution", "1938-03-19"), claim("execution", "1938", **THERE),
        claim("death", "1951-01", about=UUID(int=103), source=THIRD_SOURCE), claim("sex", "male"),
    )  # fmt: skip
    assert said.endswith(
        "Most sources say he was executed or killed on 19 March 1938; one says he died in January 1951."
    )


def test_one_source_that_says_it_twice_is_one_voice() -> None:
    assert "One source says" in told(claim("death", "1938"), claim("death", "1938"))


def test_a_place_of_another_arrest_is_not_the_place_of_this_one() -> None:
    first = claim("arrest_date", "1930-05-01", episode=FIRST, leg=LEG_1)
    elsewhere = claim("arrest_place", "Moscow", episode=SECOND, leg=LEG_2)
    assert told(first, elsewhere) == "Anna was taken on 1 May 1930."
    here = claim("arrest_place", "ALMATY", episode=FIRST, leg=LEG_1)
    assert told(first, elsewhere, here) == "Anna was taken on 1 May 1930 in Almaty."


def test_an_end_before_the_arrest_ended_something_else() -> None:
    claims = claim("arrest_date", "1937"), claim("release_date", "1926")
    assert told(*claims) == "Anna was taken in 1937."
    assert "regained freedom in 1938" in told(claims[0], claim("release_date", "1938"))


def test_a_disputed_day_of_arrest_is_not_told_as_settled() -> None:
    said = told(claim("arrest_date", "1937-11-05"), claim("arrest_date", "1937-12-30", **THERE))
    assert said == "Anna was taken on 5 November 1937 (sources differ on the day)."


@pytest.mark.parametrize(
    ("work", "opening"),
    [("Engineer", "Anna, an engineer, was"), ("the head of a school", "Anna, the head of a school, was"),
     (".", "Anna was"), ("Teacher.", "Anna, a teacher, was")],
)  # fmt: skip
def test_the_occupation_opens_the_sentence(work: str, opening: str) -> None:
    said = told(claim("occupation", work, lang="en-Latn"), claim("arrest_date", "1937"))
    assert said.startswith(opening)


@given(st.text(min_size=1, max_size=90))
def test_no_words_of_a_source_break_the_summary(words: str) -> None:
    if words.strip():
        told(claim("occupation", words, lang="en-Latn"), claim("arrest_date", "1937"),
             claim("arrest_place", words))  # fmt: skip
