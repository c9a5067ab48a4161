"""Figures over a whole set."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.nn.checked_scenes import figures_of_present
from unetpp_desktop.nn.metrics import (
    TRIMAP_PIXELS,
    BoundaryAccuracy,
    Calibration,
    ConfusionMatrix,
    boundary_band,
)


def test_one_matrix_over_the_set_with_void_left_out() -> None:
    matrix = ConfusionMatrix(3)
    matrix.add(np.array([[0, 0, 1, 1]], np.uint8), np.array([[0, 1, 1, VOID]], np.uint8))
    matrix.add(np.array([[1, 0]], np.uint8), np.array([[1, 0]], np.uint8))
    # class 0: 2 right, one taken from class 1; class 1: 2 right of 3; class 2: never seen
    assert matrix.iou()[:2].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert np.isnan(matrix.iou()[2])
    assert matrix.miou() == pytest.approx(2 / 3)
    assert matrix.pixel_accuracy() == pytest.approx(4 / 5)
    assert matrix.figures(("a", "b", "c"), 2, "toy").iou["c"] is None


def test_a_pixel_predicted_void_is_wrong() -> None:
    matrix = ConfusionMatrix(2)
    matrix.add(np.array([[VOID, 0]], np.uint8), np.array([[0, 0]], np.uint8))
    assert matrix.pixel_accuracy() == 0.5
    assert matrix.iou()[0] == 0.5


def test_nothing_counted_is_no_error() -> None:
    matrix = ConfusionMatrix(2)
    matrix.add(np.zeros((2, 2), np.uint8), np.full((2, 2), VOID, np.uint8))
    assert (matrix.miou(), matrix.pixel_accuracy()) == (0.0, 0.0)


def _boundary_pixels(truth: np.ndarray) -> list[tuple[int, int]]:
    height, width = truth.shape
    found = []
    for y in range(height):
        for x in range(width):
            for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                other = (y + down, x + right)
                if 0 <= other[0] < height and 0 <= other[1] < width:
                    pair = {int(truth[y, x]), int(truth[other])}
                    if len(pair) == 2 and VOID not in pair:
                        found.append((y, x))
    return found


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.sampled_from([0, 1, VOID]))
)
def test_the_band_is_what_lies_near_a_boundary_between_two_classes(truth: np.ndarray) -> None:
    boundary = _boundary_pixels(truth)
    reach = TRIMAP_PIXELS - 1
    for (y, x), inside in np.ndenumerate(boundary_band(truth)):
        near = any(abs(y - row) <= reach and abs(x - column) <= reach for row, column in boundary)
        assert inside == (near and truth[y, x] != VOID)


def test_only_errors_near_a_boundary_count_for_the_boundary() -> None:
    truth = np.zeros((8, 40), np.uint8)
    truth[:, 20:] = 1
    far, near = truth.copy(), truth.copy()
    far[:, :10] = 1
    near[:, 19] = 1
    measured = []
    for labels in (truth, far, near):
        accuracy = BoundaryAccuracy()
        accuracy.add(labels, truth)
        measured.append(accuracy.value())
    assert measured == [1.0, 1.0, pytest.approx(5 / 6)]


def test_without_a_boundary_its_accuracy_is_unknown() -> None:
    accuracy = BoundaryAccuracy()
    accuracy.add(np.zeros((8, 40), np.uint8), np.zeros((8, 40), np.uint8))
    assert accuracy.value() is None


def test_a_network_that_is_as_sure_as_it_is_right_is_calibrated() -> None:
    truth = np.zeros((1, 10), np.uint8)
    labels = np.array([[0, 0, 0, 0, 0, 0, 0, 1, 1, 1]], np.uint8)
    honest, boastful = Calibration(), Calibration()
    honest.add(labels, np.full((1, 10), 0.7, np.float32), truth)
    boastful.add(labels, np.full((1, 10), 1.0, np.float32), truth)
    assert honest.value() == pytest.approx(0, abs=1e-6)
    assert boastful.value() == pytest.approx(0.3)


def test_calibration_leaves_void_out() -> None:
    calibration = Calibration()
    calibration.add(np.zeros((2, 2), np.uint8), np.ones((2, 2), np.float32), np.full((2, 2), VOID, np.uint8))
    assert calibration.value() == 0


def test_a_class_of_a_few_pixels_does_not_enter_the_mean_of_a_few_scenes() -> None:
    matrix = ConfusionMatrix(3)
    matrix.counts[0, 0], matrix.counts[1, 1] = 9_000, 6_000
    matrix.counts[0, 2], matrix.counts[2, 2] = 1_000, 20
    figures = figures_of_present(matrix, ("sky", "road", "pole"), 1, "1 scene")
    assert figures.iou["pole"] == pytest.approx(20 / 1_020)
    assert figures.miou == pytest.approx((0.9 + 1) / 2)


def test_where_only_a_few_pixels_were_checked_all_classes_that_are_there_count() -> None:
    matrix = ConfusionMatrix(3)
    matrix.counts[0, 0], matrix.counts[1, 0] = 50, 50
    figures = figures_of_present(matrix, ("sky", "road", "pole"), 1, "1 scene")
    assert figures.miou == pytest.approx(0.25)
    assert figures.iou["pole"] is None
