"""An altered archive is found out, act by act."""

import pytest
from django.db import connection

from aigaq.intake.mapping import load_mapping
from aigaq.records.errors import NotAllowed
from aigaq.records.judgements import Outcome
from aigaq.services.actors import Actor
from aigaq.services.approving import approve_release
from aigaq.services.checking import check_archive
from aigaq.services.importing import import_table
from aigaq.services.judging import Verdict, judge
from aigaq.services.publishing import propose
from aigaq.services.rights import decide_harm, record_basis
from aigaq.store import models

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


def test_a_stranger_may_not_even_ask(filled):
    stranger = Actor(filled.id, "Nobody", "no role at all")
    with pytest.raises(NotAllowed):
        list(check_archive(stranger))
