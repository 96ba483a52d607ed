"""Injects a fault at every write-side system call of an intake and of the log's growth; looks what is left.

Run as `python worker.py FOLDER [TASK…]`; prints what it found as JSON. The parent imports everything once and
opens no database; each run is a forked child on a fresh copy of a small archive, with strace attached to it.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

from aigaq.store.settings import NAMES_KEY, choose_database, prepare, sqlcipher_database

prepare()

from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connection  # noqa: E402

from aigaq.adapters.blobs import blob_path  # noqa: E402
from aigaq.records.errors import AigaqError  # noqa: E402
from aigaq.services import members  # noqa: E402
from aigaq.services.archive import Archive  # noqa: E402
from aigaq.services.checking import check_acts  # noqa: E402
from aigaq.services.items import Description, add_item  # noqa: E402
from aigaq.services.log_checking import check_log  # noqa: E402
from aigaq.services.members import add_first_member, find_member, unlock  # noqa: E402
from aigaq.services.opening import check_item  # noqa: E402
from aigaq.services.sequencing import extend_log  # noqa: E402
from aigaq.store import models  # noqa: E402
from aigaq.vault.notes import ED25519, SignerKey  # noqa: E402

CALLS = (
    "openat,write,writev,pwrite64,pwritev,fsync,fdatasync,sync_file_range,ftruncate,fallocate,rename,renameat,"
    "renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,chmod,fchmod,fchmodat"
).split(",")
FAULTS = ("signal=SIGKILL", "error=EIO", "error=ENOSPC")
DONE, REFUSED, OTHER = 0, 3, 4
SAID = Description("video_original", party="somebody")
DATA = os.urandom(200_000)

# Argon2id is slow on purpose; here it would be most of every run.
members.derive_key = lambda password, salt: sha256(salt + password.encode()).digest()


def opened(folder):
    """Open the copy of the archive, without looking for migrations."""
    choose_database({**sqlcipher_database(folder / "archive.db", b"k" * 32), NAMES_KEY: b"n" * 32})
    return Archive(folder, SignerKey("aigaq.archive/faults", ED25519, b"s" * 32))


def make(folder):
    archive = opened(folder)
    call_command("migrate", verbosity=0)
    add_first_member("Ana", "password")
    (folder / "original").write_bytes(DATA)
    extend_log(archive)
    connection.close()


def take_in(folder):
    """The intake of a file."""
    archive = opened(folder)
    add_item(archive, unlock(find_member("Ana"), "password"), folder / "original", SAID)


def grow_log(folder):
    """The log takes in acts that were recorded before."""
    extend_log(opened(folder))


def before_grow_log(folder):
    """Leave acts that are not in the log yet."""
    take_in(folder)
    connection.close()


TASKS = {"take_in": (take_in, None), "grow_log": (grow_log, before_grow_log)}


def in_child(work, *arguments):
    """Run a function in a forked child; return its exit status."""
    child = os.fork()
    if child == 0:
        os._exit(_outcome(work, *arguments))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _outcome(work, *arguments):
    try:
        work(*arguments)
    except (AigaqError, OSError, OperationalError):  # a line for a person: `errors_to_exit_codes`
        return REFUSED
    except BaseException as error:  # noqa: BLE001  what escaped is reported by its name
        os.write(2, f"{work.__name__}: {error!r}\n".encode())
        return OTHER
    return DONE


def traced(work, folder, *options):
    """Run a function in a child with strace attached; return its exit status and the calls seen."""
    log = folder.with_suffix(".strace")
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go)
        os.read(ready, 1)
        os._exit(_outcome(work, folder))
    os.close(ready)
    words = [
        "strace",
        "-f",
        "-p",
        str(child),
        "-o",
        str(log),
        "-e",
        f"trace={','.join(CALLS)}",
        *options,
    ]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as strace:
        said = strace.stderr.readline()
        if "attached" not in said:
            os.kill(child, 9)
            raise SystemExit(f"strace can't trace here: {said}")
        os.write(go, b"x")
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        strace.stderr.read()
    os.close(go)
    return status, log.read_text()


def number_calls(log):
    """Return (call, its number among calls of that name) of every call that writes or may make a file."""
    seen = Counter()
    found = []
    for line in log.splitlines():
        name, _, rest = line.split(maxsplit=1)[1].partition("(")
        if name in CALLS:
            seen[name] += 1
            if name != "openat" or any(flag in rest for flag in ("O_WRONLY", "O_RDWR", "O_CREAT")):
                found.append((name, seen[name]))
    return found


def look(folder):
    """Whether everything in an archive is whole: database, acts, log, files. Raises where it is not."""
    archive = opened(folder)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone()[0] == "ok"
        cursor.execute("PRAGMA cipher_integrity_check")
        assert cursor.fetchall() == []
    actor = unlock(find_member("Ana"), "password")
    assert [one.finding for one in check_acts(actor) if one.finding is not None] == []
    for item in models.Item.objects.all():
        data = blob_path(folder, item.blob).read_bytes()
        assert sha256(data).hexdigest() == item.blob
        assert item.key.secret is not None
    assert list(check_log(archive, archive.log_key.verifier, {})) == []


def resume(folder):
    """Run the intake again and look that nothing is missing, doubled or left over."""
    take_in(folder)
    archive = opened(folder)
    extend_log(archive)
    look(folder)
    actor = unlock(find_member("Ana"), "password")
    (item,) = models.Item.objects.all()
    vault = folder / "vault"
    assert {path.name for path in (vault / "incoming").iterdir()} == {".lock"}
    # Killed between placing a file and recording it: it stays, under its own hash, for nobody's key.
    for path in vault.glob("??/*"):
        assert sha256(path.read_bytes()).hexdigest() == path.stem
    assert blob_path(folder, item.blob).is_file()
    assert check_item(archive, actor, item.id)
    assert models.LogEntry.objects.count() >= models.Event.objects.count() - 1


def main(folder, tasks):
    """Try every fault at every call of every task; print the count and what went wrong."""
    base = folder / "base"
    base.mkdir()
    assert in_child(make, base) == DONE
    report = {"calls": {}, "runs": 0, "wrong": []}
    for name in tasks:
        work, before = TASKS[name]
        start = folder / name
        shutil.copytree(base, start)
        if before is not None:
            assert in_child(before, start) == DONE
        clean = folder / "clean"
        shutil.copytree(start, clean)
        status, log = traced(work, clean)
        assert status == DONE, status
        shutil.rmtree(clean)
        calls = number_calls(log)
        report["calls"][name] = dict(Counter(call for call, _ in calls))
        for call, when in calls:
            for fault in FAULTS:
                report["wrong"] += try_fault(folder, start, name, call, fault, when)
                report["runs"] += 1
    print(json.dumps(report))


def try_fault(folder, start, name, call, fault, when):
    """Return what went wrong with one fault at one call."""
    copy = folder / "copy"
    shutil.copytree(start, copy)
    status, _ = traced(TASKS[name][0], copy, "-e", f"inject={call}:{fault}:when={when}")
    where = f"{name}: {fault} at {call} number {when}"
    wrong = []
    if status not in (DONE, REFUSED, -9):
        wrong.append(f"{where}: ended with {status}")
    if in_child(look, copy) != DONE:
        wrong.append(f"{where}: corrupt")
    elif in_child(resume, copy) != DONE:
        wrong.append(f"{where}: can't be resumed")
    shutil.rmtree(copy)
    return wrong


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(TASKS))
