"""A folder with one black scene, without a mask."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tasks.one_scene import SIZE
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene


@pytest.fixture
def project(tmp_path: Path) -> Project:
    Image.fromarray(np.zeros((*SIZE, 3), np.uint8)).save(tmp_path / "0.png")
    return Project.open(tmp_path)


@pytest.fixture
def scene(project: Project) -> Scene:
    return project.scenes[0]
