"""Sheets of an escrow as they are printed: what nobody got in hand replaces nothing."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

SECRETS = {"AIGAQ_PASSPHRASE": "a passphrase for the tests", "AIGAQ_MEMBER_PASSWORD": "a password"}


@pytest.fixture
def archive(aigaq, tmp_path):
    folder = tmp_path / "archive"
    assert aigaq("init", folder, "--as", "Ana").returncode == 0
    return folder


def make_at_terminal(archive, answer, out=subprocess.PIPE):
    """Run `aigaq escrow make` at a terminal, its output into a pipe or a file."""
    script = Path(sys.executable).with_name("aigaq")
    clean = {key: text for key, text in os.environ.items() if not key.startswith("AIGAQ_")}
    screen, terminal = pty.openpty()
    try:
        with subprocess.Popen(
            [script, "escrow", "make"], env=clean | SECRETS | {"AIGAQ_ARCHIVE": str(archive)},
            stdin=terminal, stdout=out, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            # A printer prints what has an end, and only then can anybody say whether it is legible.
            printed = process.stdout.read() if process.stdout else ""
            os.write(screen, f"{answer}\n".encode())
            said = process.stderr.read()
        return process.returncode, printed, said
    finally:
        os.close(screen)
        os.close(terminal)


def drill(aigaq, archive, sheets):
    files = []
    for place, sheet in enumerate(sheets.split("\f")[:2]):
        files.append(archive.parent / f"share {place}")
        files[-1].write_text(sheet)
    return aigaq("escrow", "drill", *files, archive=archive)


def test_whoever_sits_there_says_whether_the_sheets_are_legible(aigaq, archive):
    code, first, said = make_at_terminal(archive, "y")
    assert (code, "on paper" in said) == (0, True), said
    code, second, said = make_at_terminal(archive, "n")
    assert code == 1
    assert "nothing was changed" in said
    assert drill(aigaq, archive, first).returncode == 0
    refused = drill(aigaq, archive, second)
    assert refused.returncode == 1
    assert "another archive, or to an escrow that was replaced" in refused.stderr


def test_a_printer_that_takes_nothing_changes_nothing(aigaq, archive):
    with Path("/dev/full").open("w") as full:
        code, _, said = make_at_terminal(archive, "y", full)
    assert code == 2
    assert said == (
        "aigaq: the sheets could not be printed (No space left on device); nothing was changed, and shares "
        "made before open the archive as they did\n"
    )
    assert "so a lock would be for ever" in aigaq("lock", archive=archive).stderr


def test_a_file_that_is_no_share_is_named(aigaq, archive, tmp_path):
    junk = tmp_path / "junk"
    junk.write_text("hello world")
    done = aigaq("escrow", "recover", junk, archive=archive)
    assert done.returncode == 2
    assert f"{junk}: is no share, or has a word wrong" in done.stderr
