"""What a tour works on, and what it reports: a copy of some scenes, their true masks, figures."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import write_atomically
from unetpp_desktop.core.json_files import write_json
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.nn.card import DepthMetrics
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.storage.camvid import Dataset, Pair, recognise_dataset
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.datasets import pairs_of_split
from unetpp_desktop.tasks.samples import samples_folder


@dataclass(frozen=True)
class TourScenes:
    """A folder of copied images, and for each name its true mask where one is known."""

    folder: Path
    names: tuple[str, ...]
    dataset: Dataset | None
    pairs: dict[str, Pair]

    def truth(self, name: str, project: Project) -> np.ndarray | None:
        """``uint8 (H, W)`` in the classes of ``project``; None where no true mask is known."""
        if self.dataset is None or name not in self.pairs:
            return None
        table = project.palette.mapping_from(self.dataset.palette)
        labels: np.ndarray = table[self.dataset.read_labels(self.pairs[name]).labels]
        return labels


class TourStep(BaseModel):
    """One thing that the tour did, how long it took, and the picture taken after it."""

    name: str
    seconds: float
    screenshot: str


class TourReport(BaseModel):
    """Everything a tour found out; figures are None where true masks are not known."""

    scenes: int
    corrected: list[str]
    strokes: int
    model: str = ""  # that labelled the rest in the end
    refused: str | None = None  # why the model before was kept
    before: DepthMetrics | None = None
    after: DepthMetrics | None = None
    steps: list[TourStep] = []
    seconds: float = 0.0

    def write(self, folder: Path) -> None:
        """Writes ``report.json`` and ``report.md`` into ``folder``."""
        write_json(folder / "report.json", self)
        write_atomically(folder / "report.md", self.as_text().encode())

    def as_text(self) -> str:
        """The report as Markdown."""
        lines = ["# Tour", "", f"{self.scenes} scenes, {len(self.corrected)} of them corrected with "]
        lines[-1] += f"{self.strokes} strokes, {self.seconds:.0f} s in all."
        if self.refused is not None:
            lines += ["", f"The new model was refused, and {self.model} kept: {self.refused}"]
        if self.before is not None and self.after is not None:
            gain = 100 * (self.after.miou - self.before.miou)
            lines += [
                "",
                f"mIoU on the other {self.after.scenes} scenes: {100 * self.before.miou:.1f} % before, "
                f"{100 * self.after.miou:.1f} % after fine-tuning ({gain:+.1f} points).",
                f"Pixel accuracy: {100 * self.before.pixel_accuracy:.1f} % before, "
                f"{100 * self.after.pixel_accuracy:.1f} % after.",
            ]
        lines += ["", "| step | seconds | screenshot |", "| --- | ---: | --- |"]
        lines += [f"| {step.name} | {step.seconds:.1f} | {step.screenshot} |" for step in self.steps]
        return "\n".join(lines) + "\n"


def copy_scenes(source: Path | None, split: str | None, limit: int | None, folder: Path) -> TourScenes:
    """Copies images to ``folder``: of a data set, of a part of one, of any folder, or the sample scenes.

    With ``limit``, that many are taken, spread evenly. Raises `UserError` where there are none.
    """
    dataset, images = _found(source or samples_folder(), split)
    if not images:
        raise UserError(f"{source} holds no images for a tour. Give another folder.")
    if limit is not None and limit < len(images):
        images = [images[index] for index in np.linspace(0, len(images) - 1, limit).round().astype(int)]
    by_image = (
        {} if dataset is None else {pair.image: pair for pairs in dataset.splits.values() for pair in pairs}
    )
    folder.mkdir(parents=True, exist_ok=True)
    for image in images:
        shutil.copyfile(image, folder / image.name)
    names = tuple(image.name for image in images)
    return TourScenes(
        folder, names, dataset, {image.name: by_image[image] for image in images if image in by_image}
    )


def _found(source: Path, split: str | None) -> tuple[Dataset | None, list[Path]]:
    source = source.resolve()
    dataset = recognise_dataset(source)
    if dataset is not None and any(dataset.splits.values()):
        return dataset, [pair.image for pair in pairs_of_split(dataset, split)[1]]
    images = [scene.image_path for scene in Project.open(source).scenes]
    return recognise_dataset(source.parent), images


def measured(scenes: TourScenes, project: Project, names: Sequence[str]) -> DepthMetrics | None:
    """Figures of the saved masks of ``names`` against their true ones; None where none is known."""
    matrix = ConfusionMatrix(len(project.palette))
    counted = 0
    for name in names:
        truth = scenes.truth(name, project)
        stored = project.load_mask(project.scene(name))
        if truth is None:
            continue
        counted += 1
        matrix.add(stored.labels if stored is not None else np.full_like(truth, VOID), truth)
    if not counted:
        return None
    return matrix.figures(project.palette.names, counted, "scenes that were not corrected")
