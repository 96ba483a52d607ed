"""What may leave: every rule with the person who must not be seen."""

from hashlib import sha256

import pytest

from aigaq.adapters.clock import today
from aigaq.intake.mapping import load_mapping
from aigaq.records.consent import REASONS, Request
from aigaq.records.errors import BadInput, NotAllowed, Refused
from aigaq.records.ids import new_id
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.acts import act
from aigaq.services.approving import approve_release, require_approval
from aigaq.services.importing import import_table
from aigaq.services.judging import Verdict, add_judgements, judge, undo
from aigaq.services.publishing import check_site, propose, publish
from aigaq.services.releasing import clear
from aigaq.services.rights import (
    ConsentTerms,
    decide_harm,
    record_basis,
    record_consent,
    withdraw_basis,
    withdraw_consent,
)
from aigaq.store import models

MAPPING = """
version: 1
shape: wide
source:
  per: row
  key: visits
  kind: testimony
  title: Testimony
  voice: relative
  lang: kk-Cyrl
  dated: {column: told, dates: ["%Y-%m-%d"]}
key: id
columns:
  name: {property: name}
  taken: {property: arrest_date, dates: ["%Y-%m-%d"]}
  place: {property: arrest_place}
  story: {property: arrest_circumstances}
  number: {property: id_number}
  mother: {property: mother}
  officer: {property: arrested_by}
  health: {property: health_detail}
testifier: {name: who, contact: phone, relation: kin}
consent:
  purposes: {publication_profile: profile}
  "yes": [yes]
  "no": [no]
  ask_again: [ask]
  audience: {column: audience}
  identity_mode: {column: show_name}
  place_granularity: county
  date_granularity: month
  about: proxy
"""
HEAD = (
    "id,told,name,taken,place,story,number,mother,officer,health,"
    "who,phone,kin,profile,audience,show_name\n"
)
ROW = (
    "{id},2019-02-11,{name},2017-10-05,Текес ауданы,TOLDSTORY,NUMBER99,MOTHERNAME,OFFICERNAME,HEALTHWORD,"
    "SPEAKERNAME,SPEAKERPHONE,mother,{answer},{audience},{show}\n"
)


def give_account(
    actor, id="1", name="Бота Сейітқызы", answer="yes", audience="public", show="full_name"
):
    text = HEAD + ROW.format(id=id, name=name, answer=answer, audience=audience, show=show)
    import_table(actor, text.encode(), f"{id}.csv", load_mapping(MAPPING, "visits.yaml"))
    return models.Mention.objects.get(key=id)


def allow(actor, mention, allow=True):
    decide_harm(actor, mention.id, "publication_profile", allow=allow, reason="a test")


def request():
    return Request("publication_profile", "public", today())


def cleared(actor):
    return clear(actor, request())


def shown(actor, tmp_path):
    publish(actor, tmp_path / "site", title="A test", draft=True)
    return b"\n".join(
        path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()
    )


def test_nothing_leaves_without_a_harm_decision(admin):
    give_account(admin)
    found = cleared(admin)
    assert found.people == ()
    assert REASONS["no_harm_decision"] in found.withheld


def test_a_consented_account_leaves_coarsened_and_without_its_speaker(admin, tmp_path):
    allow(admin, give_account(admin))
    (person,) = cleared(admin).people
    said = {claim.property: claim for claim in person.account.claims}
    assert set(said) == {"name", "arrest_date", "arrest_place"}
    assert (said["arrest_date"].value, said["arrest_date"].words) == ("2017-10", "")
    assert said["arrest_place"].words == ""
    assert (said["name"].lang, said["name"].words) == ("kk-Cyrl", "")
    everything = shown(admin, tmp_path)
    for word in (
        "SPEAKERNAME", "SPEAKERPHONE", "TOLDSTORY", "NUMBER99", "MOTHERNAME", "OFFICERNAME", "HEALTHWORD",
        "2017-10-05", "5 October", "Ana", "2019-02", "11 February", "row 2", "visits.csv",
    ):  # fmt: skip
        assert word.encode() not in everything, word
    assert "Бота Сейітқызы".encode() in everything


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"answer": "ask"}, "ask_again"),
        ({"answer": ""}, "ask_again"),
        ({"audience": "organisation"}, "audience"),
        ({"show": "no_name"}, "no_name"),
    ],
)
def test_what_the_speaker_did_not_allow_stays(admin, tmp_path, change, reason):
    allow(admin, give_account(admin, **change))
    assert REASONS[reason] in cleared(admin).withheld
    assert "Бота Сейітқызы".encode() not in shown(admin, tmp_path)


def test_a_harm_decision_against_it_holds(admin):
    mention = give_account(admin)
    allow(admin, mention)
    allow(admin, mention, allow=False)
    assert cleared(admin).people == ()


def test_a_relative_who_says_no_blocks_the_whole_person(admin):
    first, second = give_account(admin, "1"), give_account(admin, "2", answer="no")
    allow(admin, first)
    allow(admin, second)
    assert len(cleared(admin).people) == 1
    judge(admin, [Verdict(first.id, second.id, Outcome.SAME, "same story")])
    assert cleared(admin).people == ()


def test_withdrawal_takes_everything_back(admin):
    mention = give_account(admin)
    allow(admin, mention)
    assert cleared(admin).people
    withdraw_consent(admin, mention.source_id, "afraid for her brother")
    assert cleared(admin).people == ()
    assert models.Consent.objects.filter(source_id=mention.source_id).count() == 2


def test_a_newer_consent_can_open_reviewed_words(admin, tmp_path):
    mention = give_account(admin)
    allow(admin, mention)
    terms = ConsentTerms(
        about="proxy", purposes={"publication_profile": "yes"}, audience="public", identity_mode="initials",
        place_granularity="county", date_granularity="year", words_reviewed=True,
    )  # fmt: skip
    record_consent(admin, mention.source_id, terms)
    everything = shown(admin, tmp_path)
    assert b"TOLDSTORY" in everything
    assert "Б. С.".encode() in everything
    assert "Бота".encode() not in everything
    assert b"2017-10" not in everything


def test_a_link_of_the_machine_alone_joins_nothing_that_is_released(admin):
    first, second = give_account(admin, "1"), give_account(admin, "2")
    allow(admin, first)
    allow(admin, second)
    with act(admin, "link") as recording:
        link = Judgement(
            new_id(),
            Matter.PERSON,
            first.id,
            second.id,
            Outcome.SAME,
            recording.at,
            probability=0.999,
        )
        add_judgements(recording, [link])
    assert len(cleared(admin).people) == 2
    (id,) = judge(admin, [Verdict(first.id, second.id, Outcome.SAME, "looked at both")])
    assert len(cleared(admin).people) == 1
    undo(admin, id, "wrong")
    assert len(cleared(admin).people) == 2


def test_a_basis_can_be_taken_back(admin):
    mention = give_account(admin)
    basis = record_basis(
        admin, mention.source_id, "historical_dead", "all of them died before 1960"
    )
    (person,) = cleared(admin).people
    told = {claim.property for claim in person.account.claims}
    assert "arrested_by" not in told
    assert "id_number" not in told
    withdraw_basis(admin, basis, "one of them is alive")
    assert cleared(admin).people == ()


@pytest.mark.parametrize("role", ["volunteer", "reader", "reviewer"])
def test_who_may_not_publish(admin, member, tmp_path, role):
    allow(admin, give_account(admin))
    with pytest.raises(NotAllowed):
        publish(member("Other", role), tmp_path / "site", title="x", draft=True)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("role", ["volunteer", "reader", "editor"])
def test_who_may_not_decide_about_harm(admin, member, role):
    mention = give_account(admin)
    with pytest.raises(NotAllowed):
        allow(member("Other", role), mention)


def test_an_approval_is_anothers_and_of_exactly_this_release(admin, member, tmp_path):
    allow(admin, give_account(admin))
    reviewer = member("Rai", "reviewer")
    with pytest.raises(Refused, match="not approved"):
        publish(admin, tmp_path / "site", title="A test", draft=False)
    release = propose(admin)
    with pytest.raises(BadInput, match="another member"):
        approve_release(admin, release)
    with pytest.raises(NotAllowed):
        approve_release(member("Vera", "volunteer"), release)
    approve_release(reviewer, release)
    require_approval(release)
    publish(admin, tmp_path / "site", title="A test", draft=False)
    allow(admin, give_account(admin, "2", name="Әсет"))
    with pytest.raises(Refused):
        publish(admin, tmp_path / "site", title="A test", draft=False)
    assert "Әсет" not in (tmp_path / "site" / "data" / "names.csv").read_text("utf-8")


def test_a_draft_says_so_on_every_page(admin, tmp_path):
    allow(admin, give_account(admin))
    publish(admin, tmp_path / "site", title="A test", draft=True)
    for page in (tmp_path / "site").rglob("*.html"):
        text = page.read_text("utf-8")
        assert "Draft" in text or "http-equiv" in text, page


def test_testimonies_carry_no_label_that_repeats_on_another_page(admin, tmp_path):
    for id, name in (("1", "Бота"), ("2", "Дәулет")):
        allow(admin, give_account(admin, id, name=name))
    sources = {
        str(getattr(models.Mention.objects.get(key=id), name))
        for id in ("1", "2")
        for name in ("source_id",)
    }
    everything = shown(admin, tmp_path)
    for source in sources | {"visits/1", "visits/2", "visits"}:
        assert source.encode() not in everything, source


def test_a_changed_site_does_not_verify(admin, tmp_path):
    allow(admin, give_account(admin))
    site = tmp_path / "site"
    publish(admin, site, title="A test", draft=True)
    assert check_site(site) == ()
    page = next((site / "person").glob("*.html"))
    page.write_bytes(page.read_bytes().replace("Бота".encode(), "Боте".encode()))
    (site / "added.html").write_text("x")
    (site / "index.html").unlink()
    wrong = {finding.path for finding in check_site(site)}
    assert wrong == {page.relative_to(site).as_posix(), "added.html", "index.html"}


def test_a_folder_that_is_not_ours_is_left_alone(admin, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "diary.txt").write_text("mine")
    with pytest.raises(BadInput, match="not empty"):
        publish(admin, tmp_path / "site", title="A test", draft=True)
    assert (tmp_path / "site" / "diary.txt").read_text() == "mine"


def test_a_survivor_needs_nobody_elses_decision_for_their_own_story(admin):
    mapping = load_mapping(MAPPING.replace("about: proxy", "about: self"), "visits.yaml")
    text = HEAD + ROW.format(
        id="9", name="Сәуле", answer="yes", audience="public", show="full_name"
    )
    import_table(admin, text.encode(), "9.csv", mapping)
    (person,) = cleared(admin).people
    assert person.person.names[0].value == "Сәуле"


def test_a_testimony_is_never_called_an_official_list(admin):
    mention = give_account(admin)
    with pytest.raises(BadInput, match="no official list"):
        record_basis(admin, mention.source_id, "official_historical_list", "to get around her")
    assert cleared(admin).people == ()


def test_a_proposals_digest_confirms_no_value_once_the_claims_are_erased(admin):
    """It stays for ever; whoever knows all else about a release must not be able to try names against it."""
    allow(admin, give_account(admin))
    asked, found = request(), cleared(admin)
    guess = sha256(f"aigaq release\n{asked.purpose}\n{asked.audience}\n".encode())
    for id in found.relied_on:
        guess.update(f"relies on {id}\n".encode())
    for one in found.people:
        guess.update(f"person {one.person.id} {one.person.corroboration}\n".encode())
        for claim in one.account.claims:
            limits = one.limits[claim.id]
            guess.update(f"{claim.id} {claim.value} {limits} {claim.episode}\n".encode())
        for episode in one.person.episodes:
            guess.update(f"episode {episode.id} {episode.members}\n".encode())
    assert found.people
    assert found.digest != guess.hexdigest()
    assert found.digest == cleared(admin).digest
