"""A scripted editing run: ``python -m tests.gui.scripted_editing FOLDER SEED`` edits until it is killed.

Every step is decided by the seed and its number alone, so that whoever killed the run can do the same
steps again and compare. A line with the number of a step is written when the step is done.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer

from tests.editing.hands import use
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.settings import Settings
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.tools import Brush, Eraser, ToolContext
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.remembered import Remembered
from unetpp_desktop.gui.session import Session

_STEP_MS = 8
_LEAVE_EVERY = 40  # steps; leaving saves
_SAVE_MS = (150, 700, 1_000_000)  # by the seed; the last is never


def take_step(document: MaskDocument, seed: int, number: int) -> Rect:
    """Mostly a stroke; now and then undo, redo, a jump, or a prediction."""
    random = np.random.default_rng((seed, number))
    height, width = document.shape
    match int(random.integers(20)):
        case 0 | 1:
            return document.undo()
        case 2:
            return document.redo()
        case 3:
            return document.go_to(int(random.integers(len(document.history) + 1)))
        case 4:
            return document.apply_prediction(
                np.full(document.shape, random.integers(0, 11), np.uint8)
                if random.integers(2)
                else np.repeat(random.integers(0, 11, (height, 1), np.uint8), width, axis=1)
            )
    tool = Eraser() if random.integers(6) == 0 else Brush()
    context = ToolContext(document, int(random.integers(11)), int(random.integers(1, 200)))
    first = random.uniform((0, 0), (width, height))
    steps = random.normal(0, 60, (4, 2))
    points = [(float(x), float(y)) for x, y in first + np.cumsum(steps, axis=0)]
    return use(tool, context, points)


class _Editor(QObject):
    def __init__(self, session: Session, seed: int) -> None:
        super().__init__()
        self._session = session
        self._seed = seed
        self._number = 0
        for interval, work in ((_STEP_MS, self._step), (_SAVE_MS[seed % len(_SAVE_MS)], session.autosave)):
            timer = QTimer(self)
            timer.timeout.connect(work)
            timer.start(interval)

    def _step(self) -> None:
        saves = self._seed % len(_SAVE_MS) < len(_SAVE_MS) - 1  # else the journal is all there is
        if saves and self._number % _LEAVE_EVERY == _LEAVE_EVERY - 1:
            self._session.next_scene()
            self._session.previous_scene()
        document = self._session.document
        assert document is not None
        self._session.after_edit(take_step(document, self._seed, self._number))
        os.write(1, f"{self._number} {time.monotonic()}\n".encode())
        self._number += 1


def main() -> None:
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    application = QCoreApplication([])
    session = Session(Settings(folder / "settings.json"), Remembered(), Jobs())
    assert session.open_folder(folder)
    editor = _Editor(session, seed)
    application.exec()
    del editor


if __name__ == "__main__":
    main()
