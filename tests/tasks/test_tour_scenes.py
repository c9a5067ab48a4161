"""What a tour is played on."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import silent
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.street import write_samples
from unetpp_desktop.tasks.samples import copy_samples
from unetpp_desktop.tasks.tour_scenes import TourReport, TourStep, copy_scenes, measured


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "streets"
    write_samples(folder, 5, 0, silent, 64, 96)
    return folder


@pytest.mark.parametrize("part", ["", "train"])
def test_true_masks_are_found_for_a_data_set_and_for_its_part(data: Path, part: str, tmp_path: Path) -> None:
    scenes = copy_scenes(data / part, None, 3, tmp_path / "copy")
    assert scenes.names == ("street_0001.png", "street_0003.png", "street_0005.png")
    project = Project.open(scenes.folder)
    assert [scene.name for scene in project.scenes] == list(scenes.names)
    truth = scenes.truth("street_0003.png", project)
    assert truth is not None
    nothing = measured(scenes, project, scenes.names)
    assert nothing is not None
    assert nothing.miou == 0
    origins = np.full(truth.shape, Origin.MODEL, np.uint8)
    project.save_mask(project.scenes[1], truth, origins, Provenance())
    perfect = measured(scenes, project, ["street_0003.png"])
    assert perfect is not None
    assert (perfect.miou, perfect.pixel_accuracy) == (1.0, 1.0)


def test_a_folder_without_true_masks_has_no_figures(data: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(data / "train", plain)
    scenes = copy_scenes(plain, None, None, tmp_path / "copy")
    project = Project.open(scenes.folder)
    assert len(scenes.names) == 5
    assert scenes.truth("street_0001.png", project) is None
    assert measured(scenes, project, scenes.names) is None


def test_the_sample_scenes_are_the_default(tmp_path: Path) -> None:
    scenes = copy_scenes(None, None, None, tmp_path / "copy")
    assert len(scenes.names) == 8
    assert scenes.truth(scenes.names[0], Project.open(scenes.folder)) is not None


def test_no_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere"):
        copy_scenes(tmp_path / "nowhere", None, None, tmp_path / "copy")


def test_copied_samples_keep_the_labels_of_an_earlier_visit(tmp_path: Path) -> None:
    folder = copy_samples(tmp_path / "samples")
    images = sorted(folder.iterdir())
    assert len(images) == 8
    (folder / "labels").mkdir()
    (folder / "labels" / "x.png").write_bytes(b"label")
    images[0].write_bytes(b"kept")
    copy_samples(folder)
    assert images[0].read_bytes() == b"kept"
    assert (folder / "labels" / "x.png").exists()


def test_the_report_names_every_step(tmp_path: Path) -> None:
    step = TourStep(name="open the folder", seconds=0.5, screenshot="01.png")
    report = TourReport(scenes=5, corrected=["a.png"], strokes=12, steps=[step], seconds=3)
    report.write(tmp_path)
    text = (tmp_path / "report.md").read_text()
    assert "open the folder" in text
    assert "mIoU" not in text
    assert TourReport.model_validate_json((tmp_path / "report.json").read_bytes()) == report


def test_the_report_says_why_a_model_was_refused() -> None:
    report = TourReport(
        scenes=4, corrected=["a"], strokes=3, model="standard", refused="Pole lost 20 points."
    )
    assert "standard kept: Pole lost 20 points." in report.as_text()
