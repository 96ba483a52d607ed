"""One process at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a file's lock while the block runs; others wait. It goes with the process, however that ends.

    Args:
        file: is made when it is not there.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def trying_lock(file: Path) -> Iterator[bool]:
    """Hold a file's lock while the block runs if nobody else does, and give whether it is held.

    Args:
        file: is made when it is not there; where it can't be made, the lock is not held.
    """
    with ExitStack() as stack:
        try:
            handle = stack.enter_context(file.open("a"))
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # taken, or a disk that can't be written
            yield False
        else:
            yield True
