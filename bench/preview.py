"""How soon an opened scene shows what the model says, and what that costs: python -m bench.preview [FOLDER].

Goes through a copy of FOLDER (by default the sample scenes) in the real window, off screen, by the key
for the next scene, in three ways that take turns: without a preview, with one that has still to be
asked for, and with one that was asked for ahead. On each opened scene a stroke is painted at once,
in the second way while the network is at it. Prints medians in milliseconds and writes
build/preview.json; with --write also their ratios into docs/benchmarks.md.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bench.sections import markdown_table, replace_section
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.settings import OnOpening
from unetpp_desktop.gui import robot
from unetpp_desktop.gui.answers import question_of, written_at
from unetpp_desktop.gui.app import build_window, make_application
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.tasks.samples import copy_samples

_OPENED, _MOVED = "opened, no preview", "move of a stroke, no preview"
_OPENED_AHEAD, _MOVED_MEANWHILE = (
    "opened, with what was asked ahead",
    "move of a stroke while the network is at it",
)
_FIRST, _CHOSEN = "depth 1 shown", "chosen depth shown"
_RATIOS = (
    ("the next scene with its answer, asked ahead", _OPENED_AHEAD, "the next scene, no preview", _OPENED),
    ("the next scene with its answer, asked ahead", _OPENED_AHEAD, "the answer, asked for then", _CHOSEN),
    ("the answer at depth 1", _FIRST, "that at depth 4", _CHOSEN),
    ("a move of the brush while the network is at it", _MOVED_MEANWHILE, "one without a preview", _MOVED),
)
_RESULT = Path("build/preview.json")
_LONGEST_S = 300.0
_MOVES = 40
_READ_AHEAD_MS = 150  # and not so long that the model is asked ahead
_STEP = QPointF(2.0, 1.0)  # logical pixels from one move to the next

Figures = dict[str, list[float]]
"""Milliseconds by what took them."""


def measure(window: MainWindow) -> Figures:
    """Goes from the first scene to the last."""
    figures: Figures = defaultdict(list)
    session = window.session
    ways = (_without, _asked, _ahead)
    _show_all_of_the_open_scene(window)  # the network is open, and has its graphs
    for number in range(len(session.scenes) - 1):
        ways[number % len(ways)](window, figures)
    return figures


def _without(window: MainWindow, figures: Figures) -> None:
    window.session.change_setting(declared.ON_OPENING, OnOpening.NOTHING)
    figures[_OPENED].append(_open_next(window))
    figures[_MOVED] += _stroke(window)


def _asked(window: MainWindow, figures: Figures) -> None:
    _show_all_of_the_open_scene(window)
    figures["opened, preview to be asked for"].append(_open_next(window))
    start = time.perf_counter() - figures["opened, preview to be asked for"][-1] / 1000
    figures[_MOVED_MEANWHILE] += _stroke(window)
    for name, depth in ((_FIRST, 1), (_CHOSEN, window.session.depth)):
        _wait_for(partial(_shows, window, depth))
        window.canvas.repaint()
        figures[name].append(1000 * (time.perf_counter() - start))


def _ahead(window: MainWindow, figures: Figures) -> None:
    session = window.session
    _show_all_of_the_open_scene(window)
    (following,) = session.walk.neighbours((1,))
    assert session.model is not None
    path = following.image_path
    question = question_of(session, path, written_at(path), session.model, session.depth)
    _wait_for(lambda: session.answers.held(question) is not None)
    figures[_OPENED_AHEAD].append(_open_next(window))
    assert _depth_shown(window) == session.depth
    figures["move of a stroke on it"] += _stroke(window)


def _show_all_of_the_open_scene(window: MainWindow) -> None:
    window.session.change_setting(declared.ON_OPENING, OnOpening.PREVIEW)
    _wait_for(lambda: _depth_shown(window) == window.session.depth)


def _open_next(window: MainWindow) -> float:
    """Milliseconds from the key to the frame that shows the scene, whose image has been read ahead."""
    robot.pause(_READ_AHEAD_MS)
    start = time.perf_counter()
    robot.press_key(window.canvas, Qt.Key.Key_D)
    window.canvas.repaint()
    return 1000 * (time.perf_counter() - start)


def _stroke(window: MainWindow) -> list[float]:
    """Milliseconds of each move and the frame that shows it; the stroke is taken back."""
    canvas, milliseconds = window.canvas, []
    place = QPointF(canvas.width() / 3, canvas.height() / 2)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place.toPoint())
    for _ in range(_MOVES):
        place += _STEP
        start = time.perf_counter()
        QTest.mouseMove(canvas, place.toPoint())
        QApplication.processEvents()
        milliseconds.append(1000 * (time.perf_counter() - start))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place.toPoint())
    window.session.undo()
    return milliseconds


def _shows(window: MainWindow, depth: int) -> bool:
    return _depth_shown(window) >= depth


def _depth_shown(window: MainWindow) -> int:
    shown = window.session.previews.shown
    return 0 if shown is None else shown.depth


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.perf_counter() + _LONGEST_S
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError("the window did not get there")
        QApplication.processEvents()
        time.sleep(0.001)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="images without masks; they are copied")
    parser.add_argument("--write", action="store_true", help="put the ratios into docs/benchmarks.md")
    chosen = parser.parse_args()
    folder = chosen.folder
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    with tempfile.TemporaryDirectory() as place:
        scenes = Path(place) / "scenes"
        if folder is None:
            scenes = copy_samples(scenes)
        else:
            shutil.copytree(folder, scenes)
        window = build_window(Path(place) / "config")
        window.resize(1280, 800)
        window.show()
        window.activateWindow()
        robot.wait_until(window.isActiveWindow, 5)
        window.session.open_folder(scenes)
        figures = measure(window)
        window.close()
    summary = {
        name: {
            "median": round(float(np.median(values)), 1),
            "p95": round(float(np.percentile(values, 95)), 1),
            "count": len(values),
        }
        for name, values in figures.items()
    }
    _RESULT.parent.mkdir(exist_ok=True)
    _RESULT.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    for name, row in summary.items():
        print(f"{name:45} median {row['median']:8.1f} ms   p95 {row['p95']:8.1f} ms   of {row['count']}")
    if chosen.write:
        replace_section("previews", _section(figures))
    application.quit()


def _section(figures: Figures) -> str:
    medians = {name: float(np.median(values)) for name, values in figures.items()}
    rows = [(one, other, f"{medians[of] / medians[to]:.2f}") for one, of, other, to in _RATIOS]
    table = markdown_table(("what", "against", "ratio of the medians"), rows, words=2)
    count = sum(len(figures[name]) for name in (_OPENED, _OPENED_AHEAD, _CHOSEN))
    return (
        f"## Previews\n\nBy `python -m bench.preview FOLDER --write`, from {count} scenes in turn.\n\n{table}"
    )


if __name__ == "__main__":
    main()
