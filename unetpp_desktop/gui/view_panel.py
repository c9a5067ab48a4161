"""The choices of how the scene is shown, for the inspector."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QWidget,
)

from unetpp_desktop.core import settings as declared
from unetpp_desktop.gui.action_set import ActionSet
from unetpp_desktop.gui.chip import Chip
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_options import OverlayStyle

_CHIPS = 2  # in a row
_SWITCHES = ("pixel_grid", "minimap", "compare")  # the actions that can be switched here, too


class ViewPanel(QWidget):
    """A view of `Session.view` and of the opacity of the overlay."""

    def __init__(self, session: Session, commands: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        outlines, difference, uncertainty = (
            commands[name] for name in ("outlines", "difference", "uncertainty")
        )
        self._styles = {
            OverlayStyle.AREAS: self._chip(OverlayStyle.AREAS, self.tr("Areas"), None),
            OverlayStyle.OUTLINES: self._chip(OverlayStyle.OUTLINES, self.tr("Outlines"), outlines),
            OverlayStyle.DIFFERENCE: self._chip(OverlayStyle.DIFFERENCE, self.tr("Difference"), difference),
            OverlayStyle.UNCERTAINTY: self._chip(
                OverlayStyle.UNCERTAINTY, self.tr("Uncertainty"), uncertainty
            ),
        }
        self._opacity = QSlider(Qt.Orientation.Horizontal, self)
        self._opacity.setRange(declared.OVERLAY_OPACITY.low, declared.OVERLAY_OPACITY.high)
        self._opacity.setAccessibleName(self.tr("Overlay opacity"))
        self._opacity.setToolTip(self.tr("How strongly the class colours cover the scene (T hides them)"))
        self._opacity_text = QLabel(self)
        self._opacity_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._opacity_text.setMinimumWidth(self.fontMetrics().horizontalAdvance(self.tr("{} %").format(100)))
        self._lay_out([ActionSwitch(commands[name], self) for name in _SWITCHES])
        self._opacity.valueChanged.connect(self._on_opacity)
        session.settings_changed.connect(self._show_settings)
        session.view_changed.connect(self._show_view)
        self._show_settings()
        self._show_view()

    def _chip(self, style: OverlayStyle, text: str, action: QAction | None) -> Chip:
        chip = Chip(text, self)
        chip.clicked.connect(lambda: self._session.set_view(replace(self._session.view, style=style)))
        if action is None:
            chip.setToolTip(self.tr("Draw every pixel in the colour of its class"))
        else:
            follow_tip(chip, action)
        return chip

    def _lay_out(self, switches: list["ActionSwitch"]) -> None:
        group = QButtonGroup(self)
        chips = QGridLayout()
        chips.setSpacing(4)
        for place, chip in enumerate(self._styles.values()):
            group.addButton(chip)
            chip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            chips.addWidget(chip, place // _CHIPS, place % _CHIPS)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 0, 12, 12)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.addLayout(chips, 0, 0, 1, 3)
        grid.addWidget(QLabel(self.tr("Overlay"), self), 1, 0)
        grid.addWidget(self._opacity, 1, 1)
        grid.addWidget(self._opacity_text, 1, 2)
        two_columns = QGridLayout()
        two_columns.setVerticalSpacing(8)
        for place, switch in enumerate(switches):
            two_columns.addWidget(switch, place // 2, place % 2)
        grid.addLayout(two_columns, 2, 0, 1, 3)

    def _on_opacity(self, percent: int) -> None:
        self._session.change_setting(declared.OVERLAY_OPACITY, percent)

    def _show_settings(self) -> None:
        percent = self._session.settings.get(declared.OVERLAY_OPACITY)
        self._opacity.setValue(percent)
        self._opacity_text.setText(self.tr("{} %").format(percent))

    def _show_view(self) -> None:
        self._styles[self._session.view.style].setChecked(True)


class ActionSwitch(QCheckBox):
    """A check box for an action that can be on or off."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(action.text(), parent)
        self._action = action
        self.clicked.connect(action.trigger)
        action.changed.connect(self._show_action)
        follow_tip(self, action)
        self._show_action()

    def _show_action(self) -> None:
        self.setChecked(self._action.isChecked())
        self.setEnabled(self._action.isEnabled())


def follow_tip(widget: QWidget, action: QAction) -> None:
    """Gives ``widget`` the tooltip of ``action``, which names its key, whatever that becomes."""
    widget.setToolTip(action.toolTip())
    action.changed.connect(lambda: widget.setToolTip(action.toolTip()))
