"""The labelled scenes that a root learnt from, where they are at hand: replayed while it learns more.

Mixing what was learnt before into what is learnt now is the plainest remedy against forgetting
(rehearsal; Robins, Connection Science 7(2), 1995). On a few scenes that are never replayed is measured
what was forgotten: of val, where there is such a split, which the root has not learnt.
"""

import filecmp
from collections.abc import Callable, Sequence
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
from unetpp_desktop.storage.camvid import Dataset, Pair, open_dataset
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.scenes import natural_key
from unetpp_desktop.tasks.datasets import (
    TRAINING_SPLIT,
    VALIDATION_SPLIT,
    check_pairs,
    pairs_of_split,
    source_of,
    usable_pairs,
)
from unetpp_desktop.tasks.first_readable import first_readable

_USED_AT_MOST = 400  # scenes, spread over the data: a training sees fewer
_MEASURED_SHARE = 8  # one scene of so many
_MEASURED_AT_MOST = 12


@dataclass(frozen=True)
class BaseData:
    """Where the labelled scenes of a root are.

    ``split``: None for train, or the only one. ``without``: names of images that are not to be seen.
    """

    folder: Path
    split: str | None = None
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Replay:
    """``load`` gives a scene to replay, by seed; ``measured`` are those that never are.

    ``unseen``: whether the root has not learnt these. ``words`` says how many there are of both,
    ``name`` is that of the data set, and ``classes`` are those that its masks tell apart, as mask values of
    the project.
    """

    load: Callable[[int], LabelledScene]
    measured: CheckedScenes
    unseen: bool
    words: str
    name: str
    classes: frozenset[int]


def replay_of(
    data: BaseData,
    palette: Palette,
    progress: Progress,
    complain: Callable[[str], None],
    corrected: Sequence[Path] = (),
) -> Replay:
    """The scenes of ``data`` in the classes of ``palette``; classes that it lacks become void.

    Those that are among ``corrected``, the images of the folder that is learnt from, are left out: what is
    held out there is not to be learnt from its true mask.

    Its masks teach, and as the origins say that nobody has checked them, the root's own answers are
    kept, too: both together forget less than either (Buzzega et al., "Dark experience", arXiv 2004.07211).
    Of a large data set 400 scenes are used. Measured are some of val, which the root has not learnt;
    where there is no val, or some of it is corrected, some of the same split, which are not replayed. Masks
    that cannot be used are told to ``complain``. Raises `UserError` where the folder is no data set, has no
    such split, fewer than two scenes that are left, or none of the classes of ``palette``.
    """
    dataset = open_dataset(data.folder)
    table = palette.mapping_from(dataset.palette)
    if (table[: len(dataset.palette)] == VOID).all():
        raise UserError(f"{data.folder} has no class of {palette.name}. Choose other base data.")
    split = _split_of(dataset, data)
    ordered = _in_order(dataset, split, data)
    every = _without(ordered, corrected, progress) if corrected else ordered
    if len(every) < min(2, len(ordered)):
        raise UserError(
            f"The scenes of {data.folder} are those that are corrected, too. Choose other base data, or none."
        )
    some = [every[index] for index in spread_indexes(len(every), _USED_AT_MOST)]
    pairs = usable_pairs(dataset, some, progress, complain) if some else ()
    wanted = min(max(1, len(pairs) // _MEASURED_SHARE), _MEASURED_AT_MOST)
    validation = () if split == VALIDATION_SPLIT else _validation(dataset, data, corrected, progress)
    unseen = _to_measure(_usable_of(dataset, validation, wanted, progress, complain), wanted, complain)
    measured = unseen or _to_measure(pairs, wanted, complain)
    replayed = pairs if unseen else _apart(pairs, measured, every)
    if not measured or not replayed:
        raise UserError(f"{data.folder} has too few scenes to replay. Choose base data of more scenes.")
    where = readable_name(dataset.folder.resolve().name)
    name = f"{len(measured)} scene{'s' * (len(measured) > 1)} of {where}"
    return Replay(
        _replay(_translated(source_of(dataset, replayed), table)),
        CheckedScenes(_translated(source_of(dataset, measured), table), name),
        bool(unseen),
        f"Scenes of {where}: {len(replayed)} to replay, {len(measured)} to measure on",
        where,
        frozenset(table[: len(dataset.palette)].tolist()) - {VOID},
    )


def _split_of(dataset: Dataset, data: BaseData) -> str | None:
    """The split to replay; None for the only one."""
    if data.split is not None or len(dataset.splits) == 1:
        return data.split
    if TRAINING_SPLIT not in dataset.splits:
        raise UserError(
            f"{dataset.folder} has the splits {', '.join(dataset.splits)}, but no {TRAINING_SPLIT}. "
            f"Call the one that the model learnt from {TRAINING_SPLIT}."
        )
    return TRAINING_SPLIT


def _in_order(dataset: Dataset, split: str | None, data: BaseData) -> list[Pair]:
    """The pairs of a split as they follow each other in their drives, whatever a list of files says."""
    pairs = {pair for pair in pairs_of_split(dataset, split)[1] if pair.image.name not in data.without}
    return sorted(pairs, key=lambda pair: natural_key(pair.image.name))


def _validation(
    dataset: Dataset, data: BaseData, corrected: Sequence[Path], progress: Progress
) -> Sequence[Pair]:
    """The pairs of val; none where some are corrected, whose neighbours say nothing of what was forgotten."""
    if VALIDATION_SPLIT not in dataset.splits or len(dataset.splits) == 1:
        return ()
    every = _in_order(dataset, VALIDATION_SPLIT, data)
    return every if len(_without(every, corrected, progress)) == len(every) else ()


def _usable_of(
    dataset: Dataset,
    pairs: Sequence[Pair],
    wanted: int,
    progress: Progress,
    complain: Callable[[str], None],
) -> Sequence[Pair]:
    """``wanted`` of ``pairs``, spread over them, without those whose mask cannot be used; none of fewer."""
    if len(pairs) < wanted:
        return ()
    checked = check_pairs(dataset, [pairs[index] for index in spread_indexes(len(pairs), wanted)], progress)
    for problem in checked.problems:
        complain(problem)
    return checked.pairs


def _apart(pairs: Sequence[Pair], measured: Sequence[Pair], every: Sequence[Pair]) -> Sequence[Pair]:
    """``pairs`` without those ``measured``, and, where any are left then, without their neighbours."""
    places = {pair: place for place, pair in enumerate(every)}
    near = {places[pair] + step for pair in measured for step in (-1, 0, 1)}  # neighbours look alike
    replayed = [pair for pair in pairs if places[pair] not in near]
    return replayed or [pair for pair in pairs if pair not in measured]


def _without(pairs: list[Pair], images: Sequence[Path], progress: Progress) -> list[Pair]:
    """The ``pairs`` that are none of ``images``: neither the same file, nor of the same name and bytes."""
    files = {image.resolve() for image in images}
    by_name: dict[str, list[Path]] = {}
    for image in images:
        by_name.setdefault(image.name, []).append(image)

    def is_one(image: Path) -> bool:
        return image.resolve() in files or any(
            _same_bytes(image, other) for other in by_name.get(image.name, ())
        )

    kept = []
    for index, pair in enumerate(pairs):
        progress(index, len(pairs), f"comparing {pair.image.name}")
        if not is_one(pair.image):
            kept.append(pair)
    return kept


def _same_bytes(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:  # whoever reads it says so
        return False


def _to_measure(pairs: Sequence[Pair], wanted: int, complain: Callable[[str], None]) -> list[Pair]:
    """Some of ``pairs`` whose images can be read: they are first needed when the training is over."""
    found = []
    for index in spread_indexes(len(pairs), wanted):
        try:
            read_image(pairs[index].image)
            found.append(pairs[index])
        except UserError as error:
            complain(str(error))
    return found


def _translated(scenes: TrainingScenes, table: np.ndarray) -> TrainingScenes:
    def load(index: int) -> LabelledScene:
        image, labels = scenes.load(index)
        return image, table[labels]

    return TrainingScenes(scenes.count, load)


def _replay(scenes: TrainingScenes) -> Callable[[int], LabelledScene]:
    def load(seed: int) -> LabelledScene:
        image, labels = first_readable(scenes.load, scenes.count, seed)
        return image, np.stack((labels, np.full_like(labels, Origin.NONE)))

    return load
