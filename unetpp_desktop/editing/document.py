"""The mask that is being edited: the one door through which its pixels change."""

from collections.abc import Callable, Iterable

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing import joining
from unetpp_desktop.editing.history import Edit, History
from unetpp_desktop.editing.joining import Planes
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.stroke import Stroke, bounds

PREDICTION_NAME = "Pre-label"
BOX_NAME = "Pre-label a box"
ACCEPT_NAME = "Mark as checked"
CHECK_NAME = "Check"  # of part of a mask; a name of its own, since "done" does not rest on it
TAKE_OVER_NAME = "Take over the file"
DISCARD_NAME = "Discard restored edits"
PAINT_NAME = "Paint"

_BAND = 64  # rows that an edit changes at a time, so that what it looks at stays in the processor's cache

_Part = tuple[np.ndarray, int | np.ndarray, Origin]
"""Which pixels (``bool (h, w)``) become which class or classes (``uint8 (h, w)``), and their origin."""

_ORIGINS = tuple(map(int, Origin))  # comparing an array with a member of the enum takes several times as long


class MaskDocument:
    """Classes and origins of one mask, with undo.

    A change is recorded as one edit: a lone `paint`, a prediction, or all paints between `begin`
    and `commit` (a stroke). Every method that changes pixels returns the smallest rect that holds
    the changed ones, `EMPTY_RECT` where there are none. The cost of a paint depends on its rect,
    not on the size of the mask.

    ``rules`` say which pixels keep what they are when somebody paints; undo, redo and `accept` still
    work on them. ``stroke_end`` is the last point (x, y) of the latest stroke in pixels, None before
    the first: tools set it while they paint, and `abort` brings back that of the stroke before.
    """

    def __init__(self, labels: np.ndarray, origins: np.ndarray, history: History | None = None) -> None:
        """Copies ``labels`` and ``origins``, both ``uint8 (H, W)``.

        ``history`` is that of an earlier document of the same mask, left in the very state that
        the arrays have. Raises `ValueError` for arrays of another kind.
        """
        if labels.ndim != 2:
            raise ValueError(f"labels must be (H, W), not {labels.shape}")
        _check_labels("labels", labels, labels.shape)
        _check_labels("origins", origins, labels.shape)
        self._labels = np.array(labels, order="C")
        self._origins = np.array(origins, order="C")
        self._labels_view = _read_only(self._labels)
        self._origins_view = _read_only(self._origins)
        self._origin_counts = np.array([np.count_nonzero(self._origins == kind) for kind in Origin])
        self._history = History() if history is None else history
        self._stroke: Stroke | None = None
        self._state = self._history.state
        self._saved_state = self._state
        self._taken_over: Planes | None = None  # since it was saved
        self._revision = 0
        self.rules = Rules()
        self.stroke_end: tuple[float, float] | None = None
        self._former_stroke_end: tuple[float, float] | None = None

    @property
    def labels(self) -> np.ndarray:
        """``uint8 (H, W)``, one class per pixel: a read-only view that follows all changes."""
        return self._labels_view

    @property
    def origins(self) -> np.ndarray:
        """``uint8 (H, W)``, one `Origin` per pixel: a read-only view that follows all changes."""
        return self._origins_view

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self._labels.shape
        return height, width

    @property
    def history(self) -> History:
        return self._history

    @property
    def revision(self) -> int:
        """Grows with each change, undo and redo included."""
        return self._revision

    def origin_counts(self) -> tuple[int, int, int, int]:
        """How many pixels have each `Origin`, in the order of their values."""
        none, model, accepted, painted = map(int, self._origin_counts)
        return none, model, accepted, painted

    def paint(self, rect: Rect, stencil: np.ndarray, value: int | np.ndarray, origin: Origin) -> Rect:
        """Gives the pixels of ``rect`` where ``stencil`` is not 0 the class ``value`` and ``origin``.

        ``rect`` may stick out of the mask. ``stencil`` is ``bool`` or ``uint8 (h, w)``; ``value``
        is one class, or ``uint8 (h, w)`` with one class per pixel. Within a stroke it is part of
        that stroke's edit, else an edit of its own. Raises `ValueError` where a shape does not fit.
        """
        size = (rect.height, rect.width)
        if stencil.shape != size:
            raise ValueError(f"a stencil of shape {stencil.shape} does not fit a rect of {size}")
        if isinstance(value, np.ndarray):
            _check_labels("values", value, size)
        elif not 0 <= value <= 255:
            raise ValueError(f"{value} is no class: a mask holds 0 to 255")
        place = rect.intersection(full_rect(self.shape))
        if place.is_empty:
            return EMPTY_RECT
        inside = place.within(rect).slices
        selected = stencil[inside]
        if selected.dtype != np.bool_:
            selected = selected != 0
        selected = self.rules.allowed(selected, self._labels[place.slices], self._origins[place.slices])
        wanted = value[inside] if isinstance(value, np.ndarray) else value
        if self._stroke is not None:
            return self._change(self._stroke, place, selected, wanted, origin)

        def parts(band: Rect) -> Iterable[_Part]:
            inside = band.within(place).slices
            return ((selected[inside], wanted[inside] if isinstance(wanted, np.ndarray) else wanted, origin),)

        return self._as_one_edit(PAINT_NAME, place, parts)

    def apply_prediction(self, labels: np.ndarray, keep_human: bool = True, box: Rect | None = None) -> Rect:
        """Takes over predicted classes, ``uint8 (H, W)``, as one edit; with ``box``, those of a part.

        ``labels`` has the size of the box then, which has to lie within the mask, or `ValueError` is raised.
        Their origin becomes `Origin.MODEL`; where the prediction is void, `Origin.NONE`.
        Pixels that a person painted or accepted stay unless ``keep_human`` is False; pixels of
        locked classes stay. A stroke under way becomes two edits, with the prediction between.
        """
        place = full_rect(self.shape) if box is None else box
        if place.intersection(full_rect(self.shape)) != place:
            raise ValueError(f"{place} does not lie within a mask of shape {self.shape}")
        size = (place.height, place.width)
        _check_labels("a prediction", labels, size)

        def parts(band: Rect) -> Iterable[_Part]:
            predicted = labels[band.within(place).slices]
            selected = np.ones(predicted.shape, np.bool_)
            if keep_human:
                for human in map(int, HUMAN):
                    selected &= self._origins[band.slices] != human
            selected = self.rules.unlocked(selected, self._labels[band.slices])
            known = predicted != VOID
            return (selected & known, predicted, Origin.MODEL), (selected & ~known, predicted, Origin.NONE)

        return self._as_one_edit(PREDICTION_NAME if box is None else BOX_NAME, place, parts)

    def take_over(self, labels: np.ndarray, origins: np.ndarray) -> Rect:
        """Joins this mask with what its file has become elsewhere, both ``uint8 (H, W)``, as one edit.

        What was edited on one side alone since the two were one counts; where both sides were, this one
        does if a person decided it, see `joining.given_way`. Locks do not hold, or what a person did in the
        other version would be lost. A stroke under way becomes two edits, with this between.
        """
        theirs = self._fitting(labels, origins)
        given_way = joining.given_way(Planes(self._labels, self._origins), theirs, self._agreed())
        self._taken_over = theirs

        def parts(band: Rect) -> Iterable[_Part]:
            free, kinds = given_way[band.slices], origins[band.slices]
            return [(free & (kinds == kind), labels[band.slices], kind) for kind in Origin]

        return self._as_one_edit(TAKE_OVER_NAME, full_rect(self.shape), parts)

    def contradicts(self, labels: np.ndarray, origins: np.ndarray) -> bool:
        """Whether people have decided pixels otherwise here than in what the file has become elsewhere."""
        theirs = self._fitting(labels, origins)
        return joining.contradict(Planes(self._labels, self._origins), theirs, self._agreed())

    def _agreed(self) -> Planes | None:
        """What this mask and its file were when they were one; None where the history begins later."""
        if self._taken_over is not None:
            return self._taken_over
        labels, origins = self._labels.copy(), self._origins.copy()
        painted = None if self._stroke is None else self._stroke.packed(labels, origins)
        if painted is not None:
            painted.write_old(labels, origins)
        found = self._history.write_state(self._saved_state, labels, origins)
        return Planes(labels, origins) if found else None

    def _fitting(self, labels: np.ndarray, origins: np.ndarray) -> Planes:
        _check_labels("labels", labels, self.shape)
        _check_labels("origins", origins, self.shape)
        return Planes(labels, origins)

    def revert(self, labels: np.ndarray, origins: np.ndarray, name: str) -> Rect:
        """Makes the mask what it was at another time, both ``uint8 (H, W)``, as one edit called ``name``.

        No rule holds: whoever goes back takes back what was painted, too.
        """
        former = self._fitting(labels, origins)

        def parts(band: Rect) -> Iterable[_Part]:
            kinds = former.origins[band.slices]
            return [(kinds == kind, former.labels[band.slices], kind) for kind in Origin]

        return self._as_one_edit(name, full_rect(self.shape), parts)

    def accept(self, rect: Rect | None = None) -> Rect:
        """Marks the predicted pixels of ``rect`` (None: of all) as checked by a person, as one edit."""
        place = full_rect(self.shape) if rect is None else rect.intersection(full_rect(self.shape))
        if place.is_empty:
            return EMPTY_RECT
        return self._accept(ACCEPT_NAME, place, None)

    def accept_part(self, rect: Rect, stencil: np.ndarray) -> Rect:
        """As `accept`, for the pixels of ``rect``, which may stick out, where ``stencil`` is set.

        ``stencil`` is ``bool (h, w)``.
        """
        place = rect.intersection(full_rect(self.shape))
        if place.is_empty:
            return EMPTY_RECT
        return self._accept(CHECK_NAME, place, stencil[place.within(rect).slices])

    def _accept(self, name: str, place: Rect, stencil: np.ndarray | None) -> Rect:
        def parts(band: Rect) -> Iterable[_Part]:
            selected = self._origins[band.slices] == int(Origin.MODEL)
            if stencil is not None:
                selected &= stencil[band.within(place).slices]
            return ((selected, self._labels[band.slices], Origin.ACCEPTED),)

        return self._as_one_edit(name, place, parts)

    def _as_one_edit(self, name: str, place: Rect, parts: Callable[[Rect], Iterable[_Part]]) -> Rect:
        """``parts`` says of each of the rects that ``place`` is cut into what is to become of its pixels."""
        interrupted = self._stroke
        self.commit()
        stroke = Stroke(name)
        changed = EMPTY_RECT
        for top in range(place.top, place.bottom, _BAND):
            band = Rect(top, place.left, min(top + _BAND, place.bottom), place.right)
            for selected, value, origin in parts(band):
                changed = changed.union(self._change(stroke, band, selected, value, origin))
        self._record(stroke)
        if interrupted is not None:
            self._stroke = Stroke(interrupted.name)
        return changed

    def _change(
        self, stroke: Stroke, place: Rect, selected: np.ndarray, value: int | np.ndarray, origin: Origin
    ) -> Rect:
        differs = self._labels[place.slices] != value
        differs |= self._origins[place.slices] != int(origin)
        differs &= selected
        rect = bounds(differs, place)
        if rect.is_empty:
            return EMPTY_RECT
        stroke.keep(rect, self._labels, self._origins)
        inside = rect.within(place).slices
        differs = differs[inside]
        origins = self._origins[rect.slices]
        for kind in _ORIGINS:
            former = np.count_nonzero((origins == kind) & differs)
            self._origin_counts[kind] -= former
            self._origin_counts[origin] += former
        wanted = value[inside] if isinstance(value, np.ndarray) else np.uint8(value)
        np.copyto(self._labels[rect.slices], wanted, where=differs)
        np.copyto(origins, np.uint8(origin), where=differs)
        self._state = self._history.new_state()
        self._revision += 1
        return rect

    @property
    def in_stroke(self) -> bool:
        """Whether a stroke has begun and neither ended nor been taken back."""
        return self._stroke is not None

    def begin(self, name: str) -> None:
        """Begins a stroke called ``name``; one under way is committed."""
        self.commit()
        self._stroke = Stroke(name)
        self._former_stroke_end = self.stroke_end

    def commit(self) -> Edit | None:
        """Ends the stroke and records its edit; None where nothing changed or no stroke was under way."""
        stroke, self._stroke = self._stroke, None
        return None if stroke is None else self._record(stroke)

    def abort(self) -> Rect:
        """Ends the stroke and takes all its paints back."""
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return EMPTY_RECT
        self.stroke_end = self._former_stroke_end
        edit = stroke.packed(self._labels, self._origins)
        self._state = self._history.state
        return EMPTY_RECT if edit is None else self._write(edit, back=True)

    def _record(self, stroke: Stroke) -> Edit | None:
        edit = stroke.packed(self._labels, self._origins)
        if edit is None:
            self._state = self._history.state  # painted and painted back: the state of before
        else:
            self._history.push(edit, self._state)
        return edit

    @property
    def can_undo(self) -> bool:
        return self.undo_name is not None

    @property
    def can_redo(self) -> bool:
        return self.redo_name is not None

    @property
    def undo_name(self) -> str | None:
        """The name of the edit that `undo` takes back; None where it does nothing."""
        if self._stroke is not None:
            return self._stroke.name if self._stroke.has_paint else None
        return self._history.undo_name

    @property
    def redo_name(self) -> str | None:
        """The name of the edit that `redo` does again; None where it does nothing."""
        if self._stroke is not None and self._stroke.has_paint:
            return None
        return self._history.redo_name

    def undo(self) -> Rect:
        """Takes the last edit back. A stroke under way is committed, and it alone is taken back."""
        nothing_to_undo = self.undo_name is None
        was_in_stroke = self.in_stroke
        committed = self.commit()
        if nothing_to_undo or (was_in_stroke and committed is None):
            return EMPTY_RECT
        return self._walk(-1)

    def redo(self) -> Rect:
        """Does the edit again that was last taken back. A stroke under way is committed."""
        nothing_to_redo = self.redo_name is None
        self.commit()
        return EMPTY_RECT if nothing_to_redo else self._walk(1)

    def go_to(self, position: int) -> Rect:
        """Takes edits back, or does them again, until ``position`` of the history's edits are done.

        A stroke under way is committed first. Returns a rect that holds all changed pixels. Raises
        `IndexError` where the history has no such position.
        """
        self.commit()
        return self._walk(position - self._history.position)

    def _walk(self, steps: int) -> Rect:
        rect = EMPTY_RECT
        for edit in self._history.move(steps):
            rect = rect.union(self._write(edit, back=steps < 0))
        return rect

    def _write(self, edit: Edit, back: bool) -> Rect:
        write = edit.write_old if back else edit.write_new
        rect = write(self._labels, self._origins)
        gained = edit.old_origins.counts(len(Origin)) - edit.new_origins.counts(len(Origin))
        self._origin_counts += gained if back else -gained
        self._state = self._history.state
        self._revision += 1
        return rect

    @property
    def state(self) -> int:
        """The number of the present content: undo and redo come back to it, no other content has it."""
        return self._state

    @property
    def modified(self) -> bool:
        """Whether the mask is in another state than the one last saved (at first: the one given)."""
        return self._state != self._saved_state

    def mark_saved(self, state: int | None = None) -> None:
        """Says that ``state`` (None: the present one) is what the file holds.

        Whoever saves in the background notes `state` together with the copy of the arrays, so
        that paint added meanwhile still counts as not saved.
        """
        self._saved_state = self._state if state is None else state
        self._taken_over = None


def _check_labels(what: str, array: np.ndarray, shape: tuple[int, ...]) -> None:
    if array.shape != shape or array.dtype != np.uint8:
        raise ValueError(f"{what} must be uint8 {shape}, not {array.dtype} {array.shape}")


def _read_only(array: np.ndarray) -> np.ndarray:
    view = array.view()
    view.flags.writeable = False
    return view
