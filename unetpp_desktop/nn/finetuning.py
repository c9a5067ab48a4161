"""Fine-tuning a model on corrected scenes, many of them only half corrected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.augment import Augmentation
from unetpp_desktop.nn.batches import BatchPlan, TrainingScenes, class_pixels
from unetpp_desktop.nn.card import DepthMetrics, ModelCard
from unetpp_desktop.nn.device import (
    freed_memory_kept,
    leave_a_core_free,
    resolve_device,
    trains_faster_in_bf16,
)
from unetpp_desktop.nn.learner import Learner, LearningRules
from unetpp_desktop.nn.losses import class_weights
from unetpp_desktop.nn.recipe import HEAD_WEIGHTS
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.validation import validate_network
from unetpp_desktop.nn.weights import load_network, save_model

_BATCH = 4
_WEIGHT_CAP = 3.0  # of rare classes, as in training from scratch
_RATE = 1e-3
_WARM_UP_STEPS = 8
_ENCODER_RATE = 0.3
_PULL = 1.0  # times the learning rate, towards the base weights at every step
_AVERAGE_DECAY = 0.95  # few steps: the average must not lag behind
_AUGMENTATION = Augmentation(
    rare_share=0.7, scale=(0.7, 1.5), brightness=0.15, contrast=0.2, gamma=(0.8, 1.25)
)
_CHECKS = 6  # how often the curve of the mIoU gets a point
_STEPS_ON_CPU, _STEPS_ON_GPU = 80, 400


@dataclass(frozen=True)
class StepReport:
    """One step of a fine-tuning: its loss, and the mIoU on the checked scenes where it was measured."""

    step: int
    steps: int
    loss: float
    miou: float | None


@dataclass(frozen=True)
class FinetuneOrder:
    """What to fine-tune: ``corrected`` is learnt from, ``checked`` measured; unchecked pixels are void."""

    base: ModelEntry
    card: ModelCard
    corrected: TrainingScenes
    checked: TrainingScenes
    checked_name: str
    folder: Path
    steps: int | None
    device: str
    seed: int = 0


@dataclass(frozen=True)
class FinetunedModel:
    """The new model, and per depth the figures of base and new model on the checked scenes."""

    model: ModelEntry
    before: Mapping[int, DepthMetrics]
    after: Mapping[int, DepthMetrics]


def finetune_network(
    order: FinetuneOrder, progress: Progress, on_step: Callable[[StepReport], None]
) -> FinetunedModel:
    """Trains a copy of the base model for some minutes; writes it, with its card, to ``order.folder``.

    Starts from the base weights; batch norms keep their statistics, the encoder moves slower, and
    all weights are pulled back to where they began, so that little data cannot spoil much. One
    core is left to the window. Nothing is written when ``progress`` raises `Cancelled`.
    """
    device = resolve_device(order.device)
    leave_a_core_free()
    steps = order.steps or (_STEPS_ON_CPU if device.type == "cpu" else _STEPS_ON_GPU)
    learner = Learner(load_network(order.base), order.card, _rules(order, device), device)
    classes = torch.arange(len(order.card.palette))
    plan = BatchPlan(order.corrected, classes, _AUGMENTATION, _BATCH, order.seed)
    with freed_memory_kept():
        before = _figures(order, learner, progress, steps)
        for step, (images, labels) in enumerate(plan.stream(0, steps)):
            progress(step, steps, "learning from your corrections")
            loss = float(learner.step(images, labels, _rate_at(step, steps)))
            check = (step + 1) % max(1, steps // _CHECKS) == 0
            miou = _figures(order, learner, progress, steps)[order.card.depth].miou if check else None
            on_step(StepReport(step + 1, steps, loss, miou))
        after = _figures(order, learner, progress, steps)
    metrics = {str(depth): figures for depth, figures in after.items()}
    card = order.card.model_copy(update={"metrics": metrics})
    return FinetunedModel(save_model(order.folder, card, learner.average.weights), before, after)


def _rules(order: FinetuneOrder, device: torch.device) -> LearningRules:
    pixels = class_pixels(order.corrected, len(order.card.palette))
    return LearningRules(
        head_weights=HEAD_WEIGHTS,
        class_weights=class_weights(pixels, _WEIGHT_CAP),
        average_decay=_AVERAGE_DECAY,
        bf16=trains_faster_in_bf16(device),
        encoder_rate=_ENCODER_RATE,
        freeze_norms=True,
        pull=_PULL,
    )


def _rate_at(step: int, steps: int) -> float:
    """Linear warm-up, then linear to zero: what was learnt last counts as much as what was learnt first."""
    warm_up = min(_WARM_UP_STEPS, steps // 2)
    return _RATE * min((step + 1) / (warm_up + 1), (steps - step) / max(1, steps - warm_up))


def _figures(
    order: FinetuneOrder, learner: Learner, progress: Progress, steps: int
) -> dict[int, DepthMetrics]:
    """Figures of the averaged weights on the checked scenes, per depth."""

    def still_there(done: int, total: int, note: str) -> None:
        progress(learner.steps, steps, f"{note} {done + 1} of {total}")

    depths = range(1, order.card.depth + 1)
    matrices = validate_network(
        learner.averaged_network(), order.card, order.checked, depths, learner.rules.bf16, still_there
    )
    names, count = order.card.palette.names, order.checked.count
    return {depth: matrix.figures(names, count, order.checked_name) for depth, matrix in matrices.items()}
