"""Any sequence of steps, compared bit by bit with an editor that keeps full copies."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.editing.full_copies import FullCopies, Planes, random_planes
from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules

Step = tuple[Any, ...]

SEEDS = st.integers(0, 2**32 - 1)
CLASSES = st.sampled_from([0, 1, 2, VOID])
CLASS_SETS = st.frozensets(CLASSES, max_size=2)
SHARES = st.floats(-0.6, 1.3)  # of the height or width, so that many rects stick out or lie outside
PAINTS = st.tuples(
    st.just("paint"),
    st.tuples(SHARES, SHARES, st.floats(0, 1), st.floats(0, 1)),
    SEEDS,
    st.one_of(CLASSES, st.none()),  # None: one class per pixel
    st.sampled_from(list(Origin)),
)
OTHERS = st.one_of(
    st.sampled_from([("undo",), ("redo",), ("save",), ("begin",), ("commit",), ("abort",)]),
    st.tuples(st.just("predict"), SEEDS, st.booleans()),
    st.tuples(st.just("predict box"), SEEDS),
    st.tuples(st.just("accept"), st.booleans()),
    st.tuples(st.just("accept part"), st.integers(-3, 9), st.integers(-3, 9), SEEDS),
    st.tuples(st.just("rules"), CLASS_SETS, st.one_of(st.none(), CLASS_SETS), st.booleans()),
)
# Groups of paints, half of them within a stroke, so that strokes of several paints are frequent.
GROUPS = st.tuples(
    st.sampled_from([[("begin",)], []]),
    st.lists(PAINTS, min_size=1, max_size=5),
    st.lists(OTHERS, max_size=4),
)
STEPS = st.lists(GROUPS, max_size=8).map(
    lambda groups: [step for opening, paints, others in groups for step in (*opening, *paints, *others)]
)
SMALL = st.tuples(st.integers(1, 12), st.integers(1, 12))
LARGE = st.sampled_from([(300, 520), (1, 700), (256, 257)])


def take_step(document: MaskDocument, model: FullCopies, step: Step) -> tuple[Rect, Rect]:
    """Does the same to both; returns the rects that they say have changed."""
    match step:
        case "paint", shares, seed, value, origin:
            sides = document.shape * 2
            top, left, height, width = (
                round(share * side) for share, side in zip(shares, sides, strict=True)
            )
            rect = Rect(top, left, top + height, left + width)
            random = np.random.default_rng(seed)
            stencil = random.random((height, width)) < 0.7
            if value is None:
                value = random.integers(0, 3, (height, width), dtype=np.uint8)
            said = document.paint(rect, stencil, value, origin)
            return said, model.paint(rect, stencil, value, origin)
        case "predict", seed, keep_human:
            labels = random_planes(seed, *document.shape).labels
            return document.apply_prediction(labels, keep_human), model.apply_prediction(labels, keep_human)
        case "predict box", seed:
            random = np.random.default_rng(seed)
            top, bottom = np.sort(random.integers(0, document.shape[0] + 1, 2)).tolist()
            left, right = np.sort(random.integers(0, document.shape[1] + 1, 2)).tolist()
            box = Rect(top, left, bottom, right)
            labels = random_planes(seed, *document.shape).labels
            said = document.apply_prediction(labels[box.slices], box=box)
            return said, model.predict_box(labels, box)
        case "accept", everywhere:
            rect = None if everywhere else Rect(-1, 1, 4, 99)
            return document.accept(rect), model.accept(rect)
        case "accept part", top, left, seed:
            rect = Rect(top, left, top + 5, left + 7)
            stencil = np.random.default_rng(seed).random((5, 7)) < 0.6
            return document.accept_part(rect, stencil), model.accept_part(rect, stencil)
        case "undo", *_:
            return document.undo(), model.undo()
        case "redo", *_:
            return document.redo(), model.redo()
        case "abort", *_:
            return document.abort(), model.abort()
        case "begin", *_:
            document.begin("Brush")
            model.begin("Brush")
        case "commit", *_:
            assert (document.commit() is not None) == model.commit()
        case "rules", locked, only_over, protect_human:
            document.rules = model.rules = Rules(locked, only_over, protect_human)
        case "save", *_:
            document.mark_saved()
            model.saved = model.now.copied()
    return EMPTY_RECT, EMPTY_RECT


def check_against_full_copies(shape: tuple[int, int], seed: int, steps: list[Step]) -> None:
    start = random_planes(seed, *shape)
    document, model = MaskDocument(*start), FullCopies(start)
    live = Planes(document.labels, document.origins)
    for step in steps:
        revision, could_undo, could_redo = document.revision, document.can_undo, document.can_redo
        said, true = take_step(document, model, step)
        assert said == true
        assert model.now.equal(live)
        assert document.revision > revision or said == EMPTY_RECT
        assert document.origin_counts() == tuple(np.bincount(model.now.origins.ravel(), minlength=4))
        assert document.in_stroke == (model.stroke is not None)
        assert document.modified or model.now.equal(model.saved)
        if not could_undo and step == ("undo",):
            assert said == EMPTY_RECT
        if not could_redo and step == ("redo",):
            assert said == EMPTY_RECT
    document.commit()
    model.commit()
    names = [name for name, _ in model.done] + [name for name, _ in reversed(model.undone)]
    assert [entry.name for entry in document.history.entries()] == names
    last = model.now.copied()
    for _ in model.done:
        document.undo()
    assert not document.can_undo
    assert start.equal(live)
    for _ in model.done:
        document.redo()
    assert last.equal(live)
    while document.can_redo:
        document.redo()
    while document.can_undo:
        document.undo()
    assert start.equal(live)


@settings(max_examples=200)
@given(SMALL, SEEDS, STEPS)
def test_any_sequence_on_a_small_mask_gives_what_full_copies_give(
    shape: tuple[int, int], seed: int, steps: list[Step]
) -> None:
    check_against_full_copies(shape, seed, steps)


@settings(max_examples=25)
@given(LARGE, SEEDS, STEPS)
def test_any_sequence_on_a_mask_of_many_tiles_gives_what_full_copies_give(
    shape: tuple[int, int], seed: int, steps: list[Step]
) -> None:
    check_against_full_copies(shape, seed, steps)


@settings(max_examples=60)
@given(SMALL, SEEDS, st.frozensets(CLASSES, max_size=2))
def test_a_prediction_leaves_human_pixels_and_locked_classes_alone(
    shape: tuple[int, int], seed: int, locked: frozenset[int]
) -> None:
    before = random_planes(seed, *shape)
    predicted = random_planes(seed + 1, *shape).labels
    document = MaskDocument(*before)
    document.rules = Rules(locked=locked)
    document.apply_prediction(predicted)
    predicted_origins = np.where(predicted == VOID, Origin.NONE, Origin.MODEL)
    kept = np.isin(before.origins, HUMAN) | np.isin(before.labels, list(locked))
    assert np.array_equal(document.labels, np.where(kept, before.labels, predicted))
    assert np.array_equal(document.origins, np.where(kept, before.origins, predicted_origins))
