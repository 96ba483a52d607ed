"""What is forgotten on this machine."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from aigaq.adapters.forgetting import (
    overwrite_and_remove,
    overwrite_in_place,
    replace_and_overwrite,
)
from aigaq.records.errors import BadInput

DUMPS = """
import resource, sys
from aigaq.cli import main
sys.argv = ["aigaq", "--help"]
try:
    main.main()
except SystemExit:
    pass
print(resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_a_crash_writes_no_memory_to_disk():
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    if hard == 0:
        return  # forbidden already by whoever started us, which is as good
    done = subprocess.run([sys.executable, "-c", DUMPS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "(0, 0)"


def test_what_is_replaced_is_zeros_under_every_other_name(tmp_path: Path):
    path, other = tmp_path / "secret", tmp_path / "other"
    path.write_bytes(b"SECRET")
    other.hardlink_to(path)
    replace_and_overwrite(path, b"new")
    assert (path.read_bytes(), other.read_bytes()) == (b"new", bytes(6))


def test_what_is_removed_is_zeros_under_every_other_name(tmp_path: Path):
    path, other = tmp_path / "secret", tmp_path / "other"
    path.write_bytes(b"SECRET")
    other.hardlink_to(path)
    assert overwrite_and_remove(path)
    assert not path.exists()
    assert other.read_bytes() == bytes(6)
    assert not overwrite_and_remove(path)


def test_what_is_overwritten_in_place_stays_under_its_name(tmp_path: Path):
    path, other = tmp_path / "card", tmp_path / "other"
    path.write_bytes(b'{"salt": "00ff"}')
    other.hardlink_to(path)
    path.chmod(0o400)
    overwrite_in_place(path, b"{}")
    assert path.read_bytes() == other.read_bytes() == b"{}" + b" " * 14
    with pytest.raises(BadInput, match="too short"):
        overwrite_in_place(path, bytes(17))


def test_a_pipe_holds_nothing_to_destroy(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    assert not overwrite_and_remove(tmp_path / "pipe")
    assert not overwrite_and_remove(tmp_path / "file" / "below")


def test_what_can_not_be_overwritten_is_taken_away_all_the_same(tmp_path: Path, monkeypatch):
    path = tmp_path / "secret"
    path.write_bytes(b"SECRET")

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pwrite", fail)
    with pytest.raises(BadInput, match=r"secret: can't be destroyed \(Input/output error\)"):
        overwrite_and_remove(path)
    assert not path.exists()
