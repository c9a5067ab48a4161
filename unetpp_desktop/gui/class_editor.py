"""The list of classes in the dialog: names are typed into it, rows are dragged."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.gui.class_combo import swatch

_NAME, _PIXELS = 0, 1


class ClassEditor(QTreeWidget):
    """Shows a plan; what the user wants to change about it is announced, not done."""

    renamed = Signal(int, str)
    moved = Signal(int, int)  # from which place to which
    color_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Classes"))
        self.setHeaderLabels([self.tr("Class"), self.tr("Pixels")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(_PIXELS, QHeaderView.ResizeMode.Fixed)
        self.header().resizeSection(_PIXELS, 112)
        self.headerItem().setTextAlignment(
            _PIXELS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        self.itemChanged.connect(self._on_item_changed)
        for keys, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self.move_current(by))

    @property
    def current(self) -> int:
        """The place of the current class; -1 where there is none."""
        return self.currentIndex().row()

    def choose(self, place: int) -> None:
        item = self.topLevelItem(min(place, self.topLevelItemCount() - 1))
        if item is not None:
            self.setCurrentItem(item)

    def edit_name(self, place: int) -> None:
        """The name can be typed over."""
        item = self.topLevelItem(place)
        if item is not None:
            self.setCurrentItem(item)
            self.editItem(item, _NAME)

    def move_current(self, by: int) -> None:
        place = self.current
        if place >= 0 and 0 <= place + by < self.topLevelItemCount():
            self.moved.emit(place, place + by)

    def show_plan(self, plan: ClassPlan, pixels: Sequence[int] | None) -> None:
        """``pixels``: how many each class will have; None while they are being counted."""
        place = max(self.current, 0)
        self.blockSignals(True)
        self.clear()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for entry in plan.classes:
            item = QTreeWidgetItem([entry.name])
            item.setIcon(_NAME, swatch(entry.color, self))
            item.setTextAlignment(_PIXELS, right)
            flags = item.flags() | Qt.ItemFlag.ItemIsEditable
            item.setFlags(flags & ~Qt.ItemFlag.ItemIsDropEnabled)
            self.addTopLevelItem(item)
        self.show_pixels(pixels)
        self.blockSignals(False)
        self.choose(place)

    def show_pixels(self, pixels: Sequence[int] | None) -> None:
        """The numbers of the plan that is shown; a name that is being typed stays."""
        blocked = self.blockSignals(True)  # no class is renamed by this
        for row in range(self.topLevelItemCount()):
            count = "…" if pixels is None else f"{pixels[row]:,}"
            item = self.topLevelItem(row)
            if item is not None:
                item.setText(_PIXELS, count)
        self.blockSignals(blocked)

    def dropEvent(self, event: QDropEvent) -> None:
        """The plan moves the class, and the list follows."""
        index, below = (
            self.indexAt(event.position().toPoint()),
            QAbstractItemView.DropIndicatorPosition.BelowItem,
        )
        target = self.topLevelItemCount() if not index.isValid() else index.row()
        if index.isValid() and self.dropIndicatorPosition() == below:
            target += 1
        place = self.current
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        self.moved.emit(place, target - 1 if target > place else target)

    def _on_item_changed(self, item: QTreeWidgetItem) -> None:
        # The item is in the middle of changing: it must not be taken out of the list before that is over.
        place, name = self.indexOfTopLevelItem(item), item.text(_NAME)
        QTimer.singleShot(0, self, lambda: self.renamed.emit(place, name))
