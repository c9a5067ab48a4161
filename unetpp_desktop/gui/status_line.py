"""The line at the bottom: what is under the pointer, zoom, jobs, when it was saved."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.previewed import previewed_class
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.job_bar import JobBar
from unetpp_desktop.gui.painting import resized
from unetpp_desktop.gui.session import Session

_HEIGHT = 24
_PIXELS = 12


class StatusLine(QWidget):
    """A view of the session and of the canvas' pointer."""

    def __init__(self, session: Session, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._point: tuple[float, float] | None = None
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT)
        self._under = self._label(220, Qt.AlignmentFlag.AlignLeft)
        self._zoom = self._label(64, Qt.AlignmentFlag.AlignLeft)
        self._preview = self._label(0, Qt.AlignmentFlag.AlignLeft)
        self._preview.hide()
        self._saved = self._label(0, Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        row.addWidget(self._under)
        row.addWidget(self._zoom)
        row.addWidget(self._preview)
        row.addStretch(1)
        row.addWidget(JobBar(session.jobs, self))
        row.addStretch(1)
        row.addWidget(self._saved)
        canvas.pointer_moved.connect(self._show_point)
        canvas.zoomed.connect(self._show_zoom)
        session.document_changed.connect(self._show_under)
        session.previews.changed.connect(self._show_preview)
        session.saved.connect(self._show_saved)
        session.mask_modified.connect(self._show_modified)
        session.scene_changed.connect(self._on_scene_changed)

    def _label(self, width: int, side: Qt.AlignmentFlag) -> QLabel:
        label = QLabel(self)
        label.setFont(resized(self.font(), _PIXELS))
        label.setMinimumWidth(width)
        label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        label.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        return label

    def _on_scene_changed(self) -> None:
        self._saved.clear()
        if self._session.image is None:
            self._zoom.clear()

    def _show_point(self, point: tuple[float, float] | None) -> None:
        self._point = point
        self._show_under()

    def _show_under(self) -> None:
        document, point = self._session.document, self._point
        if document is None or point is None:
            self._under.clear()
            return
        column, row = int(point[0]), int(point[1])
        height, width = document.shape
        if not (0 <= row < height and 0 <= column < width):
            self._under.clear()
            return
        value, origin = int(document.labels[row, column]), Origin(int(document.origins[row, column]))
        preview = self._session.previews.shown
        by = self._origin_text(origin)
        if preview is not None and origin is Origin.NONE:
            value = previewed_class(preview.labels, document.shape, row, column)
            by = self.tr("preview")
        name = self.tr("void") if value == VOID else self._session.palette.names[value]
        self._under.setText(f"{column}, {row} · {name} ({by})")

    def _show_preview(self) -> None:
        preview = self._session.previews.shown
        self._preview.setVisible(preview is not None)
        if preview is not None:
            refining = self.tr("◌ preview at depth {0}, depth {1} follows")
            text = self.tr("◌ preview at depth {0}, not in the mask") if preview.refined else refining
            self._preview.setText(text.format(preview.depth, self._session.depth))
        self._show_under()

    def _origin_text(self, origin: Origin) -> str:
        texts = {
            Origin.NONE: self.tr("nobody yet"),
            Origin.MODEL: self.tr("model"),
            Origin.ACCEPTED: self.tr("checked"),
            Origin.PAINTED: self.tr("painted"),
        }
        return texts[origin]

    def _show_zoom(self, zoom: float) -> None:
        self._zoom.setText(self.tr("{} %").format(round(100 * zoom)))

    def _show_saved(self, time: str) -> None:
        self._saved.setText(self.tr("saved {}").format(time))

    def _show_modified(self, modified: bool) -> None:
        if modified:
            self._saved.setText(self.tr("not saved yet"))
