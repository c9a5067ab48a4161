"""The minimap by real events: when it is there, where it leads, and that strokes do not pay for it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, HEIGHT, LEFT, NONE, WIDTH, at, click, drag, open_window, press, wheel
from tests.gui.windows import scene_folder as make_folder
from unetpp_desktop.core import settings as declared
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.minimap import Minimap


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return open_window(qtbot, tmp_path / "config", make_folder(tmp_path / "scenes"))


@pytest.fixture
def minimap(window: MainWindow) -> Minimap:
    """Shown, because the scene is enlarged about its middle."""
    minimap = window.canvas.findChild(Minimap)
    assert isinstance(minimap, Minimap)
    assert not minimap.isVisible()  # all of the scene is in view
    wheel(window.canvas, at(window.canvas, 60, 45), QPoint(0, 480))
    assert minimap.isVisible()
    return minimap


def _middle(window: MainWindow) -> tuple[float, float]:
    """The image point in the middle of the canvas."""
    canvas = window.canvas
    return canvas.viewport.to_image(canvas.width() / 2, canvas.height() / 2)


def test_it_is_there_while_part_of_the_scene_is_out_of_view(window: MainWindow, minimap: Minimap) -> None:
    assert window.canvas.rect().contains(minimap.geometry())
    assert minimap.width() / minimap.height() == pytest.approx(WIDTH / HEIGHT, rel=0.05)
    press(window, Qt.Key.Key_0, CONTROL)
    assert not minimap.isVisible()


def test_its_key_hides_it_for_good(window: MainWindow, minimap: Minimap) -> None:
    press(window, Qt.Key.Key_N)
    assert not minimap.isVisible()
    assert not window.commands["minimap"].isChecked()
    window.session.remember()
    assert not window.session.remembered.view.minimap
    press(window, Qt.Key.Key_N)
    assert minimap.isVisible()


def test_press_and_drag_bring_the_place_to_the_middle(window: MainWindow, minimap: Minimap) -> None:
    scale = window.canvas.viewport.scale
    pixel = WIDTH / minimap.width()  # image pixels to one of the minimap
    QTest.mousePress(minimap, LEFT, NONE, QPoint(minimap.width() // 4, minimap.height() // 4))
    assert _middle(window) == pytest.approx((WIDTH / 4, HEIGHT / 4), abs=2 * pixel)
    QTest.mouseMove(minimap, QPoint(minimap.width() // 2, minimap.height() * 3 // 4))
    QTest.mouseRelease(minimap, LEFT, NONE, QPoint(minimap.width() // 2, minimap.height() * 3 // 4))
    assert _middle(window) == pytest.approx((WIDTH / 2, HEIGHT * 3 / 4), abs=2 * pixel)
    assert window.canvas.viewport.scale == scale
    assert not window.isWindowModified()
    assert window.canvas.hasFocus()


def test_the_brush_cursor_goes_when_the_pointer_is_on_it(window: MainWindow, minimap: Minimap) -> None:
    QTest.mouseMove(window.canvas, at(window.canvas, 60, 45))
    assert window.canvas.input.pointer is not None
    QTest.mouseMove(minimap, minimap.rect().center())
    assert window.canvas.input.pointer is None
    QTest.mouseMove(window.canvas, at(window.canvas, 60, 45))
    assert window.canvas.input.pointer is not None


class _Paints(QObject):
    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_a_stroke_elsewhere_is_shown_only_once_the_hand_rests(
    window: MainWindow, minimap: Minimap, qtbot: QtBot
) -> None:
    window.session.change_setting(declared.OVERLAY_OPACITY, 100)
    window.session.set_diameter(30)
    minimap._soon.setInterval(100_000)  # the hand does not rest
    click(window.canvas, 50, 45)  # takes away the hint, which has the whole canvas painted
    QApplication.processEvents()
    on_minimap, on_canvas = _Paints(), _Paints()
    minimap.installEventFilter(on_minimap)
    window.canvas.installEventFilter(on_canvas)
    drag(window.canvas, (55, 45), (65, 45))
    qtbot.waitUntil(lambda: on_canvas.count > 0)
    assert window.isWindowModified()
    assert on_minimap.count == 0
    minimap._soon.setInterval(0)
    wanted = QColor(*window.session.palette.classes[window.session.active_class].color)

    def shown() -> bool:
        return minimap.grab().toImage().pixelColor(minimap.rect().center()) == wanted

    qtbot.waitUntil(shown)


def test_what_lies_below_it_is_still_painted_by_a_stroke_that_began_outside(
    window: MainWindow, minimap: Minimap
) -> None:
    canvas = window.canvas
    x, y = canvas.viewport.to_image(minimap.geometry().center().x(), minimap.geometry().center().y())
    drag(canvas, (60, 45), (int(x), int(y)))
    assert window.session.document is not None
    assert window.session.document.labels[int(y), int(x)] == window.session.active_class
    click(canvas, 60, 45)
