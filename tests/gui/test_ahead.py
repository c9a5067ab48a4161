"""What is asked of the model before the user goes to the next scene."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.oracle import Oracle, choose_oracle, install_oracle
from tests.gui.windows import LEFT, at, open_window, press, scene_folder
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.settings import OnOpening
from unetpp_desktop.gui import ahead
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.power import on_battery
from unetpp_desktop.storage.images import read_image


@pytest.fixture
def oracle(monkeypatch: pytest.MonkeyPatch) -> Oracle:
    oracle = install_oracle(monkeypatch)
    monkeypatch.setattr(ahead, "on_battery", lambda: False)
    monkeypatch.setattr(ahead, "_IDLE_MS", 0)
    return oracle


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, oracle: Oracle) -> MainWindow:
    """Six scenes without labels, the first one open."""
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes", 6))
    choose_oracle(window, oracle, tmp_path)
    return window


def _preview(window: MainWindow) -> None:
    window.session.change_setting(declared.ON_OPENING, OnOpening.PREVIEW)


def _asked_about(oracle: Oracle, folder: Path) -> list[int]:
    """The numbers of the scenes, in the order in which the network looked at them."""
    images = [read_image(folder / "scenes" / f"{number}.png") for number in range(6)]
    return [
        next(number for number, image in enumerate(images) if np.array_equal(image, asked))
        for asked in oracle.images
    ]


def _depth_shown(window: MainWindow) -> int | None:
    shown = window.session.previews.shown
    return None if shown is None else shown.depth


def test_the_next_scene_shows_its_answer_in_the_frame_in_which_it_is_opened(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    oracle.go.release(99)
    _preview(window)
    qtbot.waitUntil(lambda: len(oracle.asked) == 4)
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    qtbot.wait(100)
    assert _asked_about(oracle, tmp_path) == [0, 0, 1, 2]  # and nothing farther away
    assert oracle.asked == [1, 4, 4, 4]
    press(window, Qt.Key.Key_D)
    assert _depth_shown(window) == 4
    assert window.session.document is not None
    assert (window.session.document.labels == VOID).all()
    assert not (tmp_path / "scenes" / "labels").exists()


def test_a_larger_scene_that_is_known_is_prelabelled_as_it_is_opened(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    larger = np.zeros((200, 260, 3), np.uint8)
    Image.fromarray(larger).save(tmp_path / "scenes" / "1.png")
    oracle.go.release(99)
    _preview(window)
    qtbot.waitUntil(lambda: len(oracle.asked) == 4)
    window.session.change_setting(declared.ON_OPENING, OnOpening.PRELABEL)
    qtbot.wait(50)
    press(window, Qt.Key.Key_D)
    document = window.session.document
    assert document is not None
    assert document.shape == (200, 260)
    qtbot.waitUntil(lambda: bool((document.labels == 4).all()))
    assert oracle.asked[:4] == [1, 4, 4, 4]
    assert len(document.history) == 1


def test_what_the_user_wants_comes_before_what_might_be_wanted(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    oracle.go.release(2)
    _preview(window)
    qtbot.waitUntil(lambda: len(oracle.asked) == 3)  # it looks at the next scene
    window.session.walk.go_to_number(5)
    qtbot.wait(50)
    oracle.go.release(3)
    qtbot.waitUntil(lambda: _depth_shown(window) == 4)
    assert _asked_about(oracle, tmp_path)[:5] == [0, 0, 1, 4, 4]
    oracle.go.release(9)


def test_nothing_is_asked_ahead_while_the_user_paints(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path
) -> None:
    oracle.go.release(2)
    _preview(window)
    qtbot.waitUntil(lambda: len(oracle.asked) == 3)
    QTest.mousePress(window.canvas, LEFT, pos=at(window.canvas, 50, 50))
    oracle.go.release(9)
    qtbot.waitUntil(lambda: all(thread.name != "job: ahead" for thread in threading.enumerate()))
    qtbot.wait(50)
    assert _asked_about(oracle, tmp_path) == [0, 0, 1]
    QTest.mouseRelease(window.canvas, LEFT, pos=at(window.canvas, 50, 50))
    qtbot.waitUntil(lambda: _asked_about(oracle, tmp_path) == [0, 0, 1, 2])


def test_nothing_is_asked_ahead_while_a_job_runs(window: MainWindow, qtbot: QtBot, oracle: Oracle) -> None:
    trained = threading.Event()
    window.session.jobs.start("Train", lambda _progress: trained.wait(10))
    oracle.go.release(99)
    _preview(window)
    qtbot.waitUntil(lambda: _depth_shown(window) == 4)  # what is open is shown all the same
    qtbot.wait(100)
    assert oracle.asked == [1, 4]
    trained.set()
    qtbot.waitUntil(lambda: oracle.asked == [1, 4, 4, 4])


def test_nothing_is_asked_ahead_on_battery(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "on_battery", lambda: True)
    oracle.go.release(99)
    _preview(window)
    qtbot.waitUntil(lambda: _depth_shown(window) == 4)
    qtbot.wait(100)
    assert oracle.asked == [1, 4]


def test_large_and_labelled_scenes_are_passed_over(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    oracle.go.release(99)
    window.session.prelabel(window.session.scenes[1:2])
    qtbot.waitUntil((tmp_path / "scenes" / "labels" / "1.png").exists)
    _preview(window)
    qtbot.waitUntil(lambda: _asked_about(oracle, tmp_path) == [1, 0, 0, 2])
    monkeypatch.setattr(ahead, "_MOST_PIXELS", 90 * 120 - 1)
    window.session.walk.go_to_number(5)
    qtbot.waitUntil(lambda: _depth_shown(window) == 4)
    qtbot.wait(100)
    assert _asked_about(oracle, tmp_path) == [1, 0, 0, 2, 4, 4]


def test_power_comes_from_a_battery_where_the_mains_are_not_plugged_in(tmp_path: Path) -> None:
    assert not on_battery(tmp_path / "nowhere")
    for name, kind, online in (("BAT0", "Battery", ""), ("AC", "Mains", "0"), ("AC2", "Mains", "0")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "type").write_text(f"{kind}\n")
        if online:
            (tmp_path / name / "online").write_text(f"{online}\n")
    assert on_battery(tmp_path)
    (tmp_path / "AC2" / "online").write_text("1\n")
    assert not on_battery(tmp_path)


def test_a_window_that_is_closed_asks_nothing_more(
    window: MainWindow, qtbot: QtBot, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "on_battery", lambda: True)
    oracle.go.release(99)
    _preview(window)
    qtbot.waitUntil(lambda: _depth_shown(window) == 4)
    monkeypatch.setattr(ahead, "on_battery", lambda: False)
    window.close()
    window.session.history_changed.emit()
    qtbot.wait(100)
    assert oracle.asked == [1, 4]
