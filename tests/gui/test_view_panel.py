"""The View section of the Label tab: what it shows follows the keys, what is clicked is done."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QSlider

from tests.gui.windows import CONTROL, LEFT, NONE, SHIFT, press
from unetpp_desktop.core import settings as declared
from unetpp_desktop.gui.chip import Chip
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.view_options import OverlayStyle
from unetpp_desktop.gui.view_panel import ViewPanel


def _panel(window: MainWindow) -> ViewPanel:
    panel = window.label_panel.findChild(ViewPanel)
    assert panel is not None
    assert panel.isVisible()
    return panel


def _chip(window: MainWindow, text: str) -> Chip:
    return next(chip for chip in _panel(window).findChildren(Chip) if chip.text() == text)


def _box(window: MainWindow, text: str) -> QCheckBox:
    return next(box for box in _panel(window).findChildren(QCheckBox) if box.text() == text)


def _click_box(box: QCheckBox) -> None:
    QTest.mouseClick(box, LEFT, NONE, QPoint(8, box.height() // 2))


def test_a_click_chooses_what_is_drawn_of_the_mask(window: MainWindow) -> None:
    assert _chip(window, "Areas").isChecked()
    QTest.mouseClick(_chip(window, "Outlines"), LEFT)
    assert window.session.view.style is OverlayStyle.OUTLINES
    assert window.commands["outlines"].isChecked()
    QTest.mouseClick(_chip(window, "Outlines"), LEFT)  # again: it stays
    assert window.session.view.style is OverlayStyle.OUTLINES
    QTest.mouseClick(_chip(window, "Areas"), LEFT)
    assert window.session.view.style is OverlayStyle.AREAS
    assert not window.commands["outlines"].isChecked()


def test_the_chips_follow_the_keys(window: MainWindow) -> None:
    window.session.model = None  # nobody is asked
    for key, modifiers, text in (
        (Qt.Key.Key_O, NONE, "Outlines"),
        (Qt.Key.Key_O, SHIFT, "Difference"),
        (Qt.Key.Key_O, SHIFT, "Areas"),
    ):
        press(window, key, modifiers)
        checked = [chip.text() for chip in _panel(window).findChildren(Chip) if chip.isChecked()]
        assert checked == [text]


def test_a_switch_does_what_its_action_does_and_follows_it(window: MainWindow) -> None:
    box = _box(window, "Pixel grid")
    assert box.isChecked()
    _click_box(box)
    assert not box.isChecked()
    assert not window.session.view.pixel_grid
    press(window, Qt.Key.Key_G, CONTROL)
    assert box.isChecked()
    assert window.session.view.pixel_grid


def test_the_tips_name_the_keys_that_the_user_chose(window: MainWindow) -> None:
    session = window.session
    assert "(Ctrl+G)" in _box(window, "Pixel grid").toolTip()
    assert "(Shift+O)" in _chip(window, "Difference").toolTip()
    session.settings.set_keys("difference", ["Ctrl+Alt+D"])
    session.settings_changed.emit()
    assert "(Ctrl+Alt+D)" in _chip(window, "Difference").toolTip()


def test_the_slider_sets_the_opacity(window: MainWindow) -> None:
    slider = _panel(window).findChild(QSlider)
    assert slider is not None
    before = window.session.settings.get(declared.OVERLAY_OPACITY)
    assert slider.value() == before
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert window.session.settings.get(declared.OVERLAY_OPACITY) == before + 1
    window.session.change_setting(declared.OVERLAY_OPACITY, 80)
    assert slider.value() == 80
