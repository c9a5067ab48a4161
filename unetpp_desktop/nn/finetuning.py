"""Fine-tuning a model on corrected scenes, many of them only half corrected."""

import copy
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor, nn

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.augment import Augmentation
from unetpp_desktop.nn.batches import BatchPlan, LabelledScene, TrainingScenes, class_pixels
from unetpp_desktop.nn.card import DepthMetrics, ModelCard
from unetpp_desktop.nn.checked_scenes import CheckedScenes, measure
from unetpp_desktop.nn.correction_loss import correction_loss, keeping_loss, replay_loss, unchecked
from unetpp_desktop.nn.device import (
    freed_memory_kept,
    may_take_all_cores,
    resolve_device,
    trains_faster_in_bf16,
    use_cores,
)
from unetpp_desktop.nn.finetune_recipe import FinetuneRecipe
from unetpp_desktop.nn.learner import Learner, LearningRules
from unetpp_desktop.nn.losses import class_weights
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.nn.new_classes import fit_new_rows
from unetpp_desktop.nn.other_classes import answering_network, known_classes, merged_classes, network_for
from unetpp_desktop.nn.recipe import HEAD_WEIGHTS
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.scale import AUTO
from unetpp_desktop.nn.scaled_scenes import scaled_scenes
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.validation import validate_scenes
from unetpp_desktop.nn.weight_mix import mixed_weights
from unetpp_desktop.nn.weights import normalise

_AUGMENTATION = Augmentation(
    rare_share=0.7, scale=(0.7, 1.5), brightness=0.15, contrast=0.2, gamma=(0.8, 1.25)
)
_LEAST_GAIN = 1e-4  # of the mIoU, for a check to count as better than the one before
_ANSWERED_AT_MOST = (
    20  # scenes that were learnt, spread over them: measuring must not take longer than learning
)


@dataclass(frozen=True)
class StepReport:
    """One step of a fine-tuning: its loss, and the mIoU on the checked scenes where it was measured."""

    step: int
    steps: int
    loss: float
    miou: float | None


@dataclass(frozen=True)
class FinetuneOrder:
    """What to fine-tune.

    ``corrected`` gives each image with ``uint8 (2, H, W)``: the classes of the human pixels, void
    elsewhere, and the origins; its ``load_extra`` a scene against forgetting, in the same shape: one that
    nobody has corrected, or one that the base learnt from.
    ``in_use`` is the model that the new one is compared with, ``card`` that of the new one. ``replayed``:
    the classes of the second source's masks, where it is scenes that the base learnt from; else None.
    ``allowed_loss``: what more of what was learnt may cost on ``reference``, of the mIoU.
    """

    base: ModelEntry
    in_use: ModelEntry
    card: ModelCard
    corrected: TrainingScenes
    held_out: CheckedScenes
    reference: CheckedScenes | None
    recipe: FinetuneRecipe
    device: str
    allowed_loss: float
    replayed: Collection[int] | None = None
    scale: str = AUTO  # at which all scenes are looked at, as in prediction: see `scale_for`


@dataclass(frozen=True)
class FinetunedNetwork:
    """New weights, and the figures before and after: on the corrections held out, and on the reference.

    Those on the corrections are per depth, the others of the deepest depth. ``learnt`` holds, by their
    place in the order, how the corrected scenes are answered by all of what was learnt, whatever
    ``share`` of it the new weights hold: 20 of them at most.
    """

    weights: Mapping[str, Tensor]
    before: Mapping[int, DepthMetrics]
    after: Mapping[int, DepthMetrics]
    reference_before: DepthMetrics | None
    reference_after: DepthMetrics | None
    steps: int
    share: float  # of what was learnt, see `weight_mix`
    learnt: Mapping[int, ConfusionMatrix]


def finetune_network(
    order: FinetuneOrder, progress: Progress, on_step: Callable[[StepReport], None]
) -> FinetunedNetwork:
    """Trains a copy of the root for some minutes; writes nothing.

    Starts from the base weights; batch norms keep their statistics, the encoder moves slower, all
    weights are pulled back to where they began, and where nobody has checked a pixel the base
    model's own answer is kept, so that little data cannot spoil much. It stops when the held-out
    corrections gain nothing any more, the best weights stay, and of what they learnt as much is taken
    as pays. Where its thread does not give way to the window's, one core is left to that.
    """
    device = resolve_device(order.device)
    use_cores(leave_one=not may_take_all_cores())
    with freed_memory_kept():
        return _Finetuning(_scaled(order), device, progress).run(on_step)


def _scaled(order: FinetuneOrder) -> FinetuneOrder:
    """``order`` with all of its scenes at the scale of prediction."""

    def scaled(scenes: TrainingScenes) -> TrainingScenes:
        return scaled_scenes(scenes, order.scale, order.card.scene_pixels)

    held_out, reference = order.held_out, order.reference
    return replace(
        order,
        corrected=scaled(order.corrected),
        held_out=replace(held_out, scenes=scaled(held_out.scenes)),
        reference=None if reference is None else replace(reference, scenes=scaled(reference.scenes)),
    )


@dataclass(frozen=True)
class _Mix:
    """Weights of which ``share`` is what was learnt; the mIoU on the corrections held out."""

    share: float
    weights: Mapping[str, Tensor]
    reference: DepthMetrics | None
    held_out: float


class _Finetuning:
    """One fine-tuning under way."""

    def __init__(self, order: FinetuneOrder, device: torch.device, progress: Progress) -> None:
        self._order, self._recipe, self._progress = order, order.recipe, progress
        palette, corrected = order.card.palette, _classes_only(order.corrected)
        pixels = class_pixels(corrected, len(palette), self._look)
        self._class_weights = class_weights(pixels, self._recipe.class_weight_cap).to(device)
        self._bf16 = trains_faster_in_bf16(device)
        rules = LearningRules(
            head_weights=HEAD_WEIGHTS,
            class_weights=self._class_weights,
            average_decay=self._recipe.average_decay,
            bf16=self._bf16,
            encoder_rate=self._recipe.encoder_rate,
            freeze_norms=True,
            pull=self._recipe.pull,
        )
        self._known = known_classes(order.base, palette).to(device)
        self._base = network_for(order.base, palette).placed_on(device).eval()
        if merged := merged_classes(order.base, palette):
            fit_new_rows(self._base, order.card, corrected, merged, self._look)
        new = [index for index in np.flatnonzero(pixels).tolist() if index not in self._known.tolist()]
        replayed = order.replayed or ()
        self._again = self._known[[int(index) in replayed for index in self._known]]
        self._split_off: Mapping[int, int] = {}
        if new:
            self._split_off = fit_new_rows(self._base, order.card, corrected, new, self._look)
        self._learner = Learner(copy.deepcopy(self._base), order.card, rules, device)
        self._root = answering_network(order.base, palette, device) if merged else self._base
        self._in_use = (
            self._root
            if order.in_use.folder == order.base.folder and not new
            else answering_network(order.in_use, palette, device)
        )

    def run(self, on_step: Callable[[StepReport], None]) -> FinetunedNetwork:
        order, recipe, learner = self._order, self._recipe, self._learner
        depths = range(1, order.card.depth + 1)
        before = self._figures(self._in_use, order.held_out, depths)
        plan = BatchPlan(
            replace(order.corrected, extra_share=recipe.kept_share),
            torch.arange(len(order.card.palette)),
            _AUGMENTATION.model_copy(update={"crop": recipe.crop}),
            recipe.batch,
            recipe.seed,
        )
        best, best_miou, idle = learner.average.weights, -1.0, 0
        for step, (images, planes) in enumerate(plan.stream(0, recipe.steps)):
            self._progress(step, recipe.steps, "learning from your corrections")
            loss = float(self._learn(images, planes, step))
            miou = None
            if recipe.is_check(step):
                deepest = order.card.depth
                miou = self._figures(learner.averaged_network(), order.held_out, (deepest,))[deepest].miou
                if miou > best_miou + _LEAST_GAIN:
                    best_miou, idle = miou, 0
                    best = {name: tensor.clone() for name, tensor in learner.average.weights.items()}
                else:
                    idle += 1
            on_step(StepReport(step + 1, recipe.steps, loss, miou))
            if idle >= recipe.patience:
                break
        learnt = self._on_learnt(best)
        known = self._on_reference(self._base)
        mix = self._as_far_as_it_pays(best, known)
        return FinetunedNetwork(
            weights=mix.weights,
            before=before,
            after=self._figures(self._with(mix.weights), order.held_out, depths),
            reference_before=known if self._in_use is self._base else self._on_reference(self._in_use),
            reference_after=mix.reference,
            steps=learner.steps,
            share=mix.share,
            learnt=learnt,
        )

    def _learn(self, images: Tensor, planes: Tensor, step: int) -> Tensor:
        device, recipe = self._learner.device, self._recipe
        labels, origins = planes.to(device).unbind(1)
        places = unchecked(origins)
        asked = places.flatten(1).any(1)  # crops in which something is to be kept
        keeping = recipe.keep_weight > 0 and len(self._known) > 0 and bool(asked.any())
        base = self._answers(_some(images, asked)) if keeping else {}

        def loss_of(logits: dict[int, Tensor]) -> Tensor:
            loss = correction_loss(
                logits, labels, origins, self._class_weights, HEAD_WEIGHTS, recipe.painted_weight
            )
            if len(self._again):
                again = replay_loss(logits, labels, places, self._again, self._class_weights, HEAD_WEIGHTS)
                loss = (loss + again) / 2
            if keeping:
                answers = {depth: scores[asked] for depth, scores in logits.items()}
                kept = keeping_loss(answers, base, places[asked], self._known, HEAD_WEIGHTS)
                loss = loss + recipe.keep_weight * kept
            return loss

        return self._learner.learn(images, recipe.rate_at(step), loss_of)

    @torch.no_grad()
    def _answers(self, images: Tensor) -> dict[int, Tensor]:
        device = self._learner.device
        with torch.autocast(device.type, torch.bfloat16, enabled=self._bf16):
            answers: dict[int, Tensor] = self._root(normalise(images.to(device), self._order.card))
        return answers

    def _as_far_as_it_pays(self, new: Mapping[str, Tensor], known: DepthMetrics | None) -> _Mix:
        """The mix of base and new weights that is best on the corrections held out.

        Shares are tried from the smallest on, which always counts, until the reference, on which the
        base has ``known``, falls: by more below the best so far than the order allows. Without a reference
        all are tried.
        """
        base, deepest = self._base.state_dict(), self._order.card.depth
        tried: list[_Mix] = []
        highest = 0.0 if known is None else known.miou
        for share in sorted(self._recipe.shares):
            weights = mixed_weights(base, new, share)
            network = self._with(weights)
            reference = self._on_reference(network)
            if reference is not None:
                highest = max(highest, reference.miou)
                if tried and reference.miou < highest - self._order.allowed_loss:
                    break
            held_out = self._figures(network, self._order.held_out, (deepest,))[deepest]
            tried.append(_Mix(share, weights, reference, held_out.miou))
        return max(tried, key=lambda mix: mix.held_out)

    def _with(self, weights: Mapping[str, Tensor]) -> UNetPlusPlus:
        network = UNetPlusPlus(self._order.card.network).placed_on(self._learner.device)
        network.load_state_dict(weights)
        return network.eval()

    def _on_reference(self, network: nn.Module) -> DepthMetrics | None:
        if self._order.reference is None:
            return None
        deepest = self._order.card.depth
        return self._figures(network, self._order.reference, (deepest,), self._split_off)[deepest]

    def _on_learnt(self, weights: Mapping[str, Tensor]) -> dict[int, ConfusionMatrix]:
        scenes = _classes_only(self._order.corrected)
        chosen = spread_indexes(scenes.count, _ANSWERED_AT_MOST)
        some = TrainingScenes(len(chosen), lambda index: scenes.load(chosen[index]))
        network, card = self._with(weights), self._order.card
        matrices = validate_scenes(network, card, some, self._bf16, self._still_there)
        return dict(zip(chosen, matrices, strict=True))

    def _figures(
        self,
        network: nn.Module,
        checked: CheckedScenes,
        depths: range | tuple[int, ...],
        split_off: Mapping[int, int] = MappingProxyType({}),
    ) -> dict[int, DepthMetrics]:
        card, progress = self._order.card, self._still_there
        return measure(network, card, checked, depths, self._bf16, progress, split_off)

    def _look(self, done: int, total: int, note: str) -> None:
        self._progress(0, self._recipe.steps, f"{note} {done + 1} of {total}")

    def _still_there(self, done: int, total: int, note: str) -> None:
        self._progress(self._learner.steps, self._recipe.steps, f"{note} {done + 1} of {total}")


def _classes_only(corrected: TrainingScenes) -> TrainingScenes:
    def load(index: int) -> LabelledScene:
        image, planes = corrected.load(index)
        return image, planes[0]

    return TrainingScenes(corrected.count, load)


def _some(images: Tensor, wanted: Tensor) -> Tensor:
    """The ``wanted``, ``bool (N,)``, of ``images``, in the layout in which convolutions are fast."""
    return images[wanted.to(images.device)].contiguous(memory_format=torch.channels_last)
