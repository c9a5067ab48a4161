"""The journal of one change of classes: new masks lie ready, then all of them are put in place.

``.unetpp/class_changes/0001/`` holds ``new/`` (masks that are ready), ``old/`` (the files that they
replace), ``journal/`` (undo histories that count in the old classes) and ``record.json``. Nothing
has happened to the project before the record is there; from then on the change is carried through, by
the next opening if need be, or taken back where a file cannot be replaced. So a process that dies in the
middle leaves all old masks or all new ones. Taking back needs no space where the disk knows second names
for a file, as a full disk is the likeliest reason for it: files are renamed and linked, and what is as it
was before is not written.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from itertools import count
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import digest_of, read_bytes, write_atomically
from unetpp_desktop.core.json_files import read_json, write_json
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.storage.bookkeeping import (
    add_written,
    forget_written,
    read_palette,
    read_written,
    write_palette,
)
from unetpp_desktop.storage.locks import held

_FOLDER = "class_changes"
_RECORD = "record.json"
_RECORD_OF_TAKING_BACK = "taking_back.json"  # lies ready to become the record
_JOURNAL = "journal"
_MOST_KEPT = 5  # a change keeps a copy of every mask


class UnfinishedChangeError(UserError):
    """Some masks have their new classes and others do not; the next opening of the folder mends that.

    A project that is open has to be closed: it would read the new masks in the old classes.
    """


class ChangeState(StrEnum):
    REPLACING = "replacing"
    TAKING_BACK = "taking back"
    DONE = "done"


class ChangeRecord(BaseModel):
    """What is to happen, or happened: all that is needed to carry it through and to take it back.

    ``masks`` are put in place, ``gone`` are deleted, both as paths below the labels folder; ``digests`` are
    those of the files that are put in place, see `digest_of`. ``written``: mask by scene for masks that
    others made and that are ours from now on; ``unwritten``: the same for those that were, and that give way
    to what others made again. ``table``: the new mask value of each old one. ``undoes``: the number of the
    change that this one takes back.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    state: ChangeState = ChangeState.REPLACING
    time: str
    old: Palette
    new: Palette
    table: tuple[int, ...]
    masks: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    digests: dict[str, str] = {}
    written: dict[str, str] = {}
    unwritten: dict[str, str] = {}
    undoes: int | None = None

    @property
    def moves_values(self) -> bool:
        """Whether some mask value means another class afterwards."""
        return self.table[: len(self.old)] != tuple(range(len(self.old)))


class ChangeFolder:
    """One numbered folder of ``class_changes``."""

    def __init__(self, own_folder: Path, number: int) -> None:
        self.own_folder = own_folder
        self.number = number
        self.path = own_folder / _FOLDER / f"{number:04}"

    def staged(self, mask: str) -> Path:
        """Where the new file of a mask lies ready."""
        return self.path / "new" / mask

    def backup(self, mask: str) -> Path:
        """Where the file lies that a mask was before; there is none where the mask is new."""
        return self.path / "old" / mask

    def record(self) -> ChangeRecord | None:
        """None where it was given up before anything happened; `UserError` where it is damaged."""
        path = self.path / _RECORD
        if not path.is_file():
            return None
        remedy = f"The masks of before lie in {self.path / 'old'}, new ones in {self.path / 'new'}."
        return read_json(path, ChangeRecord, "a record of a class change", remedy)

    def is_complete(self) -> bool:
        """Whether the change was made, and nothing is left to do about it."""
        record = self.record()
        return record is not None and record.state is ChangeState.DONE and record.undoes is None

    def begin(self, record: ChangeRecord, labels_folder: Path) -> None:
        """Writes the record down, and carries it out; raises as `carry_out` does.

        Where it cannot be written down nothing has happened.
        """
        taking_back = record.model_copy(update={"state": ChangeState.TAKING_BACK})
        write_json(self.path / _RECORD_OF_TAKING_BACK, taking_back)
        write_json(self.path / _RECORD, record)
        self.carry_out(record, labels_folder)

    def carry_out(self, record: ChangeRecord, labels_folder: Path) -> None:
        """Puts everything in place; may be called again after it was interrupted at any moment.

        Raises `UserError` where a file cannot be replaced; everything is then as it was before. Raises
        `UnfinishedChangeError` where a file cannot be put back either: the record then stays, and the next
        call takes the rest back. Masks that somebody saves meanwhile are left as they are.
        """
        if record.state is ChangeState.TAKING_BACK:
            self._take_back(record, labels_folder)
            return
        if record.state is ChangeState.REPLACING:
            try:
                self._put_in_place(record, labels_folder)
            except UserError:
                self._take_back(record, labels_folder)
                raise
            except OSError as error:
                self._take_back(record, labels_folder)
                raise UserError(
                    f"{self.path} could not be written: {error.strerror or error}. All masks keep their "
                    "classes; free some space or make the folder writable, and try again."
                ) from error
        if record.undoes is not None:
            ChangeFolder(self.own_folder, record.undoes).delete()
            self.delete()

    def delete(self) -> None:
        """Removes the folder, its record first: what is left of it then counts as given up."""
        (self.path / _RECORD).unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def _put_in_place(self, record: ChangeRecord, labels_folder: Path) -> None:
        if record.moves_values:
            self._set_journal_aside()
        for scene, mask in record.written.items():
            add_written(self.own_folder, scene, mask)
        for mask in (*record.masks, *record.gone):
            path = labels_folder / mask
            try:
                self._replace(path, mask, delete=mask in record.gone)
            except OSError as error:
                raise UserError(
                    f"{path} could not be replaced: {error.strerror or error}. All masks keep their classes; "
                    "free some space or make the folder writable, and try again."
                ) from error
        # Once the files are back: one of others that still counted as ours would be changed outside.
        for scene in record.unwritten:
            forget_written(self.own_folder, scene)
        if record.undoes is not None:
            self._bring_journal_back(ChangeFolder(self.own_folder, record.undoes))
        write_palette(self.own_folder, record.new)
        write_json(self.path / _RECORD, record.model_copy(update={"state": ChangeState.DONE}))

    def _replace(self, path: Path, mask: str, delete: bool) -> None:
        staged, backup = self.staged(mask), self.backup(mask)
        if not delete and not staged.exists():
            return  # it is in its place already
        if path.exists() and not backup.exists():
            _copy(path, backup)
        if delete:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(path)

    def _take_back(self, record: ChangeRecord, labels_folder: Path) -> None:
        """Everything becomes what it was; may be called again as well, so it moves no backup away.

        Raises `UnfinishedChangeError` where something cannot be put back.
        """
        try:
            self._put_back(record, labels_folder)
        except (OSError, UserError) as error:
            cause = error if isinstance(error, OSError) else error.__cause__
            reason = (cause.strerror if isinstance(cause, OSError) else None) or error
            where = (error.filename if isinstance(error, OSError) else None) or self.path
            raise UnfinishedChangeError(
                f"{where} could not be put back: {reason}. Close other windows of this folder, free some "
                "space or make the folder writable, and open it again: the change of classes is taken back "
                "then."
            ) from error

    def _put_back(self, record: ChangeRecord, labels_folder: Path) -> None:
        if record.state is not ChangeState.TAKING_BACK:
            (self.path / _RECORD_OF_TAKING_BACK).replace(self.path / _RECORD)
        masks = (*record.masks, *record.gone)
        saved = {mask for mask in masks if self._saved_since(record, mask, labels_folder / mask)}
        for mask in masks:
            if mask in saved or self.staged(mask).exists():
                continue  # it is newer, or was not put in place
            backup = self.backup(mask)
            if backup.exists():
                _link_over(backup, labels_folder / mask)
            elif mask in record.masks:
                (labels_folder / mask).unlink(missing_ok=True)
        self._put_journal_back(record)
        listed = read_written(self.own_folder)
        for scene, mask in record.written.items():
            if mask not in saved and scene in listed:
                forget_written(self.own_folder, scene)
        for scene, mask in record.unwritten.items():
            if listed.get(scene) != mask:
                add_written(self.own_folder, scene, mask)
        if read_palette(self.own_folder) not in (None, record.old):
            write_palette(self.own_folder, record.old)
        self.delete()

    def _saved_since(self, record: ChangeRecord, mask: str, path: Path) -> bool:
        """Whether what lies at ``path`` is neither the file that was put there nor the one of before."""
        if self.staged(mask).exists() or not path.exists():
            return False
        backup = self.backup(mask)
        return digest_of(path) not in (
            record.digests.get(mask),
            digest_of(backup) if backup.exists() else None,
        )

    def _set_journal_aside(self) -> None:
        """An empty folder stands for no journal, so that a second call leaves the new one alone."""
        aside, journal = self.path / _JOURNAL, self.own_folder / _JOURNAL
        if aside.exists():
            return
        if journal.is_dir():
            journal.rename(aside)
        else:
            aside.mkdir()

    def _bring_journal_back(self, undone: "ChangeFolder") -> None:
        journal = undone.path / _JOURNAL
        if journal.is_dir() and not (self.own_folder / _JOURNAL).exists():
            journal.rename(self.own_folder / _JOURNAL)

    def _put_journal_back(self, record: ChangeRecord) -> None:
        aside, journal = self.path / _JOURNAL, self.own_folder / _JOURNAL
        if not aside.is_dir():
            return
        if journal.is_dir():
            journal.rename(self._place_for(journal, record))
        aside.rename(journal)

    def _place_for(self, journal: Path, record: ChangeRecord) -> Path:
        """Where a journal goes that lies in the place of the one set aside.

        An undo has brought it from the change that it takes back; else another window has made it
        meanwhile, and the edits in it are nobody's to delete.
        """
        if record.undoes is not None:
            origin = ChangeFolder(self.own_folder, record.undoes).path / _JOURNAL
            if not origin.exists():
                return origin
        names = (journal.with_name(f"{_JOURNAL}-{number}") for number in count(2))
        return next(path for path in names if not path.exists())


def change_folders(own_folder: Path) -> tuple[ChangeFolder, ...]:
    """All changes that left a folder, oldest first."""
    place = own_folder / _FOLDER
    if not place.is_dir():
        return ()
    numbers = sorted(int(entry.name) for entry in place.iterdir() if entry.name.isdecimal())
    return tuple(ChangeFolder(own_folder, number) for number in numbers)


def new_change_folder(own_folder: Path) -> ChangeFolder:
    """A folder that nobody has used yet; it is made when something is put into it."""
    folders = change_folders(own_folder)
    return ChangeFolder(own_folder, folders[-1].number + 1 if folders else 1)


def forget_old_changes(own_folder: Path) -> None:
    """Only the latest changes can be taken back: each keeps a copy of all masks."""
    for folder in change_folders(own_folder)[:-_MOST_KEPT]:
        folder.delete()


@contextmanager
def changing_alone(own_folder: Path) -> Iterator[None]:
    """Nobody else changes classes meanwhile; `UserError` where somebody does, or the folder is read-only."""
    path = own_folder / _FOLDER / "lock"
    with ExitStack() as stack:
        try:
            mine = stack.enter_context(held(path))
        except OSError as error:
            raise UserError(
                f"{path} could not be written: {error.strerror or error}. Make its folder writable first."
            ) from error
        if not mine:
            raise UserError(
                f"The classes of {own_folder.parent} are being changed in another window. "
                "Try again when that is done."
            )
        yield


def recover_class_changes(own_folder: Path, labels_folder: Path) -> None:
    """Carries through what was interrupted, or takes it back where that fails; removes what was given up.

    To be called before palette and masks are read. Writes nothing where there is nothing to mend. Raises
    `UserError` while another window is putting masks in place, and where nothing can be written, or a
    file cannot be put back: with half of the masks taken back, what is saved next would be lost.
    """
    open_ends = [folder for folder in change_folders(own_folder) if not folder.is_complete()]
    if not open_ends:
        return
    try:
        with changing_alone(own_folder):
            for folder in open_ends:
                record = folder.record()
                if record is None:
                    folder.delete()
                else:
                    _carry_out_or_take_back(folder, record, labels_folder)
    except UserError:
        if any(folder.record() is not None and not folder.is_complete() for folder in open_ends):
            raise


def _carry_out_or_take_back(folder: ChangeFolder, record: ChangeRecord, labels_folder: Path) -> None:
    """Raises `UserError` where it is neither carried through nor taken back."""
    try:
        folder.carry_out(record, labels_folder)
    except UserError:
        if folder.record() is not None:  # which is gone once everything is taken back
            raise


def _link_over(content: Path, path: Path) -> None:
    """``path`` becomes the file ``content``, which stays where it is; that takes no space where it can be."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    try:
        os.link(content, temporary)
        temporary.replace(path)
    except OSError:
        write_atomically(path, read_bytes(content))
    finally:
        temporary.unlink(missing_ok=True)  # a replace leaves it where both are one file already


def _copy(path: Path, target: Path) -> None:
    """A second name for the file, where the disk knows such: masks are replaced, never written into."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target)
    except OSError:
        write_atomically(target, read_bytes(path))
