"""Superpixels: each pixel is in one, each is one patch, and the tool paints those that it touches."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.editing.hands import use
from tests.editing.superpixel_grids import squares
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.superpixels import Superpixels, find_superpixels
from unetpp_desktop.editing.tools import Superpixel, SuperpixelsMissing, ToolContext, ToolOptions


def _context(superpixels: Superpixels | None) -> ToolContext:
    labels = np.zeros((40, 60), np.uint8)
    document = MaskDocument(labels, np.full_like(labels, Origin.MODEL))
    return ToolContext(document, active_class=3, diameter=20, superpixels=superpixels)


def test_two_colours_share_no_superpixel() -> None:
    image = np.full((64, 96, 3), (40, 60, 80), np.uint8)
    image[:, 41:] = (180, 160, 90)  # not where the grid of the search has a line
    numbers = find_superpixels(image, 16, silent).numbers
    left, right = set(np.unique(numbers[:, :40])), set(np.unique(numbers[:, 42:]))
    assert len(left) > 4
    assert len(right) > 4
    assert not left & right


@settings(max_examples=40)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 70),
    st.integers(1, 70),
    st.sampled_from([4, 5, 16, 40, 128]),
)
def test_each_pixel_of_any_scene_is_in_one_patch(seed: int, height: int, width: int, size: int) -> None:
    random = np.random.default_rng(seed)
    blocks = random.integers(0, 256, (height // 7 + 1, width // 7 + 1, 3), np.uint8)
    image = np.kron(blocks, np.ones((7, 7, 1), np.uint8))[:height, :width]
    superpixels = find_superpixels(image, size, silent)
    assert superpixels.numbers.shape == (height, width)
    for row, column in zip(random.integers(height, size=5), random.integers(width, size=5), strict=True):
        rect, stencil = superpixels.at((float(column), float(row)))
        same = superpixels.numbers == superpixels.numbers[row, column]
        if min(height, width) >= 4:  # a narrower one was part of a larger image
            assert cv2.connectedComponents(same.astype(np.uint8), connectivity=4)[0] == 2
            assert np.array_equal(same[rect.slices], stencil)
            assert np.count_nonzero(same) == np.count_nonzero(stencil)
        assert stencil[row - rect.top, column - rect.left]


def test_a_large_scene_is_searched_in_parts_whose_superpixels_have_numbers_of_their_own() -> None:
    random = np.random.default_rng(3)
    image = np.kron(random.integers(0, 256, (80, 200, 3), np.uint8), np.ones((8, 8, 1), np.uint8))
    superpixels = find_superpixels(image, 64, silent)
    assert superpixels.numbers.shape == (640, 1600)
    assert not set(np.unique(superpixels.numbers[:, :800])) & set(np.unique(superpixels.numbers[:, 800:]))
    for column in (799, 800):
        rect, stencil = superpixels.at((column + 0.5, 320.5))
        same = superpixels.numbers == superpixels.numbers[320, column]
        assert np.array_equal(same[rect.slices], stencil)
        assert np.count_nonzero(same) == np.count_nonzero(stencil)


def test_the_search_can_be_given_up() -> None:
    def stop(done: int, total: int, note: str) -> None:
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        find_superpixels(np.zeros((40, 40, 3), np.uint8), 8, stop)


def test_an_opencv_without_superpixels_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(cv2, "ximgproc")
    with pytest.raises(UserError, match="install opencv-contrib-python-headless"):
        find_superpixels(np.zeros((40, 40, 3), np.uint8), 8, silent)


def test_a_long_superpixel_is_found_as_a_whole() -> None:
    numbers = np.zeros((5, 300), np.int32)
    numbers[2] = 1
    rect, stencil = Superpixels(numbers, 4).at((150.5, 2.5))
    assert rect == Rect(2, 0, 3, 300)
    assert stencil.all()


def test_a_stroke_paints_each_square_it_touches_and_undo_is_exact() -> None:
    context = _context(squares(40, 60, 10))
    document = context.document
    use(Superpixel(), context, [(-5.0, 15.0), (35.0, 15.0), (35.0, 38.0)])
    wanted = np.zeros((40, 60), np.bool_)
    wanted[10:20, :40] = wanted[20:40, 30:40] = True
    assert np.array_equal(document.labels == 3, wanted)
    assert (document.origins[wanted] == Origin.PAINTED).all()
    assert [edit.name for edit in document.history.entries()] == ["Superpixels"]
    document.undo()
    assert not document.labels.any()
    assert (document.origins == Origin.MODEL).all()
    document.redo()
    assert np.array_equal(document.labels == 3, wanted)


def test_rules_hold_within_a_superpixel() -> None:
    context = _context(squares(40, 60, 10))
    document = context.document
    document.paint(Rect(12, 12, 14, 14), np.ones((2, 2), np.bool_), 7, Origin.PAINTED)
    document.paint(Rect(16, 16, 18, 18), np.ones((2, 2), np.bool_), VOID, Origin.PAINTED)
    document.rules = Rules(locked=frozenset({7}), only_over=frozenset({0, 7}))
    use(Superpixel(), context, [(15.0, 15.0)])
    assert (document.labels[12:14, 12:14] == 7).all()
    assert (document.labels[16:18, 16:18] == VOID).all()
    assert np.count_nonzero(document.labels == 3) == 100 - 8


def test_the_preview_is_what_a_click_paints() -> None:
    context = _context(squares(40, 60, 10))
    area = Superpixel().preview(context, (57.0, 3.0))
    assert area is not None
    use(Superpixel(), context, [(57.0, 3.0)])
    painted = np.zeros((40, 60), np.bool_)
    painted[area[0].slices] = area[1]
    assert np.array_equal(context.document.labels == 3, painted)
    assert Superpixel().preview(context, (60.0, 3.0)) == Superpixel().preview(context, (-1.0, 3.0))


def test_without_superpixels_they_are_to_be_looked_for() -> None:
    with pytest.raises(SuperpixelsMissing):
        Superpixel().start(_context(None), (5.0, 5.0))
    with pytest.raises(SuperpixelsMissing):
        Superpixel().preview(_context(None), (5.0, 5.0))


@pytest.mark.parametrize("size", [3, 129])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="from 4 to 128"):
        replace(ToolOptions(), superpixel_size=size)
