"""What paint may go over: anything, only void, or classes that are ticked in a menu."""

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.gui.ampersands import doubled
from unetpp_desktop.gui.session import Session

_SWATCH = 14
_TICK = (QPointF(3, 7.5), QPointF(6, 10.5), QPointF(11, 4))
_RATIO = 2.0
_ONLY_VOID = frozenset((VOID,))


class PaintOver(QToolButton):
    """Shows the rule in words; its menu changes it, and stays open while classes are ticked."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("choiceButton")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Paint over"))
        self.setToolTip(self.tr("Which pixels a tool may change; all others keep their class"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._menu.installEventFilter(self)
        self.setMenu(self._menu)
        session.rules_changed.connect(self._show_rule)
        self._show_rule()

    def _show_rule(self) -> None:
        only_over = self._session.only_over
        if only_over is None:
            text = self.tr("anything")
        elif only_over == _ONLY_VOID:
            text = self.tr("only void")
        elif len(only_over) == 1:
            (index,) = only_over
            text = self._session.palette.names[index]
        else:
            text = self.tr("%n classes", "", len(only_over))
        self.setText(doubled(text))

    def _fill_menu(self) -> None:
        self._menu.clear()
        only_over = self._session.only_over
        anything = self._menu.addAction(self.tr("Anything"))
        anything.triggered.connect(lambda: self._session.set_only_over(None))
        only_void = self._menu.addAction(self.tr("Only void"))
        only_void.triggered.connect(lambda: self._session.set_only_over(_ONLY_VOID))
        self._menu.addSection(self.tr("Only these classes"))
        for index, entry in enumerate(self._session.palette.classes):
            self._menu.addAction(self._class_action(index, entry.name, QColor(*entry.color)))
        self._menu.addAction(self._class_action(VOID, self.tr("void"), None))
        for action, checked in ((anything, only_over is None), (only_void, only_over == _ONLY_VOID)):
            action.setCheckable(True)
            action.setChecked(checked)

    def _class_action(self, index: int, name: str, color: QColor | None) -> QAction:
        action = QAction(doubled(name), self._menu)
        action.setCheckable(True)
        action.setChecked(index in (self._session.only_over or ()))
        if color is not None:
            action.setIcon(_swatch(color))
        action.setData(index)
        action.toggled.connect(self._on_ticked)
        return action

    def _on_ticked(self) -> None:
        ticked = (action.data() for action in self._menu.actions() if action.isChecked())
        self._session.set_only_over(frozenset(index for index in ticked if index is not None) or None)
        first, second, *_ = self._menu.actions()
        first.setChecked(self._session.only_over is None)
        second.setChecked(self._session.only_over == _ONLY_VOID)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click or Space on a class ticks it and leaves the menu open for the next."""
        action = None
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            action = self._menu.actionAt(event.position().toPoint())
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            action = self._menu.activeAction() if event.key() == Qt.Key.Key_Space else None
        if action is not None and action.data() is not None:
            action.trigger()
            return True
        return super().eventFilter(watched, event)


def _swatch(color: QColor) -> QIcon:
    """The colour of a class, with a tick on it where the class is ticked."""
    made = QIcon()
    made.addPixmap(_picture(color, False), QIcon.Mode.Normal, QIcon.State.Off)
    made.addPixmap(_picture(color, True), QIcon.Mode.Normal, QIcon.State.On)
    return made


def _picture(color: QColor, ticked: bool) -> QPixmap:
    side = round(_SWATCH * _RATIO)
    picture = QPixmap(QSize(side, side))
    picture.fill(Qt.GlobalColor.transparent)
    picture.setDevicePixelRatio(_RATIO)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(0, 0, _SWATCH, _SWATCH, 3, 3)
    if ticked:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line, width in ((Qt.GlobalColor.black, 3.0), (Qt.GlobalColor.white, 1.6)):
            painter.setPen(QPen(line, width))
            painter.drawPolyline(_TICK)
    painter.end()
    return picture
