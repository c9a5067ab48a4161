"""A labels folder elsewhere: it holds the masks of one image folder, and says whose they are."""

import os
from pathlib import Path

import pytest

from tests.storage.folders import full, image_folder, picture, save_full, save_image
from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.class_change import change_classes
from unetpp_desktop.storage.labels_owner import OthersLabelsError
from unetpp_desktop.storage.project import Project, SceneState


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return image_folder(tmp_path / "ours")


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Another image folder with a scene of the same name."""
    return image_folder(tmp_path / "theirs")


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return tmp_path / "masks"


def _record(labels: Path) -> Path:
    return labels / ".unetpp" / "image_folder.json"


def test_another_image_folder_is_refused_with_both_names_and_a_remedy(
    ours: Path, theirs: Path, labels: Path
) -> None:
    written = save_full(Project.open(ours, labels), "a.png", 2, Origin.PAINTED, done=True).read_bytes()
    with pytest.raises(OthersLabelsError) as told:
        Project.open(theirs, labels)
    assert str(told.value) == (
        f"{labels} holds the masks of {ours}, not those of {theirs}. Choose another labels folder, such as "
        f"{labels / 'theirs'}. If both hold the same images, delete {_record(labels)} instead."
    )
    other = Project.open(theirs, labels / "theirs")
    assert other.state(other.scenes[0]) is SceneState.NONE
    save_full(other, "a.png", 7, Origin.PAINTED)
    again = Project.open(ours, labels)
    assert again.state(again.scenes[0]) is SceneState.DONE
    assert again.mask_path(again.scenes[0]).read_bytes() == written
    with pytest.raises(OthersLabelsError, match=r"such as .*theirs-2\."):
        Project.open(theirs, labels)
    _record(labels).unlink()
    Project.open(theirs, labels)


def test_of_two_that_were_opened_the_first_to_save_gets_the_labels_folder(
    ours: Path, theirs: Path, labels: Path
) -> None:
    first, second = Project.open(ours, labels), Project.open(theirs, labels)
    assert not labels.exists()
    path = save_full(first, "a.png", 2, Origin.PAINTED)
    written = path.read_bytes()
    with pytest.raises(OthersLabelsError, match="theirs"):
        save_full(second, "a.png", 7, Origin.PAINTED)
    assert path.read_bytes() == written


def test_an_image_folder_that_has_moved_gets_its_labels_folder_back(ours: Path, labels: Path) -> None:
    save_full(Project.open(ours, labels), "a.png", 2, Origin.PAINTED)
    before = _record(labels).read_bytes()
    moved = ours.rename(ours.with_name("moved"))
    project = Project.open(moved, labels)
    assert project.state(project.scenes[0]) is SceneState.EDITED
    assert _record(labels).read_bytes() == before  # whoever only looks takes nothing over
    save_full(project, "a.png", 3, Origin.PAINTED)
    image_folder(ours)
    with pytest.raises(OthersLabelsError, match=r"holds the masks of .*moved"):
        Project.open(ours, labels)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_the_same_image_folder_may_have_another_name(ours: Path, labels: Path, tmp_path: Path) -> None:
    save_full(Project.open(ours, labels), "a.png", 2, Origin.PAINTED)
    link = tmp_path / "link"
    link.symlink_to(ours)
    save_full(Project.open(link, labels), "a.png", 3, Origin.PAINTED)
    assert str(ours) in _record(labels).read_text()


def test_a_labels_folder_from_before_the_record_gets_one(ours: Path, theirs: Path, labels: Path) -> None:
    save_full(Project.open(ours, labels), "a.png", 2, Origin.PAINTED)
    _record(labels).unlink()
    save_full(Project.open(ours, labels), "a.png", 3, Origin.PAINTED)
    with pytest.raises(OthersLabelsError):
        Project.open(theirs, labels)


def test_the_own_labels_of_a_project_are_nobody_elses(ours: Path, theirs: Path) -> None:
    project = Project.open(ours)
    save_full(project, "a.png", 2, Origin.PAINTED)
    with pytest.raises(OthersLabelsError, match=r"holds the masks of .*ours, not those of .*theirs\..*"):
        Project.open(theirs, project.labels_folder)
    assert not _record(project.labels_folder).exists()
    Project.open(ours)


def test_masks_that_a_change_of_classes_copies_are_claimed_too(tmp_path: Path, labels: Path) -> None:
    save_image(tmp_path / "set" / "train" / "a.png", picture())
    save_image(tmp_path / "set" / "trainannot" / "a.png", full(8))
    project = Project.open(tmp_path / "set", labels)
    plan = ClassPlan.of(project.palette).renamed(8, "Sky").renamed(0, "Car")
    assert change_classes(project, plan.palette(), plan.table(), silent) == 1
    with pytest.raises(OthersLabelsError):
        Project.open(image_folder(tmp_path / "other", "train/a.png"), labels)


def test_a_damaged_record_is_named(ours: Path, labels: Path) -> None:
    save_full(Project.open(ours, labels), "a.png", 2, Origin.PAINTED)
    _record(labels).write_text("{}")
    with pytest.raises(UserError, match=r"image_folder\.json is not a record of an image folder.*Delete it"):
        Project.open(ours, labels)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_an_image_folder_whose_name_is_no_unicode_can_be_labelled(tmp_path: Path, labels: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xff\xfe")
    try:
        image_folder(folder)
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    for value in (1, 2):
        save_full(Project.open(folder, labels), "a.png", value, Origin.PAINTED)
