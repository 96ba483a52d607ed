"""What the database itself refuses, on SQLite and on PostgreSQL alike."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from aigaq.adapters.clock import now
from aigaq.records.claims import Claim, Subject, SubjectKind
from aigaq.records.ids import new_id
from aigaq.services.acts import act
from aigaq.store import models


@pytest.fixture
def claim(admin):
    """One stored claim."""
    with act(admin, "record") as recording:
        source = models.Source(
            id=new_id(), event_id=recording.event, kind="list", title="t", key="s"
        )
        recording.add(models.Source, [source])
        mention = models.Mention(
            id=new_id(), event_id=recording.event, source_id=source.id, key="1", recorded_at=now()
        )
        recording.add(models.Mention, [mention])
        claim = Claim(
            id=new_id(),
            subject=Subject(SubjectKind.MENTION, mention.id),
            property="name",
            source=source.id,
            recorded_by=admin.id,
            recorded_at=recording.at,
            value="Әлихан",
            words="Әлихан",
            lang="kk-Cyrl",
            affects=(mention.id,),
        )
        recording.add_claims([claim])
    return models.Claim.objects.get(id=claim.id)


def refused(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_every_append_only_table_refuses_update_and_delete(claim):
    tables = [model._meta.db_table for model in models.APPEND_ONLY]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(_triggers(connection.vendor), [table])
            assert cursor.fetchone()[0] == 2, table


def _triggers(vendor):
    if vendor == "postgresql":
        return (
            "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE c.relname = %s AND t.tgname LIKE '%%_no_%%'"
        )
    return "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"


def test_a_claim_cannot_be_edited_away(claim):
    refused(lambda: models.Claim.objects.filter(id=claim.id).update(value="another"))
    refused(lambda: models.Claim.objects.filter(id=claim.id)._raw_delete("default"))
    refused(lambda: models.Event.objects.update(root="0" * 64))
    assert models.Claim.objects.get(id=claim.id).value == "Әлихан"


@pytest.mark.parametrize(
    "change",
    [
        {"state": "known", "value": ""},
        {"state": "refused", "value": "x"},
        {"state": "perhaps"},
        {"mention_id": None},
        {"certainty": 4},
        {"position": 0},
        {"leg_id": "any"},
    ],
)
def test_a_claim_that_makes_no_sense_is_refused(claim, change):
    def insert():
        row = models.Claim.objects.get(id=claim.id)
        row.id = new_id()
        row.position = 7
        for name, value in change.items():
            setattr(row, name, new_id() if value == "any" else value)
        row.save(force_insert=True)
        connection.check_constraints()

    with pytest.raises(IntegrityError), transaction.atomic():
        insert()


def test_one_claim_is_corrected_once(claim, admin):
    def correct(position):
        row = models.Claim.objects.get(id=claim.id)
        row.supersedes_id, row.id, row.position = row.id, new_id(), position
        row.save(force_insert=True)

    correct(1)
    refused(lambda: correct(2))


def test_a_judgement_of_nothing_or_of_oneself_is_refused(claim, admin):
    def insert(**columns):
        row = models.Judgement(
            id=new_id(), event_id=claim.event_id, outcome="same", decided_at=now(), decided_by_id=admin.id,
            **columns,
        )  # fmt: skip
        row.save(force_insert=True)

    refused(lambda: insert())
    refused(lambda: insert(left_mention_id=claim.mention_id, right_mention_id=claim.mention_id))


def test_the_machine_is_never_sure_enough_to_part_people(claim, admin):
    other = models.Mention(
        id=new_id(), event_id=claim.event_id, source_id=claim.source_id, key="2", recorded_at=now()
    )
    other.save(force_insert=True)
    row = models.Judgement(
        id=new_id(), event_id=claim.event_id, left_mention_id=claim.mention_id, right_mention_id=other.id,
        outcome="different", probability=0.01, decided_at=now(),
    )  # fmt: skip
    refused(lambda: row.save(force_insert=True))


def test_a_sealed_column_takes_no_plaintext(claim):
    with pytest.raises(TypeError):
        models.Testifier(id=new_id(), event_id=claim.event_id, name=b"Her name").save(
            force_insert=True
        )
