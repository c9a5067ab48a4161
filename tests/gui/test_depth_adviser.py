"""The advice about the depth, in the window, with a real tiny network."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.windows import drag, open_window, scene_folder, write_scene
from unetpp_desktop.gui.depth_section import DepthSection, advice_sentence
from unetpp_desktop.gui.jobs import JobState
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.adviser import Advice, DepthWorth


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry) -> MainWindow:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.set_model(tiny_model)
    return window


def _section(window: MainWindow) -> DepthSection:
    section = window.train_panel.findChild(DepthSection)
    assert isinstance(section, DepthSection)
    return section


def _texts(section: DepthSection) -> list[str]:
    return [label.text() for label in section.findChildren(QLabel) if label.isVisibleTo(section)]


def _button(section: DepthSection, text: str) -> QPushButton:
    return next(button for button in section.findChildren(QPushButton) if button.text().startswith(text))


def _correct(window: MainWindow) -> None:
    drag(window.canvas, (20, 30), (80, 60))
    assert window.session.save()


def _begin(window: MainWindow) -> None:
    QTest.keyClick(
        window.canvas, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )


def _measure(qtbot: QtBot, window: MainWindow) -> None:
    _begin(window)
    qtbot.waitUntil(lambda: not window.session.jobs.active, timeout=20_000)


def test_without_corrections_it_says_what_to_do(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.jobs.failed, timeout=20_000) as told:
        _measure(qtbot, window)
    assert "no corrected pixels" in told.args[0]
    assert window.contents.depth_adviser.advice is None


def test_the_depths_are_measured_and_one_is_taken(qtbot: QtBot, window: MainWindow) -> None:
    session, section = window.session, _section(window)
    _correct(window)
    _measure(qtbot, window)
    advice = window.contents.depth_adviser.advice
    assert advice is not None
    assert advice.scenes == 1
    assert section.isVisible()  # the Train tab came forward
    assert advice_sentence(advice) in _texts(section)
    qtbot.waitUntil(lambda: f"{advice.recommended.depth} · best" in _texts(section))
    session.set_depth(1 if advice.recommended.depth != 1 else 4)
    use = _button(section, "Use depth")
    assert use.isVisible()
    use.click()
    assert session.depth == advice.recommended.depth
    assert not use.isVisible()


def test_the_depth_picker_shows_the_figures_of_the_users_own_scenes(qtbot: QtBot, window: MainWindow) -> None:
    _correct(window)
    _measure(qtbot, window)
    picker = window.contents.model_bar.depth_picker
    tips = [child.toolTip() for child in picker.children() if hasattr(child, "toolTip")]
    assert any("your corrected scenes" in tip for tip in tips)


def test_advice_belongs_to_its_model(
    qtbot: QtBot, window: MainWindow, tiny_model: ModelEntry, tmp_path: Path
) -> None:
    _correct(window)
    _measure(qtbot, window)
    other = ModelEntry(tmp_path / "other", tiny_model.card)
    window.session.set_model(other)
    assert window.contents.depth_adviser.advice is None
    window.session.set_model(tiny_model)
    assert window.contents.depth_adviser.advice is not None


def test_a_new_image_in_the_folder_leaves_the_measurement_running(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    session, adviser = window.session, window.contents.depth_adviser
    _correct(window)
    with session.predictors.turn(lambda: None):  # which the measurement waits for
        _begin(window)
        job = adviser.job
        assert job is not None
        write_scene(tmp_path / "scenes" / "9.png")
        qtbot.waitUntil(lambda: len(session.scenes) == 4, timeout=20_000)
        assert job.state is JobState.RUNNING
    qtbot.waitUntil(lambda: adviser.advice is not None, timeout=20_000)


def test_another_measurement_follows_an_accepted_training(qtbot: QtBot, window: MainWindow) -> None:
    _correct(window)
    window.train_panel.training.accepted.emit()
    assert window.contents.depth_adviser.job is not None
    qtbot.waitUntil(lambda: window.contents.depth_adviser.advice is not None, timeout=20_000)


def test_a_model_that_is_accepted_while_another_is_measured_has_its_turn(
    qtbot: QtBot, window: MainWindow, tiny_model: ModelEntry, tmp_path: Path
) -> None:
    session, adviser = window.session, window.contents.depth_adviser
    _correct(window)
    other = ModelEntry(shutil.copytree(tiny_model.folder, tmp_path / "other"), tiny_model.card)
    with session.predictors.turn(lambda: None):  # which the first measurement waits for
        _begin(window)
        session.set_model(other)
        window.train_panel.training.accepted.emit()
        assert adviser.advice is None
    qtbot.waitUntil(lambda: adviser.advice is not None, timeout=20_000)
    assert adviser.advice is not None
    assert adviser.advice.model == other
    session.set_model(tiny_model)
    assert adviser.advice is not None  # the first one came to its end
    assert not session.jobs.active


@pytest.mark.parametrize(
    ("mious", "words"),
    [
        ((0.3, 0.5, 0.628, 0.632), "Depth 3 loses 0.4 points and takes 60 % of the time."),
        ((0.3, 0.5, 0.6, 0.65), "Depth 4 is worth its time: depth 3 takes 60 % of it, but loses 5.0 points."),
        ((0.3, 0.5, 0.66, 0.64), "Depth 3 gains 2.0 points and takes 60 % of the time."),
    ],
)
def test_the_advice_in_words(tiny_model: ModelEntry, mious: tuple[float, ...], words: str) -> None:
    seconds = (0.012, 0.03, 0.06, 0.1)
    rows = tuple(
        DepthWorth(depth, miou, 0.9, cost)
        for depth, (miou, cost) in enumerate(zip(mious, seconds, strict=True), 1)
    )
    assert advice_sentence(Advice(tiny_model, rows, 3)) == words


def test_the_keys_belong_to_the_canvas_while_the_button_cannot_be_pressed(
    qtbot: QtBot, window: MainWindow
) -> None:
    _correct(window)
    window.show_train_tab()
    measure = _button(_section(window), "Measure the depths")
    QTest.mouseClick(measure, Qt.MouseButton.LeftButton)
    assert not measure.isEnabled()
    assert window.canvas.hasFocus()
    qtbot.waitUntil(lambda: not window.session.jobs.active, timeout=20_000)
