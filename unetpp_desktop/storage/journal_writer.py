"""Puts records into a journal without making anybody wait for the disk."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from unetpp_desktop.storage.bookkeeping import OWN_FOLDER
from unetpp_desktop.storage.journal import JournalFile, JournalInUseError, create_journal
from unetpp_desktop.storage.saved_masks import MaskToken

Records = Callable[[], Iterable[bytes]]
"""Makes records when it is called, on the writer's thread: what it needs must not change meanwhile."""


class JournalWriter:
    """The journal at ``path``, written by a thread that lives only while there is something to write.

    ``file`` is the open journal, None where it has to be made for the first record. Where writing
    fails, ``tell`` gets the error once, on that thread, and records are dropped, for they would not
    fit what is missing before them; `replace` begins anew. So it is, but without telling, where the folder
    that holds ``.unetpp`` has gone: saving the mask tells of that.
    """

    def __init__(self, path: Path, file: JournalFile | None, tell: Callable[[Exception], None]) -> None:
        self._path = path
        places = (place.parent for place in path.parents if place.name == OWN_FOLDER)
        self._home = next((home for home in places if home.is_dir()), None)
        self._file = file
        self._tell = tell
        self._state = threading.Condition()
        self._waiting: list[tuple[Records, bool]] = []  # and whether they replace all former ones
        self._busy = False
        self._failed = False

    @property
    def failed(self) -> bool:
        """Whether the journal lacks records."""
        return self._failed

    @property
    def size(self) -> int:
        """Bytes of the file; 0 while there is none."""
        return 0 if self._file is None else self._file.size

    def append(self, records: Records) -> None:
        """Puts ``records`` behind all that were handed over before; they are written at once."""
        self._hand_over(records, False)

    def replace(self, records: Records) -> None:
        """Puts ``records`` in the place of all that were handed over before."""
        self._hand_over(records, True)

    def wait(self) -> bool:
        """Returns when all records are on the disk, or lost; False where they are lost."""
        with self._state:
            while self._busy:
                self._state.wait()
            return not self._failed

    def close(self) -> MaskToken | None:
        """Waits, and gives the file free; says which version of it was left, None where there is none.

        A journal that lacks records is of no use to anybody and is deleted.
        """
        complete = self.wait()
        file, self._file = self._file, None
        left = None if file is None else file.close()
        if left is None or complete:
            return left
        with suppress(OSError):
            self._path.unlink()
        return None

    def _hand_over(self, records: Records, replaces: bool) -> None:
        with self._state:
            self._waiting.append((records, replaces))
            if not self._busy:
                self._busy = True
                threading.Thread(target=self._write_all, name=f"journal: {self._path.name}").start()

    def _write_all(self) -> None:
        try:
            while batch := self._next_batch():
                self._write_or_fail(batch)
        except BaseException:  # a bug: nobody must wait for ever for a thread that is gone
            with self._state:
                self._failed, self._busy = True, False
                self._state.notify_all()
            raise

    def _next_batch(self) -> list[tuple[Records, bool]]:
        """Everything that waits; the thread is to end where there is nothing."""
        with self._state:
            batch, self._waiting = self._waiting, []
            if not batch:
                self._busy = False
                self._state.notify_all()
            return batch

    def _write_or_fail(self, batch: list[tuple[Records, bool]]) -> None:
        if self._failed and not any(replaces for _, replaces in batch):
            return  # what they rest on is missing
        if self._file is None and self._home is not None and not self._home.is_dir():
            self._failed = True
            return
        try:
            self._write(batch)
            self._failed = False
        except (OSError, JournalInUseError) as error:
            first, self._failed = not self._failed, True
            if first:
                self._tell(error)

    def _write(self, batch: list[tuple[Records, bool]]) -> None:
        """One trip to the disk for all of the batch."""
        last = max((place for place, (_, replaces) in enumerate(batch) if replaces), default=None)
        contents = [record for make, _ in batch[last or 0 :] for record in make()]
        if self._file is None:
            self._file = create_journal(self._path)
        if last is None:
            self._file.append(contents)
        else:
            self._file.rewrite(contents)
