"""The corrections of a folder as something to learn from and to measure on."""

from collections.abc import Callable

import numpy as np

from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.correction_split import CorrectionSplit, only_band, without_band
from unetpp_desktop.tasks.human_pixels import human_labels, image_and_mask


def corrected_scenes(
    project: Project, split: CorrectionSplit, second: Callable[[int], LabelledScene] | None
) -> TrainingScenes:
    """What is learnt from; ``second`` is the source against forgetting, see `FinetuneOrder`."""

    def load(index: int) -> LabelledScene:
        scene = split.learnt[index]
        image, stored = image_and_mask(project, scene)
        labels = human_labels(stored)
        if split.bands:
            labels = without_band(labels, scene.name)
        return image, np.stack((labels, stored.origins))

    return TrainingScenes(len(split.learnt), load, second)


def held_out_scenes(project: Project, split: CorrectionSplit) -> TrainingScenes:
    """What is measured: images and the classes ``uint8 (H, W)`` of the human pixels that are not learnt."""

    def load(index: int) -> LabelledScene:
        scene = split.held_out[index]
        image, stored = image_and_mask(project, scene)
        labels = human_labels(stored)
        return image, only_band(labels, scene.name) if split.bands else labels

    return TrainingScenes(len(split.held_out), load)
