"""The sheet of all keys, made from the tables of actions; what is typed into it narrows it down."""

import re
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.core.settings import Settings
from unetpp_desktop.gui.action_spec import ActionSpec
from unetpp_desktop.gui.actions import ACTIONS, MENUS
from unetpp_desktop.gui.key_bindings import as_shown, first_key, keys_of
from unetpp_desktop.gui.mouse_rows import mouse_rows
from unetpp_desktop.gui.review import MOST_CANDIDATES

_MOST_COLUMNS = 3
_COLUMN_WIDTH = 320
_MARGIN = 24
_GAP = 40
_SCROLL_BAR = 12


class Row(NamedTuple):
    """What is done, and each key or movement that does it."""

    text: str
    keys: tuple[str, ...]
    more: str = ""  # further words to find it by


class Group(NamedTuple):
    title: str
    rows: tuple[Row, ...]


class KeysSheet(QDialog):
    """All actions by menu, and what the mouse does on the canvas."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self._groups = groups(settings)
        self._search = QLineEdit(self)
        self._search.setPlaceholderText(self.tr("Search actions and keys"))
        self._search.setAccessibleName(self.tr("Search actions and keys"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._show)
        self._columns = _MOST_COLUMNS
        change = QLabel(self.tr("Every key can be changed in the settings, on the page Keys."), self)
        change.setObjectName("muted")
        head = QHBoxLayout()
        head.setContentsMargins(_MARGIN, 16, _MARGIN, 8)
        head.setSpacing(16)
        head.addWidget(self._search)
        head.addWidget(change)
        head.addStretch(1)
        self._search.setFixedWidth(_COLUMN_WIDTH)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(self.tr("Keys"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(self._scroll)
        self._show()
        room = self.screen().availableSize() if parent is None else parent.size()
        width = min(_width_of(_MOST_COLUMNS), room.width() - 80)
        self.resize(width, min(self._page.sizeHint().height() + 64, room.height() - 80))
        self._search.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fitting = (count for count in range(_MOST_COLUMNS, 0, -1) if _width_of(count) <= self.width())
        columns = next(fitting, 1)
        if columns != self._columns:
            self._columns = columns
            self._show()

    def _show(self) -> None:
        words = self._search.text().casefold().split()
        found = [_matching(group, words) for group in self._groups]
        page = QWidget(self._scroll)
        page.setObjectName("keysPage")
        columns = QHBoxLayout(page)
        columns.setContentsMargins(_MARGIN, 8, _MARGIN, _MARGIN)
        columns.setSpacing(_GAP)
        for share in _in_columns([group for group in found if group.rows], self._columns):
            column = QVBoxLayout()
            column.setSpacing(8)
            for group in share:
                column.addWidget(_label(group.title, "heading", page))
                column.addLayout(_table(group.rows, page))
                column.addSpacing(8)
            column.addStretch(1)
            columns.addLayout(column, 1)
        if not any(group.rows for group in found):
            nothing = _label(self.tr("No action and no key has these words."), "muted", page)
            columns.insertWidget(0, nothing, 0, Qt.AlignmentFlag.AlignTop)
        self._scroll.setWidget(page)
        self._page = page

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys scroll while the focus stays in the search."""
        bar = self._scroll.verticalScrollBar()
        steps = {
            Qt.Key.Key_Down: bar.singleStep(),
            Qt.Key.Key_Up: -bar.singleStep(),
            Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(),
        }
        if event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


def groups(settings: Settings) -> list[Group]:
    """The actions by menu, with the keys they have now; the mouse after the tools."""
    by_name = {spec.name: spec for spec in ACTIONS}
    found = []
    for title, names in MENUS:
        rows = tuple(_row(settings, by_name[name]) for name in names if name)
        if "next_class" in names:
            rows = (*rows, _first_ten(settings))
        if "next_region" in names:
            rows = (*rows, _candidates(settings))
        shown = (
            QCoreApplication.translate("Actions", title)
            if title
            else QCoreApplication.translate("KeysSheet", "Program")
        )
        found.append(Group(shown, rows))
        if "brush" in names:
            mouse = QCoreApplication.translate("KeysSheet", "Mouse on the scene")
            found.append(Group(mouse, tuple(Row(*row) for row in mouse_rows(settings))))
    return found


def _row(settings: Settings, spec: ActionSpec) -> Row:
    return Row(spec.shown_text(), tuple(map(as_shown, keys_of(settings, spec))), spec.shown_tip())


def _first_ten(settings: Settings) -> Row:
    names = [spec.name for spec in ACTIONS if spec.name.startswith("class_")]
    keys = tuple(key for key in (first_key(settings, name) for name in names) if key)
    return Row(QCoreApplication.translate("KeysSheet", "First ten classes"), (" ".join(keys),))


def _candidates(settings: Settings) -> Row:
    keys = tuple(first_key(settings, f"class_{number}") for number in range(1, MOST_CANDIDATES + 1))
    text = QCoreApplication.translate("KeysSheet", "A likely class of the region")
    return Row(text, (" ".join(key for key in keys if key),))


def _matching(group: Group, words: list[str]) -> Group:
    rows = tuple(row for row in group.rows if _has_words(group.title, row, words))
    return Group(group.title, rows)


def _has_words(title: str, row: Row, words: list[str]) -> bool:
    text = f"{title} {row.text} {row.more}".casefold()
    parts = {part for key in row.keys for part in (key.casefold(), *re.split(r"[+\s]+", key.casefold()))}
    return all(word in text or word in parts for word in words)


def _width_of(columns: int) -> int:
    return columns * _COLUMN_WIDTH + (columns - 1) * _GAP + 2 * _MARGIN + _SCROLL_BAR


def _in_columns(found: list[Group], most: int) -> list[list[Group]]:
    """The groups in their order, in columns of about the same length."""
    total = sum(len(group.rows) + 2 for group in found)
    columns: list[list[Group]] = [[]]
    length = 0
    for group in found:
        # A group goes where most of it lies.
        if length + len(group.rows) / 2 > total / most * len(columns) and len(columns) < most:
            columns.append([])
        columns[-1].append(group)
        length += len(group.rows) + 2
    return columns


def _label(text: str, name: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName(name)
    return label


def _table(rows: tuple[Row, ...], parent: QWidget) -> QGridLayout:
    table = QGridLayout()
    table.setHorizontalSpacing(8)
    table.setVerticalSpacing(4)
    table.setColumnStretch(0, 1)
    for place, row in enumerate(rows):
        text = QLabel(row.text, parent)
        text.setWordWrap(True)
        table.addWidget(text, place, 0)
        caps = QHBoxLayout()
        caps.setSpacing(4)
        for key in row.keys:
            caps.addWidget(_label(key, "keyCap", parent), 0, Qt.AlignmentFlag.AlignVCenter)
        table.addLayout(caps, place, 1, Qt.AlignmentFlag.AlignRight)
    return table
