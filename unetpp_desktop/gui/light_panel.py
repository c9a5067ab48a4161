"""Sliders for the light in which the scene is shown."""

from dataclasses import replace
from math import log

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QToolButton, QWidget

from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_options import LIGHT_REACH, STRONGEST_GAMMA, Light

_PAGE = 10
_WORDS_WIDTH = 36


def gamma_place(gamma: float) -> int:
    """Where a gamma lies on its slider: every step is the same ratio, 1.0 the middle."""
    return round(LIGHT_REACH * log(gamma) / log(STRONGEST_GAMMA))


def gamma_at(place: int) -> float:
    """From a quarter at the left end to 4 at the right one."""
    gamma: float = STRONGEST_GAMMA ** (place / LIGHT_REACH)
    return round(gamma, 4)


class LightPanel(QWidget):
    """A view of the session's light; ``reset`` is what the button does."""

    def __init__(self, session: Session, reset: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(12, 0, 12, 12)
        self._rows.setHorizontalSpacing(8)
        self._rows.setVerticalSpacing(8)
        self.brightness, self._brightness_words = self._slider(
            self.tr("Brightness"),
            self.tr("Shows the scene brighter or darker; file and model keep it as it is"),
        )
        self.contrast, self._contrast_words = self._slider(
            self.tr("Contrast"), self.tr("Sets light and dark further apart, on the screen only")
        )
        self.gamma, self._gamma_words = self._slider(
            self.tr("Gamma"),
            self.tr("Brings out what lies in the dark and leaves white white, on the screen only"),
        )
        self.reset_button = QToolButton(self)
        self.reset_button.setDefaultAction(reset)
        self._rows.addWidget(self.reset_button, self._rows.rowCount(), 0, 1, 3, Qt.AlignmentFlag.AlignRight)
        session.view_changed.connect(self._show_light)
        self._show_light()
        for slider in (self.brightness, self.contrast, self.gamma):
            slider.valueChanged.connect(self._take_light)

    def _slider(self, name: str, tip: str) -> tuple[QSlider, QLabel]:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(-LIGHT_REACH, LIGHT_REACH)
        slider.setPageStep(_PAGE)
        slider.setAccessibleName(name)
        slider.setToolTip(tip)
        words = QLabel(self)
        words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        words.setMinimumWidth(_WORDS_WIDTH)
        row = self._rows.rowCount()
        self._rows.addWidget(QLabel(name, self), row, 0)
        self._rows.addWidget(slider, row, 1)
        self._rows.addWidget(words, row, 2)
        return slider, words

    def _take_light(self) -> None:
        light = Light(self.brightness.value(), self.contrast.value(), gamma_at(self.gamma.value()))
        self._session.set_view(replace(self._session.view, light=light))

    def _show_light(self) -> None:
        light = self._session.view.light
        for slider, place in (
            (self.brightness, light.brightness),
            (self.contrast, light.contrast),
            (self.gamma, gamma_place(light.gamma)),
        ):
            slider.blockSignals(True)  # else the first one would take back what the others are to show
            slider.setValue(place)
            slider.blockSignals(False)
        self._brightness_words.setText(_signed(light.brightness))
        self._contrast_words.setText(_signed(light.contrast))
        self._gamma_words.setText(f"{light.gamma:.2f}")


def _signed(number: int) -> str:
    return f"{number:+d}".replace("-", "−") if number else "0"
