"""The sequencer: numbering, signing, the files, and what it refuses to sign."""

import shutil
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from aigaq.adapters.clock import now
from aigaq.records.errors import NotFound, Refused
from aigaq.services import sequencing
from aigaq.services.acts import act
from aigaq.services.archive import Archive
from aigaq.services.log_files import read_checkpoint, tile_reader
from aigaq.services.sequencing import (
    count_waiting,
    extend_log,
    newest_checkpoint,
    read_tree,
)
from aigaq.store import models
from aigaq.vault.checkpoints import open_checkpoint
from aigaq.vault.merkle import hash_leaf, tree_root
from aigaq.vault.notes import ED25519, SignerKey
from aigaq.vault.proofs import prove_inclusion, verify_inclusion
from aigaq.vault.tiles import TileTree


@pytest.fixture
def archive(admin, tmp_path: Path) -> Archive:
    """The test's database with a folder for its log."""
    return Archive(tmp_path / "archive", SignerKey("aigaq.archive/test", ED25519, b"s" * 32))


def do_acts(actor, count: int) -> None:
    for _ in range(count):
        with act(actor, "link"):
            pass


def roots() -> list[bytes]:
    entries = models.LogEntry.objects.order_by("index").values_list("event__root", flat=True)
    return [bytes.fromhex(root) for root in entries]


def agree(archive: Archive) -> int:
    """Check that tables, files and signature say the same; return the size they say."""
    newest = newest_checkpoint()
    checkpoint, _ = open_checkpoint(newest.note.encode(), archive.log_key.verifier)
    expected = tree_root([hash_leaf(root) for root in roots()])
    assert (checkpoint.size, checkpoint.root) == (len(roots()), expected)
    assert newest.root == expected.hex()
    assert read_checkpoint(archive.log, archive.log_key.verifier) == checkpoint
    assert TileTree(tile_reader(archive.log), checkpoint.size).root(0, checkpoint.size) == expected
    return checkpoint.size


def test_acts_are_numbered_in_the_order_they_were_done(admin, archive):
    do_acts(admin, 3)
    assert count_waiting() == 4
    extend_log(archive)
    assert agree(archive) == 4
    in_log = models.LogEntry.objects.order_by("index").values_list("event_id", flat=True)
    assert list(in_log) == list(
        models.Event.objects.order_by("at", "id").values_list("id", flat=True)
    )
    assert list(models.LogEntry.objects.order_by("index").values_list("index", flat=True)) == [
        0,
        1,
        2,
        3,
    ]
    assert count_waiting() == 0


def test_without_new_acts_nothing_is_signed_again(admin, archive):
    first = extend_log(archive)
    assert extend_log(archive) == first
    assert models.Checkpoint.objects.count() == 1


def test_the_log_grows_over_a_tile_s_edge_act_by_act(admin, archive):
    do_acts(admin, 253)
    extend_log(archive)
    for size in range(255, 260):
        do_acts(admin, 1)
        extend_log(archive)
        assert agree(archive) == size
    previous = models.Checkpoint.objects.order_by("size").values_list("previous_id", flat=True)
    assert list(previous) == [None, 254, 255, 256, 257, 258]


def test_an_act_is_proved_at_every_checkpoint_it_is_in(admin, archive):
    do_acts(admin, 6)
    early = extend_log(archive)
    do_acts(admin, 300)
    late = extend_log(archive)
    entry = models.LogEntry.objects.get(index=5)
    leaf = hash_leaf(bytes.fromhex(entry.event.root))
    for checkpoint in (early, late):
        path = prove_inclusion(read_tree(archive), 5, checkpoint.size)
        opened, _ = open_checkpoint(checkpoint.note.encode(), archive.log_key.verifier)
        assert verify_inclusion(leaf, 5, opened.size, path, opened.root)


def test_there_is_no_tree_before_the_first_checkpoint(archive):
    with pytest.raises(NotFound):
        read_tree(archive)


@pytest.mark.parametrize(
    "damage",
    ["tile/0/000", "tile/0/001.p/5", "tile/1/000.p/1", "checkpoint", "tile/entries/000", ""],
)
def test_files_that_are_gone_or_damaged_are_made_anew_from_the_tables(admin, archive, damage):
    do_acts(admin, 260)
    extend_log(archive)
    whole = {path: path.read_bytes() for path in archive.log.rglob("*") if path.is_file()}
    if damage:
        (archive.log / damage).unlink()
        if damage != "checkpoint":
            (archive.log / "checkpoint").unlink()
    else:
        shutil.rmtree(archive.log)
    extend_log(archive)
    assert agree(archive) == 261
    assert {path: path.read_bytes() for path in whole} == whole


def test_a_tile_with_a_flipped_bit_is_made_anew_when_the_log_grows(admin, archive):
    do_acts(admin, 260)
    extend_log(archive)
    path = archive.log / "tile/1/000.p/1"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    do_acts(admin, 255)  # over the edge of a tile, so that the damaged one is read
    extend_log(archive)
    assert agree(archive) == 516


def test_a_crash_before_the_files_are_written_is_mended_by_the_next_command(
    admin, archive, monkeypatch
):
    extend_log(archive)
    do_acts(admin, 2)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sequencing, "write_log", crash)
        with pytest.raises(KeyboardInterrupt):
            extend_log(archive)
    assert newest_checkpoint().size == 3
    assert read_checkpoint(archive.log, archive.log_key.verifier).size == 1
    extend_log(archive)
    assert agree(archive) == 3


def test_the_loser_of_a_race_tries_again(admin, archive, monkeypatch):
    number, calls = sequencing._number_acts, []

    def lose_once(given):
        calls.append(given)
        if len(calls) == 1:
            number(given)  # somebody else, a moment earlier
            raise IntegrityError
        return number(given)

    monkeypatch.setattr(sequencing, "_number_acts", lose_once)
    extend_log(archive)
    assert len(calls) == 2
    assert agree(archive) == 1


def test_a_race_that_never_ends_is_given_up(admin, archive, monkeypatch):
    def lose(_):
        raise IntegrityError

    monkeypatch.setattr(sequencing, "_number_acts", lose)
    with pytest.raises(Refused, match="run this again"):
        extend_log(archive)


def test_the_database_takes_one_entry_for_a_place_and_one_checkpoint_after_another(admin, archive):
    do_acts(admin, 2)
    extend_log(archive)
    do_acts(admin, 2)
    waiting = models.Event.objects.filter(log_entry__isnull=True)[0]

    def checkpoint(size, previous):
        models.Checkpoint(size=size, root="0" * 64, note="x", at=now(), previous_id=previous).save(
            force_insert=True
        )

    def entry(index, event):
        models.LogEntry(index=index, event=event, leaf_hash=b"x" * 32).save(force_insert=True)

    checkpoint(4, 3)
    for attempt in (
        lambda: entry(2, waiting),
        lambda: entry(3, models.LogEntry.objects.get(index=0).event),
        lambda: checkpoint(5, 3),
        lambda: checkpoint(4, None),
        lambda: checkpoint(2, 4),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def forget_since(size: int) -> None:
    """Put the tables back to an earlier state, as a restored disk does."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            for table in ("checkpoint", "logentry", "event"):
                cursor.execute(f"DROP TRIGGER IF EXISTS store_{table}_no_delete")
        cursor.execute("DELETE FROM store_checkpoint WHERE size > %s", [size])
        cursor.execute('SELECT event_id FROM store_logentry WHERE "index" >= %s', [size])
        events = [row[0] for row in cursor.fetchall()]
        cursor.execute('DELETE FROM store_logentry WHERE "index" >= %s', [size])
        for event in events:
            cursor.execute("DELETE FROM store_event WHERE id = %s", [event])
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_a_database_put_back_to_an_earlier_state_is_not_signed_again(admin, archive):
    do_acts(admin, 2)
    extend_log(archive)
    do_acts(admin, 2)
    extend_log(archive)
    forget_since(3)
    with pytest.raises(Refused, match="put back to an earlier state"):
        extend_log(archive)
    do_acts(admin, 4)
    with pytest.raises(Refused, match="put back to an earlier state"):
        extend_log(archive)
    assert newest_checkpoint().size == 3


def test_two_histories_of_one_log_are_not_signed_over(admin, archive, tmp_path):
    """The database went back and grew on another machine, beside whose folder this one's log lies."""
    do_acts(admin, 2)
    extend_log(archive)
    do_acts(admin, 2)
    extend_log(archive)
    forget_since(3)
    elsewhere = Archive(tmp_path / "elsewhere", archive.log_key)
    do_acts(admin, 4)
    extend_log(elsewhere)
    with pytest.raises(Refused, match="two different histories"):
        extend_log(archive)


def test_an_act_whose_root_was_changed_stops_the_signing(admin, archive):
    do_acts(admin, 3)
    extend_log(archive)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER store_event_no_update")
        event = models.LogEntry.objects.get(index=1).event
        event.root = "ab" * 32
        event.save()
    do_acts(admin, 1)
    with pytest.raises(Refused, match="no longer give the root"):
        extend_log(archive)
    assert newest_checkpoint().size == 4


@pytest.mark.parametrize("waits", [True, False])
def test_a_root_that_is_no_hash_stops_the_signing(admin, archive, waits):
    do_acts(admin, 2)
    if not waits:
        extend_log(archive)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER store_event_no_update")
        cursor.execute("UPDATE store_event SET root = 'none' WHERE kind = 'link'")
    do_acts(admin, 1)
    with pytest.raises(Refused, match="was altered" if waits else "no longer give the root"):
        extend_log(archive)


def test_what_others_commit_while_the_folder_is_read_is_no_rollback(admin, archive, monkeypatch):
    extend_log(archive)
    read, others = sequencing.read_checkpoint, []

    def read_after_others(folder, key):
        if not others:
            others.append(True)
            do_acts(admin, 2)
            extend_log(archive)
        return read(folder, key)

    monkeypatch.setattr(sequencing, "read_checkpoint", read_after_others)
    extend_log(archive)
    assert agree(archive) == 3
