"""What all ways to label the scenes of a folder have in common."""

from dataclasses import dataclass

from unetpp_desktop.core.palette import Palette
from unetpp_desktop.nn.predictor import Predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.base_data import BaseData
from unetpp_desktop.tasks.effort.pace import Pace
from unetpp_desktop.tasks.effort.scenes import TrueScene


@dataclass(frozen=True)
class Setting:
    """The scenes, the model and its ``predictor``, and how trainings and the annotator go."""

    scenes: tuple[TrueScene, ...]
    palette: Palette
    model: ModelEntry
    predictor: Predictor
    depth: int
    device: str
    retrain_every: int
    seed: int
    pace: Pace
    base_data: BaseData | None
