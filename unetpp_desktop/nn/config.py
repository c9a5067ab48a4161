"""What a U-Net++ is built from; kept in the model card, so that the card can rebuild the network."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

MAX_DEPTH = 4
SIZE_MULTIPLE: int = 2**MAX_DEPTH
"""Images are padded to a multiple of this at every depth, or the depths would differ at the borders."""


def missing(side: int) -> int:
    """How many pixels an image of ``side`` lacks to a multiple of `SIZE_MULTIPLE`."""
    return -side % SIZE_MULTIPLE


def mirrors(height: int, width: int) -> bool:
    """Whether an image is padded with its mirror image: with its last row and column where it is too small.

    Rows that are all alike look like nothing the network has learnt: docs/training.md says what they cost.
    """
    return missing(height) < height and missing(width) < width


Block = Literal["plain", "residual"]
Norm = Literal["batch", "none"]


class NetworkConfig(BaseModel):
    """Shape of a U-Net++ (Zhou et al., arXiv 1807.10165 and 1912.05074).

    ``filters`` holds the channels of each row, row 0 (full resolution) first; a network of depth d
    has d + 1 rows. The papers use 32, 64, 128, 256, 512, plain blocks and no norm.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    filters: tuple[int, ...] = (32, 64, 128, 256, 512)
    classes: int
    block: Block = "plain"
    norm: Norm = "batch"

    @field_validator("filters")
    @classmethod
    def _one_per_row(cls, filters: tuple[int, ...]) -> tuple[int, ...]:
        if not 2 <= len(filters) <= MAX_DEPTH + 1 or min(filters) < 1:
            raise ValueError(f"filters holds 2 to {MAX_DEPTH + 1} positive numbers, one per row")
        return filters

    @field_validator("classes")
    @classmethod
    def _fits_a_mask(cls, classes: int) -> int:
        if not 1 <= classes <= 255:
            raise ValueError("a network tells 1 to 255 classes apart")
        return classes

    @property
    def depth(self) -> int:
        """The deepest depth that the network can be used at."""
        return len(self.filters) - 1
