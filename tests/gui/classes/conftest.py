"""Fixtures of the tests of the dialog about classes."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.classes.hands import CAR, ROAD, SKY, visible_child
from tests.gui.windows import CONTROL, HEIGHT, SHIFT, WIDTH, press, scene_folder
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.gui.class_dialog import ClassDialog
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three scenes; the first is labelled as car, the second as road, both under sky."""
    folder = scene_folder(tmp_path / "scenes")
    project = Project.open(folder)
    for scene, value in zip(project.scenes, (CAR, ROAD), strict=False):
        labels = np.full((HEIGHT, WIDTH), value, np.uint8)
        labels[:10] = SKY
        project.save_mask(scene, labels, np.full_like(labels, Origin.PAINTED), Provenance())
    return folder


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> ClassDialog:
    press(window, Qt.Key.Key_C, CONTROL | SHIFT)
    dialog = visible_child(window, ClassDialog)
    assert isinstance(dialog, ClassDialog)
    qtbot.waitUntil(lambda: not window.session.jobs.active)
    return dialog
