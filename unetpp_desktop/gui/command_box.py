"""One line to type into that finds any action, class or scene; Enter does what is found."""

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from unetpp_desktop.gui.command_entries import Entry, class_entries, entries, matching
from unetpp_desktop.gui.painting import mixed, resized

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow

_WIDTH = 520
_FROM_TOP = 56
_ROW_HEIGHT = 32
_MOST_ROWS = 10
_MOST_FOUND = 100
_MARGIN = 12
_SWATCH = 14
_TYPED_PIXELS = 15
_NOTE_PIXELS = 12
_ENTRY_ROLE = Qt.ItemDataRole.UserRole
_MOVING_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class CommandBox(QDialog):
    """Lies over ``window``; Esc or a click beside it closes it. It may look for classes alone."""

    def __init__(self, window: "MainWindow", only_classes: bool = False) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setObjectName("commandBox")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._window = window
        self._entries = list(class_entries(window)) if only_classes else entries(window)
        self._search = QLineEdit(self)
        self._search.setFont(resized(self.font(), _TYPED_PIXELS))
        if only_classes:
            self._search.setPlaceholderText(self.tr("Type the name of a class"))
            self._search.setAccessibleName(self.tr("Find a class"))
        else:
            self._search.setPlaceholderText(self.tr("Type an action, a class or a scene"))
            self._search.setAccessibleName(self.tr("Find an action, a class or a scene"))
        self._search.installEventFilter(self)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("What was found"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setItemDelegate(_Row(self._list))
        self._nothing = QLabel(self.tr("Nothing has these words in its name."), self)
        self._nothing.setObjectName("muted")
        self._nothing.setMargin(_MARGIN)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 5)
        column.setSpacing(4)
        for widget in (self._search, self._list, self._nothing):
            column.addWidget(widget)
        self._search.textChanged.connect(self._find)
        self._list.itemEntered.connect(self._list.setCurrentItem)
        self._list.itemClicked.connect(self._run_current)
        self._find("")
        self._place()
        self._search.setFocus()

    def _find(self, typed: str) -> None:
        self._list.clear()
        for entry in matching(self._entries, typed, _MOST_FOUND):
            item = QListWidgetItem(entry.text)
            item.setData(_ENTRY_ROLE, entry)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        count = self._list.count()
        self._list.setFixedHeight(min(count, _MOST_ROWS) * _ROW_HEIGHT)
        self._list.setVisible(count > 0)
        self._nothing.setVisible(count == 0)
        self.adjustSize()

    def _place(self) -> None:
        self.setFixedWidth(min(_WIDTH, self._window.width() - 2 * _MARGIN))
        left = (self._window.width() - self.width()) // 2
        self.move(self._window.mapToGlobal(QPoint(left, _FROM_TOP)))

    def _run_current(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            entry: Entry = item.data(_ENTRY_ROLE)
            self.accept()
            # Once this box has gone: what is done may open a dialog of its own.
            QTimer.singleShot(0, self._window, entry.run)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVING_KEYS:
                QApplication.sendEvent(self._list, event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run_current()
                return True
        return super().eventFilter(watched, event)


class _Row(QStyledItemDelegate):
    """Colour of a class, name, and at the right the keys or the kind."""

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        return QSize(160, _ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(_ENTRY_ROLE)
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        palette: QPalette = option.palette
        ground, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
        box: QRect = option.rect
        painter.save()
        if selected:
            painter.fillRect(box, mixed(ground, palette.color(QPalette.ColorRole.Highlight), 0.28))
        inside = box.adjusted(_MARGIN, 0, -_MARGIN, 0)
        if entry.color is not None:
            painter.setPen(mixed(entry.color, text, 0.35))
            painter.setBrush(entry.color)
            swatch = QRect(inside.left(), box.center().y() - _SWATCH // 2, _SWATCH, _SWATCH)
            painter.drawRoundedRect(swatch, 3, 3)
            inside.setLeft(swatch.right() + 10)
        painter.setFont(resized(option.font, _NOTE_PIXELS))
        painter.setPen(mixed(text, ground, 0.1 if selected else 0.3))
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, entry.note)
        inside.setRight(inside.right() - painter.fontMetrics().horizontalAdvance(entry.note) - _MARGIN)
        painter.setFont(option.font)
        painter.setPen(text)
        # The middle goes first: frames of one film differ at both ends of their names.
        name = painter.fontMetrics().elidedText(entry.text, Qt.TextElideMode.ElideMiddle, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()
