"""Losses of fine-tuning, and networks for other classes."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.nn.conftest import TWO_CLASSES, toy_scene
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, LabelClass, Palette
from unetpp_desktop.nn.augment import Augmentation, random_crop
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.correction_loss import correction_loss, keeping_loss, replay_loss, unchecked
from unetpp_desktop.nn.losses import supervised_loss
from unetpp_desktop.nn.other_classes import answering_network, known_classes, merged_classes, network_for
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weight_mix import mixed_weights
from unetpp_desktop.nn.weights import save_model

HEADS = (0.5, 1.0)


def _logits(seed: int = 0) -> dict[int, torch.Tensor]:
    chance = torch.Generator().manual_seed(seed)
    return {depth: torch.randn(2, 3, 6, 7, generator=chance) for depth in (1, 2)}


def _labels() -> torch.Tensor:
    labels = torch.randint(3, (2, 6, 7), generator=torch.Generator().manual_seed(9))
    labels[0, :2] = VOID
    return labels


def test_without_painted_pixels_the_loss_is_that_of_training() -> None:
    weights, labels = torch.tensor([1.0, 2.0, 0.5]), _labels()
    accepted = torch.full_like(labels, Origin.ACCEPTED)
    loss = correction_loss(_logits(), labels, accepted, weights, HEADS, 3.0)
    assert torch.allclose(loss, supervised_loss(_logits(), labels, weights, HEADS))


def test_painted_pixels_weigh_more_than_accepted_ones() -> None:
    logits = {1: torch.zeros(1, 2, 1, 2)}
    logits[1][0, 1] = torch.tensor([[2.0, -2.0]])  # right on the left pixel, wrong on the right one
    labels = torch.ones(1, 1, 2, dtype=torch.int64)
    origins = torch.tensor([[[Origin.ACCEPTED, Origin.PAINTED]]])
    weights = torch.ones(2)
    equal = correction_loss(logits, labels, origins, weights, HEADS, 1.0)
    assert correction_loss(logits, labels, origins, weights, HEADS, 3.0) > equal


def test_a_crop_without_any_correction_gives_no_gradient() -> None:
    scores = torch.randn(1, 3, 4, 4, requires_grad=True)
    void = torch.full((1, 4, 4), VOID)
    loss = correction_loss({1: scores}, void, torch.zeros_like(void), torch.ones(3), HEADS, 2.0)
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() == 0
    assert scores.grad is not None
    assert not scores.grad.any()


def test_few_corrected_pixels_count_as_much_as_many() -> None:
    weights, labels = torch.ones(3), _labels()
    origins = torch.zeros_like(labels)  # replayed
    origins[1, 0, 0] = Origin.ACCEPTED
    alone = torch.full_like(labels, VOID)
    alone[1, 0, 0] = labels[1, 0, 0]
    loss = correction_loss(_logits(), labels, origins, weights, HEADS, 2.0)
    assert torch.allclose(loss, supervised_loss(_logits(), alone, weights, HEADS))


def test_replaying_is_training_again() -> None:
    weights, labels = torch.tensor([1.0, 2.0, 0.5]), _labels()
    places = unchecked(torch.zeros_like(labels))
    loss = replay_loss(_logits(), labels, places, torch.arange(3), weights, HEADS)
    assert torch.allclose(loss, supervised_loss(_logits(), labels, weights, HEADS))
    assert float(replay_loss(_logits(), labels, ~places, torch.arange(3), weights, HEADS)) == 0


def test_replaying_says_nothing_about_classes_that_the_base_does_not_know() -> None:
    labels, classes = _labels().clamp(max=1), torch.tensor([1, 0])
    labels[_labels() == VOID] = VOID
    places = torch.ones_like(labels, dtype=torch.bool)
    scores = {depth: torch.randn(2, 3, 6, 7, requires_grad=True) for depth in (1, 2)}
    loss = replay_loss(scores, labels, places, classes, torch.ones(3), HEADS)
    loss.backward()  # type: ignore[no-untyped-call]
    for each in scores.values():
        assert each.grad is not None
        assert not each.grad[:, 2].any()
        assert each.grad[:, :2].any()
    known = {depth: each.detach()[:, :2] for depth, each in scores.items()}
    assert torch.allclose(loss, supervised_loss(known, labels, torch.ones(2), HEADS))


def test_unchecked_pixels_are_those_of_the_scene_that_no_person_said_anything_about() -> None:
    origins = torch.tensor([[[*Origin, VOID]]])
    assert unchecked(origins).tolist() == [[[True, True, False, False, False]]]


def test_keeping_costs_nothing_while_the_answers_are_the_same() -> None:
    places = torch.ones(2, 6, 7, dtype=torch.bool)
    classes = torch.arange(3)
    same = keeping_loss(_logits(), _logits(), places, classes, HEADS)
    assert float(same) == pytest.approx(0, abs=1e-6)
    assert float(keeping_loss(_logits(1), _logits(), places, classes, HEADS)) > 0.1
    assert float(keeping_loss(_logits(1), _logits(), ~places, classes, HEADS)) == 0


def test_answers_are_kept_only_among_the_classes_that_the_base_knows() -> None:
    moved = {depth: scores.clone() for depth, scores in _logits().items()}
    for scores in moved.values():
        scores[:, 2] += 5  # the new class
    places = torch.ones(2, 6, 7, dtype=torch.bool)
    known = keeping_loss(moved, _logits(), places, torch.tensor([0, 1]), HEADS)
    assert float(known) == pytest.approx(0, abs=1e-6)


def test_planes_are_cut_alike() -> None:
    image, labels = toy_scene(1)
    planes = np.stack((labels, labels + 10))
    settings = Augmentation(crop=64)
    cut = [
        random_crop(
            torch.from_numpy(image),
            torch.from_numpy(given),
            torch.arange(2),
            settings,
            torch.Generator().manual_seed(5),
        )[1]
        for given in (labels, planes)
    ]
    assert torch.equal(cut[1][0], cut[0])
    inside = cut[0] != VOID
    assert inside.any()
    assert torch.equal(cut[1][1][inside], cut[0][inside] + 10)
    assert (cut[1][1][~inside] == VOID).all()


@pytest.fixture
def toy_model(tmp_path: Path) -> ModelEntry:
    config = NetworkConfig(filters=(4, 6), classes=2)
    card = ModelCard(name="toy", palette=TWO_CLASSES, network=config)
    return save_model(tmp_path / "toy", card, UNetPlusPlus(config).state_dict())


def _palette(*classes: LabelClass) -> Palette:
    return Palette(name="other", classes=classes)


def test_heads_for_other_classes_keep_the_rows_they_know(toy_model: ModelEntry) -> None:
    dark, light = TWO_CLASSES.classes
    moss = LabelClass(name="moss", color=(0, 90, 0))
    palette = _palette(moss, light, dark)
    assert known_classes(toy_model, palette).tolist() == [1, 2]
    old, new = network_for(toy_model, TWO_CLASSES), network_for(toy_model, palette)
    image = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        before, after = old(image)[1], new(image)[1]
    assert torch.allclose(after[:, 1:], before.flip(1), atol=1e-5)
    assert after[:, 0].abs().max() < before.abs().max()


def test_a_renamed_class_is_known_and_one_that_is_gone_is_dropped(toy_model: ModelEntry) -> None:
    renamed = LabelClass(name="bright", color=(9, 9, 9), former=("light",))
    network = network_for(toy_model, _palette(renamed))
    old = network_for(toy_model, TWO_CLASSES)
    assert torch.equal(network.heads["1"].weight[0], old.heads["1"].weight[1])
    assert network.config.classes == 1


def test_of_merged_classes_the_one_that_kept_its_name_stays(toy_model: ModelEntry) -> None:
    merged = LabelClass(name="dark", color=(9, 9, 9), former=("light",))
    network = network_for(toy_model, _palette(merged))
    old = network_for(toy_model, TWO_CLASSES)
    assert torch.equal(network.heads["1"].weight[0], old.heads["1"].weight[0])


def test_merged_classes_are_answered_with_all_of_their_probabilities(toy_model: ModelEntry) -> None:
    dark, light = TWO_CLASSES.classes
    moss = LabelClass(name="moss", color=(0, 90, 0))
    merged = LabelClass(name="any", color=(9, 9, 9), former=("light", "dark"))
    assert merged_classes(toy_model, _palette(moss, dark, light)) == []
    assert merged_classes(toy_model, _palette(moss, merged)) == [1]
    network = answering_network(toy_model, _palette(moss, merged), torch.device("cpu"))
    image = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        old, new = network_for(toy_model, TWO_CLASSES)(image)[1], network(image)[1]
    assert torch.allclose(new[:, 1].exp(), old.exp().sum(1), rtol=1e-4)
    assert (new.argmax(1) == 1).all()


def test_a_mix_lies_between_two_models(toy_model: ModelEntry) -> None:
    base = network_for(toy_model, TWO_CLASSES).state_dict()
    new = {name: tensor + 1 for name, tensor in base.items()}
    half = mixed_weights(base, new, 0.5)
    for name, tensor in base.items():
        expected = tensor + 0.5 if tensor.is_floating_point() else new[name]
        assert torch.allclose(half[name], expected)
    assert all(torch.equal(mixed_weights(base, new, 1.0)[name], new[name]) for name in base)
