"""The day when nobody here can open the archive: shares do. And a lock that asks nothing."""

import json
import re
import subprocess
import sys
import tempfile
from datetime import timedelta

import pytest

from aigaq.adapters.clock import now
from aigaq.records.errors import BadInput, NotAllowed, NotFound, Refused
from aigaq.services import acts
from aigaq.services import archive as archive_module
from aigaq.services import escrow as escrow_module
from aigaq.services import locking as locking_module
from aigaq.services.access import rotate_keys
from aigaq.services.actors import Actor
from aigaq.services.archive import create_archive, open_archive
from aigaq.services.card import CARD, read_card
from aigaq.services.checking import check_acts
from aigaq.services.escrow import drill_escrow, make_escrow, recover_archive
from aigaq.services.locking import change_passphrase, lock_archive
from aigaq.services.members import find_member, unlock
from aigaq.store import models
from aigaq.vault.escrow import make_shares

PASSPHRASE = "the archive's passphrase"
PASSWORD = "one password for the tests"


@pytest.fixture
def archive(admin, tmp_path, monkeypatch):
    """An archive's folder with its card; its database is the test's own."""
    opened = []
    monkeypatch.setattr(archive_module, "choose_database", opened.append)
    monkeypatch.setattr(archive_module, "bring_up_to_date", lambda: None)
    monkeypatch.setattr(archive_module, "change_key", lambda key: None)
    return create_archive(tmp_path / "archive", PASSPHRASE)


@pytest.fixture
def sheets(archive, admin):
    return make_sheets(archive, admin)


def make_sheets(archive, actor):
    """Make an escrow and return its sheets."""
    printed = []
    make_escrow(archive, actor, PASSPHRASE, printed.extend)
    return printed


def test_sheets_that_nobody_got_change_nothing(archive, admin, sheets):
    """`aigaq escrow make > /dev/full`: the shares made before open the archive as they did."""
    before = (archive.folder / "escrow.age").read_bytes()

    def jam(printed):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        make_escrow(archive, admin, PASSPHRASE, jam)
    assert (archive.folder / "escrow.age").read_bytes() == before
    drill_escrow(archive, admin, sheets[:2])
    assert models.Escrow.objects.count() == 1


@pytest.mark.parametrize("killed_at", [1, 2])
def test_killed_while_one_escrow_replaces_another_the_shares_of_one_open(
    archive, admin, sheets, monkeypatch, killed_at
):
    """Before the act is committed the older ones, afterwards the newer ones."""
    printed, writes, honest = [], [], escrow_module._write_file

    def write(*arguments):
        writes.append(arguments)
        if len(writes) == killed_at:
            raise KeyboardInterrupt
        if len(writes) < killed_at:  # afterwards nothing is written any more
            honest(*arguments)

    with monkeypatch.context() as killed:
        killed.setattr(escrow_module, "_write_file", write)
        with pytest.raises(KeyboardInterrupt):
            make_escrow(archive, admin, PASSPHRASE, printed.extend)
    good, bad = (sheets, printed) if killed_at == 1 else (printed, sheets)
    drill_escrow(archive, admin, good[:2])
    with pytest.raises(Refused):
        drill_escrow(archive, admin, bad[:2])


def test_an_escrow_that_is_refused_leaves_the_printed_sheets_worthless(
    archive, admin, sheets, monkeypatch
):
    printed = []
    monkeypatch.setattr(
        escrow_module, "grant_escrow", lambda *_: models.Member.objects.get(role="")
    )
    with pytest.raises(models.Member.DoesNotExist):
        make_escrow(archive, admin, PASSPHRASE, printed.extend)
    with pytest.raises(Refused, match="another archive"):
        drill_escrow(archive, admin, printed[:2])
    drill_escrow(archive, admin, sheets[:2])


def test_older_shares_among_the_newer_do_no_harm(archive, admin, sheets):
    newer = make_sheets(archive, admin)
    drill_escrow(archive, admin, [*sheets, *newer[1:]])
    recover_archive(archive.folder, [*newer[:2], *sheets], "Rescue", "x")


def test_a_lock_says_whether_the_shares_were_ever_tried(archive, admin, sheets):
    assert lock_archive(archive.folder, []).tried == ""
    recover_archive(archive.folder, sheets[:2], "Rescue", "x")
    with pytest.raises(Refused):
        drill_escrow(archive, admin, sheets[:1])
    assert "tried" not in read_card(archive.folder)
    drill_escrow(archive, admin, sheets[:2])
    open_archive(archive.folder, PASSPHRASE)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", lock_archive(archive.folder, []).tried)
    recover_archive(archive.folder, sheets[:2], "Again", "x")
    make_sheets(archive, admin)
    assert lock_archive(archive.folder, []).tried == ""


def test_two_sheets_pass_the_drill_and_one_does_not(archive, admin, sheets):
    drill_escrow(archive, admin, sheets[1:])
    for shares in (sheets[:1], [sheets[0], sheets[0]], [sheets[0], make_shares(2, 3)[1][0]]):
        with pytest.raises(Refused, match="open nothing"):
            drill_escrow(archive, admin, shares)
    said = [
        json.loads(row.fields)["holds"] for row in models.Event.objects.filter(kind="escrow.drill")
    ]
    assert sorted(said) == [False, False, False, True]


def test_shares_of_another_archive_or_an_older_escrow_open_nothing(archive, admin, sheets):
    newer = make_sheets(archive, admin)
    with pytest.raises(Refused, match="another archive, or to an escrow that was replaced"):
        drill_escrow(archive, admin, sheets[:2])
    drill_escrow(archive, admin, newer[:2])
    assert models.EscrowGrant.objects.count() == 3


def test_the_escrow_follows_new_keys(archive, admin, sheets):
    rotate_keys(admin)
    drill_escrow(archive, unlock(find_member("Ana"), PASSWORD), sheets[:2])
    models.EscrowGrant.objects.filter(compartment="identity").update(key_id="0" * 16)
    with pytest.raises(Refused, match="newer key"):
        drill_escrow(archive, admin, sheets[:2])
    models.EscrowGrant.objects.filter(compartment="identity").delete()
    with pytest.raises(Refused, match="not in escrow"):
        drill_escrow(archive, admin, sheets[:2])


def test_the_newer_escrow_is_in_force_though_its_clock_was_behind(
    archive, admin, sheets, monkeypatch
):
    """Or the next new keys would be wrapped to shares that were replaced."""
    with monkeypatch.context() as clock:
        clock.setattr(acts, "now", lambda: now() - timedelta(hours=2))
        newer = make_sheets(archive, admin)
    rotate_keys(admin)
    drill_escrow(archive, unlock(find_member("Ana"), PASSWORD), newer[:2])
    change_passphrase(archive, admin, PASSPHRASE, "another passphrase")
    assert recover_archive(archive.folder, newer[1:], "Rescue", "x").passphrase != PASSPHRASE


def test_nothing_on_this_machine_gives_a_share_away(archive, admin, sheets):
    words = [
        word for sheet in sheets for word in sheet.split() if word.isalpha() and word.islower()
    ]
    phrase = " ".join(sheets[0].split()[-6:])
    assert words
    held = b"".join(path.read_bytes() for path in archive.folder.rglob("*") if path.is_file())
    assert phrase.encode() not in held
    assert PASSPHRASE.encode() not in held


def test_shares_make_a_new_administrator_who_opens_everything(archive, admin, sheets):
    done = recover_archive(archive.folder, sheets[::2], "Rescue", "another password")
    assert done.passphrase == PASSPHRASE
    assert done.actor.keys == admin.keys
    assert unlock(find_member("Rescue"), "another password").keys == admin.keys
    assert [one.finding for one in check_acts(admin) if one.finding is not None] == []
    with pytest.raises(BadInput, match="already a member"):
        recover_archive(archive.folder, sheets[::2], "Ana", "x")


def test_a_lock_forgets_and_shares_bring_it_back(archive, admin, sheets, tmp_path):
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE)
    before = (archive.folder / CARD).read_bytes()
    salt = read_card(archive.folder)["salt"]
    done = lock_archive(archive.folder, [secret, tmp_path / "missing"])
    assert done.secrets == 1
    assert not secret.exists()
    assert salt not in (archive.folder / CARD).read_text()
    with pytest.raises(Refused, match="locked since"):
        open_archive(archive.folder, PASSPHRASE)
    lock_archive(archive.folder, [])  # again: nothing more to forget, and no harm
    recover_archive(archive.folder, sheets[:2], "Rescue", "x")
    assert json.loads((archive.folder / CARD).read_bytes()) == json.loads(before)
    open_archive(archive.folder, PASSPHRASE)


def test_what_was_overwritten_is_zeros(archive, sheets):
    """The file the salt stood in is overwritten under whatever other name it has."""
    other = archive.folder / "hard link"
    other.hardlink_to(archive.folder / CARD)
    lock_archive(archive.folder, [])
    assert set(other.read_bytes()) == {0}


def test_a_full_disk_does_not_keep_the_salt(archive, sheets, monkeypatch, tmp_path):
    """No room for a second card: the one that is there is overwritten."""
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE)
    salt = read_card(archive.folder)["salt"]

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(tempfile, "mkstemp", full)
        done = lock_archive(archive.folder, [secret])
    assert (done.failures, done.secrets) == ((), 1)
    assert salt not in (archive.folder / CARD).read_text()
    with pytest.raises(Refused, match="locked since 20"):
        open_archive(archive.folder, PASSPHRASE)
    recover_archive(archive.folder, sheets[:2], "Rescue", "x")
    open_archive(archive.folder, PASSPHRASE)


def test_what_fails_does_not_keep_a_lock_from_the_rest(archive, sheets, monkeypatch, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for one in (first, second):
        one.write_text(PASSPHRASE)

    def stop(folder):
        raise OSError(5, "Input/output error")

    def fail(path):
        if path == first:
            raise BadInput("first: can't be destroyed")
        return honest(path)

    honest = locking_module.overwrite_and_remove
    monkeypatch.setattr(locking_module, "overwrite_and_remove", fail)
    monkeypatch.setattr(locking_module, "end_users", stop)
    done = lock_archive(archive.folder, [first, second])
    assert done.secrets == 1
    assert not second.exists()
    assert read_card(archive.folder)["salt"] == ""
    assert len(done.failures) == 2
    assert "first: can't be destroyed" in done.failures


def test_a_salt_that_a_program_wrote_before_it_ended_is_forgotten_too(archive, sheets, monkeypatch):
    """A change of passphrase gets as far as its next system call; a draft of the card stays behind."""
    card = (archive.folder / CARD).read_bytes()
    salt = read_card(archive.folder)["salt"].encode()
    calls = []

    def end(folder):
        calls.append(folder)
        if len(calls) == 2:
            (folder / CARD).write_bytes(card)
            (folder / f".{CARD}.abcd1234").write_bytes(card)
        return 1

    monkeypatch.setattr(locking_module, "end_users", end)
    assert lock_archive(archive.folder, []).failures == ()
    left = [path for path in archive.folder.rglob("*") if path.is_file()]
    assert not any(salt in path.read_bytes() for path in left)


def test_a_lock_without_escrow_is_refused(archive, admin):
    with pytest.raises(Refused, match="for ever"):
        lock_archive(archive.folder, [])
    open_archive(archive.folder, PASSPHRASE)
    with pytest.raises(NotFound, match="no escrow"):
        drill_escrow(archive, admin, make_shares(2, 3)[1])


def test_a_lock_ends_programs_that_have_the_archive_open(archive, sheets):
    program = "import sys; file = open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    words = [sys.executable, "-c", program]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        subprocess.Popen([*words, archive.folder / CARD], **pipes) as user,
        subprocess.Popen([*words, __file__], **pipes) as other,
    ):
        assert user.stdout.readline() == other.stdout.readline() == b"open\n"
        assert lock_archive(archive.folder, []).programs == 1
        assert user.wait(10) == -9
        assert other.poll() is None
        other.stdin.close()


def test_who_may_not_make_one(archive, admin, member):
    printed = []

    def make(actor, passphrase=PASSPHRASE, needed=2):
        make_escrow(archive, actor, passphrase, printed.extend, needed=needed)

    with pytest.raises(NotAllowed):
        make(member("Erlan", "editor"))
    with pytest.raises(NotAllowed, match="locked"):
        make(find_member("Ana"))
    with pytest.raises(NotAllowed):
        drill_escrow(archive, Actor(admin.id, "Someone", "reader"), make_shares(2, 3)[1])
    with pytest.raises(BadInput, match="passphrase"):
        make(admin, "another")
    with pytest.raises(BadInput, match="at least 2"):
        make(admin, needed=1)
    assert not printed
    assert not escrow_module.has_escrow(archive.folder)


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"{", b"[]", b"null", b"{}", b'{"salt": ""}',
        b'{"salt": "zz", "log": {"key": "", "sealed": ""}}',
        b'{"salt": "", "log": null}', b'{"salt": 7, "log": {"key": "k", "sealed": ""}}',
        b'{"salt": "", "log": {"key": "k", "sealed": "00"}}',
    ],
)  # fmt: skip
def test_a_damaged_card_is_one_line(archive, damage):
    (archive.folder / CARD).write_bytes(damage)
    for read in (
        lambda: open_archive(archive.folder, PASSPHRASE),
        lambda: lock_archive(archive.folder, []),
    ):
        with pytest.raises(BadInput, match=r"archive\.json: is damaged; restore"):
            read()


def test_a_change_that_was_interrupted_must_be_whole_too(archive):
    card = read_card(archive.folder)
    (archive.folder / CARD).write_text(json.dumps({**card, "following": {"salt": "00"}}))
    with pytest.raises(BadInput, match="damaged"):
        open_archive(archive.folder, PASSPHRASE)


def test_a_key_replaced_since_goes_into_no_escrow(archive, admin, sheets):
    """The shares would open what a removed member opens too, and nothing that is sealed from now on."""
    rotate_keys(admin, ["identity"])
    with pytest.raises(Refused, match="keys of this archive were changed"):
        make_sheets(archive, admin)
    assert models.Escrow.objects.count() == 1
    drill_escrow(archive, unlock(find_member("Ana"), PASSWORD), sheets[:2])
