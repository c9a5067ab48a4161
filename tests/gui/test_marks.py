"""What tools draw over a scene: seen exactly where it is told, and gone without a trace."""

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from tests.gui.windows import open_window, scene_folder
from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.marks import borders


def _drawn(canvas: Canvas) -> np.ndarray:
    image = canvas.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def test_every_mark_is_seen_and_leaves_no_trace(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    canvas = window.canvas
    before = _drawn(canvas)
    canvas.marks.show_outline([(10.0, 10.0), (60.0, 20.0), (30.0, 70.0)], closed=True)
    with_outline = _drawn(canvas)
    assert (with_outline != before).any()
    canvas.marks.show_outline(())
    stencil = np.zeros((20, 30), np.bool_)
    stencil[5:9, 4:22] = True
    canvas.marks.show_region(Rect(40, 50, 60, 80), stencil)
    with_region = _drawn(canvas)
    canvas.marks.show_selection(Rect(10, 20, 30, 50), stencil)
    with_selection = _drawn(canvas)
    assert (with_region != before).any()
    assert (with_selection != with_region).any()
    canvas.marks.show_region(EMPTY_RECT, None)
    canvas.marks.show_selection(EMPTY_RECT, None)
    assert np.array_equal(_drawn(canvas), before)


def test_a_region_is_tinted_inside_its_stencil_only(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    canvas = window.canvas
    before = _drawn(canvas).astype(int)
    stencil = np.zeros((20, 30), np.bool_)
    stencil[5:15, 10:20] = True
    canvas.marks.show_region(Rect(40, 50, 60, 80), stencil)
    changed = np.abs(_drawn(canvas).astype(int) - before).sum(axis=2) > 0
    x, y = (round(value) for value in canvas.viewport.to_widget(65.0, 50.0))
    assert changed[y - 3 : y + 3, x - 3 : x + 3].mean() > 0.9
    x, y = (round(value) for value in canvas.viewport.to_widget(54.0, 43.0))
    assert not changed[y - 3 : y + 3, x - 3 : x + 3].any()


def test_another_scene_has_no_marks_of_the_one_before(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path / "config", scene_folder(tmp_path / "scenes"))
    window.session.next_scene()
    without = _drawn(window.canvas)
    window.session.previous_scene()
    window.canvas.marks.show_selection(Rect(0, 0, 40, 40), np.ones((40, 40), np.bool_))
    window.session.next_scene()
    assert np.array_equal(_drawn(window.canvas), without)


def test_the_border_of_a_stencil_has_the_length_of_its_pixel_sides() -> None:
    stencil = np.random.default_rng(3).random((9, 13)) < 0.5
    inside = np.pad(stencil, 1).astype(int)
    sides = np.abs(np.diff(inside, axis=0)).sum() + np.abs(np.diff(inside, axis=1)).sum()
    assert sum(line.length() for line in borders(stencil)) == sides
