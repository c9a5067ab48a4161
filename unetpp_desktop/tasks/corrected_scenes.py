"""The corrections of a folder as something to learn from and to measure on."""

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.storage.images import decode_image
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.correction_split import CorrectionSplit, band_of, only_band, without_band
from unetpp_desktop.tasks.first_readable import first_readable
from unetpp_desktop.tasks.human_pixels import corrected_mask, human_labels, image_and_mask


def learnt_and_held_out(
    project: Project,
    split: CorrectionSplit,
    second: Callable[[int], LabelledScene] | None,
    progress: Progress,
    lose: Callable[[Scene, str], object],
) -> tuple[TrainingScenes, TrainingScenes]:
    """What is learnt from, and what is measured.

    The first gives the planes of `FinetuneOrder`, and has ``second`` as its source against forgetting; the
    second images and the classes ``uint8 (H, W)`` of the human pixels that are not learnt. Those are as
    they are now, and so are the files of their images: people go on correcting and tidying up meanwhile,
    and a model is compared with the one before on the same truths. For the same reason bands stay where they
    are now; beside them the newest corrections are learnt.

    Another scene is learnt in the place of one that cannot be read any more; ``lose`` gets it, with the
    sentence that says why. Raises the `UserError` of the last one where nothing is left to learn, or to
    measure, and one where a single pixel is known, of which nothing can be held out.
    """
    held_out: list[Callable[[], LabelledScene]] = []
    bands: dict[str, np.ndarray] = {}
    measured = 0  # pixels
    for index, scene in enumerate(split.held_out):
        progress(index, len(split.held_out), "reading what is held out")
        try:
            content = read_bytes(scene.image_path)
            labels = human_labels(corrected_mask(project, scene))
        except UserError as error:
            lose(scene, str(error))
            if index == len(split.held_out) - 1 and not held_out:
                raise
            continue
        if split.bands:
            bands[scene.name] = band_of(labels, scene.name)
            labels = only_band(labels, bands[scene.name])
        measured += int(np.count_nonzero(labels != VOID))
        held_out.append(_kept(scene.image_path, content, labels))
    if not measured:
        raise UserError(
            f"Too few pixels are corrected in {project.folder} to learn from some and to measure on others. "
            "Paint more, or mark a scene as done."
        )

    def load(index: int) -> LabelledScene:
        scene = split.learnt[index]
        image, stored = image_and_mask(project, scene)
        labels = human_labels(stored)
        if scene.name in bands:
            labels = without_band(labels, bands[scene.name])
        return image, np.stack((labels, stored.origins))

    def load_readable(index: int) -> LabelledScene:
        count = len(split.learnt)
        return first_readable(load, count, index, lambda place, why: lose(split.learnt[place], why))

    learnt = TrainingScenes(len(split.learnt), load_readable, second)
    return learnt, TrainingScenes(len(held_out), lambda index: held_out[index]())


def _kept(path: Path, content: bytes, labels: np.ndarray) -> Callable[[], LabelledScene]:
    """Gives image and ``labels``, ``uint8 (H, W)``, again.

    Packed, both of them: a dozen large photos with their masks take hundreds of megabytes.
    """
    packed, shape = zlib.compress(labels.tobytes(), 1), labels.shape
    return lambda: (
        decode_image(path, content),
        np.frombuffer(zlib.decompress(packed), np.uint8).reshape(shape),
    )
