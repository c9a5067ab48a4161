"""The labelled scenes that a base model learnt from, where they are at hand: replayed while it learns more.

Mixing what was learnt before into what is learnt now is the plainest remedy against forgetting
(rehearsal; Robins, Connection Science 7(2), 1995). A few of the scenes are never replayed: on them
is measured what was forgotten.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.json_files import readable_name
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.nn.checked_scenes import CheckedScenes
from unetpp_desktop.tasks.datasets import (
    TRAINING_SPLIT,
    open_and_tell,
    pairs_of_split,
    source_of,
    usable_pairs,
)

_MEASURED_SHARE = 8  # one scene of so many
_MEASURED_AT_MOST = 12  # measuring must not take longer than learning
_LEAST_SCENES = 2


@dataclass(frozen=True)
class BaseData:
    """Where the labelled scenes of a base model are; ``split``: None for train, or the only one."""

    folder: Path
    split: str | None = None


@dataclass(frozen=True)
class Replay:
    """``load`` gives a scene to replay, by seed; ``measured`` are those that never are.

    ``words`` says how many there are of both.
    """

    load: Callable[[int], LabelledScene]
    measured: CheckedScenes
    words: str


def replay_of(
    data: BaseData, palette: Palette, progress: Progress, complain: Callable[[str], None]
) -> Replay:
    """The scenes of ``data`` in the classes of ``palette``; classes that it lacks become void.

    Its masks teach, and as the origins say that nobody has checked them, the base model's own answers are
    kept, too: both together forget less than either (Buzzega et al., "Dark experience", arXiv 2004.07211).
    Masks that cannot be used are told to ``complain``. Raises `UserError` where the folder is no data set,
    has no such split, fewer than two scenes, or none of the classes of ``palette``.
    """
    dataset = open_and_tell(data.folder, complain)
    table = palette.mapping_from(dataset.palette)
    if (table[: len(dataset.palette)] == VOID).all():
        raise UserError(f"{data.folder} has no class of {palette.name}. Choose other base data.")
    known = TRAINING_SPLIT if data.split is None and TRAINING_SPLIT in dataset.splits else data.split
    name, listed = pairs_of_split(dataset, known)
    pairs = usable_pairs(dataset, listed, progress, complain)
    if len(pairs) < _LEAST_SCENES:
        raise UserError(f"{data.folder} has one scene only in {name}. Choose base data of more scenes.")
    wanted = min(max(1, len(pairs) // _MEASURED_SHARE), _MEASURED_AT_MOST)
    measured = spread_indexes(len(pairs), wanted)
    near = {place + step for place in measured for step in (-1, 0, 1)}  # neighbouring frames look alike
    far = [place for place in range(len(pairs)) if place not in near]
    replayed = far or [place for place in range(len(pairs)) if place not in measured]
    to_replay = _translated(source_of(dataset, [pairs[place] for place in replayed]), table)
    to_measure = _translated(source_of(dataset, [pairs[place] for place in measured]), table)

    def load(seed: int) -> LabelledScene:
        image, labels = to_replay.load(seed % to_replay.count)
        return image, np.stack((labels, np.full_like(labels, Origin.NONE)))

    where = readable_name(dataset.folder.resolve().name)
    words = f"Scenes of {where}: {to_replay.count} to replay, {to_measure.count} to measure on"
    name = f"{to_measure.count} scene{'s' * (to_measure.count > 1)} of {where}"
    return Replay(load, CheckedScenes(to_measure, name), words)


def _translated(scenes: TrainingScenes, table: np.ndarray) -> TrainingScenes:
    def load(index: int) -> LabelledScene:
        image, labels = scenes.load(index)
        return image, table[labels]

    return TrainingScenes(scenes.count, load)
