"""A crash or a failing disk at any write of an intake or of the log: nothing corrupt, all resumable."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WORKER = Path(__file__).parent / "faults" / "worker.py"


@pytest.mark.slow
@pytest.mark.parametrize("task", ["take_in", "grow_log"])
def test_a_fault_at_every_write_leaves_nothing_corrupt(task, tmp_path, capsys):
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (Debian: strace)")
    words = [sys.executable, str(WORKER), str(tmp_path), task]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if "strace can't trace here" in done.stderr:
        pytest.skip("strace may not trace processes here (ptrace is forbidden)")
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\n{task}: {report['runs']} faults, {len(report['wrong'])} corrupt or not resumable")
    assert report["runs"] > 100
    assert report["wrong"] == []
