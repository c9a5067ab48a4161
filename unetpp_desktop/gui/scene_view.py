"""The rows of the scene list, and the line above them that fills up."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from unetpp_desktop.gui.painting import mixed
from unetpp_desktop.gui.scene_delegate import SceneDelegate
from unetpp_desktop.gui.scene_model import SCENE_ROLE, SceneModel

_KEYBOARD_PAUSE_MS = 90  # a held arrow key opens the scene it stops at, not each one it passes
_Index = QModelIndex | QPersistentModelIndex


class DoneLine(QWidget):
    """A hairline that fills up as scenes are done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(2)
        self._share = 0.0

    def set_share(self, share: float) -> None:
        self._share = share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        ground = self.palette().color(QPalette.ColorRole.Window)
        text = self.palette().color(QPalette.ColorRole.WindowText)
        painter.fillRect(self.rect(), mixed(ground, text, 0.12))
        done = QRectF(0, 0, self.width() * self._share, self.height())
        painter.fillRect(done, mixed(ground, text, 0.6))


class SceneView(QListView):
    """The rows. A plain click or arrow key chooses one scene to open; Shift and Ctrl only select."""

    scene_chosen = Signal(object)

    def __init__(self, model: SceneModel, delegate: SceneDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_KEYBOARD_PAUSE_MS)
        self._pause.timeout.connect(self._choose_current)
        self.clicked.connect(self._on_pressed)
        self.activated.connect(self._on_pressed)

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        if self.hasFocus() and self.state() == QAbstractItemView.State.NoState and not _only_selecting():
            self._pause.start()

    def dataChanged(self, first: _Index, last: _Index, roles: Sequence[int] = ()) -> None:
        """Paints the rows anew. QListView would lay out all 12,000 as well, but they have one height."""
        QAbstractItemView.dataChanged(self, first, last, roles)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The current row stays in sight where chips or a question above take room from the list."""
        row = self.visualRect(self.currentIndex())
        was_in_sight = row.isValid() and row.bottom() >= 0 and row.top() < event.oldSize().height()
        super().resizeEvent(event)
        if was_in_sight:
            self.scrollTo(self.currentIndex())

    def selected_count(self) -> int:
        selection = self.selectionModel().selection()
        return sum(selection.at(number).height() for number in range(selection.count()))

    def _choose_current(self) -> None:
        if self.selected_count() == 1 and self.selectionModel().isSelected(self.currentIndex()):
            self._choose(self.currentIndex())

    def _on_pressed(self, index: QModelIndex) -> None:
        """A click, a double click, or Enter where nothing else wants it."""
        self._pause.stop()
        if not _only_selecting():
            self._choose(index)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.scene_chosen.emit(index.data(SCENE_ROLE))


def _only_selecting() -> bool:
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    return bool(QGuiApplication.keyboardModifiers() & keys)
