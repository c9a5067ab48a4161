"""The settings: a page made from their table, and one for the keys; every change is seen at once."""

from enum import StrEnum
from typing import Any

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.settings import CHOICE_TEXTS, SETTINGS, Setting
from unetpp_desktop.gui.key_editor import KeyEditor
from unetpp_desktop.gui.session import Session

_NUMBER_WIDTH = 120
_HINT_WIDTH = 340
_AROUND = 160  # pixels of a screen's height for frame, tabs and buttons


class SettingsDialog(QDialog):
    """A row for each setting, a row for each action. Cancel brings back what was before."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._before = {setting.key: session.settings.get(setting) for setting in SETTINGS}
        self._keys_before = session.settings.keys
        self._editors: dict[str, QWidget] = {}
        self.setWindowTitle(self.tr("Settings"))
        self._key_editor = KeyEditor(session, self)
        self._pages = QTabWidget(self)
        self._pages.setObjectName("settingsPages")
        self._pages.setDocumentMode(True)
        self._pages.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._pages.tabBar().setAccessibleName(self.tr("Pages of the settings"))
        self._pages.addTab(self._general_page(), self.tr("General"))
        self._pages.addTab(_with_margins(self._key_editor), self.tr("Keys"))
        standard = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(standard.Ok | standard.Cancel | standard.RestoreDefaults, self)
        for button, text, tip in (
            (standard.Ok, self.tr("OK"), self.tr("Keep the changes")),
            (standard.Cancel, self.tr("Cancel"), self.tr("Bring back everything as it was before")),
            (standard.RestoreDefaults, self.tr("Restore defaults"), self.tr("Only what is on this page")),
        ):
            self._buttons.button(button).setText(text)
            self._buttons.button(button).setToolTip(tip)
        self._buttons.button(standard.RestoreDefaults).clicked.connect(self._restore_defaults)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        foot = QVBoxLayout()
        foot.setContentsMargins(24, 8, 24, 16)
        foot.addWidget(self._buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages)
        column.addLayout(foot)

    def show_keys(self) -> None:
        """Turns to the page of the keys."""
        self._pages.setCurrentIndex(1)

    def editor(self, setting: Setting[Any]) -> QWidget:
        """The field of one setting."""
        return self._editors[setting.key]

    def accept(self) -> None:
        try:
            self._session.settings.save()
        except UserError as error:
            self._session.notice.emit(str(error), "error")
        super().accept()

    def reject(self) -> None:
        for setting in SETTINGS:
            self._change(setting, self._before[setting.key])
        settings = self._session.settings
        if settings.keys != self._keys_before:
            for action in {*settings.keys, *self._keys_before}:
                settings.set_keys(action, self._keys_before.get(action))
            self._session.settings_changed.emit()
        super().reject()

    def _general_page(self) -> QWidget:
        page = QWidget()
        rows = QGridLayout(page)
        rows.setContentsMargins(24, 24, 24, 8)
        rows.setHorizontalSpacing(24)
        rows.setVerticalSpacing(4)
        for place, setting in enumerate(SETTINGS):
            self._add_row(rows, 3 * place, setting)
        rows.setRowStretch(3 * len(SETTINGS), 1)
        rows.setColumnStretch(0, 1)
        return _PageArea(page)

    def _add_row(self, rows: QGridLayout, place: int, setting: Setting[Any]) -> None:
        name = QLabel(QCoreApplication.translate("Settings", setting.text), self)
        hint = QLabel(QCoreApplication.translate("Settings", setting.hint), self)
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        hint.setFixedWidth(_HINT_WIDTH)
        editor = self._make_editor(setting)
        editor.setAccessibleName(name.text())
        name.setBuddy(editor)
        self._editors[setting.key] = editor
        self._show(setting, self._session.settings.get(setting))
        rows.addWidget(name, place, 0)
        rows.addWidget(editor, place, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        rows.addWidget(hint, place + 1, 0)
        rows.setRowMinimumHeight(place + 2, 12)

    def _make_editor(self, setting: Setting[Any]) -> QWidget:
        if isinstance(setting.default, StrEnum):
            box = QComboBox(self)
            for choice in type(setting.default):
                box.addItem(QCoreApplication.translate("Settings", CHOICE_TEXTS[choice]), choice)
            box.activated.connect(lambda: self._change(setting, box.currentData()))
            return box
        if isinstance(setting.default, bool):
            check = QCheckBox(self)
            check.toggled.connect(lambda checked: self._change(setting, checked))
            return check
        number = QSpinBox(self)
        number.setRange(setting.low, setting.high)
        number.setSuffix(setting.unit)
        number.setFixedWidth(_NUMBER_WIDTH)
        number.lineEdit().setTextMargins(6, 0, 0, 0)  # the style sheet's padding does not reach it
        number.valueChanged.connect(lambda value: self._change(setting, value))
        return number

    def _show(self, setting: Setting[Any], value: object) -> None:
        editor = self._editors[setting.key]
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(value))
        elif isinstance(editor, QCheckBox):
            editor.setChecked(bool(value))
        elif isinstance(editor, QSpinBox) and isinstance(value, int):
            editor.setValue(value)

    def _change(self, setting: Setting[Any], value: object) -> None:
        if value != self._session.settings.get(setting):
            self._session.change_setting(setting, value)

    def _restore_defaults(self) -> None:
        if self._pages.currentIndex() == 1:
            self._key_editor.restore_all()
            return
        for setting in SETTINGS:
            self._show(setting, setting.default)
            self._change(setting, setting.default)


class _PageArea(QScrollArea):
    """As high as its page, where the screen lets it be."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self._page = page
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(page)
        page.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        room, wanted = self.screen().availableSize().height() - _AROUND, self._page.sizeHint()
        bar = self.verticalScrollBar().sizeHint().width() if wanted.height() > room else 0
        return QSize(wanted.width() + bar, min(wanted.height(), room))


def _with_margins(widget: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 16, 24, 8)
    column.addWidget(widget)
    return page
