"""Other classes for a whole project: all masks follow or none, and everything can be taken back."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.storage.folders import camvid, full, image_folder, picture, save_full, save_image
from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage import change_record, class_change
from unetpp_desktop.storage.change_record import change_folders
from unetpp_desktop.storage.class_change import change_classes, last_class_change, undo_class_change
from unetpp_desktop.storage.class_counts import count_classes
from unetpp_desktop.storage.mask_file import Provenance, StoredMask
from unetpp_desktop.storage.project import Project, SceneState

SKY, BUILDING, POLE, ROAD, CAR = 0, 1, 2, 3, 8
NAMES = ("a.png", "b.png", "c.png")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project.open(image_folder(tmp_path, *NAMES))
    save_full(project, "a.png", CAR, Origin.PAINTED, done=True)
    labels = full(ROAD)
    labels[0] = VOID
    labels[1] = SKY
    origins = full(Origin.MODEL)
    origins[0] = Origin.NONE
    project.save_mask(project.scene("b.png"), labels, origins, Provenance(model="m", depth=2))
    return project


def _load(project: Project, name: str) -> StoredMask:
    stored = project.load_mask(project.scene(name))
    assert stored is not None
    return stored


def _change(project: Project, plan: ClassPlan) -> Project:
    change_classes(project, plan.palette(), plan.table(), silent)
    return Project.open(project.folder)


def _files(project: Project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in project.labels_folder.iterdir()}


def _write_journal(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "a.png.jnl").write_bytes(content)


def _merge_car_into_road(project: Project) -> ClassPlan:
    return ClassPlan.of(project.palette).removed(CAR, into=ROAD).renamed(SKY, "Heaven").moved(SKY, 3)


def test_all_masks_follow_and_keep_origins_and_provenance(project: Project) -> None:
    after = _change(project, _merge_car_into_road(project))
    assert after.palette.names[:4] == ("Building", "Pole", "Road", "Heaven")
    a, b = _load(after, "a.png"), _load(after, "b.png")
    assert (a.labels == 2).all()
    assert a.provenance == Provenance(done=True)
    assert set(b.labels[0]) == {VOID}
    assert set(b.labels[1]) == {3}
    assert set(b.labels[2:].ravel()) == {2}
    assert set(b.origins[1:].ravel()) == {Origin.MODEL}
    assert b.provenance == Provenance(model="m", depth=2)
    assert after.load_mask(after.scene("c.png")) is None
    assert not b.changed_outside


def test_a_class_that_becomes_void_leaves_pixels_of_which_nobody_has_said_anything(project: Project) -> None:
    after = _change(project, ClassPlan.of(project.palette).removed(CAR, into=None))
    stored = _load(after, "a.png")
    assert set(stored.labels.ravel()) == {VOID}
    assert set(stored.origins.ravel()) == {Origin.NONE}


def test_a_new_class_at_the_end_touches_no_mask(project: Project) -> None:
    before = _files(project)
    after = _change(project, ClassPlan.of(project.palette).added("Dog", (1, 2, 3), 11))
    assert after.palette.names[-1] == "Dog"
    assert _files(after) == before
    assert (_load(after, "a.png").labels == CAR).all()


def test_undo_brings_every_file_back_byte_for_byte(project: Project) -> None:
    before = _files(project)
    changed = _change(project, _merge_car_into_road(project))
    last = last_class_change(changed.own_folder)
    assert last is not None
    assert last.old.names == camvid().names
    assert undo_class_change(changed, silent) == 2
    after = Project.open(project.folder)
    assert after.palette.names == camvid().names
    assert _files(after) == before
    assert last_class_change(after.own_folder) is None
    with pytest.raises(UserError, match="no change of classes"):
        undo_class_change(after, silent)


def test_undo_keeps_what_was_edited_since(project: Project) -> None:
    changed = _change(project, _merge_car_into_road(project))
    labels, origins = _load(changed, "a.png").labels, full(Origin.PAINTED)
    labels[0] = 3  # heaven, over what was a car
    changed.save_mask(changed.scene("a.png"), labels, origins, Provenance())
    save_full(changed, "c.png", 3, Origin.PAINTED)
    undo_class_change(changed, silent)
    after = Project.open(project.folder)
    a = _load(after, "a.png")
    assert set(a.labels[0]) == {SKY}
    assert set(a.labels[1:].ravel()) == {CAR}
    assert (_load(after, "c.png").labels == SKY).all()


def test_undo_does_not_lose_a_class_that_is_in_use(project: Project) -> None:
    changed = _change(project, ClassPlan.of(project.palette).added("Dog", (1, 2, 3), 11))
    save_full(changed, "c.png", 11, Origin.PAINTED)
    before = _files(changed)
    with pytest.raises(UserError, match=r"c\.png uses the class Dog, which did not exist before\. Replace"):
        undo_class_change(changed, silent)
    assert _files(changed) == before
    assert Project.open(project.folder).palette.names[-1] == "Dog"


def test_several_changes_are_taken_back_one_by_one(project: Project) -> None:
    before = _files(project)
    for name in ("Vehicle", "Machine"):
        plan = ClassPlan.of(project.palette)
        project = _change(project, plan.renamed(CAR, name))
    assert project.palette.classes[CAR].former == ("Vehicle", "Car")
    for name in ("Vehicle", "Car"):
        undo_class_change(project, silent)
        project = Project.open(project.folder)
        assert project.palette.names[CAR] == name
    assert _files(project) == before


def test_only_the_latest_changes_are_kept(project: Project) -> None:
    for number in range(7):
        project = _change(project, ClassPlan.of(project.palette).renamed(CAR, f"Car {number}"))
    assert [folder.number for folder in change_folders(project.own_folder)] == [3, 4, 5, 6, 7]


def test_cancelling_changes_nothing(project: Project) -> None:
    before = _files(project)

    def stop_at_the_second(done: int, total: int, note: str) -> None:
        if done == 1:
            raise Cancelled

    plan = _merge_car_into_road(project)
    with pytest.raises(Cancelled):
        change_classes(project, plan.palette(), plan.table(), stop_at_the_second)
    assert _files(project) == before
    assert Project.open(project.folder).palette.names == camvid().names
    assert change_folders(project.own_folder) == ()


def test_a_mask_that_is_written_meanwhile_stops_it(project: Project) -> None:
    def another_window(done: int, total: int, note: str) -> None:
        if done == 2:
            save_full(Project.open(project.folder), "a.png", POLE, Origin.PAINTED)

    plan = _merge_car_into_road(project)
    with pytest.raises(UserError, match=r"a\.png was written meanwhile, so nothing was changed"):
        change_classes(project, plan.palette(), plan.table(), another_window)
    assert (_load(Project.open(project.folder), "a.png").labels == POLE).all()


def test_two_windows_do_not_change_classes_at_once(project: Project) -> None:
    plan = _merge_car_into_road(project)
    told = list[str]()

    def another_window(done: int, total: int, note: str) -> None:
        if done == 2:
            other = Project.open(project.folder)  # which must not take away what lies ready here
            with pytest.raises(UserError) as caught:
                change_classes(other, plan.palette(), plan.table(), silent)
            told.append(str(caught.value))

    assert change_classes(project, plan.palette(), plan.table(), another_window) == 2
    assert "are being changed in another window. Try again when that is done." in told[0]
    assert (_load(Project.open(project.folder), "a.png").labels == 2).all()


def test_a_project_is_not_opened_while_its_masks_are_put_in_place(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _merge_car_into_road(project)
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
    plan = _merge_car_into_road(project)
    with pytest.raises(UserError, match=r"b\.png was changed by another program\. Say first"):
        change_classes(project, plan.palette(), plan.table(), silent)
    path.write_bytes(b"no image")
    with pytest.raises(UserError, match=r"b\.png.*Restore it from a backup"):
        change_classes(project, plan.palette(), plan.table(), silent)


def test_a_foreign_mask_is_kept_among_the_originals_and_comes_back(project: Project) -> None:
    path = save_image(project.labels_folder / "c.png", full(CAR))
    original = path.read_bytes()
    changed = _change(project, _merge_car_into_road(project))
    assert (_load(changed, "c.png").labels == 2).all()
    assert changed.state(changed.scene("c.png")) is SceneState.EDITED
    assert (changed.own_folder / "originals" / "c.png").read_bytes() == original
    undo_class_change(changed, silent)
    assert path.read_bytes() == original
    again = Project.open(project.folder)
    assert again.state(again.scene("c.png")) is SceneState.EDITED
    assert again.scene("c.png") in again.training_scenes()


def test_a_failure_in_the_middle_takes_everything_back(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_image(project.labels_folder / "c.png", full(CAR))  # made by another program
    before = _files(project)
    _write_journal(project.own_folder / "journal", b"edits")
    replace = change_record.ChangeFolder._replace

    def full_disk(self: change_record.ChangeFolder, path: Path, mask: str, delete: bool) -> None:
        if mask == "b.png":
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(self, path, mask, delete)

    monkeypatch.setattr(change_record.ChangeFolder, "_replace", full_disk)
    plan = _merge_car_into_road(project)
    with pytest.raises(UserError, match=r"b\.png could not be replaced: No space.*All masks keep"):
        change_classes(project, plan.palette(), plan.table(), silent)
    assert _files(project) == before
    assert (project.own_folder / "journal" / "a.png.jnl").read_bytes() == b"edits"
    again = Project.open(project.folder)
    assert again.palette.names == camvid().names
    assert again.state(again.scene("c.png")) is SceneState.EDITED
    assert change_folders(project.own_folder) == ()


def test_an_undo_that_fails_leaves_masks_ours_that_were_taken_over(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_image(project.labels_folder / "c.png", full(CAR))
    changed = _change(project, _merge_car_into_road(project))
    before = _files(changed)

    def refuse(self: change_record.ChangeFolder, undone: change_record.ChangeFolder) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(change_record.ChangeFolder, "_bring_journal_back", refuse)
    with pytest.raises(UserError, match="could not be written: Permission denied"):
        undo_class_change(changed, silent)
    assert _files(changed) == before
    again = Project.open(project.folder)
    assert all(again.is_ours(scene) for scene in again.scenes)


@pytest.mark.parametrize("undo", [False, True])
def test_a_journal_made_meanwhile_does_not_hinder_the_taking_back(
    project: Project, monkeypatch: pytest.MonkeyPatch, undo: bool
) -> None:
    plan = _merge_car_into_road(project)
    journal = project.own_folder / "journal"
    _write_journal(journal, b"edits")
    if undo:
        project = _change(project, plan)
        _write_journal(journal, b"later edits")
    before, names = _files(project), project.palette.names
    replace = change_record.ChangeFolder._replace

    def another_window(self: change_record.ChangeFolder, path: Path, mask: str, delete: bool) -> None:
        if mask == "b.png":
            _write_journal(journal, b"edits of another window")
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(self, path, mask, delete)

    with monkeypatch.context() as patch:
        patch.setattr(change_record.ChangeFolder, "_replace", another_window)
        with pytest.raises(UserError, match=r"b\.png could not be replaced"):
            undo_class_change(project, silent) if undo else _change(project, plan)
    assert (journal / "a.png.jnl").read_bytes() == (b"later edits" if undo else b"edits")
    assert (project.own_folder / "journal-2" / "a.png.jnl").read_bytes() == b"edits of another window"
    again = Project.open(project.folder)
    assert (_files(again), again.palette.names) == (before, names)
    assert len(change_folders(project.own_folder)) == undo
    if undo:
        undo_class_change(again, silent)
        assert (journal / "a.png.jnl").read_bytes() == b"edits"


def test_what_cannot_be_put_back_is_named_until_it_can(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _merge_car_into_road(project)
    _write_journal(project.own_folder / "journal", b"edits")
    before = _files(project)
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
    assert (_files(again), again.palette.names) == (before, camvid().names)
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
    plan = _merge_car_into_road(project)
    save_image(project.labels_folder / "c.png", full(CAR))  # made by another program
    old = {name: _load(project, name).labels for name in NAMES}
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
            assert np.array_equal(_load(reopened, name).labels, labels)
            assert not _load(reopened, name).changed_outside
        if finished:
            break
        if not undo and which == "new":
            undo_class_change(reopened, silent)
    assert finished
    assert set(outcomes) == {"old", "new"}
    assert len(outcomes) > 10


def test_histories_of_other_classes_are_set_aside_and_come_back(project: Project) -> None:
    journal = project.own_folder / "journal"
    _write_journal(journal, b"edits")
    changed = _change(project, _merge_car_into_road(project))
    assert not journal.exists()
    _write_journal(journal, b"later edits")
    undo_class_change(changed, silent)
    assert (journal / "a.png.jnl").read_bytes() == b"edits"


def test_renaming_leaves_histories_in_place(project: Project) -> None:
    (project.own_folder / "journal").mkdir()
    _change(project, ClassPlan.of(project.palette).renamed(CAR, "Vehicle"))
    assert (project.own_folder / "journal").is_dir()


def _data_set(folder: Path) -> Project:
    """A scene of a recognised data set, whose mask says car on the left and sky on the right."""
    labels = full(SKY)
    labels[:, :4] = CAR
    for split in ("train", "val", "test"):
        save_image(folder / split / f"{split}.png", picture())
        save_image(folder / f"{split}annot" / f"{split}.png", labels)
        line = f"/SegNet/CamVid/{split}/{split}.png /SegNet/CamVid/{split}annot/{split}.png\n"
        (folder / f"{split}.txt").write_text(line)
    return Project.open(folder)


def test_masks_of_a_data_set_are_left_where_names_say_enough(tmp_path: Path) -> None:
    project = _data_set(tmp_path)
    assert project.datasets
    changed = _change(project, ClassPlan.of(project.palette).renamed(CAR, "Vehicle").moved(CAR, 0))
    assert not changed.labels_folder.exists()
    assert set(_load(changed, "train/train.png").labels[:, 0]) == {0}


def test_masks_of_a_data_set_are_copied_where_names_would_mislead(tmp_path: Path) -> None:
    project = _data_set(tmp_path)
    plan = ClassPlan.of(project.palette).renamed(CAR, "Sky").renamed(SKY, "Car")
    changed = _change(project, plan)
    stored = _load(changed, "train/train.png")
    assert set(stored.labels[:, 0]) == {CAR}
    assert changed.palette.names[CAR] == "Sky"
    assert changed.state(changed.scene("train/train.png")) is SceneState.DONE
    undo_class_change(changed, silent)
    after = Project.open(tmp_path)
    assert not list(after.labels_folder.rglob("*.png"))
    assert not any(after.is_ours(scene) for scene in after.scenes)
    assert set(_load(after, "train/train.png").labels[:, 0]) == {CAR}


def test_pixels_are_counted_over_all_masks(project: Project) -> None:
    project.mask_path(project.scene("c.png")).write_bytes(b"no image")
    counts = count_classes(project, silent)
    assert counts.total()[[SKY, ROAD, CAR, VOID]].tolist() == [9, 36, 54, 9]
    assert counts.total().sum() == 108
    assert counts.scenes_with(CAR) == ("a.png",)
    assert len(counts.problems) == 1
    assert "c.png" in counts.problems[0]
