"""What the model says of a scene without labels, before anybody asks for it."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.gui.folders import labels_of
from tests.gui.oracle import Oracle, choose_oracle
from tests.gui.previews.looks import depth_shown, let_answer, origins, wait_for_depth
from tests.gui.windows import (
    CONTROL,
    NONE,
    at,
    click,
    drag,
    open_window,
    press,
    saved_labels,
    scene_folder,
    stay_after_done,
)
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.settings import OnOpening
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.tasks import preview

ALT = Qt.KeyboardModifier.AltModifier


def _color(window: MainWindow, x: int, y: int) -> QColor:
    return QColor(window.canvas.grab().toImage().pixel(at(window.canvas, x, y)))


def _status(window: MainWindow) -> str:
    return " | ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_an_opened_scene_shows_depth_one_at_once_and_then_the_depth_chosen(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    bare = _color(window, 5, 5)
    oracle.go.release()
    wait_for_depth(window, qtbot, 1)
    assert "preview at depth 1, depth 4 follows" in _status(window)
    coarse = _color(window, 5, 5)
    oracle.go.release()
    wait_for_depth(window, qtbot, 4)
    assert "preview at depth 4, not in the mask" in _status(window)
    assert "A preview, not yet the mask: press P" in window.canvas.hint
    assert len({bare.rgb(), coarse.rgb(), _color(window, 5, 5).rgb()}) == 3
    assert (labels_of(window.session) == VOID).all()
    assert not window.isWindowModified()
    assert window.session.save()
    assert not (tmp_path / "scenes" / "labels").exists()


def test_a_preview_is_drawn_lighter_than_the_mask(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    bare = _color(window, 5, 5)
    let_answer(window, qtbot, oracle)
    lightly = _color(window, 5, 5)
    press(window, Qt.Key.Key_P)
    strongly = _color(window, 5, 5)

    def distance(color: QColor) -> int:
        there, here = color.getRgb(), bare.getRgb()
        return sum(abs(one - other) for one, other in zip(there, here, strict=True))

    assert 0 < distance(lightly) < distance(strongly)


def test_p_makes_the_preview_the_mask_without_asking_again(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    let_answer(window, qtbot, oracle)
    press(window, Qt.Key.Key_P)
    assert (labels_of(window.session) == 4).all()
    assert (origins(window) == Origin.MODEL).all()
    assert oracle.asked == [1, 4]
    assert depth_shown(window) is None
    press(window, Qt.Key.Key_Z, CONTROL)
    assert (labels_of(window.session) == VOID).all()
    assert depth_shown(window) == 4


def test_strokes_wait_for_nothing_and_stay_when_the_preview_becomes_the_mask(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    window.session.set_diameter(5)
    press(window, Qt.Key.Key_8)
    drag(window.canvas, (40, 45), (60, 45))  # while the network is at it
    assert labels_of(window.session)[45, 60] == 7
    let_answer(window, qtbot, oracle)
    painted = _color(window, 50, 45)
    drag(window.canvas, (40, 20), (60, 20))  # over what is previewed
    assert labels_of(window.session)[20, 60] == 7
    assert depth_shown(window) == 4
    QTest.mouseMove(window.canvas, at(window.canvas, 50, 20))
    assert "50, 20 · Fence (painted)" in _status(window)
    QTest.mouseMove(window.canvas, at(window.canvas, 80, 70))
    assert "80, 70 · Pavement (preview)" in _status(window)
    press(window, Qt.Key.Key_P)
    assert _color(window, 50, 45) == painted  # no preview lay over it
    assert labels_of(window.session)[45, 60] == labels_of(window.session)[20, 60] == 7
    assert labels_of(window.session)[70, 80] == 4


def test_what_is_erased_shows_no_preview(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    bare = _color(window, 50, 45)
    let_answer(window, qtbot, oracle)
    window.session.set_diameter(9)
    press(window, Qt.Key.Key_E)
    drag(window.canvas, (40, 45), (60, 45))
    QTest.mouseMove(window.canvas, at(window.canvas, 100, 80))
    assert _color(window, 50, 45) == bare
    assert _color(window, 50, 20) != bare


def test_marking_as_done_takes_what_is_seen(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    stay_after_done(window)
    oracle.go.release()
    wait_for_depth(window, qtbot, 1)
    press(window, Qt.Key.Key_Return)
    assert not window.session.is_done
    assert any("Only a preview is shown yet" in sentence for sentence in window.toasts.sentences())
    oracle.go.release()
    wait_for_depth(window, qtbot, 4)
    press(window, Qt.Key.Key_Return)
    assert window.session.is_done
    assert (origins(window) == Origin.ACCEPTED).all()
    assert (saved_labels(tmp_path / "scenes", "0.png") == 4).all()


def test_who_flips_through_scenes_waits_only_for_what_is_under_way(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    for _ in range(3):
        press(window, Qt.Key.Key_D)
        qtbot.wait(30)  # each is asked for
    assert oracle.asked == [1]
    oracle.go.release(2)
    wait_for_depth(window, qtbot, 1)
    last = read_image(tmp_path / "scenes" / "3.png")
    assert np.array_equal(oracle.images[1], last)
    oracle.go.release()
    wait_for_depth(window, qtbot, 4)
    assert oracle.asked == [1, 1, 4]
    assert np.array_equal(oracle.images[2], last)


def test_who_flips_through_depths_waits_only_for_what_is_under_way(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    oracle.go.release()
    qtbot.waitUntil(lambda: oracle.asked == [1, 4])
    press(window, Qt.Key.Key_2, ALT)
    qtbot.wait(30)
    press(window, Qt.Key.Key_3, ALT)
    qtbot.wait(30)
    oracle.go.release()
    qtbot.waitUntil(lambda: oracle.asked == [1, 4, 3])
    oracle.go.release()
    wait_for_depth(window, qtbot, 3)
    press(window, Qt.Key.Key_4, ALT)
    wait_for_depth(window, qtbot, 4)
    assert oracle.asked == [1, 4, 3]  # it was known already
    assert (labels_of(window.session) == VOID).all()


def test_the_scene_before_shows_at_once_what_is_known_of_it(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    let_answer(window, qtbot, oracle)
    press(window, Qt.Key.Key_D)
    assert depth_shown(window) is None
    press(window, Qt.Key.Key_A)
    assert depth_shown(window) == 4
    oracle.go.release(2)


def test_prelabelling_when_opening_is_one_edit_that_can_be_taken_back(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    let_answer(window, qtbot, oracle)
    window.session.change_setting(declared.ON_OPENING, OnOpening.PRELABEL)
    assert (labels_of(window.session) == VOID).all()  # it was not opened with this setting
    press(window, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(oracle.asked) == 3)
    window.session.set_diameter(5)
    press(window, Qt.Key.Key_8)
    click(window.canvas, 60, 45)
    oracle.go.release()
    wait_for_depth(window, qtbot, 1)
    assert labels_of(window.session)[5, 5] == VOID
    oracle.go.release()
    qtbot.waitUntil(lambda: labels_of(window.session)[5, 5] == 4)
    assert labels_of(window.session)[45, 60] == 7
    assert saved_labels(tmp_path / "scenes", "1.png")[5, 5] == 4
    press(window, Qt.Key.Key_Z, CONTROL)
    assert labels_of(window.session)[5, 5] == VOID
    assert labels_of(window.session)[45, 60] == 7
    assert depth_shown(window) == 4
    press(window, Qt.Key.Key_A)
    press(window, Qt.Key.Key_D)
    qtbot.wait(50)
    assert labels_of(window.session)[5, 5] == VOID  # what was taken back does not come again by itself


def test_a_scene_that_was_left_before_its_answer_came_is_not_prelabelled(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    window.session.change_setting(declared.ON_OPENING, OnOpening.PRELABEL)
    press(window, Qt.Key.Key_D)
    press(window, Qt.Key.Key_D)
    oracle.go.release(9)
    qtbot.waitUntil(lambda: bool((labels_of(window.session) == 4).all()))
    assert sorted(path.name for path in (tmp_path / "scenes" / "labels").iterdir()) == ["2.png"]


def test_the_preview_can_be_switched_off(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    let_answer(window, qtbot, oracle)
    window.session.change_setting(declared.ON_OPENING, OnOpening.NOTHING)
    assert depth_shown(window) is None
    assert "preview" not in _status(window)
    press(window, Qt.Key.Key_D)
    qtbot.wait(50)
    assert oracle.asked == [1, 4]


def test_a_scene_that_has_labels_is_not_previewed(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    let_answer(window, qtbot, oracle)
    press(window, Qt.Key.Key_P)
    press(window, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(oracle.asked) == 3)
    window.session.set_diameter(2000)
    click(window.canvas, 60, 45)  # all of it
    assert depth_shown(window) is None
    oracle.go.release(2)
    press(window, Qt.Key.Key_A)
    assert depth_shown(window) is None


def test_a_large_scene_is_previewed_from_a_smaller_copy_and_prelabelled_whole(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "_WHOLE_PIXELS", 90 * 120 - 1)
    monkeypatch.setattr(preview, "_REDUCED_PIXELS", 90 * 120 // 4)
    press(window, Qt.Key.Key_D)
    oracle.go.release()  # for the scene that was left
    let_answer(window, qtbot, oracle)
    assert [image.shape for image in oracle.images[1:]] == [(45, 60, 3)] * 2
    assert window.session.previews.shown is not None
    assert window.session.previews.shown.labels.shape == (45, 60)
    window.session.set_diameter(9)
    press(window, Qt.Key.Key_8)
    drag(window.canvas, (40, 20), (60, 20))
    press(window, Qt.Key.Key_E)
    drag(window.canvas, (40, 60), (60, 60))
    QTest.mouseMove(window.canvas, at(window.canvas, 119, 89))
    assert "119, 89 · Pavement (preview)" in _status(window)
    erased, previewed = _color(window, 50, 60), _color(window, 50, 80)
    window.canvas.hide_overlay(True)
    assert (_color(window, 50, 60) == erased, _color(window, 50, 80) == previewed) == (True, False)
    window.canvas.hide_overlay(False)
    press(window, Qt.Key.Key_I)
    click(window.canvas, 100, 80)
    assert window.session.active_class == 4
    press(window, Qt.Key.Key_Return)
    assert not window.session.is_done
    oracle.go.release()
    press(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: labels_of(window.session)[5, 5] == 4)
    assert labels_of(window.session)[20, 50] == 7
    assert oracle.images[-1].shape == (90, 120, 3)


def test_a_model_that_cannot_be_read_is_told_once(qtbot: QtBot, oracle: Oracle, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes", 4))
    choose_oracle(window, oracle, tmp_path)
    (tmp_path / "weights.safetensors").unlink()
    told: list[str] = []
    window.session.notice.connect(lambda sentence, _kind: told.append(sentence))
    window.session.change_setting(declared.ON_OPENING, OnOpening.PREVIEW)
    for _ in range(3):
        qtbot.wait(50)
        press(window, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
    assert f"{tmp_path} cannot be read" in told[0]
    assert oracle.asked == []


def test_outlines_and_hidden_overlay_hold_for_the_preview_too(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    bare = _color(window, 50, 45)
    let_answer(window, qtbot, oracle)
    assert _color(window, 50, 45) != bare
    press(window, Qt.Key.Key_O)
    assert _color(window, 50, 45) == bare  # inside one class there is no outline
    press(window, Qt.Key.Key_O)
    QTest.keyPress(window.canvas, Qt.Key.Key_T, NONE)
    assert _color(window, 50, 45) == bare
    QTest.keyRelease(window.canvas, Qt.Key.Key_T, NONE)
