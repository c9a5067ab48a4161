"""What people note about scenes, apart from their masks: flag, note, exclusion.

All of it lies in ``.unetpp/scenes.json``, which holds only the scenes that have a mark.
"""

import threading
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

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
    """The marks of one project by scene name; kept on disk with every change. Safe in several threads.

    Raises `UserError` where the file is damaged: scenes that somebody has excluded must not be
    learnt from unnoticed.
    """

    def __init__(self, own_folder: Path) -> None:
        self._path = own_folder / _FILE
        self._lock = threading.Lock()
        self._marks = self._read()

    def of(self, name: str) -> SceneMark:
        """The mark of the scene called ``name``; a blank one where it has none."""
        return self._marks.get(name, _BLANK)

    @property
    def all(self) -> Mapping[str, SceneMark]:
        """By name of the scene; only those that have one. Do not change it."""
        return self._marks

    def put(self, marks: Mapping[str, SceneMark]) -> dict[str, SceneMark]:
        """Gives scenes these marks and returns those that they had before.

        Marks that another window has written meanwhile stay. Raises `UserError` where the file cannot
        be read or written; nothing is changed then.
        """
        with self._lock:
            now = self._read()
            before = {name: now.get(name, _BLANK) for name in marks}
            now.update(marks)
            now = {name: mark for name, mark in now.items() if mark != _BLANK}
            if now or self._path.exists():
                write_json(self._path, _MarksFile(scenes=now))
            self._marks = now
            return before

    def _read(self) -> dict[str, SceneMark]:
        if not self._path.is_file():
            return {}
        remedy = "Mend it, or move it away to begin without flags, notes and excluded scenes."
        return read_json(self._path, _MarksFile, "a file of flags and notes", remedy).scenes
