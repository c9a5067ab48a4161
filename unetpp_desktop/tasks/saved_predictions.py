"""Predictions in the mask files of scenes that nobody has open."""

from dataclasses import replace
from functools import partial

import numpy as np

from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.uncertainty import error_rates
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.prelabel_host import ScenePrediction
from unetpp_desktop.tasks.review import review_mask
from unetpp_desktop.tasks.scene_edits import (
    change_mask,
    now,
    planes_of,
    provenance_of,
    refuse_changed_outside,
)
from unetpp_desktop.tasks.scene_reviews import judgement_of, save_review


def save_prediction(project: Project, predicted: ScenePrediction) -> bool:
    """Puts a prediction into the mask file, around what people have checked there, and keeps its review.

    Returns False, and writes nothing, where the file was changed while that was done. Raises
    `UserError` where it cannot be read or written, or was changed by another program.
    """
    scene, prediction, card = predicted.scene, predicted.prediction, predicted.card
    token = project.mask_token(scene)
    stored = project.load_mask(scene)
    refuse_changed_outside(project, scene, stored)
    if stored is not None and np.isin(stored.origins, HUMAN).all():
        return True
    if predicted.palette != project.palette:  # its classes were changed while the network was at it
        prediction = _translated(prediction, project.palette.mapping_from(predicted.palette))
    provenance = provenance_of(stored).model_copy(
        update={"model": card.name, "depth": prediction.depth, "predicted": now()}
    )
    planes = planes_of(stored, prediction.labels.shape)
    origins = np.where(np.isin(planes[1], HUMAN), planes[1], Origin.MODEL)
    predict = partial(MaskDocument.apply_prediction, labels=prediction.labels)
    if not change_mask(project, scene, planes, predict, provenance, token):
        return False
    judgement, rates = judgement_of(card, prediction.depth, provenance), error_rates(card, prediction.depth)
    save_review(project, review_mask(scene.name, prediction, prediction.labels, origins, rates, judgement))
    return True


def _translated(prediction: Prediction, table: np.ndarray) -> Prediction:
    ranked = None if prediction.ranked is None else table[prediction.ranked]
    return replace(prediction, labels=table[prediction.labels], ranked=ranked)
