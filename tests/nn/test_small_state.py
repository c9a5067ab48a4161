"""A training that goes on where only its small state was brought."""

import shutil
from pathlib import Path

import pytest
import torch

from tests.nn.conftest import TWO_CLASSES, toy_scene
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn import checkpoint
from unetpp_desktop.nn.augment import Augmentation
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.checkpoint import CHECKPOINT_FILE, SMALL_STATE_FILE, read_checkpoint, read_state
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.recipe import Recipe
from unetpp_desktop.nn.trainer import TrainingOrder, train

CARD = ModelCard(name="toy", palette=TWO_CLASSES, network=NetworkConfig(filters=(4, 6, 8), classes=2))
RECIPE = Recipe(epochs=4, batch=4, warm_up_steps=2, augmentation=Augmentation(crop=32))


def _order(folder: Path, **changes: object) -> TrainingOrder:
    order = {"device": "cpu", **changes}
    return TrainingOrder(CARD, RECIPE, TrainingScenes(8, toy_scene), None, folder, **order)  # type: ignore[arg-type]


def _stopped(folder: Path) -> None:
    """Trains two of four epochs, and is cancelled in the middle of the third."""

    def cancel(done: int, total: int, note: str) -> None:
        if done == 5:
            raise Cancelled

    train(_order(folder), cancel, lambda _: None)


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that has all of a stopped training but the checkpoint, in pieces of 4 KB."""
    monkeypatch.setattr(checkpoint, "_PIECE_BYTES", 4096)
    _stopped(tmp_path / "here")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(tmp_path / "here", elsewhere, ignore=shutil.ignore_patterns(CHECKPOINT_FILE))
    return elsewhere


def test_the_small_state_holds_the_last_whole_epoch_in_small_pieces(brought: Path) -> None:
    pieces = sorted(brought.glob("resume.safetensors.*"))
    assert len(pieces) > 1
    assert max(piece.stat().st_size for piece in pieces) <= 4096
    state, tensors = read_checkpoint(brought)
    whole_state, whole = read_checkpoint(brought.parent / "here")
    assert (state.step, state.log) == (4, whole_state.log)
    assert tensors.keys() == {name for name in whole if not name.startswith("optimiser.")}
    assert all(torch.equal(tensor.float(), whole[name].half().float()) for name, tensor in tensors.items())


def test_a_training_goes_on_from_it_with_a_rate_that_rises_again(brought: Path) -> None:
    end = train(_order(brought, resume=True), silent, lambda _: None)
    assert end.finished
    assert [line.epoch for line in end.log] == [1, 2, 3, 4]
    assert end.log[2].rate == pytest.approx(RECIPE.rate_at(5, 8) * 2 / 200)
    assert end.model.card.notes == "Its optimiser began anew after epoch 2."
    assert all(tensor.isfinite().all() for tensor in read_checkpoint(brought)[1].values())


def test_stopped_again_while_the_rate_rises_it_ends_as_unbroken(brought: Path) -> None:
    broken = brought.parent / "broken"
    shutil.copytree(brought, broken)
    train(_order(brought, resume=True), silent, lambda _: None)
    train(_order(broken, resume=True, deadline=0.0), silent, lambda _: None)
    train(_order(broken, resume=True), silent, lambda _: None)
    left, right = read_checkpoint(brought), read_checkpoint(broken)
    assert left[0].log == right[0].log
    assert all(torch.equal(tensor, right[1][name]) for name, tensor in left[1].items())


def test_the_checkpoint_goes_before_the_small_state(tmp_path: Path) -> None:
    _stopped(tmp_path / "toy")
    assert (tmp_path / "toy" / SMALL_STATE_FILE).exists()
    assert read_state(tmp_path / "toy").resumed_at is None


def test_pieces_that_do_not_belong_together_and_missing_ones_are_named(brought: Path) -> None:
    first = brought / "resume.safetensors.1"
    first.write_bytes(first.read_bytes()[::-1])
    with pytest.raises(UserError, match="do not belong together"):
        train(_order(brought, resume=True), silent, lambda _: None)
    first.unlink()
    with pytest.raises(UserError, match=r"resume\.safetensors\.1 does not exist"):
        train(_order(brought, resume=True), silent, lambda _: None)


def test_it_is_not_trained_over(brought: Path) -> None:
    with pytest.raises(UserError, match="already holds a training"):
        train(_order(brought), silent, lambda _: None)
