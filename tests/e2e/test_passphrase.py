"""A new passphrase opens the archive and the old one does not; interrupted anywhere, one of them does."""

import os
import subprocess
import sys

import pytest

NEW = "another passphrase"
INTERRUPTED = """
import os, sys
from aigaq.cli import main
from aigaq.services import archive
stage, calls, honest = int(sys.argv.pop(1)), 0, archive.write_card
def write_card(*arguments):
    global calls
    calls += 1
    if calls == stage:
        os._exit(9)
    honest(*arguments)
archive.write_card = write_card
main.main()
"""


#: Another command opens the archive between the card with both locks and the database's new key; then a kill.
RACED = """
import os, subprocess, sys
from aigaq.cli import main
from aigaq.services import archive
honest = archive.change_key
def change_key(key):
    other = [sys.executable, "-c", "from aigaq.cli import main; main.main()", "member", "list", "--as", "Ana"]
    subprocess.run(other, check=True, capture_output=True)
    honest(key)
    os._exit(9)
archive.change_key = change_key
main.main()
"""


@pytest.fixture
def archive(aigaq, tmp_path):
    folder = tmp_path / "archive"
    assert aigaq("init", folder, "--as", "Ana").returncode == 0
    return folder


def opens(aigaq, archive, passphrase):
    return (
        aigaq(
            "member", "list", "--as", "Ana", archive=archive, AIGAQ_PASSPHRASE=passphrase
        ).returncode
        == 0
    )


@pytest.mark.slow
def test_the_new_one_opens_it_and_shares_open_it_still(aigaq, archive, tmp_path):
    old = "a passphrase for the tests"
    sheets = aigaq("escrow", "make", archive=archive).stdout.split("\f")
    for number, sheet in enumerate(sheets):
        (tmp_path / str(number)).write_text(sheet)
    shares = [str(tmp_path / "0"), str(tmp_path / "2")]
    done = aigaq("passphrase", archive=archive, AIGAQ_NEW_PASSPHRASE=NEW)
    assert done.returncode == 0, done.stderr
    assert opens(aigaq, archive, NEW)
    assert not opens(aigaq, archive, old)
    verified = aigaq("verify", archive, AIGAQ_PASSPHRASE=NEW)
    assert verified.returncode == 0, verified.stdout
    drilled = aigaq("escrow", "drill", *shares, archive=archive, AIGAQ_PASSPHRASE=NEW)
    assert drilled.returncode == 0, drilled.stderr
    assert aigaq("lock", archive=archive).returncode == 0
    assert not opens(aigaq, archive, NEW)
    assert aigaq("escrow", "recover", *shares, "--as", "Bota", archive=archive).returncode == 0
    assert opens(aigaq, archive, NEW)


@pytest.mark.slow
@pytest.mark.parametrize("stage", [1, 2])
@pytest.mark.parametrize("locked", [False, True])
def test_interrupted_one_of_them_opens_it(aigaq, archive, tmp_path, stage, locked):
    """Stage 1: before the card is written; 2: after the database has its new key, before the card says so."""
    old = "a passphrase for the tests"
    sheets = aigaq("escrow", "make", archive=archive).stdout.split("\f")
    for number, sheet in enumerate(sheets):
        (tmp_path / str(number)).write_text(sheet)
    words = [sys.executable, "-c", INTERRUPTED, str(stage), "passphrase"]
    secrets = {
        "AIGAQ_ARCHIVE": str(archive), "AIGAQ_PASSPHRASE": old, "AIGAQ_NEW_PASSPHRASE": NEW,
        "AIGAQ_MEMBER_PASSWORD": "a password",
    }  # fmt: skip
    done = subprocess.run(words, env=os.environ | secrets, capture_output=True, check=False)
    assert done.returncode == 9, done.stderr
    if locked:
        assert aigaq("lock", archive=archive).returncode == 0
        assert not opens(aigaq, archive, NEW)
        shares = [str(tmp_path / "1"), str(tmp_path / "2")]
        done = aigaq("escrow", "recover", *shares, "--as", "Bota", archive=archive)
        assert done.returncode == 0, done.stderr
    good, bad = (old, NEW) if stage == 1 else (NEW, old)
    assert not opens(aigaq, archive, bad)
    assert opens(aigaq, archive, good)
    assert "following" not in (archive / "archive.json").read_text()


@pytest.mark.slow
def test_another_command_does_not_resolve_a_change_under_way(aigaq, archive):
    old = "a passphrase for the tests"
    secrets = {
        "AIGAQ_ARCHIVE": str(archive), "AIGAQ_PASSPHRASE": old, "AIGAQ_NEW_PASSPHRASE": NEW,
        "AIGAQ_MEMBER_PASSWORD": "a password",
    }  # fmt: skip
    words = [sys.executable, "-c", RACED, "passphrase"]
    done = subprocess.run(words, env=os.environ | secrets, capture_output=True, check=False)
    assert done.returncode == 9, done.stderr
    assert not opens(aigaq, archive, old)
    assert opens(aigaq, archive, NEW)
    assert "following" not in (archive / "archive.json").read_text()
