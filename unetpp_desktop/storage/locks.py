"""Locks that the system takes back when the program ends, in whatever way."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FAR = 1 << 40  # Windows locks bytes and forbids to read them: one that no file of ours ever reaches
_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)


def lock(descriptor: int) -> bool:
    """Takes the lock of the whole system on a file, until it is closed; False where another has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Makes the file at ``path`` and holds its lock meanwhile; False where another has it.

    Raises OSError where the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, _OPEN, 0o666)
    try:
        yield lock(descriptor)
    finally:
        os.close(descriptor)
