"""What a benchmark compares the engines with: the plain way, and the count of multiply-adds."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from tests.nn.conftest import TWO_CLASSES
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.cost import multiply_adds
from unetpp_desktop.nn.fresh import fresh_model
from unetpp_desktop.nn.matmul import matmul, matmul_precisions
from unetpp_desktop.nn.plain import plain_way
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import load_network


@pytest.mark.parametrize("changes", [{}, {"block": "residual"}, {"dilations": (0, 2, 4, 0)}])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_multiply_adds_are_those_that_torch_counts(changes: dict[str, object], depth: int) -> None:
    config = NetworkConfig.model_validate({"filters": (4, 6, 8, 10), "classes": 5, **changes})
    network = UNetPlusPlus(config).eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(1, 3, 48, 64), (depth,))
    assert 2 * multiply_adds(config, depth, (48, 64)) == counter.get_total_flops()


def test_padding_is_counted() -> None:
    config = NetworkConfig(filters=(4, 6), classes=5)
    assert multiply_adds(config, 1, (33, 17)) > multiply_adds(config, 1, (32, 16))
    assert multiply_adds(config, 1, (33, 17)) <= multiply_adds(config, 1, (48, 32))


def test_the_plain_way_says_what_the_predictor_says(tiny_model: ModelEntry) -> None:
    image = np.random.default_rng(0).integers(0, 256, (37, 53, 3)).astype(np.uint8)
    predictor = open_predictor(tiny_model, "cpu", "torch", "fp32", looks=1)
    for depth in (1, 4):
        labels = plain_way(tiny_model, "cpu", depth)(image)
        assert labels.dtype == np.uint8
        assert (
            labels == predictor.predict(image, depth).labels
        ).mean() > 0.999  # folded norms round otherwise


def test_a_fresh_network_is_the_same_each_time_and_its_values_stay_moderate(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    state = torch.get_rng_state()
    entries = [fresh_model(tmp_path / name, (4, 8, 16, 32, 64), TWO_CLASSES, image) for name in "ab"]
    assert torch.equal(state, torch.get_rng_state())
    first, second = (load_network(entry).state_dict() for entry in entries)
    assert all(torch.equal(first[name], second[name]) for name in first)
    with torch.inference_mode():
        logits = load_network(entries[0])(torch.randn(1, 3, 64, 64))
    assert all(0.01 < float(scores.std()) < 100 for scores in logits.values())


def test_matrix_products_have_a_rate() -> None:
    assert "fp32" in matmul_precisions("cpu")
    assert matmul("cpu", "fp32")() > 0
