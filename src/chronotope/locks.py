"""Locks between processes: a file that one of them holds, and lets go of when it ends, however."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE = 0.05


class Busy(Exception):  # noqa: N818  a state, which the caller puts into words
    """Another process holds the lock."""


@contextmanager
def hold(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock of a file, which is made if need be, while a block runs.

    Raises Busy when another process holds it for so many seconds, and OSError where the file cannot
    be used.
    """
    deadline = time.monotonic() + seconds
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Busy from None
            time.sleep(_PAUSE)
        yield


def is_held(path: Path) -> bool:
    """Tell whether some process holds the lock of a file."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
