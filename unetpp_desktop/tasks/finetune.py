"""Fine-tuning on what was corrected in a folder: the verb behind the Train tab and the command line."""

import shutil
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import HUMAN
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.nn.card import DepthMetrics
from unetpp_desktop.nn.finetuning import FinetuneOrder, StepReport, finetune_network
from unetpp_desktop.nn.registry import ModelEntry, list_models, resolve_model
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_edits import now

_HOLD_OUT_FROM = 5  # with fewer corrected scenes every one is needed to learn from
_HOLD_OUT_EVERY = 5
_CHECKED_AT_MOST = 12  # scenes measured before and after; measuring must not take longer than learning


@dataclass(frozen=True)
class FinetuneOptions:
    """``steps`` None: as many as suit the device."""

    steps: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class FinetuneResult:
    """A candidate model, with the deepest depth's figures before and after on the same scenes.

    ``before_depths`` and ``after_depths`` hold those of all depths, ``problems`` one sentence for
    each corrected scene that could not be used. The candidate lies among the project's models;
    `discard` removes it.
    """

    candidate: ModelEntry
    before: DepthMetrics
    after: DepthMetrics
    before_depths: dict[int, DepthMetrics]
    after_depths: dict[int, DepthMetrics]
    compared_on: str
    scenes_used: int
    problems: tuple[str, ...]


def finetune(
    project: Project,
    base: ModelEntry,
    options: FinetuneOptions,
    progress: Progress,
    on_step: Callable[[StepReport], None],
    device: str = "auto",
) -> FinetuneResult:
    """Trains a copy of ``base`` on the human pixels of the project's masks.

    Pixels that nobody checked are void in what the network sees. From five corrected scenes on,
    a fifth of them is held out and measured; with fewer, the corrected scenes themselves are. Raises
    `UserError` where nothing is corrected, or where the model's classes are not the project's.
    """
    if base.card.palette.names != project.palette.names:
        raise UserError(
            f"The model {base.name} tells other classes apart than {project.folder} is labelled with. "
            "Choose a model with the same classes."
        )
    scenes, problems = _with_known_pixels(project, progress)
    if not scenes:
        raise UserError(
            f"{project.folder} has no corrected pixels to learn from. Paint some, or mark a scene as done."
        )
    learnt, checked, name = split_scenes(scenes)
    folder, card_name = _new_folder(project)
    card = base.card.model_copy(
        update={
            "name": card_name,
            "created": now(),
            "parent": base.name,
            "training_data": f"{len(learnt)} corrected scenes of {_readable(project.folder.name)}",
            "command": "",
            "notes": "Fine-tuned in the app.",
            "metrics": {},
        }
    )
    order = FinetuneOrder(
        base,
        card,
        _source(project, learnt),
        _source(project, checked),
        name,
        folder,
        options.steps,
        device,
        options.seed,
    )
    end = finetune_network(order, progress, on_step)
    before, after = dict(end.before), dict(end.after)
    deepest = card.depth
    return FinetuneResult(
        end.model, before[deepest], after[deepest], before, after, name, len(learnt), problems
    )


def split_scenes(scenes: Sequence[Scene]) -> tuple[list[Scene], list[Scene], str]:
    """Scenes to learn from, scenes to measure on, and what the latter are in words.

    Those held out come first in an order that depends on their names alone: scenes that are
    corrected later hardly change who is among them, and so a model is rarely measured on what the
    one before it has learnt.
    """
    if len(scenes) < _HOLD_OUT_FROM:
        return list(scenes), list(scenes), "the corrected scenes themselves, too few to hold some out"
    ranked = sorted(scenes, key=lambda scene: zlib.crc32(scene.name.encode("utf-8", "surrogateescape")))
    held_out = ranked[: min(len(scenes) // _HOLD_OUT_EVERY, _CHECKED_AT_MOST)]
    learnt = [scene for scene in scenes if scene not in held_out]
    return learnt, held_out, f"{len(held_out)} corrected scenes held out"


def _readable(name: str) -> str:
    """A file name as UTF-8 text; bytes that are none become question marks."""
    return name.encode("utf-8", "replace").decode()


def discard(candidate: ModelEntry) -> None:
    """Deletes a fine-tuned model; one that is gone already is fine."""
    shutil.rmtree(candidate.folder, ignore_errors=True)


def finetune_folder(
    folder: Path, labels: Path | None, model: str, options: FinetuneOptions, device: str, progress: Progress
) -> FinetuneResult:
    """`finetune` for a folder and a model name or path."""
    project = Project.open(folder, labels)
    base = resolve_model(model, project.own_folder / "models")
    return finetune(project, base, options, progress, lambda _: None, device)


def _human_labels(project: Project, scene: Scene) -> np.ndarray | None:
    """``uint8 (H, W)``: the classes of the pixels a person painted or checked, void elsewhere."""
    stored = project.load_mask(scene)
    if stored is None or stored.changed_outside:
        return None
    return np.where(np.isin(stored.origins, HUMAN), stored.labels, VOID).astype(np.uint8)


def _with_known_pixels(project: Project, progress: Progress) -> tuple[list[Scene], tuple[str, ...]]:
    """The scenes with a class on at least one human pixel, and a sentence for each that cannot be read."""
    found, problems = [], []
    candidates = project.training_scenes()
    for index, scene in enumerate(candidates):
        progress(index, len(candidates), "reading corrections")
        try:
            labels = _human_labels(project, scene)
            if labels is not None and (labels != VOID).any():
                read_image(scene.image_path)
                found.append(scene)
        except UserError as error:
            problems.append(str(error))
    return found, tuple(problems)


def _source(project: Project, scenes: Sequence[Scene]) -> TrainingScenes:
    def load(index: int) -> LabelledScene:
        labels = _human_labels(project, scenes[index])
        if labels is None:
            raise UserError(
                f"{project.mask_path(scenes[index])} was changed while it was being learnt from. Train again."
            )
        return read_image(scenes[index].image_path), labels

    return TrainingScenes(len(scenes), load)


def _new_folder(project: Project) -> tuple[Path, str]:
    """A folder that does not exist yet, and the name of its model; names are unique in the list."""
    parent = project.own_folder / "models"
    taken = {entry.name for entry in list_models(parent)[0]}
    number = 1
    while f"corrected-{number}" in taken or (parent / f"corrected-{number}").exists():
        number += 1
    return parent / f"corrected-{number}", f"corrected-{number}"
