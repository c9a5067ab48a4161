"""Undo outlives the window, whatever befalls the journal: other windows, other programs, a full disk."""

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.folders import SIZE, labels_of, paint, write_mask
from tests.gui.journals.restarts import Start, Told, journal_of, kill, leave
from tests.gui.windows import deliver
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui import visits
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage import journal
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project, SceneState


def test_undo_works_after_a_restart_without_a_word(start: Start) -> None:
    session = start()
    for x in range(4):
        paint(session, x, 3, x)
    session.undo()
    leave(session)
    again = start()
    told = Told(again)
    assert labels_of(again)[3, :4].tolist() == [0, 1, 2, VOID]
    assert again.visit is not None
    assert not again.visit.modified
    again.redo()
    assert labels_of(again)[3, 3] == 3
    for _ in range(4):
        again.undo()
    assert (labels_of(again) == VOID).all()
    assert (told.notices, told.offers) == ([], [])


def test_looking_at_scenes_makes_no_journal(start: Start, folder: Path) -> None:
    session = start()
    session.next_scene()
    session.previous_scene()
    leave(session)
    assert not (folder / ".unetpp").exists()


def test_the_history_goes_on_over_several_restarts_and_scenes(start: Start, folder: Path) -> None:
    for turn in range(3):
        session = start()
        for scene in range(3):
            session.go_to(session.scenes[scene])
            paint(session, turn, scene, 5)
        session.go_to(session.scenes[0])
        leave(session)
    assert journal_of(folder, "sub/2.png").exists()
    session = start()
    for scene in range(3):
        session.go_to(session.scenes[scene])
        assert session.document is not None
        assert len(session.document.history) == 3
        session.history_walk.go_to(0)
        assert (labels_of(session) == VOID).all()


def test_a_scene_beyond_the_kept_visits_has_its_undo(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "_MOST_SCENES", 1)
    session = start()
    paint(session, 3, 3, 4)
    session.next_scene()
    paint(session, 3, 3, 4)
    session.next_scene()
    session.go_to(session.scenes[0])
    session.undo()
    assert (labels_of(session) == VOID).all()


def test_a_kept_visit_goes_on_in_its_journal(start: Start) -> None:
    session = start()
    paint(session, 3, 3, 4)
    session.next_scene()
    session.previous_scene()
    paint(session, 4, 3, 4)
    kill(session)
    again = start()
    assert (labels_of(again)[3, 3:5] == 4).all()
    again.history_walk.go_to(0)
    assert (labels_of(again) == VOID).all()


def test_going_back_beyond_the_check_takes_done_back(start: Start) -> None:
    session = start()
    deliver(session, np.full(SIZE, 7, np.uint8))
    session.mark_done()
    session.go_to(session.scenes[0])
    session.history_walk.go_to(0)
    assert not session.is_done
    assert (labels_of(session) == VOID).all()
    session.history_walk.go_to(2)
    assert session.is_done


def test_a_prediction_in_the_background_is_one_more_edit_of_a_closed_scene(
    start: Start, folder: Path
) -> None:
    from unetpp_desktop.tasks.scene_edits import change_mask, planes_of

    session = start()
    paint(session, 3, 3, 4)
    session.next_scene()
    project = session.project
    assert project is not None
    scene = project.scene("0.png")
    planes = planes_of(project.load_mask(scene), SIZE)
    labels = np.full(SIZE, 7, np.uint8)
    token = project.mask_token(scene)
    assert change_mask(project, scene, planes, lambda doc: doc.apply_prediction(labels), Provenance(), token)
    session.previous_scene()
    assert labels_of(session)[0, 0] == 7
    session.undo()
    session.undo()
    assert (labels_of(session) == VOID).all()


def test_a_mask_that_another_program_wrote_sets_the_journal_aside(start: Start, folder: Path) -> None:
    session = start()
    paint(session, 3, 3, 4)
    leave(session)
    write_mask(Project.open(folder), "0.png", Origin.MODEL)
    again = Session(session.settings, session.remembered, session.jobs)
    told = Told(again)
    assert again.open_folder(folder)
    assert (labels_of(again) == 3).all()
    assert again.document is not None
    assert not again.document.can_undo
    assert len(told.notices) == 1
    assert str(journal_of(folder)) in told.notices[0]
    assert journal_of(folder).with_name("0.png.jnl.aside").exists()
    paint(again, 5, 5, 5)
    leave(again)
    assert journal_of(folder).exists()


def test_a_second_window_leaves_the_journal_of_the_first_alone(
    start: Start, folder: Path, qtbot: QtBot
) -> None:
    first = start()
    paint(first, 3, 3, 4)
    second = start()
    told = Told(second)
    paint(second, 9, 9, 5)
    qtbot.waitUntil(lambda: bool(told.notices))
    assert "0.png is open in another window" in told.notices[0]
    paint(second, 10, 9, 5)
    assert second.save()
    paint(first, 4, 3, 4)
    assert first.save()
    labels = labels_of(first)
    assert (labels[3, 3:5] == 4).all()
    assert (labels[9, 9:11] == 5).all()
    leave(second)
    leave(first)
    again = start()
    assert again.document is not None
    assert again.document.can_undo
    again.history_walk.go_to(0)
    assert (labels_of(again) == VOID).all()


def test_a_scene_left_here_and_edited_there_has_both_histories(start: Start, folder: Path) -> None:
    first = start()
    paint(first, 3, 3, 4)
    first.next_scene()
    second = start()
    paint(second, 9, 9, 5)
    leave(second)
    first.previous_scene()
    assert (labels_of(first)[3, 3], labels_of(first)[9, 9]) == (4, 5)
    first.undo()
    first.undo()
    assert (labels_of(first) == VOID).all()


def _refuse_journals(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(journal, "os", SimpleNamespace(**{**vars(os), "fsync": full}))


def test_a_journal_that_cannot_be_written_is_told_once_and_begun_anew(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    session = start()
    told = Told(session)
    with monkeypatch.context() as patch:
        _refuse_journals(patch)
        for x in range(3):
            paint(session, x, 3, 4)
            assert session.save()
        session.next_scene()
        paint(session, 3, 3, 4)
        assert session.save()
        session.previous_scene()
        qtbot.waitUntil(lambda: bool(told.notices))
        qtbot.wait(300)  # more would come now
    assert len(told.notices) == 1
    assert "No space left on device" in told.notices[0]
    paint(session, 4, 3, 4)
    leave(session)
    again = start()
    again.history_walk.go_to(0)
    assert (labels_of(again) == VOID).all()


def test_the_journal_forgets_what_is_too_much(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from unetpp_desktop.tasks import scene_journal

    monkeypatch.setattr(scene_journal, "_WORTH_REWRITING", 3000)
    monkeypatch.setattr(scene_journal, "_MOST_BYTES", 1000)
    session = start()
    for step in range(120):
        paint(session, step % 20, step // 20, step % 7)
        assert session.save()
    session.undo()
    leave(session)
    assert journal_of(folder).stat().st_size < 5000
    again = start()
    assert again.document is not None
    assert 5 < len(again.document.history) < 60
    assert again.document.can_redo
    last = labels_of(again).copy()
    again.history_walk.go_to(0)
    again.history_walk.go_to(len(again.document.history) - 1)
    assert np.array_equal(labels_of(again), last)


def test_a_mask_changed_outside_keeps_its_answer(start: Start, folder: Path) -> None:
    session = start()
    paint(session, 3, 3, 4)
    leave(session)
    mask = folder / "labels" / "0.png"
    content = bytearray(mask.read_bytes())
    mask.write_bytes(bytes(content).replace(b"unPP", b"xxPP"))  # as a program that drops our part
    again = start()
    assert again.project is not None
    assert again.project.state(again.scenes[0]) is SceneState.CHANGED_OUTSIDE
    assert again.document is not None
    assert not again.document.can_undo
