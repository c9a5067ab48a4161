"""How long the window stands still around scenes of 24 megapixels.

    .venv/bin/python -m bench.large_scene [--runs 5] [--write]

Opens the real window, off screen, on a generated folder, and lets a timer of the GUI thread tick all the
time. Between two ticks the window did nothing else than one piece of work: the longest of them is how long
it stood still, by the clock and in processor time of the GUI thread, which what else runs on the machine
does not lengthen. The figures go to build/large_scene.json and, with --write, to docs/benchmarks.md.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, QPointF, Qt, QTimer

from bench.sections import load_words, machine_facts, markdown_table, publish
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.settings import OnOpening
from unetpp_desktop.gui import robot
from unetpp_desktop.gui.app import build_window, make_application
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.prelabel_host import Delivery
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.street import draw_scene
from unetpp_desktop.tasks.machine import load

OUT = Path("build") / "large_scene.json"
_SIZE = (4000, 6000)
_ENLARGED = 10
_SCENES = 3
_LABELLED = 1  # the scene that has a mask
_SETTLE_MS = 1500
_LONGEST_S = 120.0
_AIM_MS = 100.0


class Heartbeat(QObject):
    """The longest time between two ticks of the GUI thread, by the clock and in its processor time."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.begin()

    def begin(self) -> None:
        self.wall = self.processor = 0.0
        self._last = time.perf_counter(), time.thread_time()

    def _tick(self) -> None:
        now = time.perf_counter(), time.thread_time()
        self.wall = max(self.wall, now[0] - self._last[0])
        self.processor = max(self.processor, now[1] - self._last[1])
        self._last = now


def make_folder(folder: Path) -> None:
    """Drawn street scenes, enlarged; one of them has a mask."""
    drawn = [draw_scene(seed, _SIZE[0] // _ENLARGED, _SIZE[1] // _ENLARGED) for seed in range(_SCENES)]
    for number, scene in enumerate(drawn):
        large = Image.fromarray(scene.image).resize((_SIZE[1], _SIZE[0]), Image.Resampling.BICUBIC)
        large.save(folder / f"{number}.jpg", quality=90)
    project = Project.open(folder)
    labels = drawn[_LABELLED].labels.repeat(_ENLARGED, 0).repeat(_ENLARGED, 1)
    origins = np.full(_SIZE, Origin.MODEL, np.uint8)
    project.save_mask(project.scenes[_LABELLED], labels, origins, Provenance())


def measure(folder: Path, config: Path) -> dict[str, tuple[float, float]]:
    """Wall and processor milliseconds of the longest standstill around each event."""
    window = build_window(config)
    window.session.change_setting(declared.ON_OPENING, OnOpening.NOTHING)  # the model is another bench's
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    robot.wait_until(window.isActiveWindow, 5)
    heart, found = Heartbeat(), {}

    def during(what: str, act: Callable[[], object]) -> None:
        heart.begin()
        act()
        robot.wait_until(lambda: not window.session.is_reading, _LONGEST_S)
        robot.pause(_SETTLE_MS)
        found[what] = 1000 * heart.wall, 1000 * heart.processor

    session = window.session
    during("a scene without a mask is opened", lambda: session.open_folder(folder))
    during("the next one, read ahead, with a mask", lambda: robot.press_key(window.canvas, Qt.Key.Key_D))
    during("its outlines are shown instead", lambda: robot.press_key(window.canvas, Qt.Key.Key_O))
    during("a prediction of it comes", lambda: _predict(window))
    during("a stroke on it", lambda: _paint(window))
    during("it is left, and saved", lambda: robot.press_key(window.canvas, Qt.Key.Key_D))
    during("it is opened again", lambda: robot.press_key(window.canvas, Qt.Key.Key_A))
    window.close()
    return found


def _predict(window: MainWindow) -> None:
    session = window.session
    document = session.document
    if session.project is None or session.scene is None or session.model is None or document is None:
        raise RuntimeError("there is no scene or no model")
    labels = np.roll(document.labels, 100, axis=1)
    prediction = Prediction(labels, 1, 0.1)
    delivery = Delivery(session.project, session.scene, prediction, session.model, "cpu", session.palette)
    QTimer.singleShot(0, window, lambda: session.predictions.take(delivery))


def _paint(window: MainWindow) -> None:
    middle = QPointF(window.canvas.width() / 2, window.canvas.height() / 2)
    robot.stroke(window.canvas, middle, middle + QPointF(80, 20))


def section(result: dict[str, Any]) -> str:
    """The figures as the documentation shows them."""
    rows = [(row["what"], f"{row['processor_ms']:.0f}") for row in result["rows"]]
    late = [row["what"] for row in result["rows"] if row["processor_ms"] > _AIM_MS]
    missed = f"Missed where {', '.join(late)}." if late else "Reached."
    return (
        "## How long the window stands still\n\n"
        f"`python -m bench.large_scene --write`: scenes of 24 megapixels, on {result['processor']}, "
        f"{result['cores']} cores, load {load_words(result['load'])} before; the longest time between two "
        f"ticks of a timer of the GUI thread, in processor time of that thread, medians of "
        f"{result['runs']} runs; Qt's offscreen platform.\n\n"
        + markdown_table(("what", "ms"), rows, words=1)
        + f"\n\nAim: nothing above {_AIM_MS:.0f} ms. {missed}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    before = load()
    application = make_application()
    runs = []
    for _ in range(arguments.runs):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "scenes"
            folder.mkdir()
            make_folder(folder)
            runs.append(measure(folder, Path(place) / "config"))
    application.quit()
    rows = [
        {
            "what": what,
            "wall_ms": statistics.median(run[what][0] for run in runs),
            "processor_ms": statistics.median(run[what][1] for run in runs),
        }
        for what in runs[0]
    ]
    result = {
        **machine_facts(before),
        "runs": arguments.runs,
        "rows": rows,
    }
    publish("large scene", result, OUT, section(result), arguments.write)


if __name__ == "__main__":
    main()
