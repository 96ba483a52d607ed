"""The vault and the log in one run: intake against `sha256sum` and `age`, removal, appends, proofs, checks.

    python bench/vault.py

Each part is a process of its own, as each would be; both take options of their own (`bench/vault/`).
"""

import subprocess
import sys
from pathlib import Path

PARTS = ("ingest.py", "log.py")


def main():
    """Run the parts one after the other; stop at the first that fails."""
    for part in PARTS:
        subprocess.run([sys.executable, Path(__file__).parent / "vault" / part], check=True)


if __name__ == "__main__":
    main()
