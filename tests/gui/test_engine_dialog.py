"""What the window says of the engine, and how INT8 is made and switched on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, open_window, press, scene_folder
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.engine_dialog import EngineDialog
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.quantise import int8_store

pytest.importorskip("openvino")


@pytest.fixture
def window(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes", 3))
    window.session.set_device("cpu")
    window.session.set_model(tiny_model)
    return window


def _quantise(entry: ModelEntry, images: Sequence[np.ndarray], graph: Path, progress: Progress) -> None:
    """Stands for NNCF, which takes long: saves the network as it is."""
    import openvino as ov

    from unetpp_desktop.nn.openvino_trunk import read_weights, trunk_model

    progress(len(images), len(images), "quantising")
    graph.parent.mkdir(parents=True)
    ov.save_model(trunk_model(entry.card, read_weights(entry)), graph)


def _dialog(window: MainWindow, qtbot: QtBot) -> EngineDialog:
    press(window, Qt.Key.Key_E, CONTROL | Qt.KeyboardModifier.AltModifier)
    found = window.findChildren(EngineDialog)
    assert len(found) == 1
    qtbot.waitUntil(lambda: not window.session.jobs.active, timeout=60_000)
    return found[0]


def _said(dialog: EngineDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_the_dialog_says_what_was_taken_and_why(window: MainWindow, qtbot: QtBot) -> None:
    dialog = _dialog(window, qtbot)
    qtbot.waitUntil(lambda: _said(dialog).count("fp32") >= 4, timeout=60_000)
    assert "openvino on cpu" in _said(dialog)
    assert window.isEnabled()
    assert not dialog.isModal()


def test_int8_is_switched_on_by_a_person_who_sees_its_figures(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tiny_model: ModelEntry
) -> None:
    pytest.importorskip("nncf")
    monkeypatch.setattr("unetpp_desktop.tasks.quantise.quantise", _quantise)
    monkeypatch.setattr("unetpp_desktop.tasks.quantise._RUNS", 1)
    dialog = _dialog(window, qtbot)
    make, use = dialog.findChild(QPushButton, "makeInt8"), dialog.findChild(QCheckBox)
    assert make is not None
    assert use is not None
    assert not use.isVisible()
    QTest.mouseClick(make, Qt.MouseButton.LeftButton)
    assert not make.isEnabled()
    qtbot.waitUntil(lambda: not window.session.jobs.active, timeout=120_000)
    qtbot.waitUntil(lambda: "Same class" in _said(dialog), timeout=60_000)
    assert use.isVisible()
    assert not use.isChecked()
    assert not int8_store(tiny_model).switched_on
    use.click()
    qtbot.waitUntil(lambda: not window.session.jobs.active, timeout=60_000)
    assert int8_store(tiny_model).switched_on
    assert use.isChecked()
    use.click()
    qtbot.waitUntil(lambda: not window.session.jobs.active, timeout=60_000)
    assert not int8_store(tiny_model).switched_on
    assert not use.isChecked()


def test_without_nncf_it_says_what_to_install(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.gui.engine_dialog.find_spec", lambda name: None)
    dialog = _dialog(window, qtbot)
    make = dialog.findChild(QPushButton, "makeInt8")
    assert make is not None
    assert not make.isEnabled()
    assert "pip install 'unetpp-desktop[int8]'" in _said(dialog)


def test_another_model_is_asked_anew(window: MainWindow, qtbot: QtBot) -> None:
    _dialog(window, qtbot)
    facts = window.contents.engine_facts
    assert facts.state is not None
    window.session.set_device("auto")
    assert facts.state is None
