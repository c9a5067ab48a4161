"""What other classes would make of the labelled pixels, class by class."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from unetpp_desktop.core.class_plan import ClassPlan
from unetpp_desktop.gui.class_combo import ClassCombo, swatch
from unetpp_desktop.storage.class_counts import ClassCounts

_CLASS, _PIXELS, _SCENES, _BECOMES = range(4)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def changed_classes(plan: ClassPlan) -> tuple[int, ...]:
    """The mask values of before whose pixels get a class of another name, or none."""

    def stays(value: int, name: str) -> bool:
        place = plan.place_of(value)
        return place is not None and plan.classes[place].name == name

    return tuple(value for value, name in enumerate(plan.old.names) if not stays(value, name))


class ClassPreview(QTableWidget):
    """A row for each class whose pixels change; where they go can be chosen in it."""

    assigned = Signal(int, object)  # a mask value of before, the place of the class to be or None for void

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setAccessibleName(self.tr("Pixels that change"))
        titles = self.tr("Class"), self.tr("Pixels"), self.tr("Scenes"), self.tr("Become")
        for column, title in enumerate(titles):
            item = QTableWidgetItem(title)
            item.setTextAlignment(_RIGHT if column in (_PIXELS, _SCENES) else _LEFT)
            self.setHorizontalHeaderItem(column, item)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the drop-down lists have it
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(40)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(_CLASS, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_BECOMES, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(_PIXELS, 104)
        header.resizeSection(_SCENES, 72)
        header.resizeSection(_BECOMES, 224)

    def show_plan(self, plan: ClassPlan, counts: ClassCounts | None) -> None:
        """``counts``: of the pixels as they are; None while they are being counted."""
        values = changed_classes(plan)
        self.setRowCount(0)
        self.setRowCount(len(values))
        for row, value in enumerate(values):
            entry = plan.old.classes[value]
            name = QTableWidgetItem(swatch(entry.color, self), entry.name)
            self.setItem(row, _CLASS, name)
            self.setCellWidget(row, _BECOMES, self._combo(plan, value))
        self.show_counts(plan, counts)

    def show_counts(self, plan: ClassPlan, counts: ClassCounts | None) -> None:
        """The numbers of the ``plan`` that is shown; a list that is open stays."""
        totals = None if counts is None else counts.total()
        for row, value in enumerate(changed_classes(plan)):
            self._set_number(row, _PIXELS, None if totals is None else int(totals[value]))
            self._set_number(row, _SCENES, None if counts is None else len(counts.scenes_with(value)))

    def _set_number(self, row: int, column: int, number: int | None) -> None:
        item = QTableWidgetItem("…" if number is None else f"{number:,}")
        item.setTextAlignment(_RIGHT)
        self.setItem(row, column, item)

    def _combo(self, plan: ClassPlan, value: int) -> QWidget:
        combo = ClassCombo(self.tr("Pixels of {} become").format(plan.old.names[value]), self)
        add_targets(combo, plan, None)
        combo.choose(plan.place_of(value))
        combo.activated.connect(lambda _row: self.assigned.emit(value, combo.value()))
        cell = QWidget(self)
        row = QHBoxLayout(cell)
        row.setContentsMargins(4, 4, 8, 4)
        row.addWidget(combo)
        return cell


def add_targets(combo: ClassCombo, plan: ClassPlan, without: int | None) -> None:
    """All classes to be but the one at ``without``, and void; the data is their place."""
    for place, entry in enumerate(plan.classes):
        if place != without:
            combo.add_class(entry.name, entry.color, place)
    combo.add_class(combo.tr("void"), None, None)


def pixels_to_be(plan: ClassPlan, totals: Sequence[int]) -> list[int]:
    """How many pixels each class of the plan will have."""
    return [sum(int(totals[value]) for value in entry.members) for entry in plan.classes]
