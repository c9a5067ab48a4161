"""Commands on one class, against implementations that look at every pixel."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing import regions
from unetpp_desktop.editing.neighbours import nearest_classes
from unetpp_desktop.editing.regions import Proposal

CAR = 8
MASKS = arrays(
    np.uint8,
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    elements=st.sampled_from([CAR, CAR, 3, 4, VOID]),
)
SIZES = st.integers(1, 3)
Pixel = tuple[int, int]


def _after(labels: np.ndarray, proposal: Proposal) -> np.ndarray:
    """What becomes of the mask; a proposal is cut to what it changes, and changes all it selects."""
    result = labels.copy()
    part = result[proposal.rect.slices]
    assert (part[proposal.stencil] != proposal.values[proposal.stencil]).all()
    part[proposal.stencil] = proposal.values[proposal.stencil]
    if proposal.count:
        assert proposal.stencil.any(axis=0)[[0, -1]].all()
        assert proposal.stencil.any(axis=1)[[0, -1]].all()
    return result


def _pixels(labels: np.ndarray) -> list[Pixel]:
    return list(np.ndindex(labels.shape))  # type: ignore[arg-type]


def _distance(a: Pixel, b: Pixel) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))


def _piece(mask: np.ndarray, start: Pixel, corners: bool) -> set[Pixel]:
    """The connected pixels of ``mask`` around ``start``, by corners or by sides only."""
    found, todo = {start}, [start]
    while todo:
        y, x = todo.pop()
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                place = y + down, x + right
                if (
                    (corners or not (down and right))
                    and place not in found
                    and 0 <= place[0] < mask.shape[0]
                    and 0 <= place[1] < mask.shape[1]
                    and mask[place]
                ):
                    found.add(place)
                    todo.append(place)
    return found


def _went_to_a_nearest(before: np.ndarray, after: np.ndarray, pixel: Pixel) -> bool:
    """Whether the pixel has the class of one of the nearest others (the distance is not quite exact)."""
    others = [place for place in _pixels(before) if before[place] != before[pixel]]
    least = min(_distance(pixel, place) for place in others)
    near = {before[place] for place in others if _distance(pixel, place) <= 1.05 * least}
    return after[pixel] in near


@given(MASKS)
def test_holes_are_what_cannot_get_out(labels: np.ndarray) -> None:
    after = _after(labels, regions.fill_holes(labels, CAR))
    height, width = labels.shape
    for pixel in _pixels(labels):
        if labels[pixel] == CAR:
            assert after[pixel] == CAR
            continue
        piece = _piece(labels != CAR, pixel, corners=False)
        open_ended = any(y in (0, height - 1) or x in (0, width - 1) for y, x in piece)
        assert after[pixel] == (labels[pixel] if open_ended else CAR)


@given(MASKS, st.integers(1, 12))
def test_small_islands_go_to_the_nearest_class(labels: np.ndarray, least: int) -> None:
    after = _after(labels, regions.remove_islands(labels, CAR, least))
    for pixel in _pixels(labels):
        island = labels[pixel] == CAR and len(_piece(labels == CAR, pixel, corners=True)) < least
        if island and not (labels == CAR).all():
            assert _went_to_a_nearest(labels, after, pixel)
        else:
            assert after[pixel] == labels[pixel]


@given(MASKS, SIZES)
def test_growing_takes_what_is_near(labels: np.ndarray, by: int) -> None:
    after = _after(labels, regions.grow(labels, CAR, by))
    own = [pixel for pixel in _pixels(labels) if labels[pixel] == CAR]
    for pixel in _pixels(labels):
        near = any(_distance(pixel, place) <= by for place in own)
        assert after[pixel] == (CAR if near else labels[pixel])


@given(MASKS, SIZES)
def test_shrinking_gives_the_rim_to_the_nearest_class(labels: np.ndarray, by: int) -> None:
    after = _after(labels, regions.shrink(labels, CAR, by))
    others = [pixel for pixel in _pixels(labels) if labels[pixel] != CAR]
    for pixel in _pixels(labels):
        if labels[pixel] == CAR and any(_distance(pixel, place) <= by for place in others):
            assert _went_to_a_nearest(labels, after, pixel)
        else:
            assert after[pixel] == labels[pixel]


def _has_majority(mask: np.ndarray, pixel: Pixel, radius: int) -> bool:
    padded = np.pad(mask, radius, mode="edge")
    square = padded[pixel[0] : pixel[0] + 2 * radius + 1, pixel[1] : pixel[1] + 2 * radius + 1]
    return int(square.sum()) * 2 > square.size


def _is_near_thick(mask: np.ndarray, pixel: Pixel, radius: int) -> bool:
    pad, side = 2 * radius + 1, radius + 1
    padded = np.pad(mask, pad, mode="edge")
    y, x = pixel[0] + pad, pixel[1] + pad
    return any(
        padded[top : top + side, left : left + side].all()
        for top in range(y - radius - side + 1, y + radius + 1)
        for left in range(x - radius - side + 1, x + radius + 1)
    )


@given(MASKS, SIZES)
def test_smoothing_follows_the_majority_and_keeps_what_is_thin(labels: np.ndarray, radius: int) -> None:
    after = _after(labels, regions.smooth(labels, CAR, radius))
    mask = labels == CAR
    for pixel in _pixels(labels):
        majority = _has_majority(mask, pixel, radius)
        own = labels == labels[pixel]
        if not mask.any() or majority == mask[pixel] or not _is_near_thick(own, pixel, radius):
            assert after[pixel] == labels[pixel]
        elif majority:
            assert after[pixel] == CAR
        else:
            assert _went_to_a_nearest(labels, after, pixel)


def test_smoothing_the_sky_leaves_the_pole_before_it() -> None:
    labels = np.full((40, 40), 0, np.uint8)
    labels[:, 20:22] = 2
    labels[30:] = 3
    labels[29, 5] = labels[28, 5] = 3  # a bump of the road
    after = _after(labels, regions.smooth(labels, 0, 3))
    assert (after[:30, 20:22] == 2).all()
    assert after[28, 5] == after[29, 5] == 0


@given(MASKS)
def test_void_goes_to_the_nearest_class(labels: np.ndarray) -> None:
    after = _after(labels, regions.fill_void(labels))
    for pixel in _pixels(labels):
        if labels[pixel] == VOID and not (labels == VOID).all():
            assert _went_to_a_nearest(labels, after, pixel)
        else:
            assert after[pixel] == labels[pixel]


@given(MASKS, st.sampled_from([CAR, 3, VOID]), st.sampled_from([CAR, 7, VOID]))
def test_replacing_changes_one_class_only(labels: np.ndarray, old: int, new: int) -> None:
    expected = np.where(labels == old, np.uint8(new), labels)
    assert (_after(labels, regions.replace(labels, old, new)) == expected).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1)])
@pytest.mark.parametrize("filled", [CAR, 3, VOID])
@pytest.mark.parametrize(
    "command",
    [
        lambda labels: regions.smooth(labels, CAR, 2),
        lambda labels: regions.fill_holes(labels, CAR),
        lambda labels: regions.remove_islands(labels, CAR, 50),
        lambda labels: regions.grow(labels, CAR, 2),
        lambda labels: regions.shrink(labels, CAR, 2),
        regions.fill_void,
    ],
)
def test_a_mask_of_one_class_stays(
    shape: Pixel, filled: int, command: Callable[[np.ndarray], Proposal]
) -> None:
    assert command(np.full(shape, filled, np.uint8)).rect.is_empty


def test_without_a_known_pixel_there_is_no_nearest() -> None:
    with pytest.raises(ValueError, match="known"):
        nearest_classes(np.zeros((2, 2), np.uint8), np.zeros((2, 2), np.bool_))
