"""Forgetting secrets on this machine: files overwritten before they go, and programs ended that hold keys.

Overwriting in place reaches what a plain disk holds under that name. A solid-state disk or a file system that
writes elsewhere may keep old blocks; only a disk that is encrypted itself forgets those.
"""

import os
import resource
import signal
from pathlib import Path

from aigaq.adapters.files import write_file


def forbid_core_dumps() -> None:
    """Have the system write nothing of this process's memory to disk should it crash; keys are in there."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def replace_and_overwrite(path: Path, data: bytes) -> None:
    """Put `data` under a name, and zeros over what was there before.

    Raises:
        BadInput: it can't be written.
    """
    handle = os.open(path, os.O_RDWR)  # the old file, which the rename leaves without a name
    try:
        write_file(path, data)
        _zero(handle)
    finally:
        os.close(handle)


def overwrite_and_remove(path: Path) -> bool:
    """Put zeros over a file and take it away; return whether it was there."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        _zero(handle)
    finally:
        os.close(handle)
    path.unlink(missing_ok=True)
    return True


def _zero(handle: int) -> None:
    os.pwrite(handle, bytes(os.fstat(handle).st_size), 0)
    os.fsync(handle)


def end_users(folder: Path) -> int:
    """End every other process of this user that has a file below `folder` open; return how many.

    They hold keys in their memory. What they were writing is whole or not there at all.
    """
    ended = 0
    for process in _processes():
        if process != os.getpid() and _uses(process, folder.resolve()):
            try:
                os.kill(process, signal.SIGKILL)
            except OSError:
                continue  # it ended by itself, or belongs to somebody else
            ended += 1
    return ended


def _processes() -> list[int]:
    proc = Path("/proc")
    return [int(one.name) for one in proc.iterdir() if one.name.isdigit()] if proc.is_dir() else []


def _uses(process: int, folder: Path) -> bool:
    try:
        opened = [os.readlink(one) for one in Path(f"/proc/{process}/fd").iterdir()]
    except OSError:
        return False
    return any(Path(path).is_relative_to(folder) for path in opened if path.startswith("/"))
