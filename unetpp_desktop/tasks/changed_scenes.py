"""On which scenes two models disagree most: what a new model does is easier seen than read."""

from dataclasses import dataclass

import cv2
import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.predictor import Predictor
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene

_ASKED_AT_MOST = 24  # scenes, spread over the folder: the two models answer each of them
_PICTURE_WIDTH = 240  # pixels: twice the width on the screen, for dense ones
_OVERLAY = 0.55


@dataclass(frozen=True)
class ChangedScene:
    """A scene, the share of its pixels with another answer, and both answers over the image.

    The pictures are ``uint8 (h, w, 3)``, small.
    """

    scene: Scene
    share: float
    before: np.ndarray
    after: np.ndarray


def most_changed(
    project: Project, before: Predictor, after: Predictor, at_most: int, progress: Progress
) -> list[ChangedScene]:
    """The scenes on which two models differ most, at most so many, at the deepest depth of each.

    Up to 24 scenes, spread over the folder, are looked at. One that cannot be read is passed over: its
    row in the list of scenes says why.
    """
    scenes = project.included_scenes
    chosen = [scenes[index] for index in spread_indexes(len(scenes), _ASKED_AT_MOST)] if scenes else []
    found = []
    for number, scene in enumerate(chosen):
        progress(number, len(chosen), "comparing the models")
        try:
            image = read_image(scene.image_path)
        except UserError:
            continue
        old, new = _answer(project, before, image), _answer(project, after, image)
        share = float(np.mean(old != new))
        if share > 0:
            found.append(ChangedScene(scene, share, *(_picture(project, image, one) for one in (old, new))))
    return sorted(found, key=lambda one: -one.share)[:at_most]


def _answer(project: Project, predictor: Predictor, image: np.ndarray) -> np.ndarray:
    labels = predictor.predict(image, predictor.card.depth).labels
    answer: np.ndarray = project.palette.mapping_from(predictor.card.palette)[labels]
    return answer


def _picture(project: Project, image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    height, width = labels.shape
    size = (_PICTURE_WIDTH, max(1, round(height * _PICTURE_WIDTH / width)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    classes = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
    opacity = np.where(classes == VOID, 0.0, _OVERLAY)[..., None]
    colors = project.palette.colors()[classes]
    picture: np.ndarray = (small * (1 - opacity) + colors * opacity).astype(np.uint8)
    return picture
