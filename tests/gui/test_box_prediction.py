"""Having the model label a part of the scene, by a drag."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.oracle import Oracle, choose_oracle
from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    SHIFT,
    WIDTH,
    click,
    drag,
    open_window,
    press,
    saved_labels,
    scene_folder,
    stay_after_done,
)
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.settings import OnOpening, ScaleChoice
from unetpp_desktop.gui.main_window import MainWindow

BOX = Rect(20, 30, 61, 91)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, oracle: Oracle) -> MainWindow:
    """A scene without labels, and the tool in the hand."""
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    choose_oracle(window, oracle, tmp_path)
    window.session.set_diameter(5)
    press(window, Qt.Key.Key_P, SHIFT)
    return window


def _labels(window: MainWindow) -> np.ndarray:
    assert window.session.document is not None
    return window.session.document.labels


def _drag_box(window: MainWindow) -> None:
    drag(window.canvas, (BOX.left, BOX.top), (BOX.right - 1, BOX.bottom - 1))


def _wait(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.active)


def _only_in_box(value: int) -> np.ndarray:
    expected = np.full((HEIGHT, WIDTH), VOID, np.uint8)
    expected[BOX.slices] = value
    return expected


def test_only_the_box_is_predicted_around_what_a_person_painted(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    press(window, Qt.Key.Key_B)
    press(window, Qt.Key.Key_8)
    click(window.canvas, 60, 40)
    painted = _labels(window) != VOID
    press(window, Qt.Key.Key_P, SHIFT)
    oracle.go.release()
    _drag_box(window)
    _wait(window, qtbot)
    expected = _only_in_box(4)
    expected[painted] = 7
    assert np.array_equal(_labels(window), expected)
    assert window.session.document is not None
    assert window.session.document.origins[BOX.top, BOX.left] == Origin.MODEL
    assert window.session.document.undo_name == "Pre-label a box"
    assert np.array_equal(saved_labels(tmp_path / "scenes", "0.png"), expected)
    press(window, Qt.Key.Key_Z, CONTROL)
    assert np.array_equal(_labels(window) != VOID, painted)
    press(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert np.array_equal(_labels(window), expected)


def test_a_box_may_be_painted_in_while_the_network_is_at_it(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    _drag_box(window)
    qtbot.waitUntil(lambda: bool(oracle.asked))
    press(window, Qt.Key.Key_B)
    press(window, Qt.Key.Key_8)
    click(window.canvas, 60, 40)
    oracle.go.release()
    _wait(window, qtbot)
    assert _labels(window)[40, 60] == 7
    assert _labels(window)[BOX.top, BOX.left] == 4


def test_a_click_or_a_drag_beside_the_scene_asks_nothing(window: MainWindow, oracle: Oracle) -> None:
    click(window.canvas, 60, 40)
    drag(window.canvas, (WIDTH + 5, 10), (WIDTH + 20, 30))
    assert not window.session.jobs.active
    assert oracle.asked == []
    assert (_labels(window) == VOID).all()


def test_a_box_that_sticks_out_is_cut_to_the_scene(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    oracle.go.release()
    drag(window.canvas, (WIDTH - 10, HEIGHT - 20), (WIDTH + 15, HEIGHT + 10))
    _wait(window, qtbot)
    assert (_labels(window)[HEIGHT - 20 :, WIDTH - 10 :] == 4).all()
    assert np.count_nonzero(_labels(window) != VOID) == 200


def test_leaving_the_scene_gives_its_box_up(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    _drag_box(window)
    qtbot.waitUntil(lambda: bool(oracle.asked))
    press(window, Qt.Key.Key_D)
    oracle.go.release()
    _wait(window, qtbot)
    press(window, Qt.Key.Key_A)
    assert (_labels(window) == VOID).all()
    assert not (tmp_path / "scenes" / "labels").exists()


def test_what_the_model_is_known_to_say_is_there_at_once(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    window.session.change_setting(declared.ON_OPENING, OnOpening.PREVIEW)
    oracle.go.release(2)
    qtbot.waitUntil(
        lambda: window.session.previews.shown is not None and window.session.previews.shown.refined
    )
    _drag_box(window)
    assert np.array_equal(_labels(window), _only_in_box(4))
    assert oracle.asked == [1, 4]
    assert window.session.previews.shown is not None  # of the rest


def test_what_is_known_at_another_scale_is_asked_again_at_full_resolution(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    window.session.change_setting(declared.PREDICTION_SCALE, ScaleChoice.HALF)
    window.session.change_setting(declared.ON_OPENING, OnOpening.PREVIEW)
    oracle.go.release(3)
    qtbot.waitUntil(lambda: window.session.answers.prediction is not None)
    _drag_box(window)
    _wait(window, qtbot)
    assert np.array_equal(_labels(window), _only_in_box(4))
    assert oracle.asked == [1, 4, 4]


def test_a_scene_that_is_done_is_left_alone(window: MainWindow, oracle: Oracle) -> None:
    stay_after_done(window)
    press(window, Qt.Key.Key_Return)
    _drag_box(window)
    assert oracle.asked == []
    assert any("is done; unmark it" in sentence for sentence in window.toasts.sentences())


def test_a_scene_that_is_marked_as_done_before_the_answer_comes_is_left_alone(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    stay_after_done(window)
    _drag_box(window)
    qtbot.waitUntil(lambda: bool(oracle.asked))
    press(window, Qt.Key.Key_Return)
    oracle.go.release()
    _wait(window, qtbot)
    assert (_labels(window) == VOID).all()
    assert any("is done; unmark it" in sentence for sentence in window.toasts.sentences())


def test_a_job_of_a_box_can_be_cancelled(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    _drag_box(window)
    qtbot.waitUntil(lambda: bool(oracle.asked))
    (job,) = window.session.jobs.active
    assert job.title == "Pre-label a box of 0.png"
    job.cancel()
    oracle.go.release()
    _wait(window, qtbot)
    assert (_labels(window) == VOID).all()
