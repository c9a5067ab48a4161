"""Which depth to use: a chart and a table of what each costs and brings, and the advice in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from unetpp_desktop.gui.comparison import percent
from unetpp_desktop.gui.depth_adviser import DepthAdviser
from unetpp_desktop.gui.depth_picker import time_text
from unetpp_desktop.gui.painting import chart_inks, mixed, resized
from unetpp_desktop.gui.paragraph import Paragraph
from unetpp_desktop.gui.session import Session

if TYPE_CHECKING:  # importing it for real imports more than the start-up has time for
    from unetpp_desktop.tasks.adviser import Advice, DepthWorth

_CHART_HEIGHT = 128
_LEFT, _TOP, _RIGHT, _BOTTOM = 4.0, 20.0, 40.0, 22.0
_DOT = 3.0
_PIXELS = 11

translate = QCoreApplication.translate  # under this name the translation tools find the texts


def advice_sentence(advice: Advice) -> str:
    """ "Depth 3 loses 0.4 points and takes 61 % of the time."; "Depth 4 is worth it: ..." """
    best, deepest = advice.recommended, advice.deepest
    if best.depth != deepest.depth:
        points = 100 * (deepest.miou - best.miou)
        sentence = (
            translate("DepthSection", "Depth {0} loses {1:.1f} points and takes {2:.0f} % of the time.")
            if points >= 0
            else translate("DepthSection", "Depth {0} gains {1:.1f} points and takes {2:.0f} % of the time.")
        )
        return sentence.format(best.depth, abs(points), 100 * best.seconds / deepest.seconds)
    if len(advice.rows) == 1:
        return translate("DepthSection", "The model has one depth only.")
    other = advice.rows[-2]
    sentence = translate(
        "DepthSection",
        "Depth {0} is worth its time: depth {1} takes {2:.0f} % of it, but loses {3:.1f} points.",
    )
    share = 100 * other.seconds / deepest.seconds
    return sentence.format(deepest.depth, other.depth, share, 100 * (deepest.miou - other.miou))


class DepthChart(QWidget):
    """mIoU over seconds per scene, one dot a depth; the recommended one is full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[DepthWorth, ...] = ()
        self._recommended = 0
        self.setAccessibleName(translate("DepthSection", "mIoU and time of each depth"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, _CHART_HEIGHT)

    def show_advice(self, advice: Advice) -> None:
        self._rows, self._recommended = advice.rows, advice.recommended.depth
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, text, accent, quiet, hair = chart_inks(self)
        floor = self.height() - _BOTTOM
        painter.setFont(resized(self.font(), _PIXELS))
        painter.setPen(quiet)
        painter.drawText(QPointF(0, 12), translate("DepthSection", "mIoU"))
        time = QRectF(0, floor + 4, self.width(), _BOTTOM - 4)
        painter.drawText(time, Qt.AlignmentFlag.AlignRight, translate("DepthSection", "time per scene"))
        painter.setPen(QPen(hair, 1))
        painter.drawLine(QPointF(0, floor), QPointF(self.width(), floor))
        if not self._rows:
            return
        places = self._places(floor)
        painter.setPen(QPen(mixed(ground, accent, 0.6), 1.2))
        painter.drawPolyline(places)
        for row, place in zip(self._rows, places, strict=True):
            chosen = row.depth == self._recommended
            painter.setPen(QPen(accent, 1.4))
            painter.setBrush(accent if chosen else ground)
            painter.drawEllipse(place, _DOT + chosen, _DOT + chosen)
            weight = QFont.Weight.DemiBold if chosen else None
            painter.setFont(resized(self.font(), 12, weight))
            painter.setPen(text if chosen else quiet)
            painter.drawText(place + QPointF(8, 12), str(row.depth))

    def _places(self, floor: float) -> list[QPointF]:
        longest = max(row.seconds for row in self._rows)
        mious = [row.miou for row in self._rows]
        low, high = min(mious), max(mious)
        height, width = floor - _TOP - 12, self.width() - _LEFT - _RIGHT
        return [
            QPointF(
                _LEFT + width * row.seconds / longest,
                _TOP + height * (1 - (row.miou - low) / max(high - low, 1e-6)),
            )
            for row in self._rows
        ]


class DepthSection(QWidget):
    """The advice of one `DepthAdviser`, with the button that asks for it."""

    def __init__(self, session: Session, adviser: DepthAdviser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._adviser = session, adviser
        self._title = Paragraph(self.tr("Which depth?"), heading=True)
        self._words = Paragraph()
        self._measured_on = Paragraph(quiet=True)
        self._chart = DepthChart()
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(0, 1)
        self._use = QPushButton()
        self._use.setAccessibleName(self.tr("Use the recommended depth"))
        self._use.setToolTip(self.tr("Predict with this depth from now on"))
        self._use.clicked.connect(self._use_recommended)
        self._measure = QPushButton(self.tr("Measure the depths"))
        self._measure.setToolTip(self.tr("Compare the depths on your corrected scenes and on this machine"))
        self._measure.clicked.connect(adviser.measure)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        for widget in (self._title, self._words, self._measured_on, self._chart, self._table):
            column.addWidget(widget)
        column.addWidget(self._use, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._measure, 0, Qt.AlignmentFlag.AlignLeft)
        adviser.changed.connect(self.refresh)
        session.depth_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        advice, busy = self._adviser.advice, self._adviser.job is not None
        for widget in (self._measured_on, self._chart, self._table):
            widget.setVisible(advice is not None)
        self._measure.setEnabled(self._session.project is not None and not busy)
        self._measure.setText(self.tr("Measuring…") if busy else self.tr("Measure the depths"))
        self._use.setVisible(advice is not None and advice.recommended.depth != self._session.depth)
        if advice is None:
            self._words.setText(
                self.tr("See what each depth costs and brings on the scenes that you have corrected.")
            )
            return
        self._use.setText(self.tr("Use depth {0}").format(advice.recommended.depth))
        self._words.setText(advice_sentence(advice))
        scenes = self.tr("1 scene") if advice.scenes == 1 else self.tr("{0} scenes").format(advice.scenes)
        sentence = self.tr("{0} on the pixels that you checked in {1}, on this machine.")
        self._measured_on.setText(sentence.format(advice.model.name, scenes))
        self._chart.show_advice(advice)
        self._fill(advice)

    def _use_recommended(self) -> None:
        if self._adviser.advice is not None:
            self._session.set_depth(self._adviser.advice.recommended.depth)

    def _fill(self, advice: Advice) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        heads = (self.tr("Depth"), self.tr("mIoU"), self.tr("time"), self.tr("share"))
        for column, text in enumerate(heads):
            self._put(0, column, text, quiet=True)
        for place, row in enumerate(advice.rows, start=1):
            strong = row.depth == advice.recommended.depth
            share = row.seconds / advice.deepest.seconds
            name = self.tr("{0} · best").format(row.depth) if strong else str(row.depth)
            cells = (name, percent(row.miou), time_text(row.seconds), f"{100 * share:.0f} %")
            for column, text in enumerate(cells):
                self._put(place, column, text, strong=strong)

    def _put(self, row: int, column: int, text: str, quiet: bool = False, strong: bool = False) -> None:
        label = QLabel(text, self._table)
        label.setFont(resized(self.font(), 12, QFont.Weight.DemiBold if strong else None))
        if quiet:
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(label, row, column, side)
