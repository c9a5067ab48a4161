"""``unetpp-desktop effort``: modes compared on the scenes of a data set."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.resources import DEFAULT_MODEL
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import resolve_model
from unetpp_desktop.storage.camvid import Dataset, Pair, open_dataset
from unetpp_desktop.tasks.base_data import BaseData
from unetpp_desktop.tasks.datasets import VALIDATION_SPLIT, pairs_of_split, usable_pairs
from unetpp_desktop.tasks.effort.modes import MODES, Mode, Outcome
from unetpp_desktop.tasks.effort.pace import Pace
from unetpp_desktop.tasks.effort.scenes import read_scenes
from unetpp_desktop.tasks.effort.setting import Setting


@dataclass(frozen=True)
class EffortOptions:
    """``scenes``: how many, spread over the split; None for all. ``modes``: their names, None for all."""

    model: str = DEFAULT_MODEL
    scenes: int | None = None
    depth: int = 4
    retrain_every: int = 10
    seed: int = 0
    modes: tuple[str, ...] | None = None
    device: str = "auto"
    split: str | None = None
    speed: float | None = None
    base_data: BaseData | None = None  # what trainings replay


def measure_effort(
    data: Path, options: EffortOptions, progress: Progress, complain: Callable[[str], None]
) -> dict[str, Outcome]:
    """Lets the annotator label the same scenes in each mode.

    The same data, model, options and machine give the same seconds. ``complain`` gets a sentence for
    each mask that cannot be used. Raises `UserError` where data, model, split, mode or device is wrong.
    """
    modes = _chosen(options.modes)
    entry = resolve_model(options.model)
    if not 1 <= options.depth <= entry.card.depth:
        raise UserError(
            f"The model {entry.name} has no depth {options.depth}. Choose 1 to {entry.card.depth}."
        )
    dataset = open_dataset(data)
    pairs = usable_pairs(dataset, _spread(_split(dataset, options.split), options.scenes), progress, complain)
    predictor = open_predictor(entry, options.device)
    scenes = tuple(read_scenes(dataset, pairs, progress))
    pace = Pace() if options.speed is None else replace(Pace(), pointer_speed=options.speed)
    setting = Setting(
        scenes,
        dataset.palette,
        entry,
        predictor,
        options.depth,
        options.device,
        options.retrain_every,
        options.seed,
        pace,
        options.base_data,
    )
    outcomes = {}
    for place, mode in enumerate(modes):
        outcomes[mode.name] = mode.run(setting, _part(progress, place, len(modes), mode))
    return outcomes


def _chosen(names: tuple[str, ...] | None) -> tuple[Mode, ...]:
    if names is None:
        return MODES
    known = {mode.name: mode for mode in MODES}
    for name in names:
        if name not in known:
            raise UserError(f"There is no mode {name}. Choose some of {', '.join(known)}.")
    return tuple(mode for mode in MODES if mode.name in names)


def _split(dataset: Dataset, split: str | None) -> tuple[Pair, ...]:
    if split is None and VALIDATION_SPLIT in dataset.splits:
        split = VALIDATION_SPLIT
    return pairs_of_split(dataset, split)[1]


def _spread(pairs: tuple[Pair, ...], count: int | None) -> tuple[Pair, ...]:
    """As many as wanted, equally far apart: neighbouring frames of a drive are much alike."""
    if count is None or count >= len(pairs):
        return pairs
    return tuple(pairs[place] for place in np.linspace(0, len(pairs) - 1, count).round().astype(int).tolist())


def _part(progress: Progress, place: int, count: int, mode: Mode) -> Progress:
    """The progress of one mode as a part of all."""

    def report(done: int, total: int, note: str) -> None:
        progress(place * total + done, count * total, f"{mode.name}: {note}")

    return report
