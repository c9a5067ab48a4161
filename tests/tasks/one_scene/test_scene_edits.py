"""Edits of scenes that nobody has open."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.tasks.one_scene import SIZE
from unetpp_desktop.core import files
from unetpp_desktop.core.errors import UserError, WriteError
from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_edits import edit_scene
from unetpp_desktop.tasks.scene_journal import Opened, journal_path, open_journaled


def paint(value: int, column: int = 0) -> Callable[[MaskDocument], Rect]:
    def change(document: MaskDocument) -> Rect:
        document.begin("Replace class")
        changed = document.paint(
            Rect(0, column, 6, column + 2), np.ones((6, 2), np.bool_), value, Origin.PAINTED
        )
        document.commit()
        return changed

    return change


def opened(project: Project, scene: Scene) -> Opened:
    stored = project.load_mask(scene)
    assert stored is not None
    return open_journaled(
        journal_path(project, scene), stored.labels, stored.origins, 1 << 20, lambda error: None
    )


def test_an_edit_is_saved_dated_and_can_be_undone(project: Project, scene: Scene) -> None:
    assert edit_scene(project, scene, paint(4))
    assert edit_scene(project, scene, paint(5, 4))
    stored = project.load_mask(scene)
    assert stored is not None
    assert stored.labels[0].tolist() == [4, 4, VOID, VOID, 5, 5, VOID, VOID, VOID]
    assert stored.provenance is not None
    assert stored.provenance.edited
    again = opened(project, scene)
    assert (again.unsaved, again.document.modified) == (0, False)
    assert [edit.name for edit in again.document.history.entries()] == ["Replace class"] * 2
    again.document.undo()
    assert again.document.labels[0, 4] == VOID
    again.document.undo()
    assert (again.document.labels == VOID).all()
    again.journal.close()


def test_nothing_to_change_writes_nothing(project: Project, scene: Scene, tmp_path: Path) -> None:
    assert not edit_scene(project, scene, lambda document: EMPTY_RECT)
    assert [entry.name for entry in tmp_path.iterdir()] == ["0.png"]


def test_a_mask_that_is_written_meanwhile_is_left_alone(project: Project, scene: Scene) -> None:
    assert edit_scene(project, scene, paint(4))

    def change(document: MaskDocument) -> Rect:
        labels = np.full(SIZE, 7, np.uint8)
        project.save_mask(scene, labels, np.full(SIZE, Origin.PAINTED, np.uint8), Provenance())
        return paint(5)(document)

    with pytest.raises(UserError, match=r"0\.png was saved meanwhile"):
        edit_scene(project, scene, change)
    stored = project.load_mask(scene)
    assert stored is not None
    assert (stored.labels == 7).all()


def test_an_edit_that_cannot_be_saved_does_not_come_back_later(
    project: Project, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert edit_scene(project, scene, paint(4))

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "os", SimpleNamespace(**{**vars(os), "fsync": full}))
        with pytest.raises(WriteError, match="disk is full"):
            edit_scene(project, scene, paint(5))
    again = opened(project, scene)
    assert (again.unsaved, again.document.modified) == (0, False)
    assert again.document.labels[0, 0] == 4
    again.document.undo()
    assert (again.document.labels == VOID).all()
    again.journal.close()


def test_a_scene_that_a_window_has_open_is_edited_without_its_journal(project: Project, scene: Scene) -> None:
    assert edit_scene(project, scene, paint(4))
    window = opened(project, scene)
    before = journal_path(project, scene).read_bytes()
    assert edit_scene(project, scene, paint(5))
    assert journal_path(project, scene).read_bytes() == before
    window.journal.close()
