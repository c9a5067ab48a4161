"""Brush and eraser, from pointer movements to edits."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.brush import footprint, footprint_rect, segment
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.tools import TOOLS, Brush, Eraser, Tool, ToolContext

HEIGHT, WIDTH = 40, 60


def context(diameter: int = 5, square: bool = False, labels: int = VOID) -> ToolContext:
    planes = np.full((HEIGHT, WIDTH), labels, np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    return ToolContext(MaskDocument(*planes), active_class=3, diameter=diameter, square=square)


def draw(
    tool: Tool,
    held: ToolContext,
    start: tuple[float, float],
    end: tuple[float, float],
    straight_from_last: bool = False,
) -> None:
    """A whole stroke from press to release."""
    stroke = tool.start(held, start, straight_from_last)
    stroke.begin()
    stroke.release(end)


def painted(held: ToolContext) -> np.ndarray:
    return held.document.origins == Origin.PAINTED


def test_each_tool_has_its_own_name_key_and_icon() -> None:
    for words in zip(*((tool.name, tool.shortcut, tool.icon) for tool in TOOLS), strict=True):
        assert all(words)
        assert len(set(words)) == len(TOOLS)


@pytest.mark.parametrize("diameter", [1, 2, 5, 8])
def test_a_click_paints_exactly_the_footprint_that_the_cursor_shows(diameter: int) -> None:
    held = context(diameter)
    stroke = Brush().start(held, (20.3, 10.7))
    rect = stroke.begin()
    assert rect == footprint_rect((20.3, 10.7), diameter)
    assert np.array_equal(painted(held)[rect.slices], footprint(diameter, square=False))
    assert stroke.release((20.3, 10.7)) == EMPTY_RECT
    assert stroke.finished
    assert np.count_nonzero(painted(held)) == np.count_nonzero(footprint(diameter, square=False))
    assert set(held.document.labels[painted(held)]) == {3}


def test_the_eraser_leaves_void_that_a_person_chose() -> None:
    held = context(labels=2)
    draw(Eraser(), held, (20, 10), (30, 10))
    assert (held.document.labels[painted(held)] == VOID).all()
    assert painted(held).any()
    held.document.apply_prediction(np.full((HEIGHT, WIDTH), 7, np.uint8))
    assert (held.document.labels[painted(held)] == VOID).all()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(-30, 90), st.floats(-30, 70)), min_size=2, max_size=8),
    st.integers(1, 9),
    st.booleans(),
    st.sampled_from((Brush(), Eraser())),
)
def test_a_stroke_is_all_segments_between_its_points_and_one_edit(
    points: list[tuple[float, float]], diameter: int, square: bool, tool: Tool
) -> None:
    held = context(diameter, square, labels=1)
    before = held.document.labels.copy()
    stroke = tool.start(held, points[0])
    redrawn = [stroke.begin()]
    redrawn += [stroke.drag(point) for point in points[1:-1]]
    redrawn.append(stroke.release(points[-1]))
    expected = np.zeros((HEIGHT + 200, WIDTH + 200), np.bool_)
    for start, end in itertools.pairwise(points):
        rect, stencil = segment(start, end, diameter, square)
        expected[rect.top + 100 : rect.bottom + 100, rect.left + 100 : rect.right + 100] |= stencil
    assert np.array_equal(painted(held), expected[100 : 100 + HEIGHT, 100 : 100 + WIDTH])
    touched = EMPTY_RECT
    for rect in redrawn:
        touched = touched.union(rect)
    if painted(held).any():
        assert [entry.name for entry in held.document.history.entries()] == [tool.name]
        assert held.document.undo() == touched
    else:
        assert touched == EMPTY_RECT
    assert np.array_equal(held.document.labels, before)
    assert not held.document.can_undo


def test_shift_click_joins_to_where_the_last_stroke_ended() -> None:
    held = context(diameter=3)
    draw(Brush(), held, (5, 5), (10, 30))
    before = painted(held).copy()
    draw(Brush(), held, (50, 8), (50, 8), straight_from_last=True)
    rect, stencil = segment((10, 30), (50, 8), 3, square=False)
    before[rect.slices] |= stencil
    assert np.array_equal(painted(held), before)
    assert len(held.document.history.entries()) == 2


def test_shift_click_joins_across_tools() -> None:
    held = context(diameter=3, labels=1)
    draw(Brush(), held, (5, 5), (5, 5))
    draw(Eraser(), held, (50, 5), (50, 5), straight_from_last=True)
    assert (held.document.labels[5, 5:51] == VOID).all()


def test_shift_click_before_any_stroke_is_a_click() -> None:
    held = context(diameter=3)
    stroke = Brush().start(held, (20, 10), straight_from_last=True)
    assert stroke.begin() == footprint_rect((20, 10), 3)


def test_a_cancelled_stroke_is_taken_back_with_the_place_where_it_ended() -> None:
    held = context(diameter=3)
    draw(Brush(), held, (5, 5), (10, 5))
    before = held.document.labels.copy()
    stroke = Brush().start(held, (40, 30))
    stroke.begin()
    stroke.drag((50, 30))
    assert stroke.cancel() == Rect(29, 39, 32, 52)
    assert np.array_equal(held.document.labels, before)
    assert stroke.drag((50, 35)) == EMPTY_RECT
    assert stroke.release((50, 35)) == EMPTY_RECT
    Brush().start(held, (10, 35), straight_from_last=True).begin()
    assert (held.document.labels[5:36, 10] == 3).all()


def test_after_undo_in_the_middle_of_a_stroke_the_hand_paints_nothing_until_it_presses_again() -> None:
    held = context(diameter=3)
    stroke = Brush().start(held, (5, 5))
    stroke.begin()
    stroke.drag((15, 5))
    held.document.undo()
    assert stroke.drag((25, 5)) == EMPTY_RECT
    assert stroke.release((35, 5)) == EMPTY_RECT
    assert not painted(held).any()
    assert held.document.redo_name == "Brush"
    assert Brush().start(held, (25, 5)).begin() != EMPTY_RECT


def test_a_second_press_ends_the_stroke_of_the_first() -> None:
    held = context(diameter=1)
    Brush().start(held, (5, 5)).begin()
    draw(Eraser(), held, (9, 9), (9, 9))
    assert [entry.name for entry in held.document.history.entries()] == ["Brush", "Eraser"]


def test_a_brush_larger_than_the_mask_fills_it_within_its_locks() -> None:
    held = context(diameter=1000, square=True)
    held.document.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 9, Origin.PAINTED)
    held.document.rules = Rules(locked=frozenset({9}))
    assert Brush().start(held, (30, 20)).begin() == Rect(0, 0, HEIGHT, WIDTH)
    assert held.document.labels[0, 0] == 9
    assert np.count_nonzero(held.document.labels == 3) == HEIGHT * WIDTH - 1


def test_a_stroke_wholly_outside_the_mask_is_no_edit() -> None:
    held = context(diameter=5)
    stroke = Brush().start(held, (-500, -500))
    assert stroke.begin() == EMPTY_RECT
    assert stroke.drag((-500, 4000)) == EMPTY_RECT
    assert stroke.release((-700, 4000)) == EMPTY_RECT
    assert not held.document.can_undo
