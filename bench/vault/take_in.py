"""Takes one file into an archive that is there, in a process of its own; see `bench/vault/ingest.py`.

python take_in.py FOLDER FILE
"""

import json
import sys
import time
from pathlib import Path

from aigaq.store.settings import NAMES_KEY, choose_database, prepare, sqlcipher_database

prepare()

from aigaq.services.actors import Actor  # noqa: E402
from aigaq.services.archive import Archive  # noqa: E402
from aigaq.services.items import Description, add_item  # noqa: E402
from aigaq.store import models  # noqa: E402
from aigaq.vault.notes import ED25519, SignerKey  # noqa: E402


def peak():
    """Return the peak memory of this process in MiB (`getrusage` counts its parent's, from before exec)."""
    (line,) = (one for one in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in one)
    return int(line.split()[1]) / 1024


def main(folder, file):
    """Take the file in; print seconds and memory as JSON."""
    choose_database({**sqlcipher_database(folder / "archive.db", b"k" * 32), NAMES_KEY: b"n" * 32})
    archive = Archive(folder, SignerKey("aigaq.archive/bench", ED25519, b"s" * 32))
    member = models.Member.objects.get()
    # The key as a sign-in would open it, which takes 64 MiB for a moment on purpose (Argon2id).
    actor = Actor(member.id, member.name, member.role, {"identity": (folder / "key").read_bytes()})
    before, start = peak(), time.perf_counter()
    add_item(archive, actor, file, Description("video_original"))
    print(json.dumps({"seconds": time.perf_counter() - start, "before": before, "peak": peak()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
