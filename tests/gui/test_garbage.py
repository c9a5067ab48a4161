"""Forgotten widgets die on the GUI thread, whatever the jobs allocate."""

import gc
import threading
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
