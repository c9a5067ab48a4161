"""Labelling a part of an image by a real network."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.palette import VOID, shipped_palette
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.predictor import Prediction, open_predictor
from unetpp_desktop.nn.scale import FULL
from unetpp_desktop.nn.tiles import context_of, unit_of
from unetpp_desktop.tasks.box import predict_box

if TYPE_CHECKING:
    from unetpp_desktop.nn.registry import ModelEntry

PALETTE = shipped_palette("camvid11")


def _noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("looks", [1, 2])
@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize(
    "box", [Rect(0, 0, 30, 40), Rect(171, 203, 222, 243), Rect(300, 250, 350, 300), Rect(0, 0, 350, 300)]
)
def test_a_box_gets_what_the_whole_image_would(
    tiny_model: "ModelEntry", depth: int, box: Rect, looks: int
) -> None:
    """To the pixel at a second look, too, where that has exactly three quarters of the image's sides."""
    image = _noise(350, 300) if looks == 1 else _noise(384, 320)
    predictor = open_predictor(tiny_model, "cpu", scale="0.5", looks=looks)  # 0.5: of whole images
    whole = predictor.predict(image, depth, FULL).labels
    found = predict_box(image, box, PALETTE, predictor, depth, silent)
    assert len(np.unique(whole[box.slices])) > 1
    assert (found == whole[box.slices]).mean() > 0.999  # but for what is rounded otherwise


def test_the_network_is_shown_the_box_and_what_it_looks_at_around_it(
    tiny_model: "ModelEntry", monkeypatch: pytest.MonkeyPatch
) -> None:
    predictor = open_predictor(tiny_model, "cpu")
    seen: list[tuple[int, ...]] = []
    predict = predictor.predict

    def watched(image: np.ndarray, depth: int, *rest: Any) -> Prediction:
        seen.append(image.shape)
        return predict(image, depth, *rest)

    monkeypatch.setattr(predictor, "predict", watched)
    predict_box(_noise(800, 900), Rect(400, 400, 420, 430), PALETTE, predictor, 1, silent)
    ((height, width, _),) = seen
    most = 2 * context_of(tiny_model.card.network.reach(1), 2) + 2 * unit_of(FULL, 2)
    assert 20 < height <= 20 + most
    assert 30 < width <= 30 + most


def test_classes_that_the_project_lacks_become_void(tiny_model: "ModelEntry") -> None:
    predictor = open_predictor(tiny_model, "cpu")
    box, image = Rect(10, 10, 90, 90), _noise(100, 100)
    few = PALETTE.model_copy(update={"classes": PALETTE.classes[:3]})
    everything = predict_box(image, box, PALETTE, predictor, 2, silent)
    found = predict_box(image, box, few, predictor, 2, silent)
    assert (everything > 2).any()
    assert np.array_equal(found, np.where(everything > 2, VOID, everything))
