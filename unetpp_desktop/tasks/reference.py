"""What a root knew before a fine-tuning: drawn street scenes, whose masks are exact.

The photographs that the shipped model was trained on may not be shipped. Drawn scenes were a part of
its training, too, so that forgetting shows on them; how good a model is on photographs it does not tell.
"""

from functools import lru_cache

from unetpp_desktop.core.palette import VOID, Palette, shipped_palette
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.checked_scenes import CheckedScenes
from unetpp_desktop.storage.street import draw_scene

_SEEDS = range(700_000, 700_008)
_LEAST_KNOWN = 5  # classes of the drawn scenes that count as knowing streets


def drawn_reference(base: ModelCard, palette: Palette) -> CheckedScenes | None:
    """Drawn scenes in the classes of ``palette``; None for a root of other things than streets."""
    if not (knows_streets(base.palette) and knows_streets(palette)):
        return None
    table = palette.mapping_from(shipped_palette("camvid11"))

    def load(index: int) -> LabelledScene:
        scene = _drawn(_SEEDS[index])
        return scene[0], table[scene[1]]

    return CheckedScenes(TrainingScenes(len(_SEEDS), load), f"{len(_SEEDS)} drawn street scenes")


def knows_streets(palette: Palette) -> bool:
    """Whether ``palette`` has enough of the classes of drawn street scenes."""
    drawn = shipped_palette("camvid11")
    return int((palette.mapping_from(drawn)[: len(drawn)] != VOID).sum()) >= _LEAST_KNOWN


@lru_cache(maxsize=len(_SEEDS))
def _drawn(seed: int) -> LabelledScene:
    scene = draw_scene(seed)
    return scene.image, scene.labels
