"""The classes: colour, name, key, share of the scene; lock and eye on each row."""

from enum import Enum, auto

import numpy as np
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.gui.class_shares import ClassShares
from unetpp_desktop.gui.icons import pixmap
from unetpp_desktop.gui.painting import mixed, resized
from unetpp_desktop.gui.session import Session

_ROW = 28
_SWATCH = 14
_ICON = 16
_MARGIN = 12
_SHARE_WIDTH = 44
_KEY_WIDTH = 20
_COUNT_PAUSE_MS = 120
_Index = QModelIndex | QPersistentModelIndex
_KEYS = "1234567890"


class _Part(Enum):
    """What of a row is under the pointer."""

    NAME = auto()
    LOCK = auto()
    EYE = auto()


def share_text(share: float) -> str:
    """Whole percents, one decimal below 10 %, "" for a class that is not there."""
    percent = 100 * share
    if percent == 0:
        return ""
    if percent < 0.1:
        return "<0.1 %"
    return f"{percent:.1f} %" if percent < 9.95 else f"{percent:.0f} %"


class _ClassModel(QAbstractListModel):
    """Names of the classes; everything else is painted from the session."""

    def __init__(self, session: Session, view: "ClassList") -> None:
        super().__init__(view)
        self._session = session
        self._view = view

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._session.palette)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._session.palette.names[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index.row())
        return None

    def _spoken(self, row: int) -> str:
        """What is painted of a row, in words."""
        parts = [self._session.palette.names[row], share_text(self._view.shares[row])]
        if row in self._session.locked:
            parts.append(self.tr("locked"))
        if row in self._session.hidden:
            parts.append(self.tr("hidden"))
        return ", ".join(part for part in parts if part)

    def reset(self) -> None:
        self.beginResetModel()
        self.endResetModel()


class ClassList(QListView):
    """A view of the session's palette; a click chooses the class to paint."""

    edit_wanted = Signal()  # somebody wants to change the classes themselves

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shares: ClassShares | None = None
        self.shares = np.zeros(256)
        self._touched: Rect = EMPTY_RECT
        self._count_soon = QTimer(self)
        self._count_soon.setSingleShot(True)
        self._count_soon.setInterval(_COUNT_PAUSE_MS)
        self._count_soon.timeout.connect(self._count)
        self._classes = _ClassModel(session, self)
        self.setModel(self._classes)
        self.setItemDelegate(_ClassDelegate(session, self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setAccessibleName(self.tr("Classes"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSizeAdjustPolicy(QListView.SizeAdjustPolicy.AdjustToContents)
        self.selectionModel().currentChanged.connect(self._on_current)
        session.project_changed.connect(self._classes.reset)
        session.project_changed.connect(self._show_active)  # else Tab would choose the first
        session.document_replaced.connect(self._on_document_replaced)
        session.document_changed.connect(self._on_document_changed)
        session.class_changed.connect(self._show_active)
        session.class_flags_changed.connect(self.viewport().update)
        self._show_active()

    def sizeHint(self) -> QSize:
        return QSize(240, self.model().rowCount() * _ROW + 2)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        if index.isValid() and _part_at(self.visualRect(index), place) is _Part.NAME:
            self.edit_wanted.emit()

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid():
            self._session.set_class(current.row())

    def _show_active(self) -> None:
        index = self._classes.index(self._session.active_class)
        if index != self.currentIndex():
            self.setCurrentIndex(index)
        self.viewport().update()

    def _on_document_replaced(self) -> None:
        document = self._session.document
        self._shares = None if document is None else ClassShares(document.labels)
        self._touched = EMPTY_RECT
        self._count()
        self._show_active()

    def _on_document_changed(self, rect: Rect) -> None:
        self._touched = self._touched.union(rect)
        if not self._count_soon.isActive():
            self._count_soon.start()

    def _count(self) -> None:
        if self._shares is not None and not self._touched.is_empty:
            self._shares.recount(self._touched)
        self._touched = EMPTY_RECT
        self.shares = np.zeros(256) if self._shares is None else self._shares.shares()
        self.viewport().update()


class _ClassDelegate(QStyledItemDelegate):
    """Paints a row, and takes the clicks on its lock and eye."""

    def __init__(self, session: Session, view: ClassList) -> None:
        super().__init__(view)
        self._session = session
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        session, row = self._session, index.row()
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        palette = self._view.palette()
        ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        active = row == session.active_class
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if active or hovered:
            painter.fillRect(box, mixed(ground, text, 0.14 if active else 0.06))
        if active:
            painter.fillRect(box.x(), box.y(), 3, box.height(), palette.color(QPalette.ColorRole.Highlight))
        swatch = QRectF(box.x() + _MARGIN, box.center().y() - _SWATCH / 2 + 1, _SWATCH, _SWATCH)
        color = QColor(*session.palette.classes[row].color)
        painter.setPen(mixed(color, text, 0.35))
        painter.setBrush(Qt.BrushStyle.NoBrush if row in session.hidden else color)
        painter.drawRoundedRect(swatch, 3, 3)
        muted = mixed(ground, text, 0.85 if active else 0.72)  # 4.5 : 1 on either ground
        self._paint_texts(painter, box, row, text, muted)
        if hovered or row in session.locked:
            self._paint_icon(painter, _part_rect(box, _Part.LOCK), _lock_icon(row in session.locked), muted)
        if hovered or row in session.hidden:
            self._paint_icon(painter, _part_rect(box, _Part.EYE), _eye_icon(row in session.hidden), muted)
        painter.restore()

    def _paint_texts(self, painter: QPainter, box: QRect, row: int, text: QColor, muted: QColor) -> None:
        session = self._session
        lock = _part_rect(box, _Part.LOCK)
        left = box.x() + _MARGIN + _SWATCH + 10
        centre = Qt.AlignmentFlag.AlignVCenter
        name = QRect(left, box.y(), lock.left() - left - 4, box.height())
        painter.setPen(muted if row in session.hidden else text)
        painter.setFont(self._view.font())
        metrics = painter.fontMetrics()
        words = metrics.elidedText(session.palette.names[row], Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, centre, words)
        painter.setPen(muted)
        painter.setFont(resized(self._view.font(), 12))
        share = QRect(box.right() - _MARGIN - _SHARE_WIDTH, box.y(), _SHARE_WIDTH + 1, box.height())
        painter.drawText(share, centre | Qt.AlignmentFlag.AlignRight, share_text(self._view.shares[row]))
        if row < len(_KEYS):
            key = QRect(share.left() - _KEY_WIDTH - 4, box.y(), _KEY_WIDTH, box.height())
            painter.drawText(key, centre | Qt.AlignmentFlag.AlignHCenter, _KEYS[row])

    def _paint_icon(self, painter: QPainter, box: QRect, name: str, color: QColor) -> None:
        picture = pixmap(name, _ICON, color, self._view.devicePixelRatioF())
        painter.drawPixmap(box.center().x() - _ICON // 2 + 1, box.center().y() - _ICON // 2 + 1, picture)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return super().editorEvent(event, model, option, index)
        part = _part_at(option.rect, event.position().toPoint())
        if part is _Part.NAME:
            return super().editorEvent(event, model, option, index)
        if event.type() == QEvent.Type.MouseButtonRelease:
            row = index.row()
            if part is _Part.LOCK:
                self._session.set_locked(row, row not in self._session.locked)
            elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._session.toggle_solo(row)
            else:
                self._session.set_hidden(row, row not in self._session.hidden)
        return True

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        if not index.isValid():
            return False
        row = index.row()
        part = _part_at(option.rect, event.pos())
        if part is _Part.LOCK:
            locked = row in self._session.locked
            text = self.tr("Unlock") if locked else self.tr("Lock: its pixels stay, whoever paints (K)")
        elif part is _Part.EYE:
            shown = self.tr("Show") if row in self._session.hidden else self.tr("Hide (H)")
            text = self.tr("{}; Alt + click: show only this class, again: all (Shift+H)").format(shown)
        else:
            text = self._session.palette.names[row]
            if row < len(_KEYS):
                text = self.tr("{0} (key {1})").format(text, _KEYS[row])
            text = self.tr("{}; double click: edit the classes").format(text)
        QToolTip.showText(event.globalPos(), text, view)
        return True


def _lock_icon(locked: bool) -> str:
    return "lock" if locked else "lock-open"


def _eye_icon(hidden: bool) -> str:
    return "eye-off" if hidden else "eye"


def _part_rect(box: QRect, part: _Part) -> QRect:
    right = box.right() - _MARGIN - _SHARE_WIDTH - _KEY_WIDTH - 8
    eye = QRect(right - _ICON - 4, box.y(), _ICON + 4, box.height())
    return eye if part is _Part.EYE else eye.translated(-_ICON - 6, 0)


def _part_at(box: QRect, point: QPoint) -> _Part:
    return next(
        (part for part in (_Part.LOCK, _Part.EYE) if _part_rect(box, part).contains(point)), _Part.NAME
    )
