"""Scenes come and go; no edit is lost on the way."""

import errno
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.windows import (
    CONTROL,
    HEIGHT,
    SHIFT,
    WIDTH,
    click,
    deliver,
    drag,
    open_window,
    press,
    saved_labels,
    scene_folder,
    stay_after_done,
    write_scene,
)
from unetpp_desktop.core import files
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.storage.mask_file import Provenance, read_mask
from unetpp_desktop.storage.project import SceneState


def _labels(window: MainWindow) -> np.ndarray:
    document = window.session.document
    assert document is not None
    return document.labels


def _predict(window: MainWindow, value: int) -> None:
    deliver(window.session, np.full((HEIGHT, WIDTH), value, np.uint8))


def test_going_on_saves(window: MainWindow, folder: Path) -> None:
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_D)
    assert window.session.position == 1
    assert saved_labels(folder, "0.png")[45, 60] == 0
    assert not (folder / "labels" / "1.png").exists()


def test_looking_at_scenes_writes_nothing(window: MainWindow, folder: Path) -> None:
    for key in (Qt.Key.Key_D, Qt.Key.Key_D, Qt.Key.Key_A):
        press(window, key)
    assert not (folder / "labels").exists()


def test_undo_survives_save_and_scene_change(window: MainWindow, folder: Path) -> None:
    click(window.canvas, 60, 45)
    drag(window.canvas, (10, 10), (30, 10))
    press(window, Qt.Key.Key_S, CONTROL)
    press(window, Qt.Key.Key_D)
    press(window, Qt.Key.Key_A)
    press(window, Qt.Key.Key_Z, CONTROL)
    assert _labels(window)[10, 20] == VOID
    assert _labels(window)[45, 60] == 0
    press(window, Qt.Key.Key_Z, CONTROL)
    press(window, Qt.Key.Key_D)
    assert (saved_labels(folder, "0.png") == VOID).all()


def test_a_file_that_changed_meanwhile_is_read_again_without_the_old_undo(
    window: MainWindow, folder: Path
) -> None:
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_D)
    project = window.session.project
    assert project is not None
    labels = np.full((HEIGHT, WIDTH), 7, np.uint8)
    project.save_mask(project.scene("0.png"), labels, np.full_like(labels, Origin.PAINTED), Provenance())
    press(window, Qt.Key.Key_A)
    assert (_labels(window) == 7).all()
    assert not window.commands["undo"].isEnabled()


def test_the_open_scene_follows_a_job_that_wrote_its_file(window: MainWindow) -> None:
    session = window.session
    assert session.project is not None
    labels = np.full((HEIGHT, WIDTH), 2, np.uint8)
    session.project.save_mask(
        session.project.scene("0.png"), labels, np.full_like(labels, Origin.MODEL), Provenance()
    )
    session.scene_states_changed.emit(())
    assert (_labels(window) == 2).all()


def _fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "os", SimpleNamespace(**{**vars(files.os), "fsync": full}))


def test_a_full_disk_keeps_the_edit_and_the_scene(
    window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    click(window.canvas, 60, 45)
    with monkeypatch.context() as patch:
        _fill_the_disk(patch)
        press(window, Qt.Key.Key_D)
        assert window.session.position == 0
        assert window.isWindowModified()
        assert any("disk is full" in sentence for sentence in window.toasts.sentences())
        assert not (folder / "labels" / "0.png").exists()
    press(window, Qt.Key.Key_D)
    assert window.session.position == 1
    assert saved_labels(folder, "0.png")[45, 60] == 0


def test_autosave_tells_a_lasting_failure_once(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    told: list[str] = []
    window.session.notice.connect(lambda sentence, _level: told.append(sentence))
    click(window.canvas, 60, 45)
    _fill_the_disk(monkeypatch)
    for _ in range(3):
        window.session.autosave()
    assert len(told) == 1


def test_autosave_leaves_a_stroke_under_way_alone(window: MainWindow, folder: Path) -> None:
    session = window.session
    session.strokes.begin((50.0, 50.0))
    session.autosave()
    assert not (folder / "labels").exists()
    session.strokes.end((60.0, 50.0))
    session.autosave()
    assert saved_labels(folder, "0.png")[50, 55] == 0


def test_done_accepts_what_the_model_said(window: MainWindow, folder: Path) -> None:
    stay_after_done(window)
    _predict(window, 3)
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_Return)
    assert window.session.is_done
    stored = read_mask(folder / "labels" / "0.png", 11)
    assert stored.provenance is not None
    assert stored.provenance.done
    assert (stored.provenance.model, stored.provenance.depth) == ("another", 3)
    assert set(np.unique(stored.origins)) == {Origin.ACCEPTED, Origin.PAINTED}


def test_taking_the_checking_back_takes_done_back(window: MainWindow) -> None:
    stay_after_done(window)
    _predict(window, 3)
    press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Z, CONTROL)
    assert not window.session.is_done
    press(window, Qt.Key.Key_Y, CONTROL)
    assert window.session.is_done


def test_a_scene_that_was_painted_and_is_undone_to_nothing_is_not_done(window: MainWindow) -> None:
    stay_after_done(window)
    for x in (20, 60):
        click(window.canvas, x, 45)
    press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Z, CONTROL)
    assert window.session.is_done  # as after any other change of the paint in a scene that is done
    press(window, Qt.Key.Key_Z, CONTROL)
    assert not window.session.is_done


def test_a_prediction_that_is_redone_in_a_done_scene_is_not_checked_by_that(window: MainWindow) -> None:
    stay_after_done(window)
    _predict(window, 3)
    press(window, Qt.Key.Key_Z, CONTROL)
    press(window, Qt.Key.Key_Return)
    assert window.session.is_done
    press(window, Qt.Key.Key_Y, CONTROL)
    assert window.session.document is not None
    assert (window.session.document.origins == Origin.MODEL).all()
    assert not window.session.is_done


def test_a_scene_is_not_done_any_more_when_the_saved_mask_brings_back_what_nobody_has_checked(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    deliver(session, np.full((HEIGHT, WIDTH), 3, np.uint8))
    assert session.save()
    monkeypatch.setattr(session.saving, "save", lambda **_: False)  # as on a disk that is full
    session.mark_done()
    assert session.is_done
    press(window, Qt.Key.Key_R, CONTROL | SHIFT)
    assert session.document is not None
    assert (session.document.origins == Origin.MODEL).all()
    assert not session.is_done


def test_painting_on_a_done_scene_keeps_it_done_until_it_is_unmarked(window: MainWindow) -> None:
    stay_after_done(window)
    session = window.session
    assert session.project is not None
    assert session.scene is not None
    press(window, Qt.Key.Key_Return)
    click(window.canvas, 60, 45)
    press(window, Qt.Key.Key_S, CONTROL)
    assert session.project.state(session.scene) is SceneState.DONE
    press(window, Qt.Key.Key_Return)
    assert not session.is_done
    assert session.project.state(session.scene) is SceneState.EDITED


def test_done_goes_on_to_the_next_undone_scene(window: MainWindow) -> None:
    press(window, Qt.Key.Key_Return)
    assert window.session.position == 1
    press(window, Qt.Key.Key_A)
    assert window.session.is_done
    press(window, Qt.Key.Key_D, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.session.position == 1


def test_a_prediction_leaves_human_pixels_and_can_be_undone(window: MainWindow) -> None:
    window.session.set_diameter(5)
    press(window, Qt.Key.Key_5)
    click(window.canvas, 60, 45)
    _predict(window, 3)
    assert _labels(window)[45, 60] == 4
    assert _labels(window)[5, 5] == 3
    press(window, Qt.Key.Key_Z, CONTROL)
    assert _labels(window)[45, 60] == 4
    assert _labels(window)[5, 5] == VOID


def test_a_broken_image_is_named_and_the_rest_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    folder = scene_folder(tmp_path / "scenes")
    (folder / "1.png").write_bytes(b"no image at all")
    window = open_window(qtbot, tmp_path / "config", folder)
    press(window, Qt.Key.Key_D)
    assert window.session.document is None
    assert "1.png" in window.canvas.hint
    press(window, Qt.Key.Key_D)
    assert window.session.document is not None
    assert "1.png" not in window.canvas.hint
    click(window.canvas, 60, 45)
    assert window.isWindowModified()


def test_a_broken_mask_is_never_painted_over(qtbot: QtBot, tmp_path: Path) -> None:
    folder = scene_folder(tmp_path / "scenes")
    (folder / "labels").mkdir()
    broken = folder / "labels" / "0.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    window = open_window(qtbot, tmp_path / "config", folder)
    assert window.session.image is not None
    assert str(broken) in window.canvas.hint
    drag(window.canvas, (10, 10), (60, 10))
    assert window.toasts.sentences() == (window.canvas.hint,)
    press(window, Qt.Key.Key_D)
    assert broken.read_bytes().endswith(b"nothing")
    assert window.toasts.sentences() == ()  # it was about the scene that was left


def test_a_mask_of_another_size_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    folder = scene_folder(tmp_path / "scenes")
    (folder / "labels").mkdir()
    Image.fromarray(np.zeros((5, 7), np.uint8)).save(folder / "labels" / "0.png")
    window = open_window(qtbot, tmp_path / "config", folder)
    assert window.session.document is None
    assert "7 x 5" in window.canvas.hint


def test_a_folder_that_cannot_be_opened_leaves_the_other_one_open(window: MainWindow, tmp_path: Path) -> None:
    assert not window.session.open_folder(tmp_path / "nowhere")
    assert window.session.document is not None
    assert any("nowhere" in sentence for sentence in window.toasts.sentences())


def test_new_images_are_noticed(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    write_scene(folder / "9.png")
    qtbot.waitUntil(lambda: len(window.session.scenes) == 4)
    assert window.session.scene is not None
    assert window.session.scene.name == "0.png"


def test_a_thousand_strokes_can_be_undone_across_scenes(window: MainWindow) -> None:
    random = np.random.default_rng(5)
    strokes = window.session.strokes
    for number in range(1000):
        window.session.set_class(int(random.integers(0, 11)))
        strokes.begin((float(random.integers(0, WIDTH)), float(random.integers(0, HEIGHT))))
        strokes.end((float(random.integers(0, WIDTH)), float(random.integers(0, HEIGHT))))
        if number % 250 == 100:
            window.session.next_scene()
            window.session.previous_scene()
    document = window.session.document
    assert document is not None
    while document.can_undo:
        window.session.undo()
    assert (document.labels == VOID).all()


def _told(window: MainWindow) -> list[str]:
    told: list[str] = []
    window.session.notice.connect(lambda sentence, _level: told.append(sentence))
    return told


def test_a_prediction_for_a_done_scene_is_refused(window: MainWindow, folder: Path) -> None:
    stay_after_done(window)
    session = window.session
    press(window, Qt.Key.Key_Return)
    before = (folder / "labels" / "0.png").read_bytes()
    told = _told(window)
    _predict(window, 3)
    press(window, Qt.Key.Key_P)
    session.set_depth(2)
    assert not session.jobs.active
    assert (_labels(window) == VOID).all()
    assert (folder / "labels" / "0.png").read_bytes() == before
    assert told == ["0.png is done; unmark it to pre-label again."] * 2
    press(window, Qt.Key.Key_Return)
    _predict(window, 3)
    assert (_labels(window) == 3).all()


def test_an_image_that_changed_its_size_is_opened_again(window: MainWindow, folder: Path) -> None:
    told = _told(window)
    session = window.session
    Image.fromarray(np.zeros((40, 50, 3), np.uint8)).save(folder / "0.png")
    deliver(session, np.full((40, 50), 3, np.uint8))
    assert not session.jobs.active
    assert session.document is not None
    assert session.document.shape == (40, 50)
    assert any("another size" in sentence for sentence in told)


def test_edits_of_an_image_that_changed_its_size_are_saved(window: MainWindow, folder: Path) -> None:
    click(window.canvas, 60, 45)
    Image.fromarray(np.zeros((40, 50, 3), np.uint8)).save(folder / "0.png")
    deliver(window.session, np.full((40, 50), 3, np.uint8))
    assert not window.session.jobs.active
    assert saved_labels(folder, "0.png")[45, 60] == 0
    assert window.session.problem is not None
    assert "120 x 90" in window.session.problem


def test_a_settings_file_that_cannot_be_read_is_left_as_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "settings.json").write_text('{"theme": "dark"')
    window = open_window(qtbot, config)
    stay_after_done(window)
    assert window.close()
    assert (config / "settings.json").read_text() == '{"theme": "dark"'
    assert (config / "remembered.json").exists()
