"""Predictions that arrive while the user goes on."""

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.gui.oracle import Oracle, choose_oracle
from tests.gui.windows import CONTROL, SHIFT, click, open_window, press, saved_labels, scene_folder
from unetpp_desktop.core import settings
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.prelabelling import Prelabelling
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.scale import SCALES
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, oracle: Oracle) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes", 4))
    choose_oracle(window, oracle, tmp_path)
    return window


def _wait(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.active)


def _shown(window: MainWindow) -> np.ndarray:
    document = window.session.document
    assert document is not None
    return document.labels


def test_p_predicts_the_open_scene_around_what_was_painted(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    window.session.set_diameter(5)
    press(window, Qt.Key.Key_8)
    click(window.canvas, 60, 45)
    oracle.go.release()
    press(window, Qt.Key.Key_P)
    _wait(window, qtbot)
    qtbot.waitUntil(lambda: _shown(window)[5, 5] == 4)
    assert _shown(window)[45, 60] == 7
    assert saved_labels(tmp_path / "scenes", "0.png")[45, 60] == 7


def test_a_scene_that_is_opened_while_the_job_runs_gets_its_prediction_as_an_edit(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    press(window, Qt.Key.Key_P, CONTROL | SHIFT)
    oracle.go.release(2)
    folder = tmp_path / "scenes" / "labels"
    qtbot.waitUntil((folder / "1.png").exists)
    press(window, Qt.Key.Key_D)
    press(window, Qt.Key.Key_D)
    window.session.set_diameter(5)
    press(window, Qt.Key.Key_8)
    click(window.canvas, 60, 45)  # scene 2, before its turn
    oracle.go.release(3)  # the first scene is asked about again where its answer came after it was left
    _wait(window, qtbot)
    qtbot.waitUntil(lambda: _shown(window)[5, 5] == 4)
    assert _shown(window)[45, 60] == 7
    for name in ("0.png", "1.png", "3.png"):
        assert (saved_labels(tmp_path / "scenes", name) == 4).all()


def test_another_depth_predicts_an_empty_scene_again_and_leaves_a_painted_one(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    oracle.go.release()
    press(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    _wait(window, qtbot)
    qtbot.waitUntil(lambda: bool((_shown(window) == 2).all()))
    press(window, Qt.Key.Key_D)
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert not window.session.jobs.active
    assert _shown(window)[5, 5] == VOID


def test_closing_does_not_wait_for_a_job(window: MainWindow, oracle: Oracle) -> None:
    press(window, Qt.Key.Key_P, CONTROL | SHIFT)
    oracle.go.release(1)
    closing = threading.Timer(0.2, oracle.go.release, (9,))
    closing.start()
    assert window.close()
    closing.join()
    assert not window.session.jobs.active


def test_a_job_that_waits_for_another_can_be_cancelled(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    session = window.session
    session.prelabel(session.scenes[1:])
    qtbot.waitUntil(lambda: bool(oracle.asked))
    session.prelabel(session.scenes[:1])
    first, second = session.jobs.active
    second.cancel()
    qtbot.waitUntil(lambda: session.jobs.active == [first])
    assert oracle.asked == [4]
    oracle.go.release(3)
    _wait(window, qtbot)
    assert (_shown(window) == VOID).all()


def test_a_prediction_that_was_cancelled_on_its_way_is_dropped(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    press(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: bool(oracle.asked))
    window.session.jobs.active[0].cancel()
    oracle.go.release()
    _wait(window, qtbot)
    qtbot.wait(100)
    assert (_shown(window) == VOID).all()


def test_a_prediction_that_waits_for_the_window_when_its_job_is_cancelled_is_dropped(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    press(window, Qt.Key.Key_P)
    job = window.session.jobs.active[0]
    oracle.go.release()
    deadline = time.monotonic() + 10
    while job.thread_is_alive and time.monotonic() < deadline:
        time.sleep(0.01)  # the window is busy: nothing is delivered yet
    job.cancel()
    _wait(window, qtbot)
    qtbot.wait(100)
    assert (_shown(window) == VOID).all()


def test_only_the_depth_chosen_last_arrives(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    predicted: list[int] = []
    window.session.predicted.connect(lambda delivery: predicted.append(delivery.prediction.depth))
    press(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: bool(oracle.asked))
    window.session.set_depth(2)
    window.session.set_depth(3)
    oracle.go.release(3)
    _wait(window, qtbot)
    qtbot.waitUntil(lambda: bool((_shown(window) == 3).all()))
    assert predicted == [3]


def test_a_later_request_is_not_overwritten_by_an_earlier_one(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    session = window.session
    session.prelabel(session.scenes[1:])  # scene 1 is on its way, 3 comes last
    qtbot.waitUntil(lambda: bool(oracle.asked))
    session.depth = 2
    session.prelabel(session.scenes[3:])
    oracle.go.release(9)
    _wait(window, qtbot)
    assert (saved_labels(tmp_path / "scenes", "3.png") == 2).all()
    assert (saved_labels(tmp_path / "scenes", "2.png") == 4).all()


def test_the_model_that_predicted_is_credited(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    session = window.session
    press(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: bool(oracle.asked))
    other = ModelEntry(tmp_path / "other", oracle.card.model_copy(update={"name": "other"}))
    session.set_model(other)
    oracle.go.release()
    _wait(window, qtbot)
    qtbot.waitUntil(lambda: bool((_shown(window) == 4).all()))
    assert session.visit is not None
    assert session.visit.provenance.model == "oracle"
    assert "this machine" not in _tips(window)
    session.set_model(ModelEntry(tmp_path, oracle.card.model_copy(update={"name": "oracle"})))
    assert "this machine" in _tips(window)


def _tips(window: MainWindow) -> str:
    buttons = window.model_bar.depth_picker.findChildren(QAbstractButton)
    return " ".join(button.toolTip() for button in buttons)


def test_the_jobs_of_a_folder_end_with_it(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    other = scene_folder(tmp_path / "others", 4)  # scenes of the same names
    press(window, Qt.Key.Key_P, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: bool(oracle.asked))
    assert window.session.open_folder(other)
    oracle.go.release(9)
    _wait(window, qtbot)
    qtbot.wait(100)
    assert (_shown(window) == VOID).all()
    assert oracle.asked == [4]
    assert not (other / "labels").exists()


def test_a_scene_of_the_same_name_in_another_folder_is_not_the_open_one(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    session = window.session
    former = Project.open(scene_folder(tmp_path / "others", 4))
    jobs = Prelabelling(session.jobs, session.predictors, session)
    jobs.set_open(session.project, session.scene)
    assert session.model is not None
    oracle.go.release()
    jobs.start(former, former.scenes[:1], session.model, "cpu", 3)
    _wait(window, qtbot)
    assert (saved_labels(tmp_path / "others", "0.png") == 3).all()
    assert (_shown(window) == VOID).all()


def test_a_model_whose_files_are_gone_is_named(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "weights.safetensors").unlink()
    press(window, Qt.Key.Key_P)
    _wait(window, qtbot)
    assert any(f"{tmp_path} cannot be read" in sentence for sentence in window.toasts.sentences())


def test_scenes_that_are_done_are_not_offered(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    window.session.go_to(window.session.scenes[2])
    press(window, Qt.Key.Key_Return)
    oracle.go.release(9)
    press(window, Qt.Key.Key_P, CONTROL | SHIFT)
    assert [job.title for job in window.session.jobs.active] == ["Pre-label 3 scenes"]
    _wait(window, qtbot)
    assert (saved_labels(tmp_path / "scenes", "2.png") == VOID).all()


def test_the_same_scenes_are_not_pre_labelled_by_two_jobs(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    for _ in range(2):
        press(window, Qt.Key.Key_P, CONTROL | SHIFT)
    assert [job.title for job in window.session.jobs.active] == ["Pre-label 4 scenes"]
    assert "These scenes are being pre-labelled already." in window.toasts.sentences()
    window.session.set_depth(2)
    press(window, Qt.Key.Key_P, CONTROL | SHIFT)
    assert [job.title for job in window.session.jobs.active].count("Pre-label 4 scenes") == 2
    oracle.go.release(99)
    _wait(window, qtbot)


def test_a_folder_is_labelled_from_the_open_scene_onwards(
    qtbot: QtBot, tmp_path: Path, window: MainWindow, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    session.go_to(session.scenes[2])
    order: list[str] = []
    save = Project.save_mask

    def noted(project: Project, scene: Scene, *rest: Any) -> Path:
        order.append(scene.name)
        return save(project, scene, *rest)

    monkeypatch.setattr(Project, "save_mask", noted)
    oracle.go.release(9)
    press(window, Qt.Key.Key_P, CONTROL | SHIFT)
    _wait(window, qtbot)
    assert [name for name in order if name != "2.png"] == ["3.png", "1.png", "0.png"]


def test_the_settings_say_how_a_model_looks_and_with_how_much_memory(
    window: MainWindow, qtbot: QtBot, oracle: Oracle
) -> None:
    session = window.session
    oracle.go.release(9)
    press(window, Qt.Key.Key_P)
    _wait(window, qtbot)
    session.change_setting(settings.PREDICTION_SCALE, settings.ScaleChoice.HALF)
    session.change_setting(settings.PREDICTION_MEGABYTES, 512)
    session.change_setting(settings.SECOND_LOOK, False)
    session.prelabel(session.scenes[1:2])
    _wait(window, qtbot)
    assert oracle.opened_with == [
        {"memory": 2048, "scale": "auto", "looks": 2},
        {"memory": 512, "scale": "0.5", "looks": 1},
    ]
    assert {choice.value for choice in settings.ScaleChoice} == {"auto", *SCALES}
