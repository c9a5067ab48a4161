"""Scenes with doubtful regions that are known: what a network would have said, made up."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.uncertainty import own_error_rates
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.review import review_mask
from unetpp_desktop.tasks.scene_reviews import judgement_of, save_review

HEIGHT, WIDTH = 90, 120

BIG, SMALL = Rect(10, 10, 40, 40), Rect(60, 80, 70, 90)
"""The doubtful regions of every scene: both of class 3 and perhaps 5 or 8, the bigger one more urgent."""


def doubtful_prediction(doubt: int, elsewhere: int = 0) -> Prediction:
    """Class 3 everywhere; `BIG` and `SMALL` have the uncertainty ``doubt``, all else ``elsewhere``."""
    ranked = np.stack([np.full((HEIGHT, WIDTH), value, np.uint8) for value in (3, 5, 8)])
    uncertainty = np.full((HEIGHT, WIDTH), elsewhere, np.uint8)
    for rect in (BIG, SMALL):
        uncertainty[rect.slices] = doubt
    return Prediction(ranked[0], 4, 0.0, ranked, uncertainty)


def card() -> ModelCard:
    """Of the network that would have said so."""
    fields: dict[str, Any] = {
        "name": "oracle",
        "created": "2026",
        "palette": shipped_palette("camvid11"),
        "network": NetworkConfig(classes=11),
        "calibration": {},
    }
    return ModelCard.model_construct(**fields)


def write_predicted(
    project: Project, name: str, doubt: int, with_review: bool = True, minute: int = 0, elsewhere: int = 0
) -> None:
    """Gives a scene a predicted mask and, where wanted, its doubtful regions."""
    scene, prediction = project.scene(name), doubtful_prediction(doubt, elsewhere)
    origins = np.full((HEIGHT, WIDTH), Origin.MODEL, np.uint8)
    provenance = Provenance(model="oracle", depth=4, predicted=f"2026-11-25T10:{minute:02}:00+00:00")
    project.save_mask(scene, prediction.labels, origins, provenance)
    if with_review:
        judgement = judgement_of(card(), 4, provenance)
        rates = own_error_rates()
        save_review(project, review_mask(name, prediction, prediction.labels, origins, rates, judgement))


def review_folder(folder: Path, doubts: tuple[int, ...] = (200, 240, 220)) -> Path:
    """A folder of predicted scenes, 0.png and so on; the more uncertain ones are more urgent."""
    folder.mkdir(parents=True)
    for number in range(len(doubts)):
        Image.new("RGB", (WIDTH, HEIGHT), (90, 40 * number, 160)).save(folder / f"{number}.png")
    project = Project.open(folder)
    for number, doubt in enumerate(doubts):
        write_predicted(project, f"{number}.png", doubt)
    return folder
