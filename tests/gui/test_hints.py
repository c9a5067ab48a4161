"""What the window says by itself: on an empty scene, over the canvas, about broken models."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    WIDTH,
    click,
    deliver,
    drop_on,
    open_window,
    press,
    scene_folder,
)
from tests.tasks.reviews import review_folder
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.storage.project import Project, SceneState


def test_the_hint_goes_with_the_first_stroke_and_comes_back_with_undo(window: MainWindow) -> None:
    hint = window.canvas.hint
    assert "B" in hint.split()
    click(window.canvas, 60, 45)
    assert window.canvas.hint == ""
    press(window, Qt.Key.Key_Z, CONTROL)
    assert window.canvas.hint == hint
    press(window, Qt.Key.Key_D)
    assert window.canvas.hint == hint


def test_the_hint_goes_with_a_prediction(window: MainWindow) -> None:
    deliver(window.session, np.zeros((HEIGHT, WIDTH), np.uint8))
    assert window.canvas.hint == ""


def test_the_hint_is_painted_near_the_bottom(window: MainWindow) -> None:
    canvas = window.canvas
    with_hint = _pixels(canvas)
    click(canvas, 1, 1)
    press(window, Qt.Key.Key_T)  # without the class colours only the hint can differ
    without = _pixels(canvas)
    rows = np.flatnonzero((with_hint != without).any(axis=(1, 2)))
    assert len(rows[rows > canvas.height() * 0.9]) >= 20


def _pixels(canvas: Canvas) -> np.ndarray:
    image = canvas.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


@pytest.mark.parametrize("width", [880, 1024, 1920])
def test_notices_lie_over_the_canvas_only(window: MainWindow, width: int, qtbot: QtBot) -> None:
    window.session.notice.emit(
        "A sentence that is long enough to need the whole width of two lines. " * 2, "error"
    )
    window.resize(width, 700)
    canvas, toasts = window.canvas, window.toasts
    qtbot.waitUntil(lambda: _in_window(canvas).contains(_in_window(toasts)))
    assert abs(_in_window(canvas).center().x() - _in_window(toasts).center().x()) <= 1


@pytest.mark.parametrize("width", [880, 1024, 1920])
def test_notices_leave_the_hint_and_the_bar_of_the_review_free(
    qtbot: QtBot, tmp_path: Path, width: int
) -> None:
    window = open_window(qtbot, tmp_path / "config", review_folder(tmp_path / "scenes"))
    toasts, bar = window.toasts, window.contents.review_bar
    window.resize(width, 700)
    window.session.notice.emit("A notice that came before the bar.", "error")
    at_the_bottom = _in_window(toasts).bottom()
    press(window, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: bar.isVisible())
    window.session.notice.emit("One that came while it was there.", "error")
    qtbot.waitUntil(lambda: _in_window(toasts).bottom() < _in_window(bar).top())
    assert _in_window(window.canvas).contains(_in_window(toasts))
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not bar.isVisible())
    qtbot.waitUntil(lambda: _in_window(toasts).bottom() == at_the_bottom)


def test_notices_lie_above_the_hint(window: MainWindow, qtbot: QtBot) -> None:
    canvas, toasts = window.canvas, window.toasts
    window.session.notice.emit("A sentence.", "error")
    hint = canvas.hint_place.translated(_in_window(canvas).topLeft())
    assert not hint.isEmpty()
    assert _in_window(toasts).bottom() < hint.top()
    click(canvas, 60, 45)
    assert canvas.hint_place.isEmpty()
    qtbot.waitUntil(lambda: _in_window(toasts).bottom() > hint.top())
    press(window, Qt.Key.Key_Z, CONTROL)
    assert _in_window(toasts).bottom() < hint.top()


def test_a_name_that_is_longer_than_a_line_is_shown_to_its_end(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config")
    pictures = []
    for end in ("1", "8"):
        empty = tmp_path / f"{'drive_of_the_front_camera_' * 5}{end}"
        empty.mkdir()
        drop_on(window, empty)
        pictures.append(window.toasts.grab().toImage())
    assert pictures[0].size() == pictures[1].size()
    assert pictures[0] != pictures[1]


def test_notices_take_no_more_room_when_another_one_has_gone(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.notice.emit("One that stays.", "error")
    place = _in_window(window.toasts)
    monkeypatch.setattr("unetpp_desktop.gui.toasts._INFO_MS", 50)
    window.session.notice.emit("One that goes by itself.", "info")
    assert _in_window(window.toasts) != place
    qtbot.waitUntil(lambda: window.toasts.sentences() == ("One that stays.",))
    qtbot.waitUntil(lambda: _in_window(window.toasts) == place)
    window.session.notice.emit("One that is closed.", "error")
    close = [button for button in window.toasts.findChildren(QToolButton) if button.toolTip() == "Close"]
    QTest.mouseClick(close[-1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _in_window(window.toasts) == place)


def test_a_notice_that_comes_of_the_button_of_the_same_one_stays(window: MainWindow) -> None:
    taken: list[int] = []

    def offer(number: int) -> None:
        def accept() -> None:
            taken.append(number)
            offer(number + 1)

        window.session.offer.emit("Something was done.", Offer("Undo", accept))

    offer(1)
    for _ in range(2):
        buttons = window.toasts.findChildren(QToolButton, "toastOffer")
        QTest.mouseClick(next(button for button in buttons if button.isVisible()), Qt.MouseButton.LeftButton)
    assert taken == [1, 2]
    assert window.toasts.sentences() == ("Something was done.",)


def test_the_words_of_a_notice_are_copied_as_they_are(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config")
    empty = tmp_path / ("drive_of_the_front_camera_" * 5)
    empty.mkdir()
    drop_on(window, empty)
    words = window.toasts.findChild(QTextEdit)
    assert words is not None
    for key in (Qt.Key.Key_A, Qt.Key.Key_C):
        QTest.keyClick(words, key, CONTROL)
    assert (QApplication.clipboard().text(),) == window.toasts.sentences()


def test_the_keys_are_the_canvas_s_again_after_words_of_a_notice_were_selected(window: MainWindow) -> None:
    window.session.notice.emit("A sentence.", "error")
    words = window.toasts.findChild(QTextEdit)
    assert words is not None
    QTest.mouseClick(words.viewport(), Qt.MouseButton.LeftButton)
    assert words.hasFocus()
    place = QPointF(9, 9)
    QApplication.sendEvent(window.canvas, QEnterEvent(place, place, place))
    assert window.canvas.hasFocus()


def test_the_canvas_names_an_image_that_cannot_be_read_to_the_end(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    for end in ("1", "8"):
        (folder / f"{'frame_of_the_front_camera_' * 5}{end}.png").write_bytes(b"no image")
    window = open_window(qtbot, tmp_path / "config", folder)
    first = window.canvas.grab().toImage()
    press(window, Qt.Key.Key_D)
    assert window.canvas.grab().toImage() != first


def test_why_a_folder_was_not_opened_goes_when_another_one_is(
    qtbot: QtBot, tmp_path: Path, folder: Path
) -> None:
    window = open_window(qtbot, tmp_path / "config")
    for name in ("empty", "empty too"):
        (tmp_path / name).mkdir()
        drop_on(window, tmp_path / name)
        assert [name in sentence for sentence in window.toasts.sentences()] == [True]
    drop_on(window, folder)
    assert window.session.project is not None
    assert window.toasts.sentences() == ()


def test_notices_about_a_folder_go_when_it_is_closed(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Project, "read_only", property(lambda _: True))
    assert window.session.open_folder(scene_folder(tmp_path / "read-only"))
    assert any("is read-only" in sentence for sentence in window.toasts.sentences())
    assert window.session.close_folder()
    assert window.toasts.sentences() == ()


def _in_window(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


def test_a_broken_model_folder_is_told_once_for_each_opening(window: MainWindow, folder: Path) -> None:
    session = window.session
    for number in (1, 2):
        broken = folder / ".unetpp" / "models" / f"broken-{number}"
        broken.mkdir(parents=True)
        (broken / "card.json").write_text("{")
    told: list[str] = []
    session.notice.connect(lambda sentence, _level: told.append(sentence))
    session.models()
    session.set_depth(2)
    session.models()
    assert len(told) == 1
    assert "broken-1" in told[0]
    assert told[0].endswith("(and 1 more)")
    assert session.open_folder(folder)
    assert len(told) == 2


def test_a_broken_image_is_called_unreadable_before_anybody_opens_it(
    qtbot: QtBot, tmp_path: Path, folder: Path
) -> None:
    (folder / "1.png").write_bytes(b"no image")
    window = open_window(qtbot, tmp_path / "config", folder)
    session = window.session
    qtbot.waitUntil(lambda: session.known.state(session.scenes[1]) is SceneState.UNREADABLE)
    assert session.position == 0
    assert window.toasts.sentences() == ()
