"""Panes beside the canvas by real events: they move together, show predictions, and are never painted on."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.windows import LEFT, NONE, SHIFT, at, click, open_window, press, scene_folder, wheel
from unetpp_desktop.core import settings as declared
from unetpp_desktop.gui.compare_pane import ComparePane
from unetpp_desktop.gui.compare_view import CompareView, columns_for
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.pane_heading import PaneHeading
from unetpp_desktop.gui.pointer_mark import PointerMark
from unetpp_desktop.nn.registry import ModelEntry


@pytest.fixture
def window(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """Two models are in the folder, and the first is chosen; the comparison is on."""
    monkeypatch.setattr("unetpp_desktop.nn.predictor.uses_openvino", lambda *_: False)  # torch is loaded
    folder = scene_folder(tmp_path / "scenes")
    for name in ("first", "second"):
        shutil.copytree(tiny_model.folder, folder / ".unetpp" / "models" / name)
        card = folder / ".unetpp" / "models" / name / "card.json"
        card.write_text(card.read_text().replace('"tiny"', f'"{name}"'))
    window = open_window(qtbot, tmp_path / "config", folder)
    session = window.session
    session.set_model(next(entry for entry in session.models() if entry.name == "first"))
    press(window, Qt.Key.Key_C, SHIFT)
    return window


def _panes(window: MainWindow) -> tuple[ComparePane, ...]:
    view = window.findChild(CompareView)
    assert isinstance(view, CompareView)
    return view.panes


def _heading(pane: ComparePane) -> PaneHeading:
    heading = pane.parentWidget().findChild(PaneHeading)
    assert isinstance(heading, PaneHeading)
    return heading


def _choose(heading: PaneHeading, text: str) -> None:
    """By the menu of a heading."""
    menu = heading.findChild(QMenu)
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == text).trigger()


def test_its_key_shows_and_hides_the_panes(window: MainWindow, qtbot: QtBot) -> None:
    image, prediction = _panes(window)
    assert _heading(image).text().strip() == "Image"
    assert "first" in _heading(prediction).accessibleName()
    assert image.size() == prediction.size() == window.canvas.size()
    assert window.canvas.hasFocus()
    qtbot.waitUntil(lambda: window.session.answers.ranked is not None, timeout=20000)
    press(window, Qt.Key.Key_C, SHIFT)
    assert _panes(window) == ()
    assert not window.commands["compare"].isChecked()


def test_wheel_and_drag_in_one_move_all(window: MainWindow) -> None:
    canvas, (image, prediction) = window.canvas, _panes(window)
    scale = canvas.viewport.scale
    under = image.viewport.to_image(100, 80)
    wheel(image, QPoint(100, 80), QPoint(0, 240))
    assert canvas.viewport.scale > scale
    assert image.viewport.to_image(100, 80) == pytest.approx(under)
    assert canvas.viewport == image.viewport == prediction.viewport
    before = canvas.viewport
    QTest.mousePress(prediction, LEFT, NONE, QPoint(100, 80))
    QTest.mouseMove(prediction, QPoint(110, 75))
    QTest.mouseRelease(prediction, LEFT, NONE, QPoint(110, 75))
    assert canvas.viewport == image.viewport == before.moved(10, -5)
    wheel(canvas, at(canvas, 60, 45), QPoint(0, -120))
    assert canvas.viewport == image.viewport == prediction.viewport
    assert not window.isWindowModified()


def test_a_pane_shows_what_its_model_says_and_tells_while_it_is_missing(
    window: MainWindow, qtbot: QtBot
) -> None:
    session = window.session
    session.change_setting(declared.OVERLAY_OPACITY, 100)
    image, prediction = _panes(window)
    assert "first" in prediction.message
    assert image.message == ""
    qtbot.waitUntil(lambda: prediction.message == "", timeout=20000)
    ranked = session.answers.ranked
    assert ranked is not None
    assert session.image is not None
    wheel(image, at(window.canvas, 60, 45), QPoint(0, 1200))  # so that pixels are large
    QTest.mouseMove(window.canvas, QPoint(2, 2))
    for pane in (prediction, image):
        drawn = pane.grab().toImage()
        for x, y in ((60, 45), (61, 45), (60, 47)):
            place = QPoint(*(int(side) for side in pane.viewport.to_widget(x + 0.5, y + 0.5)))
            assert pane.rect().contains(place)
            wanted = session.palette.classes[ranked[0, y, x]].color if pane is prediction else None
            color = QColor(*(wanted or (int(part) for part in session.image[y, x])))
            assert drawn.pixelColor(place) == color


def test_painting_goes_on_in_the_canvas_alone(window: MainWindow, qtbot: QtBot) -> None:
    session, (image, prediction) = window.session, _panes(window)
    qtbot.waitUntil(lambda: prediction.message == "", timeout=20000)
    document = session.document
    assert document is not None
    before = document.labels.copy()
    drawn = prediction.grab().toImage()
    QTest.mouseClick(prediction, LEFT, NONE, at(window.canvas, 60, 45))
    assert np.array_equal(document.labels, before)
    click(window.canvas, 60, 45)
    assert document.labels[45, 60] == session.active_class
    QTest.mouseMove(window.canvas, QPoint(2, 2))
    for pane in (image, prediction):
        pane.mark_pointer(None)
    assert prediction.grab().toImage() == drawn


def test_the_pointer_is_marked_in_the_other_views(window: MainWindow) -> None:
    canvas, (image, prediction) = window.canvas, _panes(window)
    marks = {view: view.findChild(PointerMark) for view in (canvas, image, prediction)}
    place = at(canvas, 60, 45)
    QTest.mouseMove(canvas, place)
    assert [marks[view].isVisible() for view in (canvas, image, prediction)] == [False, True, True]
    QTest.mouseMove(image, place)
    assert [marks[view].isVisible() for view in (canvas, image, prediction)] == [True, False, True]
    for view in (canvas, prediction):
        assert marks[view].geometry().center() == place
    QTest.mouseMove(window.scene_list, QPoint(5, 5))
    assert not any(mark.isVisible() for mark in marks.values())


def test_another_model_is_chosen_in_the_heading(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    image, _ = _panes(window)
    _choose(_heading(image), "Prediction of second")
    assert _heading(image).accessibleName() == "Pane: second · prediction"
    assert "second" in image.message
    qtbot.waitUntil(lambda: image.message == "", timeout=20000)
    second = next(entry for entry in session.models() if entry.name == "second")
    assert session.answers.ranked_by(second) is not None
    press(window, Qt.Key.Key_D)  # the next scene: both are asked again
    assert "second" in image.message
    qtbot.waitUntil(lambda: all(pane.message == "" for pane in _panes(window)), timeout=20000)


def test_panes_are_added_and_closed(window: MainWindow, qtbot: QtBot) -> None:
    add = window.findChild(QToolButton, "addPane")
    QTest.mouseClick(add, LEFT)
    assert [_heading(pane).accessibleName() for pane in _panes(window)] == [
        "Pane: Image",
        "Pane: first · prediction (model chosen)",
        "Pane: light · prediction",
    ]
    assert not add.isVisible()
    for _ in range(3):
        _choose(_heading(_panes(window)[0]), "Close this pane")
    assert _panes(window) == ()
    assert not window.commands["compare"].isChecked()
    press(window, Qt.Key.Key_C, SHIFT)
    assert len(_panes(window)) == 1  # the last one comes again
    _choose(_heading(_panes(window)[0]), "Add a pane")
    assert len(_panes(window)) == 2


def test_wide_scenes_lie_below_each_other_and_high_ones_side_by_side() -> None:
    assert columns_for(2, (732, 715), (360, 480)) == 1
    assert columns_for(4, (732, 715), (360, 480)) == 2
    assert columns_for(3, (732, 1236), (2000, 500)) == 3
