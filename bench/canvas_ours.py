"""What `bench.canvas` measures of our own window and documents."""

import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from unetpp_desktop.core.geometry import full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.editing.brush import segment
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.tools import TOOLS, Brush
from unetpp_desktop.gui.app import build_window, make_application
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project

VIEW = (1280, 800)
CLASS = 3
_LOCKED = 0  # a class that no mask here holds, so that both programs paint the same pixels
_LONGEST_S = 10.0
_LEFT, _NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class _Paints(QObject):
    """Counts the repaints of a widget."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


class Window:
    """Our window with nothing but a canvas of 1280 x 800, on ``folder``."""

    def __init__(self, config: Path, folder: Path) -> None:
        make_application()
        self.window: MainWindow = build_window(config)
        self.canvas = self.window.canvas
        self._paints = _Paints()
        self.canvas.installEventFilter(self._paints)
        self.window.show()
        self.window.session.open_folder(folder)
        while self.window.session.is_reading:
            settle()
        self.window.toggle_columns()
        settle()
        for _ in range(3):
            room = self.window.size() - self.canvas.size()
            self.window.resize(VIEW[0] + room.width(), VIEW[1] + room.height())
            settle()
        self.canvas.fit()
        settle()

    def until_painted(self, act: Any) -> float:
        """Milliseconds from before ``act()`` to the end of the repaint that follows."""
        session, before, start = self.window.session, self._paints.count, time.perf_counter()
        act()
        while self._paints.count == before or session.is_reading:
            if time.perf_counter() - start > _LONGEST_S:
                break
            if session.is_reading:
                before = self._paints.count  # what is painted then is that it is being read
                time.sleep(0.001)  # asking all the time would hold up the thread that reads
            QApplication.processEvents()
        return (time.perf_counter() - start) * 1000

    def mouse(self, kind: QEvent.Type, place: list[float]) -> None:
        point = QPointF(*self.canvas.viewport.to_widget(*place))
        button = _NO_BUTTON if kind == QEvent.Type.MouseMove else _LEFT
        held = _NO_BUTTON if kind == QEvent.Type.MouseButtonRelease else _LEFT
        everywhere = QPointF(self.canvas.mapToGlobal(point))
        event = QMouseEvent(kind, point, everywhere, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.canvas, event)

    def close(self) -> None:
        self.window.session.autosave = lambda: None  # type: ignore[method-assign]
        self.window.session.save = lambda: True  # type: ignore[method-assign]
        self.window.close()
        settle()


class Ours:
    """Measures strokes in the window and on bare documents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._window: Window | None = None
        self._labels = np.zeros((1, 1), np.uint8)

    def load(self, image: Path, labels: Path) -> None:
        """Opens a scene made of two array files."""
        self.close()
        self._labels = np.load(labels)
        folder = self._folder / image.stem
        folder.mkdir()
        Image.fromarray(np.load(image)).save(folder / "scene.png", compress_level=1)
        project = Project.open(folder)
        origins = np.full(self._labels.shape, Origin.MODEL, np.uint8)
        project.save_mask(project.scenes[0], self._labels, origins, Provenance())
        self._window = Window(self._folder / "config", folder)
        session = self._window.window.session
        assert session.document is not None
        session.set_tool(next(tool for tool in TOOLS if isinstance(tool, Brush)))
        session.set_class(CLASS)
        session.set_locked(_LOCKED, True)

    def measure(self, path: str, brush: int, moves: list[list[float]]) -> list[float]:
        """Milliseconds of each move but the first, which presses."""
        return self._whole(brush, moves) if path == "whole" else self._data(brush, moves)

    def _whole(self, brush: int, moves: list[list[float]]) -> list[float]:
        window = self._window
        assert window is not None
        session = window.window.session
        session.set_diameter(brush)
        window.mouse(QEvent.Type.MouseMove, moves[0])
        window.mouse(QEvent.Type.MouseButtonPress, moves[0])
        settle()
        times = []
        for place in moves[1:]:
            times.append(window.until_painted(lambda to=place: window.mouse(QEvent.Type.MouseMove, to)))
            settle()
        window.mouse(QEvent.Type.MouseButtonRelease, moves[-1])
        assert session.document is not None
        assert session.document.undo_name == "Brush"
        session.undo()
        settle()
        return times

    def _data(self, brush: int, moves: list[list[float]]) -> list[float]:
        document = MaskDocument(self._labels, np.full(self._labels.shape, Origin.MODEL, np.uint8))
        document.rules = Rules(frozenset({_LOCKED}))
        bounds = full_rect(document.shape)
        points = [(x, y) for x, y in moves]
        document.begin("Brush")
        document.paint(*segment(points[0], points[0], brush, False, bounds), CLASS, Origin.PAINTED)
        times = []
        for last, now in pairwise(points):
            start = time.perf_counter()
            document.paint(*segment(last, now, brush, False, bounds), CLASS, Origin.PAINTED)
            times.append((time.perf_counter() - start) * 1000)
        document.commit()
        return times

    def close(self) -> None:
        if self._window is not None:
            self._window.close()
            self._window = None


def opening_figures(folder: Path) -> dict[str, Any]:
    """From the key to the finished repaint: the next scene of one megapixel, and a JPEG of 24."""
    place = folder / "frames"
    place.mkdir()
    random = np.random.default_rng(1)
    for number in range(24):
        small = Image.fromarray(random.integers(0, 256, (86, 115, 3), np.uint8))
        small.resize((1155, 866)).save(place / f"{number:02}.jpg", quality=92)
    figures = {}
    for name, wait_s in (("prefetched", 0.4), ("not_prefetched", 0.0)):
        # A window each, so that both go to scenes that were not open yet.
        window = Window(folder / f"config-{name}", place)
        session = window.window.session
        rest(1.0)
        times = []
        for _ in range(20):
            rest(wait_s)
            if not wait_s:
                session._opening.stop()
            times.append(
                window.until_painted(lambda canvas=window.canvas: QTest.keyClick(canvas, Qt.Key.Key_D))
            )
            if not wait_s:
                session._opening.stop()
        p50, p95 = np.percentile(times, (50, 95))
        figures[name] = {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}
        window.close()

    place = folder / "photos"
    place.mkdir()
    small = Image.fromarray(random.integers(0, 256, (400, 600, 3), np.uint8))
    small.resize((6000, 4000)).save(place / "a.jpg", quality=92)
    Image.new("RGB", (64, 64)).save(place / "b.png")
    window = Window(folder / "config-photos", place)
    session = window.window.session
    opened = []
    for _ in range(5):
        session.go_to(session.scenes[1])
        rest(0.2)
        session._opening.stop()
        session.journals.forget_visits()
        opened.append(window.until_painted(lambda: session.go_to(session.scenes[0])))
    window.close()
    return {"switch_1mpx": figures, "open_24mpx_ms": round(float(np.median(opened)), 1)}


def history_figures(folder: Path) -> dict[str, int]:
    """Bytes of 1,000 seeded strokes of all tools that need no answer first, against copies of both planes."""
    place = folder / "history"
    place.mkdir()
    random = np.random.default_rng(2026)
    height, width = 360, 480
    Image.fromarray(random.integers(0, 256, (height, width, 3), np.uint8)).save(place / "a.png")
    window = Window(folder / "config-history", place)
    session = window.window.session
    assert session.document is not None
    while len(session.document.history) < 1000:
        session.set_tool(TOOLS[int(random.integers(len(TOOLS)))])
        session.set_class(int(random.integers(len(session.palette))))
        session.set_diameter(int(random.integers(1, 60)))
        first = random.uniform((0, 0), (width, height))
        points = [(float(x), float(y)) for x, y in first + np.cumsum(random.normal(0, 20, (4, 2)), axis=0)]
        session.strokes.begin(points[0])
        for point in points[1:]:
            session.strokes.extend(point)
        session.strokes.end(points[-1])
        session.strokes.finish()
    nbytes = session.document.history.nbytes
    window.close()
    return {"strokes": 1000, "bytes": nbytes, "full_copies_bytes": 1000 * 2 * height * width}


def rest(seconds: float) -> None:
    """Lets the window work for so long."""
    end = time.perf_counter() + seconds
    settle()
    while time.perf_counter() < end:
        QApplication.processEvents()
        time.sleep(0.002)


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()
