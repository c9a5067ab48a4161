"""The options of the tool in the hand, what may be painted over, and the strip of tools."""

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QMenu, QSlider, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.windows import LEFT, NONE, press
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.tools import TOOLS
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.paint_over import PaintOver
from unetpp_desktop.gui.tool_options import diameter_at, slider_place
from unetpp_desktop.gui.tool_strip import ToolStrip


def _visible_texts(window: MainWindow) -> set[str]:
    panel = window.label_panel.options
    kinds: tuple[type[QWidget], ...] = (QLabel, QCheckBox)
    return {
        widget.text()  # type: ignore[attr-defined]
        for kind in kinds
        for widget in panel.findChildren(kind)
        if widget.isVisible()
    }


def _tick(box: QCheckBox) -> None:
    QTest.mouseClick(box, LEFT, NONE, QPoint(10, box.height() // 2))


def _box(window: MainWindow, text: str) -> QCheckBox:
    boxes = window.label_panel.options.findChildren(QCheckBox)
    return next(box for box in boxes if box.text() == text)


def test_the_options_are_those_of_the_tool_in_the_hand(window: MainWindow) -> None:
    size = window.label_panel.options.findChild(QSlider)
    assert "Pen pressure sets the size" in _visible_texts(window)
    assert "Erase to what the model says" not in _visible_texts(window)
    press(window, Qt.Key.Key_E)
    assert {"Eraser", "Erase to what the model says"} <= _visible_texts(window)
    assert size.isVisible()
    press(window, Qt.Key.Key_F)
    assert "Fill" in _visible_texts(window)
    assert "Erase to what the model says" not in _visible_texts(window)
    assert not size.isVisible()


def test_a_ticked_option_reaches_the_tools(window: MainWindow) -> None:
    session = window.session
    _tick(_box(window, "Pen pressure sets the size"))
    assert session.options.pressure
    press(window, Qt.Key.Key_E)
    _tick(_box(window, "Erase to what the model says"))
    assert session.options.erase_to_model
    assert session.options.pressure
    context = session.strokes.context()
    assert context is not None
    assert context.options == session.options


def test_the_size_by_slider_and_by_number_up_to_2000(window: MainWindow) -> None:
    session, panel = window.session, window.label_panel.options
    slider, number = panel.findChild(QSlider), panel.findChild(QSpinBox)
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, "1237")
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert session.diameter == 1237  # not the nearest one that the slider has
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert (session.diameter, number.value()) == (2000, 2000)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert (session.diameter, number.value()) == (1, 1)
    assert session.position == 0  # Enter belonged to the number: no scene is done


def test_every_place_of_the_slider_is_a_size_that_leads_back_to_it() -> None:
    for place in range(90, 201):  # below, neighbouring places may mean the same whole size
        assert slider_place(diameter_at(place)) == place
    assert (diameter_at(0), diameter_at(200)) == (1, 2000)


def _open_menu(window: MainWindow) -> tuple[PaintOver, QMenu]:
    control = window.label_panel.options.findChild(PaintOver)
    menu = control.menu()
    menu.popup(control.mapToGlobal(QPoint(0, control.height())))
    return control, menu


def _choose(menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if action.text() == text)
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())


def test_classes_to_paint_over_are_ticked_one_after_the_other(window: MainWindow) -> None:
    session = window.session
    control, menu = _open_menu(window)
    assert control.text() == "anything"
    _choose(menu, "Road")
    assert menu.isVisible()
    assert session.only_over == {3}
    assert control.text() == "Road"
    _choose(menu, "void")
    assert session.only_over == {3, VOID}
    assert control.text() == "2 classes"
    assert session.document is not None
    assert session.document.rules.only_over == {3, VOID}
    _choose(menu, "Road")
    assert control.text() == "only void"
    _choose(menu, "Anything")
    assert session.only_over is None
    menu.close()


def test_only_void_is_one_click(window: MainWindow) -> None:
    control, menu = _open_menu(window)
    _choose(menu, "Only void")
    assert window.session.only_over == {VOID}
    assert not menu.isVisible()
    assert control.text() == "only void"
    _, menu = _open_menu(window)
    ticked = {action.text() for action in menu.actions() if action.isChecked()}
    assert ticked == {"Only void", "void"}
    menu.close()


def test_classes_are_ticked_by_key_too(window: MainWindow) -> None:
    _, menu = _open_menu(window)
    for name in ("Road", "Tree"):
        menu.setActiveAction(next(action for action in menu.actions() if action.text() == name))
        QTest.keyClick(menu, Qt.Key.Key_Space)
        assert menu.isVisible()
    assert window.session.only_over == {3, 5}
    menu.close()


def test_human_pixels_are_protected_by_a_tick(window: MainWindow) -> None:
    _tick(_box(window, "Keep painted and checked pixels"))
    assert window.session.rules.protect_human
    assert window.session.document is not None
    assert window.session.document.rules.protect_human


def _buttons(window: MainWindow) -> dict[str, QToolButton]:
    strip = window.findChild(ToolStrip)
    return {button.defaultAction().objectName(): button for button in strip.findChildren(QToolButton)}


def test_all_tools_have_a_place_in_a_window_700_high_and_the_tools_in_the_lowest(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1000, 700)
    strip = window.findChild(ToolStrip)
    for height, groups in ((700, 3), (window.minimumHeight(), 1)):
        window.resize(1000, height)
        qtbot.waitUntil(lambda height=height: window.height() == height)
        shown = {name for name, button in _buttons(window).items() if button.isVisible()}
        assert {tool.name.lower() for tool in TOOLS} <= shown
        assert groups < 3 or shown == set(_buttons(window))
        places = sorted(
            (button.y(), button.y() + button.height())
            for name, button in _buttons(window).items()
            if name in shown
        )
        assert places[0][0] >= 0
        assert places[-1][1] <= strip.height()
        assert all(end <= start for (_, end), (start, _) in pairwise(places))


def test_a_click_on_a_button_takes_the_tool_up(window: MainWindow) -> None:
    for tool in TOOLS:
        QTest.mouseClick(_buttons(window)[tool.name.lower()], LEFT)
        assert window.session.tool == tool
        assert _buttons(window)[tool.name.lower()].isChecked()


def test_every_tool_has_a_cursor_of_its_own_that_leaves_no_trace(window: MainWindow) -> None:
    canvas = window.canvas
    without = canvas.grab().toImage()
    seen: dict[str, QImage] = {}
    for tool in TOOLS:
        window.session.set_tool(tool)
        QTest.mouseMove(canvas, canvas.rect().center())
        QTest.mouseMove(canvas, canvas.rect().center() + QPoint(3, 3))
        picture = canvas.grab().toImage()
        assert picture != without
        seen[tool.name] = picture
    assert seen["Brush"] == seen["Eraser"] == seen["Edge brush"]
    assert seen["Polygon"] not in (seen["Brush"], seen["Picker"], seen["Select"])
