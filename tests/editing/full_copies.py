"""A mask editor that keeps a whole copy per step: slow, large, and plain enough to be believed."""

from typing import NamedTuple

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.rules import Rules


class Planes(NamedTuple):
    """Classes and origins of a mask, ``uint8 (H, W)`` each."""

    labels: np.ndarray
    origins: np.ndarray

    def copied(self) -> "Planes":
        return Planes(self.labels.copy(), self.origins.copy())

    def equal(self, other: "Planes") -> bool:
        return np.array_equal(self.labels, other.labels) and np.array_equal(self.origins, other.origins)


def random_planes(seed: int, height: int, width: int) -> Planes:
    """Noise of three classes and void, and of all origins."""
    random = np.random.default_rng(seed)
    classes = np.array([0, 1, 2, VOID], np.uint8)
    return Planes(
        random.choice(classes, (height, width)), random.integers(0, 4, (height, width), dtype=np.uint8)
    )


def changed_rect(before: Planes, after: Planes) -> Rect:
    """The smallest rect that holds all pixels in which the two differ."""
    rows, columns = np.nonzero((before.labels != after.labels) | (before.origins != after.origins))
    if rows.size == 0:
        return EMPTY_RECT
    return Rect(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1)


class Stroke(NamedTuple):
    name: str
    before: Planes
    has_paint: list[bool]


class FullCopies:
    """Behaves as a `MaskDocument` should; every change returns the rect that really differs."""

    def __init__(self, start: Planes) -> None:
        self.now = start.copied()
        self.done: list[tuple[str, Planes]] = []  # name of an edit, the planes before it
        self.undone: list[tuple[str, Planes]] = []  # name of an edit, the planes after it
        self.stroke: Stroke | None = None
        self.rules = Rules()
        self.saved = start.copied()

    def paint(self, rect: Rect, stencil: np.ndarray, value: int | np.ndarray, origin: Origin) -> Rect:
        rows, columns = np.nonzero(stencil)
        values = np.broadcast_to(np.asarray(value, np.uint8), stencil.shape)[rows, columns]
        rows, columns = rows + rect.top, columns + rect.left
        height, width = self.now.labels.shape
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        rows, columns, values = rows[inside], columns[inside], values[inside]
        free = self._free()[rows, columns]
        rows, columns, values = rows[free], columns[free], values[free]
        alone = self.stroke is None
        if alone:
            self.begin("Paint")
        before = self.now.copied()
        self.now.labels[rows, columns] = values
        self.now.origins[rows, columns] = origin
        if not before.equal(self.now):
            self.stroke.has_paint.append(True)
        if alone:
            self.commit()
        return changed_rect(before, self.now)

    def _free(self) -> np.ndarray:
        free = ~np.isin(self.now.labels, list(self.rules.locked))
        if self.rules.only_over is not None:
            free &= np.isin(self.now.labels, list(self.rules.only_over))
        if self.rules.protect_human:
            free &= ~np.isin(self.now.origins, HUMAN)
        return free

    def apply_prediction(self, labels: np.ndarray, keep_human: bool) -> Rect:
        selected = ~np.isin(self.now.labels, list(self.rules.locked))
        if keep_human:
            selected &= ~np.isin(self.now.origins, HUMAN)
        origins = np.where(labels == VOID, Origin.NONE, Origin.MODEL)
        return self._whole("Pre-label", selected, labels, origins)

    def predict_box(self, labels: np.ndarray, box: Rect) -> Rect:
        rows, columns = np.indices(self.now.labels.shape)
        selected = (rows >= box.top) & (rows < box.bottom) & (columns >= box.left) & (columns < box.right)
        selected &= ~np.isin(self.now.labels, list(self.rules.locked))
        selected &= ~np.isin(self.now.origins, HUMAN)
        origins = np.where(labels == VOID, Origin.NONE, Origin.MODEL)
        return self._whole("Pre-label a box", selected, labels, origins)

    def accept(self, rect: Rect | None) -> Rect:
        rows, columns = np.indices(self.now.labels.shape)
        selected = self.now.origins == Origin.MODEL
        if rect is not None and rect.intersection(full_rect(self.now.labels.shape)).is_empty:
            return EMPTY_RECT  # nothing to check, so a stroke under way goes on
        if rect is not None:
            selected &= (rows >= rect.top) & (rows < rect.bottom)
            selected &= (columns >= rect.left) & (columns < rect.right)
        return self._whole(
            "Mark as checked", selected, self.now.labels, np.full_like(self.now.origins, Origin.ACCEPTED)
        )

    def accept_part(self, rect: Rect, stencil: np.ndarray) -> Rect:
        height, width = self.now.labels.shape
        selected = np.zeros((height, width), np.bool_)
        for row, column in zip(*np.nonzero(stencil), strict=True):
            y, x = row + rect.top, column + rect.left
            if 0 <= y < height and 0 <= x < width:
                selected[y, x] = self.now.origins[y, x] == Origin.MODEL
        if rect.intersection(full_rect((height, width))).is_empty:
            return EMPTY_RECT
        return self._whole(
            "Check", selected, self.now.labels, np.full_like(self.now.origins, Origin.ACCEPTED)
        )

    def _whole(self, name: str, selected: np.ndarray, labels: np.ndarray, origins: np.ndarray) -> Rect:
        interrupted = self.stroke
        self.begin(name)
        before = self.now.copied()
        self.now.labels[selected] = labels[selected]
        self.now.origins[selected] = origins[selected]
        self.commit()
        if interrupted is not None:
            self.begin(interrupted.name)
        return changed_rect(before, self.now)

    def begin(self, name: str) -> None:
        self.commit()
        self.stroke = Stroke(name, self.now.copied(), [])

    def commit(self) -> bool:
        stroke, self.stroke = self.stroke, None
        if stroke is None or stroke.before.equal(self.now):
            return False
        self.done.append((stroke.name, stroke.before))
        self.undone.clear()
        return True

    def abort(self) -> Rect:
        stroke, self.stroke = self.stroke, None
        if stroke is None:
            return EMPTY_RECT
        after, self.now = self.now, stroke.before
        return changed_rect(after, self.now)

    def undo(self) -> Rect:
        in_stroke = self.stroke is not None
        if (not self.commit() and in_stroke) or not self.done:
            return EMPTY_RECT
        name, before = self.done.pop()
        after, self.now = self.now, before
        self.undone.append((name, after))
        return changed_rect(after, before)

    def redo(self) -> Rect:
        has_paint = self.stroke is not None and bool(self.stroke.has_paint)
        self.commit()
        if has_paint or not self.undone:
            return EMPTY_RECT
        name, after = self.undone.pop()
        before, self.now = self.now, after
        self.done.append((name, before))
        return changed_rect(before, after)
