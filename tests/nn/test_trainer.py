"""Training, stopping and going on."""

import csv
import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.nn.conftest import TWO_CLASSES, toy_scene
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.augment import Augmentation
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.nn.card import WEIGHTS_FILE, ModelCard
from unetpp_desktop.nn.checkpoint import CHECKPOINT_FILE, SMALL_STATE_FILE, read_checkpoint, write_checkpoint
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.kept_epoch import LOG_FILE
from unetpp_desktop.nn.learner import Learner
from unetpp_desktop.nn.recipe import EpochLog, Recipe
from unetpp_desktop.nn.registry import open_model
from unetpp_desktop.nn.trainer import TrainingEnd, TrainingOrder, train
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import read_tensors

SCENES = TrainingScenes(8, toy_scene, lambda seed: toy_scene(seed + 1000))


def _order(folder: Path, epochs: int = 3, resume: bool = False, **changes: object) -> TrainingOrder:
    card = ModelCard(name="toy", palette=TWO_CLASSES, network=NetworkConfig(filters=(4, 6, 8), classes=2))
    recipe = Recipe(
        epochs=epochs,
        batch=4,
        warm_up_steps=2,
        validate_every=2,
        finish_share=0,
        augmentation=Augmentation(crop=32),
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

    def fails(done: int, total: int, note: str) -> None:
        if done == 5:  # in the middle of the third epoch
            raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        train(_order(broken, epochs=4), fails, lambda _: None)
    assert read_checkpoint(broken)[0].step == 4
    _train(_order(broken, epochs=4, resume=True))
    for name in (WEIGHTS_FILE, LOG_FILE):
        assert (unbroken / name).read_bytes() == (broken / name).read_bytes()
    left, right = read_checkpoint(unbroken)[1], read_checkpoint(broken)[1]
    assert left.keys() == right.keys()
    assert all(torch.equal(left[name], right[name]) for name in left)


def test_a_kill_loses_a_minute_at_most(tmp_path: Path) -> None:
    """A clock that is looked at says that an epoch takes 25 seconds, much less than a minute."""
    seconds = 0.0
    on_disk = []

    def epoch_ended(line: EpochLog) -> None:
        nonlocal seconds
        seconds += 25
        on_disk.append(read_checkpoint(tmp_path / "toy")[0].step // 2)
        if line.epoch == 5:
            shutil.copytree(tmp_path / "toy", tmp_path / "killed" / "toy")

    train(_order(tmp_path / "toy", epochs=6, clock=lambda: seconds), silent, epoch_ended)
    assert on_disk == [1, 1, 1, 4, 4, 4]
    assert read_checkpoint(tmp_path / "toy")[0].step == 12
    resumed = _train(_order(tmp_path / "killed" / "toy", epochs=6, resume=True))
    assert resumed.finished
    for name in (WEIGHTS_FILE, LOG_FILE):
        assert (tmp_path / "toy" / name).read_bytes() == (tmp_path / "killed" / "toy" / name).read_bytes()


def test_a_training_that_diverges_stops_and_keeps_the_last_good_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _train(_order(tmp_path / "toy", epochs=4, deadline=0.0))
    before = read_checkpoint(tmp_path / "toy")
    step = Learner.step

    def explodes(learner: Learner, images: torch.Tensor, labels: torch.Tensor, rate: float) -> torch.Tensor:
        """A gradient that is infinite in the last step of an epoch, whose loss is a number."""
        parameter = next(learner.network.parameters())
        hook = parameter.register_hook(lambda gradient: gradient * torch.inf if learner.steps == 3 else None)
        loss = step(learner, images, labels, rate)
        hook.remove()
        return loss

    monkeypatch.setattr(Learner, "step", explodes)
    with pytest.raises(
        UserError, match=r"diverged in epoch 2.*--start-from .*toy and a smaller rate.*0\.001"
    ):
        _train(_order(tmp_path / "toy", epochs=4, resume=True))
    after = read_checkpoint(tmp_path / "toy")
    assert after[0].step == before[0].step == 2
    assert all(torch.equal(tensor, after[1][name]) for name, tensor in before[1].items())
    with pytest.raises(UserError, match=r"diverged in epoch 2"):
        _train(_order(tmp_path / "other", epochs=4))
    assert read_checkpoint(tmp_path / "other")[0].step == 2


def test_the_card_says_how_long_it_took_and_what_trained(tmp_path: Path) -> None:
    ticks = itertools.count(0, 1800)  # half an hour whenever it is looked at

    def order(resume: bool, processor: str) -> TrainingOrder:
        clock = lambda: float(next(ticks))  # noqa: E731
        return _order(
            tmp_path / "toy", epochs=4, resume=resume, processor=processor, deadline=0.0, clock=clock
        )

    assert _train(order(False, "two cores")).model.card.training_hours == 0.5
    _train(order(True, "two cores"))
    _train(order(True, "a GPU"))
    card = open_model(tmp_path / "toy").card
    assert (card.training_hours, card.processor) == (1.5, "two cores, then a GPU")


def test_a_training_begun_before_hours_were_counted_can_be_resumed(tmp_path: Path) -> None:
    _train(_order(tmp_path / "toy", epochs=2, deadline=0.0))
    state, tensors = read_checkpoint(tmp_path / "toy")
    old = state.model_copy(
        update={
            "seconds": None,
            "card": state.card.model_copy(update={"training_hours": None, "processor": ""}),
        }
    )
    write_checkpoint(tmp_path / "toy", old, tensors)
    end = _train(_order(tmp_path / "toy", epochs=2, resume=True, processor="two cores"))
    assert end.finished
    assert (end.model.card.training_hours, end.model.card.processor) == (None, "")


def test_a_resumed_training_can_be_given_more_epochs(tmp_path: Path) -> None:
    first = _train(_order(tmp_path / "toy", epochs=2))
    order = _order(tmp_path / "toy", epochs=2, resume=True, resume_epochs=4)
    longer = _train(order)
    assert first.log == longer.log[:2]
    assert len(longer.log) == 4
    assert longer.finished
    assert longer.log[2].rate == order.recipe.rate_at(5, 8)
    assert open_model(tmp_path / "toy").card.notes == "--resume changed --epochs from 2 to 4 after epoch 2."


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


@pytest.mark.parametrize("ends", [Cancelled, KeyboardInterrupt])
def test_cancelled_while_the_norms_are_measured_it_is_not_finished_and_can_be_resumed(
    tmp_path: Path, ends: type[BaseException]
) -> None:
    def cancel(done: int, total: int, note: str) -> None:
        if note == "measuring the batch norms" and done > 0:
            raise ends

    end = train(_order(tmp_path / "toy"), cancel, lambda _: None)
    assert len(end.log) == 3
    assert not end.finished
    assert _train(_order(tmp_path / "toy", resume=True)).finished
    unbroken = read_tensors(_train(_order(tmp_path / "unbroken")).model.weights)
    for name, tensor in read_tensors(end.model.weights).items():
        assert torch.equal(tensor, unbroken[name])


def test_the_norms_are_measured_on_whole_scenes_but_for_the_middle_of_large_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def large(index: int) -> LabelledScene:
        return tuple(
            np.pad(plane, ((0, 900), (0, 20), *[(0, 0)] * (plane.ndim - 2))) for plane in SCENES.load(index)
        )

    seen = list[torch.Size]()
    real = UNetPlusPlus.forward

    def forward(self: UNetPlusPlus, images: torch.Tensor, *depths: object) -> object:
        seen.append(images.shape)
        return real(self, images, *depths)

    def measuring(done: int, total: int, note: str) -> None:
        if note == "measuring the batch norms" and done == 0:
            seen.clear()

    monkeypatch.setattr(UNetPlusPlus, "forward", forward)
    for scenes, shape in ((SCENES, (4, 3, 40, 56)), (replace(SCENES, load=large), (4, 3, 640, 76))):
        order = replace(_order(tmp_path / str(shape), epochs=1, validation=None), scenes=scenes)
        train(order, measuring, lambda _: None)
        assert seen == [shape, shape]


def test_no_epoch_begins_after_the_deadline_but_the_first(tmp_path: Path) -> None:
    end = _train(_order(tmp_path / "toy", deadline=0.0))
    assert not end.finished
    assert len(end.log) == 1
    assert read_checkpoint(tmp_path / "toy")[0].step == 2
    assert open_model(tmp_path / "toy").name == "toy"


@pytest.mark.parametrize("resume", [False, True])
def test_a_folder_that_cannot_be_written_is_told_before_the_first_step(tmp_path: Path, resume: bool) -> None:
    folder = tmp_path / "toy"
    if resume:
        _train(_order(folder, epochs=1))
        (folder / LOG_FILE).unlink()
        (folder / LOG_FILE).mkdir()  # for the administrator, too, in the way of the file
    else:
        folder.write_bytes(b"")
    notes: list[str] = []
    with pytest.raises(UserError, match=LOG_FILE):
        train(_order(folder, resume=resume), lambda _done, _all, note: notes.append(note), lambda _: None)
    assert not [note for note in notes if note.startswith("epoch")]


def test_an_earlier_training_is_not_overwritten(tmp_path: Path) -> None:
    _train(_order(tmp_path / "toy", epochs=1))
    with pytest.raises(UserError, match="--resume"):
        _train(_order(tmp_path / "toy", epochs=1))


def test_a_finished_model_is_not_trained_over(tmp_path: Path) -> None:
    _train(_order(tmp_path / "toy", epochs=1))
    for name in (CHECKPOINT_FILE, SMALL_STATE_FILE):
        (tmp_path / "toy" / name).unlink()
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
    void = TrainingScenes(2, lambda index: (toy_scene(index)[0], np.full_like(toy_scene(index)[1], VOID)))
    with pytest.raises(UserError, match="2 scenes to train on hold no class"):
        _train(TrainingOrder(order.card, order.recipe, void, None, order.folder))
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / CHECKPOINT_FILE).write_bytes(b"half a file")
    with pytest.raises(UserError, match="not a checkpoint of this program"):
        _train(order)
