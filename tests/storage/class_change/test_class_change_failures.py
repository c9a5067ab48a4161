"""A change of classes that is stopped, fails or dies: all masks follow or none."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.storage.class_change.plans import (
    CAR,
    NAMES,
    POLE,
    change,
    files_of,
    load,
    merge_car_into_road,
    write_journal,
)
from tests.storage.folders import camvid, full, save_full, save_image
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage import change_record, class_change
from unetpp_desktop.storage.change_record import change_folders
from unetpp_desktop.storage.class_change import change_classes, undo_class_change
from unetpp_desktop.storage.project import Project, SceneState


def test_cancelling_changes_nothing(project: Project) -> None:
    before = files_of(project)

    def stop_at_the_second(done: int, total: int, note: str) -> None:
        if done == 1:
            raise Cancelled

    plan = merge_car_into_road(project)
    with pytest.raises(Cancelled):
        change_classes(project, plan.palette(), plan.table(), stop_at_the_second)
    assert files_of(project) == before
    assert Project.open(project.folder).palette.names == camvid().names
    assert change_folders(project.own_folder) == ()


def test_a_mask_that_is_written_meanwhile_stops_it(project: Project) -> None:
    def another_window(done: int, total: int, note: str) -> None:
        if done == 2:
            save_full(Project.open(project.folder), "a.png", POLE, Origin.PAINTED)

    plan = merge_car_into_road(project)
    with pytest.raises(UserError, match=r"a\.png was written meanwhile, so nothing was changed"):
        change_classes(project, plan.palette(), plan.table(), another_window)
    assert (load(Project.open(project.folder), "a.png").labels == POLE).all()


def test_two_windows_do_not_change_classes_at_once(project: Project) -> None:
    plan = merge_car_into_road(project)
    told = list[str]()

    def another_window(done: int, total: int, note: str) -> None:
        if done == 2:
            other = Project.open(project.folder)  # which must not take away what lies ready here
            with pytest.raises(UserError) as caught:
                change_classes(other, plan.palette(), plan.table(), silent)
            told.append(str(caught.value))

    assert change_classes(project, plan.palette(), plan.table(), another_window) == 2
    assert "are being changed in another window. Try again when that is done." in told[0]
    assert (load(Project.open(project.folder), "a.png").labels == 2).all()


def test_a_project_is_not_opened_while_its_masks_are_put_in_place(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = merge_car_into_road(project)
    replace, told = change_record.ChangeFolder._replace, list[str]()

    def look(self: change_record.ChangeFolder, path: Path, mask: str, delete: bool) -> None:
        with pytest.raises(UserError) as caught:
            Project.open(project.folder)
        told.append(str(caught.value))
        replace(self, path, mask, delete)

    monkeypatch.setattr(change_record.ChangeFolder, "_replace", look)
    change_classes(project, plan.palette(), plan.table(), silent)
    assert len(told) == 2
    assert "are being changed in another window" in told[0]


def test_masks_that_somebody_has_to_decide_about_stop_it(project: Project) -> None:
    path = project.mask_path(project.scene("b.png"))
    with Image.open(path) as image:
        image.load()
        image.paste(CAR, (0, 0, 4, 4))
        image.save(path)
    plan = merge_car_into_road(project)
    with pytest.raises(UserError, match=r"b\.png was changed by another program\. Say first"):
        change_classes(project, plan.palette(), plan.table(), silent)
    path.write_bytes(b"no image")
    with pytest.raises(UserError, match=r"b\.png.*Restore it from a backup"):
        change_classes(project, plan.palette(), plan.table(), silent)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_an_image_whose_name_no_record_can_hold_is_named(project: Project) -> None:
    name = os.fsdecode(b"caf\xe9.png")
    try:
        save_image(project.folder / "x.png").rename(project.folder / name)
    except OSError:
        pytest.skip("this file system has no such names either")
    project = Project.open(project.folder)
    save_full(project, name, CAR, Origin.PAINTED)
    before = files_of(project)
    plan = merge_car_into_road(project)
    with pytest.raises(UserError, match=r"The name of .*caf\?\.png is not UTF-8.*Rename the image"):
        change_classes(project, plan.palette(), plan.table(), silent)
    assert files_of(project) == before
    assert Project.open(project.folder).palette.names == camvid().names


def test_a_failure_in_the_middle_takes_everything_back(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_image(project.labels_folder / "c.png", full(CAR))  # made by another program
    before = files_of(project)
    write_journal(project.own_folder / "journal", b"edits")
    replace = change_record.ChangeFolder._replace

    def full_disk(self: change_record.ChangeFolder, path: Path, mask: str, delete: bool) -> None:
        if mask == "b.png":
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(self, path, mask, delete)

    monkeypatch.setattr(change_record.ChangeFolder, "_replace", full_disk)
    plan = merge_car_into_road(project)
    with pytest.raises(UserError, match=r"b\.png could not be replaced: No space.*All masks keep"):
        change_classes(project, plan.palette(), plan.table(), silent)
    assert files_of(project) == before
    assert (project.own_folder / "journal" / "a.png.jnl").read_bytes() == b"edits"
    again = Project.open(project.folder)
    assert again.palette.names == camvid().names
    assert again.state(again.scene("c.png")) is SceneState.EDITED
    assert change_folders(project.own_folder) == ()


def test_an_undo_that_fails_leaves_masks_ours_that_were_taken_over(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_image(project.labels_folder / "c.png", full(CAR))
    changed = change(project, merge_car_into_road(project))
    before = files_of(changed)

    def refuse(self: change_record.ChangeFolder, undone: change_record.ChangeFolder) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(change_record.ChangeFolder, "_bring_journal_back", refuse)
    with pytest.raises(UserError, match="could not be written: Permission denied"):
        undo_class_change(changed, silent)
    assert files_of(changed) == before
    again = Project.open(project.folder)
    assert all(again.is_ours(scene) for scene in again.scenes)


@pytest.mark.parametrize("undo", [False, True])
def test_a_journal_made_meanwhile_does_not_hinder_the_taking_back(
    project: Project, monkeypatch: pytest.MonkeyPatch, undo: bool
) -> None:
    plan = merge_car_into_road(project)
    journal = project.own_folder / "journal"
    write_journal(journal, b"edits")
    if undo:
        project = change(project, plan)
        write_journal(journal, b"later edits")
    before, names = files_of(project), project.palette.names
    replace = change_record.ChangeFolder._replace

    def another_window(self: change_record.ChangeFolder, path: Path, mask: str, delete: bool) -> None:
        if mask == "b.png":
            write_journal(journal, b"edits of another window")
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(self, path, mask, delete)

    with monkeypatch.context() as patch:
        patch.setattr(change_record.ChangeFolder, "_replace", another_window)
        with pytest.raises(UserError, match=r"b\.png could not be replaced"):
            undo_class_change(project, silent) if undo else change(project, plan)
    assert (journal / "a.png.jnl").read_bytes() == (b"later edits" if undo else b"edits")
    assert (project.own_folder / "journal-2" / "a.png.jnl").read_bytes() == b"edits of another window"
    again = Project.open(project.folder)
    assert (files_of(again), again.palette.names) == (before, names)
    assert len(change_folders(project.own_folder)) == undo
    if undo:
        undo_class_change(again, silent)
        assert (journal / "a.png.jnl").read_bytes() == b"edits"


def test_what_cannot_be_put_back_is_named_until_it_can(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = merge_car_into_road(project)
    write_journal(project.own_folder / "journal", b"edits")
    before = files_of(project)
    rename, replace = Path.rename, change_record.ChangeFolder._replace

    def in_use(self: Path, target: Path) -> Path:
        if "class_changes" in self.parts:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return rename(self, target)

    def full_disk(self: change_record.ChangeFolder, path: Path, mask: str, delete: bool) -> None:
        if mask == "b.png":
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(self, path, mask, delete)

    with monkeypatch.context() as patch:
        patch.setattr(change_record.ChangeFolder, "_replace", full_disk)
        patch.setattr(Path, "rename", in_use)
        named = r"0001.journal could not be put back: Permission denied\. Close other windows"
        with pytest.raises(UserError, match=named):
            change_classes(project, plan.palette(), plan.table(), silent)
        with pytest.raises(UserError, match=named):
            Project.open(project.folder)
    again = Project.open(project.folder)
    assert (files_of(again), again.palette.names) == (before, camvid().names)
    assert (project.own_folder / "journal" / "a.png.jnl").read_bytes() == b"edits"
    assert change_folders(project.own_folder) == ()


class _Killed(BaseException):
    """What stands for kill -9: nothing catches it, and nothing is tidied up."""


def _kill_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Every change of the disk is a step; the one after ``steps`` does not happen any more."""
    left = iter(range(steps))

    def counting(step):  # type: ignore[no-untyped-def]
        def wrapped(*arguments, **options):  # type: ignore[no-untyped-def]
            if next(left, None) is None:
                raise _Killed
            return step(*arguments, **options)

        return wrapped

    for name in ("replace", "rename", "unlink", "mkdir"):
        monkeypatch.setattr(Path, name, counting(getattr(Path, name)))
    monkeypatch.setattr(os, "link", counting(os.link))
    for name in ("add_written", "forget_written"):
        monkeypatch.setattr(change_record, name, counting(getattr(change_record, name)))
    monkeypatch.setattr(change_record.shutil, "rmtree", counting(change_record.shutil.rmtree))
    monkeypatch.setattr(class_change._Task, "give_up", lambda self: None)


@pytest.mark.parametrize("undo", [False, True])
def test_whenever_the_process_dies_the_masks_are_all_old_or_all_new(
    project: Project, monkeypatch: pytest.MonkeyPatch, undo: bool
) -> None:
    folder = project.folder
    plan = merge_car_into_road(project)
    save_image(project.labels_folder / "c.png", full(CAR))  # made by another program
    old = {name: load(project, name).labels for name in NAMES}
    new = {name: plan.table()[labels] for name, labels in old.items()}
    names = {"old": project.palette.names, "new": plan.palette().names}
    outcomes = list[str]()
    for steps in range(200):
        now = Project.open(folder)
        if undo and now.palette.names == names["old"]:
            change_classes(now, plan.palette(), plan.table(), silent)
            now = Project.open(folder)
        try:
            with monkeypatch.context() as patch:
                _kill_after(patch, steps)
                if undo:
                    undo_class_change(now, silent)
                else:
                    change_classes(now, plan.palette(), plan.table(), silent)
            finished = True
        except _Killed:
            finished = False
        reopened = Project.open(folder)
        which = "old" if reopened.palette.names == names["old"] else "new"
        outcomes.append(which)
        assert reopened.palette.names == names[which]
        for name, labels in (old if which == "old" else new).items():
            assert np.array_equal(load(reopened, name).labels, labels)
            assert not load(reopened, name).changed_outside
        if finished:
            break
        if not undo and which == "new":
            undo_class_change(reopened, silent)
    assert finished
    assert set(outcomes) == {"old", "new"}
    assert len(outcomes) > 10
