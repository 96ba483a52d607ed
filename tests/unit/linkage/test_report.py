import re
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.linkage.report import (
    AccountShown,
    ClusterShown,
    LinkagePage,
    PairShown,
    calibrate,
    count_scores,
    count_sizes,
    measure_interval,
)
from aigaq.linkage.report_page import render_page
from aigaq.linkage.types import Evidence
from aigaq.linkage.wording import read_evidence, say_chance, say_weight, write_evidence


def make_page(**changed):
    plain = {
        "made_at": datetime(2026, 11, 23, tzinfo=UTC),
        "accounts": 3,
        "persons": 2,
        "links": 1,
        "questions": 0,
        "contradictions": 0,
        "scores": count_scores([0.9]),
        "calibration": [],
        "sizes": count_sizes([(1, True), (2, False)]),
        "surprising": [],
        "overruled": [],
        "largest": [],
    }
    return render_page(LinkagePage(**(plain | changed)))


def account(name="Айгүл", lang="kk-Cyrl", told="A testimony: born 1979"):
    return AccountShown("26d9fe21", [(name, lang)], told)


def a_pair(left, right):
    lines = read_evidence(
        write_evidence(
            [
                Evidence("any two mentions", "", "", "", -5.0),
                Evidence("names", "the same", "Айгүл", "Aigul", 9.0),
                Evidence("taken", "years apart", "2017", "2020", -4.0),
            ]
        )
    )
    return PairShown(left, right, 0.93, "joined by the machine", lines)


@given(st.lists(st.floats(0.01, 1)))
def test_every_score_is_counted_once(scores):
    bins = count_scores(scores)
    assert sum(one.count for one in bins) == len(scores)
    for one in bins:
        inside = [p for p in scores if one.low <= p < one.high or p == one.high == 1]
        assert one.count == len(inside)


def test_calibration_compares_what_was_expected_with_what_people_said():
    (low, high) = calibrate([(0.1, False), (0.15, True), (0.9, True), (0.85, True)])
    assert (low.judged, low.same, low.share) == (2, 1, 0.5)
    assert low.expected == pytest.approx(0.125)
    assert (high.judged, high.same, high.share) == (2, 2, 1.0)
    assert high.least < 0.6 < high.most == 1.0


def test_wilson_interval_as_published():
    # Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662, 0 of 20 gives 0 to 0.1611.
    assert measure_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert measure_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_large_persons_are_counted_together():
    sizes = count_sizes([(1, True), (6, False), (9, True), (2, True)])
    assert [(one.size, one.or_more, one.persons, one.confirmed) for one in sizes] == [
        (1, False, 1, 1),
        (2, False, 1, 1),
        (6, True, 2, 1),
    ]


@pytest.mark.parametrize(
    ("bits", "said"),
    [
        (0.3, "says little"),
        (1, "2 times likelier if one person"),
        (-3, "8 times likelier if two people"),
        (9, "510 times likelier if one person"),
        (30, "over a million times likelier if one person"),
    ],
)
def test_weights_in_words(bits, said):
    assert say_weight(bits) == said


@pytest.mark.parametrize(
    ("probability", "said"),
    [(0.931, "93 in 100"), (0.9999, "more than 99 in 100"), (0.001, "less than 1 in 100")],
)
def test_chances_in_words(probability, said):
    assert say_chance(probability) == said


def test_the_page_says_that_it_is_for_members_only():
    assert "For members of the archive only." in make_page()


def test_the_page_holds_no_script_and_asks_nobody_for_anything():
    page = make_page(surprising=[a_pair(account(), account("Aigul", "en-Latn"))])
    assert "<script" not in page
    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", page)
    assert "default-src 'none'" in page
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{allowed}'" in page.replace("&#43;", "+")
    assert " style=" not in page


def test_what_sources_say_cannot_become_markup():
    shown = account("<b>Айгүл</b>", told='"><script>alert(1)</script>')
    page = make_page(
        surprising=[a_pair(shown, account())], largest=[ClusterShown([shown], 3, False, 0.8)]
    )
    assert "<b>" not in page
    assert "<script" not in page


def test_names_carry_their_language_and_direction():
    page = make_page(largest=[ClusterShown([account("ئايگۈل", "ug-Arab")], 3, True, None)])
    assert '<bdi lang="ug-Arab" dir="rtl">ئايگۈل</bdi>' in page


def test_every_picture_has_a_table_twin():
    page = make_page(
        calibration=calibrate([(0.9, True)]), surprising=[a_pair(account(), account())]
    )
    assert page.count("<svg") == page.count("<table") == 4
    assert page.count("<svg") == page.count('role="img"')


def test_without_judgements_the_page_says_that_nobody_knows():
    assert "isn’t known" in make_page()
    assert "isn’t known" not in make_page(calibration=calibrate([(0.9, True)]))


def test_an_empty_archive_has_a_page_too():
    empty = make_page(accounts=0, persons=0, links=0, scores=count_scores([]), sizes=[])
    assert "Of 0 pairs" in empty
