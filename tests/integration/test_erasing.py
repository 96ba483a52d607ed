"""A testimony is erased: nothing of it is left, everything else is, and every act still verifies."""

import os
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from aigaq.adapters.blobs import blob_path
from aigaq.intake.mapping import load_mapping
from aigaq.records.errors import NotAllowed, NotFound
from aigaq.records.judgements import Outcome
from aigaq.services.actors import ROLES, Actor
from aigaq.services.checking import check_acts
from aigaq.services.correcting import correct_claim
from aigaq.services.custody import Handling, record_custody
from aigaq.services.erasing import erase_source, finish_erasing
from aigaq.services.importing import import_table
from aigaq.services.items import Description, add_item
from aigaq.services.judging import Verdict, judge
from aigaq.services.people import read_people
from aigaq.services.recording import record_document
from aigaq.services.rights import decide_harm, record_basis
from aigaq.store import models
from aigaq.vault.act_tree import record_root

MAPPING = load_mapping(
    """
version: 1
shape: wide
source: {per: row, key: visits, kind: testimony, title: Testimony, voice: relative, lang: kk-Cyrl}
key: id
columns:
  name: {property: name}
  taken: {property: arrest_date, dates: ["%Y"], episode: 1, leg: 1}
  place: {property: arrest_place}
testifier: {name: who, contact: phone, relation: kin}
consent:
  purposes: {publication_profile: profile}
  audience: public
""",
    "m.yaml",
)
TABLE = """id,name,taken,place,who,phone,kin,profile
1,MARKERONE Сейітқызы,2017,MARKERPLACE,MARKERSPEAKER,+7MARKER,mother,yes
2,Дәулет Ақанұлы,2018,Құлжа,Айша,+7700,mother,yes
3,Күләш Ермекқызы,2018,Құлжа,Айша,+7700,mother,yes
"""
PETITION = {
    "sources": [{"key": "letter", "kind": "document", "title": "A letter"}],
    "interventions": [
        {
            "source": "letter", "kind": "petition", "addressee": "The ministry",
            "on_behalf_of": [{"source": "visits:1", "mention": "1"}, {"source": "visits:2", "mention": "2"}],
        }
    ],
}  # fmt: skip


@pytest.fixture
def filled(admin, archive, tmp_path):
    """Three testimonies by two people; the first with files, a judgement and a correction."""
    import_table(admin, TABLE.encode(), "MARKERTABLE.csv", MAPPING)
    one, two = (models.Mention.objects.get(key=key) for key in "12")
    judge(admin, [Verdict(one.id, two.id, Outcome.DIFFERENT, "MARKERREASON")])
    claim = models.Claim.objects.get(mention=one, property="arrest_place")
    correct_claim(admin, claim.id, "MARKERCORRECTED", "MARKERWHY")
    decide_harm(admin, one.id, "publication_profile", allow=True, reason="MARKERHARM")
    record_basis(admin, one.source_id, "historical_dead", "MARKERBASIS")
    PETITION["interventions"][0]["on_behalf_of"] = [
        {"source": row.source.key, "mention": row.key} for row in (one, two)
    ]
    record_document(admin, PETITION, "MARKERDOCUMENT.yaml")
    (tmp_path / "clip").write_bytes(os.urandom(1000))
    original = add_item(
        archive, admin, tmp_path / "clip", Description("video_original", source=one.source_id)
    ).item
    (tmp_path / "text").write_bytes(b"MARKERTRANSCRIPT")
    add_item(
        archive,
        admin,
        tmp_path / "text",
        Description("transcript", parent=original, tool="by hand"),
    )
    record_custody(admin, original, Handling("handed_over", "MARKERLAWYER", "MARKERCOURT"))
    return one.source_id


def checked(actor):
    """Return how many records verification calls erased; nothing may be wrong."""
    acts = list(check_acts(actor))
    assert [one.finding for one in acts if one.finding is not None] == []
    return sum(one.erased for one in acts)


def everything():
    """Return all that any table holds, as text."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [
                str([bytes(one) if isinstance(one, memoryview) else one for one in row])
                for row in cursor
            ]
    return "\n".join(rows)


def test_nothing_of_it_is_left_and_all_else_is(filled, admin, archive):
    blobs = list(models.Item.objects.values_list("blob", flat=True))
    others = everything().count("Айша"), models.Claim.objects.filter(mention__key__in="23").count()
    assert "MARKER" in everything()
    done = erase_source(archive, admin, filled)
    assert "MARKER" not in everything()
    assert "Сейітқызы" not in everything()
    assert not any(blob_path(archive.folder, blob).exists() for blob in blobs)
    assert (done.files, done.records["item"], done.records["source"]) == (2, 2, 1)
    assert models.Testifier.objects.count() == 1
    assert models.Mention.objects.count() == 2
    assert models.Item.objects.count() == models.ItemKey.objects.count() == 0
    assert (
        everything().count("Айша"),
        models.Claim.objects.filter(mention__key__in="23").count(),
    ) == others
    connection.check_constraints()


def test_every_act_still_verifies_and_says_how_much_was_erased(filled, admin, archive):
    assert checked(admin) == 0
    done = erase_source(archive, admin, filled)
    told = 2  # the correction and the harm decision quoted what was said
    assert checked(admin) == sum(done.records.values()) + told


def test_what_was_erased_cannot_be_confirmed_by_guessing(filled, admin, archive):
    """No salt is left from which an erased record's own could be derived, nor any that was its own."""
    event = models.Source.objects.get(id=filled).event_id
    erase_source(archive, admin, filled)
    assert bytes(models.Event.objects.get(id=event).salt) == b""
    erased = {str(id) for id in models.Erased.objects.values_list("id", flat=True)}
    assert not erased & set(models.KeptSalt.objects.values_list("name", flat=True))


def test_a_petition_for_others_stays_without_them(filled, admin, archive):
    erase_source(archive, admin, filled)
    (row,) = models.Intervention.objects.all()
    assert [mention.key for mention in row.on_behalf_of.all()] == ["2"]
    assert row.addressee == "The ministry"


def test_a_second_one_of_the_same_import_is_erased_too(filled, admin, archive):
    """The salts of the act were spilt by the first; the speaker of two testimonies goes with the last."""
    erase_source(archive, admin, filled)
    for key, left in (("2", 1), ("3", 0)):
        erase_source(archive, admin, models.Mention.objects.get(key=key).source_id)
        assert models.Testifier.objects.count() == left
        checked(admin)
    assert "Айша" not in everything()
    assert list(read_people(admin)) == []


def test_it_can_be_recorded_anew_if_they_wish(filled, admin, archive):
    erase_source(archive, admin, filled)
    report = import_table(admin, TABLE.encode(), "again.csv", MAPPING)
    assert report.mentions == 1
    checked(admin)


def test_only_an_administrator_erases(filled, archive, admin):
    for role in set(ROLES) - {"administrator"}:
        with pytest.raises(NotAllowed):
            erase_source(archive, Actor(admin.id, "Someone", role), filled)
    assert models.Source.objects.filter(id=filled).exists()


def test_what_is_not_here_is_not_erased(filled, admin, archive):
    with pytest.raises(NotFound):
        erase_source(archive, admin, models.Event.objects.first().id)


def test_whatever_hangs_on_what_can_be_erased_can_be_erased_itself(db):
    """A later table that points to a source or an account must be thought of in `erasing.py`."""
    migrations = ("0004_items", "0005_sealed_claims")
    erasable = {
        table
        for name in migrations
        for table in import_module(f"aigaq.store.migrations.{name}").ERASABLE
    }
    for table in apps.get_models(include_auto_created=True):
        for column in table._meta.concrete_fields:
            if column.is_relation and column.related_model._meta.db_table[6:] in erasable:
                assert table._meta.db_table[6:] in erasable, (table, column)


def test_an_erasure_that_no_act_made_is_found(filled, admin, archive):
    """Who holds the passphrase can name a claim in `Erased` by hand and delete it; its act then says so."""
    claim = models.Claim.objects.filter(mention__key="2", superseded_by=None).first()
    models.Erased.objects.create(
        id=claim.id, event_id=claim.event_id, brought_by_id=claim.event_id, table="claim",
        position=claim.position, root=record_root(bytes(claim.salt), {"any": "thing"}).hex(),
    )  # fmt: skip
    models.Affected.objects.filter(claim=claim)._raw_delete("default")
    models.Claim.objects.filter(id=claim.id)._raw_delete("default")
    findings = [one.finding for one in check_acts(admin) if one.finding is not None]
    assert [str(claim.event_id) in found.path for found in findings] == [True]


@pytest.mark.parametrize("kind", ["correct", "harm.decide"])
def test_who_did_what_and_when_stays_checked_where_an_act_s_fields_were_erased(
    filled, admin, archive, member, kind
):
    erase_source(archive, admin, filled)
    emptied = models.Event.objects.filter(kind=kind, fields="{}")
    assert emptied.exists()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER store_event_no_update")
        emptied.update(kind="signin")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    findings = [one.finding for one in check_acts(admin) if one.finding is not None]
    assert findings
    assert all("(signin," in one.path for one in findings)


def test_an_erasure_stopped_before_its_files_went_is_finished(filled, admin, archive, monkeypatch):
    files = [
        blob_path(archive.folder, one) for one in models.Item.objects.values_list("blob", flat=True)
    ]
    with monkeypatch.context() as patch:
        patch.setattr("aigaq.services.erasing.finish_erasing", lambda *_: 0)  # as if killed there
        erase_source(archive, admin, filled)
    assert any(one.exists() for one in files)
    left = sum(one.exists() for one in files)
    assert finish_erasing(archive, admin) == left
    assert not any(one.exists() for one in files)
    assert finish_erasing(archive, admin) == 0
    with pytest.raises(NotAllowed):
        finish_erasing(archive, Actor(admin.id, "Someone", "editor"))


def change(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


FORBIDDEN = (
    "DELETE FROM store_claim WHERE property = 'name'",
    "DELETE FROM store_mention",
    "DELETE FROM store_testifier",
    "DELETE FROM store_itemkey",
    "DELETE FROM store_affected",
    "DELETE FROM store_intervention_on_behalf_of",
    "DELETE FROM store_erased",
    "UPDATE store_event SET salt = salt",
    "UPDATE store_event SET fields = '{}'",
    "UPDATE store_testifier SET contact = NULL",
    "UPDATE store_testifier SET name = contact",
    "UPDATE store_item SET media_type = 'x'",
    "UPDATE store_item SET plaintext_sha256 = name",
    "UPDATE store_keptsalt SET name = 'x'",
    "DELETE FROM store_keptsalt",
    "UPDATE store_custodyevent SET position = position + 7",
    "UPDATE store_itemkey SET item_id = item_id, secret = NULL",
)


def test_the_database_lets_nothing_else_go(filled, admin, archive):
    """After one erasure, which leaves rows in `Erased` and kept salts behind."""
    erase_source(archive, admin, models.Mention.objects.get(key="3").source_id)
    mention = models.Mention.objects.get(key="1").id
    models.Affected.objects.create(claim=models.Claim.objects.first(), mention_id=mention)
    before = everything()
    for statement in FORBIDDEN:
        with pytest.raises(DatabaseError):
            change(statement)
    assert everything() == before
