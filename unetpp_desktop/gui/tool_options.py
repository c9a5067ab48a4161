"""The options of the tool in the hand, and what it may paint over."""

from dataclasses import dataclass, replace
from math import exp, log
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.editing.edges import STRENGTHS
from unetpp_desktop.editing.superpixels import SIZES
from unetpp_desktop.gui.choices import LARGEST_DIAMETER
from unetpp_desktop.gui.icons import icon
from unetpp_desktop.gui.number_field import NumberField
from unetpp_desktop.gui.paint_over import PaintOver
from unetpp_desktop.gui.session import Session

_SLIDER_STEPS = 200
_SIDE = 28
_NUMBER_WIDTH = 88


@dataclass(frozen=True)
class _Option:
    """A field of `ToolOptions` and the tools that have it; a number has a range, a switch has none."""

    field: str
    tools: tuple[str, ...]
    text: str
    tip: str
    low: int = 0
    high: int = 0
    unit: str = ""


# fmt: off
_OPTIONS: tuple[_Option, ...] = (
    _Option("pressure", ("Brush", "Edge brush", "Eraser"),
        QT_TRANSLATE_NOOP("ToolOptions", "Pen pressure sets the size"),
        QT_TRANSLATE_NOOP("ToolOptions", "The size shown is that of a pen pressed hard and of a mouse")),
    _Option("edge_strength", ("Edge brush",),
        QT_TRANSLATE_NOOP("ToolOptions", "Strength of edges"),
        QT_TRANSLATE_NOOP("ToolOptions", "A higher one stops at weaker edges, a lower one paints across"),
        STRENGTHS[0], STRENGTHS[-1]),
    _Option("superpixel_size", ("Superpixels",),
        QT_TRANSLATE_NOOP("ToolOptions", "Size of a superpixel"),
        QT_TRANSLATE_NOOP("ToolOptions", "About as long as its sides are, in pixels of the scene"),
        SIZES[0], SIZES[-1], QT_TRANSLATE_NOOP("ToolOptions", " px")),
    _Option("erase_to_model", ("Eraser", "Polygon", "Lasso", "Rectangle"),
        QT_TRANSLATE_NOOP("ToolOptions", "Erase to what the model says"),
        QT_TRANSLATE_NOOP("ToolOptions", "Erased pixels become what the model says, instead of void")),
)

_HINTS = {
    "Brush": QT_TRANSLATE_NOOP("ToolOptions", "Shift + click draws a straight line from the last stroke."),
    "Edge brush": QT_TRANSLATE_NOOP("ToolOptions",
        "Keep the middle of the brush on the object: what lies beyond an edge is not painted."),
    "Eraser": QT_TRANSLATE_NOOP("ToolOptions", "The right button erases with every tool."),
    "Polygon": QT_TRANSLATE_NOOP("ToolOptions",
        "Click the corners. Enter or a double click paints, Backspace takes a corner back. Ctrl erases."),
    "Lasso": QT_TRANSLATE_NOOP("ToolOptions", "Drag round what you want to paint. Ctrl erases."),
    "Rectangle": QT_TRANSLATE_NOOP("ToolOptions", "Drag from corner to corner. Ctrl erases."),
    "Fill": QT_TRANSLATE_NOOP("ToolOptions",
        "Click a region to give it the active class. Ctrl takes all regions of its class."),
    "Runner-up": QT_TRANSLATE_NOOP("ToolOptions",
        "Click a region to give it the model's second choice, again for the third, again to go back."),
    "Superpixels": QT_TRANSLATE_NOOP("ToolOptions",
        "Click or drag over patches of one colour. Shift + click takes all up to the last stroke."),
    "Picker": QT_TRANSLATE_NOOP("ToolOptions",
        "Click a pixel to choose its class. Hold the key to pick with another tool in the hand."),
    "Pre-label a box": QT_TRANSLATE_NOOP("ToolOptions",
        "Drag over a part of the scene: it becomes what the model says, but for what is painted or checked."),
    "Check": QT_TRANSLATE_NOOP("ToolOptions",
        "Click a region, or drag over a part of the scene: what the model says there counts as checked."),
    "Select": QT_TRANSLATE_NOOP("ToolOptions",
        "Drag, or click a region. Commands then work on it. Ctrl adds, Esc selects nothing."),
}
# fmt: on


def slider_place(diameter: int) -> int:
    """Where a diameter lies on the slider: every step is the same ratio, as the eye measures sizes."""
    return round(_SLIDER_STEPS * log(diameter) / log(LARGEST_DIAMETER))


def diameter_at(place: int) -> int:
    return round(exp(place / _SLIDER_STEPS * log(LARGEST_DIAMETER)))


class ToolOptionsPanel(QWidget):
    """A view of the session's tool, brush, options and rules."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._title = QLabel(self)
        self._title.setObjectName("heading")
        self._hint = QLabel(self)
        self._hint.setObjectName("muted")
        self._hint.setWordWrap(True)
        self._brush = _BrushOptions(session, self)
        self._controls = [(option, self._control(option)) for option in _OPTIONS]
        self._protect = QCheckBox(self.tr("Keep painted and checked pixels"), self)
        self._protect.setToolTip(self.tr("No tool changes a pixel that a person painted or found right"))
        self._lay_out()
        self._protect.toggled.connect(session.set_protect_human)
        session.tool_changed.connect(self._show_tool)
        session.options_changed.connect(self._show_options)
        session.rules_changed.connect(self._show_rules)
        self._show_tool()
        self._show_options()
        self._show_rules()

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        self._brush.refresh_icons()

    def _lay_out(self) -> None:
        over = QHBoxLayout()
        over.setSpacing(8)
        over.addWidget(QLabel(self.tr("Paint over"), self))
        over.addWidget(PaintOver(self._session, self), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._brush)
        for _, control in self._controls:
            column.addWidget(control)
        column.addWidget(self._hint)
        column.addSpacing(4)
        column.addLayout(over)
        column.addWidget(self._protect)

    def _control(self, option: _Option) -> QWidget:
        text = QCoreApplication.translate("ToolOptions", option.text)
        tip = QCoreApplication.translate("ToolOptions", option.tip)
        if option.high:
            return _NumberOption(self._session, option, text, tip, self)
        box = QCheckBox(text, self)
        box.setToolTip(tip)
        box.toggled.connect(lambda checked: _change(self._session, option, checked))
        return box

    def _show_tool(self) -> None:
        name = self._session.tool.name
        self._title.setText(QCoreApplication.translate("Actions", name))
        self._hint.setText(QCoreApplication.translate("ToolOptions", _HINTS[name]) if name in _HINTS else "")
        self._hint.setVisible(name in _HINTS)
        self._brush.setVisible(self._session.tool.has_brush)
        for option, control in self._controls:
            control.setVisible(name in option.tools)

    def _show_options(self) -> None:
        for option, control in self._controls:
            value = getattr(self._session.options, option.field)
            if isinstance(control, QCheckBox):
                control.setChecked(value)
            elif isinstance(control, _NumberOption):
                control.show_value(value)

    def _show_rules(self) -> None:
        self._protect.setChecked(self._session.protect_human)


class _NumberOption(QWidget):
    """A number with its words before it."""

    def __init__(self, session: Session, option: _Option, text: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._box = NumberField(self)
        self._box.setRange(option.low, option.high)
        self._box.setSuffix(QCoreApplication.translate("ToolOptions", option.unit) if option.unit else "")
        self._box.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._box.setFixedWidth(_NUMBER_WIDTH)
        self._box.setAccessibleName(text)
        self._box.setToolTip(tip)
        self._box.valueChanged.connect(lambda value: _change(session, option, value))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(text, self), 1)
        row.addWidget(self._box)

    def show_value(self, value: int) -> None:
        self._box.setValue(value)


def _change(session: Session, option: _Option, value: Any) -> None:
    session.set_options(replace(session.options, **{option.field: value}))


class _BrushOptions(QWidget):
    """Shape and size of the brush."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setRange(0, _SLIDER_STEPS)
        self._slider.setAccessibleName(self.tr("Brush size"))
        self._slider.setToolTip(self.tr("Brush size in pixels of the scene ([ and ], or Shift + wheel)"))
        self._number = NumberField(self)
        self._number.setRange(1, LARGEST_DIAMETER)
        self._number.setSuffix(self.tr(" px"))
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._number.setFixedWidth(_NUMBER_WIDTH)
        self._number.setAccessibleName(self.tr("Brush size in pixels"))
        self._number.setToolTip(self._slider.toolTip())
        self._round = self._shape_button(self.tr("Round brush"))
        self._square = self._shape_button(self.tr("Square brush"))
        shapes = QButtonGroup(self)
        shapes.addButton(self._round)
        shapes.addButton(self._square)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._round)
        row.addWidget(self._square)
        row.addSpacing(4)
        row.addWidget(self._slider, 1)
        row.addSpacing(4)
        row.addWidget(self._number)
        self._slider.valueChanged.connect(self._on_slider)
        self._number.valueChanged.connect(session.set_diameter)
        self._square.toggled.connect(session.set_square)
        session.brush_changed.connect(self._show_brush)
        self.refresh_icons()
        self._show_brush()

    def refresh_icons(self) -> None:
        self._round.setIcon(icon("circle"))
        self._square.setIcon(icon("square"))

    def _shape_button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setCheckable(True)
        button.setFixedSize(_SIDE, _SIDE)
        button.setProperty("square", True)
        button.setToolTip(text)
        button.setAccessibleName(text)
        return button

    def _on_slider(self, place: int) -> None:
        if place != slider_place(self._session.diameter):  # else the finer size of the keys would be lost
            self._session.set_diameter(diameter_at(place))

    def _show_brush(self) -> None:
        self._slider.setValue(slider_place(self._session.diameter))
        self._number.setValue(self._session.diameter)
        (self._square if self._session.square else self._round).setChecked(True)
