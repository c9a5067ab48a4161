"""How many pixels each class has in the masks of a project."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.storage.project import Project

Counted = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class ClassCounts:
    """``pixels`` has for each scene with a mask ``int64 (256,)``: how many pixels have each mask value.

    ``problems``: one sentence for each mask that could not be read.
    """

    pixels: dict[str, np.ndarray]
    problems: tuple[str, ...] = ()

    def with_scene(self, name: str, labels: np.ndarray) -> "ClassCounts":
        """What counts of one scene is ``labels``, ``uint8`` of any shape, whatever its file says."""
        return ClassCounts(self.pixels | {name: _count(labels)}, self.problems)

    def total(self) -> np.ndarray:
        """``int64 (256,)``: the pixels of all scenes."""
        return sum(self.pixels.values(), np.zeros(256, np.int64))

    def scenes_with(self, value: int) -> tuple[str, ...]:
        """The names of the scenes that have a pixel of a class."""
        return tuple(name for name, counts in self.pixels.items() if counts[value])


def every_pixel(labels: np.ndarray, _origins: np.ndarray) -> np.ndarray:
    """All ``labels``, whatever they rest on."""
    return labels


def count_classes(project: Project, progress: Progress, counted: Counted = every_pixel) -> ClassCounts:
    """Counts over all masks, those of a recognised data set included; reports and stops scene by scene.

    ``counted(labels, origins)``, both ``uint8 (H, W)``, picks the labels that count.
    """
    pixels = dict[str, np.ndarray]()
    problems = list[str]()
    scenes = project.scenes
    for number, scene in enumerate(scenes):
        progress(number, len(scenes), scene.name)
        try:
            stored = project.load_mask(scene)
        except UserError as error:
            problems.append(str(error))
            continue
        if stored is not None:
            pixels[scene.name] = _count(counted(stored.labels, stored.origins))
    progress(len(scenes), len(scenes), "")
    return ClassCounts(pixels, tuple(problems))


def _count(labels: np.ndarray) -> np.ndarray:
    return np.bincount(labels.ravel(), minlength=256)
