"""The depth as a segmented 1 2 3 4, each with what it costs and what it brings."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from unetpp_desktop.gui.painting import mixed, resized
from unetpp_desktop.nn.card import ModelCard, nearly_best_depth

_HEIGHT = 36
_NARROW = 30  # width of a segment that shows only its number
_NUMBER_PIXELS = 14
_FACTS_PIXELS = 10
_SIDE = 6
_ROUNDING = 5.0

translate = QCoreApplication.translate  # under this name the translation tools find the texts


@dataclass(frozen=True)
class DepthFacts:
    """What is known of one depth: seconds per scene on this machine, mIoU as a fraction of 1."""

    seconds: float | None = None
    miou: float | None = None
    data: str = ""  # what the mIoU was measured on

    @property
    def cost(self) -> str:
        """ "84 ms" or "1.2 s"; empty while not measured."""
        return "" if self.seconds is None else time_text(self.seconds)

    @property
    def gain(self) -> str:
        """mIoU in percent; empty where the card does not say."""
        return "" if self.miou is None else f"{self.miou * 100:.1f}%"


def time_text(seconds: float) -> str:
    """ "84 ms" or "1.2 s"."""
    return f"{seconds:.1f} s" if seconds >= 0.9995 else f"{seconds * 1000:.0f} ms"


def facts_of(
    card: ModelCard | None, seconds: Mapping[int, float], own: Mapping[int, float]
) -> dict[int, DepthFacts]:
    """The facts of every depth of a model; ``seconds`` are the measured ones, by depth.

    ``own`` holds the mIoU on the user's own scenes, where that is known: it says more than the card.
    """
    if card is None:
        return {}
    facts = {}
    for depth in range(1, card.depth + 1):
        metrics = card.metrics.get(str(depth))
        miou, data = (None, "") if metrics is None else (metrics.miou, metrics.data)
        if depth in own:
            miou, data = own[depth], translate("DepthPicker", "your corrected scenes")
        facts[depth] = DepthFacts(seconds.get(depth), miou, data)
    return facts


def recommended_depth(facts: Mapping[int, DepthFacts]) -> int | None:
    """The shallowest depth that is nearly as good as the best one; None where no mIoU is known."""
    known = {depth: fact.miou for depth, fact in facts.items() if fact.miou is not None}
    return nearly_best_depth(known) if known else None


class _Segment(QAbstractButton):
    """One depth. The facts are small print under the number, and leave first when room is short."""

    def __init__(self, depth: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = depth
        self._facts = DepthFacts()
        self._recommended = False
        self._small_print = ""
        self._first = self._last = False
        self.setText(str(depth))
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # all equally wide
        self.set_facts(self._facts, False)

    def set_facts(self, facts: DepthFacts, recommended: bool) -> None:
        self._facts, self._recommended = facts, recommended
        self.setToolTip(self._sentences())
        self.setAccessibleName(self.tr("Depth {0}").format(self.number))
        self.setAccessibleDescription(self.toolTip())
        self.update()

    @property
    def small_prints(self) -> tuple[str, str, str, str]:
        """What may stand under the number, the fullest first."""
        cost, gain = self._facts.cost, self._facts.gain
        return " · ".join(fact for fact in (cost, gain) if fact), cost, gain, ""

    def set_small_print(self, which: int) -> None:
        """Shows one of `small_prints`."""
        self._small_print = self.small_prints[which]
        self.update()

    def width_with(self, which: int) -> int:
        """The pixels that the segment needs with one of `small_prints`."""
        small = QFontMetrics(resized(self.font(), _FACTS_PIXELS))
        return max(_NARROW, small.horizontalAdvance(self.small_prints[which]) + 2 * _SIDE)

    def set_place(self, first: bool, last: bool) -> None:
        self._first, self._last = first, last
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_NARROW, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROW, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        ground = palette.color(group, QPalette.ColorRole.Window)
        text = palette.color(group, QPalette.ColorRole.WindowText)
        accent = palette.color(group, QPalette.ColorRole.Highlight)
        shape = self._shape()
        if self.isChecked():
            painter.fillPath(shape, mixed(ground, text, 0.2))
        elif self.underMouse() and self.isEnabled():
            painter.fillPath(shape, mixed(ground, text, 0.08))
        if not self._first:
            painter.setPen(QPen(mixed(ground, text, 0.2), 1))
            painter.drawLine(QPointF(0.5, 1), QPointF(0.5, self.height() - 1))
        strong = text if self.isChecked() else mixed(text, ground, 0.15)
        # 4.5 : 1 on both grounds: that of the chosen segment is nearer to the text.
        self._paint_words(painter, strong, mixed(text, ground, 0.1 if self.isChecked() else 0.3))
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawRoundedRect(QRectF(_SIDE, self.height() - 3, self.width() - 2 * _SIDE, 2), 1, 1)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(accent, 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 4, 4)

    def _paint_words(self, painter: QPainter, strong: QColor, quiet: QColor) -> None:
        weight = QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal
        number_font, small_font = (
            resized(self.font(), _NUMBER_PIXELS, weight),
            resized(self.font(), _FACTS_PIXELS),
        )
        small = self._small_print
        number_box = QRect(0, 2, self.width(), 18) if small else self.rect().adjusted(0, 0, 0, -2)
        painter.setFont(number_font)
        painter.setPen(strong)
        painter.drawText(number_box, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._recommended:
            half = QFontMetrics(number_font).horizontalAdvance(self.text()) / 2
            painter.save()
            painter.setBrush(strong)
            painter.setPen(Qt.PenStyle.NoPen)
            dot = QPointF(self.width() / 2 + half + 5, number_box.center().y() - 3)
            painter.drawEllipse(dot, 1.8, 1.8)
            painter.restore()
        painter.setFont(small_font)
        painter.setPen(quiet)
        painter.drawText(QRect(0, 18, self.width(), 14), Qt.AlignmentFlag.AlignCenter, small)

    def _sentences(self) -> str:
        lines = [self.tr("Depth {0} of the network").format(self.number)]
        if self._recommended:
            lines[0] += self.tr(", recommended: as good as the best, and faster")
        if self._facts.cost:
            lines.append(self.tr("{0} per scene on this machine").format(self._facts.cost))
        if self._facts.gain:
            measured = self.tr("{0} mIoU").format(self._facts.gain)
            lines.append(
                self.tr("{0} on {1}").format(measured, self._facts.data) if self._facts.data else measured
            )
        return "\n".join(lines)

    def _shape(self) -> QPainterPath:
        """The whole segment, round only at the outer ends of the row."""
        box = QRectF(self.rect())
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRoundedRect(box, _ROUNDING, _ROUNDING)
        if not self._first:
            path.addRect(box.adjusted(0, 0, -box.width() / 2, 0))
        if not self._last:
            path.addRect(box.adjusted(box.width() / 2, 0, 0, 0))
        return path


class DepthPicker(QWidget):
    """Chooses the depth: a click, the arrow keys, or the digit while it has the focus."""

    depth_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Depth"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._segments: list[_Segment] = []
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.set_facts({depth: DepthFacts() for depth in range(1, 5)})

    def set_facts(self, facts: Mapping[int, DepthFacts]) -> None:
        """Shows these depths with what is known of each; the chosen depth stays where it still exists."""
        if len(facts) != len(self._segments):
            self._make_segments(sorted(facts))
        recommended = recommended_depth(facts)
        for segment in self._segments:
            segment.set_facts(facts[segment.number], segment.number == recommended)
        self.updateGeometry()
        self._choose_small_print()

    @property
    def chosen(self) -> int | None:
        """The chosen depth; None where no depth is offered."""
        return next((segment.number for segment in self._segments if segment.isChecked()), None)

    def set_depth(self, depth: int) -> None:
        """Shows ``depth`` as chosen, without `depth_chosen`; a depth that is not offered changes nothing."""
        for segment in self._segments:
            if segment.number == depth:
                segment.setChecked(True)

    def sizeHint(self) -> QSize:
        widest = max((segment.width_with(0) for segment in self._segments), default=_NARROW)
        return QSize(widest * max(1, len(self._segments)), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROW * max(1, len(self._segments)), _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_small_print()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        segment = next((segment for segment in self._segments if segment.text() == event.text()), None)
        if segment is None:
            super().keyPressEvent(event)
        else:
            segment.setFocus()
            segment.click()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
        painter.setPen(QPen(mixed(ground, text, 0.2), 1))
        painter.setBrush(mixed(ground, text, 0.03))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _ROUNDING, _ROUNDING)

    def _make_segments(self, depths: list[int]) -> None:
        chosen = self.chosen
        for segment in self._segments:
            self._group.removeButton(segment)
            self._row.removeWidget(segment)
            segment.hide()
            segment.deleteLater()
        self._segments = [_Segment(depth, self) for depth in depths]
        for segment in self._segments:
            segment.set_place(segment is self._segments[0], segment is self._segments[-1])
            self._group.addButton(segment)
            self._row.addWidget(segment, 1)
            segment.clicked.connect(self._on_clicked)
            segment.show()
        if self._segments:
            wanted = chosen if chosen in depths else depths[-1]
            self.set_depth(wanted)

    def _choose_small_print(self) -> None:
        """What fits under every number and says something of the most; the fullest of equals."""
        room = self.width() // max(1, len(self._segments))
        fits = [which for which in range(4) if all(s.width_with(which) <= room for s in self._segments)]
        which = max(fits, key=lambda which: sum(map(bool, self._texts(which))), default=3)
        for segment in self._segments:
            segment.set_small_print(which)

    def _texts(self, which: int) -> list[str]:
        return [segment.small_prints[which] for segment in self._segments]

    def _on_clicked(self) -> None:
        if self.chosen is not None:
            self.depth_chosen.emit(self.chosen)
