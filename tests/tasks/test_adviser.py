"""What each depth is worth, on scenes whose truth one of the depths knows."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.predictor import Prediction, open_predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.adviser import advise, advise_folder

SECONDS = {1: 0.01, 2: 0.02, 3: 0.03, 4: 0.05}


def _project(folder: Path, model: ModelEntry, depth: int, count: int = 3) -> Project:
    """Scenes of noise: the upper half painted as ``model`` sees it at ``depth``, the rest wrong."""
    for number in range(count):
        pixels = np.random.default_rng(number).integers(0, 256, (32, 48, 3), np.uint8)
        folder.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    project = Project.open(folder)
    predictor = open_predictor(model, "cpu")
    for scene in project.scenes:
        labels = predictor.predict(np.asarray(Image.open(scene.image_path)), depth).labels.copy()
        origins = np.full(labels.shape, Origin.MODEL, np.uint8)
        origins[:16] = Origin.PAINTED
        labels[16:] = (labels[16:] + 1) % 11
        project.save_mask(scene, labels, origins, Provenance())
    return Project.open(folder)


def test_what_is_measured_and_what_is_recommended(tmp_path: Path, tiny_model: ModelEntry) -> None:
    project = _project(tmp_path / "scenes", tiny_model, depth=3)
    predictor = open_predictor(tiny_model, "cpu")

    def ask(image: np.ndarray, depth: int) -> Prediction:
        return Prediction(predictor.predict(image, depth).labels, depth, SECONDS[depth])

    advice = advise(project, tiny_model, ask, silent)
    assert advice.scenes == 3
    assert [row.depth for row in advice.rows] == [1, 2, 3, 4]
    assert [row.seconds for row in advice.rows] == list(SECONDS.values())
    assert (advice.rows[2].miou, advice.rows[2].pixel_accuracy) == (1.0, 1.0)
    assert max(advice.rows[place].miou for place in (0, 1, 3)) < 1.0
    assert advice.recommended.depth == 3


def test_nothing_corrected_is_a_sentence(tmp_path: Path, tiny_model: ModelEntry) -> None:
    Image.new("RGB", (32, 32)).save(tmp_path / "a.png")
    with pytest.raises(UserError, match="no corrected pixels"):
        advise_folder(tmp_path, None, str(tiny_model.folder), "cpu", silent)


def test_it_can_be_cancelled(tmp_path: Path, tiny_model: ModelEntry) -> None:
    folder = _project(tmp_path / "scenes", tiny_model, depth=3).folder

    def stop(done: int, total: int, note: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        advise_folder(folder, None, str(tiny_model.folder), "cpu", stop)
