"""The log as its users meet it: several commands at once, a copied laptop, a witness that remembers."""

import json
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def archive(aigaq, tmp_path_factory):
    place = tmp_path_factory.mktemp("log") / "archive"
    assert aigaq("init", place, "--as", "Ana").returncode == 0
    return place


def add(aigaq, archive, name):
    return aigaq("member", "add", name, "--as", "Ana", archive=archive)


def holds(aigaq, archive, *more):
    done = aigaq("verify", archive, "--as", "Ana", "--json", *more)
    return json.loads(done.stdout), done.returncode


def test_commands_at_the_same_moment_make_one_log(aigaq, archive):
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda name: add(aigaq, archive, name), ["B", "C", "D", "E"]))
    assert [one.returncode for one in done] == [0, 0, 0, 0], [one.stderr for one in done]
    said, code = holds(aigaq, archive)
    assert (said["holds"], code) == (True, 0)
    size = int((archive / "log" / "checkpoint").read_text().splitlines()[1])
    assert size >= 5


def test_a_witness_s_memory_finds_the_copy_of_yesterday(aigaq, archive, tmp_path):
    key = aigaq("key", archive=archive).stdout.strip()
    yesterday, partner = tmp_path / "yesterday", tmp_path / "partner"
    shutil.copytree(archive, yesterday)
    assert aigaq("witness", "init", partner, "--name", "partner").returncode == 0
    assert aigaq("witness", "trust", partner, key).returncode == 0
    assert add(aigaq, archive, "F").returncode == 0
    looked = aigaq("witness", "update", partner, "--from", archive / "log")
    assert looked.returncode == 0, looked.stderr
    assert holds(aigaq, archive, "--seen", partner)[1] == 0
    said, code = holds(aigaq, yesterday, "--seen", partner)
    assert (said["holds"], code) == (False, 1)
    assert "earlier state" in said["findings"][0]["problem"]
    refused = aigaq("witness", "update", partner, "--from", yesterday / "log")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    for name in ("X", "Y"):
        assert add(aigaq, yesterday, name).returncode == 0
    said, code = holds(aigaq, yesterday, "--seen", partner)
    assert code == 1
    assert "forked" in said["findings"][0]["problem"]
    refused = aigaq("witness", "update", partner, "--from", yesterday / "log")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)


def test_a_log_without_the_key_from_outside_is_no_success(aigaq, archive, tmp_path):
    bare = aigaq("verify", archive / "log")
    assert bare.returncode == 1
    assert "signer not established" in bare.stdout
    key = aigaq("key", archive=archive).stdout.strip()
    assert aigaq("verify", archive / "log", "--key", key).returncode == 0
    (tmp_path / "key").write_text(key)
    assert aigaq("verify", archive / "log", "--key", tmp_path / "key").returncode == 0
    wrong = aigaq("verify", archive / "log", "--key", key[:-1])
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)


def test_a_wrong_passphrase_opens_no_log_key(aigaq, archive):
    done = aigaq("persons", "--as", "Ana", archive=archive, AIGAQ_PASSPHRASE="another")
    assert done.returncode == 2
    assert "does not open" in done.stderr


def test_a_witness_that_is_stopped_by_ctrl_c_ends_well(aigaq, tmp_path):
    partner = tmp_path / "partner"
    assert aigaq("witness", "init", partner, "--name", "partner").returncode == 0
    script = Path(sys.executable).with_name("aigaq")
    with subprocess.Popen(
        [script, "witness", "serve", partner],
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts what runs in its background with Ctrl-C ignored, and so would be this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as serving:
        assert "Witnessing on http://127.0.0.1:" in serving.stderr.readline()
        time.sleep(0.1)
        serving.send_signal(signal.SIGINT)
        assert "Stopped" in serving.stderr.read()
    assert serving.returncode == 0
