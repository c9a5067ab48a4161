"""Saving and loading masks: nothing is lost, whoever else writes to the folder."""

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.storage.folders import camvid, full, image_folder, save_full, save_image
from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.errors import UserError, WriteError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.class_change import change_classes
from unetpp_desktop.storage.mask_file import Provenance, StoredMask
from unetpp_desktop.storage.project import Project, SceneState


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.open(image_folder(tmp_path, "a.png", "b.png", "c.png"))


def _load(project: Project, name: str = "a.png") -> StoredMask:
    stored = project.load_mask(project.scene(name))
    assert stored is not None
    return stored


def _repaint(path: Path, label: int = 5) -> None:
    """What another program does: loads the pixels, paints, saves without our chunk."""
    with Image.open(path) as image:
        image.load()
        image.paste(label, (0, 0, 4, 4))
        image.save(path)


def test_a_saved_mask_comes_back(project: Project) -> None:
    labels, origins = full(3), full(Origin.MODEL)
    labels[0], origins[0] = VOID, Origin.PAINTED
    project.save_mask(project.scene("a.png"), labels, origins, Provenance(model="m", depth=2))
    stored = _load(project)
    assert np.array_equal(stored.labels, labels)
    assert np.array_equal(stored.origins, origins)
    assert stored.provenance == Provenance(model="m", depth=2)
    stored.labels[0] = 1  # the caller may paint into what it was given


def test_a_foreign_mask_counts_as_painted_and_is_kept_when_first_written_over(project: Project) -> None:
    path = save_image(project.folder / "labels" / "a.png", np.where(full(4) % 2, VOID, full(4)))
    original = path.read_bytes()
    assert project.state(project.scene("a.png")) is SceneState.EDITED
    assert project.training_scenes() == (project.scene("a.png"),)
    stored = _load(project)
    assert stored.foreign
    assert set(stored.origins.ravel()) == {Origin.PAINTED}
    save_full(project, "a.png", 1, Origin.PAINTED)
    save_full(project, "a.png", 2, Origin.PAINTED)
    originals = project.own_folder / "originals"
    assert [entry.name for entry in originals.iterdir()] == ["a.png"]
    assert (originals / "a.png").read_bytes() == original


def test_a_foreign_mask_in_colours_is_read_and_its_strays_are_told(project: Project) -> None:
    colors = camvid().colors()[full(4)]
    colors[0, 0] = (1, 2, 3)
    save_image(project.folder / "labels" / "a.png", colors)
    stored = _load(project)
    assert stored.strays == {"1,2,3": 1}
    assert stored.labels[0, 0] == VOID
    assert stored.origins[0, 0] == Origin.NONE
    assert set(stored.labels.ravel()[1:]) == {4}


def test_a_mask_that_another_program_repainted_is_changed_outside(project: Project) -> None:
    path = save_full(project, "a.png", 1, Origin.PAINTED, done=True)
    _repaint(path)
    scene = project.scene("a.png")
    for opened in (project, Project.open(project.folder)):
        assert opened.state(scene) is SceneState.CHANGED_OUTSIDE
        assert opened.training_scenes() == ()
        stored = _load(opened)
        assert stored.changed_outside
        assert not stored.foreign
        assert set(stored.labels.ravel()) == {1, 5}
        assert set(stored.origins.ravel()) == {Origin.MODEL}


def test_outside_changes_can_be_counted_as_checked(project: Project) -> None:
    path = save_full(project, "a.png", 1, Origin.PAINTED)
    save_full(project, "b.png", 2, Origin.MODEL)
    _repaint(path, label=VOID)
    repainted = path.read_bytes()
    assert project.count_outside_as_checked(project.scenes) == ()
    stored = _load(project)
    assert set(stored.origins[stored.labels == VOID]) == {Origin.NONE}
    assert set(stored.origins[stored.labels != VOID]) == {Origin.ACCEPTED}
    assert project.state(project.scene("a.png")) is SceneState.EDITED
    assert project.state(project.scene("b.png")) is SceneState.PREDICTED
    assert (project.own_folder / "originals" / "a.png").read_bytes() == repainted


def test_outside_changes_can_be_kept_as_prediction(project: Project) -> None:
    _repaint(save_full(project, "a.png", 1, Origin.PAINTED, done=True))
    assert project.keep_outside_as_prediction(project.scenes) == ()
    assert project.state(project.scene("a.png")) is SceneState.PREDICTED
    assert set(_load(project).labels.ravel()) == {1, 5}


def test_each_outside_version_is_kept(project: Project) -> None:
    for label in (5, 6, 5):
        _repaint(save_full(project, "a.png", 1, Origin.PAINTED), label)
        project.count_outside_as_checked(project.scenes)
    assert sorted(entry.name for entry in (project.own_folder / "originals").iterdir()) == [
        "a-2.png",
        "a.png",
    ]


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"])
def test_a_corrupt_mask_stops_neither_the_list_nor_the_others(project: Project, content: bytes) -> None:
    save_full(project, "b.png", 2, Origin.PAINTED)
    path = save_full(project, "a.png", 1, Origin.PAINTED)
    path.write_bytes(content)
    (project.folder / "labels" / "c.png").write_bytes(content)
    assert [project.state(scene).name for scene in project.scenes] == [
        "CHANGED_OUTSIDE",
        "EDITED",
        "CHANGED_OUTSIDE",
    ]
    assert project.training_scenes() == (project.scene("b.png"),)
    for name in ("a.png", "c.png"):
        with pytest.raises(UserError, match=rf"labels.{name} is damaged.*Restore it"):
            project.load_mask(project.scene(name))
    assert len(project.count_outside_as_checked(project.scenes)) == 2
    assert path.read_bytes() == content
    save_full(project, "a.png", 1, Origin.PAINTED)
    assert project.state(project.scene("a.png")) is SceneState.EDITED
    assert (project.own_folder / "originals" / "a.png").read_bytes() == content


def test_a_mask_of_another_size_than_its_image_is_refused(project: Project) -> None:
    scene = project.scene("a.png")
    project.save_mask(scene, full(1, (3, 4)), full(3, (3, 4)), Provenance())
    with pytest.raises(UserError, match=r"labels.a\.png is 4 x 3 pixels, but its image .*a\.png is 9 x 6"):
        project.load_mask(scene)


def test_a_mask_of_a_turned_photo_has_the_size_of_the_upright_image(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    save_image(tmp_path / "a.jpg", exif=exif.tobytes())
    project = Project.open(tmp_path)
    project.save_mask(project.scenes[0], full(1, (9, 6)), full(3, (9, 6)), Provenance())
    assert _load(project, "a.jpg").labels.shape == (9, 6)


def test_an_unchanged_file_is_replaced_and_a_changed_one_is_left_alone(project: Project) -> None:
    scene = project.scene("a.png")
    token = project.mask_token(scene)
    assert token is None
    assert project.save_mask_if_unchanged(scene, full(1), full(1), Provenance(), token)
    assert not project.save_mask_if_unchanged(scene, full(2), full(1), Provenance(), token)
    token = project.mask_token(scene)
    save_full(project, "a.png", 3, Origin.PAINTED)
    assert not project.save_mask_if_unchanged(scene, full(2), full(1), Provenance(), token)
    assert set(_load(project).labels.ravel()) == {3}
    token = project.mask_token(scene)
    project.mask_path(scene).unlink()
    assert not project.save_mask_if_unchanged(scene, full(2), full(1), Provenance(), token)
    assert project.save_mask_if_unchanged(scene, full(2), full(1), Provenance(), None)


def test_of_threads_that_saw_the_same_file_one_wins(project: Project) -> None:
    scene = project.scene("a.png")
    save_full(project, "a.png", 0, Origin.MODEL)
    token = project.mask_token(scene)
    won: list[int] = []

    def save(label: int) -> None:
        if project.save_mask_if_unchanged(scene, full(label), full(1), Provenance(), token):
            won.append(label)

    threads = [threading.Thread(target=save, args=(label,)) for label in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert set(_load(project).labels.ravel()) == set(won)


@pytest.mark.parametrize(
    ("code", "phrase"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "the folder is read-only")]
)
def test_a_save_that_fails_keeps_the_old_mask(
    project: Project, monkeypatch: pytest.MonkeyPatch, code: int, phrase: str
) -> None:
    path = save_full(project, "a.png", 1, Origin.PAINTED)
    old = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(UserError, match=rf"labels.a\.png could not be saved: {phrase}"):
            save_full(project, "a.png", 2, Origin.PAINTED)
    assert path.read_bytes() == old
    assert [entry.name for entry in path.parent.iterdir()] == ["a.png"]
    save_full(project, "a.png", 2, Origin.PAINTED)
    assert set(_load(project).labels.ravel()) == {2}


@pytest.mark.parametrize("mount_point", [False, True])
def test_nothing_is_saved_where_the_image_folder_was_while_it_is_gone(
    tmp_path: Path, mount_point: bool
) -> None:
    folder = tmp_path / "scenes"
    project = Project.open(image_folder(folder, "a.png", "b.png"))
    save_full(project, "a.png", 1, Origin.PAINTED)
    folder.rename(tmp_path / "moved")
    if mount_point:
        folder.mkdir()
    sentence = rf"Nothing can be saved in {folder}: .*renamed, moved or unmounted\? Bring it back"
    with pytest.raises(WriteError, match=sentence):
        save_full(project, "b.png", 2, Origin.PAINTED)
    plan = ClassPlan.of(project.palette).removed(0, into=None)
    with pytest.raises(WriteError, match=sentence):
        change_classes(project, plan.palette(), plan.table(), silent)
    assert folder.exists() == mount_point
    if mount_point:
        folder.rmdir()  # fails where anything was made in it
    (tmp_path / "moved").rename(folder)
    save_full(project, "b.png", 2, Origin.PAINTED)
    assert set(_load(project, "b.png").labels.ravel()) == {2}


def test_masks_elsewhere_are_saved_while_the_image_folder_is_gone(tmp_path: Path) -> None:
    folder = image_folder(tmp_path / "scenes", "a.png")
    project = Project.open(folder, tmp_path / "masks")
    folder.rename(tmp_path / "moved")
    save_full(project, "a.png", 1, Origin.PAINTED)
    assert (tmp_path / "masks" / "a.png").is_file()
    assert not folder.exists()


def test_a_foreign_mask_is_not_written_over_where_it_cannot_be_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_image(project.folder / "labels" / "a.png", full(4))
    original = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UserError, match="the disk is full"):
        save_full(project, "a.png", 1, Origin.PAINTED)
    assert path.read_bytes() == original


def test_a_torn_line_of_the_list_of_written_masks_spoils_only_itself(project: Project) -> None:
    for name in ("a.png", "b.png"):
        save_full(project, name, 1, Origin.PAINTED)
    written = project.own_folder / "written.jsonl"
    written.write_bytes(written.read_bytes()[:-4])
    save_full(project, "c.png", 1, Origin.PAINTED)
    for name in ("a.png", "c.png"):
        _repaint(project.mask_path(project.scene(name)))
    again = Project.open(project.folder)
    assert [again.state(scene).name for scene in again.scenes] == [
        "CHANGED_OUTSIDE",
        "EDITED",
        "CHANGED_OUTSIDE",
    ]


def test_masks_copied_without_the_project_file_are_still_ours(project: Project, tmp_path: Path) -> None:
    save_full(project, "a.png", 1, Origin.MODEL)
    for entry in project.own_folder.iterdir():
        entry.unlink()
    again = Project.open(tmp_path)
    assert again.state(again.scene("a.png")) is SceneState.PREDICTED


def test_a_save_whose_bookkeeping_fails_is_told(project: Project) -> None:
    (project.own_folder / "written.jsonl").mkdir(parents=True)
    with pytest.raises(UserError, match=r"written\.jsonl could not be written"):
        save_full(project, "a.png", 1, Origin.PAINTED)


def test_a_killed_save_leaves_the_old_mask_or_the_new_one(project: Project) -> None:
    save_full(project, "a.png", 1, Origin.PAINTED)
    script = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from unetpp_desktop.storage.mask_file import Provenance\n"
        "from unetpp_desktop.storage.project import Project\n"
        "project = Project.open(Path(sys.argv[1]))\n"
        "labels = np.full((6, 9), 2, np.uint8)\n"
        "print('saving', flush=True)\n"
        "while True:\n"
        "    labels = 3 - labels\n"
        "    project.save_mask(project.scenes[0], labels, labels + 1, Provenance())\n"
    )
    command = [sys.executable, "-c", script, str(project.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.1)
        process.kill()
    stored = _load(project)
    assert not stored.changed_outside
    assert set(stored.labels.ravel()) <= {1, 2}
    assert project.state(project.scene("a.png")) is SceneState.EDITED


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_is_no_unicode_can_be_saved(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff\xfe.png")
    try:
        save_image(tmp_path / "a.png").rename(tmp_path / name)
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    project = Project.open(tmp_path)
    project.save_mask(project.scenes[0], full(1), full(3), Provenance())
    _repaint(project.mask_path(project.scenes[0]))
    again = Project.open(tmp_path)
    assert again.state(again.scenes[0]) is SceneState.CHANGED_OUTSIDE
