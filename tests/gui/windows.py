"""A whole window on a generated folder, and hands that use it."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from unetpp_desktop.core import settings as declared
from unetpp_desktop.gui.app import build_window
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.prelabel_host import Delivery
from unetpp_desktop.gui.session import Session
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.mask_file import read_mask

HEIGHT, WIDTH = 90, 120
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def write_scene(path: Path, seed: int = 0) -> None:
    """A small image of noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    Image.fromarray(pixels).save(path)


def scene_folder(folder: Path, count: int = 3) -> Path:
    for number in range(count):
        write_scene(folder / f"{number}.png", number)
    return folder


def drawn(canvas: Canvas) -> np.ndarray:
    """What is seen of the canvas: ``uint8 (H, W, 3)`` RGB."""
    image = canvas.grab().toImage()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., 2::-1].copy()


def open_window(qtbot: QtBot, config: Path, folder: Path | None = None) -> MainWindow:
    """A shown window whose settings lie in ``config``; it is closed at the end of the test."""
    window = build_window(config)
    qtbot.addWidget(window, before_close_func=_let_it_close)
    window.resize(1000, 700)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)  # before that no shortcut is heard
    if folder is not None:
        assert window.session.open_folder(folder)
    return window


def _let_it_close(window: MainWindow) -> None:
    """A test may have left a training, or edits that cannot be saved; a question would wait forever."""
    window.session.may_leave = lambda: True
    window.session.save = lambda: True  # type: ignore[method-assign]


def stay_after_done(window: MainWindow) -> None:
    window.session.change_setting(declared.GO_ON_AFTER_DONE, False)


def at(canvas: Canvas, x: float, y: float) -> QPoint:
    """The widget point of the middle of an image pixel."""
    place = canvas.viewport.to_widget(x + 0.5, y + 0.5)
    return QPointF(*place).toPoint()


def drag(
    canvas: Canvas,
    start: tuple[float, float],
    end: tuple[float, float],
    button: Qt.MouseButton = LEFT,
    modifiers: Qt.KeyboardModifier = NONE,
) -> None:
    """A stroke between two image pixels (x, y)."""
    QTest.mousePress(canvas, button, modifiers, at(canvas, *start))
    QTest.mouseMove(canvas, at(canvas, *end))
    QTest.mouseRelease(canvas, button, modifiers, at(canvas, *end))


def click(canvas: Canvas, x: float, y: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(canvas, LEFT, modifiers, at(canvas, x, y))


def wheel(canvas: Canvas, place: QPoint, turn: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """``turn`` in eighths of a degree, 120 for one step of a common wheel."""
    event = QWheelEvent(
        QPointF(place),
        QPointF(canvas.mapToGlobal(place)),
        QPoint(),
        turn,
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """A key with the focus on the canvas."""
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, key, modifiers)


def drop_on(window: MainWindow, path: Path) -> None:
    """A file or folder is dragged over the window and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dragEnterEvent(QDragEnterEvent(QPoint(50, 50), copy, data, left, NONE))
    window.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, NONE))


def deliver(session: Session, labels: np.ndarray, name: str = "another") -> None:
    """A prediction at depth 3 for the open scene arrives, from a model that is not the one chosen."""
    assert session.project is not None
    assert session.scene is not None
    network = NetworkConfig(classes=len(session.palette))
    fields: dict[str, Any] = {"name": name, "created": "", "palette": session.palette, "network": network}
    model = ModelEntry(Path("gone") / name, ModelCard.model_construct(**fields))
    prediction = Prediction(labels, 3, 0.01)
    delivery = Delivery(session.project, session.scene, prediction, model, "cpu", session.palette)
    session.predictions.take(delivery)


def saved_labels(folder: Path, name: str) -> np.ndarray:
    """The mask file of a scene as it lies on the disk."""
    return read_mask(folder / "labels" / name, 11).labels


def image_pixels(image: QImage) -> np.ndarray:
    """``uint32 (H, W)``: the pixels of an image of 32 bits each, which has to live as long."""
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
