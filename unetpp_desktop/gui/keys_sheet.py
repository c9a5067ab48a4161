"""The sheet of all keys, made from the table of actions."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from unetpp_desktop.gui.action_set import shown_keys
from unetpp_desktop.gui.action_spec import ActionSpec
from unetpp_desktop.gui.actions import ACTIONS, MENUS

_COLUMNS = 3


class KeysSheet(QDialog):
    """All actions by menu, and what the mouse does on the canvas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        by_name = {spec.name: spec for spec in ACTIONS}
        groups = [
            (
                QCoreApplication.translate("Actions", title) if title else self.tr("Program"),
                [self._row(by_name[name]) for name in names if name],
            )
            for title, names in MENUS
        ]
        classes = (
            self.tr("First ten classes"),
            " ".join(QKeySequence(spec.shortcuts[0]).toString() for spec in ACTIONS if _chooses_class(spec)),
        )
        groups[3][1].append(classes)
        groups.insert(3, (self.tr("Mouse on the scene"), self._mouse_rows()))
        page = QWidget(self)
        columns = QHBoxLayout(page)
        columns.setContentsMargins(24, 16, 24, 24)
        columns.setSpacing(40)
        for share in _in_columns(groups):
            column = QVBoxLayout()
            column.setSpacing(8)
            for title, rows in share:
                column.addWidget(_heading(title, page))
                column.addLayout(_table(rows, page))
                column.addSpacing(8)
            column.addStretch(1)
            columns.addLayout(column)
        scroll = QScrollArea(self)
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        wanted = page.sizeHint()
        room = self.screen().availableSize()
        self.resize(min(wanted.width() + 24, room.width()), min(wanted.height() + 8, room.height() - 80))

    @staticmethod
    def _row(spec: ActionSpec) -> tuple[str, str]:
        return spec.shown_text(), shown_keys(spec)

    def _mouse_rows(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Paint"), self.tr("drag")),
            (self.tr("Straight line from the last stroke"), self.tr("Shift + click")),
            (self.tr("Erase"), self.tr("right drag")),
            (self.tr("Give up the stroke"), self.tr("Esc")),
            (self.tr("Zoom"), self.tr("wheel")),
            (self.tr("Move the scene"), self.tr("Space + drag, middle drag")),
            (self.tr("Brush size"), self.tr("Shift + wheel")),
            (self.tr("Short look without overlay"), self.tr("hold T")),
        ]


def _chooses_class(spec: ActionSpec) -> bool:
    return spec.name.startswith("class_")


def _in_columns(
    groups: list[tuple[str, list[tuple[str, str]]]],
) -> list[list[tuple[str, list[tuple[str, str]]]]]:
    """The groups in their order, in columns of about the same length."""
    total = sum(len(rows) + 2 for _, rows in groups)
    columns: list[list[tuple[str, list[tuple[str, str]]]]] = [[]]
    length = 0
    for title, rows in groups:
        if length + len(rows) / 2 > total / _COLUMNS * len(columns) and len(columns) < _COLUMNS:
            columns.append([])
        columns[-1].append((title, rows))
        length += len(rows) + 2
    return columns


def _heading(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("heading")
    return label


def _table(rows: list[tuple[str, str]], parent: QWidget) -> QGridLayout:
    table = QGridLayout()
    table.setHorizontalSpacing(24)
    table.setVerticalSpacing(4)
    for place, (text, keys) in enumerate(rows):
        table.addWidget(QLabel(text, parent), place, 0)
        key = QLabel(keys, parent)
        key.setObjectName("muted")
        table.addWidget(key, place, 1, Qt.AlignmentFlag.AlignRight)
    return table
