"""Training a network from scratch on a CamVid data set, with drawn scenes mixed in."""

import json
import math
import shlex
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import Palette, shipped_palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.checkpoint import TrainingState, read_state
from unetpp_desktop.nn.config import MAX_DILATION, NetworkConfig
from unetpp_desktop.nn.device import gpu_name, resolve_device
from unetpp_desktop.nn.recipe import WARM_UP_AGAIN, EpochLog, Recipe
from unetpp_desktop.nn.registry import ModelEntry, resolve_model
from unetpp_desktop.nn.trainer import TrainingEnd, TrainingOrder, train
from unetpp_desktop.storage.camvid import Dataset
from unetpp_desktop.storage.images import image_size
from unetpp_desktop.storage.street import draw_scene
from unetpp_desktop.tasks.datasets import (
    TRAINING_SPLIT,
    VALIDATION_SPLIT,
    open_and_tell,
    pairs_of_split,
    source_of,
    usable_pairs,
)
from unetpp_desktop.tasks.hold_out import FIT, HOLD_OUT
from unetpp_desktop.tasks.machine import processor_name, usable_cores
from unetpp_desktop.tasks.scene_edits import now

_FILTERS = "16,32,64,128,256"
_BLOCK = "plain"
_LICENCE = "Weights carry the terms of their training data; CamVid is for research only."
_PATENT = "Arizona State University holds US 11,164,067 B2 on the design of U-Net++."


@dataclass(frozen=True)
class TrainOptions:
    """The words of the command line; see `unetpp_desktop.cli.learning.train`.

    None is what was not said: the default, or what the resumed training was begun with.
    """

    filters: str | None = None
    block: str | None = None
    dilations: str | None = None  # with start_from: added in rows that have none
    epochs: int | None = None
    generated: float | None = None
    seed: int | None = None
    split: str = "train"
    device: str = "auto"
    resume: bool = False
    max_minutes: float | None = None
    start_from: str | None = None  # a model whose weights the training begins with; gives the network
    rate: float | None = None
    settings: tuple[str, ...] = ()  # "name=value" of the recipe, see `Recipe.changed`


def train_on(
    data: Path,
    out: Path,
    options: TrainOptions,
    progress: Progress,
    on_epoch: Callable[[EpochLog], None],
    complain: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> TrainingEnd:
    """Trains on a split of ``data``, validates on its val split where there is one, writes to ``out``.

    The minutes of ``options`` count from here on. ``complain`` also gets a sentence about options that
    a resumed training does not follow. Raises `UserError` where an option, the data or the folder is
    wrong.
    """
    deadline = None if options.max_minutes is None else clock() + options.max_minutes * 60
    begun = read_state(out) if options.resume else None
    if begun is not None:
        for sentence in _not_followed(out, begun, options):
            complain(sentence)
    start = None if options.start_from is None else resolve_model(options.start_from)
    recipe = _recipe(options, start is not None)
    dataset = open_and_tell(data, complain)
    # A data set with one split may call it anything.
    known = len(dataset.splits) > 1 or options.split != TRAINING_SPLIT
    name, pairs = pairs_of_split(dataset, options.split if known else None)
    usable = usable_pairs(dataset, pairs, progress, complain)
    source = source_of(dataset, usable)
    card = ModelCard(
        name=out.resolve().name,
        created=now(),
        palette=dataset.palette,
        network=_network(options, len(dataset.palette), start),
        training_data=f"{source.count} scenes of {data.resolve().name} {name}"
        + (f", {100 * recipe.extra_share:g} % of the crops from drawn scenes" if recipe.extra_share else ""),
        scene_pixels=round(statistics.median(math.prod(image_size(pair.image)) for pair in usable)),
        command=_command(data, out, options),
        parent=None if start is None else start.name,
        licence=_LICENCE,
        notes=_PATENT,
    )
    order = TrainingOrder(
        card=card,
        recipe=recipe,
        scenes=TrainingScenes(source.count, source.load, drawn_source(dataset.palette)),
        validation=_validation(dataset, name, progress, complain),
        folder=out,
        start=start,
        device=options.device,
        resume=options.resume,
        resume_epochs=options.epochs,
        deadline=deadline,
        clock=clock,
        processor=_processor(options.device),
    )
    return train(order, progress, on_epoch)


def _recipe(options: TrainOptions, goes_on: bool) -> Recipe:
    """What ``options`` ask for; a training that ``goes_on`` from a model warms up for longer."""
    recipe = Recipe(warm_up_steps=WARM_UP_AGAIN) if goes_on else Recipe()
    epochs = {} if options.epochs is None else {"epochs": str(options.epochs)}
    return recipe.changed(epochs | _asked(options))


def _asked(options: TrainOptions) -> dict[str, str]:
    """Settings of the recipe that were said, but for ``epochs``, which a resumed training follows."""
    said = {"rate": options.rate, "extra_share": options.generated, "seed": options.seed}
    asked = {name: json.dumps(value) for name, value in said.items() if value is not None}
    return asked | _settings(options.settings)


def _not_followed(out: Path, begun: TrainingState, options: TrainOptions) -> list[str]:
    """A sentence that names what was said and is not what the resumed training was begun with."""
    kept = begun.recipe.settings()
    asked = begun.recipe.changed(_asked(options)).settings()
    stays = [f"{name} {json.dumps(kept[name])}" for name in kept if asked[name] != kept[name]]
    network = begun.card.network
    filters, dilations = _joined(network.filters), _joined(network.dilations)
    stays += [f"--filters {filters}"] if options.filters not in (None, filters) else []
    stays += [f"--block {network.block}"] if options.block not in (None, network.block) else []
    if options.dilations not in (None, dilations):
        stays.append(f"--dilations {dilations}" if dilations else "no --dilations")
    if options.start_from is not None and resolve_model(options.start_from).name != begun.card.parent:
        stays.append(f"--start-from {begun.card.parent}" if begun.card.parent else "no --start-from")
    if not stays:
        return []
    return [
        f"--resume goes on with what {out} was begun with: {', '.join(stays)}. "
        "Train into another folder to change that."
    ]


def _processor(device: str) -> str:
    place = resolve_device(device)
    return gpu_name(place) or f"{processor_name()}, {usable_cores()} cores"


def drawn_source(palette: Palette) -> Callable[[int], LabelledScene]:
    """Drawn street scenes by seed, in the classes of ``palette``."""
    table = palette.mapping_from(shipped_palette("camvid11"))

    def load(seed: int) -> LabelledScene:
        scene = draw_scene(seed)
        return scene.image, table[scene.labels]

    return load


def _network(options: TrainOptions, classes: int, start: ModelEntry | None) -> NetworkConfig:
    filters, block = options.filters or _FILTERS, options.block or _BLOCK
    try:
        values: dict[str, object] = {"filters": _numbers(filters), "block": block}
        if start is not None:
            values = start.card.network.model_dump()
        if options.dilations is not None:
            values["dilations"] = _numbers(options.dilations)
        return NetworkConfig.model_validate(values | {"classes": classes})
    except (ValueError, ValidationError) as error:
        words = f"--filters {filters} --block {block}" if start is None else f"--start-from {start.name}"
        words += "" if options.dilations is None else f" --dilations {options.dilations}"
        raise UserError(
            f"{words} describe no network. Give two to five numbers such as 16,32,64,128,256, the block "
            f"plain or residual, and as many dilations, each 0 or 2 to {MAX_DILATION}, or none."
        ) from error


def _numbers(words: str) -> tuple[int, ...]:
    return tuple(int(part) for part in words.split(","))


def _joined(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def _settings(words: Sequence[str]) -> dict[str, str]:
    for word in words:
        if "=" not in word:
            raise UserError(f"--set {word} has no value. Write it as name=value, such as dice=1.")
    return dict(word.split("=", 1) for word in words)


def _validation(
    dataset: Dataset, trained: str, progress: Progress, complain: Callable[[str], None]
) -> TrainingScenes | None:
    unseen = HOLD_OUT if trained == FIT else VALIDATION_SPLIT
    if trained == unseen or (unseen == VALIDATION_SPLIT and not dataset.splits.get(unseen)):
        return None
    pairs = pairs_of_split(dataset, unseen)[1]
    return source_of(dataset, usable_pairs(dataset, pairs, progress, complain))


def _command(data: Path, out: Path, options: TrainOptions) -> str:
    """The command that trains this model again; folders by their last name only, the rest is private."""
    words = ["unetpp-desktop", "train", data.resolve().name, "--out", out.resolve().name]
    usual = Recipe()
    words += ["--epochs", str(options.epochs or usual.epochs)]
    if options.start_from is None:
        words += ["--filters", options.filters or _FILTERS, "--block", options.block or _BLOCK]
    else:
        words += ["--start-from", Path(options.start_from).name]
    if options.dilations is not None:
        words += ["--dilations", options.dilations]
    if options.rate is not None and options.rate != usual.rate:
        words += ["--rate", f"{options.rate:g}"]
    for setting in options.settings:
        words += ["--set", setting]
    generated = usual.extra_share if options.generated is None else options.generated
    seed = usual.seed if options.seed is None else options.seed
    words += ["--generated", f"{generated:g}", "--seed", str(seed), "--split", options.split]
    return shlex.join(words)
