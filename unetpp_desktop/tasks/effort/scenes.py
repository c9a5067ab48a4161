"""The scenes on which annotators are compared, with the masks they begin with."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.palette import VOID, Palette
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.superpixels import find_superpixels
from unetpp_desktop.nn.predictor import Predictor
from unetpp_desktop.storage.camvid import Dataset, Pair
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.tasks.effort.hand import Sight
from unetpp_desktop.tasks.prelabel import rank_image

_SUPERPIXELS = 16  # the app's default size


@dataclass(frozen=True)
class TrueScene:
    """A scene of a data set; ``truth`` is ``uint8 (H, W)``. The image is read when it is looked at."""

    pair: Pair
    truth: np.ndarray

    def image(self) -> np.ndarray:
        return read_image(self.pair.image)


def read_scenes(dataset: Dataset, pairs: tuple[Pair, ...], progress: Progress) -> list[TrueScene]:
    scenes = []
    for index, pair in enumerate(pairs):
        progress(index, len(pairs), f"reading {pair.mask.name}")
        scenes.append(TrueScene(pair, dataset.read_labels(pair).labels))
    return scenes


def rank(scene: TrueScene, palette: Palette, predictor: Predictor, depth: int) -> np.ndarray:
    """The model's classes, ``uint8 (3, H, W)``, likeliest first: what the mask begins with, and the rest."""
    return rank_image(scene.image(), palette, predictor, depth)


def nothing(scene: TrueScene) -> np.ndarray:
    """``uint8 (H, W)``: a mask on which nobody has worked."""
    return np.full(scene.truth.shape, VOID, np.uint8)


def opened(scene: TrueScene, labels: np.ndarray, ranked: np.ndarray | None) -> Sight:
    """What an annotator sees who opens the scene, whose mask is ``labels``."""
    image = scene.image()
    document = MaskDocument(labels, np.zeros_like(labels))
    return Sight(document, image, ranked, find_superpixels(image, _SUPERPIXELS, silent))
