"""An altered log is found out: entries, checkpoints, files, cosignatures; and the members' standing."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from aigaq.adapters.clock import now
from aigaq.records.errors import BadInput
from aigaq.services.access import remove_member
from aigaq.services.acts import act
from aigaq.services.archive import Archive
from aigaq.services.checking import check_acts
from aigaq.services.log_checking import check_log, check_log_folder, describe_log
from aigaq.services.log_files import read_key, tile_reader
from aigaq.services.sequencing import extend_log
from aigaq.services.witness_folder import create_witness, trust, update
from aigaq.services.witnessing import add_witness, check_cosignatures, take_cosignatures
from aigaq.store import models
from aigaq.vault.checkpoints import Checkpoint, sign_checkpoint
from aigaq.vault.notes import ED25519, SignerKey

KEY = SignerKey("aigaq.archive/test", ED25519, b"s" * 32)
OTHER = SignerKey("aigaq.archive/test", ED25519, b"o" * 32)


@pytest.fixture
def archive(admin, tmp_path: Path) -> Archive:
    """Twelve acts under three checkpoints."""
    made = Archive(tmp_path / "archive", KEY)
    for _ in range(3):
        do_acts(admin, 4)
        extend_log(made)
    return made


def do_acts(actor, count: int) -> None:
    for _ in range(count):
        with act(actor, "link"):
            pass


def tamper(statement, *values):
    """Change the tables behind the archive's back, as someone with the database's key could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement, values)
        assert cursor.rowcount > 0
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def problems(archive, key=KEY, remembered=None):
    return " | ".join(
        f"{one.path} {one.problem}" for one in check_log(archive, key.verifier, remembered or {})
    )


def test_an_untouched_log_holds_as_tables_and_as_a_folder(archive):
    assert problems(archive) == ""
    assert check_log_folder(archive.log, KEY.verifier, {})[0] == ()
    assert describe_log() == "The log is signed over 13 of them"


def test_acts_that_wait_are_no_fault(archive, admin):
    do_acts(admin, 2)
    assert problems(archive) == ""
    assert "2 wait to be numbered" in describe_log()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ('DELETE FROM store_logentry WHERE "index" = 3', "log entry 3 is missing"),
        ('DELETE FROM store_logentry WHERE "index" = 12', "covers more acts than the 12"),
        ('UPDATE store_logentry SET "index" = 40 WHERE "index" = 5', "log entry 5 is missing"),
        (
            "UPDATE store_event SET root = repeat_root WHERE id IN (SELECT event_id FROM store_logentry "
            'WHERE "index" = 7)',
            "log entry 7 does not belong",
        ),
        ("UPDATE store_checkpoint SET root = 'ab' WHERE size = 9", "checkpoint 9 was altered"),
        ("UPDATE store_checkpoint SET note = '' WHERE size = 9", "checkpoint 9 does not hold"),
        (
            "UPDATE store_checkpoint SET note = (SELECT note FROM store_checkpoint WHERE size = 5) "
            "WHERE size = 9",
            "checkpoint 9 was altered",
        ),
        ("UPDATE store_checkpoint SET previous_id = NULL WHERE size = 9", "does not follow the one before"),
        ("DELETE FROM store_checkpoint WHERE size = 13", "that no checkpoint covers"),
    ],
)  # fmt: skip
def test_every_alteration_of_the_tables_is_found(archive, statement, problem):
    tamper(statement.replace("repeat_root", f"'{'ab' * 32}'"))
    assert problem in problems(archive)


def test_two_entries_that_changed_places_are_found(archive):
    first, second = (models.LogEntry.objects.get(index=one) for one in (6, 7))
    tamper('UPDATE store_logentry SET "index" = 100 WHERE "index" = 6')
    tamper('UPDATE store_logentry SET "index" = 6 WHERE "index" = 7')
    tamper('UPDATE store_logentry SET "index" = 7 WHERE "index" = 100')
    assert {first.event_id, second.event_id} == set(
        models.LogEntry.objects.filter(index__in=[6, 7]).values_list("event_id", flat=True)
    )
    assert "no longer gives the root that was signed at checkpoint 9, nor at 1 later" in problems(
        archive
    )


def test_a_checkpoint_signed_by_another_key_is_found(archive):
    row = models.Checkpoint.objects.get(size=9)
    forged = bytes(sign_checkpoint(Checkpoint(KEY.name, 9, bytes.fromhex(row.root)), OTHER))
    tamper("UPDATE store_checkpoint SET note = %s WHERE size = 9", forged.decode())
    assert "checkpoint 9 does not hold: not signed with the log's key" in problems(archive)


def test_another_key_given_from_outside_is_told_apart_at_once(archive):
    assert "not with the key given" in problems(archive, OTHER)
    assert check_log_folder(archive.log, OTHER.verifier, {})[0] != ()


def test_every_changed_file_is_found(archive):
    files = [one for one in archive.log.rglob("*") if one.is_file() and one.name != "key.txt"]
    newest = {"checkpoint", "tile/0/000.p/13", "tile/entries/000.p/13"}
    found = set()
    for file in files:
        kept = file.read_bytes()
        for wrong in (bytes([kept[0] ^ 1]) + kept[1:], kept[:-1], None):
            file.unlink() if wrong is None else file.write_bytes(wrong)
            name = str(file.relative_to(archive.log))
            if problems(archive):
                found.add((name, wrong is None))
            file.write_bytes(kept)
    altered = {name for name, gone in found if not gone}
    missing = {name for name, gone in found if gone}
    assert altered == {str(file.relative_to(archive.log)) for file in files}
    assert missing == newest - {"checkpoint"}  # without it the folder claims nothing


def test_every_changed_file_is_found_without_the_tables_too(archive):
    for name in ("checkpoint", "tile/0/000.p/13", "tile/entries/000.p/13"):
        file = archive.log / name
        kept = file.read_bytes()
        for place in range(len(kept)):
            file.write_bytes(kept[:place] + bytes([kept[place] ^ 4]) + kept[place + 1 :])
            assert check_log_folder(archive.log, KEY.verifier, {})[0], (name, place)
        file.write_bytes(kept)


def test_a_folder_s_checkpoint_the_tables_never_signed_is_found(archive):
    (archive.log / "checkpoint").write_bytes(
        bytes(sign_checkpoint(Checkpoint(KEY.name, 13, b"r" * 32), KEY))
    )
    assert "no checkpoint the database knows" in problems(archive)


def test_an_altered_cosignature_is_found(admin, archive, tmp_path):
    partner = create_witness(tmp_path / "witness", "partner")
    trust(partner, KEY.verifier)
    add_witness(admin, partner.key.verifier)
    extend_log(archive)
    note = (archive.log / "checkpoint").read_bytes()
    take_cosignatures(admin, [("c", update(partner, note, tile_reader(archive.log)))])
    assert list(check_cosignatures()) == []
    assert "witnessed over 14" in describe_log()
    tamper("UPDATE store_cosignature SET checkpoint_id = 13")
    (finding,) = check_cosignatures()
    assert "not signed by witness partner" in finding.problem
    tamper("UPDATE store_cosignature SET line = 'x'")
    assert len(list(check_cosignatures())) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_member SET role = 'reader' WHERE role = 'volunteer'",
        "UPDATE store_member SET public_key = 'age1other' WHERE role = 'volunteer'",
        "UPDATE store_member SET sealed_name = "
        "(SELECT sealed_name FROM store_member WHERE role = 'volunteer') WHERE role = 'administrator'",
        "UPDATE store_member SET active = NOT active WHERE role = 'volunteer'",
        "UPDATE store_grant SET compartment = 'other'",
        "UPDATE store_grant SET member_id = (SELECT id FROM store_member WHERE role = 'volunteer')",
        "DELETE FROM store_grant",
    ],
)
def test_a_member_s_standing_changed_behind_the_acts_is_found(admin, member, statement):
    member("Vol", "volunteer")
    assert all(one.finding is None for one in check_acts(admin))
    tamper(statement)
    assert any(one.finding and "newest act" in one.finding.problem for one in check_acts(admin))


def test_a_clock_put_back_makes_no_older_act_the_newest(admin, member, archive, monkeypatch):
    """Someone is added, and removed from a machine that runs two hours behind; the log's order counts."""
    member("Vol", "volunteer")
    extend_log(archive)
    with monkeypatch.context() as patch:
        patch.setattr("aigaq.services.acts.now", lambda: now() - timedelta(hours=2))
        remove_member(admin, "Vol")
    extend_log(archive)
    assert all(one.finding is None for one in check_acts(admin))


def test_keys_are_read_from_text_and_from_files(tmp_path):
    (tmp_path / "key.txt").write_text(f"{KEY.verifier}\n")
    assert read_key(str(KEY.verifier)) == read_key(str(tmp_path / "key.txt")) == KEY.verifier
    for wrong in ("a+b+c", str(KEY.verifier)[:-1]):
        with pytest.raises(BadInput, match="is no key"):
            read_key(wrong)
