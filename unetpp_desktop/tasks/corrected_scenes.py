"""The corrections of a folder as something to learn from and to measure on."""

import zlib
from collections.abc import Callable

import numpy as np

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.correction_split import CorrectionSplit, band_of, only_band, without_band
from unetpp_desktop.tasks.human_pixels import corrected_mask, human_labels, image_and_mask


def learnt_and_held_out(
    project: Project,
    split: CorrectionSplit,
    second: Callable[[int], LabelledScene] | None,
    progress: Progress,
) -> tuple[TrainingScenes, TrainingScenes]:
    """What is learnt from, and what is measured.

    The first gives the planes of `FinetuneOrder`, and has ``second`` as its source against forgetting; the
    second images and the classes ``uint8 (H, W)`` of the human pixels that are not learnt. Those are as
    they are now: people go on correcting meanwhile, and a model is compared with the one before on the same
    truths. For the same reason bands stay where they are now; beside them the newest corrections are learnt.
    """
    held_out: list[Callable[[], np.ndarray]] = []
    bands: dict[str, slice] = {}
    for index, scene in enumerate(split.held_out):
        progress(index, len(split.held_out), "reading what is held out")
        labels = human_labels(corrected_mask(project, scene))
        if split.bands:
            bands[scene.name] = band_of(labels, scene.name)
            labels = only_band(labels, bands[scene.name])
        held_out.append(_packed(labels))

    def load(index: int) -> LabelledScene:
        scene = split.learnt[index]
        image, stored = image_and_mask(project, scene)
        labels = human_labels(stored)
        if split.bands:
            labels = without_band(labels, bands[scene.name])
        return image, np.stack((labels, stored.origins))

    def load_held_out(index: int) -> LabelledScene:
        return read_image(split.held_out[index].image_path), held_out[index]()

    learnt = TrainingScenes(len(split.learnt), load, second)
    return learnt, TrainingScenes(len(held_out), load_held_out)


def _packed(labels: np.ndarray) -> Callable[[], np.ndarray]:
    """Gives ``labels``, ``uint8 (H, W)``, again: a dozen masks of large photos take hundreds of megabytes."""
    packed, shape = zlib.compress(labels.tobytes(), 1), labels.shape
    return lambda: np.frombuffer(zlib.decompress(packed), np.uint8).reshape(shape)
