"""Opening a folder: what is listed, what state it is in, and what is said when it cannot be done."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.storage.folders import camvid, full, image_folder, save_full, save_image
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project, SceneState


def _names(project: Project) -> list[str]:
    return [scene.name for scene in project.scenes]


def test_scenes_have_names_paths_and_masks_in_mirrored_folders(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path, "Zürich 10/車.JPG", "Zürich 2/a.png", "b.webp"))
    assert _names(project) == ["b.webp", "Zürich 2/a.png", "Zürich 10/車.JPG"]
    scene = project.scene("Zürich 10/車.JPG")
    assert scene.image_path == tmp_path / "Zürich 10" / "車.JPG"
    assert scene.given_mask_path is None
    assert project.mask_path(scene) == tmp_path / "labels" / "Zürich 10" / "車.png"
    path = save_full(project, scene.name, 1, Origin.PAINTED)
    assert path == project.mask_path(scene)
    assert _names(Project.open(tmp_path)) == _names(project)
    assert project.palette.names == camvid().names


def test_opening_writes_nothing(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path))
    project.state(project.scenes[0])
    assert project.load_mask(project.scenes[0]) is None
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_folders_that_cannot_be_opened_are_told_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone does not exist\. Choose"):
        Project.open(tmp_path / "gone")
    image = save_image(tmp_path / "images" / "a.png")
    with pytest.raises(UserError, match=r"a\.png is a file\. Choose the folder"):
        Project.open(image)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UserError, match=r"empty holds no images .*\.jpg.*Choose the folder"):
        Project.open(empty)
    (empty / "notes.txt").write_text("no image")
    with pytest.raises(UserError, match="holds no images"):
        Project.open(empty)
    with pytest.raises(UserError, match="would cover the images"):
        Project.open(image.parent, labels_folder=image.parent)
    with pytest.raises(UserError, match="would cover the images"):
        Project.open(image.parent, labels_folder=tmp_path)


def test_the_labels_of_a_project_are_no_image_folder(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path))
    save_full(project, "a.png", 1, Origin.PAINTED)
    with pytest.raises(UserError, match=f"Open {tmp_path} instead"):
        Project.open(tmp_path / "labels")


def test_a_broken_image_is_listed_among_the_good_ones(tmp_path: Path) -> None:
    image_folder(tmp_path, "a.png", "c.png")
    (tmp_path / "b.png").write_bytes(b"broken")
    project = Project.open(tmp_path)
    assert _names(project) == ["a.png", "b.png", "c.png"]
    with pytest.raises(UserError, match=r"b\.png cannot be read"):
        read_image(project.scene("b.png").image_path)


def test_a_folder_of_12000_images_is_listed_without_opening_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12_000):
        (tmp_path / f"{number}.jpg").touch()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an image was opened")

    monkeypatch.setattr(Image, "open", refuse)
    project = Project.open(tmp_path)
    assert _names(project)[::6_000] == ["0.jpg", "6000.jpg"]
    assert {project.state(scene) for scene in project.scenes} == {SceneState.NONE}


def test_a_scene_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"has no image b\.png"):
        Project.open(image_folder(tmp_path)).scene("b.png")


def test_rescan_finds_new_images_and_keeps_the_known_scenes(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path, "a.png", "b.png"))
    before = project.scene("a.png")
    gone = project.scene("b.png")
    save_image(tmp_path / "a10.png")
    gone.image_path.unlink()
    assert [scene.name for scene in project.rescan()] == ["a.png", "a10.png"]
    assert project.scene("a.png") is before
    # Work on a scene whose image has gone can still be saved.
    assert project.save_mask(gone, full(1), full(3), Provenance()).exists()
    before.image_path.unlink()
    (tmp_path / "a10.png").unlink()
    assert project.rescan() == ()


def test_rescan_of_a_folder_that_has_gone_is_told(tmp_path: Path) -> None:
    folder = image_folder(tmp_path / "images")
    project = Project.open(folder)
    (folder / "a.png").unlink()
    folder.rmdir()
    with pytest.raises(UserError, match="images cannot be read"):
        project.rescan()


def test_twins_get_masks_of_their_own_and_keep_them(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path, "a.png"))
    save_full(project, "a.png", 1, Origin.PAINTED)
    save_image(tmp_path / "a.jpg")
    project = Project.open(tmp_path)
    assert project.mask_path(project.scene("a.png")).name == "a.png"
    assert project.mask_path(project.scene("a.jpg")).name == "a_jpg.png"
    assert project.state(project.scene("a.jpg")) is SceneState.NONE
    save_image(tmp_path / "b.png")
    save_image(tmp_path / "b.bmp")
    project.rescan()
    for name, label in (("b.png", 3), ("b.bmp", 4)):
        save_full(project, name, label, Origin.PAINTED)
    for name, label in (("b.png", 3), ("b.bmp", 4), ("a.png", 1)):
        stored = Project.open(tmp_path).load_mask(project.scene(name))
        assert stored is not None
        assert set(stored.labels.ravel()) == {label}


def test_a_converted_image_takes_its_mask_over_and_a_copy_is_kept(tmp_path: Path) -> None:
    images, away = tmp_path / "images", tmp_path / "away.jpg"
    project = Project.open(image_folder(images, "a.jpg"))
    written = save_full(project, "a.jpg", 1, Origin.PAINTED, done=True).read_bytes()
    (images / "a.jpg").rename(away)
    save_image(images / "a.png")
    converted = Project.open(images)
    assert converted.state(converted.scene("a.png")) is SceneState.DONE
    originals = converted.own_folder / "originals"
    for label in (5, 6):
        save_full(converted, "a.png", label, Origin.PAINTED)
        assert [path.read_bytes() for path in originals.iterdir()] == [written]
    away.rename(images / "a.jpg")  # it was another one after all
    converted.rescan()
    for opened in (converted, Project.open(images)):
        assert [opened.mask_path(scene).name for scene in opened.scenes] == ["a_jpg.png", "a.png"]
        assert opened.state(opened.scene("a.jpg")) is SceneState.NONE


def test_an_image_that_comes_in_the_place_of_another_while_the_folder_is_open_has_its_own_mask(
    tmp_path: Path,
) -> None:
    project = Project.open(image_folder(tmp_path, "a.jpg"))
    path = save_full(project, "a.jpg", 1, Origin.PAINTED, done=True)
    (tmp_path / "a.jpg").unlink()
    save_image(tmp_path / "a.png")
    project.rescan()
    assert project.state(project.scene("a.png")) is SceneState.NONE
    assert project.mask_path(project.scene("a.png")) != path


def test_scenes_that_shared_a_mask_are_parted(tmp_path: Path) -> None:
    """Earlier versions let an image write over the mask of one that was away."""
    project = Project.open(image_folder(tmp_path, "a.png"))
    save_full(project, "a.png", 5, Origin.PAINTED, done=True)
    (project.own_folder / "written.jsonl").write_text('["a.jpg", "a.png"]\n["a.png", "a.png"]')
    save_image(tmp_path / "a.jpg")
    parted = Project.open(tmp_path)
    assert parted.state(parted.scene("a.png")) is SceneState.DONE
    assert parted.state(parted.scene("a.jpg")) is SceneState.NONE
    assert not parted.is_ours(parted.scene("a.jpg"))
    save_full(parted, "a.jpg", 2, Origin.MODEL)
    again = Project.open(tmp_path)
    assert [again.mask_path(scene).name for scene in again.scenes] == ["a_jpg.png", "a.png"]


def test_a_scene_that_is_open_keeps_its_mask_when_one_comes_that_shared_it(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path, "a.png"))
    save_full(project, "a.png", 5, Origin.PAINTED)
    (project.own_folder / "written.jsonl").write_text('["a.png", "a.png"]\n["a.jpg", "a.png"]')
    opened = Project.open(tmp_path)
    scene = opened.scenes[0]
    save_image(tmp_path / "a.jpg")
    scene.image_path.unlink()  # while it is edited
    opened.rescan()
    assert opened.mask_path(scene).name == "a.png"
    assert opened.mask_path(opened.scene("a.jpg")).name == "a_jpg.png"


@pytest.mark.parametrize(
    ("origin", "done", "state"),
    [
        (Origin.NONE, False, SceneState.NONE),
        (Origin.MODEL, False, SceneState.PREDICTED),
        (Origin.ACCEPTED, False, SceneState.EDITED),
        (Origin.PAINTED, False, SceneState.EDITED),
        (Origin.PAINTED, True, SceneState.DONE),
    ],
)
def test_states_follow_from_the_saved_mask(
    tmp_path: Path, origin: Origin, done: bool, state: SceneState
) -> None:
    project = Project.open(image_folder(tmp_path))
    scene = project.scenes[0]
    assert project.state(scene) is SceneState.NONE
    save_full(project, "a.png", 2, origin, done)
    assert project.state(scene) is state
    assert Project.open(tmp_path).state(scene) is state
    human = origin in (Origin.ACCEPTED, Origin.PAINTED)
    assert project.training_scenes() == ((scene,) if human else ())


def test_one_human_pixel_makes_a_training_scene(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path))
    origins = full(Origin.MODEL)
    origins[2, 3] = Origin.PAINTED
    project.save_mask(project.scenes[0], full(VOID), origins, Provenance())
    assert project.training_scenes() == project.scenes


def test_labels_can_lie_elsewhere_and_the_image_folder_stays_untouched(tmp_path: Path) -> None:
    images, labels = image_folder(tmp_path / "images"), tmp_path / "elsewhere" / "labels"
    project = Project.open(images, labels_folder=labels)
    save_full(project, "a.png", 2, Origin.PAINTED)
    assert [entry.name for entry in images.iterdir()] == ["a.png"]
    assert project.own_folder == labels / ".unetpp"
    again = Project.open(images, labels_folder=labels)
    assert again.state(again.scenes[0]) is SceneState.EDITED
    assert Project.open(images).state(again.scenes[0]) is SceneState.NONE


def test_a_labels_folder_among_the_images_is_not_listed(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path), labels_folder=tmp_path / "masks")
    save_full(project, "a.png", 2, Origin.PAINTED)
    assert len(project.rescan()) == 1


def test_read_only_says_whether_the_labels_folder_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project.open(image_folder(tmp_path))
    assert not project.read_only
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    assert project.read_only


def test_the_palette_is_copied_with_the_first_mask_and_read_again(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path))
    save_full(project, "a.png", 2, Origin.PAINTED)
    file = project.own_folder / "project.json"
    file.write_text(file.read_text().replace('"Pole"', '"Pillar"'), encoding="utf-8")
    again = Project.open(tmp_path)
    assert again.palette.index_of("Pillar") == 2
    stored = again.load_mask(again.scenes[0])
    assert stored is not None
    assert set(stored.labels.ravel()) == {2}


def test_a_damaged_project_file_is_named(tmp_path: Path) -> None:
    image_folder(tmp_path)
    (tmp_path / ".unetpp").mkdir()
    (tmp_path / ".unetpp" / "project.json").write_text("{}")
    with pytest.raises(UserError, match=r"project\.json is not a project file.*Mend it"):
        Project.open(tmp_path)


def test_masks_follow_a_palette_whose_classes_were_reordered(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path))
    labels = np.arange(54, dtype=np.uint8).reshape(6, 9) % 11
    project.save_mask(project.scenes[0], labels, full(3), Provenance())
    file = project.own_folder / "project.json"
    turned = camvid().model_copy(update={"classes": camvid().classes[::-1]})
    file.write_text('{"palette": ' + turned.model_dump_json() + "}")
    stored = Project.open(tmp_path).load_mask(project.scenes[0])
    assert stored is not None
    assert np.array_equal(stored.labels, 10 - labels)
    shorter = camvid().model_copy(update={"classes": camvid().classes[:10]})
    file.write_text('{"palette": ' + shorter.model_dump_json() + "}")
    with pytest.raises(UserError, match="class Bicyclist, which the palette of this project lacks"):
        Project.open(tmp_path).load_mask(project.scenes[0])


def test_masks_of_other_projects_are_never_scenes(tmp_path: Path) -> None:
    """A labels folder inside the images, and the labels of a sub-folder that was a project of its own."""
    for name in ("a.png", "town/b.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (6, 4)).save(tmp_path / name)
    labels, origins = np.zeros((4, 6), np.uint8), np.full((4, 6), Origin.PAINTED, np.uint8)
    elsewhere = Project.open(tmp_path, tmp_path / "masks")
    elsewhere.save_mask(elsewhere.scene("a.png"), labels, origins, Provenance())
    town = Project.open(tmp_path / "town")
    town.save_mask(town.scenes[0], labels, origins, Provenance())
    assert [scene.name for scene in Project.open(tmp_path).scenes] == ["a.png", "town/b.png"]
