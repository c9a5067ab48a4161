"""Training a network from scratch."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.batches import BatchPlan, TrainingScenes, class_pixels
from unetpp_desktop.nn.card import CARD_FILE, ModelCard
from unetpp_desktop.nn.checkpoint import TrainingState, read_checkpoint
from unetpp_desktop.nn.device import (
    fastest_convolutions,
    freed_memory_kept,
    resolve_device,
    trains_faster_in_bf16,
)
from unetpp_desktop.nn.device_batches import DeviceBatches
from unetpp_desktop.nn.kept_epoch import KeptEpoch
from unetpp_desktop.nn.learner import Learner, LearningRules
from unetpp_desktop.nn.losses import class_weights
from unetpp_desktop.nn.norms import with_precise_norms
from unetpp_desktop.nn.recipe import EpochLog, Recipe
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.validation import validate_network
from unetpp_desktop.nn.weights import load_network, save_model


@dataclass(frozen=True)
class TrainingOrder:
    """What to train, on what, where to and for how long.

    With ``start``, a model of the same network and classes, the training goes on from its weights
    with a fresh optimiser: that is how a chain of trainings grows on several machines. A resumed
    training keeps the recipe of its checkpoint, but for ``resume_epochs``: another number of epochs
    in all, over which the learning rate falls from then on; the notes of its card say so. No epoch
    begins after ``deadline``, but for a first one.
    """

    card: ModelCard
    recipe: Recipe
    scenes: TrainingScenes
    validation: TrainingScenes | None
    folder: Path
    start: ModelEntry | None = None  # a model whose weights a fresh training begins with
    device: str = "auto"
    resume: bool = False
    resume_epochs: int | None = None
    deadline: float | None = None  # of ``clock``, which counts seconds
    clock: Callable[[], float] = time.monotonic
    processor: str = ""  # what trains, in words, for the card


@dataclass(frozen=True)
class TrainingEnd:
    """What a training came to: the model as it is now, and whether all was done, its norms measured, too."""

    model: ModelEntry
    log: list[EpochLog]
    finished: bool


def train(order: TrainingOrder, progress: Progress, on_epoch: Callable[[EpochLog], None]) -> TrainingEnd:
    """Trains a network; a checkpoint, the log and the model so far are written once a minute.

    Between two epochs, that is: the end of an epoch that ends a minute or more after the last writing.
    At the end the batch norms of the model are measured on whole scenes, see `norms`.

    With ``resume`` it continues the checkpoint of ``folder`` exactly as if it had never stopped,
    with the recipe kept there; where only the small state of it was brought here, the optimiser begins
    anew. ``progress`` counts steps; when it raises `Cancelled`, the time is
    over, or anything goes wrong, the last whole epoch is written and stays; where all epochs were done
    by then, resuming it measures the norms. Raises `UserError` where
    there is nothing to train on, where the folder holds a training that was not asked to be resumed,
    and where the weights are no numbers any longer.
    """
    if order.scenes.count == 0:
        raise UserError("There are no labelled scenes to train on. Label some, or give another data set.")
    device = resolve_device(order.device)
    state, learner = _start(order, device)
    recipe = state.recipe
    scenes = replace(order.scenes, extra_share=recipe.extra_share)
    plan = _plan(scenes, _rare(state), recipe, device, progress)
    steps = plan.steps_per_epoch * recipe.epochs
    kept = KeptEpoch(order.folder, order.clock)
    kept.begin(state.log)
    measured = False
    try:
        with freed_memory_kept(), fastest_convolutions(device):
            try:
                while state.step < steps:
                    state = _train_epoch(order, plan, learner, state, steps, progress)
                    kept.keep(state, learner)
                    on_epoch(state.log[-1])
                    if order.deadline is not None and order.clock() >= order.deadline:
                        break
            finally:
                kept.finish()
            save_model(order.folder, state.card, with_precise_norms(learner, order.scenes, progress))
            measured = True
    except (Cancelled, KeyboardInterrupt):
        if not state.log:
            raise
    return TrainingEnd(ModelEntry(order.folder, state.card), state.log, measured and state.step >= steps)


def _start(order: TrainingOrder, device: torch.device) -> tuple[TrainingState, Learner]:
    """A fresh training, or the one that the checkpoint of the folder describes."""
    saved = read_checkpoint(order.folder)
    if saved is not None and not order.resume:
        raise UserError(
            f"{order.folder} already holds a training. Continue it with --resume, or choose another folder."
        )
    if saved is None and (order.folder / CARD_FILE).exists():
        raise UserError(f"{order.folder} holds a model already. Choose another folder for the new one.")
    if saved is None:
        counts = class_pixels(order.scenes, len(order.card.palette))
        if not counts.any():
            raise UserError(
                f"The masks of the {order.scenes.count} scenes to train on hold no class, only void. "
                "Label some pixels, or check that the values of the masks are those of the classes."
            )
        state = TrainingState(
            card=order.card,
            recipe=order.recipe,
            scenes=order.scenes.count,
            class_pixels=counts.tolist(),
            step=0,
            log=[],
            seconds=0.0,
        )
    else:
        state = saved[0]
        if state.step == state.resumed_at:
            state = _noted(state, f"Its optimiser began anew after epoch {len(state.log)}.")
        if order.resume_epochs is not None:
            state = _with_epochs(state, order.resume_epochs)
        if state.card.palette.names != order.card.palette.names:
            raise UserError(
                f"{order.folder} was trained on other classes. Give the same data set, or another folder."
            )
        if state.scenes != order.scenes.count:
            raise UserError(
                f"{order.folder} was trained on {state.scenes} scenes; now there are {order.scenes.count}. "
                "Give the same data set, or train into another folder."
            )
    state = _trained_by(state, order.processor)
    torch.manual_seed(state.recipe.seed)
    rules = LearningRules(
        head_weights=state.recipe.head_weights,
        class_weights=class_weights(np.array(state.class_pixels), state.recipe.class_weight_cap),
        weight_decay=state.recipe.weight_decay,
        average_decay=state.recipe.average_decay,
        distillation=state.recipe.distillation,
        dice=state.recipe.dice,
        lovasz=state.recipe.lovasz,
        bf16=trains_faster_in_bf16(device),
    )
    learner = Learner(_network(order, state.card), state.card, rules, device)
    if saved is not None:
        learner.load_state(saved[1], state.step)
    return state, learner


def _with_epochs(state: TrainingState, epochs: int) -> TrainingState:
    """The same training with so many epochs in all; its card says what was changed, and when."""
    before = state.recipe.epochs
    if epochs == before:
        return state
    note = f"--resume changed --epochs from {before} to {epochs} after epoch {len(state.log)}."
    recipe = state.recipe.model_copy(update={"epochs": epochs})
    return _noted(state.model_copy(update={"recipe": recipe}), note)


def _noted(state: TrainingState, note: str) -> TrainingState:
    card = state.card.model_copy(update={"notes": f"{state.card.notes} {note}".strip()})
    return state.model_copy(update={"card": card})


def _trained_by(state: TrainingState, processor: str) -> TrainingState:
    """The same training, on ``processor`` from now on; what is not counted is not named either."""
    known = state.card.processor
    if not processor or state.seconds is None or known.split(", then ")[-1] == processor:
        return state
    named = f"{known}, then {processor}" if known else processor
    return state.model_copy(update={"card": state.card.model_copy(update={"processor": named})})


def _network(order: TrainingOrder, card: ModelCard) -> UNetPlusPlus:
    if order.start is None:
        return UNetPlusPlus(card.network)
    begun = order.start.card
    if not begun.network.grows_to(card.network) or begun.palette.names != card.palette.names:
        raise UserError(
            f"{order.start.folder} has other filters, blocks, dilations or classes than the training. "
            "Start from a model that was trained on the same classes."
        )
    network = load_network(order.start)
    return network if network.config == card.network else network.grown(card.network)


def _plan(
    scenes: TrainingScenes, rare: torch.Tensor, recipe: Recipe, device: torch.device, progress: Progress
) -> BatchPlan | DeviceBatches:
    """Crops are made where the network is trained, if scenes of one size allow it."""
    if device.type == "cuda":
        try:
            return DeviceBatches(
                scenes, rare, recipe.augmentation, recipe.batch, recipe.seed, device, progress
            )
        except ValueError:
            pass  # scenes of several sizes: one by one then
    return BatchPlan(scenes, rare, recipe.augmentation, recipe.batch, recipe.seed)


def _train_epoch(
    order: TrainingOrder,
    plan: BatchPlan | DeviceBatches,
    learner: Learner,
    state: TrainingState,
    steps: int,
    progress: Progress,
) -> TrainingState:
    last = state.step + plan.steps_per_epoch
    epoch = last // plan.steps_per_epoch
    losses = []
    rate = 0.0
    began = order.clock()
    for step, (images, labels) in enumerate(_batches(plan, state, last, steps), state.step):
        progress(step, steps, f"epoch {epoch} of {state.recipe.epochs}")
        rate = state.rate_at(step, steps)
        losses.append(learner.step(images, labels, rate))
    line = EpochLog(epoch=epoch, step=last, rate=rate, loss=float(np.mean([float(loss) for loss in losses])))
    if not math.isfinite(line.loss) or not learner.is_finite():
        raise UserError(_diverged(order.folder, state))
    due = epoch % state.recipe.validate_every == 0 or epoch == state.recipe.epochs
    if order.validation is not None and due:
        figures = _validate(order.validation, learner, progress, last, steps)
        line = line.model_copy(update=figures)
    changes: dict[str, object] = {"step": last, "log": [*state.log, line]}
    if state.seconds is not None:
        seconds = state.seconds + order.clock() - began
        card = state.card.model_copy(update={"training_hours": round(seconds / 3600, 3)})
        changes |= {"seconds": seconds, "card": card}
    return state.model_copy(update=changes)


def _diverged(folder: Path, state: TrainingState) -> str:
    smaller = f"a smaller rate, such as --rate {state.recipe.rate / 2:g}"
    what = f"The training diverged in epoch {len(state.log) + 1}: its weights or its loss are no numbers."
    if not state.log:
        return f"{what} Train again with {smaller}."
    return (
        f"{what} {folder} keeps the epoch before. "
        f"Go on from it in another folder, with --start-from {folder} and {smaller}."
    )


def _batches(
    plan: BatchPlan | DeviceBatches, state: TrainingState, last: int, steps: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches of an epoch; at the end of the training their crops are larger."""
    larger_from = min(max(state.step, state.recipe.finish_from(steps)), last)
    yield from plan.stream(state.step, larger_from)
    if larger_from < last:
        yield from plan.with_crop(state.recipe.finish_crop).stream(larger_from, last)


def _validate(
    scenes: TrainingScenes, learner: Learner, progress: Progress, step: int, steps: int
) -> dict[str, float]:
    def report(done: int, total: int, note: str) -> None:
        progress(step, steps, f"{note} {done} of {total}")

    deepest = learner.card.depth
    matrix = validate_network(
        learner.averaged_network(), learner.card, scenes, (deepest,), learner.rules.bf16, report
    )[deepest]
    return {"val_miou": matrix.miou(), "val_pixel_accuracy": matrix.pixel_accuracy()}


def _rare(state: TrainingState) -> torch.Tensor:
    counts = np.array(state.class_pixels)
    share = counts / max(1, counts.sum())
    return torch.from_numpy(np.flatnonzero((share < state.recipe.rare_below) & (counts > 0)))
