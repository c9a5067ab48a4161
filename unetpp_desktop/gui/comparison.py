"""The result of a training against the model before: said in words, per class too."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from unetpp_desktop.core.palette import Palette
from unetpp_desktop.gui.figure_grid import FigureGrid
from unetpp_desktop.gui.painting import mixed
from unetpp_desktop.nn.card import DepthMetrics

_SAME = 0.5  # points of IoU: within the noise of a few scenes

translate = QCoreApplication.translate  # under this name the translation tools find the texts


@dataclass(frozen=True)
class Change:
    """An IoU or mIoU, before and after, as fractions of 1; None where the class is not in the scenes."""

    before: float | None
    after: float | None

    @property
    def points(self) -> float | None:
        """The difference in percent points."""
        return None if self.before is None or self.after is None else (self.after - self.before) * 100

    @property
    def direction(self) -> int:
        """1 better, -1 worse, 0 about the same or not known."""
        if self.points is None or abs(self.points) < _SAME:
            return 0
        return 1 if self.points > 0 else -1

    @property
    def word(self) -> str:
        words = {
            1: translate("Comparison", "better"),
            0: translate("Comparison", "same"),
            -1: translate("Comparison", "worse"),
        }
        return words[self.direction]


def verdict(before: DepthMetrics, after: DepthMetrics) -> str:
    """ "Better: 64.9 % mIoU, 61.2 % before." """
    change = Change(before.miou, after.miou)
    sentences = {
        1: translate("Comparison", "Better: {0} mIoU, {1} before."),
        0: translate("Comparison", "About the same: {0} mIoU, {1} before."),
        -1: translate("Comparison", "Worse: {0} mIoU, {1} before."),
    }
    return sentences[change.direction].format(percent(after.miou), percent(before.miou))


def class_changes(before: DepthMetrics, after: DepthMetrics) -> dict[str, Change]:
    """The change of every class that either side knows, by name."""
    names = list(dict.fromkeys((*before.iou, *after.iou)))
    return {name: Change(before.iou.get(name), after.iou.get(name)) for name in names}


def advice(changes: Mapping[str, Change]) -> str:
    """Which classes lost, since that is what one would regret; empty where none did."""
    lost = [name for name, change in changes.items() if change.direction < 0]
    if not lost:
        return ""
    return translate("Comparison", "Worse on: {0}.").format(", ".join(lost))


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"


class _Swatch(QWidget):
    """The colour of a class."""

    def __init__(self, color: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color = color
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(mixed(self._color, self.palette().color(QPalette.ColorRole.WindowText), 0.3))
        painter.setBrush(self._color)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)


class ClassTable(FigureGrid):
    """Class, IoU before, IoU after, and the difference in a word; classes nobody saw come last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(wide_column=1, figure_columns=(2, 3), parent=parent)

    def show_changes(self, changes: Mapping[str, Change], palette: Palette) -> None:
        self.clear()
        self.add(0, 1, translate("Comparison", "IoU in %"), quiet=True)
        self.add(0, 2, translate("Comparison", "before"), quiet=True)
        self.add(0, 3, translate("Comparison", "after"), quiet=True)
        seen = {name: change for name, change in changes.items() if change.points is not None}
        unseen = [name for name in changes if name not in seen]
        for row, (name, change) in enumerate(seen.items(), start=1):
            index = palette.index_of(name)
            color = QColor(*palette.classes[index].color) if index is not None else QColor(127, 127, 127)
            self.grid.addWidget(_Swatch(color, self), row, 0)
            self.add(row, 1, name)
            self.add(row, 2, f"{(change.before or 0) * 100:.1f}", quiet=True)
            self.add(row, 3, f"{(change.after or 0) * 100:.1f}")
            quiet, strong = change.direction == 0, change.direction < 0
            self.add(row, 4, change.word, quiet, strong)
        if unseen:
            label = self.label(
                translate("Comparison", "Not in these scenes: {0}").format(", ".join(unseen)), quiet=True
            )
            label.setWordWrap(True)
            self.grid.addWidget(label, len(seen) + 1, 0, 1, 5)
