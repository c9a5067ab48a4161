"""The edge brush by real mouse events: along a border, what lies beyond it stays as it was."""

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, drag, open_window, press
from unetpp_desktop.core.palette import VOID


def test_a_stroke_along_a_border_and_its_option(qtbot: QtBot, tmp_path: Path) -> None:
    pixels = np.full((90, 120, 3), 60, np.uint8)
    pixels[:, 60:] = 180
    folder = tmp_path / "scenes"
    folder.mkdir()
    Image.fromarray(pixels).save(folder / "0.png")
    window = open_window(qtbot, tmp_path / "config", folder)
    session, canvas = window.session, window.canvas
    document = session.document
    assert document is not None
    session.set_diameter(20)
    press(window, Qt.Key.Key_J)
    assert session.tool.name == "Edge brush"
    drag(canvas, (54, 20), (54, 70))
    painted = document.labels == session.active_class
    assert painted[20:71, 46:59].all()
    assert not painted[:, 60:].any()
    assert [entry.name for entry in document.history.entries()] == ["Edge brush"]
    press(window, Qt.Key.Key_Z, CONTROL)
    assert (document.labels == VOID).all()

    options = window.label_panel.options
    strength = next(
        box for box in options.findChildren(QSpinBox) if box.accessibleName() == "Strength of edges"
    )
    assert strength.isVisible()
    strength.setFocus()
    strength.selectAll()
    QTest.keyClicks(strength, "1")
    QTest.keyClick(strength, Qt.Key.Key_Return)
    assert session.options.edge_strength == 1
    drag(canvas, (54, 20), (54, 70))
    assert (document.labels == session.active_class)[20:71, 60:63].all()
    press(window, Qt.Key.Key_B)
    assert not strength.isVisible()
