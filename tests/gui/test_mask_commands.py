"""Commands on the mask, by their keys, in a whole window."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    LEFT,
    NONE,
    SHIFT,
    WIDTH,
    drag,
    open_window,
    press,
    scene_folder,
    stay_after_done,
)
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.selection import Selection
from unetpp_desktop.gui import edit_runner
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.mask_file import Provenance

SKY, ROAD, CAR = 0, 3, 8
KEY = Qt.Key


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.set_class(CAR)
    return window


def _told(window: MainWindow) -> list[str]:
    told: list[str] = []
    window.session.notice.connect(lambda sentence, _level: told.append(sentence))
    return told


def _paint(window: MainWindow, box: tuple[int, int, int, int], value: int) -> None:
    """``box`` is top, left, bottom, right."""
    document = window.session.document
    assert document is not None
    rect = Rect(*box)
    changed = document.paint(rect, np.ones((rect.height, rect.width), bool), value, Origin.PAINTED)
    window.session.after_edit(changed)


def _labels(window: MainWindow) -> np.ndarray:
    assert window.session.document is not None
    return window.session.document.labels


def _undo_name(window: MainWindow) -> str | None:
    assert window.session.document is not None
    return window.session.document.undo_name


def _edits(window: MainWindow) -> int:
    assert window.session.document is not None
    return len(window.session.document.history.entries())


def _car_on_road(window: MainWindow) -> None:
    """A car of 20 x 30 pixels with a hole, an island of 4 pixels, and road around it."""
    _paint(window, (0, 0, HEIGHT, WIDTH), ROAD)
    _paint(window, (10, 10, 30, 40), CAR)
    _paint(window, (15, 15, 18, 18), SKY)
    _paint(window, (60, 60, 62, 62), CAR)


def test_holes_are_filled_as_one_edit(window: MainWindow) -> None:
    _car_on_road(window)
    press(window, KEY.Key_F, SHIFT)
    assert (_labels(window)[15:18, 15:18] == CAR).all()
    assert _undo_name(window) == "Fill holes"
    press(window, KEY.Key_Z, CONTROL)
    assert (_labels(window)[15:18, 15:18] == SKY).all()


def test_a_command_that_has_nothing_to_do_says_so(window: MainWindow) -> None:
    told = _told(window)
    for key, sentence in (
        (KEY.Key_F, "No holes in Car."),
        (KEY.Key_I, "No islands of Car under 50 px."),
        (KEY.Key_S, "The boundary of Car is smooth already."),
        (KEY.Key_G, "Car has nowhere to grow."),
        (KEY.Key_V, "No void lies beside a class."),
    ):
        press(window, key, SHIFT)
        assert told[-1] == sentence
    _paint(window, (0, 0, HEIGHT, WIDTH), CAR)
    press(window, KEY.Key_N, SHIFT)
    assert told[-1] == "Car is the only class here: nothing could take its pixels."
    assert _edits(window) == 1


def test_a_scene_of_one_pixel_can_be_commanded(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    Image.new("RGB", (1, 1)).save(folder / "a.png")
    window = open_window(qtbot, tmp_path / "config", folder)
    for key in (KEY.Key_F, KEY.Key_I, KEY.Key_S, KEY.Key_G, KEY.Key_N, KEY.Key_V):
        press(window, key, SHIFT)
    assert _edits(window) == 0


def test_the_amount_can_be_changed_afterwards_and_it_stays_one_edit(window: MainWindow, qtbot: QtBot) -> None:
    _car_on_road(window)
    edits = _edits(window)
    press(window, KEY.Key_G, SHIFT)
    assert np.count_nonzero(_labels(window)[9] == CAR) == 30
    bar = window.mask_desk.amount_bar
    assert bar.isVisible()
    press(window, KEY.Key_M, CONTROL)
    number = bar.findChild(QSpinBox)
    assert number is not None
    assert number.hasFocus()
    assert number.accessibleName() == "Grow Car by"
    QTest.keyClicks(number, "4")
    QTest.keyClick(number, KEY.Key_Return)
    assert _labels(window)[6, 20] == CAR
    assert _labels(window)[5, 20] == ROAD
    assert _edits(window) == edits + 1
    assert not bar.isVisible()
    assert window.canvas.hasFocus()
    press(window, KEY.Key_Z, CONTROL)
    assert _labels(window)[9, 20] == ROAD


def test_the_amount_is_remembered(window: MainWindow) -> None:
    _car_on_road(window)
    told = _told(window)
    press(window, KEY.Key_I, SHIFT)
    assert (_labels(window)[60:62, 60:62] == ROAD).all()
    window.mask_desk.commands.adjust(3)
    assert (_labels(window)[60:62, 60:62] == CAR).all()
    assert told[-1] == "No islands of Car under 3 px."
    assert window.mask_desk.amount_bar.isVisible()
    press(window, KEY.Key_I, SHIFT)
    assert told[-1] == "No islands of Car under 3 px."


def test_the_bar_goes_with_the_next_edit_and_with_escape(window: MainWindow) -> None:
    _car_on_road(window)
    press(window, KEY.Key_G, SHIFT)
    drag(window.canvas, (70, 70), (80, 70))
    assert not window.mask_desk.amount_bar.isVisible()
    press(window, KEY.Key_G, SHIFT)
    press(window, KEY.Key_M, CONTROL)
    number = window.mask_desk.amount_bar.findChild(QSpinBox)
    QTest.keyClick(number, KEY.Key_Escape)
    assert not window.mask_desk.amount_bar.isVisible()
    window.mask_desk.commands.adjust(9)  # what the bar would have said
    press(window, KEY.Key_D)
    assert not window.mask_desk.amount_bar.isVisible()


def test_a_press_beside_the_number_paints_nothing(window: MainWindow) -> None:
    _car_on_road(window)
    press(window, KEY.Key_G, SHIFT)
    before, edits = _labels(window).copy(), _edits(window)
    bar = window.mask_desk.amount_bar
    assert bar.isVisible()
    window.canvas.zoom_to(10, QPointF(window.canvas.rect().center()))  # the scene lies under the bar
    QTest.mouseClick(window.windowHandle(), LEFT, NONE, bar.mapTo(window, QPoint(3, bar.height() // 2)))
    assert np.array_equal(_labels(window), before)
    assert _edits(window) == edits
    assert bar.isVisible()


def test_without_a_command_there_is_no_amount_to_change(window: MainWindow) -> None:
    told = _told(window)
    press(window, KEY.Key_M, CONTROL)
    assert told == ["There is no amount to change: smooth, grow or shrink a class first."]


def test_islands_go_and_smoothing_keeps_thin_parts(window: MainWindow) -> None:
    _car_on_road(window)
    _paint(window, (9, 20, 10, 21), CAR)
    press(window, KEY.Key_S, SHIFT)
    assert _labels(window)[9, 20] == ROAD
    press(window, KEY.Key_I, SHIFT)
    assert (_labels(window)[60:62, 60:62] == ROAD).all()
    press(window, KEY.Key_N, SHIFT)
    assert np.count_nonzero(_labels(window)[10:30, 10:40] == CAR) < 600 - 9


def test_only_the_selection_is_changed(window: MainWindow) -> None:
    _car_on_road(window)
    window.session.select(Selection(Rect(5, 5, 20, 50), np.ones((15, 45), bool)))
    press(window, KEY.Key_G, SHIFT)
    labels = _labels(window)
    assert labels[9, 20] == CAR
    assert labels[30, 20] == ROAD
    window.session.select(Selection(Rect(80, 80, 81, 81), np.ones((1, 1), bool)))
    told = _told(window)
    press(window, KEY.Key_F, SHIFT)
    assert told == ["No holes in Car."]


def test_locked_classes_stay_and_that_is_said(window: MainWindow) -> None:
    _car_on_road(window)
    window.session.set_locked(SKY, True)
    told = _told(window)
    press(window, KEY.Key_F, SHIFT)
    assert (_labels(window)[15:18, 15:18] == SKY).all()
    assert told == ["Nothing was changed: all these pixels are locked or protected."]


def test_void_goes_to_the_nearest_class(window: MainWindow) -> None:
    _paint(window, (0, 0, 10, WIDTH), SKY)
    _paint(window, (80, 0, HEIGHT, WIDTH), ROAD)
    press(window, KEY.Key_V, SHIFT)
    assert (_labels(window)[:40] == SKY).all()
    assert (_labels(window)[50:] == ROAD).all()
    press(window, KEY.Key_Z, CONTROL)
    assert (_labels(window)[20:70] == VOID).all()


def test_nothing_is_commanded_while_something_is_drawn(window: MainWindow) -> None:
    _car_on_road(window)
    told = _told(window)
    window.session.strokes.begin((70.5, 70.5))
    press(window, KEY.Key_F, SHIFT)
    assert (_labels(window)[15:18, 15:18] == SKY).all()
    assert told == ["End what you are drawing first: Enter finishes it, Esc gives it up."]


def test_large_masks_are_computed_in_a_job(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit_runner, "_AT_ONCE", 0)
    _car_on_road(window)
    press(window, KEY.Key_F, SHIFT)
    assert (_labels(window)[15:18, 15:18] == SKY).all()
    _paint(window, (22, 22, 24, 24), SKY)  # meanwhile
    qtbot.waitUntil(lambda: _undo_name(window) == "Fill holes")
    assert (_labels(window)[15:18, 15:18] == CAR).all()
    assert (_labels(window)[22:24, 22:24] == CAR).all()


def test_a_job_waits_for_the_end_of_a_stroke(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit_runner, "_AT_ONCE", 0)
    _car_on_road(window)
    press(window, KEY.Key_F, SHIFT)
    window.session.strokes.begin((70.5, 70.5))
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    assert window.session.strokes.under_way
    window.session.strokes.end((70.5, 70.5))
    qtbot.waitUntil(lambda: _undo_name(window) == "Fill holes")


def test_a_job_for_a_scene_that_was_left_changes_nothing(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit_runner, "_AT_ONCE", 0)
    _car_on_road(window)
    told = _told(window)
    press(window, KEY.Key_F, SHIFT)
    press(window, KEY.Key_D)
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    assert told == ["Fill holes: nothing was changed, because another scene was opened meanwhile."]
    assert _edits(window) == 0


def _save(window: MainWindow, place: int, labels: np.ndarray, origin: Origin) -> None:
    project = window.session.project
    assert project is not None
    origins = np.where(labels == VOID, Origin.NONE, origin).astype(np.uint8)
    project.save_mask(project.scenes[place], labels, origins, Provenance())


def test_the_scene_before_is_copied_with_its_origins(window: MainWindow) -> None:
    before = np.full((HEIGHT, WIDTH), VOID, np.uint8)
    before[:20] = SKY
    before[50:] = CAR
    _save(window, 0, before, Origin.MODEL)
    window.session.next_scene()
    _paint(window, (10, 0, 40, WIDTH), ROAD)
    press(window, KEY.Key_D, CONTROL)
    assert _undo_name(window) == "Copy the scene before"
    labels = _labels(window)
    assert (labels[:20] == SKY).all()
    assert (labels[20:40] == ROAD).all()  # there is no class there in the scene before
    assert (labels[50:] == CAR).all()
    assert window.session.document is not None
    assert (window.session.document.origins[50:] == Origin.MODEL).all()
    told = _told(window)
    press(window, KEY.Key_D, CONTROL)
    assert told == ["0.png has nothing that is not here already."]


def test_one_class_or_one_region_is_copied(window: MainWindow) -> None:
    before = np.full((HEIGHT, WIDTH), SKY, np.uint8)
    before[50:] = CAR
    _save(window, 0, before, Origin.PAINTED)
    window.session.next_scene()
    press(window, KEY.Key_D, SHIFT)
    assert (_labels(window)[50:] == CAR).all()
    assert (_labels(window)[:50] == VOID).all()
    window.session.select(Selection(Rect(0, 0, 5, 5), np.eye(5, dtype=bool)))
    press(window, KEY.Key_D, CONTROL)
    assert np.count_nonzero(_labels(window) == SKY) == 5


def test_what_cannot_be_copied_is_told(window: MainWindow, tmp_path: Path) -> None:
    told = _told(window)
    assert not window.commands["copy_before"].isEnabled()
    window.mask_desk.sources.copy_mask()
    window.session.next_scene()
    press(window, KEY.Key_D, CONTROL)
    Image.new("RGB", (7, 5)).save(tmp_path / "scenes" / "0.png")
    _save(window, 0, np.full((5, 7), CAR, np.uint8), Origin.PAINTED)
    press(window, KEY.Key_D, CONTROL)
    stay_after_done(window)
    window.session.mark_done()
    press(window, KEY.Key_D, SHIFT)
    assert told == [
        "This is the first scene: there is none before it.",
        "0.png has no mask yet.",
        "0.png is 7 x 5 pixels, this scene 120 x 90: nothing was copied.",
        "1.png is done; unmark it first.",
    ]


def test_the_saved_mask_comes_back(window: MainWindow) -> None:
    assert not window.commands["revert_file"].isEnabled()
    told = _told(window)
    window.mask_desk.sources.revert_to_file()
    _car_on_road(window)
    window.session.save()
    saved = _labels(window).copy()
    press(window, KEY.Key_R, CONTROL | SHIFT)
    _paint(window, (0, 0, 50, 50), SKY)
    press(window, KEY.Key_R, CONTROL | SHIFT)
    assert np.array_equal(_labels(window), saved)
    assert _undo_name(window) == "Revert to the saved mask"
    assert told == ["0.png has no saved mask yet.", "The mask is what the file holds already."]


def test_what_the_model_says_fills_void_or_everything(
    window: MainWindow, qtbot: QtBot, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.predictor.uses_openvino", lambda *_: False)  # torch is loaded
    session = window.session
    session.set_model(tiny_model)
    _paint(window, (0, 0, HEIGHT, 60), ROAD)
    press(window, KEY.Key_V, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: _undo_name(window) == "Fill void by the model", timeout=20000)
    assert session.answers.ranked is not None
    says = session.answers.ranked[0]
    assert (_labels(window)[:, :60] == ROAD).all()
    assert np.array_equal(_labels(window)[:, 60:], says[:, 60:])
    assert session.document is not None
    assert (session.document.origins[:, 60:] == Origin.MODEL).all()
    assert session.visit is not None
    assert session.visit.provenance.model == "tiny"
    press(window, KEY.Key_R, CONTROL)
    assert np.array_equal(_labels(window), says)
    assert (session.document.origins == Origin.MODEL).all()
    told = _told(window)
    press(window, KEY.Key_R, CONTROL)
    press(window, KEY.Key_V, CONTROL | SHIFT)
    assert told == [
        "The mask is what the model says already.",
        "There is no void that the model has a class for.",
    ]
    press(
        window,
        KEY.Key_Z,
        CONTROL,
    )
    assert (_labels(window)[:, :60] == ROAD).all()
    stay_after_done(window)
    press(window, KEY.Key_Return, NONE)
    press(window, KEY.Key_R, CONTROL)
    assert told[-1] == "0.png is done; unmark it first."
