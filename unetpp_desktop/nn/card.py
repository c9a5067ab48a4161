"""The model card: what a weights file is, in full, so that the card can rebuild the network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator, model_validator

from unetpp_desktop.core.json_files import read_json, write_json
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.nn.config import NetworkConfig

CARD_FILE = "card.json"
WEIGHTS_FILE = "weights.safetensors"

_NEARLY = 0.01  # of mIoU


class Normalisation(BaseModel):
    """RGB mean and standard deviation, of pixel values from 0 to 1; defaults are ImageNet's."""

    model_config = ConfigDict(frozen=True)

    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)


class DepthMetrics(BaseModel):
    """Figures of one depth on one set of scenes: fractions of 1; iou None for an absent class.

    `boundary_accuracy` and `calibration_error` are explained in `metrics`; None where not measured.
    """

    model_config = ConfigDict(frozen=True)

    miou: float
    pixel_accuracy: float
    iou: dict[str, float | None]
    boundary_accuracy: float | None = None
    calibration_error: float | None = None
    scenes: int
    data: str
    pixels: dict[str, int] | None = None  # true pixels of each class, where they were counted


class SceneAgreement(BaseModel):
    """How the answers of all that was learnt agree with a scene it was learnt from, see `tasks.agreement`.

    Of ``pixels``, those that a person gave classes that other scenes have, too, ``share`` are answered
    as that person did; ``expected`` would be if each class were answered as in the scene where it is
    answered best.
    """

    model_config = ConfigDict(frozen=True)

    scene: str
    pixels: int
    share: float
    expected: float


class FinetuneRecord(BaseModel):
    """How a model came from another one by fine-tuning: its line in the lineage of a project's models.

    Figures are those of the deepest depth; "before" is the model that was in use. What cards of older
    versions do not say is None.
    """

    model_config = ConfigDict(frozen=True)

    parent_weights: str | None = None  # SHA-256 of the file: names come again in other folders
    parent_folder: str | None = None  # where the parent was; None for one that is listed with the others
    from_chosen: bool = False  # whether it went on from a fine-tuned model, instead of its root
    base_data: str | None = None  # name of the data set of which scenes were replayed
    scale: str | None = None  # at which scenes were looked at, see `scale_for`
    learnt: tuple[str, ...]  # names of scenes
    held_out: tuple[str, ...]
    compared_on: str
    compared_with: str  # name of the model that was in use
    settings: dict[str, float]
    before: DepthMetrics
    after: DepthMetrics
    reference_before: DepthMetrics | None = None  # on what the root knew, see `tasks.reference`
    reference_after: DepthMetrics | None = None
    agreements: tuple[SceneAgreement, ...] = ()
    refused: str | None = None  # why the gate refused it
    accepted: str | None = None  # when somebody took it into use


class ErrorCalibration(BaseModel):
    """How often pixels of an uncertainty (see `uncertainty`) are wrong at one depth, on unseen scenes.

    ``error_rates`` holds shares of wrong pixels at uncertainties that lie equally far apart from 0 to 255,
    never falling; between them they are joined by straight lines. The two calibration errors are explained
    in `metrics`: with the network's own figure, and with these rates, on scenes they were not fitted to.
    ``measured_with`` is the model that they are of, where a fine-tuned one has them from its base.
    """

    model_config = ConfigDict(frozen=True)

    error_rates: tuple[float, ...]
    calibration_error_before: float
    calibration_error: float
    fitted_on: str
    measured_on: str
    measured_with: str | None = None

    @field_validator("error_rates")
    @classmethod
    def _rising(cls, rates: tuple[float, ...]) -> tuple[float, ...]:
        if len(rates) < 2 or list(rates) != sorted(rates) or not 0 <= rates[0] <= rates[-1] <= 1:
            raise ValueError("error rates are two or more shares that never fall")
        return rates


class ModelCard(BaseModel):
    """Everything that is known about a model; lies beside its weights as card.json."""

    model_config = ConfigDict(frozen=True)

    name: str
    created: str = ""
    palette: Palette
    network: NetworkConfig
    normalisation: Normalisation = Normalisation()
    training_data: str = ""
    scene_pixels: PositiveInt = 480 * 360  # of the scenes it was trained on: at what size it knows things
    command: str = ""
    training_hours: float | None = None  # of `unetpp-desktop train`
    processor: str = ""  # what it was trained on then, in words
    licence: str = ""
    parent: str | None = None
    finetuned: FinetuneRecord | None = None
    notes: str = ""
    metrics: dict[str, DepthMetrics] = Field(default_factory=dict)
    calibration: dict[str, ErrorCalibration] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _a_name_for_each_class(self) -> Self:
        if len(self.palette) != self.network.classes:
            raise ValueError(
                f"the palette names {len(self.palette)} classes, the network tells "
                f"{self.network.classes} apart"
            )
        return self

    @property
    def depth(self) -> int:
        """The deepest depth that the model can be used at."""
        return self.network.depth


def nearly_best_depth(mious: Mapping[int, float]) -> int:
    """The shallowest depth that is as good for labelling as the best: at most a point of mIoU below it."""
    return min(depth for depth, miou in mious.items() if miou >= max(mious.values()) - _NEARLY)


def read_card(folder: Path) -> ModelCard:
    """The card of a model folder; raises `UserError` where it is missing or not a card."""
    return read_json(folder / CARD_FILE, ModelCard, "a model card", "Choose another model, or train one.")


def write_card(folder: Path, card: ModelCard) -> None:
    write_json(folder / CARD_FILE, card)
