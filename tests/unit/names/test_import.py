"""Importing the room is cheap: what takes long waits for the first score."""

import subprocess
import sys


def test_importing_names_does_not_load_the_compiler() -> None:
    code = "import sys, aigaq.names; sys.exit(int('numba' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0, "aigaq.names imports numba, which takes half a second"
