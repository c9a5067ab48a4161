"""The journal of a scene: what was done to its mask, kept over a restart and a crash."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary

import numpy as np

from unetpp_desktop.editing.changes import Content, Walk, content_of, decode, encode
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.history import Edit, History
from unetpp_desktop.editing.replay import replay
from unetpp_desktop.storage.journal import (
    JournalFile,
    JournalInUseError,
    open_journal,
    peek_journal,
    set_aside,
)
from unetpp_desktop.storage.journal_writer import JournalWriter
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.saved_masks import MaskToken, file_token
from unetpp_desktop.storage.scenes import Scene

_MOST_BYTES = 64 << 20  # of one journal, after it was written anew
_WORTH_REWRITING = 8 << 20

Tell = Callable[[Exception], None]
"""Takes an OSError or `JournalInUseError` that keeps a journal from being written; called on any thread."""


def journal_path(project: Project, scene: Scene) -> Path:
    """Where the journal of ``scene`` lies; the file need not exist."""
    return project.own_folder / "journal" / f"{scene.name}.jnl"


_locks: WeakValueDictionary[Path, Lock] = WeakValueDictionary()
_choosing = Lock()


def turn(project: Project, scene: Scene) -> Lock:
    """To be held by whoever opens mask and journal of ``scene`` together, or changes both in the background.

    Whoever opened the scene while a job of this program edits it would take its journal for that of
    another window, and do without.
    """
    path = journal_path(project, scene)
    with _choosing:
        return _locks.setdefault(path, Lock())


class SceneJournal:
    """Writes down every change of a document's history, from the moment it is made until `close`.

    Nothing here waits for the disk but `mark` and `close`. ``file`` is the open journal, None where
    there is none yet: then it is made with the first change, or at once where the document has a
    history already. ``begun`` says whether the file tells how the document came to be.
    """

    def __init__(
        self, path: Path, document: MaskDocument, file: JournalFile | None, begun: bool, tell: Tell
    ) -> None:
        self._document = document
        self._writer = JournalWriter(path, file, tell)
        self._begun = begun
        self._limit = _WORTH_REWRITING
        if not begun and len(document.history):
            self._rewrite()
        document.history.listener = self._note

    def mark(self) -> None:
        """To be called before the mask is saved: it may be what the journal rests on from now on.

        Returns when that is on the disk, or cannot be.
        """
        self.note_content(self._document.labels, self._document.origins)
        self.wait()

    def note_content(self, labels: np.ndarray, origins: np.ndarray) -> None:
        """As `mark`, but waits for nothing; the planes must not change before `wait` returns."""
        if self._begun:
            self._writer.append(lambda: (encode(content_of(labels, origins)),))

    def wait(self) -> None:
        """Returns when everything is on the disk, or cannot be."""
        self._writer.wait()

    def saved(self) -> None:
        """The mask file now holds exactly what the document does: old records may go."""
        if self._begun and (self._writer.failed or self._writer.size > self._limit):
            self._rewrite()

    def close(self) -> MaskToken | None:
        """Ends the journal of this document; says which version of the file was left, None for none."""
        self._document.history.listener = None
        return self._writer.close()

    def _note(self, change: Edit | int) -> None:
        if isinstance(change, int):
            self._writer.append(lambda: (encode(Walk(change)),))
            return
        if self._begun:
            self._writer.append(lambda: (encode(change),))
            return
        self._begun = True
        planes = self._document.labels.copy(), self._document.origins.copy()

        def records() -> Iterator[bytes]:
            change.write_old(*planes)
            yield encode(content_of(*planes))
            yield encode(change)

        self._writer.append(records)

    def _rewrite(self) -> None:
        self._begun = True
        document = self._document
        entries, position = document.history.entries(), document.history.position
        planes = document.labels.copy(), document.origins.copy()

        def records() -> Iterator[bytes]:
            edits = [encode(edit) for edit in entries]
            first, nbytes = 0, sum(map(len, edits))
            while nbytes > _MOST_BYTES and first < position - 1:
                nbytes -= len(edits[first])
                first += 1
            self._limit = max(_WORTH_REWRITING, 2 * nbytes)
            yield from edits[first:]
            if position < len(entries):
                yield encode(Walk(position - len(entries)))
            yield encode(content_of(*planes))

        self._writer.replace(records)


@dataclass(frozen=True)
class Opened:
    """A document and its journal.

    ``unsaved``: how many changes the mask file lacks; they are in the document. ``accepted``: see
    `Replayed`. ``aside``: where a journal went that does not fit the mask file.
    """

    document: MaskDocument
    journal: SceneJournal
    unsaved: int = 0
    accepted: bool | None = None
    aside: Path | None = None


def open_journaled(
    path: Path, labels: np.ndarray, origins: np.ndarray, history_bytes: int, tell: Tell
) -> Opened:
    """The document of a mask with ``labels`` and ``origins``, ``uint8 (H, W)`` each, and its history.

    What the journal at ``path`` has beyond the mask is done to the document again. A journal that
    does not fit the mask is set aside. One that another window writes, or that cannot be read, is
    left alone: the document then has no history, and its journal tells at the first change.
    """
    aside = None
    try:
        restored = _restored(path, labels, origins, history_bytes, tell)
        if restored is not None:
            return restored
    except ValueError:
        with suppress(OSError):  # of which the first change will tell
            aside = set_aside(path)
    except (JournalInUseError, OSError):
        pass
    document = MaskDocument(labels, origins, History(history_bytes))
    return Opened(document, SceneJournal(path, document, None, False, tell), aside=aside)


def _restored(
    path: Path, labels: np.ndarray, origins: np.ndarray, history_bytes: int, tell: Tell
) -> Opened | None:
    """What the journal holds; None without one. Raises as `open_journal` and `replay` do."""
    present = open_journal(path)
    if present is None:
        return None
    file, records = present
    try:
        if not records:  # torn at its birth
            path.unlink()
            file.close()
            return None
        replayed = replay([decode(record) for record in records], labels, origins, history_bytes)
    except BaseException:
        file.close()
        raise
    journal = SceneJournal(path, replayed.document, file, True, tell)
    return Opened(replayed.document, journal, replayed.unsaved, replayed.accepted)


def resume_journal(
    path: Path, document: MaskDocument, left: MaskToken | None, tell: Tell
) -> SceneJournal | None:
    """The journal of a document that was put aside when its journal was closed with ``left``.

    None where another window has written the journal since: it knows more than the document.
    """
    token = file_token(path)
    if token is not None and token == left:
        with suppress(JournalInUseError, OSError, ValueError):
            present = open_journal(path)
            if present is not None:
                return SceneJournal(path, document, present[0], True, tell)
    return None if token not in (left, None) else SceneJournal(path, document, None, False, tell)


def unsaved_scenes(project: Project) -> tuple[Scene, ...]:
    """The scenes whose journals end with changes that were never saved, and that no window has open.

    Reads only the journals that are newer than their masks.
    """
    found = []
    for scene in project.scenes:
        path = journal_path(project, scene)
        journal, mask = file_token(path), project.mask_token(scene)  # its second part is the time
        # A journal says what will be saved before it is: whoever saved wrote the mask later.
        if journal is None or (mask is not None and mask[1] >= journal[1]):
            continue
        records = peek_journal(path)
        with suppress(ValueError):
            if records and not isinstance(decode(records[-1]), Content):
                found.append(scene)
    return tuple(found)
