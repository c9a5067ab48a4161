"""The window as a whole: start page, memory between starts, themes, closing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QScrollArea, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.windows import LEFT, NONE, click, drop_on, open_window, press, saved_labels, scene_folder
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.settings import SETTINGS, ThemeChoice
from unetpp_desktop.gui.crash import CrashDialog, CrashHandler
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.physical_keys import key_by_place
from unetpp_desktop.gui.settings_dialog import SettingsDialog


def test_the_start_page_shows_until_a_folder_is_open(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config")
    assert window.welcome.isVisible()
    assert not window.canvas.isVisible()
    QTest.mouseClick(window.welcome.samples_button, LEFT)
    assert window.canvas.isVisible()
    assert len(window.session.scenes) == 8
    press(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert window.welcome.isVisible()


def test_the_next_start_restores_what_was_open(qtbot: QtBot, tmp_path: Path) -> None:
    folder = scene_folder(tmp_path / "scenes")
    first = open_window(qtbot, tmp_path / "config", folder)
    press(first, Qt.Key.Key_D)
    press(first, Qt.Key.Key_E)
    press(first, Qt.Key.Key_7)
    first.session.set_diameter(33)
    first.session.change_setting(declared.OVERLAY_OPACITY, 40)
    assert first.close()
    second = open_window(qtbot, tmp_path / "config")
    assert second.session.remembered.reopen
    recent = second.session.remembered.folders[0].folder
    assert second.session.open_folder(recent)
    session = second.session
    assert (session.position, session.tool.name, session.active_class) == (1, "Eraser", 6)
    assert session.diameter == 33
    assert session.settings.get(declared.OVERLAY_OPACITY) == 40


def test_closing_saves(qtbot: QtBot, tmp_path: Path) -> None:
    folder = scene_folder(tmp_path / "scenes")
    window = open_window(qtbot, tmp_path / "config", folder)
    click(window.canvas, 60, 45)
    assert window.close()
    assert saved_labels(folder, "0.png")[45, 60] == 0


def test_closing_stops_the_jobs_and_asks_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    folder = scene_folder(tmp_path / "scenes")
    window = open_window(qtbot, tmp_path / "config", folder)
    click(window.canvas, 60, 45)

    def train(progress: Progress) -> None:
        while True:
            progress(1, 0, "")
            time.sleep(0.01)

    job = window.session.jobs.start("Train", train)
    job.pause()
    assert window.close()
    assert not window.work_abandoned
    assert not job.thread_is_alive
    assert saved_labels(folder, "0.png")[45, 60] == 0


_CLOSE_WHILE_BUSY = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from unetpp_desktop.gui import app

def paint_and_close():
    windows = [widget for widget in QApplication.topLevelWidgets() if hasattr(widget, "session")]
    if not windows or windows[0].session.document is None:
        QTimer.singleShot(50, paint_and_close)
        return
    window = windows[0]
    place = QPoint(window.canvas.width() // 2, window.canvas.height() // 2)
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    window.session.jobs.start("stuck", lambda progress: threading.Event().wait(600))
    window.close()

application = app.make_application()
QTimer.singleShot(500, paint_and_close)
app.run(Path(sys.argv[1]))
print("Python went on")
"""


def test_a_thread_that_does_not_stop_ends_with_the_process(tmp_path: Path) -> None:
    folder = scene_folder(tmp_path / "scenes")
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA")}
    command = [sys.executable, "-c", _CLOSE_WHILE_BUSY, str(folder)]
    environment = os.environ | homes | {"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert saved_labels(folder, "0.png").min() == 0


def test_a_dropped_folder_is_opened(qtbot: QtBot, tmp_path: Path) -> None:
    folder = scene_folder(tmp_path / "scenes")
    window = open_window(qtbot, tmp_path / "config")
    drop_on(window, folder)
    assert window.session.project is not None
    assert window.session.project.folder == folder


def test_a_dropped_image_is_opened_in_its_folder(qtbot: QtBot, tmp_path: Path) -> None:
    folder = scene_folder(tmp_path / "scenes")
    window = open_window(qtbot, tmp_path / "config")
    drop_on(window, folder / "2.png")
    assert window.session.position == 2


def test_the_theme_changes_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    session = window.session
    lightness = {}
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        session.change_setting(declared.THEME, choice)
        lightness[choice] = QApplication.palette().color(QPalette.ColorRole.Window).lightnessF()
        shown = window.grab().toImage().pixelColor(window.width() // 3, 10).lightnessF()
        assert shown == pytest.approx(lightness[choice], abs=0.05)
    assert lightness[ThemeChoice.DARK] < 0.4 < 0.8 < lightness[ThemeChoice.LIGHT]


@pytest.mark.parametrize("choice", [ThemeChoice.DARK, ThemeChoice.LIGHT])
def test_text_stands_out_from_its_ground(qtbot: QtBot, tmp_path: Path, choice: ThemeChoice) -> None:
    window = open_window(qtbot, tmp_path / "config")
    window.session.change_setting(declared.THEME, choice)
    palette = QApplication.palette()
    role = QPalette.ColorRole
    for text, ground in (
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.PlaceholderText, role.Base),
        (role.PlaceholderText, role.Window),
        (role.HighlightedText, role.Highlight),
    ):
        assert _contrast(palette, text, ground) >= 4.5


def _contrast(palette: QPalette, text: QPalette.ColorRole, ground: QPalette.ColorRole) -> float:
    """WCAG 2 contrast ratio."""
    values = []
    for role in (text, ground):
        color = palette.color(role)
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (color.redF(), color.greenF(), color.blueF())
        ]
        values.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(values) + 0.05) / (min(values) + 0.05)


def test_a_wide_window_shows_more_of_a_long_folder_name(qtbot: QtBot, tmp_path: Path) -> None:
    name = "a long name for a folder of streets in 2026"
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / name))
    button = next(button for button in window.findChildren(QToolButton) if name in button.toolTip())
    assert name not in button.text()
    assert button.text().strip()[:2] == "a "
    assert button.text().endswith("26")
    window.resize(1920, 1000)
    qtbot.waitUntil(lambda: name in button.text())


def test_the_settings_dialog_has_every_setting_and_cancel_brings_all_back(
    qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(qtbot, tmp_path / "config")
    dialog = SettingsDialog(window.session, window)
    qtbot.addWidget(dialog)
    dialog.open()
    for setting in SETTINGS:
        assert dialog.editor(setting).isVisible()
    before = window.session.settings.get(declared.AUTOSAVE_SECONDS)
    dialog.editor(declared.AUTOSAVE_SECONDS).setProperty("value", 123)
    assert window.session.settings.get(declared.AUTOSAVE_SECONDS) == 123
    dialog.reject()
    assert window.session.settings.get(declared.AUTOSAVE_SECONDS) == before


def test_all_settings_can_be_reached_in_a_low_dialog(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config")
    dialog = SettingsDialog(window.session, window)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.resize(dialog.minimumSizeHint())
    assert dialog.height() <= 660  # what a screen of 720 leaves
    first, last = dialog.editor(SETTINGS[0]), dialog.editor(SETTINGS[-1])
    for editor in (last, first, last):
        editor.setFocus(Qt.FocusReason.TabFocusReason)
        area = editor.parentWidget().parentWidget().parentWidget()
        assert isinstance(area, QScrollArea)
        area.ensureWidgetVisible(editor)
        assert not editor.visibleRegion().isEmpty()


def test_a_broken_settings_file_is_told_and_does_no_harm(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.json").write_text("{")
    window = open_window(qtbot, tmp_path / "config")
    assert any("settings.json" in sentence for sentence in window.toasts.sentences())


def test_a_crash_saves_first_and_shows_the_traceback_once(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = scene_folder(tmp_path / "scenes")
    window = open_window(qtbot, tmp_path / "config", folder)
    click(window.canvas, 60, 45)
    handler = CrashHandler(window.session.save, window)
    for word in ("first", "second"):
        try:
            raise RuntimeError(word)
        except RuntimeError as error:
            handler.handle(type(error), error, error.__traceback__)
    assert saved_labels(folder, "0.png")[45, 60] == 0
    dialogs = window.findChildren(CrashDialog)
    assert len(dialogs) == 1
    text = dialogs[0].findChild(QPlainTextEdit)
    assert isinstance(text, QPlainTextEdit)
    assert "RuntimeError: first" in text.toPlainText()
    assert "RuntimeError: second" in capsys.readouterr().err
    dialogs[0].reject()


@pytest.mark.skipif(sys.platform != "linux", reason="scan codes of Linux")
def test_keys_count_by_their_place_on_other_keyboards(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.set_diameter(20)
    # ] of a German keyboard is +, and D of a Russian one is В.
    _press_by_place(window, Qt.Key.Key_Plus, 35, "+")
    assert window.session.diameter == 23
    _press_by_place(window, Qt.Key(0x412), 40, "в")
    assert window.session.position == 1


def _press_by_place(window: MainWindow, key: Qt.Key, scan_code: int, text: str) -> None:
    event = QKeyEvent(QKeyEvent.Type.KeyPress, key, NONE, scan_code, 0, 0, text)
    assert key_by_place(event) is not None
    QApplication.sendEvent(window.canvas, event)
