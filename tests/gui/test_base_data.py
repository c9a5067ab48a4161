"""The base data of a training: chosen, checked, remembered by model, and handed to the training."""

import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.folders import write_mask
from tests.gui.windows import open_window, scene_folder
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui import folder_commands
from unetpp_desktop.gui.base_data_row import BaseDataRow
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.remembered import MEMORY_FILE, load_remembered
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.camvid import Pair
from unetpp_desktop.tasks import base_data
from unetpp_desktop.tasks import finetune as tasks_finetune
from unetpp_desktop.tasks.base_data import BaseData
from unetpp_desktop.tasks.finetune import FinetuneOptions, FinetuneResult


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Eight scenes of road in SegNet's layout."""
    folder = tmp_path / "roads"
    for name in ("train", "trainannot"):
        (folder / name).mkdir(parents=True)
    for number in range(8):
        Image.new("RGB", (16, 12), (number, 90, 90)).save(folder / "train" / f"{number}.png")
        Image.fromarray(np.full((12, 16), 3, np.uint8)).save(folder / "trainannot" / f"{number}.png")
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config")
    assert window.session.open_folder(scene_folder(tmp_path / "scenes", 3))
    window.session.set_model(tiny_model)
    assert window.session.project is not None
    write_mask(window.session.project, window.session.scenes[0].name, Origin.PAINTED)
    window.show_train_tab()
    qtbot.waitUntil(_row(window).isVisible)
    return window


def _row(window: MainWindow) -> BaseDataRow:
    return window.train_panel.base_data


def _words(window: MainWindow) -> str:
    return _row(window).findChildren(QLabel)[0].text()


def _click(window: MainWindow, text: str, qtbot: QtBot) -> None:
    button = next(found for found in _row(window).findChildren(QPushButton) if found.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _choose(window: MainWindow, folder: Path | None, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(folder_commands, "ask_for_folder", lambda *_: folder)
    _click(window, "Base data…", qtbot)
    qtbot.waitUntil(lambda: not window.session.jobs.active)


def _trained_with(window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> BaseData | None:
    """What a training that is started now is given."""
    given: list[BaseData | None] = []

    def record(_project: object, _base: object, options: FinetuneOptions, *_: object) -> FinetuneResult:
        given.append(options.base_data)
        raise UserError("Enough was seen.")

    monkeypatch.setattr(tasks_finetune, "finetune", record)
    window.train_panel.training.start()
    qtbot.waitUntil(lambda: bool(given) and not window.session.jobs.active)
    return given[0]


def test_base_data_is_checked_replayed_and_remembered(
    window: MainWindow,
    said: list[str],
    dataset: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    assert "It forgets less where it can replay" in _words(window)
    assert _trained_with(window, monkeypatch, qtbot) is None
    _choose(window, dataset, monkeypatch, qtbot)
    assert "Scenes of roads: 6 to replay, 1 to measure on." in said
    assert _words(window) == "Replays scenes of roads, so that it forgets less."
    assert _trained_with(window, monkeypatch, qtbot) == BaseData(dataset)
    window.close()
    assert window.session.model is not None
    kept = load_remembered(tmp_path / "config" / MEMORY_FILE).base_data
    assert list(kept.values()) == [dataset]
    assert next(iter(kept)).startswith(window.session.model.name)


def test_a_long_name_does_not_make_the_tab_wider(
    window: MainWindow, dataset: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    folder = dataset.rename(dataset.with_name("roads_of_a_town_with_all_of_its_lanes" * 3))
    _choose(window, folder, monkeypatch, qtbot)
    assert _words(window) == f"Replays scenes of {folder.name}, so that it forgets less."
    panel = window.train_panel
    assert panel.widget().minimumSizeHint().width() <= panel.viewport().width()


def test_base_data_is_forgotten_on_request(
    window: MainWindow, dataset: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    _choose(window, dataset, monkeypatch, qtbot)
    _click(window, "Forget it", qtbot)
    assert _trained_with(window, monkeypatch, qtbot) is None
    assert list(dataset.iterdir())


def test_what_is_no_data_set_is_refused_and_what_was_chosen_stays(
    window: MainWindow,
    said: list[str],
    dataset: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    _choose(window, dataset, monkeypatch, qtbot)
    monkeypatch.setattr(folder_commands, "ask_for_folder", lambda *_: tmp_path)
    _click(window, "Change…", qtbot)
    qtbot.waitUntil(lambda: any("is not a CamVid data set" in sentence for sentence in said))
    assert _words(window) == "Replays scenes of roads, so that it forgets less."


def test_what_was_chosen_or_forgotten_last_counts(
    window: MainWindow, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """The first folder is still being looked at when the second is chosen, and that when it is forgotten."""
    choice = window.train_panel.training.base_data
    second = shutil.copytree(dataset, tmp_path / "other roads")
    go_on = threading.Event()
    look = base_data.usable_pairs

    def wait(*words: Any) -> tuple[Pair, ...]:
        go_on.wait(10)
        return look(*words)

    monkeypatch.setattr(base_data, "usable_pairs", wait)
    choice.use(dataset)
    choice.use(second)
    go_on.set()
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    assert choice.folder == second
    go_on.clear()
    choice.use(dataset)
    choice.forget()
    go_on.set()
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    assert choice.folder is None


def test_a_cancelled_dialog_changes_nothing(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    _choose(window, None, monkeypatch, qtbot)
    assert window.train_panel.training.base_data.folder is None


def test_a_damaged_mask_is_named(
    window: MainWindow, said: list[str], dataset: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    (dataset / "trainannot" / "5.png").write_bytes(b"no picture")
    _choose(window, dataset, monkeypatch, qtbot)
    assert any("5.png" in sentence for sentence in said)
    assert window.train_panel.training.base_data.folder == dataset
