"""What a round of corrections gains on a drive the base has never seen: python -m bench.learning_loop DATA.

Copies the scenes of one drive (by default CamVid's dusk, 0001TP) into a folder, corrects some of them,
fine-tunes the model as the Train tab does, and measures it before and after: on the scenes of the drive that
nobody corrected, and on the val split, which stands for what the base knew. How a round is corrected: "true"
takes the true masks, "annotated" lets the simulated annotator of `tasks.effort` correct each scene whole,
"queue" lets it look only at the regions of the review queue, and "poisoned" gives every other scene classes
that are mixed up, which the gate has to notice. Writes build/learning_loop.json.
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
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.core.resources import DEFAULT_MODEL
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
from unetpp_desktop.tasks.base_data import BaseData
from unetpp_desktop.tasks.datasets import source_of
from unetpp_desktop.tasks.effort.annotator import Annotator
from unetpp_desktop.tasks.effort.curves import Scoreboard
from unetpp_desktop.tasks.effort.desk import Desk, predict_desk
from unetpp_desktop.tasks.effort.hand import Hand
from unetpp_desktop.tasks.effort.pace import Pace
from unetpp_desktop.tasks.effort.queue import work_through_queue
from unetpp_desktop.tasks.effort.scenes import read_scenes
from unetpp_desktop.tasks.finetune import FinetuneOptions, finetune
from unetpp_desktop.tasks.hold_out import drive_of

_RESULT = Path("build/learning_loop.json")
KINDS = ("true", "annotated", "queue", "poisoned")


@dataclass(frozen=True)
class Setup:
    """Scenes of the drive to correct from and to measure on, and those that stand for what the base knew."""

    dataset: Dataset
    drive: tuple[Pair, ...]
    known_pairs: tuple[Pair, ...]

    @property
    def known(self) -> TrainingScenes:
        return source_of(self.dataset, self.known_pairs)

    def base_data(self, split: str) -> BaseData:
        """What the model has learnt; its share is not chosen on the scenes that are measured here."""
        return BaseData(self.dataset.folder, split, frozenset(pair.image.name for pair in self.known_pairs))


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
    work: float | None  # seconds of the simulated annotator
    seconds: float  # of the fine-tuning, its measurements included
    cpu_seconds: float  # of the same; on a busy machine the truer figure
    steps: int
    share: float  # of what was learnt, that was taken
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
    return Setup(dataset, tuple(pairs), tuple(val[index] for index in spread_indexes(len(val), known)))


def _name(pair: Pair) -> str:
    return pair.image.name


def play_round(
    setup: Setup,
    model: ModelEntry,
    corrected: int,
    kind: str,
    recipe: FinetuneRecipe,
    before: tuple[Figures, Figures] | None = None,
    measured_at_most: int = 1000,
    replayed: str | None = None,
) -> Round:
    """Corrects, fine-tunes and measures, in a folder of its own.

    ``before`` saves measuring the model again: its figures on the other scenes and on the known ones.
    ``replayed``: the part of the data set that the model learnt from and the training sees again.
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
        work = None
        if kind in ("annotated", "queue"):
            work = _annotated(setup, project, predictor, chosen, only_queue=kind == "queue")
        else:
            _given(setup, project, predictor, chosen, mix=kind == "poisoned")
        checked = _checked_share(project)
        if before is None:
            before = measured(predictor, other_scenes), measured(predictor, setup.known)
        start, cpu_start = time.monotonic(), time.process_time()
        steps: list[int] = []
        result = finetune(
            project,
            model,
            FinetuneOptions(
                recipe=recipe,
                base_data=None if replayed is None else setup.base_data(replayed),
            ),
            silent,
            lambda report: steps.append(report.step),
            "cpu",
        )
        seconds, cpu_seconds = time.monotonic() - start, time.process_time() - cpu_start
        after = open_predictor(result.candidate, "cpu")
        record = result.candidate.card.finetuned
        assert record is not None
        return Round(
            kind,
            corrected,
            checked,
            work,
            seconds,
            cpu_seconds,
            len(steps),
            float(record.settings["share"]),
            before[0],
            measured(after, other_scenes),
            before[1],
            measured(after, setup.known),
            result.refused,
        )


def _given(setup: Setup, project: Project, predictor: Predictor, chosen: Sequence[int], mix: bool) -> None:
    """Saves true masks: painted where the model was wrong, accepted elsewhere."""
    for number, place in enumerate(chosen):
        pair = setup.drive[place]
        image, truth = read_image(pair.image), setup.dataset.read_labels(pair).labels
        if mix and number % 2 == 0:
            truth = _mixed_up(truth, number, len(project.palette))
        wrong = truth != predictor.predict(image, predictor.card.depth).labels
        origins = np.where(wrong, np.uint8(Origin.PAINTED), np.uint8(Origin.ACCEPTED))
        project.save_mask(project.scene(pair.image.name), truth, origins, Provenance(done=True))


def _annotated(
    setup: Setup, project: Project, predictor: Predictor, chosen: Sequence[int], only_queue: bool
) -> float:
    """Saves what the simulated annotator corrects; returns its seconds."""
    annotator = Annotator(Hand(Pace(), np.random.default_rng(0)))
    board = Scoreboard(len(project.palette))
    pairs = tuple(setup.drive[place] for place in chosen)
    desks = []
    for scene in read_scenes(setup.dataset, pairs, silent):
        desk = Desk(scene, board)
        predict_desk(desk, predictor, project.palette, predictor.card.depth)
        desks.append(desk)
    if only_queue:
        for _ in work_through_queue(annotator, desks, lambda desk, rect: desk.note(rect)):
            pass
    for desk in desks:
        document = desk.document
        if not only_queue:
            annotator.hand.open_scene()
            for rect in annotator.correct(desk.open(), desk.truth):
                desk.note(rect)
            desk.close()
            document.accept(None)
        place = project.scene(desk.scene.pair.image.name)
        project.save_mask(place, document.labels, document.origins, Provenance(done=not only_queue))
    return annotator.hand.seconds


def _checked_share(project: Project) -> float:
    """How much of the corrected scenes a person has checked."""
    origins = [project.load_mask(scene) for scene in project.training_scenes()]
    return float(np.mean([np.isin(mask.origins, HUMAN).mean() for mask in origins if mask is not None]))


def _mixed_up(truth: np.ndarray, seed: int, classes: int) -> np.ndarray:
    table = np.full(256, VOID, np.uint8)
    table[:classes] = np.random.default_rng(seed).permutation(classes)
    mixed: np.ndarray = table[truth]
    return mixed


def table(rounds: Sequence[Round]) -> str:
    lines = ["| round | scenes | checked | work, s | steps | taken | s | CPU s | other scenes | val | gate |"]
    lines.append("|" + "---|" * 11)
    for entry in rounds:
        others = f"{entry.others_before.miou * 100:.1f} → {entry.others_after.miou * 100:.1f}"
        known = f"{entry.known_before.miou * 100:.1f} → {entry.known_after.miou * 100:.1f}"
        cells = [entry.kind, str(entry.corrected), f"{entry.checked_share * 100:.0f} %"]
        cells += [
            "–" if entry.work is None else f"{entry.work:.0f}",
            str(entry.steps),
            f"{entry.share * 100:.0f} %",
            f"{entry.seconds:.0f}",
            f"{entry.cpu_seconds:.0f}",
            others,
            known,
        ]
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
    parser.add_argument("--model", default=DEFAULT_MODEL, help="trained without the drive")
    parser.add_argument("--drive", default="0001TP")
    parser.add_argument("--corrected", type=int, nargs="+", default=[5, 10], help="scenes of a round")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=["true"])
    parser.add_argument("--known", type=int, default=101, help="scenes of val")
    parser.add_argument("--others", type=int, default=1000, help="scenes of the drive to measure on")
    parser.add_argument("--replay", metavar="SPLIT", help="base data: what --model was trained on")
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
            entry = play_round(setup, model, corrected, kind, recipe, before, chosen.others, chosen.replay)
            before = entry.others_before, entry.known_before
            rounds.append(entry)
            print(table([entry]).splitlines()[-1], flush=True)
    print(table(rounds))
    report = {
        "model": model.name,
        "drive": chosen.drive,
        "cores": os.cpu_count(),
        "recipe": recipe.model_dump(),
        "replayed": chosen.replay,
        "rounds": [asdict(entry) for entry in rounds],
    }
    write_atomically(chosen.out, json.dumps(report, indent=2).encode() + b"\n")


if __name__ == "__main__":
    main()
