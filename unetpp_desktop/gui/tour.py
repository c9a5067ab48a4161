"""The tour: the real window, driven by mouse and key events through the whole loop, offscreen."""

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QListView

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.corrections import PlannedStroke, plan_strokes
from unetpp_desktop.gui import robot
from unetpp_desktop.gui.app import build_window, make_application
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.training_session import TrainingState
from unetpp_desktop.nn.card import DepthMetrics
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.tour_scenes import TourReport, TourScenes, TourStep, copy_scenes, measured

_WINDOW_SIZE = (1280, 800)
_LONGEST_JOB_S = 1800.0
_DEMONSTRATION_DIAMETER = 21  # of the one stroke painted where no true mask is known


@dataclass(frozen=True)
class TourOrder:
    """What to play on, and where to; see the command ``tour``."""

    source: Path | None
    out: Path | None
    split: str | None
    limit: int | None
    correct: int


def play(order: TourOrder) -> int:
    """Plays the tour, prints where its report lies, and returns the exit status.

    Raises `UserError` where the scenes or the folder for the report are wrong, and where a step
    of the loop did not come to its end.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    out = order.out or Path(tempfile.mkdtemp(prefix="unetpp-tour-"))
    scenes = copy_scenes(order.source, order.split, order.limit, out / "scenes")
    make_application()
    window = build_window(out / "settings")
    window.resize(*_WINDOW_SIZE)
    window.show()
    try:
        report = _Tour(window, scenes, out, order.correct).play()
    finally:
        window.close()
    report.write(out)
    print(report.as_text(), file=sys.stdout)
    print(f"Report and screenshots: {out}")
    return 0


class _Tour:
    def __init__(self, window: MainWindow, scenes: TourScenes, out: Path, correct: int) -> None:
        self._window, self._scenes, self._out = window, scenes, out
        self._steps: list[TourStep] = []
        self._strokes = 0
        self._clock = self._start = time.monotonic()
        spread = np.linspace(0, len(scenes.names) - 1, min(correct, len(scenes.names) - 1) + 2)[1:-1]
        self._corrected = [scenes.names[index] for index in np.unique(spread.round().astype(int))]

    def play(self) -> TourReport:
        if not self._window.session.open_folder(self._scenes.folder):
            raise UserError(f"{self._scenes.folder} could not be opened for the tour.")
        self._done("open the folder")
        self._prelabel_all()
        self._done("pre-label all scenes")
        before = self._measure()
        self._clock = time.monotonic()
        for name in self._corrected:
            self._correct(name)
        refused = self._train()
        self._prelabel_all()
        self._done("pre-label the rest again")
        after = self._measure()
        return TourReport(
            scenes=len(self._scenes.names),
            corrected=self._corrected,
            strokes=self._strokes,
            model=model.name if (model := self._window.session.model) is not None else "",
            refused=refused,
            before=before,
            after=after,
            steps=self._steps,
            seconds=time.monotonic() - self._start,
        )

    def _done(self, name: str) -> None:
        """Notes a step and takes a picture of the window after it."""
        seconds = time.monotonic() - self._clock
        robot.pause(150)  # thumbnails and curves catch up
        screenshot = f"{len(self._steps) + 1:02d}-{name.replace(' ', '-')}.png"
        self._window.grab().save(str(self._out / screenshot))
        self._steps.append(TourStep(name=name, seconds=seconds, screenshot=screenshot))
        self._clock = time.monotonic()

    def _measure(self) -> DepthMetrics | None:
        project = self._project
        others = [name for name in self._scenes.names if name not in self._corrected]
        return measured(self._scenes, project, others)

    @property
    def _project(self) -> Project:
        project = self._window.session.project
        assert project is not None
        return project

    def _wait_for_jobs(self, what: str) -> None:
        jobs = self._window.session.jobs
        if not robot.wait_until(lambda: not jobs.active, _LONGEST_JOB_S):
            raise UserError(f"The tour gave up: {what} did not end within {_LONGEST_JOB_S / 60:.0f} minutes.")

    def _prelabel_all(self) -> None:
        robot.press_key(self._window.canvas, Qt.Key.Key_P, robot.CONTROL | robot.SHIFT)
        self._wait_for_jobs("pre-labelling")

    def _correct(self, name: str) -> None:
        """Opens a scene by a click, paints over what is wrong, marks it as done and saves."""
        window, session = self._window, self._window.session
        view = window.scene_list.findChild(QListView)
        assert view is not None
        row = session.scenes.index(self._project.scene(name))
        robot.click_row(view, view.model().index(row, 0))
        document = session.document
        if document is None or session.scene is None or session.scene.name != name:
            raise UserError(f"{name} could not be opened for the tour.")
        truth = self._scenes.truth(name, self._project)
        strokes = _demonstration(document.shape) if truth is None else plan_strokes(document.labels, truth)
        for stroke in strokes:
            self._take_up(stroke)
            start, end = self._on_canvas(stroke.start), self._on_canvas(stroke.end)
            robot.stroke(window.canvas, start, end)
        self._strokes += len(strokes)
        robot.press_key(window.canvas, Qt.Key.Key_S, robot.CONTROL)
        self._done(f"correct {Path(name).stem}")
        if not session.is_done:
            robot.press_key(window.canvas, Qt.Key.Key_Return)

    def _take_up(self, stroke: PlannedStroke) -> None:
        """Chooses tool, class and size as a user would: by key, by click on the class, by slider."""
        window, session = self._window, self._window.session
        tool = Qt.Key.Key_E if stroke.value == VOID else Qt.Key.Key_B
        if session.tool.shortcut != tool.name.removeprefix("Key_"):
            robot.press_key(window.canvas, tool)
        if stroke.value not in (VOID, session.active_class):
            classes = window.label_panel.classes
            robot.click_row(classes, classes.model().index(stroke.value, 0))
        if stroke.diameter != session.diameter:
            session.set_diameter(stroke.diameter)

    def _on_canvas(self, point: Point) -> QPointF:
        x, y = self._window.canvas.viewport.to_widget(*point)
        return QPointF(x, y)

    def _train(self) -> str | None:
        """Learns from the corrections, and does with the result what the gate advises; why it refuses it."""
        window = self._window
        robot.press_key(window.canvas, Qt.Key.Key_T, robot.CONTROL)
        panel = window.train_panel
        if not robot.wait_until(lambda: robot.button(panel, "Start").isEnabled(), 10):
            raise UserError("The tour found nothing to learn from: no corrected pixels were saved.")
        self._done("open the Train tab")
        robot.click_button(robot.button(panel, "Start"))
        training = panel.training
        robot.wait_until(lambda: len(training.steps) > 20 or not training.job, _LONGEST_JOB_S)
        self._done("learn")
        robot.wait_until(lambda: training.job is None, _LONGEST_JOB_S)
        if training.state is not TrainingState.FINISHED:
            raise UserError(
                "The tour could not finish the training. Run it again, and watch the messages above."
            )
        self._done("see what came of it")
        refused = None if training.result is None else training.result.refused
        robot.click_button(panel.advised_button())
        return refused


def _demonstration(shape: tuple[int, int]) -> list[PlannedStroke]:
    """One stroke of the first class across the middle, for scenes whose true masks are not known."""
    height, width = shape
    start, end = (width * 0.3, height * 0.5), (width * 0.7, height * 0.5)
    return [PlannedStroke(0, _DEMONSTRATION_DIAMETER, start, end)]
