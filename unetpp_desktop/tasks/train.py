"""Training a network from scratch on a CamVid data set, with drawn scenes mixed in."""

import math
import shlex
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import Palette, shipped_palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.recipe import EpochLog, Recipe
from unetpp_desktop.nn.registry import resolve_model
from unetpp_desktop.nn.trainer import TrainingEnd, TrainingOrder, train
from unetpp_desktop.storage.camvid import Dataset
from unetpp_desktop.storage.images import image_size
from unetpp_desktop.storage.street import draw_scene
from unetpp_desktop.tasks.datasets import (
    TRAINING_SPLIT,
    open_and_tell,
    pairs_of_split,
    source_of,
    usable_pairs,
)
from unetpp_desktop.tasks.hold_out import FIT, HOLD_OUT
from unetpp_desktop.tasks.scene_edits import now

DEFAULT_EPOCHS = 60
DEFAULT_RATE = Recipe().rate

_VALIDATION_SPLIT = "val"
_WARM_UP_AGAIN = 200  # steps; the optimiser of a training that goes on from a model knows nothing yet
_LICENCE = "Weights carry the terms of their training data; CamVid is for research only."
_PATENT = "Arizona State University holds US 11,164,067 B2 on the design of U-Net++."


@dataclass(frozen=True)
class TrainOptions:
    """The words of the command line; see `unetpp_desktop.cli.learning.train`."""

    filters: str = "16,32,64,128,256"
    block: str = "plain"
    epochs: int | None = None  # None: 60, or as many as the resumed training was to have
    generated: float = 0.1
    seed: int = 0
    split: str = "train"
    device: str = "auto"
    resume: bool = False
    max_minutes: float | None = None
    start_from: str | None = None  # a model whose weights the training begins with; gives filters and block
    rate: float = DEFAULT_RATE
    settings: tuple[str, ...] = ()  # "name=value" of the recipe, see `Recipe.changed`


def train_on(
    data: Path,
    out: Path,
    options: TrainOptions,
    progress: Progress,
    on_epoch: Callable[[EpochLog], None],
    complain: Callable[[str], None],
) -> TrainingEnd:
    """Trains on a split of ``data``, validates on its val split where there is one, writes to ``out``.

    Raises `UserError` where an option, the data or the folder is wrong.
    """
    dataset = open_and_tell(data, complain)
    # A data set with one split may call it anything.
    known = len(dataset.splits) > 1 or options.split != TRAINING_SPLIT
    name, pairs = pairs_of_split(dataset, options.split if known else None)
    usable = usable_pairs(dataset, pairs, progress, complain)
    source = source_of(dataset, usable)
    start = None if options.start_from is None else resolve_model(options.start_from)
    card = ModelCard(
        name=out.resolve().name,
        created=now(),
        palette=dataset.palette,
        network=start.card.network if start is not None else _network(options, len(dataset.palette)),
        training_data=f"{source.count} scenes of {data.resolve().name} {name}"
        + (f", {100 * options.generated:.0f} % of the crops from drawn scenes" if options.generated else ""),
        scene_pixels=round(statistics.median(math.prod(image_size(pair.image)) for pair in usable)),
        command=_command(data, out, options),
        parent=None if start is None else start.name,
        licence=_LICENCE,
        notes=_PATENT,
    )
    order = TrainingOrder(
        card=card,
        recipe=Recipe(
            epochs=options.epochs or DEFAULT_EPOCHS,
            rate=options.rate,
            warm_up_steps=Recipe().warm_up_steps if start is None else _WARM_UP_AGAIN,
            seed=options.seed,
            extra_share=options.generated,
        ).changed(_settings(options.settings)),
        scenes=TrainingScenes(source.count, source.load, drawn_source(dataset.palette)),
        validation=_validation(dataset, name, progress, complain),
        folder=out,
        start=start,
        device=options.device,
        resume=options.resume,
        resume_epochs=options.epochs,
        max_minutes=options.max_minutes,
    )
    return train(order, progress, on_epoch)


def drawn_source(palette: Palette) -> Callable[[int], LabelledScene]:
    """Drawn street scenes by seed, in the classes of ``palette``."""
    table = palette.mapping_from(shipped_palette("camvid11"))

    def load(seed: int) -> LabelledScene:
        scene = draw_scene(seed)
        return scene.image, table[scene.labels]

    return load


def _network(options: TrainOptions, classes: int) -> NetworkConfig:
    try:
        filters = tuple(int(part) for part in options.filters.split(","))
        return NetworkConfig.model_validate({"filters": filters, "block": options.block, "classes": classes})
    except (ValueError, ValidationError) as error:
        raise UserError(
            f"--filters {options.filters} --block {options.block} describe no network. "
            "Give two to five numbers such as 16,32,64,128,256, and the block plain or residual."
        ) from error


def _settings(words: Sequence[str]) -> dict[str, str]:
    for word in words:
        if "=" not in word:
            raise UserError(f"--set {word} has no value. Write it as name=value, such as dice=1.")
    return dict(word.split("=", 1) for word in words)


def _validation(
    dataset: Dataset, trained: str, progress: Progress, complain: Callable[[str], None]
) -> TrainingScenes | None:
    unseen = HOLD_OUT if trained == FIT else _VALIDATION_SPLIT
    if trained == unseen or (unseen == _VALIDATION_SPLIT and not dataset.splits.get(unseen)):
        return None
    pairs = pairs_of_split(dataset, unseen)[1]
    return source_of(dataset, usable_pairs(dataset, pairs, progress, complain))


def _command(data: Path, out: Path, options: TrainOptions) -> str:
    """The command that trains this model again; folders by their last name only, the rest is private."""
    words = ["unetpp-desktop", "train", data.resolve().name, "--out", out.resolve().name]
    words += ["--epochs", str(options.epochs or DEFAULT_EPOCHS)]
    if options.start_from is None:
        words += ["--filters", options.filters, "--block", options.block]
    else:
        words += ["--start-from", Path(options.start_from).name]
    if options.rate != DEFAULT_RATE:
        words += ["--rate", f"{options.rate:g}"]
    for setting in options.settings:
        words += ["--set", setting]
    words += ["--generated", f"{options.generated:g}", "--seed", str(options.seed), "--split", options.split]
    return shlex.join(words)
