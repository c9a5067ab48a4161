"""The pen of a tablet: its pressure, its other end, and the mouse after it."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication

from tests.gui.folders import labels_of
from tests.gui.tools.hands import paint_rect
from tests.gui.windows import CONTROL, HEIGHT, LEFT, NONE, WIDTH, at, drag, press
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.tools import ToolOptions
from unetpp_desktop.gui.main_window import MainWindow

Key = Qt.Key


def _pen(
    window: MainWindow,
    kind: QEvent.Type,
    x: float,
    y: float,
    pressure: float,
    pointer: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen,
) -> None:
    """What a pen sends, and the mouse event that Qt makes of it where it is not taken."""
    place = QPointF(at(window.canvas, x, y))
    device = QPointingDevice(
        "pen",
        1,
        QPointingDevice.DeviceType.Stylus,
        pointer,
        QPointingDevice.Capability.Position | QPointingDevice.Capability.Pressure,
        1,
        1,
    )
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else LEFT
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else LEFT
    global_place = QPointF(window.canvas.mapToGlobal(place.toPoint()))
    event = QTabletEvent(kind, device, place, global_place, pressure, 0, 0, 0, 0, 0, NONE, button, held)
    QApplication.sendEvent(window.canvas, event)
    assert not event.isAccepted()
    mouse = {
        QEvent.Type.TabletPress: QEvent.Type.MouseButtonPress,
        QEvent.Type.TabletMove: QEvent.Type.MouseMove,
        QEvent.Type.TabletRelease: QEvent.Type.MouseButtonRelease,
    }[kind]
    QApplication.sendEvent(window.canvas, QMouseEvent(mouse, place, global_place, button, held, NONE))


def _pen_stroke(window: MainWindow, pressure: float, pointer: QPointingDevice.PointerType) -> None:
    _pen(window, QEvent.Type.TabletPress, 20, 30, pressure, pointer)
    _pen(window, QEvent.Type.TabletMove, 60, 30, pressure, pointer)
    _pen(window, QEvent.Type.TabletRelease, 60, 30, 0.0, pointer)


def test_the_pressure_of_a_pen_sets_the_width_where_that_is_chosen(window: MainWindow) -> None:
    window.session.set_diameter(20)
    kind = QPointingDevice.PointerType
    for chosen, width in ((False, 20), (True, 10)):
        window.session.set_options(ToolOptions(pressure=chosen))
        _pen_stroke(window, 0.5, kind.Pen)
        assert np.count_nonzero(labels_of(window.session)[:, 40] == 4) == width
        press(window, Key.Key_Z, CONTROL)
    drag(window.canvas, (20, 30), (60, 30))  # a mouse is as wide as the brush
    assert np.count_nonzero(labels_of(window.session)[:, 40] == 4) == 20


def test_a_pen_that_was_put_away_leaves_the_mouse_as_it_was(window: MainWindow) -> None:
    window.session.set_options(ToolOptions(pressure=True))
    for pointer in (QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser):
        _pen_stroke(window, 0.2, pointer)
        _pen(window, QEvent.Type.TabletMove, 90, 80, 0.0, pointer)  # on its way out
        drag(window.canvas, (20, 60), (60, 60))
        assert np.count_nonzero(labels_of(window.session)[50:70, 40] == 4) == 5
        press(window, Key.Key_Z, CONTROL)


def test_the_other_end_of_the_pen_erases(window: MainWindow) -> None:
    paint_rect(window, Rect(0, 0, HEIGHT, WIDTH), 1)
    _pen_stroke(window, 0.5, QPointingDevice.PointerType.Eraser)
    assert (labels_of(window.session)[30, 20:61] == VOID).all()
