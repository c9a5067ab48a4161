"""The question over the canvas: which class is this region? With a key for each answer."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from unetpp_desktop.gui.action_set import ActionSet
from unetpp_desktop.gui.ampersands import doubled
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.class_combo import swatch
from unetpp_desktop.gui.key_bindings import first_key
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_panel import follow_tip
from unetpp_desktop.tasks.review import Region, is_reviewed

_MARGIN = 16
_ACTIONS = ("check_here", "defer_region", "next_region", "leave_review")


class ReviewBar(QFrame):
    """Lies at the bottom of the canvas while a region is reviewed; the keyboard stays with the canvas."""

    def __init__(self, session: Session, commands: ActionSet, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.setObjectName("reviewBar")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)  # a press beside a button is no stroke
        self.setCursor(Qt.CursorShape.ArrowCursor)  # the canvas hides it
        self._session = session
        self._canvas = canvas
        self._shown: Region | None = None
        self._answers, others = QHBoxLayout(), QHBoxLayout()
        for row in (self._answers, others):
            row.setSpacing(4)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 4, 8, 4)
        self._column.setSpacing(0)
        self._column.addLayout(self._answers)
        self._column.addLayout(others)
        self._classes: list[QToolButton] = []
        self._texts = {
            "check_here": self.tr("Right"),
            "defer_region": self.tr("Later"),
            "next_region": self.tr("Next"),
            "leave_review": self.tr("Leave"),
        }
        self._buttons: dict[str, QToolButton] = {}
        for name in _ACTIONS:
            button = self._button("", commands[name].trigger)
            follow_tip(button, commands[name])
            self._buttons[name] = button
            others.addWidget(button)
        canvas.installEventFilter(self)
        session.review.changed.connect(self._show)
        session.class_flags_changed.connect(self.refresh_icons)
        session.settings_changed.connect(self.refresh_icons)
        self.hide()

    def refresh_icons(self) -> None:
        """To be called after a change of theme, of classes or of keys."""
        self._shown = None
        self._show()

    def _button(self, text: str, do: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.clicked.connect(do)
        return button

    def _show(self) -> None:
        region = self._session.review.current
        if region is not None and region is not self._shown:
            self._show_region(region)
        self._shown = region
        self.setVisible(region is not None)
        if region is not None:
            self.raise_()
            self._place()

    def _show_region(self, region: Region) -> None:
        for name, button in self._buttons.items():
            key = first_key(self._session.settings, name) if name != "leave_review" else self.tr("Esc")
            button.setText(f"{key}  {self._texts[name]}")
        self._buttons["check_here"].setEnabled(not is_reviewed(region))
        for button in self._classes:
            self._answers.removeWidget(button)
            button.deleteLater()
        self._classes = [
            self._class_button(number, value) for number, value in enumerate(region.classes, start=1)
        ]
        for place, button in enumerate(self._classes):
            self._answers.insertWidget(place, button)
            button.show()  # else it has no size yet where the bar is shown already

    def _class_button(self, number: int, value: int) -> QToolButton:
        session = self._session
        described = session.palette.classes[value]
        key = first_key(session.settings, f"class_{number}")
        text = f"\u2002{key}  {doubled(described.name)}"
        button = self._button(text, lambda: session.review.choose(number))
        button.setIcon(swatch(described.color, self))
        if number == 1:
            button.setText(QCoreApplication.translate("ReviewBar", "{}, as it is").format(button.text()))
            button.setToolTip(
                self.tr("The region is {}: mark it as checked and go on").format(described.name)
            )
        else:
            button.setToolTip(self.tr("Paint the region as {} and go on").format(described.name))
        return button

    def _place(self) -> None:
        self._column.activate()
        self.resize(self.sizeHint())
        room: QWidget = self._canvas
        self.move(max(0, (room.width() - self.width()) // 2), room.height() - self.height() - _MARGIN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
