"""The middle of the top bar: pre-label, depth, device, model."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from unetpp_desktop.gui.combo import ElidingCombo
from unetpp_desktop.gui.depth_adviser import DepthAdviser
from unetpp_desktop.gui.depth_picker import DepthPicker, facts_of
from unetpp_desktop.gui.prelabel_host import Delivery
from unetpp_desktop.gui.scene_list import SceneList
from unetpp_desktop.gui.session import Session
from unetpp_desktop.nn.predictor import DEVICES
from unetpp_desktop.storage.scenes import Scene

_HEIGHT = 32
_NARROW = 1000  # width of a window in which device and model get less room than they have words for
_WIDE = 1280  # one in which there is room to say which is which
_LEAST_CHOICE = 72
_WIDEST_CHOICE = 116  # a long name leaves the figures of the depths their room


class ModelBar(QWidget):
    """Everything that says how the next prediction is made, and the button that makes it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._scene_list: SceneList | None = None
        self._adviser: DepthAdviser | None = None
        self._measured: dict[tuple[Path, str, int], float] = {}  # model folder, device, depth -> seconds
        self._prelabel = QToolButton(self)
        self._prelabel.setObjectName("prelabel")
        self._prelabel.setText(self.tr("Pre-label"))
        self._prelabel.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self._prelabel.setFixedHeight(_HEIGHT)
        self._menu = QMenu(self._prelabel)
        self._prelabel.setMenu(self._menu)
        self.depth_picker = DepthPicker(self)
        self._device = _combo(self.tr("Device"), self)
        self._model = _combo(self.tr("Model"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._prelabel, self.depth_picker, self._device, self._model):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._fill_devices()
        self._connect()
        self._show_model()
        self._show_scene()

    def use_scene_list(self, scene_list: SceneList) -> None:
        """Where the selected scenes are known."""
        self._scene_list = scene_list

    def use_adviser(self, adviser: DepthAdviser) -> None:
        """Where it is known what each depth is worth on the user's own scenes."""
        self._adviser = adviser
        adviser.changed.connect(self._show_facts)

    def prelabel_open_scene(self) -> None:
        if self._session.scene is not None:
            self._session.prelabel((self._session.scene,))

    def use_room(self, width: int) -> None:
        """Fits device and model into a window of this width, in logical pixels."""
        for choice, words in ((self._device, self.tr("Device: ")), (self._model, self.tr("Model: "))):
            choice.setMinimumWidth(_LEAST_CHOICE if width < _NARROW else 0)
            heading = words if width >= _WIDE else ""
            choice.setMaximumWidth(_WIDEST_CHOICE + self.fontMetrics().horizontalAdvance(heading))
            choice.show_heading(heading)

    def _connect(self) -> None:
        session = self._session
        self._prelabel.clicked.connect(self.prelabel_open_scene)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.depth_picker.depth_chosen.connect(session.set_depth)
        self._device.activated.connect(self._on_device)
        self._model.activated.connect(self._on_model)
        session.model_changed.connect(self._show_model)
        session.project_changed.connect(self._show_model)
        session.scene_changed.connect(self._show_scene)
        session.predicted.connect(self._on_predicted)

    def _fill_menu(self) -> None:
        selected = () if self._scene_list is None else self._scene_list.selected_scenes()
        selected = self._session.known.readable(self._session.marking.included(selected))
        undone = self._session.walk.undone_scenes()
        self._menu.clear()
        self._menu.addAction(self.tr("This scene"), self.prelabel_open_scene)
        self._add_choice(self.tr("{0} selected scenes"), selected, len(selected) > 1)
        self._add_choice(self.tr("All {0} undone scenes"), undone, bool(undone))

    def _add_choice(self, text: str, scenes: Sequence[Scene], enabled: bool) -> None:
        action = self._menu.addAction(text.format(len(scenes)), lambda: self._session.prelabel(scenes))
        action.setEnabled(enabled)

    def _fill_devices(self) -> None:
        texts = {
            "auto": self.tr("Auto"),
            "cpu": self.tr("CPU"),
            "cuda": self.tr("NVIDIA GPU"),
            "mps": self.tr("Apple GPU"),
        }
        # Asking torch would import it; a GPU that is missing is named when it is to be used.
        elsewhere = "cuda" if sys.platform == "darwin" else "mps"
        for device in DEVICES:
            if device != elsewhere:
                self._device.addItem(texts[device], device)
        self._device.setItemData(
            0, self.tr("The fastest device of this machine"), Qt.ItemDataRole.ToolTipRole
        )

    def _on_device(self) -> None:
        self._session.set_device(self._device.currentData())

    def _on_model(self) -> None:
        self._session.set_model(self._model.currentData())

    def _on_predicted(self, delivery: Delivery) -> None:
        prediction = delivery.prediction
        self._measured[delivery.model.folder, delivery.device, prediction.depth] = prediction.seconds
        self._show_facts()

    def _show_model(self) -> None:
        session = self._session
        self._device.setCurrentIndex(max(0, self._device.findData(session.device)))
        models = session.models()
        if session.model is not None and session.model not in models:
            models.append(session.model)
        self._model.clear()
        for entry in models:
            self._model.addItem(entry.name, entry)
            self._model.setItemData(
                self._model.count() - 1, entry.card.training_data, Qt.ItemDataRole.ToolTipRole
            )
        self._model.setEnabled(bool(models))
        if session.model is not None:
            self._model.setCurrentIndex(models.index(session.model))
            self._model.setToolTip(self.tr("Model: {}").format(session.model.name))
        else:
            self._model.setPlaceholderText(self.tr("No model"))
            self._model.setCurrentIndex(-1)
        self._show_facts()
        self._show_scene()

    def _show_facts(self) -> None:
        model = self._session.model
        self.depth_picker.setEnabled(model is not None)
        if model is not None:
            measured = {
                depth: seconds
                for (folder, device, depth), seconds in self._measured.items()
                if (folder, device) == (model.folder, self._session.device)
            }
            advice = None if self._adviser is None else self._adviser.advice
            own = {} if advice is None else {row.depth: row.miou for row in advice.rows}
            self.depth_picker.set_facts(facts_of(model.card, measured, own))
        self.depth_picker.set_depth(self._session.depth)

    def _show_scene(self) -> None:
        tip = self.tr("Predict this scene; pixels that you checked stay (P)")
        if self._session.problem is not None:
            tip = self.tr("This scene cannot be read")
        self._prelabel.setToolTip(tip)
        self._prelabel.setEnabled(self._session.predictions.can_predict)


def _combo(name: str, parent: QWidget) -> ElidingCombo:
    combo = ElidingCombo(parent)
    combo.setAccessibleName(name)
    combo.setToolTip(name)
    combo.setFixedHeight(_HEIGHT)
    combo.setMaximumWidth(_WIDEST_CHOICE)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    combo.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return combo
