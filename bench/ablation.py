"""Which pieces of the recipe pay: each changed alone, at the same number of steps, on the hold-out of train.

    .venv/bin/python -m bench.ablation CAMVID [--out build/ablation] [--epochs 12]
        [--filters 8,16,32,64,128] [--rows "base;Dice"] [--device cpu]

Every row is a training of its own in a folder of its own, on the part "fit" of train, measured on
"hold-out" (see `unetpp_desktop.tasks.hold_out`). A row that is finished is not trained again, one that
was stopped goes on, so the table can be filled in many short runs. The last column is the row's
processor time per step, as a share of the first row's.
"""

import argparse
import json
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.plain_unet import equal_filters, in_place_of_ours
from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.recipe import Recipe
from unetpp_desktop.nn.registry import open_model
from unetpp_desktop.nn.validation import validate_network
from unetpp_desktop.nn.weights import load_network
from unetpp_desktop.storage.camvid import open_dataset
from unetpp_desktop.tasks.datasets import pairs_of_split, source_of
from unetpp_desktop.tasks.hold_out import FIT, HOLD_OUT
from unetpp_desktop.tasks.train import TrainOptions, train_on


@dataclass(frozen=True)
class Row:
    """A training that differs from the first one in ``changes`` of `TrainOptions`, or in its network."""

    name: str
    changes: TrainOptions
    nested: bool = True  # False: a plain U-Net of as many multiply-adds, see `bench.plain_unet`


@dataclass(frozen=True)
class Figures:
    """What became of a row; fractions of 1 per depth, on the hold-out."""

    seconds_per_epoch: float  # of the processor
    miou: dict[str, float]
    pixel_accuracy: dict[str, float]


_PLAIN = ("lovasz=0", "finish_share=0", "augmentation.rare_share=0.3")  # before rows had shown what pays
_BASE = TrainOptions(split=FIT, seed=1, generated=0.1, settings=("validate_every=1000", *_PLAIN))
_SHIPPED = TrainOptions(  # the recipe of the shipped model's last training, from scratch
    split=FIT,
    seed=1,
    dilations="0,6,6,6,0",
    settings=("validate_every=1000", "distillation=0.5", "class_weight_cap=1"),
)


def _with(*settings: str) -> TrainOptions:
    return replace(_BASE, settings=(*_BASE.settings, *settings))


ROWS = (
    Row("base", _BASE),
    Row("base, another seed", replace(_BASE, seed=2)),
    Row("a plain U-Net of as many multiply-adds", _BASE, nested=False),
    Row("residual blocks", replace(_BASE, block="residual")),
    Row("distillation", _with("distillation=1")),
    Row("Dice", _with("dice=1")),
    Row("Lovasz", _with("lovasz=1")),
    Row("one head, the deepest", _with("head_weights=[0,0,0,1]")),
    Row("equal heads", _with("head_weights=[1,1,1,1]")),
    Row("equal classes", _with("class_weight_cap=1")),
    Row("rare things pasted", _with("augmentation.paste_share=0.5")),
    Row("no crops on rare classes", _with("augmentation.rare_share=0")),
    Row("one scale", _with("augmentation.scale=[1,1]")),
    Row("scales 0.5 to 2", _with("augmentation.scale=[0.5,2]")),
    Row(
        "one light",
        _with(*(f"augmentation.{name}" for name in ("brightness=0", "contrast=0", "tint=0", "gamma=[1,1]"))),
    ),
    Row("no drawn scenes", replace(_BASE, generated=0.0)),
    Row("a quarter drawn scenes", replace(_BASE, generated=0.25)),
    Row("no average of the weights", _with("average_decay=0")),
    Row("larger crops at the end", _with("finish_share=0.15", "finish_crop=352")),
    Row("the shipped recipe", _SHIPPED),
    Row("the shipped recipe, a plain U-Net of as many multiply-adds", _SHIPPED, nested=False),
    Row("half the rate", replace(_BASE, rate=Recipe().rate / 2)),
    Row("twice the rate", replace(_BASE, rate=Recipe().rate * 2)),
)


def _train(row: Row, data: Path, folder: Path, epochs: int, filters: str, device: str) -> Figures:
    """The figures of a row, from its folder or from a training that ends now."""
    figures = folder / "figures.json"
    if figures.exists():
        return Figures(**json.loads(figures.read_text()))
    resume = (folder / "checkpoint.safetensors").exists()
    options = replace(row.changes, epochs=epochs, filters=filters, device=device, resume=resume)
    with nullcontext() if row.nested else in_place_of_ours():
        if not row.nested:
            options = replace(options, filters=_plain_filters(filters, options.dilations))
        start, epochs_before = time.process_time(), _epochs(folder)
        end = train_on(
            data, folder, options, silent, lambda line: print(f"{row.name}: {line}", flush=True), print
        )
        spent = (time.process_time() - start) / max(1, end.log[-1].epoch - epochs_before)
        found = _measure(data, folder, spent, row.nested)
    figures.write_text(json.dumps(asdict(found)))
    return found


def _plain_filters(filters: str, dilations: str | None) -> str:
    ours = NetworkConfig(
        filters=tuple(map(int, filters.split(","))),
        classes=len(shipped_palette("camvid11")),
        dilations=() if dilations is None else tuple(map(int, dilations.split(","))),
    )
    return ",".join(map(str, equal_filters(ours).filters))


def _measure(data: Path, folder: Path, seconds: float, nested: bool) -> Figures:
    entry, dataset = open_model(folder), open_dataset(data)
    scenes = source_of(dataset, pairs_of_split(dataset, HOLD_OUT)[1])
    depths = range(1 if nested else entry.card.depth, entry.card.depth + 1)
    matrices = validate_network(load_network(entry).eval(), entry.card, scenes, depths, False, silent)
    return Figures(
        seconds,
        {str(depth): matrix.miou() for depth, matrix in matrices.items()},
        {str(depth): matrix.pixel_accuracy() for depth, matrix in matrices.items()},
    )


def _epochs(folder: Path) -> int:
    log = folder / "log.csv"
    return len(log.read_text().splitlines()) - 1 if log.exists() else 0


def table(found: dict[str, Figures]) -> str:
    """Hold-out figures in percent, as Markdown; the others are compared with the first row."""
    lines = [
        "| changed | mIoU at depth 1 | 2 | 3 | 4 | against base at 4 | accuracy at 4 | time |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    base = next(iter(found.values()))
    deepest = max(base.miou)
    for name, row in found.items():
        cells = [f"{100 * row.miou[depth]:.1f}" if depth in row.miou else "" for depth in sorted(base.miou)]
        cells += [f"{100 * (row.miou[deepest] - base.miou[deepest]):+.1f}"]
        cells += [f"{100 * row.pixel_accuracy[deepest]:.1f}"]
        lines.append(
            f"| {name} | {' | '.join(cells)} | {row.seconds_per_epoch / base.seconds_per_epoch:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("build") / "ablation")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--filters", default="8,16,32,64,128")
    parser.add_argument("--rows", default=None, help="names with semicolons between; default: all")
    parser.add_argument("--device", default="auto")
    words = parser.parse_args()
    wanted = None if words.rows is None else {name.strip() for name in words.rows.split(";")}
    found: dict[str, Figures] = {}
    for row in ROWS:
        if wanted is None or row.name in wanted:
            folder = words.out / row.name.replace(" ", "-").replace(",", "")
            found[row.name] = _train(row, words.data, folder, words.epochs, words.filters, words.device)
            print(table(found), flush=True)


if __name__ == "__main__":
    main()
