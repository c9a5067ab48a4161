"""What people note about scenes, apart from their masks: flag, note, exclusion.

All of it lies in ``.unetpp/scenes.json``, which holds only the scenes that have a mark.
"""

import threading
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.json_files import read_json, write_json

_FILE = "scenes.json"

LONGEST_NOTE = 200
"""Characters of a note."""


class SceneMark(BaseModel):
    """An excluded scene is passed over wherever a whole folder is worked on."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    flagged: bool = False
    excluded: bool = False
    note: str = ""


_BLANK = SceneMark()


class _MarksFile(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: int = 1
    scenes: dict[str, SceneMark] = {}


class SceneMarks:
    """The marks of one project by scene name. Safe in several threads.

    `change` is for the hand and touches no disk; `write` brings what was changed to the disk, which may
    take long and is not for the GUI thread. Raises `UserError` where the file is damaged: scenes that
    somebody has excluded must not be learnt from unnoticed.
    """

    def __init__(self, own_folder: Path) -> None:
        self._path = own_folder / _FILE
        self._home = own_folder.parent
        self._home_was_there = self._home.is_dir()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._on_disk = self._read()
        self._marks = self._on_disk
        self._changed: dict[str, SceneMark] = {}  # since the disk was last written

    def of(self, name: str) -> SceneMark:
        """The mark of the scene called ``name``; a blank one where it has none."""
        return self._marks.get(name, _BLANK)

    @property
    def all(self) -> Mapping[str, SceneMark]:
        """By name of the scene; only those that have one. Do not change it."""
        return self._marks

    @property
    def unwritten(self) -> bool:
        """Whether something was changed that `write` has not taken up yet."""
        return bool(self._changed)

    def change(self, marks: Mapping[str, SceneMark]) -> dict[str, SceneMark]:
        """Gives scenes these marks and returns those that they had before."""
        with self._lock:
            before = {name: self.of(name) for name in marks}
            self._changed = {**self._changed, **marks}
            self._marks = _with(self._marks, marks)
            return before

    def write(self) -> None:
        """Writes what was changed; marks that another window has written meanwhile stay and are taken in.

        Raises `UserError` where the file cannot be read or written, or the image folder has gone; what was
        changed is taken back then.
        """
        with self._writing:
            with self._lock:
                changed, self._changed = self._changed, {}
            if not changed:
                return
            try:
                if self._home_was_there and not self._home.is_dir():
                    raise UserError(
                        f"{self._path} could not be saved: {self._home} was renamed, moved or unmounted. "
                        "Bring it back and try again."
                    )
                now = _with(self._read(), changed)
                if now or self._path.exists():
                    write_json(self._path, _MarksFile(scenes=now))
            except UserError:
                with self._lock:
                    self._marks = _with(self._on_disk, self._changed)
                raise
            with self._lock:
                self._on_disk = now
                self._marks = _with(now, self._changed)

    def _read(self) -> dict[str, SceneMark]:
        if not self._path.is_file():
            return {}
        remedy = "Mend it, or move it away to begin without flags, notes and excluded scenes."
        return read_json(self._path, _MarksFile, "a file of flags and notes", remedy).scenes


def _with(marks: Mapping[str, SceneMark], changed: Mapping[str, SceneMark]) -> dict[str, SceneMark]:
    """``marks`` after a change, without the blank ones."""
    result = {**marks, **changed}
    for name, mark in changed.items():
        if mark == _BLANK:
            del result[name]
    return result
