"""The models in models/: complete, light, and the same pruned as whole."""

from pathlib import Path

import pytest
import torch

from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.core.resources import DEFAULT_MODEL, data_folder
from unetpp_desktop.nn.registry import ModelEntry, list_models, resolve_model
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import load_network

LARGEST_MODEL = 20_000_000  # bytes


@pytest.fixture(scope="module")
def network() -> UNetPlusPlus:
    return load_network(resolve_model(DEFAULT_MODEL))


def test_every_folder_of_models_is_a_complete_light_model() -> None:
    models, problems = list_models()
    assert problems == []
    assert DEFAULT_MODEL in [entry.name for entry in models]
    for entry in models:
        assert sorted(file.name for file in entry.folder.iterdir()) == ["card.json", "weights.safetensors"]
        assert entry.weights.stat().st_size <= LARGEST_MODEL


def test_the_card_says_what_a_user_must_know() -> None:
    card = resolve_model(DEFAULT_MODEL).card
    assert card.palette.names == shipped_palette("camvid11").names
    assert "CamVid" in card.licence
    assert card.command.startswith("unetpp-desktop train")
    assert list(card.metrics) == [str(depth) for depth in range(1, card.depth + 1)]
    deepest = card.metrics[str(card.depth)]
    assert "val" in deepest.data
    assert deepest.scenes == 101


def _check_pruned(network: UNetPlusPlus, size: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(0)
    image = torch.randn(1, 3, *size, generator=generator)
    with torch.inference_mode():
        heads = network(image)
        for depth, logits in heads.items():
            pruned = network.at_depth(depth)(image)[depth]
            assert float((pruned - logits).abs().max()) == 0.0


@pytest.mark.parametrize("size", [(1, 1), (37, 53), (360, 480)])
def test_the_trained_network_pruned_equals_its_heads(network: UNetPlusPlus, size: tuple[int, int]) -> None:
    assert network.config.block == "plain"
    _check_pruned(network, size)


@pytest.mark.slow
def test_the_trained_network_pruned_equals_its_heads_in_full_hd(network: UNetPlusPlus) -> None:
    _check_pruned(network, (1080, 1920))


@pytest.mark.slow
def test_the_figures_of_the_card_are_those_of_the_shipped_weights(shared: Path) -> None:
    from unetpp_desktop.core.progress import silent
    from unetpp_desktop.tasks.evaluate import evaluate_on

    entry: ModelEntry = resolve_model(DEFAULT_MODEL)
    deepest = str(entry.card.depth)
    report = evaluate_on(shared / "camvid", entry.name, deepest, "val", "cpu", silent, print)
    # The card was written in bf16, and tests compute in fp32: a few pixels in a thousand differ.
    assert report.depths[deepest].miou == pytest.approx(entry.card.metrics[deepest].miou, abs=3e-3)
    assert report.depths[deepest].miou >= 0.55
    assert report.depths[deepest].pixel_accuracy >= 0.86


def test_models_folder_is_where_the_program_looks() -> None:
    assert (data_folder("models") / DEFAULT_MODEL / "card.json").is_file()
