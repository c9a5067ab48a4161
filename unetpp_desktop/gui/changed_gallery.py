"""The scenes that a new model labels most differently: before and after, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QVBoxLayout, QWidget

from unetpp_desktop.gui.ampersands import doubled
from unetpp_desktop.gui.painting import mixed, resized
from unetpp_desktop.gui.paragraph import Paragraph
from unetpp_desktop.tasks.changed_scenes import ChangedScene

_PIXELS = 12
_GAP = 6
_CAPTION = 20
_LEAST = 60


class ChangedGallery(QWidget):
    """A row for each scene; a click opens it."""

    scene_chosen = Signal(object)  # a Scene

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(self.tr("Changed most · before and after"), self)
        self._title.setFont(resized(self.font(), 13, self._title.font().Weight.DemiBold))
        self._state = Paragraph(parent=self, quiet=True)
        self._rows: list[_Pair] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._title)
        self._column.addWidget(self._state)

    def show_waiting(self) -> None:
        """The models are still being asked."""
        self._show_words(self.tr("The two models are being compared."))

    def show_nothing(self) -> None:
        """Asking them was cancelled, or failed."""
        self._show_words(self.tr("The two models were not compared."))

    def show_scenes(self, changed: Sequence[ChangedScene]) -> None:
        self._clear()
        self._state.setVisible(not changed)
        self._state.setText(self.tr("Both models say the same of every scene that was looked at."))
        for entry in changed:
            row = _Pair(entry, self)
            row.clicked.connect(self._on_clicked)
            self._column.addWidget(row)
            self._rows.append(row)

    def _show_words(self, words: str) -> None:
        self._clear()
        self._state.setText(words)
        self._state.show()

    def _clear(self) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows.clear()

    def _on_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, _Pair):
            self.scene_chosen.emit(row.entry.scene)


class _Pair(QAbstractButton):
    """Two pictures of one scene, and below them its name and how much differs."""

    def __init__(self, entry: ChangedScene, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self._pictures = (_image(entry.before), _image(entry.after))
        share = self.tr("{0} % differ").format(_figure(entry.share * 100))
        self._share = share
        self.setText(doubled(f"{entry.scene.name}, {share}"))  # for screen readers
        self.setToolTip(self.tr("Open {0}").format(entry.scene.name))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return QSize(2 * 120 + _GAP, self.heightForWidth(2 * 120 + _GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _LEAST + _GAP, _CAPTION)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        picture = self._pictures[0]
        return round((width - _GAP) / 2 * picture.height() / picture.width()) + _CAPTION

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        palette = self.palette()
        ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
        width, height = (self.width() - _GAP) / 2, self.height() - _CAPTION
        for place, picture in enumerate(self._pictures):
            painter.drawImage(QRectF(place * (width + _GAP), 0, width, height), picture)
        if self.hasFocus() or self.underMouse():
            role = QPalette.ColorRole.Highlight if self.hasFocus() else QPalette.ColorRole.WindowText
            painter.setPen(QPen(palette.color(role), 1.5))
            painter.drawRect(QRectF(0.75, 0.75, self.width() - 1.5, height - 1.5))
        font = resized(self.font(), _PIXELS)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        caption = self.rect().adjusted(0, int(height), 0, 0)
        painter.setPen(mixed(text, ground, 0.25))
        painter.drawText(caption, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._share)
        room = self.width() - metrics.horizontalAdvance(self._share) - 8
        name = metrics.elidedText(self.entry.scene.name, Qt.TextElideMode.ElideMiddle, room)
        painter.setPen(text)
        painter.drawText(caption, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)


def _figure(percent: float) -> str:
    return f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}"


def _image(pixels: np.ndarray) -> QImage:
    height, width = pixels.shape[:2]
    packed = np.ascontiguousarray(pixels)
    return QImage(packed.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
