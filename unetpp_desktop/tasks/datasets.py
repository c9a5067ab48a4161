"""Data sets with true masks, as training and evaluation use them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.json_files import readable_name
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.storage.camvid import Dataset, Pair, open_dataset
from unetpp_desktop.storage.foreign import describe_strays
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.tasks.hold_out import part_of

TRAINING_SPLIT, VALIDATION_SPLIT = "train", "val"


@dataclass(frozen=True)
class CheckedPairs:
    """Pairs that can be used, and one sentence for each that cannot or that holds stray colours."""

    pairs: tuple[Pair, ...]
    problems: tuple[str, ...]


def open_and_tell(data: Path, complain: Callable[[str], None]) -> Dataset:
    """The data set at ``data``; ``complain`` gets a sentence for everything that it lacks."""
    dataset = open_dataset(data)
    for sentence in dataset.missing:
        complain(sentence)
    return dataset


def pairs_of_split(dataset: Dataset, split: str | None) -> tuple[str, tuple[Pair, ...]]:
    """The pairs of a split or of a part of train, see `hold_out`; without ``split``, of the only split.

    Raises `UserError` where that is unclear.
    """
    names = ", ".join(dataset.splits)
    if split is None:
        if len(dataset.splits) != 1:
            raise UserError(f"{dataset.folder} has the splits {names}. Choose one with --split.")
        split = next(iter(dataset.splits))
    if split not in dataset.splits:
        part = part_of(dataset.splits.get(TRAINING_SPLIT, ()), split)
        if part:
            return split, part
        raise UserError(f"{dataset.folder} has no split {split}. Choose one of: {names}.")
    return split, dataset.splits[split]


def scene_name(dataset: Dataset, pair: Pair) -> str:
    """What reports call a scene: the path of its image in the data set, whose folders may repeat names."""
    return readable_name(pair.image.relative_to(dataset.folder).as_posix())


def check_pairs(dataset: Dataset, pairs: Sequence[Pair], progress: Progress) -> CheckedPairs:
    """Reads every mask once: nothing is left out or repaired in silence."""
    usable, problems = [], []
    for index, pair in enumerate(pairs):
        progress(index, len(pairs), f"checking {pair.mask.name}")
        try:
            strays = dataset.read_labels(pair).strays
        except UserError as error:
            problems.append(str(error))
            continue
        usable.append(pair)
        if strays:
            problems.append(f"{pair.mask} has {describe_strays(strays)}; they count as void.")
    return CheckedPairs(tuple(usable), tuple(problems))


def source_of(dataset: Dataset, pairs: Sequence[Pair]) -> TrainingScenes:
    """``pairs`` as something to train or validate on; files are read when they are needed."""

    def load(index: int) -> LabelledScene:
        return read_image(pairs[index].image), dataset.read_labels(pairs[index]).labels

    return TrainingScenes(len(pairs), load)


def usable_pairs(
    dataset: Dataset, pairs: Sequence[Pair], progress: Progress, complain: Callable[[str], None]
) -> tuple[Pair, ...]:
    """`check_pairs`, with every problem told to ``complain``; `UserError` where nothing is left."""
    checked = check_pairs(dataset, pairs, progress)
    for problem in checked.problems:
        complain(problem)
    if not checked.pairs:
        raise UserError(f"{dataset.folder} has no scene with a usable mask. Mend the masks named above.")
    return checked.pairs
