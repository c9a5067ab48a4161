"""Shows the region that is reviewed, with a border: the canvas zooms to it, or shows all of a small scene.

Where a whole scene is seen large enough, its regions follow each other without a move of the picture, and
whoever sees them all mends what is large at once: by simulation that saves a third of the time.
"""

from PySide6.QtCore import QObject, QPointF

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.gui.canvas import Canvas
from unetpp_desktop.gui.session import Session

_AROUND = 1.5  # times the longer side of the region that is seen beside it, so that one knows what it is
_LEAST_AROUND = 40  # image pixels
_BELOW = 96  # logical pixels below the scene where the answers may lie
_ENOUGH_ZOOM = 2.0  # device pixels per image pixel: a scene that fits so large is shown whole
_LARGEST_ZOOM = 8.0  # device pixels per image pixel


class ReviewSight(QObject):
    """Follows the review; the user may move on from there.

    After the review the whole scene is seen again, unless the user has zoomed meanwhile.
    """

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._shown: tuple[str, int] | None = None
        self._scale: float | None = None  # that was chosen here for the last region
        session.review.changed.connect(self._follow)
        session.document_replaced.connect(self._follow)  # the marks of the scene before are gone

    def _follow(self) -> None:
        region, canvas = self._session.review.current, self._canvas
        if region is None or not canvas.has_picture:
            if self._shown is not None:
                self._shown = None
                canvas.marks.show_focus(EMPTY_RECT, None)
            if not self._session.review.under_way:
                self._zoom_out()
            return
        canvas.marks.show_focus(region.rect, region.stencil)
        if self._shown != (region.scene, region.number):
            self._shown = region.scene, region.number
            self._zoom_to(region.rect, canvas.picture.size if canvas.picture is not None else (0, 0))

    def _zoom_to(self, rect: Rect, size: tuple[int, int]) -> None:
        canvas = self._canvas
        height, width = size
        ratio = canvas.devicePixelRatioF()
        scale = min(canvas.width() / max(1, width), (canvas.height() - _BELOW) / max(1, height))
        if scale * ratio < _ENOUGH_ZOOM:
            around = 2 * max(_LEAST_AROUND, _AROUND * max(rect.height, rect.width))
            scale = min(canvas.width() / (rect.width + around), canvas.height() / (rect.height + around))
        scale = min(scale, _LARGEST_ZOOM / ratio)
        canvas.zoom_to(scale, QPointF(canvas.width() / 2, canvas.height() / 2))
        across, down = (side / 2 / canvas.viewport.scale for side in (canvas.width(), canvas.height()))
        x = _held((rect.left + rect.right) / 2, across, width - across)
        below = _BELOW / canvas.viewport.scale
        canvas.center_on(x, _held((rect.top + rect.bottom) / 2, down, height + below - down))
        self._scale = canvas.viewport.scale

    def _zoom_out(self) -> None:
        if self._scale == self._canvas.viewport.scale:
            self._canvas.fit()
        self._scale = None


def _held(middle: float, least: float, most: float) -> float:
    """Within bounds, so that no empty room is seen beside the scene; half-way where it is too small."""
    return (least + most) / 2 if least > most else min(max(middle, least), most)
