"""How a network is trained from scratch, and what is logged of it."""

import json
import math
from collections.abc import Mapping
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    field_validator,
)

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.augment import Augmentation, Share
from unetpp_desktop.nn.config import MAX_DEPTH

HEAD_WEIGHTS = (0.3, 0.5, 0.75, 1.0)
"""How much the loss of each depth counts, depth 1 first."""


WARM_UP_AGAIN = 200
"""Steps over which the rate rises where a training goes on with an optimiser that knows nothing yet."""


class Recipe(BaseModel):
    """Settings of a training; kept in its checkpoint, so that a resumed training follows the same ones.

    docs/training.md says what each of them brought.
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    epochs: PositiveInt = 60
    batch: PositiveInt = 8  # crops per step
    rate: NonNegativeFloat = 2e-3
    warm_up_steps: NonNegativeInt = 60
    weight_decay: NonNegativeFloat = 1e-2
    class_weight_cap: PositiveFloat = 3.0
    head_weights: tuple[NonNegativeFloat, ...] = HEAD_WEIGHTS
    distillation: NonNegativeFloat = 0.0  # weight of what the shallower heads learn from the deepest one
    dice: NonNegativeFloat = 0.0  # weight of the Dice loss of the deepest head
    lovasz: NonNegativeFloat = 1.0  # weight of the Lovasz-Softmax loss of the deepest head
    average_decay: Share = 0.998
    rare_below: Share = 0.03  # a class with a smaller share of the labelled pixels is rare
    extra_share: Share = 0.05  # crops from generated scenes
    validate_every: PositiveInt = 10  # epochs; the last one is always validated
    seed: NonNegativeInt = 0
    augmentation: Augmentation = Augmentation()
    finish_share: Share = 0.1  # of the steps, at the end, that see larger crops
    finish_crop: PositiveInt = 352  # pixels

    @field_validator("head_weights")
    @classmethod
    def _one_per_depth(cls, weights: tuple[float, ...]) -> tuple[float, ...]:
        if len(weights) != MAX_DEPTH:
            raise ValueError(f"head_weights holds {MAX_DEPTH} numbers, one per depth")
        if not any(weights):
            raise ValueError("one depth at least has to count")
        return weights

    def changed(self, changes: Mapping[str, str]) -> "Recipe":
        """Another recipe: ``changes`` maps names such as "dice" or "augmentation.crop" to JSON values.

        Raises `UserError` where there is no such setting, or the value does not fit it.
        """
        values = self.model_dump()
        for name, text in changes.items():
            *parts, last = name.split(".")
            place: Any = values
            for part in parts:
                place = place.get(part) if isinstance(place, dict) else None
            if not isinstance(place, dict) or last not in place or isinstance(place[last], dict):
                raise UserError(f"A training has no setting {name}. Choose of {', '.join(_flat(values))}.")
            try:
                place[last] = json.loads(text)
            except ValueError as error:
                raise UserError(f"{text} is no value of {name}. Write it as {place[last]}.") from error
        try:
            return Recipe.model_validate(values)
        except ValidationError as error:
            wrong = error.errors()[0]
            raise UserError(f"{'.'.join(map(str, wrong['loc']))} of the training: {wrong['msg']}.") from error

    def settings(self) -> dict[str, Any]:
        """All values by the names that `changed` takes."""
        return _flat(self.model_dump())

    def finish_from(self, steps: int) -> int:
        """The step, of ``steps`` in all, from which on crops are `finish_crop` pixels large."""
        return round(steps * (1 - self.finish_share))

    def rate_at(self, step: int, steps: int) -> float:
        """Learning rate of a step: linear warm-up, then cosine to zero (arXiv 1608.03983)."""
        warm_up = min(self.warm_up_steps, steps // 2)
        if step < warm_up:
            return self.rate * (step + 1) / warm_up
        return self.rate * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        inner = _flat(value) if isinstance(value, dict) else None
        flat |= {name: value} if inner is None else {f"{name}.{part}": inner[part] for part in inner}
    return flat


class EpochLog(BaseModel):
    """One line of the log. It holds no times: the same training gives the same log."""

    model_config = ConfigDict(frozen=True)

    epoch: int
    step: int
    rate: float
    loss: float
    val_miou: float | None = None
    val_pixel_accuracy: float | None = None


def log_as_csv(log: list[EpochLog]) -> str:
    """The log as a CSV table with one header line."""
    columns = list(EpochLog.model_fields)
    rows = [[getattr(line, column) for column in columns] for line in log]
    cells = [",".join("" if value is None else f"{value:.6g}" for value in row) for row in rows]
    return "\n".join([",".join(columns), *cells]) + "\n"
