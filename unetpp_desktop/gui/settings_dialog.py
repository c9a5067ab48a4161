"""The settings dialog, made from the table of settings; every change is seen at once."""

from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from unetpp_desktop.core.settings import CHOICE_TEXTS, SETTINGS, Setting, ThemeChoice
from unetpp_desktop.gui.session import Session

_NUMBER_WIDTH = 120
_HINT_WIDTH = 340


class SettingsDialog(QDialog):
    """A row for each setting. Cancel brings back what was before."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._before = {setting.key: session.settings.get(setting) for setting in SETTINGS}
        self._editors: dict[str, QWidget] = {}
        self.setWindowTitle(self.tr("Settings"))
        rows = QGridLayout()
        rows.setHorizontalSpacing(24)
        rows.setVerticalSpacing(4)
        for place, setting in enumerate(SETTINGS):
            self._add_row(rows, 3 * place, setting)
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.Ok | standard.Cancel | standard.RestoreDefaults, self)
        for button, text in (
            (standard.Ok, self.tr("OK")),
            (standard.Cancel, self.tr("Cancel")),
            (standard.RestoreDefaults, self.tr("Restore defaults")),
        ):
            buttons.button(button).setText(text)
        buttons.button(standard.RestoreDefaults).clicked.connect(self._restore_defaults)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(rows)
        column.addWidget(buttons)

    def editor(self, setting: Setting[Any]) -> QWidget:
        """The field of one setting."""
        return self._editors[setting.key]

    def reject(self) -> None:
        for setting in SETTINGS:
            self._change(setting, self._before[setting.key])
        super().reject()

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
        if isinstance(setting.default, ThemeChoice):
            box = QComboBox(self)
            for choice in CHOICE_TEXTS:
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
        for setting in SETTINGS:
            self._show(setting, setting.default)
            self._change(setting, setting.default)
