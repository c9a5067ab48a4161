"""The list of edits, and walking through it."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    HEIGHT,
    WIDTH,
    click,
    deliver,
    drag,
    image_pixels,
    open_window,
    press,
    scene_folder,
)
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.history import History
from unetpp_desktop.gui import journals
from unetpp_desktop.gui.history_model import UNDONE_ROLE, VALUE_ROLE, HistoryModel
from unetpp_desktop.gui.history_panel import HistoryPanel
from unetpp_desktop.gui.main_window import MainWindow

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.set_diameter(3)
    return window


@pytest.fixture
def panel(window: MainWindow) -> HistoryPanel:
    """Unfolded, with three edits: two strokes of the brush around a prediction."""
    click(window.canvas, 20, 20)
    deliver(window.session, np.full((HEIGHT, WIDTH), 7, np.uint8))
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_H, CONTROL | SHIFT)
    return window.contents.history


def rows(model: QAbstractItemModel) -> list[tuple[str, bool]]:
    indexes = [model.index(row, 0) for row in range(model.rowCount(QModelIndex()))]
    return [(str(index.data()), bool(index.data(UNDONE_ROLE))) for index in indexes]


def _click_row(panel: HistoryPanel, row: int) -> None:
    place = panel.visualRect(panel.model().index(row, 0)).center()
    QTest.mouseClick(panel.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def _labels(window: MainWindow) -> np.ndarray:
    assert window.session.document is not None
    return window.session.document.labels


def test_edits_are_listed_with_the_present_one_marked(
    window: MainWindow, panel: HistoryPanel, qtbot: QtBot
) -> None:
    assert panel.hasFocus()
    qtbot.waitUntil(lambda: panel.visibleRegion().boundingRect() == panel.rect())
    expected = ["Before all edits", "Brush", "Pre-label", "Brush"]
    assert rows(panel.model()) == [(name, False) for name in expected]
    assert panel.currentIndex().row() == 3
    press(window, Qt.Key.Key_Z, CONTROL)
    press(window, Qt.Key.Key_Z, CONTROL)
    assert [undone for _, undone in rows(panel.model())] == [False, False, True, True]
    assert panel.currentIndex().row() == 1
    text = panel.model().index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == "Pre-label (undone)"


def test_the_words_of_the_present_edit_are_seen_while_the_list_has_the_keyboard(panel: HistoryPanel) -> None:
    assert panel.hasFocus()
    inside = panel.visualRect(panel.currentIndex()).adjusted(2, 2, -2, -2)
    image = panel.viewport().grab(inside).toImage()
    assert len(np.unique(image_pixels(image))) > 3


def test_an_edit_says_which_class_it_painted(window: MainWindow, panel: HistoryPanel) -> None:
    window.session.set_class(4)
    click(window.canvas, 90, 70)
    press(window, Qt.Key.Key_E)
    click(window.canvas, 30, 70)
    deliver(window.session, np.tile(np.arange(WIDTH, dtype=np.uint8) % 5, (HEIGHT, 1)))
    values = [panel.model().index(row, 0).data(VALUE_ROLE) for row in range(7)]
    assert values == [None, 0, 7, 0, 4, VOID, None]
    picture = panel.grab().toImage()
    place = panel.visualRect(panel.model().index(4, 0))
    color = window.session.palette.classes[4].color
    row = [picture.pixelColor(x, place.center().y()).getRgb()[:3] for x in range(picture.width())]
    assert color in row


def test_a_click_goes_to_an_edit_and_back(window: MainWindow, panel: HistoryPanel) -> None:
    last = _labels(window).copy()
    _click_row(panel, 1)
    assert (_labels(window)[20, 20], _labels(window)[45, 60]) == (0, VOID)
    assert window.commands["redo"].isEnabled()
    _click_row(panel, 0)
    assert (_labels(window) == VOID).all()
    assert not window.commands["undo"].isEnabled()
    _click_row(panel, 3)
    assert np.array_equal(_labels(window), last)
    assert not window.commands["redo"].isEnabled()


def test_arrow_keys_walk_through_the_history(window: MainWindow, panel: HistoryPanel) -> None:
    last = _labels(window).copy()
    QTest.keyClick(panel, Qt.Key.Key_Up)
    assert _labels(window)[45, 60] == 7
    QTest.keyClick(panel, Qt.Key.Key_Home)
    assert (_labels(window) == VOID).all()
    QTest.keyClick(panel, Qt.Key.Key_End)
    assert np.array_equal(_labels(window), last)


def test_a_new_edit_takes_the_place_of_those_undone(window: MainWindow, panel: HistoryPanel) -> None:
    _click_row(panel, 1)
    click(window.canvas, 90, 70)
    assert rows(panel.model()) == [("Before all edits", False), ("Brush", False), ("Brush", False)]
    assert panel.currentIndex().row() == 2
    assert _labels(window)[70, 90] == 0


def test_another_scene_has_another_history(window: MainWindow, panel: HistoryPanel) -> None:
    window.session.next_scene()
    assert rows(panel.model()) == [("Before all edits", False)]
    window.session.previous_scene()
    assert len(rows(panel.model())) == 4
    window.session.close_folder()
    assert rows(panel.model()) == []


def test_the_present_row_is_kept_in_sight(window: MainWindow, panel: HistoryPanel) -> None:
    for step in range(30):
        click(window.canvas, 5 + 3 * step, 80)
    assert panel.viewport().rect().contains(panel.visualRect(panel.currentIndex()))
    window.session.history_walk.go_to(0)
    assert panel.indexAt(QPoint(40, 10)).row() == 0


def test_rows_follow_any_change_of_a_history(qtbot: QtBot) -> None:
    random = np.random.default_rng(0)
    planes = np.full((64, 64), VOID, np.uint8), np.zeros((64, 64), np.uint8)
    document = MaskDocument(*planes, History(40_000))
    model = HistoryModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.refresh(document.history)
    for step in range(150):
        for _ in range(int(random.integers(0, 4))):
            document.begin(f"edit {step}")
            side = int(random.integers(1, 65))
            values = random.integers(0, 9, (side, side), np.uint8)
            document.paint(Rect(0, 0, side, side), np.ones((side, side), np.bool_), values, Origin.PAINTED)
            document.commit()
        document.go_to(int(random.integers(0, len(document.history) + 1)))
        model.refresh(document.history)
        history = document.history
        names = [edit.name for edit in history.entries()]
        assert [name for name, _ in rows(model)[1:]] == names
        assert [undone for _, undone in rows(model)] == [
            row > history.position for row in range(len(history) + 1)
        ]
        assert model.position_row() == history.position
    assert document.history.forgotten
    assert rows(model)[0][0] == "Older edits"
    del tester


def test_another_memory_for_undo_counts_at_once_in_every_scene(
    window: MainWindow, panel: HistoryPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    session.change_setting(declared.ON_OPENING, declared.OnOpening.NOTHING)
    for _ in range(2):
        session.next_scene()
        for x in (10, 30, 50, 70):
            drag(window.canvas, (x, 20), (x, 60))
    assert session.document is not None
    monkeypatch.setattr(journals, "_MEGABYTE", session.document.history.nbytes // 32)  # 16 are half of it
    session.change_setting(declared.HISTORY_MEGABYTES, 16)
    here = panel.model().rowCount()
    session.previous_scene()
    before = panel.model().rowCount()
    assert (1 < here < 5, 1 < before < 5) == (True, True)
