"""What rounds of fine-tuning are played with: folders of light rectangles, and a real tiny network."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from tests.nn.conftest import TWO_CLASSES, toy_scene
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.card import ErrorCalibration, ModelCard
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.finetune_recipe import FinetuneRecipe
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.unetpp import UNetPlusPlus
from unetpp_desktop.nn.weights import save_model
from unetpp_desktop.storage.bookkeeping import write_palette
from unetpp_desktop.storage.class_tables import write_class_file
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.finetune import FinetuneOptions, FinetuneResult, finetune

SCENES = 10
CORRECTED = 6
RECIPE = FinetuneRecipe(steps=40, rate=1e-2, pull=0.0, encoder_rate=1.0, batch=4, crop=64, checks=3)


def rectangles(folder: Path) -> Project:
    """Ten scenes without masks."""
    folder.mkdir()
    for seed in range(SCENES):
        Image.fromarray(toy_scene(seed)[0]).save(folder / f"{seed}.png")
    write_palette(folder / ".unetpp", TWO_CLASSES)
    return Project.open(folder)


def untrained(folder: Path, name: str = "toy") -> ModelEntry:
    """A model that has learnt nothing yet, and is called ``name``."""
    torch.manual_seed(3)
    config = NetworkConfig(filters=(6, 8), classes=2)
    rates = ErrorCalibration(
        error_rates=(0, 1), calibration_error_before=1, calibration_error=0, fitted_on="", measured_on=""
    )
    card = ModelCard(name=name, palette=TWO_CLASSES, network=config, calibration={"1": rates})
    return save_model(folder, card, UNetPlusPlus(config).state_dict())


def correct(project: Project, seed: int, labels: np.ndarray | None = None) -> None:
    """Paints a scene as it is, or as ``labels``."""
    truth = toy_scene(seed)[1] if labels is None else labels
    origins = np.full(truth.shape, Origin.PAINTED, np.uint8)
    project.save_mask(project.scene(f"{seed}.png"), truth, origins, Provenance(done=True))


def play(project: Project, chosen: ModelEntry, recipe: FinetuneRecipe = RECIPE) -> FinetuneResult:
    """A round without base data."""
    return finetune(project, chosen, FinetuneOptions(recipe=recipe), silent, lambda _: None, "cpu")


def toy_dataset(folder: Path, seeds: range) -> Path:
    """SegNet layout with the two classes of the toy scenes."""
    for name in ("train", "trainannot"):
        (folder / name).mkdir(parents=True)
    for seed in seeds:
        image, labels = toy_scene(seed)
        Image.fromarray(image).save(folder / "train" / f"{seed}.png")
        Image.fromarray(labels).save(folder / "trainannot" / f"{seed}.png")
    write_class_file(folder / "classes.json", TWO_CLASSES, void=255)
    return folder
