"""How one row of the scene list looks: thumbnail, name, state, sub-folder."""

from pathlib import PurePosixPath

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from unetpp_desktop.gui.painting import mixed, resized
from unetpp_desktop.gui.scene_model import MARK_ROLE, SCENE_ROLE, STATE_ROLE
from unetpp_desktop.gui.scene_states import paint_state, state_word
from unetpp_desktop.gui.thumbnails import Thumbnails
from unetpp_desktop.storage.scene_marks import SceneMark
from unetpp_desktop.storage.scenes import Scene

ROW_HEIGHT = 56

_MARGIN = 8
_PICTURE = QSize(60, 44)
_ROUNDING = 3.0
_NAME_PIXELS = 13
_STATE_PIXELS = 11
_GLYPH = 9.0
_MARK = 10  # width of flag and note
_OPEN_BAR = 3  # width of the bar beside the open scene

_Index = QModelIndex | QPersistentModelIndex


class SceneDelegate(QStyledItemDelegate):
    """Paints everything itself: 12,000 rows must cost no widgets."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.open_scene: str | None = None  # the name of the scene on the canvas
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        return QSize(160, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        scene: Scene = index.data(SCENE_ROLE)
        rect, palette, flags = option.rect, option.palette, option.state
        selected = bool(flags & QStyle.StateFlag.State_Selected)
        hovered = bool(flags & QStyle.StateFlag.State_MouseOver)
        is_open = scene.name == self.open_scene
        base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
        accent = palette.color(QPalette.ColorRole.Highlight)

        painter.save()
        if selected:
            painter.fillRect(rect, mixed(base, accent, 0.28))
        elif hovered or is_open:
            painter.fillRect(rect, mixed(base, text, 0.06))
        if is_open:
            painter.fillRect(QRect(rect.left(), rect.top(), _OPEN_BAR, rect.height()), accent)
        if flags & QStyle.StateFlag.State_HasFocus and not selected:
            painter.setPen(accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

        top = rect.top() + (ROW_HEIGHT - _PICTURE.height()) // 2
        picture = QRect(rect.left() + _MARGIN + 2, top, _PICTURE.width(), _PICTURE.height())
        mark: SceneMark = index.data(MARK_ROLE)
        if mark.excluded:
            painter.setOpacity(0.35)
        _paint_picture(painter, picture, self._thumbnails.pixmap(scene), mixed(base, text, 0.12))
        painter.setOpacity(1.0)
        words = QRect(picture.right() + 10, rect.top(), 0, rect.height())
        words.setRight(rect.right() - _MARGIN)
        # Quiet, but still 4.5 : 1 against the ground, which is darker or lighter where selected.
        quiet = mixed(text, base, 0.05 if selected else 0.25)
        self._paint_words(painter, words, option, index, quiet)
        painter.restore()

    def _paint_words(
        self, painter: QPainter, box: QRect, option: QStyleOptionViewItem, index: _Index, quiet: QColor
    ) -> None:
        scene: Scene = index.data(SCENE_ROLE)
        path = PurePosixPath(scene.name)
        folder = "" if len(path.parts) == 1 else f"{path.parent.as_posix()}/"
        strong = resized(option.font, _NAME_PIXELS, for_names=True)
        small = resized(option.font, _STATE_PIXELS)

        mark: SceneMark = index.data(MARK_ROLE)
        right = box.right()
        for is_marked, paint in ((mark.flagged, _paint_flag), (bool(mark.note), _paint_note)):
            if is_marked:
                paint(painter, QRectF(right - _MARK, box.top() + 13, _MARK, _MARK), quiet)
                right -= _MARK + 4
        strong.setStrikeOut(mark.excluded)  # a line, not only a shade
        painter.setFont(strong)
        painter.setPen(quiet if mark.excluded else option.palette.color(QPalette.ColorRole.Text))
        name_line = QRect(box.left(), box.top() + 9, right - box.left(), 19)
        # The middle goes first: frames of one film differ at both ends of their names.
        wide = QFontMetrics(strong)
        room = name_line.width() - wide.horizontalAdvance(path.suffix)
        stem = wide.elidedText(path.stem, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(name_line, Qt.AlignmentFlag.AlignVCenter, stem)
        painter.setPen(quiet)
        name_line.setLeft(name_line.left() + wide.horizontalAdvance(stem))
        painter.drawText(name_line, Qt.AlignmentFlag.AlignVCenter, path.suffix)

        state_line = QRect(box.left(), box.top() + 29, box.width(), 17)
        state = index.data(STATE_ROLE)
        used = 0
        metrics = QFontMetrics(small)
        painter.setFont(small)
        if state is not None:
            center = QPointF(box.left() + _GLYPH / 2, state_line.center().y() + 0.5)
            paint_state(painter, center, _GLYPH, state, quiet)
            word = state_word(state)
            if mark.excluded:
                word = self.tr("{0}, excluded").format(word)
            painter.setPen(quiet)
            left = int(_GLYPH) + 5
            painter.drawText(state_line.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, word)
            used = left + metrics.horizontalAdvance(word) + 10
        if folder and box.width() - used > 16:
            painter.setPen(quiet)
            shown = metrics.elidedText(folder, Qt.TextElideMode.ElideLeft, box.width() - used)
            place = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(state_line, place, shown)


def _paint_flag(painter: QPainter, box: QRectF, color: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.4))
    painter.drawLine(box.topLeft() + QPointF(1.5, 0), box.bottomLeft() + QPointF(1.5, 0))
    painter.fillRect(QRectF(box.left() + 1.5, box.top(), box.width() - 2, box.height() * 0.6), color)


def _paint_note(painter: QPainter, box: QRectF, color: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.4))
    for share, length in ((0.15, 1.0), (0.5, 1.0), (0.85, 0.6)):
        left = QPointF(box.left(), box.top() + share * box.height())
        painter.drawLine(left, left + QPointF(length * box.width(), 0))


def _paint_picture(painter: QPainter, box: QRect, pixmap: QPixmap | None, empty: QColor) -> None:
    """``pixmap`` cut to fill ``box``; a plain field while it is not read, crossed out where it is broken."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    frame = QPainterPath()
    frame.addRoundedRect(QRectF(box), _ROUNDING, _ROUNDING)
    if pixmap is None or pixmap.isNull():
        painter.fillPath(frame, empty)
        if pixmap is not None:
            painter.setPen(QPen(mixed(empty, QColor(127, 127, 127), 0.8), 1.2))
            cross = QRectF(box.center().x() - 6, box.center().y() - 6, 12, 12)
            painter.drawLine(cross.topLeft(), cross.bottomRight())
            painter.drawLine(cross.topRight(), cross.bottomLeft())
        return
    painter.save()
    painter.setClipPath(frame, Qt.ClipOperation.IntersectClip)
    size = pixmap.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    target = QRect(0, 0, size.width(), size.height())
    target.moveCenter(box.center())
    painter.drawPixmap(target, pixmap)
    painter.restore()
