"""Scenes nobody corrected, on which a fine-tuned model should go on answering as the root does.

The photographs that the base was trained on are not there. What is: the other scenes of the folder, and drawn
street scenes. The light of the former is varied far more than that of what is learnt, so that a drive at dusk
stands for one at noon, too.
"""

from collections.abc import Callable, Sequence

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.batches import LabelledScene
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.storage.street import draw_scene
from unetpp_desktop.tasks.first_readable import first_readable
from unetpp_desktop.tasks.reference import knows_streets

_AT_MOST = 200  # scenes of the folder, spread over it
_GAMMA = (0.35, 1.6)
_GAIN = (0.7, 1.6)
_LIFT = (-0.1, 0.15)


def kept_scenes(project: Project, base: ModelCard) -> Callable[[int], LabelledScene] | None:
    """The second source of a fine-tuning, see `FinetuneOrder`: half from the folder, half drawn.

    Without uncorrected scenes all are drawn; a base that knows no streets gets none of these, unless the
    images of the folder cannot be read: its answers on something else are better than no training.
    """
    found, draws = _uncorrected(project), knows_streets(base.palette)
    if not found and not draws:
        return None

    def load(seed: int) -> LabelledScene:
        number = seed // 2
        image = None if draws and seed % 2 == 1 else _one_of(found, number)
        image = draw_scene(number).image if image is None else in_other_light(image, seed)
        planes = np.empty((2, *image.shape[:2]), np.uint8)
        planes[0], planes[1] = VOID, Origin.NONE
        return image, planes

    return load


def _one_of(scenes: Sequence[Scene], number: int) -> np.ndarray | None:
    """An image of ``scenes``; None where there is none that can be read."""
    if not scenes:
        return None
    try:
        return first_readable(lambda place: read_image(scenes[place].image_path), len(scenes), number)
    except UserError:
        return None


def in_other_light(image: np.ndarray, seed: int) -> np.ndarray:
    """``image``, ``uint8 (H, W, 3)``, as it could look at another time of the day."""
    chance = np.random.default_rng(seed)
    values = (np.arange(256) / 255) ** np.exp(chance.uniform(*np.log(_GAMMA)))
    values = values * chance.uniform(*_GAIN) + chance.uniform(*_LIFT)
    lit: np.ndarray = (values.clip(0, 1) * 255).round().astype(np.uint8)[image]
    return lit


def _uncorrected(project: Project) -> tuple[Scene, ...]:
    states = (SceneState.NONE, SceneState.PREDICTED)
    found = [scene for scene in project.included_scenes if project.state(scene) in states]
    return tuple(found[index] for index in spread_indexes(len(found), _AT_MOST))
