"""The page of the settings on which every action can be given other keys."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.gui.action_spec import ActionSpec
from unetpp_desktop.gui.actions import ACTIONS, TITLES
from unetpp_desktop.gui.choices import Choices
from unetpp_desktop.gui.key_bindings import (
    RESERVED,
    as_shown,
    give_keys,
    holder,
    keys_of,
    restore_all_keys,
    shown_keys,
    usual_keys,
)
from unetpp_desktop.gui.key_field import KeyField

_SPEC_ROLE = Qt.ItemDataRole.UserRole
_ROW_HEIGHT = 28
_SIZE = (560, 400)


class KeyEditor(QWidget):
    """A table of all actions. A change is seen at once, everywhere in the window."""

    def __init__(self, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = choices
        self._adding = False  # the key that is listened for comes to those that are there
        self._wanted: str | None = None  # a key that another action has, while it is asked about
        self._search = QLineEdit(self)
        self._search.setPlaceholderText(self.tr("Search actions and keys"))
        self._search.setAccessibleName(self.tr("Search actions and keys"))
        self._search.setClearButtonEnabled(True)
        self._table = self._make_table()
        self._key_items = [QTableWidgetItem() for _ in ACTIONS]
        self._set = self._button(self.tr("Change…"), self.tr("Give this action another key"))
        self._add = self._button(self.tr("Add…"), self.tr("Give this action one more key"))
        self._clear = self._button(self.tr("Clear"), self.tr("Take all keys from this action"))
        self._restore = self._button(
            self.tr("Restore"), self.tr("Give this action the keys that it had at first")
        )
        self._field = KeyField(self)
        self._take = self._button(self.tr("Take it"), self.tr("This action gets the key, the other loses it"))
        self._leave = self._button(self.tr("Leave it"), self.tr("The key stays where it is"))
        self._lay_out()
        self._connect()
        self._fill()
        self._table.selectRow(0)
        self.setFocusProxy(self._search)

    def restore_all(self) -> None:
        """Every action has the keys that it had at first."""
        restore_all_keys(self._choices)
        self._say(self.tr("All actions have the keys that they had at first."))

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3, self)
        table.setAccessibleName(self.tr("Actions and their keys"))
        table.setHorizontalHeaderLabels([self.tr("Action"), self.tr("Keys"), self.tr("Menu")])
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 200), (2, 100)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            table.setColumnWidth(column, width)
        table.setMinimumSize(*_SIZE)
        table.installEventFilter(self)
        return table

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._set, self._add, self._clear, self._restore):
            buttons.addWidget(button)
        buttons.addStretch(1)
        answer = QHBoxLayout()
        answer.setSpacing(8)
        answer.addWidget(self._field, 1)
        answer.addWidget(self._take)
        answer.addWidget(self._leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._search)
        column.addWidget(self._table, 1)
        column.addLayout(buttons)
        column.addLayout(answer)
        self._field.setMinimumHeight(self._take.sizeHint().height())
        self._ask(None)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._filter)
        self._search.installEventFilter(self)
        self._table.itemSelectionChanged.connect(self._on_selection)
        self._table.itemDoubleClicked.connect(lambda _item: self._listen(adding=False))
        self._set.clicked.connect(lambda: self._listen(adding=False))
        self._add.clicked.connect(lambda: self._listen(adding=True))
        self._clear.clicked.connect(lambda: self._give(()))
        self._restore.clicked.connect(self._give_usual)
        self._field.pressed.connect(self._on_key)
        self._field.given_up.connect(self._on_given_up)
        self._take.clicked.connect(self._take_wanted)
        self._leave.clicked.connect(self._leave_wanted)
        self._choices.settings_changed.connect(self._show_keys)

    def _fill(self) -> None:
        self._table.setRowCount(len(ACTIONS))
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        program = self.tr("Program")
        for row, spec in enumerate(ACTIONS):
            title = TITLES[spec.name]
            action = QTableWidgetItem(spec.shown_text())
            action.setData(_SPEC_ROLE, spec)
            action.setToolTip(spec.shown_tip())
            menu = QTableWidgetItem(QCoreApplication.translate("Actions", title) if title else program)
            menu.setForeground(quiet)
            for column, item in enumerate((action, self._key_items[row], menu)):
                self._table.setItem(row, column, item)
        self._show_keys()

    def _show_keys(self) -> None:
        settings = self._choices.settings
        for spec, item in zip(ACTIONS, self._key_items, strict=True):
            item.setText(shown_keys(settings, spec))
            font = item.font()
            font.setBold(spec.name in settings.keys)  # not the usual ones
            item.setFont(font)
        self._on_selection()

    def _filter(self, typed: str) -> None:
        words = typed.casefold().split()
        for row in range(self._table.rowCount()):
            model = self._table.model()
            text = " ".join(str(model.index(row, column).data()) for column in range(3)).casefold()
            self._table.setRowHidden(row, not all(word in text for word in words))
        first = next((row for row in range(self._table.rowCount()) if not self._table.isRowHidden(row)), -1)
        self._table.selectRow(first) if first >= 0 else self._table.clearSelection()

    def _spec(self) -> ActionSpec | None:
        rows = self._table.selectionModel().selectedRows()
        if not rows or self._table.isRowHidden(rows[0].row()):
            return None
        spec: ActionSpec = rows[0].data(_SPEC_ROLE)
        return spec

    def _on_selection(self) -> None:
        spec = self._spec()
        keys = () if spec is None else keys_of(self._choices.settings, spec)
        for button in (self._set, self._add):
            button.setEnabled(spec is not None)
        self._clear.setEnabled(bool(keys))
        self._restore.setEnabled(spec is not None and keys != usual_keys(spec))

    def _listen(self, adding: bool) -> None:
        spec = self._spec()
        if spec is not None:
            self._ask(None)
            self._adding = adding
            text = self.tr("Press a key for “{}”, or Esc to leave it as it is.")
            self._field.setText(text.format(spec.shown_text()))
            self._field.setProperty("listening", True)
            self._restyle()
            self._field.setFocus()

    def _on_key(self, key: str, stands_for: tuple[str, ...]) -> None:
        spec = self._spec()
        if spec is None:
            return
        if key in RESERVED:
            text = self.tr("{} is needed by the canvas itself. Press another key, or Esc.")
            self._field.setText(text.format(as_shown(key)))
            return
        other = holder(self._choices.settings, stands_for, spec)
        self._wanted = key
        if other is None:
            self._take_wanted()
        else:
            self._field.setText(self.tr("{0} is the key of “{1}”.").format(as_shown(key), other.shown_text()))
            self._ask(key)

    def _take_wanted(self) -> None:
        spec, key = self._spec(), self._wanted
        self._ask(None)
        if spec is not None and key is not None:
            before = keys_of(self._choices.settings, spec) if self._adding else ()
            self._give((*before, key))

    def _leave_wanted(self) -> None:
        self._ask(None)
        self._say(self.tr("Nothing was changed."))
        self._table.setFocus()

    def _on_given_up(self) -> None:
        if self._field.property("listening") and self._wanted is None:
            self._say("")
            self._table.setFocus() if self._field.hasFocus() else None

    def _give_usual(self) -> None:
        spec = self._spec()
        if spec is not None:
            self._give(usual_keys(spec))

    def _give(self, keys: tuple[str, ...]) -> None:
        spec = self._spec()
        if spec is None:
            return
        loser = holder(self._choices.settings, keys, spec)
        give_keys(self._choices, spec, keys)
        shown = shown_keys(self._choices.settings, spec) or self.tr("no key")
        if loser is None:
            self._say(self.tr("“{0}”: {1}.").format(spec.shown_text(), shown))
        else:
            left = shown_keys(self._choices.settings, loser) or self.tr("no key")
            text = self.tr("“{0}”: {1}. “{2}” has {3} now.")
            self._say(text.format(spec.shown_text(), shown, loser.shown_text(), left))
        self._table.setFocus()

    def _ask(self, key: str | None) -> None:
        """Shows the two answers while ``key`` is asked about."""
        self._wanted = key
        for button in (self._take, self._leave):
            button.setVisible(key is not None)
        if key is not None:
            self._leave.setFocus()  # what takes nothing away

    def _say(self, text: str) -> None:
        self._field.setText(text)
        self._field.setProperty("listening", False)
        self._restyle()

    def _restyle(self) -> None:
        self._field.style().unpolish(self._field)
        self._field.style().polish(self._field)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter changes the key of the row; in the search it goes to the rows, and so does Down."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if watched is self._search and (entered or event.key() == Qt.Key.Key_Down):
                self._table.setFocus()
                return True
            if watched is self._table and entered:
                self._listen(adding=False)
                return True
        return super().eventFilter(watched, event)
