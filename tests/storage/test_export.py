"""What other programs get, and that it can be read back."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.storage.folders import full, image_folder, picture, save_full, save_image
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.camvid import open_dataset
from unetpp_desktop.storage.export import ExportReport, export_camvid, export_index_png
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project

LABELS = np.where(full(0) == 0, np.arange(54, dtype=np.uint8).reshape(6, 9) % 12, 0).astype(np.uint8)
LABELS[LABELS == 11] = VOID


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """One scene done (in a sub-folder, with a space), one edited, one predicted, one without a mask."""
    folder = image_folder(tmp_path / "images", "town 1/a.jpg", "b.png", "c.png", "d.png")
    project = Project.open(folder)
    scene = project.scene("town 1/a.jpg")
    project.save_mask(scene, LABELS, full(Origin.PAINTED), Provenance(done=True))
    save_full(project, "b.png", 2, Origin.PAINTED)
    save_full(project, "c.png", 3, Origin.MODEL)
    return project


def test_done_scenes_become_a_camvid_that_we_read_back(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "out"
    report = export_camvid(project, target, silent)
    assert report.written == 1
    assert report.skipped == (
        "b.png was left out: it is not marked as done.",
        "c.png was left out: it is not marked as done.",
        "d.png was left out: it has no mask.",
    )
    with Image.open(target / "trainannot" / "town 1" / "a.png") as image:
        assert np.array_equal(np.array(image), np.where(LABELS == VOID, 11, LABELS))
    image_path = target / "train" / "town 1" / "a.png"
    assert np.array_equal(read_image(image_path), read_image(project.scene("town 1/a.jpg").image_path))
    dataset = open_dataset(target)
    assert dataset.missing == ()
    assert np.array_equal(dataset.read_labels(dataset.splits["train"][0]).labels, LABELS)
    assert json.loads((target / "classes.json").read_text())["void"] == 11


def test_index_pngs_keep_void_255(project: Project, tmp_path: Path) -> None:
    report = export_index_png(project, tmp_path / "out", silent)
    assert report.written == 1
    with Image.open(tmp_path / "out" / "town 1" / "a.png") as image:
        assert np.array_equal(np.array(image), LABELS)
    classes = json.loads((tmp_path / "out" / "classes.json").read_text())
    assert classes["void"] == VOID
    assert [entry["name"] for entry in classes["classes"]] == list(project.palette.names)


def test_unchecked_scenes_are_exported_on_request(project: Project, tmp_path: Path) -> None:
    assert export_camvid(project, tmp_path / "out", silent, include_unchecked=True).written == 3
    dataset = open_dataset(tmp_path / "out")
    assert [set(dataset.read_labels(pair).labels.ravel()) for pair in dataset.splits["train"][:2]] == [
        {2},
        {3},
    ]


def test_a_project_with_its_own_classes_is_read_back_too(tmp_path: Path) -> None:
    image_folder(tmp_path / "images")
    classes = [{"name": "Rust", "color": [9, 9, 9]}, {"name": "Bare metal", "color": [1, 2, 3]}]
    (tmp_path / "images" / ".unetpp").mkdir()
    project_file = json.dumps({"palette": {"name": "rust", "classes": classes}})
    (tmp_path / "images" / ".unetpp" / "project.json").write_text(project_file)
    project = Project.open(tmp_path / "images")
    labels = np.where(LABELS == VOID, VOID, LABELS % 2).astype(np.uint8)
    project.save_mask(project.scenes[0], labels, full(3), Provenance(done=True))
    export_camvid(project, tmp_path / "out", silent)
    dataset = open_dataset(tmp_path / "out")
    assert dataset.palette == project.palette
    assert np.array_equal(dataset.read_labels(dataset.splits["train"][0]).labels, labels)


def test_an_upright_png_is_copied_byte_by_byte(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path / "images"))
    save_full(project, "a.png", 1, Origin.PAINTED, done=True)
    export_camvid(project, tmp_path / "out", silent)
    copy = tmp_path / "out" / "train" / "a.png"
    assert copy.read_bytes() == project.scenes[0].image_path.read_bytes()


def test_what_cannot_be_exported_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    project = Project.open(image_folder(tmp_path / "images", "a.png", "b.png", "c.png", "d.png"))
    for name in ("a.png", "b.png", "c.png", "d.png"):
        save_full(project, name, 1, Origin.PAINTED, done=True)
    save_image(project.mask_path(project.scene("a.png")), full(2))
    image = project.scene("b.png").image_path
    image.write_bytes(image.read_bytes()[:-30])
    project.save_mask(project.scene("c.png"), full(1, (2, 2)), full(3, (2, 2)), Provenance(done=True))
    report = export_camvid(project, tmp_path / "out", silent)
    assert report.written == 1
    assert len(report.skipped) == 3
    assert "a.png was left out: its mask is damaged, or was changed by another program" in report.skipped[0]
    assert "b.png cannot be read as an image" in report.skipped[1]
    assert "c.png is 2 x 2 pixels" in report.skipped[2]


def test_strays_of_a_data_set_are_told(tmp_path: Path) -> None:
    save_image(tmp_path / "set" / "train" / "a.png", picture())
    save_image(tmp_path / "set" / "trainannot" / "a.png", full(99))
    report = export_index_png(Project.open(tmp_path / "set"), tmp_path / "out", silent)
    assert report.written == 1
    assert "train/a.png has 54 pixels in 1 value" in report.skipped[0]


@pytest.mark.parametrize("export", [export_camvid, export_index_png])
def test_a_target_that_would_mix_with_other_files_is_refused(
    project: Project, tmp_path: Path, export: object
) -> None:
    assert callable(export)
    with pytest.raises(UserError, match="becomes part of the project"):
        export(project, project.folder / "export", silent)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(UserError, match="is not empty"):
        export(project, tmp_path / "full", silent)
    with pytest.raises(UserError, match="is a file"):
        export(project, tmp_path / "full" / "x", silent)


def test_progress_counts_and_can_cancel(project: Project, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    export_index_png(project, tmp_path / "out", lambda done, total, _note: calls.append((done, total)))
    assert calls == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]

    def cancel(done: int, _total: int, _note: str) -> None:
        if done == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        export_index_png(project, tmp_path / "cancelled", cancel)
    with pytest.raises(Cancelled):
        export_camvid(project, tmp_path / "stopped", cancel)
    for name, void in (("cancelled", VOID), ("stopped", 11)):  # what is left says what its values mean
        assert json.loads((tmp_path / name / "classes.json").read_text())["void"] == void


@pytest.mark.parametrize("name", ["a\u3000b.png", "a\u00a0b.png", "a\u2028b.png", "a\u0085b.png"])
def test_names_with_unusual_spaces_are_read_back(tmp_path: Path, name: str) -> None:
    project = Project.open(image_folder(tmp_path / "images", name))
    save_full(project, name, 1, Origin.PAINTED, done=True)
    export_camvid(project, tmp_path / "out", silent)
    dataset = open_dataset(tmp_path / "out")
    assert dataset.missing == ()
    assert [pair.image.name for pair in dataset.splits["train"]] == [name]


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")
def test_a_name_that_no_list_can_hold_is_written_with_another(tmp_path: Path) -> None:
    names = ['a"b.png', "a_b.png", "c\\d.png", "e\nf.png"]
    project = Project.open(image_folder(tmp_path / "images", *names))
    for value, name in enumerate(names):
        save_full(project, name, value, Origin.PAINTED, done=True)
    report = export_camvid(project, tmp_path / "out", silent)
    assert report.written == 4
    assert len(report.skipped) == 3
    assert report.skipped[0] == 'a"b.png is called a_b-2.png there: lists of files cannot hold its name.'
    dataset = open_dataset(tmp_path / "out")
    assert dataset.missing == ()
    pairs = dataset.splits["train"]
    assert sorted(pair.image.name for pair in pairs) == ["a_b-2.png", "a_b.png", "c_d.png", "e_f.png"]
    assert {pair.mask.name: int(np.array(Image.open(pair.mask))[0, 0]) for pair in pairs} == {
        "a_b-2.png": 0,
        "a_b.png": 1,
        "c_d.png": 2,
        "e_f.png": 3,
    }


@pytest.mark.parametrize("export", [export_camvid, export_index_png])
def test_where_nothing_is_to_be_exported_nothing_is_written(
    export: Callable[..., ExportReport], tmp_path: Path
) -> None:
    project = Project.open(image_folder(tmp_path / "images", "a.png"))
    assert export(project, tmp_path / "out", silent).written == 0
    assert not (tmp_path / "out").exists()
