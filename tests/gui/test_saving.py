"""The open scene and its file: saved, merged, moved elsewhere, and nothing of it lost."""

import errno
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.gui.folders import SIZE, new_session, write_mask, write_scenes
from tests.gui.windows import deliver
from unetpp_desktop.core import files
from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui import effort
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.mask_file import Provenance, StoredMask
from unetpp_desktop.storage.project import Project, SceneState


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_scenes(tmp_path / "scenes", ["0.png", "1.png", "2.png"])


@pytest.fixture
def session(folder: Path, jobs: Jobs) -> Session:
    session = new_session(folder, jobs)
    session.set_diameter(1)
    return session


def _told(session: Session) -> list[str]:
    told: list[str] = []
    session.notice.connect(lambda sentence, _level: told.append(sentence))
    return told


def _paint(session: Session, x: int, y: int, value: int) -> None:
    session.set_class(value)
    session.strokes.begin((x + 0.5, y + 0.5))
    session.strokes.end((x + 0.5, y + 0.5))


def _stored(project: Project | None, name: str = "0.png") -> StoredMask:
    assert project is not None
    stored = project.load_mask(project.scene(name))
    assert stored is not None
    return stored


def _provenance(project: Project | None, name: str = "0.png") -> Provenance:
    provenance = _stored(project, name).provenance
    assert provenance is not None
    return provenance


def _write(folder: Path, origin: Origin, value: int, provenance: Provenance, name: str = "0.png") -> None:
    """As another window would."""
    project = Project.open(folder)
    labels = np.full(SIZE, value, np.uint8)
    project.save_mask(project.scene(name), labels, np.full(SIZE, origin, np.uint8), provenance)


def _change_outside(folder: Path, name: str = "0.png") -> None:
    """As a drawing program would: our chunk is gone, and a row has another class."""
    path = folder / "labels" / name
    with Image.open(path) as image:
        pixels, table = np.array(image), image.getpalette()
    pixels[0] = 5
    changed = Image.fromarray(pixels, "P") if table is None else Image.fromarray(pixels)
    changed.putpalette(table or [])
    changed.save(path)


def _labels(session: Session) -> np.ndarray:
    assert session.document is not None
    return session.document.labels


def _origins(session: Session) -> np.ndarray:
    assert session.document is not None
    return session.document.origins


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
    _paint(session, 5, 6, 4)
    _forbid_writing_to(folder, monkeypatch)
    assert not session.save()
    assert session.open_folder(folder, tmp_path / "elsewhere")
    assert session.project is not None
    assert session.project.labels_folder == tmp_path / "elsewhere"
    assert _labels(session)[6, 5] == 4
    assert _stored(session.project).labels[6, 5] == 4
    assert not session.saving.last_failure
    assert not (folder / "labels").exists()


def test_a_labels_folder_that_cannot_be_written_either_changes_nothing(
    session: Session, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _paint(session, 5, 6, 4)
    _forbid_writing_to(tmp_path, monkeypatch)
    told = _told(session)
    assert not session.open_folder(folder, tmp_path / "elsewhere")
    assert any("elsewhere" in sentence for sentence in told)
    assert session.project is not None
    assert session.project.labels_folder == folder / "labels"
    assert _labels(session)[6, 5] == 4
    assert session.visit is not None
    assert session.visit.modified


def test_a_labels_folder_with_a_mask_of_the_scene_keeps_what_a_person_did_there(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    other = Project.open(folder, elsewhere)
    labels, origins = np.full(SIZE, 2, np.uint8), np.full(SIZE, Origin.PAINTED, np.uint8)
    other.save_mask(other.scene("0.png"), labels, origins, Provenance())
    _paint(session, 5, 6, 4)
    assert session.open_folder(folder, elsewhere)
    stored = _stored(session.project)
    assert stored.labels[6, 5] == 4
    assert stored.labels[0, 0] == 2
    assert (elsewhere / ".unetpp" / "originals" / "0.png").exists()


def test_two_windows_on_one_scene_lose_nothing(session: Session, folder: Path) -> None:
    told = _told(session)
    _paint(session, 5, 6, 4)
    _write(folder, Origin.PAINTED, 2, Provenance(model="theirs", done=True, effort_s=40.0))
    assert session.save()
    stored = _stored(session.project)
    assert stored.labels[6, 5] == 4
    assert np.count_nonzero(stored.labels == 2) == stored.labels.size - 1
    assert (stored.origins == Origin.PAINTED).all()
    provenance = _provenance(session.project)
    assert (provenance.model, provenance.done) == ("theirs", True)
    assert provenance.effort_s >= 40.0
    assert any("saved elsewhere" in sentence for sentence in told)
    assert _labels(session)[0, 0] == 2
    assert session.visit is not None
    assert not session.visit.modified


def test_pixels_that_two_people_label_differently_are_kept_in_a_copy(session: Session, folder: Path) -> None:
    told = _told(session)
    _write(folder, Origin.PAINTED, 2, Provenance())
    theirs = (folder / "labels" / "0.png").read_bytes()
    _paint(session, 5, 6, 4)
    assert session.save()
    assert (folder / ".unetpp" / "originals" / "0.png").read_bytes() == theirs
    assert any("originals" in sentence for sentence in told)


def test_a_mask_that_is_gone_is_written_again(session: Session, folder: Path) -> None:
    _paint(session, 5, 6, 4)
    assert session.save()
    shutil.rmtree(folder / "labels")
    _paint(session, 7, 6, 4)
    assert session.save()
    assert _stored(session.project).labels[6, 5] == 4


def test_a_file_that_cannot_be_read_is_not_saved_over(session: Session, folder: Path) -> None:
    _paint(session, 5, 6, 4)
    (folder / "labels").mkdir()
    broken = folder / "labels" / "0.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    told = _told(session)
    assert not session.save()
    assert broken.read_bytes().endswith(b"nothing")
    assert any("0.png" in sentence for sentence in told)
    broken.unlink()
    assert session.save()
    assert _stored(session.project).labels[6, 5] == 4


def test_what_a_person_did_in_the_file_stays_theirs_beside_unsaved_edits(
    session: Session, folder: Path
) -> None:
    _paint(session, 5, 6, 4)
    session.set_locked(VOID, True)  # a lock does not keep another window's work out
    _write(folder, Origin.ACCEPTED, 2, Provenance(model="theirs", depth=2))
    session.scene_states_changed.emit(())
    assert _labels(session)[6, 5] == 4
    assert _labels(session)[0, 0] == 2
    assert _origins(session)[6, 5] == Origin.PAINTED
    assert _origins(session)[0, 0] == Origin.ACCEPTED
    assert session.save()
    assert (_provenance(session.project).model, _provenance(session.project).depth) == ("theirs", 2)
    assert np.count_nonzero(_stored(session.project).origins == Origin.ACCEPTED) == 24 * 32 - 1


def test_a_mask_changed_outside_takes_no_prediction(session: Session, folder: Path) -> None:
    write_mask(Project.open(folder), "1.png", Origin.MODEL)
    _change_outside(folder, "1.png")
    session.walk.rescan()
    assert session.open_folder(folder, scene="1.png")
    told = _told(session)
    before = (folder / "labels" / "1.png").read_bytes()
    deliver(session, np.full(SIZE, 7, np.uint8))
    session.prelabel((session.scenes[1],))
    session.set_depth(2)
    assert not session.jobs.active
    assert (folder / "labels" / "1.png").read_bytes() == before
    assert len(told) == 2
    assert all("Say first what it counts as" in sentence for sentence in told)


def test_a_mask_that_is_changed_outside_while_it_is_open_takes_no_prediction(
    session: Session, folder: Path
) -> None:
    _paint(session, 5, 6, 4)
    assert session.save()
    _change_outside(folder)
    deliver(session, np.full(SIZE, 7, np.uint8))
    assert _labels(session)[0, 0] == 5
    assert not (_labels(session) == 7).any()


def test_painting_over_a_mask_changed_outside_keeps_it_and_says_so_once(
    session: Session, folder: Path
) -> None:
    write_mask(Project.open(folder), "1.png", Origin.MODEL)
    _change_outside(folder, "1.png")
    theirs = (folder / "labels" / "1.png").read_bytes()
    assert session.open_folder(folder, scene="1.png")
    told = _told(session)
    for x in (5, 8):
        _paint(session, x, 6, 4)
        assert session.save()
    assert (folder / ".unetpp" / "originals" / "1.png").read_bytes() == theirs
    assert sum("originals" in sentence for sentence in told) == 1
    assert session.visit is not None
    assert not session.visit.changed_outside
    deliver(session, np.full(SIZE, 7, np.uint8))
    assert (_labels(session) == 7).any()


def test_an_answer_about_a_mask_changed_outside_reaches_the_edits_on_it(
    session: Session, folder: Path
) -> None:
    write_mask(Project.open(folder), "0.png", Origin.MODEL)
    _change_outside(folder)
    assert session.open_folder(folder, scene="0.png")
    _paint(session, 5, 6, 4)
    assert session.project is not None
    assert session.project.count_outside_as_checked(session.scenes) == ()
    session.scene_states_changed.emit(())
    assert session.visit is not None
    assert not session.visit.changed_outside
    assert _origins(session)[0, 0] == Origin.ACCEPTED
    assert _labels(session)[6, 5] == 4


def test_a_file_that_was_refused_is_not_decoded_again(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _paint(session, 5, 6, 4)
    assert session.save()
    _paint(session, 7, 6, 4)
    _change_outside(folder)
    project = session.project
    assert project is not None
    reads: list[str] = []
    load = Project.load_mask
    monkeypatch.setattr(Project, "load_mask", lambda *args: (reads.append("read"), load(*args))[1])
    for _ in range(3):
        session.scene_states_changed.emit(())
    assert len(reads) == 1
    assert _labels(session)[6, 7] == 4


def test_a_prediction_leaves_a_stroke_under_way_alone(session: Session, folder: Path) -> None:
    session.strokes.begin((5.5, 6.5))
    deliver(session, np.full(SIZE, 7, np.uint8))
    assert session.document is not None
    assert session.document.in_stroke
    session.strokes.extend((9.5, 6.5))
    session.strokes.end((9.5, 6.5))
    assert not (folder / "labels").exists()
    assert session.save()
    assert (_stored(session.project).labels[6, 5:10] == 0).all()


def test_void_values_of_a_foreign_mask_are_named(folder: Path, session: Session) -> None:
    (folder / "labels").mkdir()
    pixels = np.zeros(SIZE, np.uint8)
    pixels[0, :4] = 77
    Image.fromarray(pixels).save(folder / "labels" / "1.png")
    told = _told(session)
    session.next_scene()
    assert len(told) == 1
    assert "1.png: 4 pixels" in told[0]
    assert "77: 4" in told[0]


def test_images_without_a_mask_in_a_data_set_are_told_once(tmp_path: Path, jobs: Jobs) -> None:
    root = write_scenes(tmp_path / "set", [f"train/{number}.png" for number in range(4)])
    (root / "trainannot").mkdir()
    Image.fromarray(np.zeros(SIZE, np.uint8)).save(root / "trainannot" / "0.png")
    (root / "train.txt").write_text(
        "".join(
            f"/SegNet/CamVid/train/{number}.png /SegNet/CamVid/trainannot/{number}.png\n"
            for number in range(4)
        )
    )
    session = new_session(write_scenes(tmp_path / "other", ["0.png"]), jobs)
    told = _told(session)
    assert session.open_folder(root)
    assert len(told) == 1
    assert "trainannot" in told[0]
    assert told[0].endswith("(and 2 more)")


def test_every_edit_of_a_person_is_dated_and_a_prediction_is_not(session: Session) -> None:
    deliver(session, np.full(SIZE, 7, np.uint8))
    predicted = _provenance(session.project)
    assert (predicted.model, predicted.depth) == ("another", 3)
    assert predicted.predicted
    assert (predicted.edited, predicted.effort_s) == ("", 0.0)
    _paint(session, 5, 6, 4)
    assert session.save()
    assert _provenance(session.project).edited
    session.next_scene()
    session.mark_done()
    assert _provenance(session.project, "1.png").edited


def test_the_way_to_another_scene_is_no_work_on_it(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(effort, "time", SimpleNamespace(monotonic=lambda: clock.now))
    _paint(session, 5, 6, 4)
    clock.now += 8
    _paint(session, 9, 6, 4)
    clock.now += 10
    session.next_scene()
    _paint(session, 5, 6, 4)
    assert session.save()
    assert _provenance(session.project, "0.png").effort_s == 8.0
    assert _provenance(session.project, "1.png").effort_s == 0.0


def test_edits_of_a_person_and_the_pixels_they_changed_are_counted(session: Session) -> None:
    deliver(session, np.full(SIZE, 7, np.uint8))
    document = session.document
    assert document is not None
    session.set_diameter(4)
    for column in (5, 12, 5):  # the last one changes nothing
        _paint(session, column, 6, 4)
    changed = int(np.count_nonzero(document.labels == 4))
    assert changed > 20
    session.undo()
    session.redo()
    deliver(session, np.full(SIZE, 8, np.uint8))
    assert session.save()
    provenance = _provenance(session.project)
    assert (provenance.strokes, provenance.changed_pixels) == (2, changed)
    session.next_scene()
    session.previous_scene()
    session.mark_done(go_on=False)
    provenance = _provenance(session.project)
    assert (provenance.strokes, provenance.changed_pixels) == (3, changed)
    session.undo()
    session.unmark_done()
    assert _provenance(session.project).strokes == 3


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
