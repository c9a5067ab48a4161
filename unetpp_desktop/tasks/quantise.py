"""Quantising a model to INT8 on the user's own scenes, and measuring what that loses on them."""

import hashlib
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import reading
from unetpp_desktop.core.geometry import middle_rect
from unetpp_desktop.core.origin import HUMAN
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.int8 import GRAPH_FILE, DepthLoss, Int8Report, Int8Store
from unetpp_desktop.nn.metrics import ConfusionMatrix
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.quantising import RECIPE, is_readable, quantise
from unetpp_desktop.nn.reduced import reduced_classes, reduced_image
from unetpp_desktop.nn.registry import ModelEntry, resolve_model
from unetpp_desktop.nn.scale import AUTO, FULL, scale_for
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_edits import now

MOST_SCENES = 24
"""For calibrating, and for comparing: more change the figures little and take longer."""

_SIDE = 640  # pixels, at the scale of predictions; of a larger scene its middle is compared
_RUNS = 5  # of each depth and precision, for its time


@dataclass(frozen=True)
class _Compared:
    """The middle of a scene, ``uint8 (H, W, 3)``, and the known classes of its pixels, if any are known.

    At the scale at which scenes of its size are predicted: what is cut out of one would be taken for a
    smaller scene, and looked at in another way.
    """

    image: np.ndarray
    truth: np.ndarray | None


def int8_store(entry: ModelEntry) -> Int8Store:
    """Where INT8 of a model is kept on this machine."""
    return Int8Store(user_cache_path("unetpp-desktop", appauthor=False), entry)


def make_int8(
    project: Project, entry: ModelEntry, progress: Progress, calibration: Project | None = None
) -> Int8Report:
    """Quantises a model on scenes of ``calibration``, by default of the project, and compares it with fp32.

    At most `MOST_SCENES` of them, spread over the folder; it is compared on as many others of the
    project, those with human pixels first. It is kept on this machine, switched off: `Int8Store.switch`
    is for whoever has seen the report. Where it is there for the same scenes already, and can be
    read, it is only compared again. Raises `UserError` where NNCF or OpenVINO is missing, or a scene
    cannot be read.
    """
    source = calibration or project
    scenes = _spread(source.included_scenes)
    if not scenes:
        raise UserError(f"{source.folder} has no scenes that are not excluded. Choose another folder.")
    compared = _compared_scenes(project, () if calibration else scenes)
    total = len(scenes) + len(compared)
    store, key = int8_store(entry), _key(scenes)
    graph = store.folder / key / GRAPH_FILE
    exact = open_predictor(entry, "cpu", "openvino", "fp32")
    if not is_readable(graph):
        images = (read_image(scene.image_path) for scene in scenes)
        quantise(entry, images, graph, lambda done, _total, note: progress(done, total, note))
    store.take(key)
    reduced = open_predictor(entry, "cpu", "openvino", "int8")

    def loaded() -> Iterator[_Compared]:
        for index, scene in enumerate(compared):
            progress(len(scenes) + index, total, "comparing")
            yield _load(project, scene, entry.card.scene_pixels)

    depths, known = _compare(exact, reduced, project, loaded())
    report = Int8Report(
        model=entry.name,
        created=now(),
        processor=reduced.explanation.processor,
        calibrated_on=str(source.folder),
        calibration_scenes=len(scenes),
        compared_on=str(project.folder),
        compared_scenes=len(compared),
        known_scenes=known,
        depths=depths,
    )
    store.take(key, report)
    progress(total, total, "")
    return report


def int8_store_of(model: str, folder: Path | None, labels: Path | None) -> Int8Store:
    """`int8_store` of a model by its name or path; those of the project in ``folder`` count, too."""
    own = () if folder is None else (Project.open(folder, labels).own_folder / "models",)
    return int8_store(resolve_model(model, *own))


def make_int8_of_folder(
    folder: Path, labels: Path | None, model: str, calibrate: Path | None, progress: Progress
) -> Int8Report:
    """`make_int8` for the command line; raises `UserError` where folder or model is wrong, too."""
    project = Project.open(folder, labels)
    entry = resolve_model(model, project.own_folder / "models")
    return make_int8(project, entry, progress, None if calibrate is None else Project.open(calibrate))


def _compare(
    exact: Predictor, reduced: Predictor, project: Project, scenes: Iterator[_Compared]
) -> tuple[tuple[DepthLoss, ...], int]:
    depths = range(1, exact.card.depth + 1)
    table = project.palette.mapping_from(exact.card.palette)
    same, pixels, known = dict.fromkeys(depths, 0), 0, 0
    matrices = {
        depth: (ConfusionMatrix(len(project.palette)), ConfusionMatrix(len(project.palette)))
        for depth in depths
    }
    speeds: dict[int, float] = {}
    for scene in scenes:
        speeds = speeds or {depth: _speed(exact, reduced, scene.image, depth) for depth in depths}
        answers = [predictor.predict_depths(scene.image, depths, FULL) for predictor in (exact, reduced)]
        pixels += answers[0][1].size
        known += scene.truth is not None
        for depth in depths:
            same[depth] += int((answers[0][depth] == answers[1][depth]).sum())
            if scene.truth is not None:
                for answer, matrix in zip(answers, matrices[depth], strict=True):
                    matrix.add(table[answer[depth]], scene.truth)
    losses = [
        DepthLoss(
            speed=speeds[depth],
            agreement=same[depth] / pixels,
            miou_fp32=matrices[depth][0].miou() if known else None,
            miou_int8=matrices[depth][1].miou() if known else None,
        )
        for depth in depths
    ]
    return tuple(losses), known


def _speed(exact: Predictor, reduced: Predictor, image: np.ndarray, depth: int) -> float:
    """How many times as fast as ``exact`` a predictor is: medians of runs in turns."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(_RUNS + 1):
        for predictor, times in zip((exact, reduced), seconds, strict=True):
            times.append(predictor.predict(image, depth, FULL).seconds)
    # The first of each prepares the engine.
    return statistics.median(seconds[0][1:]) / statistics.median(seconds[1][1:])


def _compared_scenes(project: Project, calibration: Sequence[Scene]) -> list[Scene]:
    """Scenes with human pixels first, and not those of the calibration, where there are others."""
    others = [scene for scene in project.included_scenes if scene not in calibration]
    candidates = others or list(project.included_scenes)
    human = set(project.training_scenes())
    known = [scene for scene in candidates if scene in human]
    return _spread(known) or _spread(candidates)


def _load(project: Project, scene: Scene, trained_pixels: int) -> _Compared:
    image = read_image(scene.image_path)
    scale = scale_for(AUTO, image.shape, trained_pixels)
    seen = reduced_image(image, scale)
    rect = middle_rect(seen.shape, _SIDE)
    seen = seen[rect.slices]
    stored = project.load_mask(scene)
    if stored is None or stored.changed_outside or stored.labels.shape != image.shape[:2]:
        return _Compared(seen, None)
    known = np.where(np.isin(stored.origins, HUMAN), stored.labels, VOID).astype(np.uint8)
    truth = reduced_classes(known, scale)[rect.slices]
    return _Compared(seen, truth if (truth != VOID).any() else None)


def _spread(scenes: Sequence[Scene]) -> list[Scene]:
    return [scenes[index] for index in spread_indexes(len(scenes), MOST_SCENES)] if scenes else []


def _key(scenes: Sequence[Scene]) -> str:
    """Names a set of images as their files are now."""
    digest = hashlib.sha256(f"recipe {RECIPE}\n".encode())
    for scene in scenes:
        with reading(scene.image_path):
            facts = scene.image_path.stat()
        digest.update(f"{scene.image_path}|{facts.st_size}|{facts.st_mtime_ns}\n".encode(errors="replace"))
    return digest.hexdigest()[:24]


def report_table(report: Int8Report) -> str:
    """What INT8 brings and costs, as a plain text table."""
    known = f", {report.known_scenes} of them with known classes" if report.known_scenes else ""
    lines = [
        f"INT8 of {report.model}, made from {report.calibration_scenes} scenes of {report.calibrated_on};",
        f"compared with fp32 on {report.compared_scenes} scenes of {report.compared_on}{known}",
        "depth  times as fast  same class, %  mIoU fp32, %  mIoU INT8, %",
    ]
    for depth, loss in report.losses.items():
        lines.append(
            f"{depth:>5}  {loss.speed:>13.2f}  {100 * loss.agreement:>13.2f}"
            f"  {_percent(loss.miou_fp32):>12}  {_percent(loss.miou_int8):>12}"
        )
    return "\n".join(lines)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f}"
