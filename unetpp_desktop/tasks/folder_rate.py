"""How many scenes of a folder are labelled in a second, next to what the network alone would reach."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.nn.predictor import Predictor
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.benchmark_report import FolderRow
from unetpp_desktop.tasks.prelabel import prelabel_scenes

_TURN = 64  # images in a row; as many lie decoded in memory


def folder_rates(
    folder: Path, predictor: Predictor, depths: Sequence[int], progress: Progress
) -> list[FolderRow]:
    """Labels the images of ``folder`` at each depth, with their reading and writing and without, in turns.

    The images are only read: the masks go to a folder that is removed afterwards. Raises `UserError`
    where there are no images, or one cannot be read.
    """
    with tempfile.TemporaryDirectory() as place:
        return [
            _rate(_linked(folder, Path(place) / str(depth)), predictor, depth, progress) for depth in depths
        ]


def _linked(folder: Path, place: Path) -> Project:
    """A project of links to the images, so that nothing is written beside them."""
    scenes = Project.open(folder).scenes
    if not scenes:
        raise UserError(f"There are no images in {folder}. Choose a folder that holds some.")
    images = place / "images"
    images.mkdir(parents=True)
    for number, scene in enumerate(scenes):
        (images / f"{number:05}{scene.image_path.suffix}").symlink_to(scene.image_path.resolve())
    return Project.open(images)


def _rate(project: Project, predictor: Predictor, depth: int, progress: Progress) -> FolderRow:
    scenes = project.scenes
    whole = review = network = 0.0
    for first in range(0, len(scenes), _TURN):
        progress(first, len(scenes), f"folder at depth {depth}")
        part = scenes[first : first + _TURN]
        images = [read_image(scene.image_path) for scene in part]
        network += _seconds(predictor, images, depth, _classes_alone)
        review += _seconds(predictor, images, depth, _for_review)
        del images
        start = time.perf_counter()
        report = prelabel_scenes(project, part, predictor, depth, silent)
        whole += time.perf_counter() - start
        if report.problems:
            raise UserError(report.problems[0])
    count = len(scenes)
    return FolderRow(
        depth=depth,
        images=count,
        per_second=count / whole,
        review_per_second=count / review,
        network_per_second=count / network,
    )


_Ask = Callable[[Predictor, Sequence[np.ndarray], int], object]


def _classes_alone(predictor: Predictor, images: Sequence[np.ndarray], depth: int) -> None:
    for image in images:
        predictor.predict(image, depth)


def _for_review(predictor: Predictor, images: Sequence[np.ndarray], depth: int) -> None:
    """As many at once as pre-labelling predicts."""
    at_once = predictor.at_once
    for first in range(0, len(images), at_once):
        group = images[first : first + at_once]
        if len(group) == 1 or predictor.predict_together(group, depth) is None:
            for image in group:
                predictor.predict_for_review(image, depth)


def _seconds(predictor: Predictor, images: Sequence[np.ndarray], depth: int, ask: _Ask) -> float:
    ask(predictor, images[: predictor.at_once], depth)  # what has to be prepared for this size is in no time
    start = time.perf_counter()
    ask(predictor, images, depth)
    return time.perf_counter() - start
