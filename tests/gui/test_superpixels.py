"""The superpixel tool by real mouse events: found when the tool is taken up, shown, painted, found again."""

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, at, click, drag, open_window, press
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.editing.superpixels import Superpixels
from unetpp_desktop.gui import superpixel_finder
from unetpp_desktop.gui.main_window import MainWindow

WAIT_NOTICE = "The superpixels of this scene are looked for first. Try again in a moment."


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    folder = tmp_path / "scenes"
    folder.mkdir()
    pixels = np.full((90, 120, 3), 60, np.uint8)
    pixels[:, 59:] = 180
    for name in ("0.png", "1.png"):
        Image.fromarray(pixels).save(folder / name)
    return open_window(qtbot, tmp_path / "config", folder)


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Every search waits until this is set."""
    event, find = threading.Event(), superpixel_finder.find_superpixels

    def slow(image: np.ndarray, size: int, progress: Progress) -> Superpixels:
        assert event.wait(20)
        return find(image, size, progress)

    monkeypatch.setattr(superpixel_finder, "find_superpixels", slow)
    return event


def test_they_are_found_shown_and_painted(window: MainWindow, qtbot: QtBot) -> None:
    session, canvas = window.session, window.canvas
    document = session.document
    assert document is not None
    press(window, Qt.Key.Key_U)
    assert session.tool.name == "Superpixels"
    qtbot.waitUntil(lambda: session.strokes.superpixels.found is not None)
    found = session.strokes.superpixels.found
    assert found is not None
    assert found.size == session.options.superpixel_size == 16

    QTest.mouseMove(canvas, at(canvas, 30, 40))
    preview = canvas.input._preview
    qtbot.waitUntil(lambda: preview.proposed == session.active_class)

    drag(canvas, (20, 40), (50, 40))
    touched = np.isin(found.numbers, found.numbers[40, 20:51])
    assert np.array_equal(document.labels == session.active_class, touched)
    assert not touched[:, 61:].any()
    assert [entry.name for entry in document.history.entries()] == ["Superpixels"]
    press(window, Qt.Key.Key_Z, CONTROL)
    assert (document.labels == VOID).all()


def test_another_size_and_another_scene_are_looked_at_anew(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    press(window, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: session.strokes.superpixels.found is not None)
    first = session.strokes.superpixels.found
    options = window.label_panel.options
    size = next(
        box for box in options.findChildren(QSpinBox) if box.accessibleName() == "Size of a superpixel"
    )
    assert size.isVisible()
    size.setFocus()
    size.selectAll()
    QTest.keyClicks(size, "30")
    QTest.keyClick(size, Qt.Key.Key_Return)
    assert session.strokes.superpixels.found is None
    qtbot.waitUntil(lambda: session.strokes.superpixels.found is not None)
    second = session.strokes.superpixels.found
    assert first is not None
    assert second is not None
    assert second.size == 30
    assert second.numbers.max() < first.numbers.max()
    session.next_scene()
    assert session.strokes.superpixels.found is None
    qtbot.waitUntil(lambda: session.strokes.superpixels.found is not None)


def test_a_click_before_they_are_found_says_so(
    window: MainWindow, qtbot: QtBot, go_on: threading.Event
) -> None:
    session = window.session
    told: list[str] = []
    outdated: list[str] = []
    session.notice.connect(lambda sentence, kind: told.append(sentence))
    session.notice_outdated.connect(outdated.append)
    press(window, Qt.Key.Key_U)
    for _ in range(2):
        click(window.canvas, 30, 30)
    assert told.count(WAIT_NOTICE) == 1
    assert session.document is not None
    assert len(session.document.history) == 0
    go_on.set()
    qtbot.waitUntil(lambda: session.strokes.superpixels.found is not None)
    assert outdated == [WAIT_NOTICE]
    click(window.canvas, 30, 30)
    assert len(session.document.history) == 1


def test_a_search_given_up_starts_again_with_the_next_click(
    window: MainWindow, qtbot: QtBot, go_on: threading.Event
) -> None:
    session = window.session
    press(window, Qt.Key.Key_U)
    click(window.canvas, 30, 30)
    assert session.strokes.superpixels.asking
    session.jobs.active[0].cancel()
    assert not session.strokes.superpixels.asking
    go_on.set()
    qtbot.waitUntil(lambda: not session.jobs.active)
    assert session.strokes.superpixels.found is None
    click(window.canvas, 30, 30)
    qtbot.waitUntil(lambda: session.strokes.superpixels.found is not None)


def test_without_the_contributed_modules_the_tool_says_what_to_install(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(cv2, "ximgproc")
    session = window.session
    failures: list[str] = []
    session.jobs.failed.connect(failures.append)
    press(window, Qt.Key.Key_U)
    click(window.canvas, 30, 30)
    qtbot.waitUntil(lambda: bool(failures))
    assert "install opencv-contrib-python-headless" in failures[0]
    assert not session.strokes.superpixels.asking
    press(window, Qt.Key.Key_B)
    click(window.canvas, 30, 30)
    assert session.document is not None
    assert len(session.document.history) == 1
