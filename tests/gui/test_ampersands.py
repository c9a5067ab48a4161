"""An ampersand in a name that somebody gave is seen in buttons and menus, and marks no key."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.windows import SHIFT, open_window, press, scene_folder
from unetpp_desktop.core.palette import LabelClass, Palette
from unetpp_desktop.gui.changed_gallery import ChangedGallery
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.paint_over import PaintOver
from unetpp_desktop.gui.pane_heading import PaneHeading
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.changed_scenes import ChangedScene


@pytest.fixture
def window(
    qtbot: QtBot, tmp_path: Path, tiny_model: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """Folders, classes and models with ampersands in their names."""
    monkeypatch.setattr("unetpp_desktop.nn.predictor.uses_openvino", lambda *_: False)  # torch is loaded
    folder = scene_folder(tmp_path / "R&D")
    for name in ("A&B", "C&D"):
        model = folder / ".unetpp" / "models" / name
        shutil.copytree(tiny_model.folder, model)
        card = model / "card.json"
        card.write_text(card.read_text().replace('"tiny"', f'"{name}"'))
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "Day&Night"))
    assert window.session.open_folder(folder)
    classes = (LabelClass(name="Bus&Tram", color=(1, 2, 3)), LabelClass(name="Road", color=(9, 9, 9)))
    window.session.set_palette(Palette(name="two", classes=classes))
    window.session.set_model(next(entry for entry in window.session.models() if entry.name == "A&B"))
    return window


def _seen(menu: QMenu) -> list[str]:
    """The entries of a menu as a screen reader says them, and as they are drawn: without marks of keys."""
    menu.aboutToShow.emit()
    entries = QAccessible.queryAccessibleInterface(menu)
    return [entries.child(place).text(QAccessible.Text.Name) for place in range(entries.childCount())]


def _has(button: QAbstractButton, text: str) -> bool:
    """Whether a text is in a button, and no letter of it is a key."""
    return text in button.text().replace("&&", "\0").replace("&", "").replace("\0", "&") and (
        button.shortcut().isEmpty()
    )


def test_folders(window: MainWindow) -> None:
    button = next(button for button in window.findChildren(QToolButton) if button.toolTip().endswith("R&D"))
    assert _has(button, "R&D")
    assert "Day&Night" in _seen(button.menu())


def test_classes(window: MainWindow) -> None:
    button = window.label_panel.options.findChild(PaintOver)
    assert "Bus&Tram" in _seen(button.menu())
    window.session.set_only_over(frozenset({0}))
    assert _has(button, "Bus&Tram")


def test_models(window: MainWindow) -> None:
    press(window, Qt.Key.Key_C, SHIFT)
    heading = next(heading for heading in window.findChildren(PaneHeading) if heading.name.startswith("A&B"))
    assert "Prediction of C&D" in _seen(heading.menu())
    assert _has(window.train_panel.findChild(QCheckBox), "Go on from A&B instead")


def test_scenes_that_changed(qtbot: QtBot, tmp_path: Path) -> None:
    gallery = ChangedGallery()
    qtbot.addWidget(gallery)
    pixels = np.zeros((4, 6, 3), np.uint8)
    gallery.show_scenes([ChangedScene(Scene("R&D.png", tmp_path / "R&D.png"), 0.25, pixels, pixels)])
    row = gallery.findChild(QAbstractButton)
    assert row.shortcut().isEmpty()
    said = QAccessible.queryAccessibleInterface(row).text(QAccessible.Text.Name)
    assert said == "R&D.png, 25 % differ"
