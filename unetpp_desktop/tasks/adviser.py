"""What each depth is worth: measured on this machine, on the scenes that its user has corrected."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.card import nearly_best_depth
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.nn.predictor import Prediction, open_predictor
from unetpp_desktop.nn.registry import ModelEntry, resolve_model
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.human_pixels import human_labels, image_and_mask, with_known_pixels

_TIMES = 3  # the fastest counts: only the first image of a size, or other programs, made the others slower
_SCENES_AT_MOST = 24  # more make the figures hardly surer

Ask = Callable[[np.ndarray, int], Prediction]
"""Labels an image ``uint8 (H, W, 3)`` at a depth, with the model's classes."""


@dataclass(frozen=True)
class DepthWorth:
    """One depth on the corrected pixels: mIoU and pixel accuracy in 0..1, median seconds per scene."""

    depth: int
    miou: float
    pixel_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Advice:
    """What was measured of every depth, shallowest first, on so many scenes."""

    model: ModelEntry
    rows: tuple[DepthWorth, ...]
    scenes: int

    @property
    def deepest(self) -> DepthWorth:
        return self.rows[-1]

    @property
    def recommended(self) -> DepthWorth:
        depth = nearly_best_depth({row.depth: row.miou for row in self.rows})
        return next(row for row in self.rows if row.depth == depth)


def advise(project: Project, model: ModelEntry, ask: Ask, progress: Progress) -> Advice:
    """Labels the corrected scenes of ``project``, at most 24 of them, at every depth of ``model``.

    The depths take turns at each scene, so that whatever else the machine does meanwhile slows all of
    them alike. Counted are the pixels that a person painted or checked. Raises `UserError` where there
    are none.
    """
    scenes, problems = with_known_pixels(project, progress)
    if not scenes:
        raise UserError(
            problems[0]
            if problems
            else f"{project.folder} has no corrected pixels to measure on. Correct a scene first."
        )
    chosen = [scenes[index] for index in spread_indexes(len(scenes), _SCENES_AT_MOST)]
    table = project.palette.mapping_from(model.card.palette)
    depths = range(1, model.card.depth + 1)
    matrices = {depth: ConfusionMatrix(len(project.palette)) for depth in depths}
    seconds: dict[int, list[float]] = {depth: [] for depth in depths}
    for index, scene in enumerate(chosen):
        image, stored = image_and_mask(project, scene)
        for depth in depths:
            progress(index, len(chosen), scene.name)
            predictions = [ask(image, depth) for _ in range(_TIMES)]
            matrices[depth].add(table[predictions[0].labels], human_labels(stored))
            seconds[depth].append(min(prediction.seconds for prediction in predictions))
    rows = tuple(
        DepthWorth(
            depth,
            matrices[depth].miou(),
            matrices[depth].pixel_accuracy(),
            statistics.median(seconds[depth]),
        )
        for depth in depths
    )
    return Advice(model, rows, len(chosen))


def advise_folder(folder: Path, labels: Path | None, model: str, device: str, progress: Progress) -> Advice:
    """`advise` for a folder and a model name or path."""
    project = Project.open(folder, labels)
    entry = resolve_model(model, project.own_folder / "models")
    return advise(project, entry, open_predictor(entry, device).predict, progress)


def advice_table(advice: Advice) -> str:
    """The advice as a plain text table."""
    lines = [
        f"{advice.model.name} on the checked pixels of {advice.scenes} scenes",
        "depth      mIoU  accuracy  ms per scene  of the time",
    ]
    for row in advice.rows:
        share = row.seconds / advice.deepest.seconds
        mark = "  recommended" if row is advice.recommended else ""
        lines.append(
            f"{row.depth:5}{100 * row.miou:8.1f} %{100 * row.pixel_accuracy:8.1f} %"
            f"{1000 * row.seconds:14.0f}{100 * share:11.0f} %{mark}"
        )
    return "\n".join(lines)
