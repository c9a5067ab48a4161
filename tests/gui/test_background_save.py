"""Large masks are saved beside the work: nothing is lost, nothing is told twice, nothing waits."""

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.folders import SIZE, new_session, paint, write_scenes
from unetpp_desktop.core import files
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui import saving
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage import project as project_module
from unetpp_desktop.storage.mask_file import Provenance, StoredMask
from unetpp_desktop.storage.project import Project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_scenes(tmp_path / "scenes", ["0.png", "1.png"])


@pytest.fixture
def session(folder: Path, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(saving, "_LARGE", 1)
    session = new_session(folder, jobs)
    session.set_diameter(1)
    return session


@contextmanager
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No mask reaches the disk before the end of the block, or before the event is set."""
    go = threading.Event()
    real = project_module.write_mask

    def wait(*args: object) -> None:
        assert go.wait(10)
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(project_module, "write_mask", wait)
    try:
        yield go
    finally:
        go.set()


def _refuse(**_options: object) -> tuple[int, str]:
    raise OSError(errno.ENOSPC, "No space left on device")


def _stored(folder: Path, name: str = "0.png") -> StoredMask | None:
    project = Project.open(folder)
    return project.load_mask(project.scene(name))


def _is_modified(session: Session) -> bool:
    assert session.visit is not None
    return session.visit.modified


def test_work_goes_on_while_a_mask_is_saved(
    session: Session, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    session.saved.connect(said.append)
    paint(session, 3, 3, 4)
    with slow_disk(monkeypatch):
        session.autosave()
        assert _stored(folder) is None
        paint(session, 5, 3, 6)
        session.autosave()  # not a second one meanwhile
        assert not said
    qtbot.waitUntil(lambda: bool(said))
    stored = _stored(folder)
    assert stored is not None
    assert (stored.labels[3, 3], stored.labels[3, 5]) == (4, VOID)
    assert stored.provenance is not None
    assert stored.provenance.edited
    assert _is_modified(session)
    session.autosave()
    qtbot.waitUntil(lambda: not _is_modified(session))
    stored = _stored(folder)
    assert stored is not None
    assert stored.labels[3, 5] == 6
    assert len(said) == 2


def test_a_saved_state_that_was_undone_meanwhile_is_found_again(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(session, 3, 3, 4)
    with slow_disk(monkeypatch):
        session.autosave()
        session.undo()
    qtbot.waitUntil(lambda: bool(session.visit and session.visit.stored_provenance))
    assert _is_modified(session)
    session.redo()
    assert not _is_modified(session)


def test_leaving_waits_for_a_save_that_began_before_the_last_edit(
    session: Session, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(session, 3, 3, 4)
    with slow_disk(monkeypatch) as go:
        session.autosave()
        paint(session, 5, 3, 6)
        threading.Timer(0.1, go.set).start()
        session.next_scene()
    qtbot.waitUntil(lambda: _painted(folder) == [4, 6])
    session.previous_scene()
    session.undo()
    session.undo()
    assert session.document is not None
    assert (session.document.labels == VOID).all()


def _painted(folder: Path) -> list[int]:
    """What the file has where the tests paint."""
    stored = _stored(folder)
    return [] if stored is None else [int(stored.labels[3, x]) for x in (3, 5)]


def test_a_scene_that_is_left_is_saved_beside_the_next_one(
    session: Session, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: list[object] = []
    session.scene_states_changed.connect(states.append)
    paint(session, 3, 3, 4)
    document = session.document
    with slow_disk(monkeypatch):
        session.next_scene()
        assert session.scene == session.scenes[1]
        assert _painted(folder) == []
    qtbot.waitUntil(lambda: states == [("0.png",)])
    assert _painted(folder) == [4, VOID]
    session.previous_scene()
    assert session.document is document
    assert not _is_modified(session)
    session.undo()
    assert session.document is not None
    assert (session.document.labels == VOID).all()


def test_one_can_come_back_before_the_scene_is_saved(
    session: Session, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(session, 3, 3, 4)
    document = session.document
    with slow_disk(monkeypatch):
        session.next_scene()
        session.previous_scene()
        assert session.document is document
        paint(session, 5, 3, 6)
    qtbot.waitUntil(lambda: _painted(folder) == [4, VOID])
    assert session.save()
    assert session.document is document
    assert _painted(folder) == [4, 6]


def test_closing_the_folder_waits_for_all_that_was_left(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(session, 3, 3, 4)
    with slow_disk(monkeypatch) as go:
        session.next_scene()
        threading.Timer(0.1, go.set).start()
        assert session.close_folder()
        assert _painted(folder) == [4, VOID]


def test_a_scene_that_could_not_be_saved_is_opened_again(
    session: Session, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    session.notice.connect(lambda sentence, _level: told.append(sentence))
    paint(session, 3, 3, 4)
    with monkeypatch.context() as patch:
        patch.setattr(files, "tempfile", SimpleNamespace(mkstemp=_refuse))
        session.next_scene()
        qtbot.waitUntil(lambda: session.scene == session.scenes[0])
        assert len(told) == 1
        assert "disk is full" in told[0]
        assert _is_modified(session)
        session.next_scene()  # which is known to fail now
        assert session.scene == session.scenes[0]
    session.next_scene()
    assert session.scene == session.scenes[1]
    stored = _stored(folder)
    assert stored is not None
    assert stored.labels[3, 3] == 4
    assert stored.provenance is not None
    assert stored.provenance.edited


def test_a_folder_is_not_closed_over_a_scene_that_could_not_be_saved(
    session: Session, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(session, 3, 3, 4)
    with monkeypatch.context() as patch:
        patch.setattr(files, "tempfile", SimpleNamespace(mkstemp=_refuse))
        session.next_scene()
        assert not session.save()
        assert not session.close_folder()
    qtbot.waitUntil(lambda: session.scene == session.scenes[0])
    assert session.close_folder()
    assert _painted(folder) == [4, VOID]


def test_a_scene_that_somebody_else_wrote_while_it_was_left_is_joined(
    session: Session, folder: Path, qtbot: QtBot
) -> None:
    paint(session, 3, 3, 4)
    other = Project.open(folder)
    labels = np.full(SIZE, 2, np.uint8)
    other.save_mask(other.scene("0.png"), labels, np.full(SIZE, Origin.PAINTED, np.uint8), Provenance())
    session.next_scene()
    qtbot.waitUntil(lambda: _painted(folder) == [4, 2])
    qtbot.waitUntil(lambda: not _is_modified(session))
    session.undo()
    session.undo()
    assert session.document is not None
    assert (session.document.labels == VOID).all()


def test_the_own_file_is_not_taken_for_that_of_another(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = session.document
    paint(session, 3, 3, 4)
    session.autosave()
    for thread in threading.enumerate():
        if thread.name == "job: save":
            thread.join()  # the file is there, and the window does not know it yet
    session.scene_states_changed.emit(())
    assert session.document is document
    assert session.save()
    assert session.document is document
    assert not _is_modified(session)


def test_what_somebody_else_wrote_meanwhile_is_joined(
    session: Session, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(session, 3, 3, 4)
    other = Project.open(folder)
    labels = np.full(SIZE, 2, np.uint8)
    other.save_mask(other.scene("0.png"), labels, np.full(SIZE, Origin.PAINTED, np.uint8), Provenance())
    session.autosave()
    qtbot.waitUntil(lambda: not _is_modified(session))
    stored = _stored(folder)
    assert stored is not None
    assert (stored.labels[3, 3], stored.labels[0, 0]) == (4, 2)


def test_a_failure_is_told_once_and_the_work_is_still_counted(
    session: Session, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    session.notice.connect(lambda sentence, _level: told.append(sentence))
    paint(session, 3, 3, 4)
    assert session.visit is not None
    assert session.visit.journal is not None
    session.visit.journal.wait()

    with monkeypatch.context() as patch:
        patch.setattr(files, "tempfile", SimpleNamespace(mkstemp=_refuse))
        session.autosave()
        qtbot.waitUntil(lambda: bool(told))
        session.autosave()
        assert not session.save()  # which waits, and tells it again
        assert _is_modified(session)
    assert len(told) == 2
    session.autosave()
    qtbot.waitUntil(lambda: not _is_modified(session))
    stored = _stored(folder)
    assert stored is not None
    assert stored.provenance is not None
    assert stored.provenance.edited
    assert not session.saving.last_failure


def test_edits_that_could_not_be_saved_outweigh_the_journal_of_another_window(
    session: Session, folder: Path, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(session, 3, 3, 4)
    with slow_disk(monkeypatch):
        session.next_scene()
        journal = folder / ".unetpp" / "journal" / "0.png.jnl"
        journal.write_bytes(journal.read_bytes() + b"another window")
        session.previous_scene()
        assert session.document is not None
        assert session.document.labels[3, 3] == 4
    assert session.save()
    assert _painted(folder) == [4, VOID]
