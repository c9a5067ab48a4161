"""The canvas and, while comparing, up to three panes beside it that show the same part of the scene."""

from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.compare_pane import ComparePane
from unetpp_desktop.gui.pane_heading import PaneHeading
from unetpp_desktop.gui.pointer_mark import PointerMark
from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.view_options import MOST_PANES, Compared
from unetpp_desktop.gui.viewport import fitted

HEADING_HEIGHT = 28
_GAP = 1  # a line between the views
_COMMON_SIZE = (3, 4)  # of a scene, before there is one


class CompareView(QWidget):
    """All views are equally large, in as many columns as show the scene largest."""

    def __init__(self, session: Session, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._panes: list[_Pane] = []
        self._offered: Compared | None = None  # for one pane more
        self._mark = PointerMark(canvas)
        self.setObjectName("compareView")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._heading = QLabel(self.tr("Mask"), self)
        self._heading.setObjectName("paneHeading")
        self._main = _framed(self._heading, canvas, self)
        self._add = QToolButton(self)
        self._add.setObjectName("addPane")
        self._add.setText(self.tr("Add a pane"))
        self._add.setAccessibleName(self._add.text())
        self._add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._add.clicked.connect(self._add_pane)
        self.setMinimumSize(canvas.minimumSize())
        canvas.pointer_moved.connect(self._on_canvas_pointer)
        session.view_changed.connect(self._show_panes)
        session.scene_changed.connect(self._arrange)
        session.model_changed.connect(self._offer)
        session.project_changed.connect(self._offer)
        self._show_panes()

    @property
    def panes(self) -> tuple[ComparePane, ...]:
        """Those beside the canvas, in their order; none while nothing is compared."""
        return tuple(entry.pane for entry in self._panes)

    def refresh_icons(self) -> None:
        """To be called after a change of theme."""
        for entry in self._panes:
            entry.heading.refresh_icons()

    def _show_panes(self) -> None:
        view = self._session.view
        wanted = view.panes[:MOST_PANES] if view.comparing else ()
        while len(self._panes) > len(wanted):
            gone = self._panes.pop()
            gone.hide()
            gone.deleteLater()
        for entry, content in zip(self._panes, wanted, strict=False):
            entry.show_content(content)
        for content in wanted[len(self._panes) :]:
            self._panes.append(self._made(content))
        if not wanted:
            self._mark.show_at(None)
        self._heading.setVisible(bool(wanted))
        self._offer()
        self._arrange()

    def _made(self, content: Compared) -> "_Pane":
        entry = _Pane(self._session, self._canvas, content, self)
        entry.heading.chosen.connect(lambda chosen: self._choose(entry, chosen))
        entry.heading.add_wanted.connect(self._add_pane)
        entry.heading.close_wanted.connect(lambda: self._close(entry))
        entry.pane.pointer_moved.connect(lambda point: self._on_pane_pointer(entry, point))
        entry.show()
        return entry

    def _arrange(self) -> None:
        views = [self._main, *self._panes]
        picture = self._canvas.picture
        size = _COMMON_SIZE if picture is None else picture.size
        columns = columns_for(len(views), (self.height(), self.width()), size)
        rows = -(-len(views) // columns)
        places = [
            QRect(left, top, width, height)
            for top, height in _parts(self.height(), rows)
            for left, width in _parts(self.width(), columns)
        ]
        for view, place in zip(views, places, strict=False):
            view.setGeometry(place)
        self._add.setVisible(len(places) > len(views))
        self._add.setGeometry(places[-1])

    def _set_panes(self, panes: tuple[Compared, ...]) -> None:
        view = self._session.view
        if panes:
            self._session.set_view(replace(view, panes=panes))
        else:  # what was last shown comes again with the next comparison
            self._session.set_view(replace(view, comparing=False))
        self._canvas.setFocus()

    def _choose(self, entry: "_Pane", content: Compared) -> None:
        self._set_panes(tuple(content if other is entry else other.pane.content for other in self._panes))

    def _close(self, entry: "_Pane") -> None:
        self._set_panes(tuple(other.pane.content for other in self._panes if other is not entry))

    def _offer(self) -> None:
        """Looks what one pane more could show."""
        if not self._panes:
            return
        shown = {pane.content for pane in self.panes}
        others = [entry.name for entry in self._session.models() if entry != self._session.model]
        contents = [Compared(), Compared(predicted=True), *(Compared(True, name) for name in others)]
        self._offered = next((content for content in contents if content not in shown), None)
        can_add = self._offered is not None and len(self._panes) < MOST_PANES
        for entry in self._panes:
            entry.heading.can_add = can_add
        self._add.setEnabled(can_add)
        if self._offered is not None:
            self._add.setText(self.tr("Add a pane"))
        else:
            self._add.setText(self.tr("Another model can be compared here\nonce you have trained one"))
        self._add.setAccessibleName(self._add.text())

    def _add_pane(self) -> None:
        if self._offered is not None:
            self._set_panes((*(pane.content for pane in self.panes), self._offered))

    def _on_canvas_pointer(self, point: tuple[float, float] | None) -> None:
        for pane in self.panes:
            pane.mark_pointer(point)

    def _on_pane_pointer(self, source: "_Pane", point: tuple[float, float] | None) -> None:
        for entry in self._panes:
            if entry is not source:
                entry.pane.mark_pointer(point)
        source.pane.mark_pointer(None)
        place = None if point is None else QPointF(*self._canvas.viewport.to_widget(*point))
        self._mark.show_at(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)


class _Pane(QWidget):
    """A pane under its heading."""

    def __init__(self, session: Session, canvas: Canvas, content: Compared, parent: QWidget) -> None:
        super().__init__(parent)
        self.heading = PaneHeading(session, self)
        self.pane = ComparePane(session, canvas, content, self)
        _stack(self, self.heading, self.pane)
        self.show_content(content)

    def show_content(self, content: Compared) -> None:
        self.heading.show_content(content)
        self.pane.setAccessibleName(self.heading.name)
        if content != self.pane.content:
            self.pane.show_content(content)


def _framed(heading: QWidget, view: QWidget, parent: QWidget) -> QWidget:
    frame = QWidget(parent)
    _stack(frame, heading, view)
    return frame


def _stack(frame: QWidget, heading: QWidget, view: QWidget) -> None:
    heading.setFixedHeight(HEADING_HEIGHT)
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(heading)
    column.addWidget(view, 1)


def columns_for(count: int, room: tuple[int, int], image: tuple[int, int]) -> int:
    """In how many columns ``count`` views show an image largest; sizes are (height, width)."""

    def scale(columns: int) -> float:
        rows = -(-count // columns)
        return fitted(image, (room[0] / rows - HEADING_HEIGHT, room[1] / columns)).scale

    return max(range(count, 0, -1), key=scale)


def _parts(length: int, count: int) -> list[tuple[int, int]]:
    """Begin and length of ``count`` equal parts with a line, or a little more, in between."""
    side = (length - _GAP * (count - 1)) // count
    left_over = length - side * count
    return [(place * side + place * left_over // max(1, count - 1), side) for place in range(count)]
