"""The archive's card: who may write to it, what an interrupted change leaves, what somebody else writes."""

import json
import subprocess
import sys

import pytest

from aigaq.records.errors import BadInput, Refused
from aigaq.services import archive as archive_module
from aigaq.services import locking as locking_module
from aigaq.services.archive import (
    check_passphrase,
    create_archive,
    move_database,
    open_archive,
)
from aigaq.services.card import CARD, FOLLOWING, changing_card, read_card, write_card
from aigaq.services.escrow import drill_escrow, make_escrow, recover_archive
from aigaq.services.locking import change_passphrase, lock_archive

OLD, NEW = "the archive's passphrase", "another passphrase"


AT_WORK = """
import sys
from pathlib import Path
from aigaq.store.settings import prepare
prepare()
from aigaq.services import archive
archive.choose_database = archive.bring_up_to_date = lambda *_: None
archive.connection = type("Elsewhere", (), {"ensure_connection": lambda: None})
archive.open_archive(Path(sys.argv[1]), sys.argv[2])
print("open", flush=True)
sys.stdin.read()
"""


class Killed(BaseException):
    """The program ends here, whatever it would have done."""


@pytest.fixture
def opened(monkeypatch):
    """The databases that were opened."""
    opened = []
    monkeypatch.setattr(archive_module, "choose_database", opened.append)
    monkeypatch.setattr(archive_module, "bring_up_to_date", lambda: None)
    monkeypatch.setattr(archive_module, "change_key", lambda key: None)
    return opened


@pytest.fixture
def archive(admin, tmp_path, opened):
    """An archive's folder with its card; its database is the test's own."""
    return create_archive(tmp_path / "archive", OLD)


@pytest.fixture
def sheets(archive, admin):
    printed = []
    make_escrow(archive, admin, OLD, printed.extend)
    return printed


def end_at(monkeypatch, module, name, call):
    """Have the program end at this call of a function."""
    honest, calls = getattr(module, name), []

    def maybe(*arguments):
        calls.append(arguments)
        if len(calls) == call:
            raise Killed
        return honest(*arguments)

    monkeypatch.setattr(module, name, maybe)


@pytest.mark.parametrize(
    ("module", "name", "call", "good"),
    [
        (locking_module, "put_in_escrow", 1, {OLD}),
        (archive_module, "write_card", 1, {OLD}),
        (archive_module, "change_key", 1, {OLD}),
        (archive_module, "write_card", 2, {OLD}),  # and the new one, had the database its new key
        (locking_module, "put_in_escrow", 2, {NEW}),
    ],
)
def test_a_change_that_was_killed_can_be_locked_and_recovered(
    archive, admin, sheets, monkeypatch, module, name, call, good
):
    with monkeypatch.context() as patch:
        end_at(patch, module, name, call)
        with pytest.raises(Killed):
            change_passphrase(archive, admin, OLD, NEW)
    before = json.loads((archive.folder / CARD).read_bytes())
    lock_archive(archive.folder, [])
    done = recover_archive(archive.folder, sheets[:2], "Rescue", "x")
    assert {done.passphrase} == good
    after = read_card(archive.folder)
    assert after["salt"] == before["salt"]
    assert FOLLOWING not in after
    check_passphrase(archive.folder, done.passphrase)


def test_shares_pass_the_drill_while_escrow_holds_the_older_lock_too(
    archive, admin, sheets, monkeypatch
):
    with monkeypatch.context() as patch:
        end_at(patch, locking_module, "put_in_escrow", 2)
        with pytest.raises(Killed):
            change_passphrase(archive, admin, OLD, NEW)
    drill_escrow(archive, admin, sheets[1:])


def test_a_salt_that_opens_nothing_is_never_put_back(archive, sheets):
    """An escrow file older than the card: refused, and the card is left as it is."""
    stale = (archive.folder / "escrow.age").read_bytes()
    folder = archive.folder.with_name("other")
    create_archive(folder, OLD)
    (folder / "escrow.age").write_bytes(stale)
    lock_archive(folder, [])
    before = (folder / CARD).read_bytes()
    with pytest.raises(Refused, match="does not open archive"):
        recover_archive(folder, sheets[:2], "Rescue", "x")
    assert (folder / CARD).read_bytes() == before


def test_a_change_under_way_is_not_taken_for_an_interrupted_one(archive, admin, monkeypatch):
    """Another command opens the archive between the card with both locks and the database's new key."""
    cards = []

    def rekey(key):
        cards.append((archive.folder / CARD).read_bytes())
        open_archive(archive.folder, OLD)
        with pytest.raises(Refused, match="being changed at this moment"):
            open_archive(archive.folder, "neither")
        cards.append((archive.folder / CARD).read_bytes())
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(archive_module, "change_key", rekey)
        with pytest.raises(Killed):
            change_passphrase(archive, admin, OLD, NEW)
    assert cards[0] == cards[1]
    assert FOLLOWING in read_card(archive.folder)  # so the new one opens it still
    # Nor does another change write over it, whose session was opened before.
    with pytest.raises(Refused, match="interrupted; run this again"):
        change_passphrase(archive, admin, OLD, "a third")
    assert FOLLOWING in read_card(archive.folder)
    open_archive(archive.folder, OLD)
    assert FOLLOWING not in read_card(archive.folder)


def test_a_lock_does_not_wait_for_who_changes_the_card(archive, sheets):
    with changing_card(archive.folder):
        assert lock_archive(archive.folder, []).failures == ()
    assert read_card(archive.folder)["salt"] == ""


ELSEWHERE = {"NAME": "aigaq", "USER": "", "HOST": "198.51.100.7", "PORT": ""}


@pytest.mark.parametrize("change", [{"postgresql": ELSEWHERE}, {"aigaq": 2}, {"code": ""}])
def test_a_card_that_somebody_else_wrote_to_opens_nothing(archive, opened, change):
    """An evil maid has the next import written to a server of hers."""
    card = {**read_card(archive.folder), **change}
    write_card(archive.folder, card)
    opened.clear()
    for step in (open_archive, check_passphrase):
        with pytest.raises(BadInput, match="altered by somebody without the passphrase"):
            step(archive.folder, OLD)
    assert opened == []
    del card["code"]
    write_card(archive.folder, card)
    with pytest.raises(BadInput, match="altered"):
        open_archive(archive.folder, OLD)


def test_whoever_has_the_log_key_may_move_the_database(archive, opened):
    move_database(archive.folder, archive.log_key, ELSEWHERE)
    open_archive(archive.folder, OLD)
    assert opened[-1]["HOST"] == ELSEWHERE["HOST"]


def test_a_program_at_work_in_a_database_elsewhere_is_ended_too(archive, sheets):
    """It has no file of the folder open by itself; the card it opened is one, also once it was replaced."""
    move_database(archive.folder, archive.log_key, ELSEWHERE)
    words = [sys.executable, "-c", AT_WORK, archive.folder, OLD]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, **pipes) as worker:
        assert worker.stdout.readline() == b"open\n"
        write_card(archive.folder, read_card(archive.folder))
        assert lock_archive(archive.folder, []).programs == 1
        assert worker.wait(10) == -9


def test_another_card_s_code_does_not_do(archive, tmp_path):
    other = create_archive(tmp_path / "other", OLD)
    move_database(other.folder, other.log_key, ELSEWHERE)
    code = read_card(other.folder)["code"]
    write_card(archive.folder, {**read_card(archive.folder), "postgresql": ELSEWHERE, "code": code})
    with pytest.raises(BadInput, match="altered"):
        open_archive(archive.folder, OLD)
