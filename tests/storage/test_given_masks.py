"""Masks that a data set gives, in whatever image format: done where they can be read, else damaged."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.storage.folders import picture, save_image
from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.class_change import change_classes
from unetpp_desktop.storage.export import export_camvid
from unetpp_desktop.storage.project import Project, SceneState


def _with_mask_called(folder: Path, name: str, format: str, **options: object) -> Project:
    """A scene of a data set whose mask is a file of this name and format."""
    save_image(folder / "train" / "a.jpg", picture((2, 6)))
    labels = np.arange(12, dtype=np.uint8).reshape(2, 6)
    save_image(folder / "trainannot" / name, labels, format=format, **options)
    return Project.open(folder)


@pytest.mark.parametrize(
    ("name", "format"), [("a.bmp", "BMP"), ("a.TIF", "TIFF"), ("a.tiff", "TIFF"), ("a.png", "BMP")]
)
def test_a_given_mask_of_any_image_format_is_done(tmp_path: Path, name: str, format: str) -> None:
    project = _with_mask_called(tmp_path / "set", name, format)
    scene = project.scenes[0]
    assert project.state(scene) is SceneState.DONE
    assert project.training_scenes() == (scene,)
    stored = project.load_mask(scene)
    assert stored is not None
    assert stored.labels.ravel().tolist() == [*range(11), VOID]
    report = export_camvid(project, tmp_path / "out", silent)
    assert (report.written, report.skipped) == (1, ())
    plan = ClassPlan.of(project.palette).removed(0, into=None)
    change_classes(project, plan.palette(), plan.table(), silent)
    changed = Project.open(tmp_path / "set")
    stored = changed.load_mask(changed.scenes[0])
    assert stored is not None
    assert stored.labels.ravel().tolist() == [VOID, *range(10), VOID]


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF"])
def test_a_given_mask_without_a_header_is_damaged(tmp_path: Path, format: str) -> None:
    project = _with_mask_called(tmp_path, "a.tif", format)
    path = project.scenes[0].given_mask_path
    assert path is not None
    assert project.state(project.scenes[0]) is SceneState.DONE
    path.write_bytes(path.read_bytes()[:6])
    assert project.state(project.scenes[0]) is SceneState.CHANGED_OUTSIDE
    assert project.training_scenes() == ()


def test_a_given_png_that_ends_too_early_is_damaged_though_it_opens(tmp_path: Path) -> None:
    project = _with_mask_called(tmp_path, "a.png", "PNG")
    path = project.scenes[0].given_mask_path
    assert path is not None
    path.write_bytes(path.read_bytes()[:-12])
    with Image.open(path) as image:
        assert image.size == (6, 2)
    assert project.state(project.scenes[0]) is SceneState.CHANGED_OUTSIDE
