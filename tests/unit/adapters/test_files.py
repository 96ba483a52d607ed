"""What was written and renamed is durable: the folder is synced after the rename."""

import os
from io import BytesIO
from pathlib import Path

import pytest

from aigaq.adapters import files, locks
from aigaq.adapters.files import make_folder, sync_folder, write_file, write_folder
from aigaq.adapters.forgetting import overwrite_and_remove, replace_and_overwrite
from aigaq.adapters.replicas import FolderReplica
from aigaq.records.errors import BadInput


@pytest.fixture
def steps(monkeypatch):
    """What is done to the disk, in order: `sync NAME`, `rename NAME`, `write NAME`."""
    done = []
    fsync, replace, rename, pwrite = os.fsync, os.replace, Path.rename, os.pwrite

    def name(handle):
        return Path(os.readlink(f"/proc/self/fd/{handle}")).name

    def watched(word, named, work):
        def step(*arguments):
            result = work(*arguments)
            done.append(f"{word} {named(*arguments)}")
            return result

        return step

    monkeypatch.setattr(os, "fsync", watched("sync", name, fsync))
    monkeypatch.setattr(os, "replace", watched("rename", lambda old, new: Path(new).name, replace))
    monkeypatch.setattr(Path, "rename", watched("rename", lambda old, new: Path(new).name, rename))
    monkeypatch.setattr(os, "pwrite", watched("write", lambda handle, *_: "over", pwrite))
    return done


def test_a_file_and_its_new_folders_are_on_the_disk(tmp_path, steps):
    write_file(tmp_path / "a" / "b" / "file", b"x")
    assert steps[:2] == [f"sync {tmp_path.name}", "sync a"]
    assert steps[-2:] == ["rename file", "sync b"]


def test_what_is_replaced_is_overwritten_only_once_the_new_name_is_on_the_disk(tmp_path, steps):
    (tmp_path / "card").write_bytes(b"SECRET")
    replace_and_overwrite(tmp_path / "card", b"new")
    assert [step.split()[0] for step in steps] == ["sync", "rename", "sync", "write", "sync"]
    assert steps[2] == f"sync {tmp_path.name}"


def test_what_a_replica_holds_is_on_the_disk(tmp_path, steps):
    FolderReplica(tmp_path / "disk").put("vault/ab/file", BytesIO(b"x"))
    assert steps[:3] == [f"sync {tmp_path.name}", "sync disk", "sync vault"]
    assert steps[-2:] == ["rename file", "sync ab"]


def test_a_written_folder_has_its_name_on_the_disk(tmp_path, steps):
    write_folder(tmp_path / "site", [("index.html", b"x")], marker="m")
    assert steps[-2:] == ["rename site", f"sync {tmp_path.name}"]


def test_a_disk_that_can_not_sync_folders_is_no_error(tmp_path, monkeypatch):
    def refuse(handle):
        raise OSError(files.errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", refuse)
    sync_folder(tmp_path)
    monkeypatch.undo()

    def fail(handle):
        raise OSError(files.errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        sync_folder(tmp_path)


def test_a_folder_that_can_not_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BadInput, match="can't be written"):
        write_file(tmp_path / "file" / "below", b"")
    make_folder(tmp_path)  # is there already


def test_a_lock_is_held_once(tmp_path):
    file = tmp_path / "lock"
    with locks.trying_lock(file) as first, locks.trying_lock(file) as second:
        assert (first, second) == (True, False)
    with locks.trying_lock(file) as again:
        assert again
    with locks.trying_lock(tmp_path / "missing" / "lock") as held:
        assert not held


def test_zeros_reach_what_is_read_only(tmp_path):
    path, other = tmp_path / "secret", tmp_path / "other"
    path.write_bytes(b"SECRET")
    other.hardlink_to(path)
    path.chmod(0o400)
    assert overwrite_and_remove(path)
    assert other.read_bytes() == bytes(6)
