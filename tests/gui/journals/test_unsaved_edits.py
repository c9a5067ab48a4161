"""Edits that only the journal has come back after a crash: told, kept or discarded."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.folders import SIZE, labels_of, paint
from tests.gui.journals.restarts import Start, Told, journal_of, kill, leave
from tests.gui.windows import click, deliver, open_window, press, scene_folder
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.project import Project


def test_edits_that_were_not_saved_come_back_and_are_saved(start: Start, folder: Path) -> None:
    session = start()
    paint(session, 3, 3, 4)
    assert session.save()
    paint(session, 5, 3, 6)
    paint(session, 6, 3, 6)
    expected = labels_of(session).copy()
    kill(session)
    again = Session(session.settings, session.remembered, session.jobs)
    told = Told(again)
    modified: list[bool] = []
    again.mask_modified.connect(modified.append)
    assert again.open_folder(folder)
    assert np.array_equal(labels_of(again), expected)
    assert modified[-1] is True
    assert len(told.offers) == 1
    assert told.offers[0][0].startswith("0.png: 2 edits were not saved")
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
    paint(session, 3, 3, 4)
    assert session.save()
    saved = labels_of(session).copy()
    paint(session, 5, 3, 6)
    paint(session, 3, 3, 7)
    unsaved = labels_of(session).copy()
    kill(session)
    again = Session(session.settings, session.remembered, session.jobs)
    told = Told(again)
    assert again.open_folder(folder)
    again.set_locked(6, True)
    told.offers[0][1].accept()
    assert np.array_equal(labels_of(again), saved)
    told.offers[0][1].accept()  # a second click does nothing
    again.undo()
    assert np.array_equal(labels_of(again), unsaved)
    leave(again)


def test_what_was_done_by_unsaved_checking_is_no_more_when_that_is_discarded(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = start()
    deliver(session, np.full(SIZE, 3, np.uint8))
    assert session.save()
    monkeypatch.setattr(session.saving, "save", lambda **_: False)  # as on a disk that is full
    session.mark_done()
    assert session.is_done
    kill(session)
    again = Session(session.settings, session.remembered, session.jobs)
    told = Told(again)
    assert again.open_folder(folder)
    assert again.is_done
    told.offers[0][1].accept()
    assert again.document is not None
    assert (again.document.origins == Origin.MODEL).all()
    assert not again.is_done
    leave(again)


def test_painting_on_accepts_what_was_restored(start: Start, folder: Path) -> None:
    session = start()
    paint(session, 3, 3, 4)
    kill(session)
    again = Session(session.settings, session.remembered, session.jobs)
    told = Told(again)
    assert again.open_folder(folder)
    again.set_diameter(1)
    paint(again, 9, 9, 2)
    assert told.withdrawn == [told.offers[0][0]]
    told.offers[0][1].accept()
    assert (labels_of(again)[3, 3], labels_of(again)[9, 9]) == (4, 2)


def test_an_undo_that_was_not_saved_takes_done_back(start: Start) -> None:
    session = start()
    deliver(session, np.full(SIZE, 7, np.uint8))
    session.mark_done()
    session.go_to(session.scenes[0])
    assert session.is_done
    session.undo()
    kill(session)
    again = start()
    assert not again.is_done
    assert again.document is not None
    assert again.document.origin_counts()[Origin.MODEL]
    again.redo()
    assert again.is_done


def test_a_torn_journal_keeps_all_but_the_last_edit(start: Start, folder: Path) -> None:
    session = start()
    states = []
    for x in range(3):
        states.append(labels_of(session).copy())
        paint(session, x, 3, 4)
    kill(session)
    content = journal_of(folder).read_bytes()
    journal_of(folder).write_bytes(content[:-5])
    again = start()
    assert np.array_equal(labels_of(again), states[2])
    again.history_walk.go_to(0)
    assert (labels_of(again) == VOID).all()


def test_unsaved_edits_of_another_scene_are_told_and_can_be_opened(
    start: Start, folder: Path, qtbot: QtBot
) -> None:
    session = start()
    session.go_to(session.scenes[2])
    paint(session, 3, 3, 4)
    kill(session)
    again = start()
    told = Told(again)
    assert again.open_folder(folder)
    qtbot.waitUntil(lambda: bool(told.offers))
    assert told.offers[0][0].startswith("sub/2.png has edits that were not saved")
    told.offers[0][1].accept()
    assert again.scene == again.scenes[2]
    assert labels_of(again)[3, 3] == 4


def test_the_notice_has_a_button_that_discards(qtbot: QtBot, tmp_path: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QToolButton

    folder = scene_folder(tmp_path / "scenes")
    window = open_window(qtbot, tmp_path / "config", folder)
    click(window.canvas, 60, 45)
    kill(window.session)
    other = open_window(qtbot, tmp_path / "other", folder)
    assert any("1 edit was not saved" in sentence for sentence in other.toasts.sentences())
    assert labels_of(other.session)[45, 60] == 0
    button = other.toasts.findChild(QToolButton, "toastOffer")
    assert isinstance(button, QToolButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert labels_of(other.session)[45, 60] == VOID
    qtbot.waitUntil(lambda: not other.toasts.sentences())
    press(other, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert labels_of(other.session)[45, 60] == 0
