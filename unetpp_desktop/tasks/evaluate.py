"""A model measured on true masks."""

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.card import DepthMetrics, write_card
from unetpp_desktop.nn.explanation import Explanation
from unetpp_desktop.nn.memory import DEFAULT_MEMORY
from unetpp_desktop.nn.metrics import BoundaryAccuracy, Calibration, ConfusionMatrix
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import resolve_model
from unetpp_desktop.nn.scale import AUTO, USUAL_LOOKS
from unetpp_desktop.tasks.datasets import (
    open_and_tell,
    pairs_of_split,
    scene_name,
    source_of,
    usable_pairs,
)

_WORST_SCENES = 10
_TIMED_SCENES = 16  # all depths of the others come from one pass of the network


class DepthReport(BaseModel):
    """Figures of one depth: fractions of 1; ``ms_per_image`` is the median time of a prediction by itself."""

    miou: float
    pixel_accuracy: float
    boundary_accuracy: float | None
    calibration_error: float
    iou: dict[str, float | None]
    ms_per_image: float


class SceneReport(BaseModel):
    """How well one scene was labelled at the deepest depth; a fraction of 1."""

    name: str
    pixel_accuracy: float


class Confusion(BaseModel):
    """What becomes of the true pixels of a class: shares of them that are found, and taken for another."""

    found: float
    taken_for: str
    taken: float


class EvaluationReport(BaseModel):
    """Figures of a model on a split, one confusion matrix over all its scenes, void left out.

    ``confusions`` and ``worst_scenes``, the worst ones first, belong to the deepest depth.
    """

    model: str
    data: str
    scenes: int
    engine: str
    precision: str
    classes: list[str]
    depths: dict[str, DepthReport]
    confusions: dict[str, Confusion]
    worst_scenes: list[SceneReport]
    explanation: Explanation

    def write_into_card(self, model: str) -> None:
        """Replaces the figures in the card of ``model`` (name or folder) by these.

        Those of depths that were not measured stay.
        """
        entry = resolve_model(model)
        figures = {
            depth: DepthMetrics(
                miou=row.miou,
                pixel_accuracy=row.pixel_accuracy,
                iou=row.iou,
                boundary_accuracy=row.boundary_accuracy,
                calibration_error=row.calibration_error,
                scenes=self.scenes,
                data=self.data,
            )
            for depth, row in self.depths.items()
        }
        metrics = {**entry.card.metrics, **figures}
        write_card(entry.folder, entry.card.model_copy(update={"metrics": metrics}))


class _Measures:
    """What is counted of one depth."""

    def __init__(self, classes: int) -> None:
        self.matrix = ConfusionMatrix(classes)
        self._boundary = BoundaryAccuracy()
        self._calibration = Calibration()
        self._seconds: list[float] = []

    def add(self, labels: np.ndarray, confidences: np.ndarray, truth: np.ndarray) -> None:
        self.matrix.add(labels, truth)
        self._boundary.add(labels, truth)
        self._calibration.add(labels, confidences, truth)

    def add_time(self, seconds: float) -> None:
        self._seconds.append(seconds)

    def report(self, names: Sequence[str]) -> DepthReport:
        figures = self.matrix.figures(names, 0, "")
        return DepthReport(
            miou=figures.miou,
            pixel_accuracy=figures.pixel_accuracy,
            boundary_accuracy=self._boundary.value(),
            calibration_error=self._calibration.value(),
            iou=figures.iou,
            ms_per_image=1000 * statistics.median(self._seconds),
        )


def evaluate_on(
    data: Path,
    model: str,
    depth: str,
    split: str | None,
    device: str,
    progress: Progress,
    complain: Callable[[str], None],
    engine: str = "auto",
    precision: str = "auto",
    memory: int = DEFAULT_MEMORY,
    scale: str = AUTO,
    looks: int = USUAL_LOOKS,
) -> EvaluationReport:
    """Labels every scene of a split at one depth ("1" to "4") or "all", and compares with the truth.

    ``complain`` gets a sentence for every mask with stray colours and for every scene left out.
    Raises `UserError` where data, model, depth, split, device, engine, precision, memory, scale or looks
    is wrong.
    """
    entry = resolve_model(model)
    depths = _depths(depth, entry.card.depth, model)
    dataset = open_and_tell(data, complain)
    name, pairs = pairs_of_split(dataset, split)
    pairs = usable_pairs(dataset, pairs, progress, complain)
    source = source_of(dataset, pairs)
    table = dataset.palette.mapping_from(entry.card.palette)
    predictor = open_predictor(entry, device, engine, precision, memory, scale, looks)
    measures = {number: _Measures(len(dataset.palette)) for number in depths}
    timed = frozenset(spread_indexes(source.count, _TIMED_SCENES))
    scenes: list[SceneReport] = []
    for index in range(source.count):
        progress(index, source.count, pairs[index].image.name)
        image, truth = source.load(index)
        labels = predictor.predict_depths(image, depths)
        confidences = predictor.predict_confidences(image, depths)
        for number in depths:
            measures[number].add(table[labels[number]], confidences[number], truth)
            if index in timed:
                measures[number].add_time(predictor.predict(image, number).seconds)
        known = truth != VOID
        if known.any():
            right = float((table[labels[depths[-1]]] == truth)[known].mean())
            scenes.append(SceneReport(name=scene_name(dataset, pairs[index]), pixel_accuracy=right))
    return EvaluationReport(
        model=entry.name,
        data=f"{data.resolve().name} {name}",
        scenes=source.count,
        engine=predictor.engine,
        precision=predictor.precision,
        classes=list(dataset.palette.names),
        depths={str(number): measures[number].report(dataset.palette.names) for number in depths},
        confusions=_confusions(measures[depths[-1]].matrix, dataset.palette.names),
        worst_scenes=sorted(scenes, key=lambda scene: scene.pixel_accuracy)[:_WORST_SCENES],
        explanation=predictor.explanation,
    )


def _confusions(matrix: ConfusionMatrix, names: Sequence[str]) -> dict[str, Confusion]:
    """Per class that is there: how much is found, and what most of the rest is taken for."""
    found = {}
    for index, row in enumerate(matrix.counts[:, : len(names)]):
        total = matrix.counts[index].sum()
        if total:
            others = row.copy()
            others[index] = -1
            other = int(others.argmax())
            found[names[index]] = Confusion(
                found=row[index] / total, taken_for=names[other], taken=max(0, others[other]) / total
            )
    return found


def _depths(depth: str, deepest: int, model: str) -> list[int]:
    if depth == "all":
        return list(range(1, deepest + 1))
    if not depth.isdigit() or not 1 <= int(depth) <= deepest:
        raise UserError(f"The model {model} has no depth {depth}. Choose 1 to {deepest}, or all.")
    return [int(depth)]


def report_table(report: EvaluationReport) -> str:
    """The report as a plain text table, in percent."""
    depths = list(report.depths)
    width = max(map(len, [*report.classes, "boundary accuracy"])) + 2

    def line(name: str, cells: list[str]) -> str:
        return name.ljust(width) + "".join(cell.rjust(10) for cell in cells)

    def percent(value: float | None) -> str:
        return "-" if value is None else f"{100 * value:.1f}"

    def fate(row: Confusion) -> str:
        found = f"{percent(row.found)} found"
        return f"{found}, {percent(row.taken)} taken for {row.taken_for}" if row.taken else found

    rows = [report.depths[depth] for depth in depths]
    return "\n".join(
        [
            f"{report.model} on {report.scenes} scenes of {report.data} "
            f"({report.engine}, {report.precision}), in percent",
            line("depth", depths),
            *(line(name, [percent(row.iou[name]) for row in rows]) for name in report.classes),
            line("mIoU", [percent(row.miou) for row in rows]),
            line("pixel accuracy", [percent(row.pixel_accuracy) for row in rows]),
            line("boundary accuracy", [percent(row.boundary_accuracy) for row in rows]),
            line("calibration error", [percent(row.calibration_error) for row in rows]),
            line("ms per image", [f"{row.ms_per_image:.0f}" for row in rows]),
            f"of the true pixels at depth {depths[-1]}:",
            *(line(name, [fate(row)]) for name, row in report.confusions.items()),
            f"worst scenes at depth {depths[-1]} (pixel accuracy): "
            + ", ".join(f"{scene.name} {percent(scene.pixel_accuracy)}" for scene in report.worst_scenes),
        ]
    )
