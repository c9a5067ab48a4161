"""Brightness, contrast and gamma: by slider and by key, judged by what is drawn."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from tests.gui.windows import CONTROL, LEFT, at, click, drawn, open_window, press
from unetpp_desktop.gui.image_light import light_table
from unetpp_desktop.gui.light_panel import gamma_at, gamma_place
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.scene_levels import SceneLevels
from unetpp_desktop.gui.section import Section
from unetpp_desktop.gui.view_options import Light


def _slide(window: MainWindow, slider: QSlider, steps: int) -> None:
    """Moves a slider by tens, by keys."""
    section = slider.parentWidget().parentWidget()
    assert isinstance(section, Section)
    section.fold(False)
    slider.setFocus()
    for _ in range(abs(steps) * 10):
        QTest.keyClick(slider, Qt.Key.Key_Right if steps > 0 else Qt.Key.Key_Left)


def _shown_pixel(window: MainWindow, x: int, y: int) -> list[int]:
    place = at(window.canvas, x, y)
    return [int(value) for value in drawn(window.canvas)[place.y(), place.x()]]


def test_the_sliders_change_what_is_drawn_and_nothing_else(window: MainWindow, tmp_path: Path) -> None:
    session, panel = window.session, window.contents.light
    file = tmp_path / "scenes" / "0.png"
    content = file.read_bytes()
    assert session.image is not None
    before = session.image.copy()
    pixel = before[40, 50]
    assert _shown_pixel(window, 50, 40) == pixel.tolist()
    for slider, steps, light in (
        (panel.brightness, 3, Light(30)),
        (panel.contrast, -2, Light(30, -20)),
        (panel.gamma, 5, Light(30, -20, gamma_at(50))),
    ):
        _slide(window, slider, steps)
        assert session.view.light == light
        assert _shown_pixel(window, 50, 40) == light_table(light)[pixel].tolist() != pixel.tolist()
    assert np.array_equal(session.image, before)  # what the network gets
    assert file.read_bytes() == content
    press(window, Qt.Key.Key_B, CONTROL)
    assert session.view.light == Light()
    assert (panel.brightness.value(), panel.contrast.value(), panel.gamma.value()) == (0, 0, 0)
    assert _shown_pixel(window, 50, 40) == pixel.tolist()
    assert not window.commands["reset_light"].isEnabled()


def test_the_next_scene_is_shown_in_the_same_light_and_so_is_a_stroke(window: MainWindow) -> None:
    _slide(window, window.contents.light.brightness, 6)
    press(window, Qt.Key.Key_D)
    session = window.session
    assert session.image is not None
    table = light_table(Light(60))
    assert _shown_pixel(window, 50, 40) == table[session.image[40, 50]].tolist()
    press(window, Qt.Key.Key_T)  # without overlay
    click(window.canvas, 50, 40)
    QTest.mouseMove(window.canvas, QPoint(2, 2))
    assert _shown_pixel(window, 50, 40) == table[session.image[40, 50]].tolist()


def test_the_section_unfolds_and_its_button_resets(window: MainWindow) -> None:
    panel = window.contents.light
    assert not panel.isVisible()
    section = panel.parent()
    assert isinstance(section, Section)
    section.fold(False)
    assert panel.isVisible()
    _slide(window, panel.contrast, 4)
    button = panel.reset_button
    assert "Ctrl+B" in button.toolTip()
    QTest.mouseClick(button, LEFT)
    assert window.session.view.light == Light()


def test_the_light_outlives_the_window(qtbot: QtBot, tmp_path: Path, window: MainWindow) -> None:
    _slide(window, window.contents.light.gamma, 7)
    light = window.session.view.light
    window.close()
    again = open_window(qtbot, tmp_path / "config", tmp_path / "scenes")
    assert again.session.view.light == light != Light()
    assert again.contents.light.gamma.value() == 70


@pytest.mark.parametrize("place", range(-100, 101, 10))
def test_a_gamma_has_one_place(place: int) -> None:
    assert gamma_place(gamma_at(place)) == place


def test_gamma_keeps_black_and_white_and_the_rest_stays_in_order() -> None:
    assert np.array_equal(light_table(Light()), np.arange(256))
    for light in (Light(gamma=4.0), Light(gamma=0.25)):
        assert light_table(light)[[0, 255]].tolist() == [0, 255]
    for light in (Light(100, 100, 4.0), Light(-100, -100, 0.25), Light(20, 60, 1.4)):
        assert (np.diff(light_table(light).astype(int)) >= 0).all()
    assert light_table(Light(gamma=2.0))[64] == 128


def test_only_what_is_shown_is_made_and_at_every_level_it_is_right() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (700, 2300, 3), np.uint8)
    lit = SceneLevels(image)
    light = Light(10, 20, 1.5)
    table = light_table(light)

    def pixels(rect: QRectF) -> np.ndarray:
        shown = lit.image(0, light, rect)
        return np.frombuffer(shown.constBits(), np.uint8).reshape(700, 2300, 4)[..., 2::-1]

    near = pixels(QRectF(300, 300, 100, 50))
    assert np.array_equal(near[290:360, 290:410], table[image[290:360, 290:410]])
    assert not near[600:, 1500:].any()  # nobody has seen it yet
    assert np.array_equal(pixels(QRectF(-50, -50, 5000, 5000)), table[image])
    light, table = Light(-10), light_table(Light(-10))
    assert np.array_equal(pixels(QRectF(0, 0, 2300, 700)), table[image])
    halved = lit.image(1, Light())
    assert halved.size().toTuple() == (1150, 350)
    means = image.reshape(350, 2, 1150, 2, 3).mean(axis=(1, 3))
    half = np.frombuffer(halved.constBits(), np.uint8).reshape(350, 1150, 4)
    assert np.abs(half[..., 2::-1] - means).max() <= 0.5
    assert (half[..., 3] == 255).all()
    means_shown = half[..., 2::-1].copy()
    lit.image(1, light)  # the same memory, in another light
    assert np.array_equal(half[..., 2::-1], table[means_shown])


def test_an_image_of_one_pixel_has_its_light(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    Image.fromarray(np.array([[[90, 100, 110]]], np.uint8)).save(folder / "a.png")
    window = open_window(qtbot, tmp_path / "config", folder)
    _slide(window, window.contents.light.brightness, 2)
    assert _shown_pixel(window, 0, 0) == light_table(Light(20))[[90, 100, 110]].tolist()
