"""The program with a window."""

import gc
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path, user_data_path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.settings import Settings, load_settings
from unetpp_desktop.gui.crash import CrashHandler
from unetpp_desktop.gui.main_window import MainWindow

_NAME = "unetpp-desktop"
_DISPLAY_NAME = "U-Net++ Desktop"
_SETTINGS_FILE = "settings.json"


def run(folder: Path | None = None, labels_folder: Path | None = None, samples: bool = False) -> int:
    """Opens the window and stays in it until it is closed; returns the exit status.

    Without ``folder`` it shows what was open last; ``samples`` opens a copy of the sample scenes.
    Where a job does not stop in time it ends the whole process, once everything is saved.
    """
    # What is loaded stays: looking for garbage in it costs a tenth of the time. `GuiGarbage` takes over.
    gc.disable()
    application = make_application()
    config_folder = user_config_path(_NAME, appauthor=False)
    window = fill_frame(show_frame(config_folder, user_data_path(_NAME, appauthor=False)))
    gc.freeze()  # all of it was made to stay
    crash_handler = CrashHandler(window.session.save, window)
    crash_handler.install()
    # The first paint comes before any image is read.
    QTimer.singleShot(0, window, lambda: _open_first(window, folder, labels_folder, samples))
    status = application.exec()
    crash_handler.remove()
    if window.work_abandoned:
        # The thread is inside C++ code of torch; Python's own shutdown would abort it with a core dump.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def make_application() -> QApplication:
    """The one QApplication; an existing one is taken over."""
    _spare_reading_sources()
    present = QApplication.instance()
    application = present if isinstance(present, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName(_NAME)
    application.setApplicationDisplayName(_DISPLAY_NAME)
    application.setDesktopFileName(_NAME)
    return application


def _spare_reading_sources() -> None:
    """Keeps PySide from reading the source of every module that is imported from now on.

    It looks there for its own name, to learn which modules may ask for its `__feature__` switches; none
    here does. That took a tenth of the start, and more from a slow disk. Where another version has no such
    function, it is as slow as before.
    """
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None:
        feature._mod_uses_pyside = lambda _module: False  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Frame:
    """A window without contents, and what was wrong with the settings it was made from; "" for nothing."""

    window: MainWindow
    config_folder: Path
    problem: str


def make_frame(config_folder: Path, data_folder: Path | None = None) -> Frame:
    """A window, still empty, whose settings and memory lie in ``config_folder``; needs a QApplication.

    A copy of the sample scenes goes to ``data_folder``, by default there too.
    """
    settings, problem = _settings(config_folder / _SETTINGS_FILE)
    return Frame(MainWindow(settings, config_folder, data_folder or config_folder), config_folder, problem)


def show_frame(config_folder: Path, data_folder: Path | None = None) -> Frame:
    """The same, painted on the screen."""
    frame = make_frame(config_folder, data_folder)
    frame.window.show()
    QApplication.processEvents()
    return frame


def fill_frame(frame: Frame) -> MainWindow:
    """Loads the rest of the program and puts it into the window."""
    from unetpp_desktop.gui.jobs import Jobs
    from unetpp_desktop.gui.key_bindings import settle_clashes
    from unetpp_desktop.gui.remembered import MEMORY_FILE, load_remembered
    from unetpp_desktop.gui.session import Session

    remembered = load_remembered(frame.config_folder / MEMORY_FILE)
    window = frame.window
    problems = (frame.problem, *settle_clashes(window.settings))
    window.fill(Session(window.settings, remembered, Jobs()))
    for problem in filter(None, problems):
        window.session.notice.emit(problem, "error")
    return window


def build_window(config_folder: Path, data_folder: Path | None = None) -> MainWindow:
    """A window with its contents, not yet shown; see `make_frame`."""
    return fill_frame(make_frame(config_folder, data_folder))


def _settings(path: Path) -> tuple[Settings, str]:
    try:
        settings = load_settings(path)
    except UserError as error:
        return Settings(path), str(error)
    return settings, settings.problem


def _open_first(window: MainWindow, folder: Path | None, labels_folder: Path | None, samples: bool) -> None:
    from unetpp_desktop.gui import folder_commands

    recent = window.session.remembered
    if samples:
        folder_commands.open_samples(window.session, window.data_folder)
    elif folder is not None:
        window.session.open_folder(folder, labels_folder)
    elif recent.reopen and recent.folders:
        window.session.open_folder(recent.folders[0].folder)
