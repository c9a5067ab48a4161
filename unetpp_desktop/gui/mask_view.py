"""Which layer draws a mask over its scene, and large ones made beside the window."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.difference import Difference
from unetpp_desktop.gui.jobs import Job, JobEnd, Succeeded
from unetpp_desktop.gui.layer import Layer
from unetpp_desktop.gui.outlines import Outlines
from unetpp_desktop.gui.overlay import Overlay
from unetpp_desktop.gui.uncertain_areas import UncertainAreas, Uncertainty
from unetpp_desktop.gui.view_options import OverlayStyle

_LARGE = 1 << 22  # pixels; drawing fewer is done before anybody has seen that they are missing


@dataclass(frozen=True, eq=False)
class MaskView:
    """A mask, ``uint8 (H, W)``, in the colours of ``table``, and how it is drawn.

    ``ranked`` is what `Answers` have of it, ``uncertainty`` what `shown_uncertainty` has, if anything: as
    long as there is nothing to compare a mask with, or to be uncertain of, its areas are drawn.
    """

    labels: np.ndarray
    table: np.ndarray
    style: OverlayStyle
    ranked: np.ndarray | None = None
    uncertainty: Uncertainty | None = None

    def looks_like(self, other: "MaskView") -> bool:
        """Whether the two are drawn alike, but for their colours."""
        if self.labels is not other.labels or self.style is not other.style:
            return False
        if self.style is OverlayStyle.DIFFERENCE:
            return self.ranked is other.ranked
        if self.style is OverlayStyle.UNCERTAINTY and self.uncertainty is not other.uncertainty:
            return self.uncertainty is not None and self.uncertainty.same_as(other.uncertainty)
        return True


def is_large(rect: Rect) -> bool:
    """Whether to draw all of ``rect`` takes so long that it is done beside the window."""
    return rect.height * rect.width > _LARGE


def make_layer(view: MaskView) -> Layer:
    """What is drawn over the scene; on any thread."""
    if view.style is OverlayStyle.OUTLINES:
        return Outlines(view.labels, view.table)
    if view.style is OverlayStyle.DIFFERENCE and view.ranked is not None:
        return Difference(view.labels, view.ranked[0], view.table)
    if view.style is OverlayStyle.UNCERTAINTY and view.uncertainty is not None:
        return UncertainAreas(view.labels, view.uncertainty)
    return Overlay(view.labels, view.table)


class LayerMaking(QObject):
    """Makes the layer of the view asked for last; the mask may be edited meanwhile."""

    made = Signal(object, object)  # a MaskView that `begin` was given, and its Layer

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view: MaskView | None = None
        self._changed = EMPTY_RECT

    def begin(self, view: MaskView) -> Layer | None:
        """The layer of ``view``; None for a large mask: `made` follows, unless another one is begun."""
        self.give_up()
        if not is_large(full_rect(view.labels.shape)):
            return make_layer(view)
        self._view = view
        job = Job("layer", _Making(view), self)
        job.ended.connect(self._on_ended)
        job.ended.connect(job.deleteLater)
        job.start()
        return None

    @property
    def under_way(self) -> bool:
        return self._view is not None

    def give_up(self) -> None:
        """What was begun is not wanted any more."""
        self._view, self._changed = None, EMPTY_RECT

    def note_change(self, rect: Rect) -> None:
        """To be called after the pixels of ``rect`` changed: they may be drawn as they were."""
        if self._view is not None:
            self._changed = self._changed.union(rect)

    def _on_ended(self, end: JobEnd) -> None:
        if not isinstance(end, Succeeded):
            return
        view, layer = end.value
        if view is self._view:
            layer.refresh(self._changed)
            self.give_up()
            self.made.emit(view, layer)


@dataclass(frozen=True, eq=False)
class _Making:
    """The work of a job; it holds nothing of the window."""

    view: MaskView

    def __call__(self, progress: Progress) -> tuple[MaskView, Layer]:
        progress(0, 1, "")
        return self.view, make_layer(self.view)
