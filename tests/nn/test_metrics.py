"""Figures over a whole set."""

import numpy as np
import pytest

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.nn.metrics import ConfusionMatrix


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
