"""The document compared, bit by bit, with one that keeps a full copy of everything."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.history import History


class Planes(NamedTuple):
    labels: np.ndarray
    origins: np.ndarray

    def equal(self, other: "Planes") -> bool:
        return np.array_equal(self.labels, other.labels) and np.array_equal(self.origins, other.origins)


class FullCopies:
    """The same behaviour as a `MaskDocument`, one pixel at a time and with whole copies."""

    def __init__(self, labels: np.ndarray, origins: np.ndarray) -> None:
        self.now = Planes(labels.copy(), origins.copy())
        self.done: list[tuple[str, Planes]] = []  # name of an edit, the planes before it
        self.undone: list[tuple[str, Planes]] = []  # name of an edit, the planes after it
        self.stroke: tuple[str, Planes] | None = None
        self.locked: frozenset[int] = frozenset()

    def copy(self) -> Planes:
        return Planes(self.now.labels.copy(), self.now.origins.copy())

    def paint(self, rect: Rect, stencil: np.ndarray, value: int | np.ndarray, origin: Origin) -> Rect:
        alone = self.stroke is None
        if alone:
            self.begin("Paint")
        before = self.copy()
        height, width = self.now.labels.shape
        for row in range(rect.height):
            for column in range(rect.width):
                y, x = rect.top + row, rect.left + column
                if not (0 <= y < height and 0 <= x < width and stencil[row, column]):
                    continue
                if int(self.now.labels[y, x]) not in self.locked:
                    self.now.labels[y, x] = value if isinstance(value, int) else value[row, column]
                    self.now.origins[y, x] = origin
        if alone:
            self.commit()
        return changed_rect(before, self.now)

    def whole(self, name: str, selected: np.ndarray, labels: np.ndarray, origin: Origin) -> Rect:
        interrupted = self.stroke
        self.commit()
        self.begin(name)
        before = self.copy()
        self.now.labels[selected] = labels[selected]
        self.now.origins[selected] = origin
        self.commit()
        if interrupted:
            self.begin(interrupted[0])
        return changed_rect(before, self.now)

    def begin(self, name: str) -> None:
        self.commit()
        self.stroke = (name, self.copy())

    def commit(self) -> bool:
        stroke, self.stroke = self.stroke, None
        if stroke is None or stroke[1].equal(self.now):
            return False
        self.done.append(stroke)
        self.undone.clear()
        return True

    def abort(self) -> Rect:
        if self.stroke is None:
            return EMPTY_RECT
        before = self.now
        self.now = self.stroke[1]
        self.stroke = None
        return changed_rect(before, self.now)

    def undo(self, in_stroke: bool) -> Rect:
        if (in_stroke and not self.commit()) or not self.done:
            return EMPTY_RECT
        name, before = self.done.pop()
        after, self.now = self.now, before
        self.undone.append((name, after))
        return changed_rect(after, before)

    def redo(self) -> Rect:
        if not self.undone:
            return EMPTY_RECT
        name, after = self.undone.pop()
        before, self.now = self.now, after
        self.done.append((name, before))
        return changed_rect(before, after)


def changed_rect(before: Planes, after: Planes) -> Rect:
    """The smallest rect that holds all pixels in which the two differ."""
    rows, columns = np.nonzero((before.labels != after.labels) | (before.origins != after.origins))
    if rows.size == 0:
        return EMPTY_RECT
    return Rect(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1)


def random_planes(seed: int, height: int, width: int) -> Planes:
    random = np.random.default_rng(seed)
    classes = np.array([0, 1, 2, VOID], np.uint8)
    return Planes(
        random.choice(classes, (height, width)), random.integers(0, 4, (height, width), dtype=np.uint8)
    )


SEEDS = st.integers(0, 2**32 - 1)
ORIGINS = st.sampled_from(list(Origin))
CLASSES = st.sampled_from([0, 1, 2, VOID])
PAINTS = st.tuples(
    st.just("paint"),
    st.tuples(st.integers(-6, 14), st.integers(-6, 14), st.integers(0, 9), st.integers(0, 9)),
    SEEDS,
    st.one_of(CLASSES, st.none()),  # None: one class per pixel
    ORIGINS,
)
STEPS = st.lists(
    st.one_of(
        PAINTS,
        PAINTS,
        st.sampled_from([("begin",), ("commit",), ("abort",), ("undo",), ("undo",), ("redo",), ("redo",)]),
        st.tuples(st.just("predict"), SEEDS, st.booleans()),
        st.tuples(st.just("accept"), st.booleans()),
        st.tuples(st.just("lock"), st.frozensets(CLASSES, max_size=2)),
        st.just(("save",)),
    ),
    max_size=40,
)


def take_step(document: MaskDocument, model: FullCopies, step: tuple) -> tuple[Rect, Rect]:
    """Does the same to both; returns the rects that both say have changed."""
    match step:
        case ("paint", (top, left, height, width), seed, value, origin):
            rect = Rect(top, left, top + height, left + width)
            random = np.random.default_rng(seed)
            stencil = random.random((height, width)) < 0.6
            if value is None:
                value = random.integers(0, 3, (height, width), dtype=np.uint8)
            return document.paint(rect, stencil, value, origin), model.paint(rect, stencil, value, origin)
        case ("begin",):
            document.begin("Brush")
            model.begin("Brush")
        case ("commit",):
            assert (document.commit() is not None) == model.commit()
        case ("abort",):
            return document.abort(), model.abort()
        case ("undo",):
            return document.undo(), model.undo(model.stroke is not None)
        case ("redo",):
            in_stroke = model.stroke is not None
            model.commit()
            return (document.redo(), model.redo()) if not in_stroke else (document.redo(), model.redo())
        case ("predict", seed, keep_human):
            labels = random_planes(seed, *document.shape).labels
            selected = ~np.isin(model.now.labels, list(model.locked))
            if keep_human:
                selected &= ~np.isin(model.now.origins, HUMAN)
            changed = document.apply_prediction(labels, keep_human)
            return changed, model.whole("Pre-label", selected, labels, Origin.MODEL)
        case ("accept", everywhere):
            rect = None if everywhere else Rect(-1, 1, 4, 99)
            selected = model.now.origins == Origin.MODEL
            if not everywhere:
                selected[4:], selected[:, :1] = False, False
            changed = document.accept(rect)
            return changed, model.whole("Mark as checked", selected, model.now.labels, Origin.ACCEPTED)
        case ("lock", classes):
            document.locked = model.locked = classes
    return EMPTY_RECT, EMPTY_RECT


@settings(deadline=None, max_examples=150)
@given(SEEDS, st.integers(1, 12), st.integers(1, 12), STEPS)
def test_any_sequence_of_steps_gives_what_full_copies_give(
    seed: int, height: int, width: int, steps: list[tuple]
) -> None:
    start = random_planes(seed, height, width)
    document, model = MaskDocument(*start), FullCopies(*start)
    for step in steps:
        revision = document.revision
        said, true = take_step(document, model, step)
        assert said == true
        assert model.now.equal(Planes(document.labels, document.origins))
        assert (document.revision > revision) or said == EMPTY_RECT
        assert document.origin_counts() == tuple(np.bincount(model.now.origins.ravel(), minlength=4))
        assert document.in_stroke == (model.stroke is not None)
    model.commit()
    document.commit()
    names = [name for name, _ in model.done] + [name for name, _ in reversed(model.undone)]
    assert [entry.name for entry in document.history.entries()] == names
    last = model.copy()
    while document.can_redo:
        document.redo()
    while document.can_undo:
        document.undo()
    assert start.equal(Planes(document.labels, document.origins))
    for _ in model.done:
        document.redo()
    assert last.equal(Planes(document.labels, document.origins))
