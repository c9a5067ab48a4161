"""Takes pictures of the whole program, to be looked at: python -m bench.screenshots [FOLDER].

Works off screen on a copy of FOLDER (by default the sample scenes), which the shipped model labels. Each
row of `PICTURES` is taken in both themes, at both scales, each scale in a process of its own. Writes
build/screenshots/NAME-THEME-SCALE.png.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QColor, QCursor, QPainter, QPixmap
from PySide6.QtWidgets import QDialog

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.settings import ThemeChoice
from unetpp_desktop.editing.tools import Brush, PredictBox
from unetpp_desktop.gui import robot
from unetpp_desktop.gui.app import build_window, make_application
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.settings_dialog import SettingsDialog
from unetpp_desktop.gui.view_options import OverlayStyle, ViewOptions
from unetpp_desktop.tasks.samples import copy_samples

_RESULTS = Path("build/screenshots")
_SIZES = {1: (1280, 800), 2: (1280, 720)}
"""Scale of the screen to size of the window in points: 1280x800 and 2560x1440 pixels."""
_SCREEN = {"x": 0, "y": 0, "width": 2560, "height": 1600, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
"""In pixels: without it Qt has one of 800x800, and dialogs keep to that."""
_SMALL = (1024, 700)
_THEMES = {"dark": ThemeChoice.DARK, "light": ThemeChoice.LIGHT}
_SCENE = 2  # counted from 0: the one that is worked on
_DONE = (0, 1)
_LONGEST_S = 300.0
_SETTLE_MS = 300


@dataclass(frozen=True)
class Picture:
    """What is brought about before the picture is taken; what it opens is closed afterwards."""

    name: str
    bring_about: Callable[[MainWindow], object]
    size: tuple[int, int] | None = None  # in points; None: that of the scale


def _nothing(window: MainWindow) -> None:
    """The window as it is."""


def _action(name: str) -> Callable[[MainWindow], object]:
    return lambda window: window.commands[name].trigger()


def _style(style: OverlayStyle) -> Callable[[MainWindow], object]:
    return lambda window: window.session.set_view(ViewOptions(style=style))


def _compare(window: MainWindow) -> None:
    window.session.set_view(ViewOptions(comparing=True))
    robot.pause(_SETTLE_MS)  # until the model is asked


def _review(window: MainWindow) -> None:
    """In the middle of a review, with something decided and something put off."""
    review = window.session.review
    window.show_review_tab()
    robot.wait_until(lambda: review.store.loaded, _LONGEST_S)
    review.next()
    for decide in (lambda: review.choose(2), review.accept, review.defer):
        robot.pause(_SETTLE_MS)
        decide()


def _review_uncertainty(window: MainWindow) -> None:
    _review(window)
    window.commands["uncertainty"].trigger()


def _keys_page(window: MainWindow) -> None:
    window.show_settings()
    window.findChildren(SettingsDialog)[-1].show_keys()


def _marks(window: MainWindow) -> None:
    """Flags and notes, so that both rows of chips are there."""
    session = window.session
    if not session.marking.of(session.scenes[1]).flagged:  # not yet in the other theme
        session.marking.toggle_flag(session.scenes[1:2])
        session.marking.set_note(session.scenes[2:3], "glare on the left")
        session.marking.toggle_excluded(session.scenes[-1:])


def _preview(window: MainWindow) -> None:
    """A scene without labels, with one stroke on what the model says of it."""
    session, canvas = window.session, window.canvas
    session.go_to(session.scenes[-1])
    robot.wait_until(lambda: session.answers.prediction is not None, _LONGEST_S)
    session.set_tool(Brush())
    start = QPointF(canvas.width() * 0.4, canvas.height() * 0.6)
    _once(window, lambda: robot.stroke(canvas, start, start + QPointF(60, 25)))


def _box(window: MainWindow) -> None:
    """Part of that scene is the model's."""
    canvas = window.canvas
    window.session.set_tool(PredictBox())
    start, end = (QPointF(canvas.width() * share, canvas.height() * share) for share in (0.3, 0.7))
    _once(window, lambda: robot.stroke(canvas, start, end))


def _once(window: MainWindow, edit: Callable[[], object]) -> None:
    """The only edit of the open scene."""
    window.session.history_walk.go_to(0)
    edit()


def _trained(window: MainWindow) -> None:
    """The result of a real training; it is decided about by `_versions`."""
    window.commands["show_train"].trigger()
    training = window.train_panel.training
    if training.result is None:
        start = robot.button(window.train_panel, "Start")
        robot.wait_until(start.isEnabled, _LONGEST_S)
        robot.click_button(start)
        robot.wait_until(lambda: training.job is None, _LONGEST_S)
    _scroll(window, to_end=False)


def _changed(window: MainWindow) -> None:
    _trained(window)
    robot.wait_until(lambda: _is_compared(window), _LONGEST_S)
    robot.pause(_SETTLE_MS)
    _scroll(window, to_end=True)


def _is_compared(window: MainWindow) -> bool:
    return window.train_panel.training.changed is not None


def _versions(window: MainWindow) -> None:
    """The new model is in use, whatever the gate said of it."""
    window.commands["show_train"].trigger()
    window.train_panel.training.accept()
    robot.pause(_SETTLE_MS)
    _scroll(window, to_end=True)


def _scroll(window: MainWindow, to_end: bool) -> None:
    bar = window.train_panel.verticalScrollBar()
    bar.setValue(bar.maximum() if to_end else 0)


EMPTY = Picture("empty", _nothing)
"""Before a folder is open."""

PICTURES = (
    Picture("scene", _nothing),
    Picture("small", _nothing, _SMALL),
    Picture("outlines", _style(OverlayStyle.OUTLINES)),
    Picture("difference", _style(OverlayStyle.DIFFERENCE)),
    Picture("uncertainty", _style(OverlayStyle.UNCERTAINTY)),
    Picture("compare", _compare),
    Picture("train", _action("show_train")),
    Picture("review", _review),
    Picture("review-small", _review_uncertainty, _SMALL),
    Picture("train-result", _trained),
    Picture("train-changed", _changed),
    Picture("train-versions", _versions),
    Picture("depths", _action("measure_depths")),
    Picture("keys", _action("keys")),
    Picture("settings", _action("settings")),
    Picture("settings-keys", _keys_page),
    Picture("classes", _action("classes")),
    Picture("commands", _action("commands")),
    Picture("marks", _marks),
    Picture("preview", _preview),
    Picture("box", _box),
)
"""With a scene in work, and at the end one without labels; what is marked stays so."""


def _prepare(window: MainWindow, folder: Path) -> None:
    """Opens ``folder``, has the model label it, and corrects a little in one scene."""
    session = window.session
    session.change_setting(declared.GO_ON_AFTER_DONE, False)
    session.open_folder(folder)
    window.activateWindow()
    robot.wait_until(window.isActiveWindow, 5)
    session.prelabel(session.scenes[:-1])
    robot.wait_until(lambda: not session.jobs.active, _LONGEST_S)
    for place in _DONE:
        session.go_to(session.scenes[place])
        session.mark_done()
    session.go_to(session.scenes[_SCENE])
    canvas = window.canvas
    for share in (0.3, 0.5, 0.7):
        start = QPointF(canvas.width() * share, canvas.height() * 0.6)
        robot.stroke(canvas, start, start + QPointF(60, 25))
    session.save()
    robot.wait_until(lambda: not session.jobs.active, _LONGEST_S)


def _take(window: MainWindow, picture: Picture, size: tuple[int, int], path: Path) -> None:
    window.resize(*(picture.size or size))
    picture.bring_about(window)
    robot.wait_until(lambda: not window.session.jobs.active, _LONGEST_S)
    window.toasts.clear()
    robot.pause(_SETTLE_MS)
    shot = window.grab()
    dialogs = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    for dialog in dialogs:
        _lay_over(shot, dialog, window)
    if not shot.save(str(path)):
        raise SystemExit(f"{path} could not be written")
    for dialog in dialogs:
        dialog.reject()
    window.commands["show_label"].trigger()
    window.session.set_view(ViewOptions())


def _lay_over(shot: QPixmap, dialog: QDialog, window: MainWindow) -> None:
    """A dialog is a window of its own: it is drawn, with a rim, where it lies over ``window``."""
    place = QRect(dialog.mapToGlobal(QPoint()) - window.mapToGlobal(QPoint()), dialog.size())
    painter = QPainter(shot)
    painter.drawPixmap(place.topLeft(), dialog.grab())
    painter.setPen(QColor(128, 128, 128))
    painter.drawRect(place.adjusted(-1, -1, 0, 0))
    painter.end()


def take_all(folder: Path | None, scale: int, out: Path) -> None:
    """Every picture in both themes, in this process, whose screen has ``scale``."""
    application = make_application()
    QCursor.setPos(10_000, 10_000)  # nothing lies under the pointer
    with tempfile.TemporaryDirectory() as place:
        scenes = Path(place) / "scenes"
        if folder is None:
            scenes = copy_samples(scenes)
        else:
            shutil.copytree(folder, scenes)
        window = build_window(Path(place) / "config")
        window.resize(*_SIZES[scale])
        window.show()
        for theme, choice in _THEMES.items():
            window.session.change_setting(declared.THEME, choice)
            _take(window, EMPTY, _SIZES[scale], out / f"{EMPTY.name}-{theme}-{scale}x.png")
        _prepare(window, scenes)
        for picture in PICTURES:
            for theme, choice in _THEMES.items():
                window.session.change_setting(declared.THEME, choice)
                _take(window, picture, _SIZES[scale], out / f"{picture.name}-{theme}-{scale}x.png")
        window.close()
    application.quit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="images to show; they are copied")
    parser.add_argument("--out", type=Path, default=_RESULTS, help="where the pictures go")
    parser.add_argument("--scale", type=int, choices=sorted(_SIZES), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    if chosen.scale is not None:
        take_all(chosen.folder, chosen.scale, chosen.out)
        return
    for scale in _SIZES:
        with tempfile.TemporaryDirectory() as place:
            screens = Path(place) / "screens.json"
            screens.write_text(json.dumps({"screens": [_SCREEN]}), encoding="utf-8")
            platform = f"offscreen:configfile={screens}"
            environment = {**os.environ, "QT_QPA_PLATFORM": platform, "QT_SCALE_FACTOR": str(scale)}
            command = [sys.executable, "-m", "bench.screenshots", *sys.argv[1:], "--scale", str(scale)]
            subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
