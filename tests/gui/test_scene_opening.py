"""Large images are read beside the window: nothing is lost, and what was left does not come back."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    HEIGHT,
    WIDTH,
    at,
    click,
    deliver,
    open_window,
    press,
    saved_labels,
    scene_folder,
    wheel,
    write_scene,
)
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui import prefetch, saving, scene_opening
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.prefetch import Prefetch
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage import project as project_module
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.mask_file import StoredMask
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene


class _SlowDisk:
    """Reads an image when it is allowed to; knows what was read, and how many at a time."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.names: list[str] = []
        self.at_a_time = 0
        self._reading = 0

    def read(self, path: Path) -> np.ndarray:
        self.names.append(path.name)
        self._reading += 1
        self.at_a_time = max(self.at_a_time, self._reading)
        assert self.go.wait(10)
        self._reading -= 1
        return read_image(path)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[_SlowDisk]:
    """Every image counts as large, and none is there before ``go`` is set."""
    disk = _SlowDisk()
    monkeypatch.setattr(scene_opening, "_LARGE", 1)
    monkeypatch.setattr(prefetch, "read_image", disk.read)
    yield disk
    disk.go.set()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, disk: _SlowDisk) -> MainWindow:
    """Its first scene is still being read."""
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes", 4))
    assert window.session.is_reading
    qtbot.waitUntil(lambda: disk.names == ["0.png"])  # its thread may come late on a busy machine
    return window


def _wait(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.is_reading)


def _holds(session: Session, number: int) -> bool:
    assert session.image is not None
    return np.array_equal(session.image, read_image(session.scenes[number].image_path))


def _middle(window: MainWindow) -> list[int]:
    """The RGB of the pixel that is drawn for (60, 45) of the scene."""
    place = at(window.canvas, 60, 45)
    return list(window.canvas.grab().toImage().pixelColor(place).getRgb()[:3])


def test_the_scene_is_open_at_once_and_can_be_edited_when_it_has_come(
    window: MainWindow, disk: _SlowDisk, qtbot: QtBot, tmp_path: Path
) -> None:
    session = window.session
    assert session.scene == session.scenes[0]
    assert window.canvas.hint == "Reading 0.png…"
    assert not window.commands["undo"].isEnabled()
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    press(window, Qt.Key.Key_Return)  # done: not a scene that nobody has seen
    assert session.document is None
    assert not window.isWindowModified()
    disk.go.set()
    _wait(qtbot, session)
    assert window.canvas.hint != "Reading 0.png…"
    assert _holds(session, 0)
    assert session.image is not None
    assert _middle(window) == session.image[45, 60].tolist()
    click(window.canvas, 60, 45)
    assert session.document is not None
    assert session.document.labels[45, 60] == session.active_class
    press(window, Qt.Key.Key_D)
    assert saved_labels(tmp_path / "scenes", "0.png")[45, 60] == session.active_class


def test_what_was_left_meanwhile_does_not_come(window: MainWindow, disk: _SlowDisk, qtbot: QtBot) -> None:
    session = window.session
    shown: list[str] = []
    session.document_replaced.connect(
        lambda: shown.append(session.scene.name if session.document is not None and session.scene else "")
    )
    for _ in range(2):
        press(window, Qt.Key.Key_D)
    assert session.scene == session.scenes[2]
    assert window.canvas.hint == "Reading 2.png…"
    disk.go.set()
    _wait(qtbot, session)
    assert _holds(session, 2)
    qtbot.waitUntil(lambda: "3.png" in disk.names)  # the neighbours come behind the open scene
    assert [name for name in shown if name] == ["2.png"]
    assert disk.names[:2] == ["0.png", "2.png"]
    assert disk.at_a_time == 1


def test_a_scene_left_and_opened_again_is_read_once(
    window: MainWindow, disk: _SlowDisk, qtbot: QtBot
) -> None:
    session = window.session
    press(window, Qt.Key.Key_D)
    press(window, Qt.Key.Key_A)
    disk.go.set()
    _wait(qtbot, session)
    assert _holds(session, 0)
    assert disk.names.count("0.png") == 1


def test_a_folder_can_be_closed_and_another_opened_meanwhile(
    window: MainWindow, disk: _SlowDisk, qtbot: QtBot, tmp_path: Path
) -> None:
    session = window.session
    assert session.close_folder()
    assert not session.is_reading
    assert session.open_folder(scene_folder(tmp_path / "others", 2))
    disk.go.set()
    _wait(qtbot, session)
    assert session.image is not None
    assert session.project is not None
    assert session.project.folder == tmp_path / "others"
    assert _holds(session, 0)


def test_the_window_can_be_closed_meanwhile(window: MainWindow, disk: _SlowDisk) -> None:
    window.close()
    assert not window.isVisible()


def test_a_broken_image_is_told_when_its_pixels_are_read(
    window: MainWindow, disk: _SlowDisk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "scenes" / "1.png"
    path.write_bytes(path.read_bytes()[:2000])  # its header is whole
    session = window.session
    press(window, Qt.Key.Key_D)
    assert session.is_reading
    disk.go.set()
    _wait(qtbot, session)
    assert session.document is None
    assert "1.png cannot be read as an image" in window.canvas.hint
    assert session.known.state(session.scenes[1]) is SceneState.UNREADABLE


def test_zoom_and_place_stay_although_nothing_is_shown_meanwhile(
    window: MainWindow, disk: _SlowDisk, qtbot: QtBot
) -> None:
    canvas, session = window.canvas, window.session
    disk.go.set()
    _wait(qtbot, session)
    for _ in range(4):
        wheel(canvas, at(canvas, 20, 70), QPoint(0, 120))
    before = canvas.viewport
    disk.go.clear()
    press(window, Qt.Key.Key_D)
    press(window, Qt.Key.Key_D)
    assert session.is_reading
    findings: list[float] = []
    canvas.zoomed.connect(findings.append)
    disk.go.set()
    _wait(qtbot, session)
    assert canvas.viewport == before
    assert findings == [canvas.zoom]  # for the status line, which was empty meanwhile


def test_edits_that_are_not_saved_yet_are_never_waited_for(
    window: MainWindow, disk: _SlowDisk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "_LARGE", 1)
    session = window.session
    disk.go.set()
    _wait(qtbot, session)
    real, may_write = project_module.write_mask, threading.Event()

    def wait(*args: object) -> None:
        assert may_write.wait(10)
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(project_module, "write_mask", wait)
    click(window.canvas, 60, 45)
    document = session.document
    press(window, Qt.Key.Key_D)
    assert session.scene == session.scenes[1]
    for reader in session.findChildren(Prefetch):
        reader.stop()  # as if the image were too large to be kept
    press(window, Qt.Key.Key_A)
    assert session.document is document  # else closing now would lose them
    may_write.set()
    qtbot.waitUntil(lambda: session.visit is not None and not session.visit.modified)


@pytest.fixture
def masks(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No mask is read on the window's thread, nor any while this is not set."""
    go, load = threading.Event(), Project.load_mask

    def load_when_allowed(project: Project, scene: Scene) -> StoredMask | None:
        assert threading.current_thread() is not threading.main_thread()
        assert go.wait(10)
        return load(project, scene)

    monkeypatch.setattr(Project, "load_mask", load_when_allowed)
    go.set()
    yield go
    go.set()


def test_a_scene_left_while_its_mask_was_read_keeps_its_history(
    window: MainWindow, disk: _SlowDisk, masks: threading.Event, qtbot: QtBot, said: list[str]
) -> None:
    session = window.session
    disk.go.set()
    _wait(qtbot, session)
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_D)
    _wait(qtbot, session)
    session.journals.forget_visits()  # as if many scenes had been visited since
    masks.clear()
    press(window, Qt.Key.Key_A)
    assert session.is_reading
    qtbot.waitUntil(lambda: any(thread.name == "job: mask" for thread in threading.enumerate()))
    press(window, Qt.Key.Key_D)
    press(window, Qt.Key.Key_A)
    assert session.is_reading
    masks.set()
    _wait(qtbot, session)
    assert session.position == 0
    assert session.document is not None
    assert session.document.labels[45, 60] == session.active_class
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.document.labels[45, 60] == VOID
    press(window, Qt.Key.Key_D)
    _wait(qtbot, session)
    assert said == []  # nobody else has the journal open


def test_a_damaged_mask_is_told_although_it_was_read_beside_the_window(
    window: MainWindow, disk: _SlowDisk, masks: threading.Event, qtbot: QtBot, tmp_path: Path
) -> None:
    labels = tmp_path / "scenes" / "labels"
    labels.mkdir()
    (labels / "1.png").write_bytes(b"no image")
    disk.go.set()
    press(window, Qt.Key.Key_D)
    _wait(qtbot, window.session)
    assert window.session.document is None
    assert "1.png" in window.canvas.hint


def test_a_prediction_for_a_scene_that_is_being_read_is_made_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(
        window.session.predictions._prelabelling, "start", lambda *args: asked.append(args[1])
    )
    deliver(window.session, np.full((HEIGHT, WIDTH), 3, np.uint8))
    assert asked == [(window.session.scenes[0],)]


def test_an_image_too_large_to_be_kept_is_fetched_although_it_was_passed_over_before(
    tmp_path: Path, qtbot: QtBot, disk: _SlowDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefetch, "_MOST_BYTES", 10)
    path = tmp_path / "0.png"
    write_scene(path)
    reader = Prefetch()
    found: list[np.ndarray] = []
    reader.fetched.connect(found.append)
    disk.go.set()
    reader.look_ahead([path])
    reader._go_on()
    reader.fetch(path)  # while it is being looked at
    qtbot.waitUntil(lambda: len(found) == 1)
    assert np.array_equal(found[0], read_image(path))
    assert not reader.holds(path)
    reader.fetch(path)
    reader.give_up()
    qtbot.waitUntil(lambda: disk.names == ["0.png", "0.png"] and reader._job is None)
    assert len(found) == 1


def test_small_images_are_opened_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    assert window.session.document is not None
    press(window, Qt.Key.Key_D)
    assert window.session.document is not None
    assert _holds(window.session, 1)
