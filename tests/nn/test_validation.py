"""Scenes that a network is measured on or looks at while it learns, however large they are."""

import numpy as np
import pytest
import torch

from tests.nn.networks import untrained_network
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.core.resources import DEFAULT_MODEL
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.memory import LEAST_MEMORY
from unetpp_desktop.nn.new_classes import fit_new_rows
from unetpp_desktop.nn.registry import resolve_model
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.validation import validate_network

_NEW = 10


@pytest.fixture
def network() -> UNetPlusPlus:
    return untrained_network().eval()


@pytest.fixture
def card(network: UNetPlusPlus) -> ModelCard:
    return resolve_model(DEFAULT_MODEL).card.model_copy(update={"network": network.config})


def _looked_at(network: UNetPlusPlus) -> list[tuple[int, int]]:
    """Height and width of all that the network will be given."""
    sizes: list[tuple[int, int]] = []
    network.register_forward_pre_hook(lambda _, given: sizes.append(tuple(given[0].shape[2:])))
    return sizes


def _scene(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)
    return image, np.full((height, width), 3, np.uint8)


@pytest.mark.parametrize("bf16", [False, True])
def test_a_large_scene_is_measured_in_tiles_that_say_what_the_whole_would(
    network: UNetPlusPlus, card: ModelCard, bf16: bool
) -> None:
    scenes = TrainingScenes(1, lambda _: _scene(700, 1500))
    sizes = _looked_at(network)
    whole = validate_network(network, card, scenes, (1, 4), bf16, silent)
    assert sizes == [(700, 1500)]
    tiled = validate_network(network, card, scenes, (1, 4), bf16, silent, memory=LEAST_MEMORY)
    assert len(sizes) > 2
    assert max(height * width for height, width in sizes[1:]) < 700 * 1500 / 2
    for depth in (1, 4):
        assert tiled[depth].counts.sum() == 700 * 1500
        assert np.abs(tiled[depth].counts - whole[depth].counts).sum() < 0.01 * 700 * 1500


def test_of_a_large_scene_the_surroundings_of_a_new_class_are_looked_at(
    network: UNetPlusPlus, card: ModelCard
) -> None:
    image, truth = _scene(48, 4000)
    truth[10:40, 3000:3040] = _NEW
    image[10:40, 3000:3040] = 255
    sizes = _looked_at(network)
    before = network.heads["4"].weight.detach().clone()
    fit_new_rows(network, card, TrainingScenes(1, lambda _: (image, truth)), [_NEW], silent)
    assert sizes == [(48, 1024)]
    changed = (network.heads["4"].weight != before).flatten(1).any(1)
    assert changed.nonzero().flatten().tolist() == [_NEW]


def test_a_new_class_was_taken_for_what_the_network_answered_before(
    network: UNetPlusPlus, card: ModelCard
) -> None:
    head = network.heads["4"]
    with torch.no_grad():
        head.weight.zero_()
        head.bias[:] = torch.arange(len(head.bias))  # all is answered as the last class, or the one before it
    image, truth = _scene(48, 64)
    truth[:, :9] = _NEW
    scenes = TrainingScenes(1, lambda _: (image, truth))
    assert fit_new_rows(network, card, scenes, [_NEW], silent) == {_NEW: len(head.bias) - 2}


def test_a_large_scene_of_which_nothing_is_known_teaches_nothing(
    network: UNetPlusPlus, card: ModelCard
) -> None:
    image, truth = _scene(48, 4000)
    truth[:] = VOID
    before = network.heads["4"].weight.detach().clone()
    assert not fit_new_rows(network, card, TrainingScenes(1, lambda _: (image, truth)), [_NEW], silent)
    assert torch.equal(network.heads["4"].weight, before)
