"""Fixtures of the tasks' tests; a file that needs other scenes has a ``project`` of its own."""

from pathlib import Path

import pytest
from PIL import Image

from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.street import draw_scene


@pytest.fixture(scope="module")
def predictor(tiny_model: ModelEntry) -> Predictor:
    """The tiny model, ready to label on the CPU."""
    return open_predictor(tiny_model, "cpu")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three drawn scenes of 64 x 96 pixels, without masks."""
    for seed in range(3):
        Image.fromarray(draw_scene(seed, 64, 96).image).save(tmp_path / f"scene{seed}.png")
    return Project.open(tmp_path)
