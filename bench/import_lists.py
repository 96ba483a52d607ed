"""How long the two Argentine lists take to import, and to import again. Reads ../shared/data/lists.

    python bench/import_lists.py

No peer runs beside it: Uwazi and Bayanat import through their web servers. The bound to keep is
60 seconds for both lists on two cores.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LISTS = ROOT.parent / "shared" / "data" / "lists"
NAMES = ("argentina_ruvte", "argentina_parque_de_la_memoria")


def main() -> int:
    """Import both lists twice into a fresh archive and print the seconds."""
    if not LISTS.is_dir():
        print("skipped: ../shared/data/lists is not here")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        run("init", archive)
        for turn in ("first", "second"):
            total = 0.0
            for name in NAMES:
                total += run(
                    "import", LISTS / f"{name}.csv", "--archive", archive,
                    "--mapping", ROOT / "samples" / "mappings" / f"{name}.yaml",
                )  # fmt: skip
            print(f"{turn} import of both lists: {total:.1f} s")
    return 0


def run(*words: object) -> float:
    """Run `aigaq` and return the seconds it took."""
    script = Path(sys.executable).with_name("aigaq")
    secrets = {"AIGAQ_PASSPHRASE": "bench", "AIGAQ_MEMBER_PASSWORD": "bench"}
    began = time.perf_counter()
    subprocess.run([script, *map(str, words)], check=True, env=os.environ | secrets)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
