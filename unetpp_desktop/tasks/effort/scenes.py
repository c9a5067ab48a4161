"""The scenes on which ways to label are compared."""

from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.storage.camvid import Dataset, Pair
from unetpp_desktop.storage.images import read_image


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
