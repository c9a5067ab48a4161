"""Fixtures of the tests of a change of classes."""

from pathlib import Path

import pytest

from tests.storage.class_change.plans import CAR, NAMES, ROAD, SKY
from tests.storage.folders import full, image_folder, save_full
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A scene that a person labelled, one that a model did, and one without a mask."""
    project = Project.open(image_folder(tmp_path, *NAMES))
    save_full(project, "a.png", CAR, Origin.PAINTED, done=True)
    labels = full(ROAD)
    labels[0] = VOID
    labels[1] = SKY
    origins = full(Origin.MODEL)
    origins[0] = Origin.NONE
    project.save_mask(project.scene("b.png"), labels, origins, Provenance(model="m", depth=2))
    return project
