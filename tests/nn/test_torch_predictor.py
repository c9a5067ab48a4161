"""PyTorch as an engine, where a GPU or the memory is too small; the GPU is a fake, as none is at hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.card import Normalisation
from unetpp_desktop.nn.device import use_cores
from unetpp_desktop.nn.explanation import EngineWhy, PrecisionWhy
from unetpp_desktop.nn.memory import MemoryShort
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.torch_predictor import TorchPredictor
from unetpp_desktop.nn.unetpp import UNetPlusPlus

_LEAST = 64


def _image(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height).integers(0, 256, (height, width, 3)).astype(np.uint8)


@pytest.fixture
def predictor(tiny_model: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TorchPredictor:
    monkeypatch.setattr("unetpp_desktop.nn.tiles.LEAST_SIDE", _LEAST)
    return TorchPredictor(tiny_model, "cpu", tmp_path, "fp32", looks=1)


def _limit(monkeypatch: pytest.MonkeyPatch, predictor: TorchPredictor, pixels: dict[str, int]) -> list[int]:
    """Lets each device have memory for so many pixels; returns how many pixels were tried."""
    tried, real = list[int](), UNetPlusPlus.forward

    def forward(self: UNetPlusPlus, images: torch.Tensor, heads: object = None) -> object:
        tried.append(images.shape[-2] * images.shape[-1])
        if tried[-1] > pixels[predictor.device]:
            raise torch.OutOfMemoryError("out of memory")
        return real(self, images, heads)

    monkeypatch.setattr(UNetPlusPlus, "forward", forward)
    return tried


def test_where_memory_is_short_pieces_get_smaller(
    predictor: TorchPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = _image(200, 300)
    whole = predictor.predict(image, 1).labels
    tried = _limit(monkeypatch, predictor, {"cpu": 120 * 160})
    assert (predictor.predict(image, 1).labels != whole).mean() < 0.001
    assert max(tried) > 120 * 160
    tried.clear()
    predictor.predict(image, 1)
    assert max(tried) <= 120 * 160, "the next image does not fail first"


def test_from_a_gpu_that_is_too_small_it_goes_to_the_cpu(
    predictor: TorchPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = _image(40, 60)
    whole = predictor.predict(image, 2).labels
    predictor.device = "cuda"
    _limit(monkeypatch, predictor, {"cuda": 0, "cpu": 10**9})
    assert np.array_equal(predictor.predict(image, 2).labels, whole)
    assert predictor.device == "cpu"
    assert predictor.explanation.why is EngineWhy.GPU_TOO_SMALL


def test_where_the_memory_is_too_small_to_test_bf16_it_stays_in_fp32(
    tiny_model: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    predictor, real, tried = TorchPredictor(tiny_model, "cpu", tmp_path), TorchPredictor._run, list[str]()

    def short(self: TorchPredictor, *asked: Any) -> object:
        tried.append(asked[-1])
        if asked[-1] == "bf16":
            raise MemoryShort
        return real(self, *asked)

    monkeypatch.setattr(TorchPredictor, "_run", short)
    for _ in range(3):
        assert predictor.predict(_image(128, 144), 2).labels.shape == (128, 144)
    assert tried.count("bf16") == 1, "it is not tried with every scene"
    assert predictor.precision == "fp32"
    assert predictor.explanation.depths[1].why is PrecisionWhy.MEMORY_SHORT
    assert TorchPredictor(tiny_model, "cpu", tmp_path).explanation.depths[1].why is PrecisionWhy.UNTESTED


def test_a_small_scene_is_not_asked_whether_bf16_pays(tiny_model: ModelEntry, tmp_path: Path) -> None:
    predictor = TorchPredictor(tiny_model, "cpu", tmp_path)
    for image in (_image(1, 1), _image(1, 1), _image(127, 300)):
        predictor.predict(image, 2)
    assert predictor.explanation.depths[1].why is PrecisionWhy.UNTESTED
    predictor.predict(_image(128, 300), 2)
    assert predictor.explanation.depths[1].speed is not None


def test_what_was_found_holds_for_the_same_looks_and_the_same_network_alone(
    tiny_model: ModelEntry, tmp_path: Path
) -> None:
    predictor = TorchPredictor(tiny_model, "cpu", tmp_path, looks=1)
    for _ in range(2):
        predictor.predict(_image(128, 128), 1)

    def known(entry: ModelEntry, looks: int) -> bool:
        depth = TorchPredictor(entry, "cpu", tmp_path, looks=looks).explanation.depths[0]
        return depth.why is not PrecisionWhy.UNTESTED

    assert known(tiny_model, 1)
    assert not known(tiny_model, 2)
    brighter = tiny_model.card.model_copy(update={"normalisation": Normalisation(mean=(0.4, 0.4, 0.4))})
    assert not known(ModelEntry(tiny_model.folder, brighter), 1)


def test_a_full_memory_is_a_sentence(predictor: TorchPredictor, monkeypatch: pytest.MonkeyPatch) -> None:
    _limit(monkeypatch, predictor, {"cpu": 0})
    with pytest.raises(UserError, match=r"memory is too small for depth 3.*smaller depth"):
        predictor.predict(_image(8, 8), 3)


def test_in_the_background_a_core_is_left_to_others(
    predictor: TorchPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unetpp_desktop.nn.device._USUAL_THREADS", 2)
    try:
        predictor.leaves_a_core = True
        predictor.predict(_image(16, 16), 1)
        assert torch.get_num_threads() == 1
        predictor.leaves_a_core = False
        predictor.predict(_image(16, 16), 1)
        assert torch.get_num_threads() == 2
    finally:
        monkeypatch.undo()
        use_cores(leave_one=False)
