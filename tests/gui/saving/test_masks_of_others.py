"""Masks that another window or program wrote: merged, kept, asked about and told."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.gui.folders import SIZE, labels_of, new_session, paint, write_mask, write_scenes
from tests.gui.saving.masks import change_outside, provenance_of, stored_mask, told_by, write_elsewhere
from tests.gui.windows import deliver
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project


def _origins(session: Session) -> np.ndarray:
    assert session.document is not None
    return session.document.origins


def test_two_windows_on_one_scene_lose_nothing(session: Session, folder: Path) -> None:
    told = told_by(session)
    paint(session, 5, 6, 4)
    write_elsewhere(folder, Origin.PAINTED, 2, Provenance(model="theirs", done=True, effort_s=40.0))
    assert session.save()
    stored = stored_mask(session.project)
    assert stored.labels[6, 5] == 4
    assert np.count_nonzero(stored.labels == 2) == stored.labels.size - 1
    assert (stored.origins == Origin.PAINTED).all()
    provenance = provenance_of(session.project)
    assert (provenance.model, provenance.done) == ("theirs", True)
    assert provenance.effort_s >= 40.0
    assert any("saved elsewhere" in sentence for sentence in told)
    assert labels_of(session)[0, 0] == 2
    assert session.visit is not None
    assert not session.visit.modified


def test_pixels_that_two_people_label_differently_are_kept_in_a_copy(session: Session, folder: Path) -> None:
    told = told_by(session)
    write_elsewhere(folder, Origin.PAINTED, 2, Provenance())
    theirs = (folder / "labels" / "0.png").read_bytes()
    paint(session, 5, 6, 4)
    assert session.save()
    assert (folder / ".unetpp" / "originals" / "0.png").read_bytes() == theirs
    assert any("originals" in sentence for sentence in told)


def test_a_correction_in_another_window_outweighs_what_was_checked_before_both(
    session: Session, folder: Path
) -> None:
    write_elsewhere(folder, Origin.ACCEPTED, 1, Provenance(done=True))
    session.scene_states_changed.emit(())
    assert (_origins(session) == Origin.ACCEPTED).all()
    write_elsewhere(folder, Origin.PAINTED, 2, Provenance(done=True))
    paint(session, 5, 6, 4)
    assert session.save()
    labels = stored_mask(session.project).labels
    assert labels[6, 5] == 4
    assert np.count_nonzero(labels == 2) == labels.size - 1


def test_what_a_person_did_in_the_file_stays_theirs_beside_unsaved_edits(
    session: Session, folder: Path
) -> None:
    paint(session, 5, 6, 4)
    session.set_locked(VOID, True)  # a lock does not keep another window's work out
    write_elsewhere(folder, Origin.ACCEPTED, 2, Provenance(model="theirs", depth=2))
    session.scene_states_changed.emit(())
    assert labels_of(session)[6, 5] == 4
    assert labels_of(session)[0, 0] == 2
    assert _origins(session)[6, 5] == Origin.PAINTED
    assert _origins(session)[0, 0] == Origin.ACCEPTED
    assert session.save()
    assert (provenance_of(session.project).model, provenance_of(session.project).depth) == ("theirs", 2)
    assert np.count_nonzero(stored_mask(session.project).origins == Origin.ACCEPTED) == 24 * 32 - 1


def test_a_mask_changed_outside_takes_no_prediction(session: Session, folder: Path) -> None:
    write_mask(Project.open(folder), "1.png", Origin.MODEL)
    change_outside(folder, "1.png")
    session.walk.rescan()
    assert session.open_folder(folder, scene="1.png")
    told = told_by(session)
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
    paint(session, 5, 6, 4)
    assert session.save()
    change_outside(folder)
    deliver(session, np.full(SIZE, 7, np.uint8))
    assert labels_of(session)[0, 0] == 5
    assert not (labels_of(session) == 7).any()


def test_painting_over_a_mask_changed_outside_keeps_it_and_says_so_once(
    session: Session, folder: Path
) -> None:
    write_mask(Project.open(folder), "1.png", Origin.MODEL)
    change_outside(folder, "1.png")
    theirs = (folder / "labels" / "1.png").read_bytes()
    assert session.open_folder(folder, scene="1.png")
    told = told_by(session)
    for x in (5, 8):
        paint(session, x, 6, 4)
        assert session.save()
    assert (folder / ".unetpp" / "originals" / "1.png").read_bytes() == theirs
    assert sum("originals" in sentence for sentence in told) == 1
    assert session.visit is not None
    assert not session.visit.changed_outside
    deliver(session, np.full(SIZE, 7, np.uint8))
    assert (labels_of(session) == 7).any()


def test_an_answer_about_a_mask_changed_outside_reaches_the_edits_on_it(
    session: Session, folder: Path
) -> None:
    write_mask(Project.open(folder), "0.png", Origin.MODEL)
    change_outside(folder)
    assert session.open_folder(folder, scene="0.png")
    paint(session, 5, 6, 4)
    assert session.project is not None
    assert session.project.count_outside_as_checked(session.scenes) == ()
    session.scene_states_changed.emit(())
    assert session.visit is not None
    assert not session.visit.changed_outside
    assert _origins(session)[0, 0] == Origin.ACCEPTED
    assert labels_of(session)[6, 5] == 4


def test_a_file_that_was_refused_is_not_decoded_again(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(session, 5, 6, 4)
    assert session.save()
    paint(session, 7, 6, 4)
    change_outside(folder)
    project = session.project
    assert project is not None
    reads: list[str] = []
    load = Project.load_mask
    monkeypatch.setattr(Project, "load_mask", lambda *args: (reads.append("read"), load(*args))[1])
    for _ in range(3):
        session.scene_states_changed.emit(())
    assert len(reads) == 1
    assert labels_of(session)[6, 7] == 4


def test_void_values_of_a_foreign_mask_are_named(folder: Path, session: Session) -> None:
    (folder / "labels").mkdir()
    pixels = np.zeros(SIZE, np.uint8)
    pixels[0, :4] = 77
    Image.fromarray(pixels).save(folder / "labels" / "1.png")
    told = told_by(session)
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
    told = told_by(session)
    assert session.open_folder(root)
    assert len(told) == 1
    assert "trainannot" in told[0]
    assert told[0].endswith("(and 2 more)")
