"""Backups as their user meets them: made, made again, lost, restored; on a disk and on S3."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from hashlib import sha256
from pathlib import Path

import pytest

from ..integration.conftest import running_postgresql

EDITOR = "Sample editor"
URL = "postgresql://aigaq@/aigaq"  # the server is named by PGHOST


@pytest.fixture(scope="module")
def archive(demo, aigaq, tmp_path_factory):
    """A copy of the sample archive, with a file in its vault."""
    folder, _ = demo
    copy = tmp_path_factory.mktemp("backup") / "archive"
    shutil.copytree(folder / "archive", copy)
    video = copy.parent / "video.mp4"
    video.write_bytes(b"VIDEOBYTES of a testimony " * 20_000)
    done = aigaq("item", "add", video, "--as", EDITOR, archive=copy)
    assert done.returncode == 0, done.stderr
    return copy


def back_up(aigaq, archive, *places, **environment):
    done = aigaq("backup", *places, "--as", EDITOR, "--json", archive=archive, **environment)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def restore(aigaq, source, folder, *more, **environment):
    return aigaq("restore", source, folder, "--json", *more, **environment)


def files(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def replica(archive, aigaq, tmp_path_factory):
    """A replica with two backups, and what was said of each."""
    place = tmp_path_factory.mktemp("replica") / "disk"
    first = back_up(aigaq, archive, place)[0]
    second = back_up(aigaq, archive, place)[0]
    return place, first, second


def test_a_second_backup_stores_what_is_new(replica):
    _, first, second = replica
    assert first["files"] == second["files"] == 1
    assert first["damaged"] == second["damaged"] == []
    assert second["stored"] < first["stored"] / 2
    assert second["held"] >= first["held"]


def test_nothing_in_it_can_be_read(replica):
    place, *_ = replica
    names = ("VIDEOBYTES", "Bukeikhanov", "video.mp4", "Sample editor", "CREATE TABLE")
    for path in files(place):
        data = path.read_bytes()
        assert not any(name.encode() in data for name in names), path
        assert path.name == "archive.json" or data.startswith(b"age-encryption.org/v1\n")


def test_it_comes_back_and_every_act_holds(replica, archive, aigaq, tmp_path):
    place, _, second = replica
    done = restore(aigaq, place, tmp_path / "back")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["files"], said["findings"]) == (1, [])
    assert second["snapshot"][:8] == said["at"][:10].replace("-", "")
    items = json.loads(
        aigaq("item", "list", "--as", EDITOR, "--json", archive=tmp_path / "back").stdout
    )
    words = ("item", "check", items["id"], "--as", EDITOR)
    assert aigaq(*words, archive=tmp_path / "back").returncode == 0
    ours = aigaq("key", archive=archive).stdout
    assert aigaq("key", archive=tmp_path / "back").stdout == ours
    assert aigaq("verify", tmp_path / "back", "--as", EDITOR).returncode == 0


@pytest.mark.slow
def test_an_older_backup_can_be_asked_for(replica, aigaq, tmp_path):
    place, first, second = replica
    counts = []
    for number, one in enumerate((first, second)):
        done = restore(aigaq, place, tmp_path / str(number), "--snapshot", one["snapshot"])
        counts.append(json.loads(done.stdout)["acts"])
    assert counts[0] < counts[1]
    assert restore(aigaq, place, tmp_path / "none", "--snapshot", "20200101").returncode == 1


@pytest.mark.slow
def test_another_passphrase_gives_nothing(replica, aigaq, tmp_path):
    place, *_ = replica
    done = restore(aigaq, place, tmp_path / "back", AIGAQ_PASSPHRASE="a wrong one")
    assert (done.returncode, "does not open" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pieces", "vault", "snapshots"])
def test_what_was_altered_in_the_replica_is_refused(replica, aigaq, tmp_path, kind):
    place = Path(shutil.copytree(replica[0], tmp_path / "replica"))
    victim = max(files(place / kind))
    data = bytearray(victim.read_bytes())
    data[-30] ^= 1
    victim.write_bytes(data)
    if kind == "pieces":  # which of them the newest backup needs is not told
        for path in files(place / kind):
            path.write_bytes(path.read_bytes()[:-1])
    done = restore(aigaq, place, tmp_path / "back")
    assert done.returncode == 1, done.stderr
    assert not (tmp_path / "back").exists()


@pytest.mark.slow
def test_a_file_that_is_damaged_here_is_told_and_not_stored(archive, aigaq, tmp_path):
    copy = Path(shutil.copytree(archive, tmp_path / "archive"))
    (blob,) = (copy / "vault").glob("??/*.age")
    data = bytearray(blob.read_bytes())
    data[1000] ^= 1
    blob.write_bytes(data)
    done = aigaq("backup", tmp_path / "disk", "--as", EDITOR, "--json", archive=copy)
    assert done.returncode == 1
    assert json.loads(done.stdout)["damaged"] == [blob.stem]
    assert not (tmp_path / "disk/vault").exists()


@pytest.mark.slow
def test_a_file_damaged_in_the_replica_is_mended_once_all_is_read(archive, aigaq, tmp_path):
    place = tmp_path / "disk"
    back_up(aigaq, archive, place)
    (blob,) = files(place / "vault")
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    done = aigaq("backup", place, "--as", EDITOR, archive=archive)
    assert "one evidence file of before not read again" in done.stdout + done.stderr
    done = aigaq("backup", place, "--read-all", "--as", EDITOR, archive=archive)
    assert "not read again" not in done.stdout + done.stderr
    assert sha256(blob.read_bytes()).hexdigest() == blob.stem
    assert restore(aigaq, place, tmp_path / "back").returncode == 0


def test_a_backup_is_an_act_and_a_reader_makes_none(archive, aigaq, tmp_path):
    words = ("member", "add", "Rosa", "--role", "reader", "--as", EDITOR)
    added = aigaq(*words, archive=archive, AIGAQ_NEW_MEMBER_PASSWORD="a password")
    assert added.returncode == 0, added.stderr
    done = aigaq("backup", tmp_path / "disk", "--as", "Rosa", archive=archive)
    assert (done.returncode, "may not do this" in done.stderr) == (1, True)
    assert not (tmp_path / "disk").exists()


def test_a_backup_does_not_lie_in_the_archive_itself(archive, aigaq):
    done = aigaq("backup", archive / "copies", "--as", EDITOR, archive=archive)
    assert (done.returncode, "another disk" in done.stderr) == (2, True)
    assert not (archive / "copies").exists()


def test_a_folder_without_a_backup_is_one_clear_line(aigaq, tmp_path):
    done = restore(aigaq, tmp_path, tmp_path / "back")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "holds no backup" in done.stderr


@pytest.fixture
def s3(tmp_path):
    """An S3 server on 127.0.0.1, with a bucket."""
    script = Path(sys.executable).with_name("moto_server")
    if not script.exists():
        pytest.skip("moto is not installed (pip install 'moto[server]')")
    port = 20000 + os.getpid() % 20000
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [script, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                request = urllib.request.Request(f"{address}/evidence", method="PUT")
                urllib.request.urlopen(request, timeout=5).close()
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
    finally:
        server.terminate()
        server.wait()


@pytest.mark.slow
def test_s3_is_a_replica_like_any_other(archive, aigaq, s3, tmp_path):
    place = "s3://evidence/group one"
    both = back_up(aigaq, archive, place, tmp_path / "disk", **s3)
    assert both[0]["held"] == both[1]["held"]
    again = back_up(aigaq, archive, place, **s3)[0]
    assert again["stored"] < both[0]["stored"] / 2
    done = restore(aigaq, place, tmp_path / "back", **s3)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["findings"] == []
    lost = restore(aigaq, "s3://nowhere/x", tmp_path / "other", **s3)
    assert (lost.returncode, lost.stderr.count("\n")) == (2, 1)


@pytest.mark.slow
def test_shares_restore_it_and_an_old_backup_keeps_its_old_passphrase(aigaq, tmp_path):
    archive, place = tmp_path / "archive", tmp_path / "disk"
    assert aigaq("init", archive, "--as", EDITOR).returncode == 0
    sheets = aigaq("escrow", "make", archive=archive).stdout.split("AIGAQ ESCROW")[1:]
    for number, sheet in enumerate(sheets):
        (tmp_path / f"{number}.txt").write_text(sheet)
    first = back_up(aigaq, archive, place)[0]["snapshot"]
    shares = ("--share", tmp_path / "0.txt", "--share", tmp_path / "2.txt")
    nothing = {"AIGAQ_PASSPHRASE": ""}
    assert restore(aigaq, place, tmp_path / "one", *shares[:2], **nothing).returncode == 1
    done = restore(aigaq, place, tmp_path / "two", *shares, **nothing)
    assert (done.returncode, json.loads(done.stdout)["findings"]) == (0, [])
    changed = aigaq("passphrase", archive=archive, AIGAQ_NEW_PASSPHRASE="another")
    assert changed.returncode == 0, changed.stderr
    new = {"AIGAQ_PASSPHRASE": "another"}
    back_up(aigaq, archive, place, **new)
    assert restore(aigaq, place, tmp_path / "three").returncode == 2
    assert restore(aigaq, place, tmp_path / "four", **new).returncode == 0
    old = restore(aigaq, place, tmp_path / "five", "--snapshot", first, **new)
    assert (old.returncode, "another passphrase" in old.stderr) == (2, True)
    assert aigaq("verify", tmp_path / "five").returncode == 0


@pytest.mark.slow
def test_an_archive_in_postgresql_comes_back_too(aigaq, tmp_path):
    with running_postgresql() as address:
        server = {"PGHOST": address["HOST"], "PGUSER": "aigaq"}
        made = aigaq("init", tmp_path / "archive", "--as", "Ana", "--postgresql", URL, **server)
        assert made.returncode == 0, made.stderr
        video = tmp_path / "video.mp4"
        video.write_bytes(b"VIDEOBYTES " * 10_000)
        assert aigaq("item", "add", video, archive=tmp_path / "archive", **server).returncode == 0
        done = aigaq("backup", tmp_path / "disk", "--json", archive=tmp_path / "archive", **server)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["loaded"] is True
        held = b"".join(path.read_bytes() for path in files(tmp_path / "disk"))
        assert b"PGDMP" not in held
        assert b"VIDEOBYTES" not in held
        options = ["-h", address["HOST"], "-U", "aigaq"]
        subprocess.run(["createdb", *options, "second"], check=True)
        listed = subprocess.run(
            ["psql", *options, "-l"], check=True, capture_output=True, text=True
        )
        assert "trial" not in listed.stdout
        refused = restore(aigaq, tmp_path / "disk", tmp_path / "back", **server)
        assert "name an empty database" in refused.stderr
        second = URL.replace("@/aigaq", "@/second")
        back = restore(
            aigaq, tmp_path / "disk", tmp_path / "back", "--postgresql", second, **server
        )
        assert back.returncode == 0, back.stderr
        said = json.loads(back.stdout)
        assert (said["files"], said["findings"]) == (1, [])
        assert aigaq("item", "check", archive=tmp_path / "back", **server).returncode == 0
        full = restore(aigaq, tmp_path / "disk", tmp_path / "x", "--postgresql", URL, **server)
        assert full.returncode == 2
        assert "pg_restore failed" in full.stderr
        _check_trial(aigaq, tmp_path, server, options)


def _check_trial(aigaq, folder, server, options):
    """A dump that does not load is found at once; where none can be loaded, that is said."""
    real, fake = shutil.which("pg_dump"), folder / "bin/pg_dump"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\n"{real}" "$@" >{folder}/dump && head -c 30000 {folder}/dump\n')
    fake.chmod(0o755)
    path = {"PATH": f"{fake.parent}:{os.environ['PATH']}"}
    cut = aigaq("backup", folder / "cut", archive=folder / "archive", **server, **path)
    assert (cut.returncode, "pg_restore failed" in cut.stderr) == (2, True)
    owner = ["psql", *options, "-d", "aigaq", "-c", "ALTER ROLE aigaq NOSUPERUSER NOCREATEDB"]
    subprocess.run(owner, check=True, capture_output=True)
    read = aigaq("backup", folder / "read", archive=folder / "archive", **server)
    assert (read.returncode, "not loaded on trial" in read.stderr) == (0, True), read.stderr


def test_the_trial_leaves_nothing_that_opens_even_where_nothing_can_be_deleted(archive, tmp_path):
    """`aigaq lock` ends a backup with SIGKILL: what lies in the temporary folder then must be noise."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (Debian: strace)")
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    keep = "unlink,unlinkat,rmdir"
    words = [
        "strace", "-f", "-o", "/dev/null", "-e", f"trace={keep}", "-e", f"inject={keep}:retval=0",
        str(Path(sys.executable).with_name("aigaq")), "backup", str(tmp_path / "disk"), "--as", EDITOR,
    ]  # fmt: skip
    secrets = {
        "AIGAQ_PASSPHRASE": "a passphrase for the tests",
        "AIGAQ_ARCHIVE": str(archive),
        "TMPDIR": str(scratch),
    }
    done = subprocess.run(words, env={**os.environ, **secrets}, capture_output=True, check=False)
    if b"ptrace" in done.stderr:
        pytest.skip("strace may not trace processes here (ptrace is forbidden)")
    assert done.returncode == 0, done.stderr
    left = files(scratch)
    assert "archive.db" in {path.name for path in left}
    salt = json.loads((archive / "archive.json").read_text())["salt"].encode()
    assert not any(salt in path.read_bytes() for path in left)
    assert not {path.name for path in left} & {"archive.json", "escrow.age"}
