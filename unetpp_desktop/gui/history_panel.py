"""The history of the open mask: where it is, where it was, and a click to go there."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from unetpp_desktop.gui.history_model import UNDONE_ROLE, VALUE_ROLE, HistoryModel
from unetpp_desktop.gui.icons import pixmap
from unetpp_desktop.gui.painting import mixed
from unetpp_desktop.gui.session import Session

_ROW = 24
_ROWS_SHOWN = 8
_MARGIN = 12
_ICON = 14
_BAR = 3
_SWATCH = 10

_Index = QModelIndex | QPersistentModelIndex


class HistoryPanel(QListView):
    """The edits from the oldest to the newest; the chosen row is where the mask is, the keys walk."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._refreshing = False
        self._model = HistoryModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_HistoryDelegate(self))
        self.setUniformItemSizes(True)
        self.setFixedHeight(_ROW * _ROWS_SHOWN)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("History"))
        session.history_changed.connect(self._refresh)
        session.document_replaced.connect(self._refresh)
        self._refresh()

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Goes where a person has chosen to go, by mouse or key."""
        super().currentChanged(current, previous)
        if current.isValid() and not self._refreshing:
            self.session.history_walk.go_to(current.row())

    def _refresh(self) -> None:
        document = self.session.document
        self._refreshing = True  # rows that come and go choose others, too
        self._model.refresh(None if document is None else document.history)
        present = self._model.index(self._model.position_row())
        self.setCurrentIndex(present)
        self._refreshing = False
        self.scrollTo(present)


class _HistoryDelegate(QStyledItemDelegate):
    """Paints a row: a bar beside the present one, an arrow beside those that can be done again."""

    def __init__(self, view: HistoryPanel) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        palette = self._view.palette()
        ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
        present = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        undone = bool(index.data(UNDONE_ROLE))
        painter.save()
        if present or hovered:
            painter.fillRect(box, mixed(ground, text, 0.14 if present else 0.06))
        if present:
            painter.fillRect(box.x(), box.y(), _BAR, _ROW, palette.color(QPalette.ColorRole.Highlight))
        muted = mixed(ground, text, 0.85 if present else 0.72)  # 4.5 : 1 on either ground
        words = box.adjusted(_MARGIN, 0, -_MARGIN - _ICON - 4, 0)
        name = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        painter.setPen(muted if undone else text)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
        value = index.data(VALUE_ROLE)
        if isinstance(value, int):
            left = words.left() + painter.fontMetrics().horizontalAdvance(name) + _MARGIN
            self._paint_class(painter, words.adjusted(left - words.left(), 0, 0, 0), value, muted)
        if undone:
            picture = pixmap("redo-2", _ICON, muted, self._view.devicePixelRatioF())
            painter.drawPixmap(box.right() - _MARGIN - _ICON, box.y() + (_ROW - _ICON) // 2, picture)
        if present and self._view.hasFocus():
            painter.setPen(palette.color(QPalette.ColorRole.Highlight))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.restore()

    def _paint_class(self, painter: QPainter, box: QRect, value: int, muted: QColor) -> None:
        """What was painted: a swatch, hollow for void, and the name where there is room."""
        palette = self._view.session.palette
        known = value < len(palette)
        swatch = QRect(box.x(), box.y() + (_ROW - _SWATCH) // 2, _SWATCH, _SWATCH)
        painter.setPen(muted)
        painter.setBrush(QColor(*palette.classes[value].color) if known else Qt.BrushStyle.NoBrush)
        painter.drawRect(swatch.adjusted(0, 0, -1, -1))
        words = box.adjusted(_SWATCH + 6, 0, 0, 0)
        name = palette.names[value] if known else self.tr("void")
        shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, max(0, words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
