"""Taking a file into the vault, against `sha256sum` and then `age` on the same file; 5,000 items sealed anew.

    python bench/vault/ingest.py [--size MIB] [--items N]

Ours does in one pass what the two do one after the other, and more: a second hash, the type, sync, rename and
the database. Rounds alternate, so that both see the same machine; the ratio is of the medians. Memory is the
peak of the whole process that takes the file in, and by how much the intake raised it; without signing in,
which takes 64 MiB for a moment, on purpose (Argon2id).
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from aigaq.store.settings import NAMES_KEY, choose_database, prepare, sqlcipher_database

prepare()

from django.core.management import call_command  # noqa: E402

from aigaq.records.ids import new_id  # noqa: E402
from aigaq.services.access import remove_member  # noqa: E402
from aigaq.services.acts import act  # noqa: E402
from aigaq.services.archive import Archive  # noqa: E402
from aigaq.services.custody import Handling, add_custody  # noqa: E402
from aigaq.services.items import SECRET_FIELD  # noqa: E402
from aigaq.services.members import add_first_member, add_member  # noqa: E402
from aigaq.store import models  # noqa: E402
from aigaq.vault.keypairs import new_keypair  # noqa: E402
from aigaq.vault.notes import ED25519, SignerKey  # noqa: E402
from aigaq.vault.sealing import seal, seal_field  # noqa: E402

ROUNDS = 3
TAKE_IN = Path(__file__).parent / "take_in.py"


def opened(folder):
    """Make an archive's database and first member in a folder."""
    choose_database({**sqlcipher_database(folder / "archive.db", b"k" * 32), NAMES_KEY: b"n" * 32})
    call_command("migrate", verbosity=0)
    archive = Archive(folder, SignerKey("aigaq.archive/bench", ED25519, b"s" * 32))
    return archive, add_first_member("Ana", "password")


def time_ours(file):
    """Return what a process of its own said of taking a file in: seconds and memory."""
    with tempfile.TemporaryDirectory(dir=file.parent) as name:
        _, actor = opened(Path(name))
        (Path(name) / "key").write_bytes(actor.key("identity"))
        words = [sys.executable, str(TAKE_IN), name, str(file)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def time_theirs(file, public):
    """Return the seconds of `sha256sum` and then `age`, synced like ours."""
    out = file.with_suffix(".age")
    start = time.perf_counter()
    subprocess.run(["sha256sum", str(file)], stdout=subprocess.DEVNULL, check=True)
    subprocess.run(["age", "-r", public, "-o", str(out), str(file)], check=True)
    with out.open("rb") as written:
        os.fsync(written.fileno())
    seconds = time.perf_counter() - start
    out.unlink()
    return seconds


def compare_intake(size):
    """Print the ratio of the throughputs, and the memory."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "film"
        with file.open("wb") as out:
            for _ in range(size):
                out.write(os.urandom(1 << 20))
        public = new_keypair()[1]
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(time_ours(file))
            theirs.append(time_theirs(file, public))
    mine = median(one["seconds"] for one in ours)
    peer = median(theirs)
    print(
        f"intake of {size} MiB: {size / mine:.0f} MiB/s; sha256sum, then age: {size / peer:.0f} MiB/s"
    )
    print(f"ratio {peer / mine:.2f} (needed: 0.7)")
    grown = max(one["peak"] - one["before"] for one in ours)
    print(
        f"memory: peak {max(one['peak'] for one in ours):.0f} MiB, of which {grown:.0f} for the intake itself"
    )
    print("        (needed: under 64)")


def fill(actor, count):
    """Record items as an intake does, without files."""
    key = actor.key("identity")
    for _ in range(count // 500):
        with act(actor, "item.add") as recording:
            for _ in range(500):
                id = new_id()
                sealed = {
                    name: seal_field(key, "x" * 64, record=str(id), field=name)
                    for name in ("name", "plaintext_sha256", "details")
                }
                row = models.Item(
                    id=id, event_id=recording.event, kind="video_original", compartment="identity",
                    blob=os.urandom(32).hex(), size=1, media_type="video/mp4", **sealed,
                )  # fmt: skip
                recording.add(models.Item, [row])
                secret = seal(key, new_keypair()[0].encode(), record=str(id), field=SECRET_FIELD)
                recording.add(models.ItemKey, [models.ItemKey(item_id=id, secret=secret)])
                add_custody(recording, row, Handling("received", "x", "x", hash_after="x" * 64))


def time_removal(count):
    """Print how long it takes to remove a member who could open `count` items."""
    with tempfile.TemporaryDirectory() as name:
        _, actor = opened(Path(name))
        add_member(actor, "Erlan", "editor", "password")
        fill(actor, count)
        start, cpu = time.perf_counter(), time.process_time()
        remove_member(actor, "Erlan")
        print(
            f"removing a member, {count:,} items sealed anew: {time.perf_counter() - start:.2f} s "
            f"({time.process_time() - cpu:.2f} s of CPU; needed: 10)"
        )


def main():
    """Run both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--items", type=int, default=5000)
    chosen = parser.parse_args()
    if shutil.which("age") is None:
        print("skipped: age is not installed (Debian: age)")
    else:
        compare_intake(chosen.size)
    time_removal(chosen.items)


if __name__ == "__main__":
    main()
