"""What the window says of the engine, and how INT8 is made and switched on."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QDialogButtonBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, open_window, press, scene_folder
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.gui.engine_dialog import EngineDialog
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.predictor import uses_openvino
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.quantise import int8_store, make_int8

pytest.importorskip("openvino")


@pytest.fixture
def window(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """The model in use is "tiny"; the same, called "other", lies in the folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = scene_folder(tmp_path / "scenes", 3)
    shutil.copytree(tiny_model.folder, folder / ".unetpp" / "models" / "other")
    card = folder / ".unetpp" / "models" / "other" / "card.json"
    card.write_text(card.read_text().replace('"tiny"', '"other"'))
    window = open_window(qtbot, tmp_path / "config", folder)
    window.session.set_device("cpu")
    window.session.set_model(tiny_model)
    return window


def _quantise(entry: ModelEntry, images: Iterable[np.ndarray], graph: Path, progress: Progress) -> None:
    """Stands for NNCF, which takes long: saves the network as it is."""
    import openvino as ov

    from unetpp_desktop.nn.openvino_trunk import read_weights, trunk_model

    count = len(list(images))
    progress(count, count, "quantising")
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


def _cut_off(dialog: EngineDialog) -> list[str]:
    """The words that have less room than a line of them takes."""
    labels = [label for label in dialog.findChildren(QLabel) if label.isVisible()]
    return [label.text() for label in labels if label.height() < label.fontMetrics().height()]


def _choose(window: MainWindow, place: int, text: str) -> None:
    """In a list of the top bar: the first one has the devices, the second the models."""
    combo = window.model_bar.findChildren(QComboBox)[place]
    combo.setCurrentIndex(combo.findText(text))
    combo.activated.emit(combo.currentIndex())


def _button(dialog: EngineDialog) -> QPushButton:
    button = dialog.findChild(QPushButton, "makeInt8")
    assert button is not None
    return button


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
    qtbot.wait(50)
    assert _cut_off(dialog) == []
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


def test_an_open_dialog_asks_again_about_another_model_and_device(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.gui.engine_dialog.find_spec", lambda name: name)  # NNCF is there
    dialog, facts = _dialog(window, qtbot), window.contents.engine_facts
    for place, text in ((1, "other"), (0, "Auto")):
        qtbot.waitUntil(lambda: "Precision" in _said(dialog), timeout=60_000)
        with window.session.predictors.turn(lambda: None):  # which the question waits for
            _choose(window, place, text)
            assert "Asking the engine" in _said(dialog)
            assert "Precision" not in _said(dialog)
            assert not _button(dialog).isEnabled()
    qtbot.waitUntil(lambda: "Precision" in _said(dialog), timeout=60_000)
    assert facts.state is not None
    assert (facts.state.model.name, facts.state.device) == ("other", "auto")
    assert _button(dialog).isEnabled()


def test_another_depth_changes_nothing_in_the_dialog(window: MainWindow, qtbot: QtBot) -> None:
    dialog = _dialog(window, qtbot)
    qtbot.waitUntil(lambda: "Precision" in _said(dialog), timeout=60_000)
    before, could_make = _said(dialog), _button(dialog).isEnabled()
    started: list[str] = []
    window.session.jobs.job_started.connect(lambda job: started.append(job.title))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.session.depth == 2
    assert _said(dialog) == before
    assert _button(dialog).isEnabled() == could_make
    assert "Look at the engine" not in started


def test_an_answer_about_the_former_device_is_refused(window: MainWindow, qtbot: QtBot) -> None:
    facts = window.contents.engine_facts
    with window.session.predictors.turn(lambda: None):
        press(window, Qt.Key.Key_E, CONTROL | Qt.KeyboardModifier.AltModifier)
        window.findChildren(EngineDialog)[0].close()
        qtbot.waitUntil(lambda: not window.findChildren(EngineDialog))
        _choose(window, 0, "Auto")
    qtbot.waitUntil(lambda: not window.session.jobs.active, timeout=60_000)
    assert facts.state is None


def test_the_dialog_says_that_the_engine_did_not_answer(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry
) -> None:
    dialog = _dialog(window, qtbot)
    (tmp_path / "scenes" / ".unetpp" / "models" / "other" / "weights.safetensors").unlink()
    _choose(window, 1, "other")
    qtbot.waitUntil(lambda: "The engine did not answer" in _said(dialog), timeout=60_000)
    assert not _button(dialog).isEnabled()
    window.session.set_model(tiny_model)
    qtbot.waitUntil(lambda: "Precision" in _said(dialog), timeout=60_000)


def test_a_switch_that_was_cancelled_after_it_was_written_counts(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tiny_model: ModelEntry
) -> None:
    monkeypatch.setattr("unetpp_desktop.tasks.quantise.quantise", _quantise)
    monkeypatch.setattr("unetpp_desktop.tasks.quantise._RUNS", 1)
    session, answers = window.session, window.session.answers
    assert session.project is not None
    make_int8(session.project, tiny_model, silent)
    dialog = _dialog(window, qtbot)
    use = dialog.findChild(QCheckBox)
    assert use is not None
    qtbot.waitUntil(use.isVisible, timeout=60_000)
    answers.request()
    qtbot.waitUntil(lambda: answers.ranked is not None, timeout=60_000)

    def crosses() -> list[QAbstractButton]:
        buttons = window.findChildren(QAbstractButton)
        return [button for button in buttons if button.toolTip() == "Cancel: Switch INT8 on"]

    with session.predictors.turn(lambda: None):
        use.click()
        qtbot.waitUntil(lambda: int8_store(tiny_model).switched_on and bool(crosses()))
        QTest.mouseClick(crosses()[0], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: answers.ranked is None)
    qtbot.waitUntil(lambda: not session.jobs.active, timeout=60_000)
    assert use.isVisible()
    assert use.isChecked()


def test_int8_is_offered_beside_a_gpu_that_pytorch_cannot_use(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uses_openvino, "__defaults__", ("auto", "auto", lambda: True))  # there is a GPU
    monkeypatch.setattr("unetpp_desktop.gui.engine_dialog.find_spec", lambda name: name)  # and NNCF
    window.session.set_device("auto")
    dialog = _dialog(window, qtbot)
    qtbot.waitUntil(lambda: "openvino on cpu" in _said(dialog), timeout=60_000)
    assert "on the CPU only" not in _said(dialog)
    assert _button(dialog).isEnabled()


def test_int8_is_refused_where_pytorch_labels(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.predictor.uses_openvino", lambda *_: False)
    dialog = _dialog(window, qtbot)
    qtbot.waitUntil(lambda: "torch on cpu" in _said(dialog), timeout=60_000)
    assert "on the CPU only" in _said(dialog)
    assert not _button(dialog).isEnabled()


def test_the_dialog_is_as_high_as_what_it_says(window: MainWindow, qtbot: QtBot) -> None:
    dialog = _dialog(window, qtbot)
    qtbot.waitUntil(lambda: "Precision" in _said(dialog), timeout=60_000)
    close = dialog.findChild(QDialogButtonBox)
    assert close is not None
    assert 0 < close.geometry().top() - _button(dialog).geometry().bottom() < 40
    assert _cut_off(dialog) == []
