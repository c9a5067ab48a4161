"""Files that are either the old ones or the new ones, never half of each."""

import errno
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from unetpp_desktop.core.errors import DiskFullError, UserError, WriteError

_REPLACE_TRIES = 10  # Windows refuses a replace while an indexer or scanner holds the file
_REPLACE_PAUSE_S = 0.1

# The umask can only be read by setting it, which other threads would notice: once, at import.
_UMASK = os.umask(0o077)
os.umask(_UMASK)


def write_atomically(path: Path, content: bytes) -> None:
    """Replaces ``path`` by ``content``: temp file in the same folder, fsync, rename, fsync of the folder.

    Missing parent folders are made. On failure the old file stays as it was, no temp file is
    left, and a `WriteError` names the file and the remedy; a plain `UserError` where only this name is
    at fault, and others can be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            _keep_mode(path, temporary)
            _replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise UserError(f"{path} has a name too long for this disk. Shorten the image's name.") from error
        raise _write_error(path, error) from error


def _keep_mode(path: Path, temporary: str) -> None:
    """mkstemp makes private files; labels are to be as readable as any other file of the folder."""
    if sys.platform == "win32":
        return
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_UMASK
    Path(temporary).chmod(mode)


def _replace(temporary: str, path: Path) -> None:
    for attempt in range(_REPLACE_TRIES):
        try:
            Path(temporary).replace(path)
            return
        except PermissionError:
            if sys.platform != "win32" or attempt == _REPLACE_TRIES - 1:
                raise
            time.sleep(_REPLACE_PAUSE_S)


def sync_folder(folder: Path) -> None:
    """Puts the names of new files on the disk, where the system can do that."""
    if sys.platform == "win32":
        return
    # The new file is in place already: a folder that cannot be synced is no failure to save.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_error(path: Path, error: OSError) -> WriteError:
    kind = WriteError
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        kind = DiskFullError
        reason, remedy = "the disk is full", "Free some space and save again; nothing was lost."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        reason = "the folder is read-only"
        remedy = "Make it writable, or choose another labels folder; nothing was lost."
    else:
        reason, remedy = error.strerror or str(error), "The old file is unchanged; try again."
    return kind(f"{path} could not be saved: {reason}. {remedy}", reason)


def read_bytes(path: Path) -> bytes:
    """The content of ``path``; a `UserError` that names it where it cannot be read."""
    with reading(path):
        return path.read_bytes()


def digest_of(path: Path) -> str:
    """SHA-256 of the content of ``path``, in hexadecimal digits; raises as `read_bytes` does."""
    return hashlib.sha256(read_bytes(path)).hexdigest()


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Makes an OSError of what is done inside a `UserError` that names ``path`` and the remedy."""
    try:
        yield
    except FileNotFoundError as error:
        raise UserError(f"{path} does not exist. Check the path.") from error
    except OSError as error:
        raise UserError(
            f"{path} could not be read: {error.strerror or error}. Check the path and its permissions."
        ) from error
