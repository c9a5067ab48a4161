"""What a round of corrections gains on a drive the base has never seen: python -m bench.learning_loop DATA.

Copies the scenes of one drive (by default CamVid's dusk, 0001TP) into a folder, corrects some of them
(their true masks stand for the person), fine-tunes the model as the Train tab does, and measures it before
and after: on the scenes of the drive that nobody corrected, and on the val split, which stands for what the
base knew. "half" corrects only the blocks in which the model is least sure; "poisoned" gives half of the
corrected scenes classes that are mixed up, which the gate has to notice. Writes build/learning_loop.json.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from unetpp_desktop.core.files import write_atomically
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.finetune_recipe import FinetuneRecipe
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.registry import ModelEntry, resolve_model
from unetpp_desktop.storage.camvid import Dataset, Pair, open_dataset
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.datasets import source_of
from unetpp_desktop.tasks.finetune import FinetuneOptions, finetune
from unetpp_desktop.tasks.hold_out import drive_of

_RESULT = Path("build/learning_loop.json")
_BLOCK = 24  # pixels: side of what is looked at as one when only a part is corrected


@dataclass(frozen=True)
class Setup:
    """Scenes of the drive to correct from and to measure on, and those that stand for what the base knew."""

    dataset: Dataset
    drive: tuple[Pair, ...]
    known: TrainingScenes


@dataclass(frozen=True)
class Figures:
    """Fractions of 1 at the deepest depth."""

    miou: float
    pixel_accuracy: float


@dataclass(frozen=True)
class Round:
    """One fine-tuning: what was corrected, how long it took, and the figures around it."""

    kind: str
    corrected: int
    checked_share: float  # of the pixels of the corrected scenes
    changed_pixels: int  # that the person had to change
    seconds: float
    steps: int
    others_before: Figures
    others_after: Figures
    known_before: Figures
    known_after: Figures
    refused: str | None


def measured(predictor: Predictor, scenes: TrainingScenes) -> Figures:
    matrix = ConfusionMatrix(len(predictor.card.palette))
    for index in range(scenes.count):
        image, truth = scenes.load(index)
        matrix.add(predictor.predict(image, predictor.card.depth).labels, truth)
    return Figures(matrix.miou(), matrix.pixel_accuracy())


def set_up(data: Path, drive: str, known: int) -> Setup:
    dataset = open_dataset(data)
    pairs = sorted((pair for pair in dataset.splits["train"] if drive_of(pair) == drive), key=_name)
    if not pairs:
        raise SystemExit(f"{data} has no drive {drive} in its train split")
    val = dataset.splits["val"]
    chosen = [val[index] for index in spread_indexes(len(val), known)]
    return Setup(dataset, tuple(pairs), source_of(dataset, chosen))


def _name(pair: Pair) -> str:
    return pair.image.name


def least_sure_blocks(predictor: Predictor, image: np.ndarray, share: float) -> np.ndarray:
    """``bool (H, W)``: the blocks in which the model is least sure, which make up ``share`` of the scene."""
    depth = predictor.card.depth
    doubt = 1 - predictor.predict_confidences(image, (depth,))[depth]
    height, width = doubt.shape
    rows, columns = -(-height // _BLOCK), -(-width // _BLOCK)
    padded = np.zeros((rows * _BLOCK, columns * _BLOCK), np.float32)
    padded[:height, :width] = doubt
    means = padded.reshape(rows, _BLOCK, columns, _BLOCK).mean((1, 3))
    chosen = means >= np.quantile(means, 1 - share)
    blocks: np.ndarray = chosen.repeat(_BLOCK, 0).repeat(_BLOCK, 1)[:height, :width]
    return blocks


def play_round(
    setup: Setup,
    model: ModelEntry,
    corrected: int,
    kind: str,
    share: float,
    recipe: FinetuneRecipe,
    before: tuple[Figures, Figures] | None = None,
    measured_at_most: int = 1000,
) -> Round:
    """Corrects, fine-tunes and measures, in a folder of its own.

    ``before`` saves measuring the model again: its figures on the other scenes and on the known ones.
    """
    chosen = spread_indexes(len(setup.drive), corrected)
    others = [place for place in range(len(setup.drive)) if place not in chosen]
    others = [others[index] for index in spread_indexes(len(others), measured_at_most)]
    other_scenes = source_of(setup.dataset, [setup.drive[place] for place in others])
    predictor = open_predictor(model, "cpu")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "drive"
        folder.mkdir()
        for pair in setup.drive:
            shutil.copy(pair.image, folder / pair.image.name)
        project = Project.open(folder)
        checked, changed = _correct(setup, project, predictor, chosen, kind, share)
        if before is None:
            before = measured(predictor, other_scenes), measured(predictor, setup.known)
        start = time.monotonic()
        steps: list[int] = []
        result = finetune(
            project,
            model,
            FinetuneOptions(recipe=recipe),
            silent,
            lambda report: steps.append(report.step),
            "cpu",
        )
        seconds = time.monotonic() - start
        after = open_predictor(result.candidate, "cpu")
        return Round(
            kind,
            corrected,
            checked,
            changed,
            seconds,
            len(steps),
            before[0],
            measured(after, other_scenes),
            before[1],
            measured(after, setup.known),
            result.refused,
        )


def _correct(
    setup: Setup, project: Project, predictor: Predictor, chosen: Sequence[int], kind: str, share: float
) -> tuple[float, int]:
    """Saves the masks of a round; returns the share of pixels checked, and how many had to be changed."""
    checked, changed = 0.0, 0
    for number, place in enumerate(chosen):
        pair = setup.drive[place]
        image, truth = read_image(pair.image), setup.dataset.read_labels(pair).labels
        predicted = predictor.predict(image, predictor.card.depth).labels
        seen = np.ones(truth.shape, np.bool_)
        if kind == "half":
            seen = least_sure_blocks(predictor, image, share)
        elif kind == "poisoned" and number % 2 == 0:
            truth = _mixed_up(truth, number, len(project.palette))
        labels = np.where(seen, truth, predicted)
        wrong = seen & (truth != predicted)
        origins = np.full(truth.shape, Origin.MODEL, np.uint8)
        origins[seen] = Origin.ACCEPTED
        origins[wrong] = Origin.PAINTED
        scene = project.scene(pair.image.name)
        project.save_mask(scene, labels.astype(np.uint8), origins, Provenance(done=kind != "half"))
        checked += float(seen.mean()) / len(chosen)
        changed += int((wrong & (truth != VOID)).sum())
    return checked, changed


def _mixed_up(truth: np.ndarray, seed: int, classes: int) -> np.ndarray:
    table = np.full(256, VOID, np.uint8)
    table[:classes] = np.random.default_rng(seed).permutation(classes)
    mixed: np.ndarray = table[truth]
    return mixed


def table(rounds: Sequence[Round]) -> str:
    lines = ["| round | scenes | checked | changed px | steps | s | other scenes | val | gate |"]
    lines.append("|" + "---|" * 9)
    for entry in rounds:
        others = f"{entry.others_before.miou * 100:.1f} → {entry.others_after.miou * 100:.1f}"
        known = f"{entry.known_before.miou * 100:.1f} → {entry.known_after.miou * 100:.1f}"
        cells = [entry.kind, str(entry.corrected), f"{entry.checked_share * 100:.0f} %"]
        cells += [f"{entry.changed_pixels}", str(entry.steps), f"{entry.seconds:.0f}", others, known]
        cells.append("passed" if entry.refused is None else entry.refused)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def recipe_of(words: Sequence[str], steps: int | None) -> FinetuneRecipe:
    """The recipe of the app with the settings ``NAME=NUMBER`` of ``words`` changed."""
    changes: dict[str, Any] = {} if steps is None else {"steps": steps}
    for word in words:
        name, _, value = word.partition("=")
        if name not in FinetuneRecipe.model_fields:
            raise SystemExit(
                f"there is no setting {name}; there are {', '.join(FinetuneRecipe.model_fields)}"
            )
        changes[name] = json.loads(value)
    return FinetuneRecipe.model_validate({"steps": 80, **changes})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a CamVid data set")
    parser.add_argument("--model", default="standard", help="trained without the drive")
    parser.add_argument("--drive", default="0001TP")
    parser.add_argument("--corrected", type=int, nargs="+", default=[5, 10], help="scenes of a round")
    parser.add_argument("--kinds", nargs="+", choices=("whole", "half", "poisoned"), default=["whole"])
    parser.add_argument("--share", type=float, default=0.25, help="of a scene that is corrected by half")
    parser.add_argument("--known", type=int, default=101, help="scenes of val")
    parser.add_argument("--others", type=int, default=1000, help="scenes of the drive to measure on")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--set", nargs="*", default=[], help="settings of the recipe, NAME=NUMBER")
    parser.add_argument("--out", type=Path, default=_RESULT)
    chosen = parser.parse_args()
    model = resolve_model(chosen.model)
    setup = set_up(chosen.data, chosen.drive, chosen.known)
    recipe = recipe_of(chosen.set, chosen.steps)
    rounds: list[Round] = []
    for corrected in chosen.corrected:
        before: tuple[Figures, Figures] | None = None
        for kind in chosen.kinds:
            entry = play_round(setup, model, corrected, kind, chosen.share, recipe, before, chosen.others)
            before = entry.others_before, entry.known_before
            rounds.append(entry)
            print(table([entry]).splitlines()[-1], flush=True)
    print(table(rounds))
    report = {
        "model": model.name,
        "drive": chosen.drive,
        "cores": os.cpu_count(),
        "recipe": recipe.model_dump(),
        "rounds": [asdict(entry) for entry in rounds],
    }
    write_atomically(chosen.out, json.dumps(report, indent=2).encode() + b"\n")


if __name__ == "__main__":
    main()
