"""`aigaq item add` as a process of its own: how much memory it takes, and two at once."""

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from ..integration.conftest import running_postgresql

PIECE = bytes(range(256)) * 4096  # 1 MiB


@pytest.fixture(params=["sqlcipher", "postgresql"])
def archive(request, aigaq, tmp_path):
    """A new archive, and the environment in which commands find its server."""
    folder = tmp_path / "archive"
    with ExitStack() as stack:
        where, address = {}, ()
        if request.param == "postgresql":
            where = {"PGHOST": stack.enter_context(running_postgresql())["HOST"]}
            address = ("--postgresql", "postgresql://aigaq@/aigaq")
        done = aigaq("init", folder, "--as", "Ana", *address, **where)
        assert done.returncode == 0, done.stderr
        yield folder, where


def start(folder, where, fifo):
    """Start an intake that reads from a pipe, and so stays where the test wants it."""
    os.mkfifo(fifo)
    secrets = {
        "AIGAQ_PASSPHRASE": "a passphrase for the tests",
        "AIGAQ_MEMBER_PASSWORD": "a password",
    }
    return subprocess.Popen(
        [Path(sys.executable).with_name("aigaq"), "item", "add", str(fifo), "--archive", str(folder)],
        env={**os.environ, **secrets, **where}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def memory(process, field):
    """Return a line of the kernel's on a process's memory, in MiB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+)", status)[1]) / 1024


def test_two_at_once_take_the_same_file_in_once(archive, aigaq, tmp_path):
    folder, where = archive
    running = [start(folder, where, tmp_path / name) for name in ("one", "two")]
    # Both are past the question whether the file is here already before either has all of it.
    with (tmp_path / "one").open("wb") as one, (tmp_path / "two").open("wb") as two:
        for pipe in (one, two):
            pipe.write(PIECE)
            pipe.flush()
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    printed = sorted((out for out, _ in said), key=len)
    assert "was here already" not in printed[0]
    assert "was here already" in printed[1]
    assert printed[0].split()[0] == printed[1].split()[0]
    listed = aigaq("item", "list", archive=folder, **where)
    assert len(listed.stdout.splitlines()) == 1
    assert len(list((folder / "vault").rglob("*.age"))) == 1
    stray = folder / "vault/ab" / f"ab{'0' * 62}.age"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    verified = aigaq("verify", folder, **where)
    assert (verified.returncode, "belong to no item of this database: 1" in verified.stdout) == (
        0,
        True,
    )


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's /proc")
def test_an_intake_takes_as_much_memory_for_a_film_as_for_a_picture(aigaq, tmp_path):
    """The whole process with its libraries, after the sign-in (which takes 64 MiB for a moment)."""
    folder = tmp_path / "archive"
    assert aigaq("init", folder, "--as", "Ana").returncode == 0
    process = start(folder, {}, tmp_path / "film")
    with (tmp_path / "film").open("wb") as pipe:
        before = memory(process, "VmRSS")
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")  # the peak is counted from here
        for _ in range(150):
            pipe.write(PIECE)
        pipe.flush()
        peak, own = memory(process, "VmHWM"), memory(process, "RssAnon")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert peak - before < 6  # 1.3 seen
    assert peak < 80  # 71 seen
    assert (
        own < 55
    )  # without the libraries' code, which the system may drop and read again; 43 seen
