"""An altered archive is found out, act by act."""

import pytest
from django.db import connection, transaction

from aigaq.intake.mapping import load_mapping
from aigaq.records.errors import NotAllowed, Refused
from aigaq.records.ids import new_id
from aigaq.records.judgements import Outcome
from aigaq.services.act_records import read_acts
from aigaq.services.actors import Actor
from aigaq.services.acts import act
from aigaq.services.approving import approve_release
from aigaq.services.checking import check_archive, check_guards
from aigaq.services.erasing import erase_source
from aigaq.services.importing import import_table
from aigaq.services.judging import Verdict, judge
from aigaq.services.publishing import propose
from aigaq.services.rights import decide_harm, record_basis
from aigaq.services.sequencing import extend_log
from aigaq.store import models
from aigaq.store.settings import NAMES_KEY

MAPPING = """
version: 1
shape: wide
source: {key: a-list, kind: list, title: A list, lang: en-Latn, voice: list}
key: id
columns:
  name: {property: name}
  taken: {property: arrest_date, dates: ["%Y"], episode: 1, leg: 1}
"""


@pytest.fixture
def filled(admin, member):
    """An archive with claims, a judgement, a basis, a harm decision and an approved release."""
    mapping = load_mapping(MAPPING, "m.yaml")
    import_table(admin, b"id,name,taken\n1,Ana,1976\n2,Ana R.,1977\n", "l.csv", mapping)
    left, right = models.Mention.objects.values_list("id", flat=True)
    judge(admin, [Verdict(left, right, Outcome.SAME, "a test")])
    record_basis(admin, models.Source.objects.get().id, "official_historical_list", "a test")
    decide_harm(admin, left, "publication_profile", allow=True, reason="a test")
    approve_release(member("Rai", "reviewer"), propose(admin))
    return admin


def findings(actor):
    return [one for one in check_archive(actor) if one is not None]


def tamper(statement, *values):
    """Change a row behind the archive's back, as someone with the database's key could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            for name, _ in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement, values)
        assert cursor.rowcount > 0
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_an_untouched_archive_holds(filled):
    assert findings(filled) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_claim SET value = '1975' WHERE value = '1976'",
        "UPDATE store_claim SET words = 'x' WHERE property = 'name' AND value = 'Ana'",
        "UPDATE store_claim SET voice = 'official'",
        "UPDATE store_claim SET leg_id = NULL WHERE property = 'arrest_date'",
        "DELETE FROM store_claim WHERE value = '1976'",
        "UPDATE store_judgement SET outcome = 'undecided'",
        "UPDATE store_judgement SET reason = 'because'",
        "DELETE FROM store_judgement",
        "UPDATE store_publicationbasis SET kind = 'historical_dead'",
        "UPDATE store_event SET kind = 'link' WHERE kind = 'judge'",
        "UPDATE store_event SET fields = '{}' WHERE kind = 'judge'",
        "UPDATE store_event SET at = '2001-01-01 00:00:00' WHERE kind = 'judge'",
        "UPDATE store_judgement SET decided_at = '2001-01-01 00:00:00'",
        "UPDATE store_judgement SET evidence = '[]'",
        "UPDATE store_harmdecision SET decided_at = '2001-01-01 00:00:00'",
        "UPDATE store_source SET title = 'Another list'",
        "UPDATE store_source SET kind = 'testimony'",
        "UPDATE store_mention SET key = 'x' || key",
        "UPDATE store_mention SET recorded_at = '2001-01-01 00:00:00'",
        "UPDATE store_episode SET position = 7",
        "UPDATE store_release SET digest = 'x'",
        "UPDATE store_approval SET member_id = (SELECT proposed_by_id FROM store_release)",
        "DELETE FROM store_approval",
        "UPDATE store_event SET claims = 0 WHERE kind = 'import' AND claims > 0",
    ],
)
def test_every_alteration_is_found(filled, statement):
    tamper(statement)
    assert findings(filled), statement


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_event SET fields = 'no JSON' WHERE kind = 'judge'",
        "UPDATE store_event SET fields = '[1]' WHERE kind = 'judge'",
        "UPDATE store_event SET fields = '{\"a\":0.5}' WHERE kind = 'judge'",
        "UPDATE store_event SET root = 'no hash' WHERE kind = 'judge'",
    ],
)
def test_what_can_t_even_be_read_is_a_finding_of_its_own_act(filled, statement):
    tamper(statement)
    (finding,) = findings(filled)
    assert "(judge," in finding.path


@pytest.fixture
def unbound(filled):
    """The same, and the database asks no foreign key: whoever has the passphrase can switch them off."""
    yield filled
    transaction.set_rollback(True)


def slip_in(row, **changes):
    """Store a copy of a row under another id, and return it."""
    copy = type(row)(
        **{column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}
    )
    copy.id = new_id()
    for name, value in changes.items():
        setattr(copy, name, value)
    type(row).objects.bulk_create([copy])
    return copy


@pytest.mark.parametrize(
    "table", ["Claim", "Judgement", "PublicationBasis", "HarmDecision", "Approval"]
)
def test_a_row_that_no_act_brought_is_found(unbound, table):
    row = getattr(models, table).objects.first()
    changes = {"member_id": unbound.id} if table == "Approval" else {}
    copy = slip_in(row, event_id=new_id(), **changes)
    assert [str(copy.id) in one.path for one in findings(unbound)] == [True]


def test_an_erasure_by_no_act_is_found(unbound):
    claim = models.Claim.objects.get(value="1976")
    (stored,) = read_acts([claim.event])
    root = next(record.root().hex() for record in stored.records if record.id == claim.id)
    erased = models.Erased(
        id=claim.id, event_id=new_id(), brought_by_id=claim.event_id, table="claim", root=root,
        position=claim.position,
    )  # fmt: skip
    models.Erased.objects.bulk_create([erased])
    models.Claim.objects.filter(id=claim.id)._raw_delete("default")
    assert [one.path for one in findings(unbound)] == [f"erased {claim.id}"]


def test_a_claim_in_an_erased_ones_place_is_found(unbound, archive):
    claim = models.Claim.objects.get(value="1976")
    erase_source(archive, unbound, claim.source_id)
    assert findings(unbound) == []
    slip_in(claim)
    (finding,) = [one for one in findings(unbound) if "(import," in one.path]
    assert "stands where another was erased" in finding.problem


def test_an_approval_written_with_the_databases_password_alone_is_signed_by_nobody(
    filled, archive, monkeypatch, member
):
    """Who administers the server, and has no passphrase, writes an approval in another's name."""
    extend_log(archive)
    other = member("Mira", "reviewer")
    extend_log(archive)
    release = models.Release.objects.get()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, NAMES_KEY, b"a guess" * 5)
        with act(other, "release.approve") as recording:
            row = models.Approval(
                id=new_id(), event_id=recording.event, release=release, member_id=other.id, at=recording.at
            )  # fmt: skip
            recording.add(models.Approval, [row])
    with pytest.raises(Refused, match="somebody without the passphrase"):
        extend_log(archive)
    (finding,) = findings(filled)
    assert "(release.approve," in finding.path
    assert "doesn't bear its code" in finding.problem


def test_guards_that_were_taken_off_are_found(filled):
    assert not list(check_guards())
    on = " ON store_claim" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER store_claim_no_update" + on)
    assert [one.path for one in check_guards()] == ["guard store_claim_no_update"]


def test_a_stranger_may_not_even_ask(filled):
    stranger = Actor(filled.id, "Nobody", "no role at all")
    with pytest.raises(NotAllowed):
        list(check_archive(stranger))
