"""napari's Labels layer, asked by `bench.canvas` over JSON lines; it runs in a venv of its own.

Each line on stdin is a request: {"path": "whole" or "data", "labels": FILE.npy, "image": FILE.npy,
"brush": pixels, "moves": [[x, y], ..]}, all in image pixels. Each answer: {"ms": [..]}, one per move
that was drawn, or {"ms": [], "problem": "..."}.
"""

import json
import sys
import time
from itertools import pairwise
from typing import Any

import napari
import numpy as np
from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QApplication

VIEW = (1280, 800)
CLASS = 3
LONGEST_S = 2.0


class Peer:
    """One napari viewer; its layers are replaced when other files are asked for."""

    def __init__(self) -> None:
        self.viewer: Any = napari.Viewer(show=True)
        qt_viewer = self.viewer.window._qt_viewer
        for dock in (qt_viewer.dockLayerList, qt_viewer.dockLayerControls, qt_viewer.dockConsole):
            dock.setVisible(False)
        self.canvas: Any = qt_viewer.canvas
        self.native: Any = self.canvas.native
        self.native.setFixedSize(*VIEW)
        self.viewer.window._qt_window.adjustSize()
        self.files = ("", "")
        self.layer: Any = None
        self.drawn = 0
        self.canvas._scene_canvas.events.draw.connect(self._count, position="last")

    def _count(self, event: Any) -> None:  # noqa: ARG002
        self.drawn += 1

    def load(self, image: str, labels: str) -> None:
        if (image, labels) == self.files:
            return
        self.files = (image, labels)
        self.viewer.layers.clear()
        self.viewer.add_image(np.load(image), rgb=True)
        self.layer = self.viewer.add_labels(np.load(labels), opacity=0.5)
        self.viewer.reset_view()
        settle()

    def whole(self, brush: int, moves: list[list[float]]) -> list[float]:
        self.layer.brush_size, self.layer.selected_label, self.layer.mode = brush, CLASS, "paint"
        settle()
        before = self.layer.data.copy()
        self._mouse(QEvent.Type.MouseButtonPress, moves[0])
        settle()
        times = []
        for place in moves[1:]:
            edits = len(self.layer._staged_history)
            drawn, start = self.drawn, time.perf_counter()
            self._mouse(QEvent.Type.MouseMove, place)
            if len(self.layer._staged_history) == edits:
                settle()  # a move that changes no pixel is not drawn
                continue
            while self.drawn == drawn and time.perf_counter() - start < LONGEST_S:
                QApplication.processEvents()
            if self.drawn > drawn:
                times.append((time.perf_counter() - start) * 1000)
            settle()
        self._mouse(QEvent.Type.MouseButtonRelease, moves[-1])
        if not times or not (before != self.layer.data).any():
            raise RuntimeError("the stroke did not reach the layer")
        return times

    def data(self, brush: int, moves: list[list[float]]) -> list[float]:
        from napari.layers.labels._labels_utils import interpolate_coordinates

        layer = self.layer
        layer.brush_size, layer.mode = brush, "paint"
        times = []
        with layer.block_history():
            layer.paint(np.array(moves[0][::-1]), CLASS, refresh=False)
            for (last_x, last_y), (x, y) in pairwise(moves):
                start = time.perf_counter()
                for place in interpolate_coordinates((last_y, last_x), (y, x), brush):
                    layer.paint(place, CLASS, refresh=False)
                times.append((time.perf_counter() - start) * 1000)
        return times

    def reset(self) -> None:
        """Every stroke starts from the same mask."""
        self.layer._reset_history()
        self.layer.data = np.load(self.files[1])
        settle()

    def _mouse(self, kind: QEvent.Type, place: list[float]) -> None:
        camera = self.viewer.camera
        x = VIEW[0] / 2 + (place[0] - camera.center[-1]) * camera.zoom
        y = VIEW[1] / 2 + (place[1] - camera.center[-2]) * camera.zoom
        point = QPointF(x, y)
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QEvent.Type.MouseMove else left
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        everywhere = QPointF(self.native.mapToGlobal(point))
        event = QMouseEvent(kind, point, everywhere, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.native, event)


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def main() -> None:
    peer = Peer()
    settle()
    print(json.dumps({"ready": napari.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        peer.load(request["image"], request["labels"])
        peer.reset()
        measure = peer.whole if request["path"] == "whole" else peer.data
        try:
            answer: dict[str, Any] = {"ms": measure(request["brush"], request["moves"])}
        except RuntimeError as error:
            answer = {"ms": [], "problem": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
