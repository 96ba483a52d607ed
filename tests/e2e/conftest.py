"""The command line as its user meets it: a process of its own, real passwords, a real browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def aigaq():
    """A function that runs `aigaq` with secrets set and returns the finished process."""

    def run(*words, archive=None, **environment):
        variables = {
            key: value for key, value in os.environ.items() if not key.startswith("AIGAQ_")
        } | {
            "AIGAQ_PASSPHRASE": "a passphrase for the tests",
            "AIGAQ_MEMBER_PASSWORD": "a password",
        }
        if archive is not None:
            variables["AIGAQ_ARCHIVE"] = str(archive)
        script = Path(sys.executable).with_name("aigaq")
        return subprocess.run(
            [script, *map(str, words)],
            env=variables | environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=600,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def demo(aigaq, tmp_path_factory):
    """The sample archive, built once: its folder and what was said while it was built."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    done = aigaq("demo", "--dir", folder, "--no-serve")
    assert done.returncode == 0, done.stderr
    return folder, done.stderr
