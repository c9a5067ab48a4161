"""How late the window is while it trains: python -m bench.responsiveness [--seconds 40].

Opens the real window, off screen, on a generated folder with corrected scenes, presses Start in the
Train tab with torch not yet imported, and watches a 60 Hz timer of the GUI thread. Then presses
Cancel and measures until the job has ended. Writes build/responsiveness.json.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.app import build_window, make_application
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.training_session import TrainingState
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project

_SIZE = (360, 480)
_SCENES = 8
_TICK_S = 1 / 60
_LIMITS_MS = {"p99": 50.0, "max": 250.0}
_RESULT = Path("build/responsiveness.json")


class Lateness(QObject):
    """How many seconds each tick of a 60 Hz timer came after it was due."""

    def __init__(self) -> None:
        super().__init__()
        self.samples: list[tuple[float, float]] = []  # time since the start, lateness
        self._start = self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(_TICK_S * 1000))
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def begin(self) -> None:
        self.samples.clear()
        self._start = self._last = time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.samples.append((now - self._start, max(0.0, now - self._last - _TICK_S)))
        self._last = now

    def figures(self) -> dict[str, float]:
        late = np.array([lateness for _, lateness in self.samples]) * 1000
        worst = int(late.argmax())
        return {
            "p50": round(float(np.percentile(late, 50)), 2),
            "p99": round(float(np.percentile(late, 99)), 2),
            "max": round(float(late.max()), 2),
            "worst_after_s": round(self.samples[worst][0], 2),
            "ticks": len(late),
        }


def make_folder(folder: Path) -> None:
    """Scenes of noise with painted masks."""
    random = np.random.default_rng(0)
    for number in range(_SCENES):
        Image.fromarray(random.integers(0, 255, (*_SIZE, 3), np.uint8)).save(folder / f"{number}.png")
    project = Project.open(folder)
    for scene in project.scenes:
        labels = random.integers(0, 11, _SIZE).astype(np.uint8)
        project.save_mask(scene, labels, np.full(_SIZE, Origin.PAINTED, np.uint8), Provenance())


def measure(folder: Path, config: Path, seconds: float) -> dict[str, object]:
    """Trains for ``seconds`` in a window on ``folder``; figures in milliseconds."""
    window = build_window(config)
    window.resize(1280, 800)
    window.show()
    window.session.open_folder(folder)
    window.show_train_tab()
    training = window.train_panel.training
    _wait_until(lambda: _button(window, "Start").isEnabled(), 20)
    _wait(1.0)
    late = Lateness()
    _wait(2.0)
    idle = late.figures()

    assert "torch" not in sys.modules
    late.begin()
    QTest.mouseClick(_button(window, "Start"), Qt.MouseButton.LeftButton)
    click_ms = (time.perf_counter() - late._start) * 1000
    _wait_until(lambda: len(training.steps) > 0, 300)
    first_step_s = time.perf_counter() - late._start
    until_first_step = late.figures()
    _wait(seconds)
    whole = late.figures()
    steps = len(training.steps)

    cancelled = time.perf_counter()
    QTest.mouseClick(_button(window, "Cancel"), Qt.MouseButton.LeftButton)
    _wait_until(lambda: training.state is TrainingState.IDLE, 60)
    cancel_s = time.perf_counter() - cancelled
    window.close()
    return {
        "idle_ms": idle,
        "until_first_step_ms": until_first_step,
        "training_ms": whole,
        "click_on_start_ms": round(click_ms, 1),
        "first_step_after_s": round(first_step_s, 1),
        "steps": steps,
        "cancel_to_end_s": round(cancel_s, 2),
    }


def _button(window: MainWindow, text: str) -> QPushButton:
    panel: QWidget = window.train_panel
    return next(button for button in panel.findChildren(QPushButton) if button.text() == text)


def _wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError("the window did not get there")
        _wait(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=40.0, help="of training after its first step")
    seconds = parser.parse_args().seconds
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    with tempfile.TemporaryDirectory() as place:
        folder, config = Path(place) / "scenes", Path(place) / "config"
        folder.mkdir()
        make_folder(folder)
        figures = measure(folder, config, seconds)
    application.quit()
    training = figures["training_ms"]
    assert isinstance(training, dict)
    figures["within_limits"] = all(training[name] < limit for name, limit in _LIMITS_MS.items())
    figures["limits_ms"] = _LIMITS_MS
    figures["machine"] = {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load_before": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "python": platform.python_version(),
    }
    _RESULT.parent.mkdir(exist_ok=True)
    _RESULT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
