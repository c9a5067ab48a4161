"""Flags, notes and excluded scenes of a project."""

from pathlib import Path

import numpy as np
import pytest

from tests.storage.folders import image_folder
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.export import export_index_png
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scene_marks import SceneMark, SceneMarks

FLAG, EXCLUDED = SceneMark(flagged=True), SceneMark(excluded=True)


def _put(marks: SceneMarks, changed: dict[str, SceneMark]) -> dict[str, SceneMark]:
    before = marks.change(changed)
    marks.write()
    return before


def test_marks_come_back_and_only_marked_scenes_are_kept(tmp_path: Path) -> None:
    marks = SceneMarks(tmp_path)
    noted = SceneMark(flagged=True, note="the pole is a tree — ask")
    assert _put(marks, {"a.png": noted, "town/b.png": EXCLUDED}) == {
        "a.png": SceneMark(),
        "town/b.png": SceneMark(),
    }
    assert _put(marks, {"town/b.png": SceneMark()}) == {"town/b.png": EXCLUDED}
    again = SceneMarks(tmp_path)
    assert again.of("a.png") == noted
    assert again.of("town/b.png") == SceneMark()
    assert "town/b.png" not in (tmp_path / "scenes.json").read_text()


def test_blank_marks_write_no_file(tmp_path: Path) -> None:
    _put(SceneMarks(tmp_path), {"a.png": SceneMark()})
    assert list(tmp_path.iterdir()) == []


def test_two_windows_do_not_lose_each_others_marks(tmp_path: Path) -> None:
    one, other = SceneMarks(tmp_path), SceneMarks(tmp_path)
    _put(one, {"a.png": FLAG})
    _put(other, {"b.png": EXCLUDED})
    assert SceneMarks(tmp_path).of("a.png") == FLAG
    assert other.of("a.png") == FLAG


def test_marks_are_not_written_where_the_folder_was_that_is_gone(tmp_path: Path) -> None:
    home = tmp_path / "scenes"
    home.mkdir()
    marks = SceneMarks(home / ".unetpp")
    home.rename(tmp_path / "moved")
    with pytest.raises(UserError, match=rf"scenes\.json could not be saved: {home} was renamed, moved"):
        _put(marks, {"a.png": FLAG})
    assert marks.of("a.png") == SceneMark()
    assert not home.exists()
    (tmp_path / "moved").rename(home)
    _put(marks, {"a.png": FLAG})
    assert SceneMarks(home / ".unetpp").of("a.png") == FLAG


def test_a_damaged_file_is_named_and_not_written_over(tmp_path: Path) -> None:
    marks = SceneMarks(tmp_path)
    (tmp_path / "scenes.json").write_text('{"scenes": {"a.png": {"excluded": "perhaps"')
    with pytest.raises(UserError, match=r"scenes\.json is not a file of flags.*move it away"):
        SceneMarks(tmp_path)
    with pytest.raises(UserError, match=r"scenes\.json"):
        _put(marks, {"b.png": FLAG})
    assert marks.of("b.png") == SceneMark()
    assert (tmp_path / "scenes.json").read_text().startswith('{"scenes"')


def test_excluded_scenes_are_neither_learnt_from_nor_exported(tmp_path: Path) -> None:
    folder = image_folder(tmp_path / "scenes", "a.png", "b.png")
    project = Project.open(folder)
    for scene in project.scenes:
        shape = read_image(scene.image_path).shape[:2]
        painted = np.full(shape, Origin.PAINTED, np.uint8)
        project.save_mask(scene, np.zeros(shape, np.uint8), painted, Provenance(done=True))
    _put(project.marks, {"a.png": EXCLUDED})
    for opened in (project, Project.open(folder)):
        assert [scene.name for scene in opened.included_scenes] == ["b.png"]
        assert [scene.name for scene in opened.training_scenes()] == ["b.png"]
    report = export_index_png(project, tmp_path / "out", silent)
    assert (report.written, report.skipped) == (1, ("a.png was left out: it is excluded.",))


def test_a_broken_image_is_unreadable_until_it_is_mended(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path, "a.png"))
    scene = project.scenes[0]
    good = scene.image_path.read_bytes()
    scene.image_path.write_bytes(good[: len(good) // 2])
    project.note_unreadable(scene)
    assert project.state(scene) is SceneState.UNREADABLE
    scene.image_path.write_bytes(good)
    assert project.state(scene) is SceneState.NONE
