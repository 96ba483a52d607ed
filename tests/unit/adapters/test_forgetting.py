"""What is forgotten on this machine."""

import resource
import subprocess
import sys
from pathlib import Path

from aigaq.adapters.forgetting import overwrite_and_remove, replace_and_overwrite

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
