"""A small bar over the canvas on which the amount of the last command may still be changed."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSpinBox, QToolButton, QWidget

from unetpp_desktop.gui.icons import icon
from unetpp_desktop.gui.mask_commands import MaskCommands
from unetpp_desktop.gui.region_commands import RegionCommand
from unetpp_desktop.gui.strokes import Strokes

_MARGIN = 12
_PAUSE_MS = 250  # while a number is being typed, not each digit is applied


_OWN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class _Number(QSpinBox):
    """Enter ends the typing here, although it marks a scene as done elsewhere in the window."""

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _OWN_KEYS
        ):
            event.accept()
            return True
        return super().event(event)


class AmountBar(QFrame):
    """ "Remove islands of Car under [50 px]": every change is applied at once, as one edit with the first.

    It lies at the top of ``stage`` and stops nobody; Esc, or any other edit, puts it away. While something
    is being drawn, Enter and Esc are for that.
    """

    closed = Signal()  # by the user: the canvas may have the focus back

    def __init__(self, commands: MaskCommands, strokes: Strokes, stage: QWidget) -> None:
        super().__init__(stage)
        self.setObjectName("amountBar")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)  # a press beside the number is no stroke
        self.setCursor(Qt.CursorShape.ArrowCursor)  # the canvas hides it
        self._commands = commands
        self._strokes = strokes
        self._stage = stage
        self._words = QLabel(self)
        self._number = _Number(self)
        self._number.setSuffix(self.tr(" px"))
        self._number.setFixedWidth(104)
        self._number.setGroupSeparatorShown(True)
        self._number.lineEdit().setTextMargins(6, 0, 0, 0)  # the style sheet's padding does not reach it
        close = QToolButton(self)
        close.setProperty("square", True)
        close.setFixedSize(28, 28)
        close.setIcon(icon("x"))
        close.setToolTip(self.tr("Close"))
        close.setAccessibleName(self.tr("Close"))
        close.clicked.connect(self._close)
        self._close_button = close
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(self._words)
        row.addWidget(self._number)
        row.addWidget(close)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._apply)
        self._number.valueChanged.connect(self._soon.start)
        stage.installEventFilter(self)
        commands.adjustable.connect(self._show)
        self.hide()

    def focus_number(self) -> bool:
        """The number is ready to be typed over; False where the bar is not shown."""
        if not self.isVisible():
            return False
        self._number.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._number.selectAll()
        return True

    def _show(self, command: RegionCommand | None) -> None:
        if command is None or command.amount is None:
            self.hide()
            return
        question = QCoreApplication.translate("MaskCommands", command.amount.question)
        self._words.setText(question.format(self._commands.name_of(self._commands.value)))
        self._number.setAccessibleName(self._words.text())
        self._number.blockSignals(True)
        self._number.setRange(command.amount.low, command.amount.high)
        self._number.setValue(self._commands.amount(command))
        self._number.blockSignals(False)
        self._close_button.setIcon(icon("x"))  # the theme may have changed
        self.show()
        self.raise_()
        self._place()

    def _apply(self) -> None:
        if self.isVisible():
            self._commands.adjust(self._number.value())

    def _close(self) -> None:
        self._soon.stop()
        self.hide()
        self.closed.emit()

    def _place(self) -> None:
        self.adjustSize()
        self.move(max(0, (self._stage.width() - self.width()) // 2), _MARGIN)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OWN_KEYS and self._strokes.under_way:
            self._strokes.cancel() if event.key() == Qt.Key.Key_Escape else self._strokes.finish()
        elif event.key() in _OWN_KEYS:
            if event.key() != Qt.Key.Key_Escape and self._soon.isActive():
                self._soon.stop()
                self._apply()
            self._close()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
