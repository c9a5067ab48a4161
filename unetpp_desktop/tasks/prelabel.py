"""Pre-labelling the scenes of a folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError, WriteError
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.nn.explanation import Explanation
from unetpp_desktop.nn.predictor import Prediction, Predictor, open_predictor
from unetpp_desktop.nn.registry import resolve_model
from unetpp_desktop.nn.uncertainty import error_rates
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.review import review_mask
from unetpp_desktop.tasks.scene_edits import (
    change_mask,
    now,
    planes_of,
    provenance_of,
    refuse_changed_outside,
)
from unetpp_desktop.tasks.scene_reviews import judgement_of, predict_for_review, save_review


@dataclass(frozen=True)
class PrelabelReport:
    """How many scenes were labelled, and one sentence for each that could not be."""

    done: int
    problems: tuple[str, ...]
    explanation: Explanation | None = None  # of a whole folder: what it was predicted with, and why


def rank_image(image: np.ndarray, palette: Palette, predictor: Predictor, depth: int) -> np.ndarray:
    """The likeliest classes of each pixel of an image, as `Predictor.predict_ranked` gives them.

    They are the mask values of ``palette``; what it lacks, matched by name, becomes void.
    """
    ranked = predictor.predict_ranked(image, min(depth, predictor.card.depth))
    translated: np.ndarray = palette.mapping_from(predictor.card.palette)[ranked]
    return translated


def prelabel_scenes(
    project: Project,
    scenes: Sequence[Scene],
    predictor: Predictor,
    depth: int,
    progress: Progress,
    open_scene: str | None = None,
    deliver: Callable[[Scene, Prediction], None] | None = None,
) -> PrelabelReport:
    """Labels ``scenes`` at ``depth`` and saves their masks; pixels that a person checked stay.

    Scenes that are done are left alone, whatever their void pixels might be predicted as. What is
    doubtful in the others is kept for review, see `scene_reviews`. The scene called ``open_scene`` is
    not saved but handed to ``deliver``, predicted for review: its document lies with the window. A
    mask that another program, or the window, changed while the network was at it is left alone. A
    scene that cannot be read is named in the report, and the rest goes on. Raises `UserError` where
    model and project have no class in common, `WriteError` where masks cannot be written: the next
    ones could not be either.
    """
    if not set(predictor.card.palette.names) & set(project.palette.names):
        raise UserError(
            f"The model {predictor.card.name} knows none of the classes of {project.folder}. "
            "Choose a model that was trained with them."
        )
    done = 0
    problems = []
    for index, scene in enumerate(scenes):
        progress(index, len(scenes), scene.name)
        if project.state(scene) is SceneState.DONE:
            continue
        try:
            if scene.name == open_scene and deliver is not None:
                image = read_image(scene.image_path)
                deliver(scene, predict_for_review(image, project.palette, predictor, depth))
            elif not _prelabel(project, scene, predictor, depth):
                problems.append(f"{scene.image_path}: its mask was changed meanwhile and was left as it is.")
                continue
            done += 1
        except WriteError:
            raise
        except UserError as error:
            problems.append(str(error))
    progress(len(scenes), len(scenes), "")
    return PrelabelReport(done, tuple(problems))


def _prelabel(project: Project, scene: Scene, predictor: Predictor, depth: int) -> bool:
    """Writes a prediction into the mask file; False where the file changed under our hands."""
    token = project.mask_token(scene)
    stored = project.load_mask(scene)
    refuse_changed_outside(project, scene, stored)
    if stored is not None and np.isin(stored.origins, HUMAN).all():
        return True
    prediction = predict_for_review(read_image(scene.image_path), project.palette, predictor, depth)
    provenance = provenance_of(stored).model_copy(
        update={"model": predictor.card.name, "depth": prediction.depth, "predicted": now()}
    )
    planes = planes_of(stored, prediction.labels.shape)
    origins = np.where(np.isin(planes[1], HUMAN), planes[1], Origin.MODEL)
    predict = partial(MaskDocument.apply_prediction, labels=prediction.labels)
    if not change_mask(project, scene, planes, predict, provenance, token):
        return False
    card, depth = predictor.card, prediction.depth
    judgement, rates = judgement_of(card, depth, provenance), error_rates(card, depth)
    review = review_mask(scene.name, prediction, prediction.labels, origins, rates, judgement)
    save_review(project, review)
    return True


def prelabel_folder(
    folder: Path,
    labels: Path | None,
    model: str,
    depth: int,
    device: str,
    progress: Progress,
    engine: str = "auto",
    precision: str = "auto",
) -> PrelabelReport:
    """Pre-labels every scene of ``folder`` but the excluded ones.

    Raises `UserError` where folder, model, device, engine or precision is wrong.
    """
    project = Project.open(folder, labels)
    entry = resolve_model(model, project.own_folder / "models")
    predictor = open_predictor(entry, device, engine, precision)
    report = prelabel_scenes(project, project.included_scenes, predictor, depth, progress)
    return replace(report, explanation=predictor.explanation)
