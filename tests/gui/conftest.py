"""Fixtures of the window's tests."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.oracle import Oracle, install_oracle
from tests.gui.windows import open_window, scene_folder
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.main_window import MainWindow


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of windows what it cannot do with them."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(autouse=True)
def _no_thread_is_left(qtbot: QtBot) -> Iterator[None]:
    """Every thread that a test starts ends with it, and none collects the test's widgets."""
    gc.disable()
    before = set(threading.enumerate())
    yield
    qtbot.waitUntil(lambda: not set(threading.enumerate()) - before)
    gc.collect()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three scenes without masks."""
    return scene_folder(tmp_path / "scenes")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, folder: Path) -> MainWindow:
    """A window with the folder of the test open."""
    return open_window(qtbot, tmp_path / "config", folder)


@pytest.fixture
def said(window: MainWindow) -> list[str]:
    """The sentences that the window of the test has told."""
    sentences: list[str] = []
    window.session.notice.connect(lambda sentence, _kind: sentences.append(sentence))
    return sentences


@pytest.fixture
def jobs(_no_thread_is_left: None) -> Iterator[Jobs]:
    """Jobs that are ended after the test."""
    jobs = Jobs()
    yield jobs
    assert jobs.wait_all(5000)


@pytest.fixture
def oracle(monkeypatch: pytest.MonkeyPatch) -> Oracle:
    """Stands for the network of every model, see `tests.gui.oracle`."""
    return install_oracle(monkeypatch)
