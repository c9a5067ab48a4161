"""Other classes for a whole project: all masks follow, and everything can be taken back."""

from pathlib import Path

import pytest

from tests.storage.class_change.plans import (
    CAR,
    ROAD,
    SKY,
    change,
    files_of,
    load,
    merge_car_into_road,
    write_journal,
)
from tests.storage.folders import camvid, full, picture, save_full, save_image
from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.change_record import change_folders
from unetpp_desktop.storage.class_change import last_class_change, undo_class_change
from unetpp_desktop.storage.class_counts import count_classes
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project, SceneState


def test_all_masks_follow_and_keep_origins_and_provenance(project: Project) -> None:
    after = change(project, merge_car_into_road(project))
    assert after.palette.names[:4] == ("Building", "Pole", "Road", "Heaven")
    a, b = load(after, "a.png"), load(after, "b.png")
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
    after = change(project, ClassPlan.of(project.palette).removed(CAR, into=None))
    stored = load(after, "a.png")
    assert set(stored.labels.ravel()) == {VOID}
    assert set(stored.origins.ravel()) == {Origin.NONE}


def test_a_new_class_at_the_end_touches_no_mask(project: Project) -> None:
    before = files_of(project)
    after = change(project, ClassPlan.of(project.palette).added("Dog", (1, 2, 3), 11))
    assert after.palette.names[-1] == "Dog"
    assert files_of(after) == before
    assert (load(after, "a.png").labels == CAR).all()


def test_void_of_a_mask_of_others_does_not_become_a_new_class(project: Project) -> None:
    labels = full(CAR)
    labels[0] = 11  # void, as SegNet has it
    path = save_image(project.labels_folder / "c.png", labels)
    ours, original = files_of(project), path.read_bytes()
    changed = change(project, ClassPlan.of(project.palette).added("Kerb", (1, 2, 3), 11))
    stored = load(changed, "c.png")
    assert set(stored.labels[0]) == {VOID}
    assert set(stored.origins[0]) == {Origin.NONE}
    assert (stored.labels[1:] == CAR).all()
    assert (stored.origins[1:] == Origin.PAINTED).all()
    assert changed.state(changed.scene("c.png")) is SceneState.EDITED
    assert (changed.own_folder / "originals" / "c.png").read_bytes() == original
    undo_class_change(changed, silent)
    assert files_of(project) == ours


def test_a_new_class_leaves_a_mask_of_others_without_strange_values_alone(project: Project) -> None:
    save_image(project.labels_folder / "c.png", full(CAR))
    before = files_of(project)
    changed = change(project, ClassPlan.of(project.palette).added("Kerb", (1, 2, 3), 11))
    assert files_of(changed) == before


def test_undo_brings_every_file_back_byte_for_byte(project: Project) -> None:
    before = files_of(project)
    changed = change(project, merge_car_into_road(project))
    last = last_class_change(changed.own_folder)
    assert last is not None
    assert last.old.names == camvid().names
    assert undo_class_change(changed, silent) == 2
    after = Project.open(project.folder)
    assert after.palette.names == camvid().names
    assert files_of(after) == before
    assert last_class_change(after.own_folder) is None
    with pytest.raises(UserError, match="no change of classes"):
        undo_class_change(after, silent)


def test_undo_keeps_what_was_edited_since(project: Project) -> None:
    changed = change(project, merge_car_into_road(project))
    labels, origins = load(changed, "a.png").labels, full(Origin.PAINTED)
    labels[0] = 3  # heaven, over what was a car
    changed.save_mask(changed.scene("a.png"), labels, origins, Provenance())
    save_full(changed, "c.png", 3, Origin.PAINTED)
    undo_class_change(changed, silent)
    after = Project.open(project.folder)
    a = load(after, "a.png")
    assert set(a.labels[0]) == {SKY}
    assert set(a.labels[1:].ravel()) == {CAR}
    assert (load(after, "c.png").labels == SKY).all()


def test_undo_does_not_lose_a_class_that_is_in_use(project: Project) -> None:
    changed = change(project, ClassPlan.of(project.palette).added("Dog", (1, 2, 3), 11))
    save_full(changed, "c.png", 11, Origin.PAINTED)
    before = files_of(changed)
    with pytest.raises(UserError, match=r"c\.png uses the class Dog, which did not exist before\. Replace"):
        undo_class_change(changed, silent)
    assert files_of(changed) == before
    assert Project.open(project.folder).palette.names[-1] == "Dog"


def test_a_new_class_with_a_former_name_does_not_take_the_pixels_of_a_data_set(tmp_path: Path) -> None:
    folder = tmp_path / "camvid"
    save_image(folder / "train" / "a.png", picture())
    save_image(folder / "trainannot" / "a.png", full(CAR))
    project = Project.open(folder)
    project = change(project, ClassPlan.of(project.palette).renamed(CAR, "Vehicle"))
    project = change(project, ClassPlan.of(project.palette).added("Car", (1, 2, 250), len(project.palette)))
    assert project.palette.names[-1] == "Car"
    assert (load(project, "train/a.png").labels == CAR).all()
    assert project.palette.names[CAR] == "Vehicle"


def test_several_changes_are_taken_back_one_by_one(project: Project) -> None:
    before = files_of(project)
    for name in ("Vehicle", "Machine"):
        plan = ClassPlan.of(project.palette)
        project = change(project, plan.renamed(CAR, name))
    assert project.palette.classes[CAR].former == ("Vehicle", "Car")
    for name in ("Vehicle", "Car"):
        undo_class_change(project, silent)
        project = Project.open(project.folder)
        assert project.palette.names[CAR] == name
    assert files_of(project) == before


def test_only_the_latest_changes_are_kept(project: Project) -> None:
    for number in range(7):
        project = change(project, ClassPlan.of(project.palette).renamed(CAR, f"Car {number}"))
    assert [folder.number for folder in change_folders(project.own_folder)] == [3, 4, 5, 6, 7]


def test_a_foreign_mask_is_kept_among_the_originals_and_comes_back(project: Project) -> None:
    path = save_image(project.labels_folder / "c.png", full(CAR))
    original = path.read_bytes()
    changed = change(project, merge_car_into_road(project))
    assert (load(changed, "c.png").labels == 2).all()
    assert changed.state(changed.scene("c.png")) is SceneState.EDITED
    assert (changed.own_folder / "originals" / "c.png").read_bytes() == original
    undo_class_change(changed, silent)
    assert path.read_bytes() == original
    again = Project.open(project.folder)
    assert again.state(again.scene("c.png")) is SceneState.EDITED
    assert again.scene("c.png") in again.training_scenes()


def test_histories_of_other_classes_are_set_aside_and_come_back(project: Project) -> None:
    journal = project.own_folder / "journal"
    write_journal(journal, b"edits")
    changed = change(project, merge_car_into_road(project))
    assert not journal.exists()
    write_journal(journal, b"later edits")
    undo_class_change(changed, silent)
    assert (journal / "a.png.jnl").read_bytes() == b"edits"


def test_renaming_leaves_histories_in_place(project: Project) -> None:
    (project.own_folder / "journal").mkdir()
    change(project, ClassPlan.of(project.palette).renamed(CAR, "Vehicle"))
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
    changed = change(project, ClassPlan.of(project.palette).renamed(CAR, "Vehicle").moved(CAR, 0))
    assert not changed.labels_folder.exists()
    assert set(load(changed, "train/train.png").labels[:, 0]) == {0}


def test_masks_of_a_data_set_are_copied_where_names_would_mislead(tmp_path: Path) -> None:
    project = _data_set(tmp_path)
    plan = ClassPlan.of(project.palette).renamed(CAR, "Sky").renamed(SKY, "Car")
    changed = change(project, plan)
    stored = load(changed, "train/train.png")
    assert set(stored.labels[:, 0]) == {CAR}
    assert changed.palette.names[CAR] == "Sky"
    assert changed.state(changed.scene("train/train.png")) is SceneState.DONE
    undo_class_change(changed, silent)
    after = Project.open(tmp_path)
    assert not list(after.labels_folder.rglob("*.png"))
    assert not any(after.is_ours(scene) for scene in after.scenes)
    assert set(load(after, "train/train.png").labels[:, 0]) == {CAR}


def test_pixels_are_counted_over_all_masks(project: Project) -> None:
    project.mask_path(project.scene("c.png")).write_bytes(b"no image")
    counts = count_classes(project, silent)
    assert counts.total()[[SKY, ROAD, CAR, VOID]].tolist() == [9, 36, 54, 9]
    assert counts.total().sum() == 108
    assert counts.scenes_with(CAR) == ("a.png",)
    assert len(counts.problems) == 1
    assert "c.png" in counts.problems[0]
