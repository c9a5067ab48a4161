"""Every tool proposes, the document decides: one edit per gesture, Esc leaves nothing, rules hold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.editing.superpixel_grids import squares
from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.areas import polygon
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.tools import (
    TOOLS,
    AnswerMissing,
    Brush,
    Check,
    Eraser,
    Fill,
    Gesture,
    Lasso,
    Picker,
    Polygon,
    Rectangle,
    Select,
    Tool,
    ToolContext,
    ToolOptions,
)

HEIGHT, WIDTH = 40, 60
SHAPES = (Polygon(), Lasso(), Rectangle())
CORNERS = [(10.0, 5.0), (40.0, 5.0), (40.0, 30.0), (10.0, 30.0)]
POINTS = st.tuples(st.floats(-10, 70), st.floats(-10, 50))
SEEDS = st.integers(0, 2**32 - 1)


def context(seed: int | None = None, **more: object) -> ToolContext:
    """Void everywhere or, with a seed, blocks of classes and origins; class 3 is painted."""
    labels, origins = (np.full((HEIGHT, WIDTH), fill, np.uint8) for fill in (VOID, Origin.NONE))
    if seed is not None:
        random = np.random.default_rng(seed)
        blocks = random.choice(np.array([0, 1, 2, VOID], np.uint8), (5, 6))
        labels = np.kron(blocks, np.ones((8, 10), np.uint8))
        origins = np.kron(random.integers(0, 4, (8, 6), dtype=np.uint8), np.ones((5, 10), np.uint8))
    superpixels = squares(HEIGHT, WIDTH, 7)
    held = ToolContext(MaskDocument(labels, origins), active_class=3, diameter=5, superpixels=superpixels)
    return replace(held, **more)  # type: ignore[arg-type]


def go_through(gesture: Gesture, points: list[tuple[float, float]]) -> Rect:
    """Presses at the first point, drags through all, releases at the last, and presses Enter."""
    changed = gesture.begin()
    for point in points[1:]:
        changed = changed.union(gesture.drag(point))
    if not gesture.finished:
        changed = changed.union(gesture.release(points[-1]))
    for point in points:
        if not gesture.finished:
            changed = changed.union(gesture.press_again(point))
        if not gesture.finished:
            changed = changed.union(gesture.release(point))
    if not gesture.finished:
        changed = changed.union(gesture.finish())
    assert gesture.finished
    return changed


def click_round(gesture: Gesture, points: list[tuple[float, float]]) -> None:
    """A click at each point, with the pointer moving from one to the next."""
    gesture.begin()
    gesture.release(points[0])
    for point in points[1:]:
        gesture.hover(point)
        gesture.press_again(point)
        if not gesture.finished:
            gesture.release(point)


@settings(max_examples=200)
@given(st.sampled_from(TOOLS), SEEDS, st.lists(POINTS, min_size=1, max_size=6), st.booleans(), st.booleans())
def test_a_gesture_is_one_edit_or_none_and_undo_takes_it_back(
    tool: Tool, seed: int, points: list[tuple[float, float]], ctrl: bool, to_model: bool
) -> None:
    ranked = np.random.default_rng(seed).integers(0, 4, (3, HEIGHT, WIDTH), np.uint8)
    image = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    held = context(seed, ctrl=ctrl, ranked=ranked, image=image, options=ToolOptions(erase_to_model=to_model))
    document = held.document
    before = document.labels.copy(), document.origins.copy()
    changed = go_through(tool.start(held, points[0]), points)
    differs = (document.labels != before[0]) | (document.origins != before[1])
    outside = np.ones_like(differs)
    outside[changed.slices] = False
    assert not (differs & outside).any()
    assert not document.in_stroke
    assert len(document.history.entries()) == int(differs.any())
    if differs.any():
        assert document.undo_name == tool.name
        document.undo()
    assert np.array_equal(document.labels, before[0])
    assert np.array_equal(document.origins, before[1])


@settings(max_examples=100)
@given(st.sampled_from(TOOLS), SEEDS, st.lists(POINTS, min_size=1, max_size=6))
def test_esc_leaves_the_mask_as_it_was(tool: Tool, seed: int, points: list[tuple[float, float]]) -> None:
    ranked = np.random.default_rng(seed).integers(0, 4, (3, HEIGHT, WIDTH), np.uint8)
    image = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    held = context(seed, ranked=ranked, image=image)
    document = held.document
    before = document.labels.copy(), document.origins.copy()
    gesture = tool.start(held, points[0])
    gesture.begin()
    for point in points[1:]:
        gesture.drag(point)
    gesture.cancel()
    assert gesture.finished
    assert np.array_equal(document.labels, before[0])
    assert np.array_equal(document.origins, before[1])
    assert not document.can_undo
    assert not document.in_stroke


@settings(max_examples=200)
@given(
    st.sampled_from(TOOLS),
    SEEDS,
    st.lists(POINTS, min_size=1, max_size=6),
    st.booleans(),
    st.frozensets(st.sampled_from([0, 1, 2, VOID]), max_size=2),
    st.none() | st.frozensets(st.sampled_from([0, 1, 2, VOID]), max_size=2),
    st.booleans(),
)
def test_no_tool_gets_round_the_rules(
    tool: Tool,
    seed: int,
    points: list[tuple[float, float]],
    ctrl: bool,
    locked: frozenset[int],
    only_over: frozenset[int] | None,
    protect: bool,
) -> None:
    ranked = np.random.default_rng(seed).integers(0, 4, (3, HEIGHT, WIDTH), np.uint8)
    image = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    held = context(seed, ctrl=ctrl, ranked=ranked, image=image)
    document = held.document
    document.rules = Rules(locked, only_over, protect)
    before = document.labels.copy(), document.origins.copy()
    go_through(tool.start(held, points[0]), points)
    kept = np.isin(before[0], list(locked))
    if only_over is not None:
        # A stroke may go over its own paint again.
        kept |= ~np.isin(before[0], list(only_over))
    if protect:
        kept |= np.isin(before[1], HUMAN)
    assert np.array_equal(document.labels[kept], before[0][kept])
    if not isinstance(tool, Check):  # which paints nothing
        assert np.array_equal(document.origins[kept], before[1][kept])


def test_a_polygon_is_closed_by_a_click_on_its_first_corner() -> None:
    held = context()
    gesture = Polygon().start(held, CORNERS[0])
    gesture.reach = 3
    click_round(gesture, [*CORNERS, (12.0, 6.0)])
    assert gesture.finished
    rect, stencil = polygon(CORNERS, full_rect((HEIGHT, WIDTH)))
    expected = np.full((HEIGHT, WIDTH), VOID)
    expected[rect.slices][stencil] = 3
    assert np.array_equal(held.document.labels, expected)


def test_a_corner_can_be_dragged_before_it_is_set_and_taken_back_after() -> None:
    held = context()
    gesture = Polygon().start(held, (0.0, 0.0))
    gesture.begin()
    gesture.drag(CORNERS[0])
    gesture.release(CORNERS[0])
    click_round_from(gesture, [*CORNERS[1:3], (50.0, 38.0)])
    gesture.step_back()
    click_round_from(gesture, CORNERS[3:])
    gesture.hover((55.0, 35.0))
    assert list(gesture.outline) == [*CORNERS, (55.0, 35.0)]
    assert gesture.finish() == Rect(5, 10, 30, 40)


def click_round_from(gesture: Gesture, points: list[tuple[float, float]]) -> None:
    for point in points:
        gesture.press_again(point)
        gesture.release(point)


def test_taking_the_last_corner_back_gives_the_polygon_up() -> None:
    held = context()
    gesture = Polygon().start(held, CORNERS[0])
    gesture.begin()
    gesture.release(CORNERS[0])
    gesture.step_back()
    assert gesture.finished
    assert not held.document.can_undo


def test_the_class_can_be_chosen_while_a_polygon_is_drawn() -> None:
    held = context()
    gesture = Polygon().start(held, CORNERS[0])
    click_round(gesture, CORNERS)
    gesture.choose_class(7)
    gesture.finish()
    assert set(np.unique(held.document.labels)) == {7, VOID}


@given(st.sampled_from(SHAPES), SEEDS, st.lists(POINTS, min_size=3, max_size=8), st.data())
def test_what_is_added_and_then_subtracted_is_void_there(
    tool: Tool, seed: int, points: list[tuple[float, float]], data: st.DataObject
) -> None:
    others = data.draw(st.lists(POINTS, min_size=3, max_size=8))
    held = context(seed)
    go_through(tool.start(held, points[0]), points)
    added = held.document.labels.copy()
    go_through(tool.start(replace(held, ctrl=True), others[0]), others)
    alone = context()
    go_through(tool.start(alone, others[0]), others)
    subtracted = alone.document.labels == 3
    assert np.array_equal(held.document.labels, np.where(subtracted, VOID, added))
    assert (held.document.origins[subtracted] == Origin.PAINTED).all()


def test_a_click_with_the_lasso_paints_nothing() -> None:
    held = context()
    assert go_through(Lasso().start(held, (9, 9)), [(9, 9), (9, 9)]) == EMPTY_RECT
    assert not held.document.can_undo


def test_a_rectangle_is_drawn_before_it_is_painted() -> None:
    held = context()
    gesture = Rectangle().start(held, (20.7, 10.2))
    gesture.begin()
    gesture.drag((10.1, 15.9))
    assert list(gesture.outline) == [(10, 10), (21, 10), (21, 16), (10, 16)]
    assert gesture.closed
    assert not held.document.can_undo
    assert gesture.release((10.1, 15.9)) == Rect(10, 10, 16, 21)


def test_fill_takes_the_connected_region_and_with_ctrl_all_of_the_class() -> None:
    for ctrl, pieces in ((False, 1), (True, 2)):
        held = context(ctrl=ctrl)
        document = held.document
        for left in (5, 30):
            document.paint(Rect(5, left, 15, left + 10), np.ones((10, 10), np.bool_), 2, Origin.MODEL)
        shown = Fill().preview(held, (8, 8))
        go_through(Fill().start(held, (8, 8)), [(8, 8)])
        filled = document.labels == 3
        assert np.count_nonzero(filled) == pieces * 100 == np.count_nonzero(shown[1])
        assert (document.origins[filled] == Origin.PAINTED).all()


def test_the_eraser_gives_back_what_the_model_says() -> None:
    ranked = np.full((3, HEIGHT, WIDTH), 6, np.uint8)
    ranked[0, :, 30:] = VOID
    held = context(ranked=ranked, options=ToolOptions(erase_to_model=True))
    held.document.paint(full_rect((HEIGHT, WIDTH)), np.ones((HEIGHT, WIDTH), np.bool_), 2, Origin.PAINTED)
    go_through(Eraser().start(held, (20, 20)), [(20, 20), (40, 20)])
    labels, origins = held.document.labels[20], held.document.origins[20]
    assert (labels[20:30] == 6).all()
    assert (origins[20:30] == Origin.MODEL).all()
    assert (labels[30:41] == VOID).all()
    assert (origins[30:41] == Origin.NONE).all()
    assert labels[10] == 2
    assert held.document.undo() == Rect(18, 18, 23, 43)


@pytest.mark.parametrize("tool", [Eraser(), *SHAPES], ids=lambda tool: tool.name)
def test_erasing_to_a_model_that_was_not_asked_is_refused_before_anything_is_painted(tool: Tool) -> None:
    held = context(options=ToolOptions(erase_to_model=True), ctrl=True)
    with pytest.raises(AnswerMissing):
        tool.start(held, (20, 20))
    assert not held.document.in_stroke


def test_the_pressure_of_the_pen_changes_the_width() -> None:
    held = context(options=ToolOptions(pressure=True), diameter=9)
    gesture = Brush().start(held, (10, 20))
    gesture.pressure = 0.0
    gesture.begin()
    gesture.pressure = 1.0
    gesture.drag((30, 20))
    gesture.pressure = 0.3
    gesture.release((50, 20))
    heights = np.count_nonzero(held.document.labels == 3, axis=0)
    assert heights[10] == 9  # the wider brush began where the thin one was
    assert heights[20] == 9
    assert heights[45] == 3
    assert heights[4] == 0


def test_without_the_option_pressure_is_not_looked_at() -> None:
    held = context(diameter=9)
    gesture = Brush().start(held, (10, 20))
    gesture.pressure = 0.1
    gesture.begin()
    gesture.release((10, 20))
    assert np.count_nonzero((held.document.labels == 3).any(axis=0)) == 9


def test_the_picker_takes_the_class_where_the_button_goes_up() -> None:
    held = context()
    held.document.paint(Rect(0, 0, 5, 5), np.ones((5, 5), np.bool_), 8, Origin.PAINTED)
    for point, found in (((2.5, 2.5), 8), ((20, 20), VOID), ((-3, 2), None)):
        gesture = Picker().start(held, (30, 30))
        go_through(gesture, [(30, 30), point])
        assert gesture.picked == found


def test_select_takes_a_rectangle_or_a_region_and_with_ctrl_both() -> None:
    held = context()
    held.document.paint(Rect(20, 30, 25, 35), np.ones((5, 5), np.bool_), 8, Origin.PAINTED)
    gesture = Select().start(held, (3, 4))
    go_through(gesture, [(3, 4), (8, 6)])
    first = gesture.selection
    assert first is not None
    assert first.rect == Rect(4, 3, 7, 9)
    assert first.stencil.all()
    more = replace(held, ctrl=True, selection=first)
    gesture = Select().start(more, (32, 22))
    go_through(gesture, [(32, 22), (32.3, 22.2)])
    assert gesture.selection is not None
    assert gesture.selection.count == first.count + 25
    gesture = Select().start(replace(more, ctrl=False), (-5, -5))
    go_through(gesture, [(-5, -5)])
    assert gesture.selection is None


def test_the_cursor_says_what_a_press_would_leave() -> None:
    held = context()
    held.document.paint(Rect(0, 0, 5, 5), np.ones((5, 5), np.bool_), 8, Origin.PAINTED)
    with_ctrl = replace(held, ctrl=True)
    for tool in SHAPES:
        assert tool.proposes(held, (20, 20)) == 3
        assert tool.proposes(with_ctrl, (20, 20)) == VOID
    assert Eraser().proposes(held, (20, 20)) == VOID
    assert [Picker().proposes(held, (place, 2)) for place in (2, 20, -1)] == [8, VOID, None]
    assert Select().proposes(held, (2, 2)) is None
