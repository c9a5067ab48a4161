"""Forgotten widgets die on the GUI thread, whatever the jobs allocate."""

import gc
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.garbage import GuiGarbage
from unetpp_desktop.gui.jobs import Jobs


class _Tied(QObject):
    """A QObject that only the collector of cycles can free."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def _allocating(progress: Progress) -> None:
    while True:
        progress(0, 0, "")
        cycles: list[Any] = [[] for _ in range(2000)]
        for entry in cycles:
            entry.append(entry)


def test_cycles_are_freed_on_the_gui_thread(qtbot: QtBot, jobs: Jobs) -> None:
    died_on: list[int] = []
    job = jobs.start("allocating", _allocating)
    for _ in range(20):
        _Tied().destroyed.connect(lambda: died_on.append(threading.get_ident()))
    qtbot.waitUntil(lambda: bool(died_on))
    job.cancel()
    assert set(died_on) == {threading.get_ident()}


def test_python_collects_by_itself_again_afterwards() -> None:
    gc.enable()
    garbage = GuiGarbage()
    assert not gc.isenabled()
    del garbage
    assert gc.isenabled()


def test_the_program_ends_whatever_is_left_of_it(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from tests.gui.folders import new_session, write_scenes\n"
        "from unetpp_desktop.gui.jobs import Jobs\n"
        "application = QCoreApplication([])\n"
        "for number in range(3):\n"
        "    folder = write_scenes(pathlib.Path(sys.argv[1]) / str(number), ['0.png'])\n"
        "    session = new_session(folder, Jobs())\n"
        "    for place in range(400):\n"
        "        session.strokes.begin((place % 30, place % 20))\n"
        "        session.strokes.end((place % 30, place % 20))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(command, check=True, timeout=60, cwd=Path(__file__).parents[2], env=environment)
