"""Undo outlives the window; edits that were not saved come back, and can be discarded."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.folders import SIZE, new_session, write_mask, write_scenes
from tests.gui.windows import click, deliver, open_window, press, scene_folder
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui import visits
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage import journal
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project, SceneState

Start = Callable[[], Session]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_scenes(tmp_path / "scenes", ["0.png", "1.png", "sub/2.png"])


@pytest.fixture
def start(folder: Path, jobs: Jobs) -> Start:
    """Another start of the program: a new session on the same folder."""

    def new() -> Session:
        session = new_session(folder, jobs)
        session.set_diameter(1)
        return session

    return new


class Told:
    """What a session says and offers."""

    def __init__(self, session: Session) -> None:
        self.notices: list[str] = []
        self.offers: list[tuple[str, Offer]] = []
        self.withdrawn: list[str] = []
        session.notice.connect(lambda sentence, _level: self.notices.append(sentence))
        session.offer.connect(lambda sentence, offer: self.offers.append((sentence, offer)))
        session.notice_outdated.connect(self.withdrawn.append)


def _paint(session: Session, x: int, y: int, value: int) -> None:
    session.set_class(value)
    session.strokes.begin((x + 0.5, y + 0.5))
    session.strokes.end((x + 0.5, y + 0.5))


def _labels(session: Session) -> np.ndarray:
    assert session.document is not None
    return session.document.labels


def _leave(session: Session) -> None:
    """As a window does that is closed."""
    assert session.close_folder()


def _kill(session: Session) -> None:
    """The journal has what was done, the mask file has not, and nobody says goodbye."""
    assert session.visit is not None
    assert session.visit.journal is not None
    session.visit.journal.close()
    session.save = lambda: True  # type: ignore[method-assign]
    session.autosave = lambda: None  # type: ignore[method-assign]


def _journal(folder: Path, name: str = "0.png") -> Path:
    return folder / ".unetpp" / "journal" / f"{name}.jnl"


def test_undo_works_after_a_restart_without_a_word(start: Start) -> None:
    session = start()
    for x in range(4):
        _paint(session, x, 3, x)
    session.undo()
    _leave(session)
    again = start()
    told = Told(again)
    assert _labels(again)[3, :4].tolist() == [0, 1, 2, VOID]
    assert again.visit is not None
    assert not again.visit.modified
    again.redo()
    assert _labels(again)[3, 3] == 3
    for _ in range(4):
        again.undo()
    assert (_labels(again) == VOID).all()
    assert (told.notices, told.offers) == ([], [])


def test_looking_at_scenes_makes_no_journal(start: Start, folder: Path) -> None:
    session = start()
    session.next_scene()
    session.previous_scene()
    _leave(session)
    assert not (folder / ".unetpp").exists()


def test_the_history_goes_on_over_several_restarts_and_scenes(start: Start, folder: Path) -> None:
    for turn in range(3):
        session = start()
        for scene in range(3):
            session.go_to(session.scenes[scene])
            _paint(session, turn, scene, 5)
        session.go_to(session.scenes[0])
        _leave(session)
    assert _journal(folder, "sub/2.png").exists()
    session = start()
    for scene in range(3):
        session.go_to(session.scenes[scene])
        assert session.document is not None
        assert len(session.document.history) == 3
        session.history_walk.go_to(0)
        assert (_labels(session) == VOID).all()


def test_a_scene_beyond_the_kept_visits_has_its_undo(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "_MOST_SCENES", 1)
    session = start()
    _paint(session, 3, 3, 4)
    session.next_scene()
    _paint(session, 3, 3, 4)
    session.next_scene()
    session.go_to(session.scenes[0])
    session.undo()
    assert (_labels(session) == VOID).all()


def test_a_kept_visit_goes_on_in_its_journal(start: Start) -> None:
    session = start()
    _paint(session, 3, 3, 4)
    session.next_scene()
    session.previous_scene()
    _paint(session, 4, 3, 4)
    _kill(session)
    again = start()
    assert (_labels(again)[3, 3:5] == 4).all()
    again.history_walk.go_to(0)
    assert (_labels(again) == VOID).all()


def test_edits_that_were_not_saved_come_back_and_are_saved(start: Start, folder: Path) -> None:
    session = start()
    _paint(session, 3, 3, 4)
    assert session.save()
    _paint(session, 5, 3, 6)
    _paint(session, 6, 3, 6)
    expected = _labels(session).copy()
    _kill(session)
    again = Session(session.settings, session.remembered, session.jobs)
    told = Told(again)
    modified: list[bool] = []
    again.mask_modified.connect(modified.append)
    assert again.open_folder(folder)
    assert np.array_equal(_labels(again), expected)
    assert modified[-1] is True
    assert len(told.offers) == 1
    assert told.offers[0][0].startswith("0.png: 2 edit(s) were not saved")
    assert again.save()
    project = Project.open(folder)
    stored = project.load_mask(project.scene("0.png"))
    assert stored is not None
    assert np.array_equal(stored.labels, expected)
    assert stored.provenance is not None
    assert stored.provenance.edited
    again.next_scene()
    assert told.withdrawn == [told.offers[0][0]]


def test_restored_edits_can_be_discarded_and_that_undone(start: Start, folder: Path) -> None:
    session = start()
    _paint(session, 3, 3, 4)
    assert session.save()
    saved = _labels(session).copy()
    _paint(session, 5, 3, 6)
    _paint(session, 3, 3, 7)
    unsaved = _labels(session).copy()
    _kill(session)
    again = Session(session.settings, session.remembered, session.jobs)
    told = Told(again)
    assert again.open_folder(folder)
    again.set_locked(6, True)
    told.offers[0][1].accept()
    assert np.array_equal(_labels(again), saved)
    told.offers[0][1].accept()  # a second click does nothing
    again.undo()
    assert np.array_equal(_labels(again), unsaved)
    _leave(again)


def test_painting_on_accepts_what_was_restored(start: Start, folder: Path) -> None:
    session = start()
    _paint(session, 3, 3, 4)
    _kill(session)
    again = Session(session.settings, session.remembered, session.jobs)
    told = Told(again)
    assert again.open_folder(folder)
    again.set_diameter(1)
    _paint(again, 9, 9, 2)
    assert told.withdrawn == [told.offers[0][0]]
    told.offers[0][1].accept()
    assert (_labels(again)[3, 3], _labels(again)[9, 9]) == (4, 2)


def test_an_undo_that_was_not_saved_takes_done_back(start: Start) -> None:
    session = start()
    deliver(session, np.full(SIZE, 7, np.uint8))
    session.mark_done()
    session.go_to(session.scenes[0])
    assert session.is_done
    session.undo()
    _kill(session)
    again = start()
    assert not again.is_done
    assert again.document is not None
    assert again.document.origin_counts()[Origin.MODEL]
    again.redo()
    assert again.is_done


def test_going_back_beyond_the_check_takes_done_back(start: Start) -> None:
    session = start()
    deliver(session, np.full(SIZE, 7, np.uint8))
    session.mark_done()
    session.go_to(session.scenes[0])
    session.history_walk.go_to(0)
    assert not session.is_done
    assert (_labels(session) == VOID).all()
    session.history_walk.go_to(2)
    assert session.is_done


def test_a_prediction_in_the_background_is_one_more_edit_of_a_closed_scene(
    start: Start, folder: Path
) -> None:
    from unetpp_desktop.tasks.scene_edits import change_mask, planes_of

    session = start()
    _paint(session, 3, 3, 4)
    session.next_scene()
    project = session.project
    assert project is not None
    scene = project.scene("0.png")
    planes = planes_of(project.load_mask(scene), SIZE)
    labels = np.full(SIZE, 7, np.uint8)
    token = project.mask_token(scene)
    assert change_mask(project, scene, planes, lambda doc: doc.apply_prediction(labels), Provenance(), token)
    session.previous_scene()
    assert _labels(session)[0, 0] == 7
    session.undo()
    session.undo()
    assert (_labels(session) == VOID).all()


def test_a_mask_that_another_program_wrote_sets_the_journal_aside(start: Start, folder: Path) -> None:
    session = start()
    _paint(session, 3, 3, 4)
    _leave(session)
    write_mask(Project.open(folder), "0.png", Origin.MODEL)
    again = Session(session.settings, session.remembered, session.jobs)
    told = Told(again)
    assert again.open_folder(folder)
    assert (_labels(again) == 3).all()
    assert again.document is not None
    assert not again.document.can_undo
    assert len(told.notices) == 1
    assert str(_journal(folder)) in told.notices[0]
    assert _journal(folder).with_name("0.png.jnl.aside").exists()
    _paint(again, 5, 5, 5)
    _leave(again)
    assert _journal(folder).exists()


def test_a_torn_journal_keeps_all_but_the_last_edit(start: Start, folder: Path) -> None:
    session = start()
    states = []
    for x in range(3):
        states.append(_labels(session).copy())
        _paint(session, x, 3, 4)
    _kill(session)
    content = _journal(folder).read_bytes()
    _journal(folder).write_bytes(content[:-5])
    again = start()
    assert np.array_equal(_labels(again), states[2])
    again.history_walk.go_to(0)
    assert (_labels(again) == VOID).all()


def test_a_second_window_leaves_the_journal_of_the_first_alone(
    start: Start, folder: Path, qtbot: QtBot
) -> None:
    first = start()
    _paint(first, 3, 3, 4)
    second = start()
    told = Told(second)
    _paint(second, 9, 9, 5)
    qtbot.waitUntil(lambda: bool(told.notices))
    assert "0.png is open in another window" in told.notices[0]
    _paint(second, 10, 9, 5)
    assert second.save()
    _paint(first, 4, 3, 4)
    assert first.save()
    labels = _labels(first)
    assert (labels[3, 3:5] == 4).all()
    assert (labels[9, 9:11] == 5).all()
    _leave(second)
    _leave(first)
    again = start()
    assert again.document is not None
    assert again.document.can_undo
    again.history_walk.go_to(0)
    assert (_labels(again) == VOID).all()


def test_a_scene_left_here_and_edited_there_has_both_histories(start: Start, folder: Path) -> None:
    first = start()
    _paint(first, 3, 3, 4)
    first.next_scene()
    second = start()
    _paint(second, 9, 9, 5)
    _leave(second)
    first.previous_scene()
    assert (_labels(first)[3, 3], _labels(first)[9, 9]) == (4, 5)
    first.undo()
    first.undo()
    assert (_labels(first) == VOID).all()


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
            _paint(session, x, 3, 4)
            assert session.save()
        session.next_scene()
        _paint(session, 3, 3, 4)
        assert session.save()
        session.previous_scene()
        qtbot.waitUntil(lambda: bool(told.notices))
        qtbot.wait(300)  # more would come now
    assert len(told.notices) == 1
    assert "No space left on device" in told.notices[0]
    _paint(session, 4, 3, 4)
    _leave(session)
    again = start()
    again.history_walk.go_to(0)
    assert (_labels(again) == VOID).all()


def test_the_journal_forgets_what_is_too_much(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from unetpp_desktop.tasks import scene_journal

    monkeypatch.setattr(scene_journal, "_WORTH_REWRITING", 3000)
    monkeypatch.setattr(scene_journal, "_MOST_BYTES", 1000)
    session = start()
    for step in range(120):
        _paint(session, step % 20, step // 20, step % 7)
        assert session.save()
    session.undo()
    _leave(session)
    assert _journal(folder).stat().st_size < 5000
    again = start()
    assert again.document is not None
    assert 5 < len(again.document.history) < 60
    assert again.document.can_redo
    last = _labels(again).copy()
    again.history_walk.go_to(0)
    again.history_walk.go_to(len(again.document.history) - 1)
    assert np.array_equal(_labels(again), last)


def test_unsaved_edits_of_another_scene_are_told_and_can_be_opened(
    start: Start, folder: Path, qtbot: QtBot
) -> None:
    session = start()
    session.go_to(session.scenes[2])
    _paint(session, 3, 3, 4)
    _kill(session)
    again = start()
    told = Told(again)
    assert again.open_folder(folder)
    qtbot.waitUntil(lambda: bool(told.offers))
    assert told.offers[0][0].startswith("sub/2.png has edits that were not saved")
    told.offers[0][1].accept()
    assert again.scene == again.scenes[2]
    assert _labels(again)[3, 3] == 4


def test_a_mask_changed_outside_keeps_its_answer(start: Start, folder: Path) -> None:
    session = start()
    _paint(session, 3, 3, 4)
    _leave(session)
    mask = folder / "labels" / "0.png"
    content = bytearray(mask.read_bytes())
    mask.write_bytes(bytes(content).replace(b"unPP", b"xxPP"))  # as a program that drops our part
    again = start()
    assert again.project is not None
    assert again.project.state(again.scenes[0]) is SceneState.CHANGED_OUTSIDE
    assert again.document is not None
    assert not again.document.can_undo


def test_the_notice_has_a_button_that_discards(qtbot: QtBot, tmp_path: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QToolButton

    folder = scene_folder(tmp_path / "scenes")
    window = open_window(qtbot, tmp_path / "config", folder)
    click(window.canvas, 60, 45)
    _kill(window.session)
    other = open_window(qtbot, tmp_path / "other", folder)
    assert any("1 edit(s) were not saved" in sentence for sentence in other.toasts.sentences())
    assert _labels(other.session)[45, 60] == 0
    button = other.toasts.findChild(QToolButton, "toastOffer")
    assert isinstance(button, QToolButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert _labels(other.session)[45, 60] == VOID
    qtbot.waitUntil(lambda: not other.toasts.sentences())
    press(other, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _labels(other.session)[45, 60] == 0
