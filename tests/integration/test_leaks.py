"""What somebody who looks for the speaker would try."""

import pytest

from aigaq.adapters.clock import today
from aigaq.intake.mapping import load_mapping
from aigaq.records.consent import Request
from aigaq.records.judgements import Outcome
from aigaq.services.importing import import_table
from aigaq.services.judging import Verdict, judge
from aigaq.services.publishing import publish
from aigaq.services.releasing import clear
from aigaq.services.rights import (
    ConsentTerms,
    decide_harm,
    record_basis,
    record_consent,
    withdraw_basis,
)
from aigaq.store import models

VISITS = """
version: 1
shape: wide
source: {per: row, key: visits, kind: testimony, title: Testimony, voice: relative, lang: kk-Cyrl}
key: id
columns:
  name: {property: name, note: HIS AUNT CALLED}
  taken: {property: arrest_date, dates: ["%Y-%m-%d"]}
  place: {property: arrest_place, absent: {unknown: ["SHE DOES NOT KNOW"]}}
testifier: {name: who, relation: kin}
consent:
  purposes: {publication_profile: profile}
  audience: public
  identity_mode: {column: show_name}
  place_granularity: county
  date_granularity: month
"""

LIST = """
version: 1
shape: wide
source: {key: old-list, kind: list, title: An official list, lang: kk-Cyrl, voice: list}
key: id
columns:
  name: {property: name}
"""
OFFICIAL = ("historical_dead", "all of them died before 1960")


def give_list(actor, name="Бота Сейітқызы", basis=True):
    import_table(actor, f"id,name\nL1,{name}\n".encode(), "l.csv", load_mapping(LIST, "list.yaml"))
    mention = models.Mention.objects.get(key="L1")
    if basis:
        record_basis(actor, mention.source_id, *OFFICIAL)
    return mention


def give_account(actor, show="full_name", place="Текес ауданы"):
    text = (
        "id,name,taken,place,who,kin,profile,show_name\n"
        f"1,Бота Сейітқызы,2017-10-05,{place},SPEAKER,mother,yes,{show}\n"
    )
    import_table(actor, text.encode(), "1.csv", load_mapping(VISITS, "visits.yaml"))
    return models.Mention.objects.get(key="1")


def allow(actor, mention):
    decide_harm(actor, mention.id, "publication_profile", allow=True, reason="a test")


def cleared(actor):
    return clear(actor, Request("publication_profile", "public", today()))


def shown(actor, tmp_path):
    publish(actor, tmp_path / "site", title="A test", draft=True)
    return b"\n".join(
        path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()
    )


def join(actor, left, right):
    return judge(actor, [Verdict(left.id, right.id, Outcome.SAME, "a test")])[0]


def test_words_of_what_is_not_known_need_review_like_all_others(admin, tmp_path):
    allow(admin, give_account(admin, place="SHE DOES NOT KNOW"))
    everything = shown(admin, tmp_path)
    assert "Бота".encode() in everything
    assert b"SHE DOES NOT KNOW" not in everything


@pytest.mark.parametrize("show", ["no_name", "initials"])
def test_an_account_that_may_not_name_stands_on_no_page_that_names(admin, show):
    account, entry = give_account(admin, show=show), give_list(admin)
    allow(admin, account)
    join(admin, account, entry)
    (person,) = cleared(admin).people
    assert {claim.subject.id for claim in person.account.claims} == {entry.id}


def test_an_account_that_is_not_released_leaves_no_trace_on_the_page(admin, tmp_path):
    account, entry = give_account(admin), give_list(admin)
    join(admin, account, entry)
    everything = shown(admin, tmp_path)
    assert str(entry.id).encode() in everything
    assert str(account.id).encode() not in everything


def test_a_note_by_a_volunteer_is_not_the_speakers_word(admin, tmp_path):
    account = give_account(admin)
    terms = ConsentTerms(
        about="proxy", purposes={"publication_profile": "yes"}, audience="public",
        identity_mode="full_name", words_reviewed=True,
    )  # fmt: skip
    record_consent(admin, account.source_id, terms)
    allow(admin, account)
    everything = shown(admin, tmp_path)
    assert "Бота".encode() in everything
    assert b"HIS AUNT CALLED" not in everything


def test_why_a_testimony_may_be_told_is_not_told(admin, tmp_path):
    account = give_account(admin)
    record_basis(admin, account.source_id, "historical_dead", "HISDAUGHTER says he died")
    assert b"HISDAUGHTER" not in shown(admin, tmp_path)


def test_another_reason_on_the_page_is_another_release(admin):
    entry = give_list(admin, basis=False)
    first = record_basis(admin, entry.source_id, "historical_dead", "one reason")
    before = cleared(admin).digest
    withdraw_basis(admin, first, "badly put")
    record_basis(admin, entry.source_id, "historical_dead", "names a living person")
    assert cleared(admin).digest != before
