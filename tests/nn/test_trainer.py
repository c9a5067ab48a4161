"""Training, stopping and going on."""

import csv
from pathlib import Path

import pytest
import torch

from tests.nn.conftest import TWO_CLASSES, toy_scene
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.augment import Augmentation
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.card import WEIGHTS_FILE, ModelCard
from unetpp_desktop.nn.checkpoint import CHECKPOINT_FILE, read_checkpoint
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.recipe import Recipe
from unetpp_desktop.nn.registry import open_model
from unetpp_desktop.nn.trainer import LOG_FILE, TrainingEnd, TrainingOrder, train
from unetpp_desktop.nn.weights import read_tensors

SCENES = TrainingScenes(8, toy_scene, lambda seed: toy_scene(seed + 1000))


def _order(folder: Path, epochs: int = 3, resume: bool = False, **changes: object) -> TrainingOrder:
    card = ModelCard(name="toy", palette=TWO_CLASSES, network=NetworkConfig(filters=(4, 6, 8), classes=2))
    recipe = Recipe(
        epochs=epochs, batch=4, warm_up_steps=2, validate_every=2, augmentation=Augmentation(crop=32)
    )
    order = {
        "validation": TrainingScenes(2, lambda index: toy_scene(index + 100)),
        "device": "cpu",
        **changes,
    }
    return TrainingOrder(card, recipe, SCENES, folder=folder, resume=resume, **order)  # type: ignore[arg-type]


def _train(order: TrainingOrder) -> TrainingEnd:
    return train(order, silent, lambda _: None)


def test_a_training_learns_and_leaves_a_model_a_log_and_a_checkpoint(tmp_path: Path) -> None:
    end = _train(_order(tmp_path / "toy", epochs=30))
    assert end.finished
    assert end.log[-1].loss < end.log[0].loss
    assert end.log[-1].val_miou is not None
    assert end.log[-1].val_miou > 0.6
    assert open_model(tmp_path / "toy").card.network.filters == (4, 6, 8)
    rows = list(csv.DictReader((tmp_path / "toy" / LOG_FILE).read_text().splitlines()))
    assert [int(row["epoch"]) for row in rows] == list(range(1, 31))


def test_a_resumed_training_ends_as_an_unbroken_one(tmp_path: Path) -> None:
    unbroken, broken = tmp_path / "a" / "toy", tmp_path / "b" / "toy"
    _train(_order(unbroken, epochs=4))

    def power_cut(done: int, total: int, note: str) -> None:
        if done == 5:  # in the middle of the third epoch
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        train(_order(broken, epochs=4), power_cut, lambda _: None)
    assert read_checkpoint(broken)[0].step == 4
    _train(_order(broken, epochs=4, resume=True))
    for name in (WEIGHTS_FILE, LOG_FILE):
        assert (unbroken / name).read_bytes() == (broken / name).read_bytes()
    left, right = read_checkpoint(unbroken)[1], read_checkpoint(broken)[1]
    assert left.keys() == right.keys()
    assert all(torch.equal(left[name], right[name]) for name in left)


def test_a_resumed_training_can_be_given_more_epochs(tmp_path: Path) -> None:
    first = _train(_order(tmp_path / "toy", epochs=2))
    order = _order(tmp_path / "toy", epochs=2, resume=True, resume_epochs=4)
    longer = _train(order)
    assert first.log == longer.log[:2]
    assert len(longer.log) == 4
    assert longer.finished
    assert longer.log[2].rate == order.recipe.rate_at(5, 8)


def test_the_model_has_the_averaged_weights_and_norms_of_whole_scenes(tmp_path: Path) -> None:
    end = _train(_order(tmp_path / "toy"))
    model = read_tensors(end.model.weights)
    checkpoint = read_checkpoint(tmp_path / "toy")[1]
    for name, tensor in model.items():
        average = checkpoint[f"average.{name}"]
        if "running" in name:
            assert not torch.equal(tensor, average.half())
        elif tensor.is_floating_point():
            assert torch.equal(tensor, average.half())


def test_cancel_keeps_the_last_whole_epoch(tmp_path: Path) -> None:
    def cancel(done: int, total: int, note: str) -> None:
        if done >= 3:
            raise Cancelled

    end = train(_order(tmp_path / "toy"), cancel, lambda _: None)
    assert not end.finished
    assert len(end.log) == 1
    assert open_model(tmp_path / "toy").name == "toy"


def test_the_minutes_are_kept(tmp_path: Path) -> None:
    end = _train(_order(tmp_path / "toy", epochs=1000, max_minutes=0.02))
    assert not end.finished
    assert end.log


def test_an_earlier_training_is_not_overwritten(tmp_path: Path) -> None:
    _train(_order(tmp_path / "toy", epochs=1))
    with pytest.raises(UserError, match="--resume"):
        _train(_order(tmp_path / "toy", epochs=1))


def test_a_finished_model_is_not_trained_over(tmp_path: Path) -> None:
    _train(_order(tmp_path / "toy", epochs=1))
    (tmp_path / "toy" / CHECKPOINT_FILE).unlink()
    with pytest.raises(UserError, match="holds a model already"):
        _train(_order(tmp_path / "toy", epochs=1))


def test_resuming_with_other_scenes_is_refused(tmp_path: Path) -> None:
    _train(_order(tmp_path / "toy", epochs=1))
    order = _order(tmp_path / "toy", resume=True)
    other = TrainingOrder(
        order.card, order.recipe, TrainingScenes(5, toy_scene), None, order.folder, resume=True
    )
    with pytest.raises(UserError, match="8 scenes; now there are 5"):
        _train(other)


def test_no_scenes_and_a_broken_checkpoint_are_clear_sentences(tmp_path: Path) -> None:
    order = _order(tmp_path / "toy")
    with pytest.raises(UserError, match="no labelled scenes"):
        _train(TrainingOrder(order.card, order.recipe, TrainingScenes(0, toy_scene), None, order.folder))
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / CHECKPOINT_FILE).write_bytes(b"half a file")
    with pytest.raises(UserError, match="not a safetensors file"):
        _train(order)
