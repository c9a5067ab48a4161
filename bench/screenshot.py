"""Renews the picture of the window in the README: python -m bench.screenshot.

Opens a copy of the sample scenes off screen, in the dark theme, and has the shipped model label them.
Writes docs/images/window.png.
"""

import argparse
import os
import tempfile
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.settings import ThemeChoice
from unetpp_desktop.gui import robot
from unetpp_desktop.gui.app import build_window, make_application
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.tasks.samples import copy_samples

_SIZE = (1280, 800)
_SCENE = 2  # of the samples, counted from 0
_CHECKED = (0, 1)  # scenes shown as done
_LONGEST_S = 300.0
_RESULT = Path("docs/images/window.png")


def prepare(window: MainWindow, folder: Path) -> None:
    """Brings the window to where the picture is taken."""
    session = window.session
    session.change_setting(declared.THEME, ThemeChoice.DARK)
    session.change_setting(declared.GO_ON_AFTER_DONE, False)
    session.open_folder(copy_samples(folder))
    window.activateWindow()
    robot.wait_until(window.isActiveWindow, 5)  # before that no shortcut is heard
    robot.press_key(window.canvas, Qt.Key.Key_P, robot.CONTROL | robot.SHIFT)
    robot.wait_until(lambda: not session.jobs.active, _LONGEST_S)
    for place in (*_CHECKED, _SCENE):
        session.go_to(session.scenes[place])
        if place in _CHECKED:
            robot.press_key(window.canvas, Qt.Key.Key_Return)
    # Every depth is timed once, so that the picture shows its figures.
    for depth in range(1, session.depth + 1):
        session.set_depth(depth)
        robot.wait_until(lambda: not session.jobs.active, _LONGEST_S)
    window.toasts.clear()
    robot.pause(500)  # thumbnails


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=_RESULT, help="where the picture goes")
    out: Path = parser.parse_args().out
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    QCursor.setPos(10_000, 10_000)  # nothing lies under the pointer
    with tempfile.TemporaryDirectory() as place:
        window = build_window(Path(place) / "config")
        window.resize(*_SIZE)
        window.show()
        prepare(window, Path(place) / "samples")
        out.parent.mkdir(parents=True, exist_ok=True)
        if not window.grab().save(str(out)):
            raise SystemExit(f"{out} could not be written")
        window.close()
    application.quit()


if __name__ == "__main__":
    main()
