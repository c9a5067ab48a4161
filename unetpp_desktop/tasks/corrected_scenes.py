"""The corrections of a folder as something to learn from and to measure on."""

import numpy as np

from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.correction_split import CorrectionSplit, only_band, without_band
from unetpp_desktop.tasks.human_pixels import human_labels, image_and_mask

_UNCORRECTED_AT_MOST = 200  # scenes whose answers are kept; spread over the folder


def corrected_scenes(project: Project, split: CorrectionSplit) -> TrainingScenes:
    """What is learnt from, with the scenes nobody corrected as the second source; see `FinetuneOrder`."""

    def load(index: int) -> LabelledScene:
        scene = split.learnt[index]
        image, stored = image_and_mask(project, scene)
        labels = human_labels(stored)
        if split.bands:
            labels = without_band(labels, scene.name)
        return image, np.stack((labels, stored.origins))

    others = _uncorrected(project)

    def load_other(seed: int) -> LabelledScene:
        image = read_image(others[seed % len(others)].image_path)
        planes = np.empty((2, *image.shape[:2]), np.uint8)
        planes[0], planes[1] = VOID, Origin.NONE
        return image, planes

    return TrainingScenes(len(split.learnt), load, load_other if others else None)


def held_out_scenes(project: Project, split: CorrectionSplit) -> TrainingScenes:
    """What is measured: images and the classes ``uint8 (H, W)`` of the human pixels that are not learnt."""

    def load(index: int) -> LabelledScene:
        scene = split.held_out[index]
        image, stored = image_and_mask(project, scene)
        labels = human_labels(stored)
        return image, only_band(labels, scene.name) if split.bands else labels

    return TrainingScenes(len(split.held_out), load)


def _uncorrected(project: Project) -> tuple[Scene, ...]:
    states = (SceneState.NONE, SceneState.PREDICTED)
    found = [scene for scene in project.included_scenes if project.state(scene) in states]
    return tuple(found[index] for index in spread_indexes(len(found), _UNCORRECTED_AT_MOST))
