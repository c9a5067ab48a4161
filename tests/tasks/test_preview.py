"""Previews of small and of large images, by a real network."""

from typing import TYPE_CHECKING

import numpy as np
import pytest

from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.tasks import preview
from unetpp_desktop.tasks.scene_reviews import predict_for_review

if TYPE_CHECKING:
    from unetpp_desktop.nn.registry import ModelEntry


def _stripes(height: int, width: int) -> np.ndarray:
    """A band of dark and one of light pixels."""
    image = np.full((height, width, 3), 20, np.uint8)
    image[height // 2 :] = 230
    return image


def test_a_preview_of_a_small_image_is_the_prediction(tiny_model: "ModelEntry") -> None:
    palette = shipped_palette("camvid11")
    predictor = open_predictor(tiny_model, "cpu")
    found = preview.preview_image(_stripes(40, 56), palette, predictor, 2)
    expected = predict_for_review(_stripes(40, 56), palette, predictor, 2)
    assert found.ranked is not None
    assert expected.ranked is not None
    assert np.array_equal(found.ranked, expected.ranked)
    assert found.depth == 2


def test_a_preview_of_a_large_image_is_that_of_a_smaller_copy(
    tiny_model: "ModelEntry", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "_WHOLE_PIXELS", 64 * 96 - 1)
    monkeypatch.setattr(preview, "_REDUCED_PIXELS", 32 * 48)
    whole = shipped_palette("camvid11")
    palette = whole.model_copy(update={"classes": whole.classes[:5]})  # the rest becomes void
    predictor = open_predictor(tiny_model, "cpu")
    found = preview.preview_image(_stripes(64, 96), palette, predictor, 1)
    expected = predict_for_review(_stripes(32, 48), palette, predictor, 1)
    assert found.ranked is None
    assert np.array_equal(found.labels, expected.labels)
