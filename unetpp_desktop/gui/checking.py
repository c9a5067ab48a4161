"""Marks part of the open scene as checked: what is selected, or the region under the pointer."""

from typing import TYPE_CHECKING

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.editing.areas import Area, connected, is_inside

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow
    from unetpp_desktop.gui.session import Session


def check_here(window: "MainWindow") -> None:
    """The predicted pixels of the selection, else of the region under the pointer, become checked.

    In the review those of the region that is looked at, and the review goes on.

    Says so where there is nothing to check.
    """
    session, document = window.session, window.session.document
    if document is None:
        session.tell_problem()
        return
    if session.strokes.must_end_first():
        return
    if session.review.accept():
        return
    session.previews.take_over()
    area = _area(window)
    if area is None:
        sentence = window.tr("Point at a region, or select one, to mark it as checked.")
        session.notice.emit(sentence, "info")
        return
    if check_area(session, area).is_empty:
        session.notice.emit(window.tr("Nothing here is still to be checked."), "info")


def check_area(session: "Session", area: Area) -> Rect:
    """The predicted pixels of an area of the open scene become checked, as one edit; what has changed."""
    document = session.document
    if document is None:
        return EMPTY_RECT
    changed = document.accept_part(*area)
    session.after_edit(changed)
    return changed


def _area(window: "MainWindow") -> Area | None:
    """What `check_here` is about; None where the pointer is elsewhere."""
    session, pointer, document = window.session, window.canvas.input.pointer, window.session.document
    if session.selection is not None:
        return session.selection.rect, session.selection.stencil
    if pointer is None or document is None:
        return None
    point = window.canvas.viewport.to_image(pointer.x(), pointer.y())
    return connected(document.labels, point) if is_inside(document.shape, point) else None
