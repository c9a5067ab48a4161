"""The open scene and its file: saved, moved elsewhere, dated, and nothing of it lost."""

import errno
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.folders import SIZE, labels_of, paint, write_mask, write_scenes
from tests.gui.saving.masks import provenance_of, stored_mask, told_by
from tests.gui.windows import deliver
from unetpp_desktop.core import files
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui import effort, folder_commands
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project, SceneState


def _forbid_writing_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = files.tempfile.mkstemp

    def refuse(*args: object, **options: object) -> tuple[int, str]:
        if Path(str(options["dir"])).is_relative_to(folder):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(files, "tempfile", SimpleNamespace(mkstemp=refuse))


def test_another_labels_folder_takes_the_edits_that_the_former_refuses(
    session: Session, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(session, 5, 6, 4)
    _forbid_writing_to(folder, monkeypatch)
    assert not session.save()
    assert session.open_folder(folder, tmp_path / "elsewhere")
    assert session.project is not None
    assert session.project.labels_folder == tmp_path / "elsewhere"
    assert labels_of(session)[6, 5] == 4
    assert stored_mask(session.project).labels[6, 5] == 4
    assert not session.saving.last_failure
    assert not (folder / "labels").exists()


def test_a_labels_folder_that_cannot_be_written_either_changes_nothing(
    session: Session, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(session, 5, 6, 4)
    _forbid_writing_to(tmp_path, monkeypatch)
    told = told_by(session)
    assert not session.open_folder(folder, tmp_path / "elsewhere")
    assert any("elsewhere" in sentence for sentence in told)
    assert session.project is not None
    assert session.project.labels_folder == folder / "labels"
    assert labels_of(session)[6, 5] == 4
    assert session.visit is not None
    assert session.visit.modified


def test_a_labels_folder_with_a_mask_of_the_scene_keeps_what_a_person_did_there(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    other = Project.open(folder, elsewhere)
    labels, origins = np.full(SIZE, 2, np.uint8), np.full(SIZE, Origin.PAINTED, np.uint8)
    other.save_mask(other.scene("0.png"), labels, origins, Provenance())
    paint(session, 5, 6, 4)
    assert session.open_folder(folder, elsewhere)
    stored = stored_mask(session.project)
    assert stored.labels[6, 5] == 4
    assert stored.labels[0, 0] == 2
    assert (elsewhere / ".unetpp" / "originals" / "0.png").exists()


def _labelled_elsewhere(root: Path) -> Path:
    """A labels folder with a mask of another image folder, whose scene is called like one of ours."""
    other = Project.open(write_scenes(root / "other", ["0.png"]), root / "masks")
    write_mask(other, "0.png", Origin.PAINTED, done=True)
    return other.labels_folder


def test_a_labels_folder_of_other_images_is_refused_and_the_former_stays(
    session: Session, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    elsewhere = _labelled_elsewhere(tmp_path)
    written = (elsewhere / "0.png").read_bytes()
    paint(session, 5, 6, 4)
    told = told_by(session)
    monkeypatch.setattr(folder_commands, "ask_for_folder", lambda *_: elsewhere)
    parent = QWidget()
    qtbot.addWidget(parent)
    folder_commands.choose_labels_folder(session, parent)
    assert len(told) == 1
    assert f"{elsewhere} holds the masks of {tmp_path / 'other'}, not those of {folder}" in told[0]
    assert session.project is not None
    assert session.project.labels_folder == folder / "labels"
    assert session.save()
    assert stored_mask(session.project).labels[6, 5] == 4
    assert (elsewhere / "0.png").read_bytes() == written


def test_a_remembered_labels_folder_that_became_that_of_other_images_is_forgotten(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    assert session.open_folder(folder, tmp_path / "masks")
    assert session.close_folder()
    elsewhere = _labelled_elsewhere(tmp_path)
    told = told_by(session)
    assert not session.open_folder(folder)
    assert session.project is None
    assert str(elsewhere) in told[-1]
    assert told[-1].endswith(f"Open {folder} again to keep its masks in {folder / 'labels'}.")
    assert session.open_folder(folder)
    assert session.project is not None
    assert session.project.labels_folder == folder / "labels"


def test_a_mask_that_is_gone_is_written_again(session: Session, folder: Path) -> None:
    paint(session, 5, 6, 4)
    assert session.save()
    shutil.rmtree(folder / "labels")
    paint(session, 7, 6, 4)
    assert session.save()
    assert stored_mask(session.project).labels[6, 5] == 4


def test_edits_wait_for_the_image_folder_that_was_renamed_meanwhile(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    paint(session, 5, 6, 4)
    assert session.project is not None
    assert session.visit is not None
    assert session.visit.journal is not None
    session.visit.journal.wait()
    folder.rename(tmp_path / "moved")
    told = told_by(session)
    assert not session.save()
    assert any(f"Nothing can be saved in {folder}" in sentence for sentence in told)
    assert not session.go_to(session.project.scenes[1])
    assert not session.close_folder()
    assert labels_of(session)[6, 5] == 4
    assert session.visit.modified
    assert not folder.exists()
    (tmp_path / "moved").rename(folder)
    assert session.save()
    assert stored_mask(session.project).labels[6, 5] == 4


def test_an_edit_in_a_folder_that_was_renamed_makes_no_new_one(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    folder.rename(tmp_path / "moved")
    told = told_by(session)
    paint(session, 5, 6, 4)
    assert not session.save()
    assert len(told) == 1
    assert not folder.exists()
    (tmp_path / "moved").rename(folder)
    assert session.save()
    assert stored_mask(session.project).labels[6, 5] == 4
    assert session.visit is not None
    assert session.visit.journal is not None
    session.visit.journal.wait()
    assert (folder / ".unetpp" / "journal" / "0.png.jnl").is_file()


def test_a_file_that_cannot_be_read_is_not_saved_over(session: Session, folder: Path) -> None:
    paint(session, 5, 6, 4)
    (folder / "labels").mkdir()
    broken = folder / "labels" / "0.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    told = told_by(session)
    assert not session.save()
    assert broken.read_bytes().endswith(b"nothing")
    assert any("0.png" in sentence for sentence in told)
    broken.unlink()
    assert session.save()
    assert stored_mask(session.project).labels[6, 5] == 4


def test_a_prediction_leaves_a_stroke_under_way_alone(session: Session, folder: Path) -> None:
    session.strokes.begin((5.5, 6.5))
    deliver(session, np.full(SIZE, 7, np.uint8))
    assert session.document is not None
    assert session.document.in_stroke
    session.strokes.extend((9.5, 6.5))
    session.strokes.end((9.5, 6.5))
    assert not (folder / "labels").exists()
    assert session.save()
    assert (stored_mask(session.project).labels[6, 5:10] == 0).all()


def test_every_edit_of_a_person_is_dated_and_a_prediction_is_not(session: Session) -> None:
    deliver(session, np.full(SIZE, 7, np.uint8))
    predicted = provenance_of(session.project)
    assert (predicted.model, predicted.depth) == ("another", 3)
    assert predicted.predicted
    assert (predicted.edited, predicted.effort_s) == ("", 0.0)
    paint(session, 5, 6, 4)
    assert session.save()
    assert provenance_of(session.project).edited
    session.next_scene()
    session.mark_done()
    assert provenance_of(session.project, "1.png").edited


def test_the_way_to_another_scene_is_no_work_on_it(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(effort, "time", SimpleNamespace(monotonic=lambda: clock.now))
    paint(session, 5, 6, 4)
    clock.now += 8
    paint(session, 9, 6, 4)
    clock.now += 10
    session.next_scene()
    paint(session, 5, 6, 4)
    assert session.save()
    assert provenance_of(session.project, "0.png").effort_s == 8.0
    assert provenance_of(session.project, "1.png").effort_s == 0.0


def test_edits_of_a_person_and_the_pixels_they_changed_are_counted(session: Session) -> None:
    deliver(session, np.full(SIZE, 7, np.uint8))
    document = session.document
    assert document is not None
    session.set_diameter(4)
    for column in (5, 12, 5):  # the last one changes nothing
        paint(session, column, 6, 4)
    changed = int(np.count_nonzero(document.labels == 4))
    assert changed > 20
    session.undo()
    session.redo()
    deliver(session, np.full(SIZE, 8, np.uint8))
    assert session.save()
    provenance = provenance_of(session.project)
    assert (provenance.strokes, provenance.changed_pixels) == (2, changed)
    session.next_scene()
    session.previous_scene()
    session.mark_done(go_on=False)
    provenance = provenance_of(session.project)
    assert (provenance.strokes, provenance.changed_pixels) == (3, changed)
    session.undo()
    session.unmark_done()
    assert provenance_of(session.project).strokes == 3


def test_what_an_older_version_wrote_counts_as_no_strokes() -> None:
    provenance = Provenance.model_validate_json('{"version": 1, "done": true, "effort_s": 12.5}')
    assert (provenance.strokes, provenance.changed_pixels, provenance.effort_s) == (0, 0, 12.5)


def test_another_setting_does_not_put_autosave_off(session: Session, folder: Path, qtbot: QtBot) -> None:
    session.change_setting(declared.AUTOSAVE_SECONDS, 5)
    timer = next(timer for timer in session.findChildren(QTimer) if timer.interval() == 5000)
    qtbot.waitUntil(lambda: timer.remainingTime() < 4400)
    session.change_setting(declared.OVERLAY_OPACITY, 60)
    assert timer.remainingTime() < 4450  # Qt rounds by a twentieth, so that timers end together
    session.change_setting(declared.AUTOSAVE_SECONDS, 600)
    assert timer.interval() == 600_000


def test_undone_scenes_are_those_of_the_disk(session: Session, folder: Path) -> None:
    write_mask(Project.open(folder), "1.png", Origin.ACCEPTED, done=True)
    session.scene_states_changed.emit(("1.png",))
    assert [scene.name for scene in session.walk.undone_scenes()] == ["0.png", "2.png"]
    assert session.project is not None
    assert session.project.state(session.scenes[1]) is SceneState.DONE
