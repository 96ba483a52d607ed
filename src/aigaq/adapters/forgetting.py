"""Forgetting secrets on this machine: files overwritten before they go, and programs ended that hold keys.

Overwriting in place reaches what a plain disk holds under that name. A solid-state disk or a file system that
writes elsewhere may keep old blocks; only a disk that is encrypted itself forgets those.
"""

import os
import resource
import signal
import time
from pathlib import Path

from aigaq.adapters.files import write_file
from aigaq.records.errors import BadInput

_HELD: list[int] = []
_PATIENCE = 2.0  # seconds a process may take to end


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


def overwrite_in_place(path: Path, data: bytes) -> None:
    """Put `data` over a file's own bytes, blanks after it: this needs no room on a full disk.

    Args:
        path: the file.
        data: not longer than what it holds.

    Raises:
        BadInput: it is longer, or can't be written.
    """
    try:
        handle = _open_to_write(path)
        try:
            size = os.fstat(handle).st_size
            if len(data) > size:
                raise BadInput(f"{path}: is too short to be overwritten in place")
            os.pwrite(handle, data.ljust(size), 0)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise BadInput(f"{path}: can't be overwritten ({error.strerror})") from error


def overwrite_and_remove(path: Path) -> bool:
    """Put zeros over a file and take it away; return whether it was there.

    A pipe or a device holds nothing that could be overwritten, and is left alone.

    Raises:
        BadInput: it could not be overwritten, or not be taken away; whichever can be done is done.
    """
    try:
        if not path.is_file():
            return False
        try:
            handle = _open_to_write(path)
            try:
                _zero(handle)
            finally:
                os.close(handle)
        finally:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"{path}: can't be destroyed ({error.strerror}); see to it") from error
    return True


def _open_to_write(path: Path) -> int:
    """Open a file for reading and writing, also one of one's own that was made read-only."""
    try:
        return os.open(path, os.O_RDWR)
    except PermissionError:
        path.chmod(0o600)
        return os.open(path, os.O_RDWR)


def _zero(handle: int) -> None:
    os.pwrite(handle, bytes(os.fstat(handle).st_size), 0)
    os.fsync(handle)


def hold_open(path: Path) -> None:
    """Keep a file open as long as this process runs, by which `end_users` finds it."""
    _HELD.append(os.open(path, os.O_RDONLY | os.O_CLOEXEC))


def end_users(folder: Path) -> int:
    """End every other process of this user that has a file below `folder` open; return how many.

    They hold keys in their memory. What they were writing is whole or not there at all, and done when this
    returns: a process ends only after the call to the system that it is in.
    """
    users = [process for process in _processes() if _uses(process, folder.resolve())]
    ended = [process for process in users if process != os.getpid() and _end(process)]
    for process in ended:
        _await_end(process, folder.resolve())
    return len(ended)


def _end(process: int) -> bool:
    try:
        os.kill(process, signal.SIGKILL)
    except OSError:
        return False  # it ended by itself, or belongs to somebody else
    return True


def _await_end(process: int, folder: Path) -> None:
    """Wait until a process that was ended lets go of its files, but not for ever: somebody is at the door."""
    patience = time.monotonic() + _PATIENCE
    while _uses(process, folder) and time.monotonic() < patience:
        time.sleep(0.01)


def _processes() -> list[int]:
    proc = Path("/proc")
    return [int(one.name) for one in proc.iterdir() if one.name.isdigit()] if proc.is_dir() else []


def _uses(process: int, folder: Path) -> bool:
    try:
        opened = [os.readlink(one) for one in Path(f"/proc/{process}/fd").iterdir()]
    except OSError:
        return False
    return any(Path(path).is_relative_to(folder) for path in opened if path.startswith("/"))
