"""The next doubtful regions as rows: what each may be, and in which scene it lies."""

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from unetpp_desktop.gui.painting import mixed, resized
from unetpp_desktop.gui.session import Session
from unetpp_desktop.tasks.folder_reviews import RegionKey
from unetpp_desktop.tasks.review import Region, RegionState

_ROW, _SWATCH, _MARGIN, _COUNT_WIDTH = 40, 12, 12, 56
_SMALL = 11
_REGION_ROLE = int(Qt.ItemDataRole.UserRole)
_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class _RegionModel(QAbstractListModel):
    """The regions that are shown."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.regions: list[Region] = []

    def show_regions(self, regions: list[Region]) -> None:
        self.beginResetModel()
        self.regions = regions
        self.endResetModel()

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.regions)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        region = self.regions[index.row()]
        if role == _REGION_ROLE:
            return region
        if role == Qt.ItemDataRole.DisplayRole:
            return self._classes_text(region)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            spoken = self.tr("{0}, in {1}, some {2} wrong pixels expected")
            return spoken.format(self._classes_text(region), region.scene, round(region.expected_wrong))
        if role == Qt.ItemDataRole.ToolTipRole:
            tip = self.tr("{0} of {1} pixels are probably wrong. Click to look at the region.")
            return tip.format(round(region.expected_wrong), region.area)
        return None

    def _classes_text(self, region: Region) -> str:
        """What it is, and what it might be instead."""
        names = [self._session.palette.names[value] for value in region.classes[:2]]
        return self.tr("{0} or {1}?").format(*names) if len(names) == 2 else self.tr("{}?").format(*names)


class RegionList(QListView):
    """A view of the review queue; a click, or Enter, goes to a region."""

    region_chosen = Signal(object)  # a RegionKey

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = _RegionModel(session, self)
        self.setModel(self._rows)
        self.setItemDelegate(_RegionDelegate(session, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Next doubtful regions"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        self._current: RegionKey | None = None

    @property
    def regions(self) -> list[Region]:
        """Those that are shown, from the top."""
        return self._rows.regions

    def show_regions(self, regions: list[Region], current: RegionKey | None) -> None:
        """Shows ``regions``; the current one is marked where it is among them.

        Where nothing is new, the row that somebody went to by the keyboard stays.
        """
        same = [_shown(region) for region in regions] == [_shown(region) for region in self.regions]
        if same and current == self._current:
            return
        self._current = current
        if not same:
            self._rows.show_regions(regions)
        keys = [(region.scene, region.number) for region in regions]
        self.setCurrentIndex(self._rows.index(keys.index(current)) if current in keys else QModelIndex())

    def _choose(self, index: QModelIndex) -> None:
        region = index.data(_REGION_ROLE)
        if isinstance(region, Region):
            self.region_chosen.emit((region.scene, region.number))


def _shown(region: Region) -> tuple[str, int, RegionState]:
    """What a row depends on."""
    return region.scene, region.number, region.state


class _RegionDelegate(QStyledItemDelegate):
    def __init__(self, session: Session, view: QListView) -> None:
        super().__init__(view)
        self._session = session
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        region = index.data(_REGION_ROLE)
        if not isinstance(region, Region):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, box = self._view.palette(), QRect(option.rect)
        state = option.state
        ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, mixed(ground, text, 0.14))
            painter.fillRect(box.x(), box.y(), 3, _ROW, palette.color(QPalette.ColorRole.Highlight))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, mixed(ground, text, 0.06))
        muted = mixed(ground, text, 0.75)
        self._paint_swatches(painter, box, region, text)
        left = box.x() + _MARGIN + _SWATCH + 10
        right = box.right() - _MARGIN
        words = QRect(left, box.y() + 4, right - left, 18)
        painter.setPen(text)
        name = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(resized(self._view.font(), _SMALL))
        painter.setPen(muted)
        below = QRect(left, box.y() + 21, right - left, 16)
        painter.drawText(
            below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._note(region)
        )
        below.setRight(right - _COUNT_WIDTH)
        scene = painter.fontMetrics().elidedText(region.scene, Qt.TextElideMode.ElideMiddle, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, scene)
        painter.restore()

    def _note(self, region: Region) -> str:
        if region.state is RegionState.DEFERRED:
            return self.tr("later")
        return self.tr("{} px").format(round(region.expected_wrong))

    def _paint_swatches(self, painter: QPainter, box: QRect, region: Region, text: QColor) -> None:
        """The class that it has above, the one that it might be below."""
        classes = self._session.palette.classes
        for place, value in enumerate(region.classes[:2]):
            color = QColor(*classes[value].color)
            painter.setPen(mixed(color, text, 0.35))
            painter.setBrush(color)
            top = box.y() + 6 + place * (_SWATCH + 3)
            painter.drawRoundedRect(QRectF(box.x() + _MARGIN + 0.5, top + 0.5, _SWATCH, _SWATCH), 3, 3)
