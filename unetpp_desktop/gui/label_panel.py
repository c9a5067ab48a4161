"""The Label tab of the inspector: classes, brush, overlay."""

from math import exp, log

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.core import settings as declared
from unetpp_desktop.gui.class_list import ClassList
from unetpp_desktop.gui.icons import icon
from unetpp_desktop.gui.section import Section
from unetpp_desktop.gui.session import Session

_LARGEST_ON_SLIDER = 500  # image pixels; keys and wheel go further
_SLIDER_STEPS = 200


def slider_place(diameter: int) -> int:
    """Where a diameter lies on the slider: every step is the same ratio, as the eye measures sizes."""
    return round(_SLIDER_STEPS * log(min(diameter, _LARGEST_ON_SLIDER)) / log(_LARGEST_ON_SLIDER))


def diameter_at(place: int) -> int:
    return round(exp(place / _SLIDER_STEPS * log(_LARGEST_ON_SLIDER)))


class LabelPanel(QWidget):
    """A view of the session's choices for labelling by hand."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sections: list[Section] = []
        self.classes = ClassList(session, self)
        self._size = QSlider(Qt.Orientation.Horizontal, self)
        self._size.setRange(0, _SLIDER_STEPS)
        self._size.setAccessibleName(self.tr("Brush size"))
        self._size.setToolTip(self.tr("Brush size in pixels of the scene ([ and ], or Shift + wheel)"))
        self._size_text = _number_label(self)
        self._round = self._shape_button("circle", self.tr("Round brush"))
        self._square = self._shape_button("square", self.tr("Square brush"))
        shapes = QButtonGroup(self)
        shapes.addButton(self._round)
        shapes.addButton(self._square)
        self._opacity = QSlider(Qt.Orientation.Horizontal, self)
        self._opacity.setRange(declared.OVERLAY_OPACITY.low, declared.OVERLAY_OPACITY.high)
        self._opacity.setAccessibleName(self.tr("Overlay opacity"))
        self._opacity.setToolTip(self.tr("How strongly the class colours cover the scene (T hides them)"))
        self._opacity_text = _number_label(self)
        self._lay_out()
        self._connect()
        self._show_brush()
        self._show_settings()

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        for section in self._sections:
            section.refresh_icons()
        self._round.setIcon(icon("circle"))
        self._square.setIcon(icon("square"))

    def add_section(self, name: str, title: str, content: QWidget, folded: bool = True) -> Section:
        """Puts ``content`` below the others, under a heading; ``folded`` is how it is at the first start."""
        remembered = self._session.remembered
        section = Section(name, title, content, remembered.folded.get(name, folded), self)
        section.folded_changed.connect(self._on_folded)
        self._sections.append(section)
        self._column.insertWidget(self._column.count() - 1, section)  # above the stretch
        return section

    def _on_folded(self, name: str, folded: bool) -> None:
        self._session.remembered.folded = self._session.remembered.folded | {name: folded}

    def _shape_button(self, name: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setCheckable(True)
        button.setToolTip(text)
        button.setAccessibleName(text)
        return button

    def _lay_out(self) -> None:
        options = QGridLayout()
        options.setContentsMargins(12, 8, 12, 12)
        options.setHorizontalSpacing(8)
        options.setVerticalSpacing(8)
        options.setColumnStretch(1, 1)
        shapes = QHBoxLayout()
        shapes.setSpacing(4)
        shapes.addWidget(self._round)
        shapes.addWidget(self._square)
        shapes.addStretch(1)
        options.addWidget(QLabel(self.tr("Brush"), self), 0, 0)
        options.addLayout(shapes, 0, 1)
        options.addWidget(QLabel(self.tr("Size"), self), 1, 0)
        options.addWidget(self._size, 1, 1)
        options.addWidget(self._size_text, 1, 2)
        options.addWidget(QLabel(self.tr("Overlay"), self), 2, 0)
        options.addWidget(self._opacity, 2, 1)
        options.addWidget(self._opacity_text, 2, 2)
        page = QWidget(self)
        page.setObjectName("labelPage")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 8, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.classes, 0)
        self._column.addLayout(options)
        self._column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def _connect(self) -> None:
        session = self._session
        self._size.valueChanged.connect(self._on_size)
        self._square.toggled.connect(session.set_square)
        self._opacity.valueChanged.connect(self._on_opacity)
        session.brush_changed.connect(self._show_brush)
        session.settings_changed.connect(self._show_settings)

    def _on_size(self, place: int) -> None:
        if place != slider_place(self._session.diameter):  # else the finer size of the keys would be lost
            self._session.set_diameter(diameter_at(place))

    def _on_opacity(self, percent: int) -> None:
        self._session.change_setting(declared.OVERLAY_OPACITY, percent)

    def _show_brush(self) -> None:
        self._size.setValue(slider_place(self._session.diameter))
        self._size_text.setText(self.tr("{} px").format(self._session.diameter))
        (self._square if self._session.square else self._round).setChecked(True)

    def _show_settings(self) -> None:
        percent = self._session.settings.get(declared.OVERLAY_OPACITY)
        self._opacity.setValue(percent)
        self._opacity_text.setText(self.tr("{} %").format(percent))


def _number_label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    label.setMinimumWidth(52)
    return label
