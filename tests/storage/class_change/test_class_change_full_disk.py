"""A disk that gets full during a change of classes, and stays full: nothing that is saved later is lost."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storage.class_change.plans import (
    POLE,
    change,
    files_of,
    load,
    merge_car_into_road,
    write_journal,
)
from tests.storage.folders import camvid, save_full
from unetpp_desktop.core import files
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage import change_record
from unetpp_desktop.storage.change_record import UnfinishedChangeError, change_folders
from unetpp_desktop.storage.class_change import change_classes, undo_class_change
from unetpp_desktop.storage.project import Project


def _full_from_b_on(monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    """The disk is full once b.png is to be replaced; ``links``: it still takes second names of files."""
    replace = change_record.ChangeFolder._replace
    full = OSError(errno.ENOSPC, "No space left on device")
    is_full = False

    def refusing(step: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*arguments: object, **options: object) -> object:
            if is_full:
                raise full
            return step(*arguments, **options)

        return wrapped

    def at_b(self: change_record.ChangeFolder, path: Path, mask: str, delete: bool) -> None:
        nonlocal is_full
        if mask == "b.png":
            is_full = True
            raise full
        replace(self, path, mask, delete)

    monkeypatch.setattr(change_record.ChangeFolder, "_replace", at_b)
    monkeypatch.setattr(files.tempfile, "mkstemp", refusing(files.tempfile.mkstemp))
    if not links:
        monkeypatch.setattr(os, "link", refusing(os.link))


def test_taking_back_needs_no_space(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    write_journal(project.own_folder / "journal", b"edits")
    before, plan = files_of(project), merge_car_into_road(project)
    with monkeypatch.context() as patch:
        _full_from_b_on(patch, links=True)
        with pytest.raises(UserError, match=r"b\.png could not be replaced: No space.*All masks keep"):
            change_classes(project, plan.palette(), plan.table(), silent)
        assert files_of(project) == before
        assert change_folders(project.own_folder) == ()
        assert Project.open(project.folder).palette.names == camvid().names
    assert (project.own_folder / "journal" / "a.png.jnl").read_bytes() == b"edits"


@pytest.mark.parametrize("saved", ["a.png", "b.png"])
@pytest.mark.parametrize("undo", [False, True])
def test_what_is_saved_before_it_could_be_taken_back_stays(
    project: Project, monkeypatch: pytest.MonkeyPatch, saved: str, undo: bool
) -> None:
    plan = merge_car_into_road(project)
    if undo:
        project = change(project, plan)
    before, names = files_of(project), project.palette.names
    with monkeypatch.context() as patch:
        _full_from_b_on(patch, links=False)
        with pytest.raises(UnfinishedChangeError, match="could not be put back: No space left on device"):
            undo_class_change(project, silent) if undo else change(project, plan)
        with pytest.raises(UserError, match="could not be put back"):
            Project.open(project.folder)
    save_full(project, saved, POLE, Origin.PAINTED)  # by another window, which has the former classes
    again = Project.open(project.folder)
    assert again.palette.names == names
    assert (load(again, saved).labels == POLE).all()
    assert again.is_ours(again.scene(saved))
    other = "b.png" if saved == "a.png" else "a.png"
    assert files_of(again)[other] == before[other]
    assert len(change_folders(project.own_folder)) == undo
