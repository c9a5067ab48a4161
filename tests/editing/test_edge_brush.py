"""The edge brush: what lies beyond an edge of the image, or of the prediction, is not painted."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.editing.hands import use
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.edges import same_side
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.tools import Brush, EdgeBrush, ToolContext, ToolOptions

SIDE = 60
BORDER = 30  # the first column of the right half
ALONG = [(24.5, 10.5), (25.5, 30.5), (24.5, 50.5)]  # left of the border; the brush reaches beyond


def _halves(left: int, right: int) -> np.ndarray:
    plane = np.full((SIDE, SIDE), left, np.uint8)
    plane[:, BORDER:] = right
    return plane


def _image(left: int, right: int) -> np.ndarray:
    noise = np.random.default_rng(7).integers(-4, 5, (SIDE, SIDE, 3))
    return np.clip(np.repeat(_halves(left, right)[:, :, None], 3, axis=2) + noise, 0, 255).astype(np.uint8)


def _context(image: np.ndarray | None, ranked: np.ndarray | None = None) -> ToolContext:
    labels = np.zeros((SIDE, SIDE), np.uint8)
    document = MaskDocument(labels, np.full_like(labels, Origin.MODEL))
    return ToolContext(document, active_class=3, diameter=20, image=image, ranked=ranked)


def _by_the_plain_brush() -> np.ndarray:
    context = _context(None)
    use(Brush(), context, ALONG)
    return context.document.labels == 3


def test_a_stroke_along_a_border_paints_the_side_under_the_middle_of_the_brush() -> None:
    plain = _by_the_plain_brush()
    assert plain[:, BORDER:].any()
    context = _context(_image(60, 180))
    use(EdgeBrush(), context, ALONG)
    painted = context.document.labels == 3
    assert not painted[:, BORDER:].any()
    # The median rounds the corner where the border meets the rim of the brush, nothing else.
    assert np.count_nonzero(painted) >= 0.98 * np.count_nonzero(plain[:, :BORDER])
    assert not (painted & ~plain).any()
    assert (context.document.origins[painted] == Origin.PAINTED).all()


@given(st.floats(-9, -3), st.lists(st.floats(-5, SIDE + 5), min_size=1, max_size=3))
def test_the_edge_holds_where_the_middle_of_the_brush_is_outside_of_the_image(
    middle: float, along: list[float]
) -> None:
    image = np.rot90(_image(60, 180)[:, BORDER - 6 : BORDER + 6], -1)  # below the 6 topmost rows
    labels = np.zeros(image.shape[:2], np.uint8)
    painted = []
    for tool in (Brush(), EdgeBrush()):
        document = MaskDocument(labels, np.full_like(labels, Origin.MODEL))
        use(tool, ToolContext(document, 3, 20, image=image), [(x, middle) for x in along])
        painted.append(document.labels == 3)
    plain, held = painted
    assert not held[6:].any()
    assert not (held & ~plain).any()
    assert held.any() == plain.any()


def test_without_an_edge_or_without_an_image_it_is_the_plain_brush() -> None:
    plain = _by_the_plain_brush()
    for image in (None, np.full((SIDE, SIDE, 3), 90, np.uint8)):
        context = _context(image)
        use(EdgeBrush(), context, ALONG)
        assert np.array_equal(context.document.labels == 3, plain)


def test_a_boundary_of_the_prediction_counts_where_the_image_shows_none() -> None:
    predicted = np.stack([_halves(3, 5)] * 3)
    context = _context(np.full((SIDE, SIDE, 3), 90, np.uint8), predicted)
    use(EdgeBrush(), context, ALONG)
    painted = context.document.labels == 3
    assert not painted[:, BORDER + 2 :].any()
    assert painted[10:50, 20 : BORDER - 1].all()


def test_a_stronger_setting_stops_at_a_weaker_edge() -> None:
    reached = []
    for strength in (1, 50, 100):
        context = replace(_context(_image(100, 120)), options=ToolOptions(edge_strength=strength))
        use(EdgeBrush(), context, ALONG)
        reached.append(np.count_nonzero(context.document.labels[:, BORDER:] == 3))
    weak, usual, strong = reached
    assert weak == np.count_nonzero(_by_the_plain_brush()[:, BORDER:])
    assert weak > usual >= strong


@pytest.mark.parametrize("strength", [0, 101])
def test_a_strength_out_of_range_is_refused(strength: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 100"):
        ToolOptions(edge_strength=strength)


def test_rules_hold_and_undo_and_redo_are_exact() -> None:
    context = _context(_image(60, 180))
    document = context.document
    locked, void = np.s_[20:25, 20:25], np.s_[35:40, 20:25]
    block = np.ones((5, 5), np.bool_)
    document.paint(Rect(20, 20, 25, 25), block, 7, Origin.PAINTED)
    document.paint(Rect(35, 20, 40, 25), block, VOID, Origin.PAINTED)
    document.rules = Rules(locked=frozenset({7}), only_over=frozenset({0, 7}))
    labels, origins = document.labels.copy(), document.origins.copy()
    use(EdgeBrush(), context, ALONG)
    painted = document.labels.copy()
    assert (painted == 3).any()
    assert (painted[locked] == 7).all()
    assert (painted[void] == VOID).all()
    assert document.undo_name == "Edge brush"
    document.undo()
    assert np.array_equal(document.labels, labels)
    assert np.array_equal(document.origins, origins)
    document.redo()
    assert np.array_equal(document.labels, painted)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 300), st.integers(1, 300), st.integers(1, 100))
def test_seeds_are_on_their_own_side_whatever_the_size(
    seed: int, height: int, width: int, strength: int
) -> None:
    random = np.random.default_rng(seed)
    image = random.integers(0, 256, (height, width, 3), np.uint8)
    predicted = random.integers(0, 256, (height, width), np.uint8)
    seeds = np.zeros((height, width), np.bool_)
    assert not same_side(image, seeds).any()
    seeds[random.integers(height), random.integers(width)] = True
    side = same_side(image, seeds, predicted, (3,), strength)
    assert side.shape == seeds.shape
    assert side[seeds].all()
