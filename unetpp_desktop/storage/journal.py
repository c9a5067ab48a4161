"""A file of records that only grows: each is on the disk, whole, or counts as not written.

The file begins with eight bytes that name the format; a record is the length of its content (4
bytes, little-endian), a CRC-32 of these four bytes and the content, and the content. What follows
the last whole record was torn by a crash, and is cut off before anything is added.

Whoever writes a journal holds a lock on it, which the system takes back when the program ends, in
whatever way; so two windows never write the same one.
"""

import os
import struct
import sys
import zlib
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from unetpp_desktop.core.files import sync_folder
from unetpp_desktop.storage.locks import lock
from unetpp_desktop.storage.saved_masks import MaskToken, file_token

_MAGIC = b"unPPjnl1"
_HEAD = struct.Struct("<II")
_PRESENT = os.O_RDWR | getattr(os, "O_BINARY", 0)
_NEW = _PRESENT | os.O_CREAT
_CLOSED = -1


class JournalInUseError(Exception):
    """Another window writes this journal."""


class JournalFile:
    """An open, locked journal; made by `open_journal` and `create_journal`. Not for several threads.

    One that is forgotten gives its file free, too: a window may go without any farewell.
    """

    def __init__(self, path: Path, descriptor: int, size: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._size = size  # where the next record goes

    def __del__(self) -> None:
        self._close()

    @property
    def size(self) -> int:
        """Bytes of all whole records, the beginning of the file included."""
        return self._size

    def lock(self) -> bool:
        """Takes the lock; False where another window has it."""
        return lock(self._descriptor)

    def append(self, records: Iterable[bytes]) -> None:
        """Adds ``records`` and returns when they are on the disk.

        Raises OSError where that fails; nothing of them counts as written then.
        """
        content = b"".join((b"" if self._size else _MAGIC, *map(_framed, records)))
        os.ftruncate(self._descriptor, self._size)
        os.lseek(self._descriptor, self._size, os.SEEK_SET)
        _put_on_disk(self._descriptor, content)
        self._size += len(content)

    def rewrite(self, records: Iterable[bytes]) -> None:
        """Replaces the journal by ``records``, atomically; raises OSError where that fails."""
        content = b"".join((_MAGIC, *map(_framed, records)))
        part = self.path.with_name(f"{self.path.name}.part")
        descriptor = os.open(part, _NEW | os.O_TRUNC, 0o666)
        try:
            lock(descriptor)
            _put_on_disk(descriptor, content)
            if sys.platform == "win32":  # where an open file cannot be replaced
                os.close(descriptor)
                self._close()
            part.replace(self.path)
            if sys.platform == "win32":
                descriptor = os.open(self.path, _PRESENT)
                lock(descriptor)
        except BaseException:
            with suppress(OSError):
                os.close(descriptor)
            part.unlink(missing_ok=True)
            raise
        self._close()
        self._descriptor, self._size = descriptor, len(content)
        sync_folder(self.path.parent)

    def close(self) -> MaskToken | None:
        """Gives the journal free; says which version of the file was left, None where it is gone."""
        self._close()
        return file_token(self.path)

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, _CLOSED
        if descriptor != _CLOSED:
            os.close(descriptor)


def open_journal(path: Path) -> tuple[JournalFile, tuple[bytes, ...]] | None:
    """The journal at ``path`` and the contents of its whole records; None where there is no file.

    Raises `JournalInUseError`, OSError where the file cannot be read and written, and ValueError for
    a file that is no journal.
    """
    while True:
        try:
            descriptor = os.open(path, _PRESENT)
        except FileNotFoundError:
            return None
        try:
            if not lock(descriptor):
                raise JournalInUseError(str(path))
            if _is_still(path, descriptor):
                content = path.read_bytes()
                if not content.startswith(_MAGIC[: len(content)]):
                    raise ValueError(f"{path} is no journal")
                records, size = _whole_records(content)
                return JournalFile(path, descriptor, size), records
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def create_journal(path: Path) -> JournalFile:
    """A new journal with nothing in it; one that is there already is set aside.

    Raises `JournalInUseError`, and OSError where it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        present = open_journal(path)
    except ValueError:
        set_aside(path)
    else:
        if present is not None:
            present[0].close()
            set_aside(path)
    file = JournalFile(path, os.open(path, _NEW | os.O_EXCL, 0o666), 0)
    if not file.lock():
        raise JournalInUseError(str(path))
    sync_folder(path.parent)
    return file


def set_aside(path: Path) -> Path:
    """Renames a journal to ``NAME.aside``, or ``NAME-2.aside`` .. beside others; the new path.

    Raises OSError where it cannot be renamed.
    """
    target, number = path.with_name(f"{path.name}.aside"), 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}-{number}.aside")
    path.rename(target)
    return target


def peek_journal(path: Path) -> tuple[bytes, ...]:
    """The contents of the whole records of a journal that nobody writes; () for any other file."""
    try:
        content = path.read_bytes()
        return _whole_records(content)[0] if content.startswith(_MAGIC) and _is_free(path) else ()
    except OSError:
        return ()


def limit_journals(folder: Path, most_bytes: int, needed: Collection[Path] = ()) -> int:
    """Deletes journals below ``folder`` until they take ``most_bytes``; returns how many.

    Those set aside go first, then the ones not written to for longest. One that is ``needed`` or in use
    stays, and so does what cannot be deleted.
    """
    found: list[tuple[bool, int, int, Path]] = []
    for path in folder.rglob("*.jnl*"):
        token = file_token(path)
        if token is not None and path.suffix in (".jnl", ".aside"):
            found.append((path.suffix == ".jnl", token[1], token[2], path))
    total = sum(size for _, _, size, _ in found)
    deleted = 0
    for _, _, size, path in sorted(found):
        if total <= most_bytes:
            break
        try:
            if path not in needed and _is_free(path):
                path.unlink()
                total -= size
                deleted += 1
        except OSError:
            continue
    return deleted


def _framed(content: bytes) -> bytes:
    length = struct.pack("<I", len(content))
    return length + struct.pack("<I", zlib.crc32(content, zlib.crc32(length))) + content


def _whole_records(content: bytes) -> tuple[tuple[bytes, ...], int]:
    """The records, and where the last whole one ends; 0 where not even the beginning is whole."""
    if len(content) < len(_MAGIC):
        return (), 0
    records, place = [], len(_MAGIC)
    while place + _HEAD.size <= len(content):
        length, checksum = _HEAD.unpack_from(content, place)
        start = place + _HEAD.size
        record = content[start : start + length]
        # A disk that lost its power may leave zeros behind: the checksum holds the length, too.
        if len(record) < length or zlib.crc32(record, zlib.crc32(content[place : place + 4])) != checksum:
            break
        records.append(record)
        place = start + length
    return tuple(records), place


def _put_on_disk(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the open file is the one at ``path``: it may have been replaced before it was locked."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _is_free(path: Path) -> bool:
    file = JournalFile(path, os.open(path, _PRESENT), 0)
    return file.lock()
