"""What a U-Net++ is built from; kept in the model card, so that the card can rebuild the network."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

MAX_DEPTH = 4
MAX_DILATION = 32
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

    ``dilations``, where it is not empty, holds a number for each row, too: the dilation of a 3x3 convolution
    beside the second one in the encoder's node of the row, X(i,0), which looks farther around a pixel (Yu
    and Koltun, arXiv 1511.07122); 0 for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    filters: tuple[int, ...] = (32, 64, 128, 256, 512)
    classes: int
    block: Block = "plain"
    norm: Norm = "batch"
    dilations: tuple[int, ...] = ()

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

    @field_validator("dilations")
    @classmethod
    def _look_farther(cls, dilations: tuple[int, ...]) -> tuple[int, ...]:
        if any(dilation and not 2 <= dilation <= MAX_DILATION for dilation in dilations):
            raise ValueError(f"dilations are 0, or 2 to {MAX_DILATION}")
        return dilations if any(dilations) else ()

    @model_validator(mode="after")
    def _one_dilation_per_row(self) -> Self:
        if self.dilations and len(self.dilations) != len(self.filters):
            raise ValueError("dilations holds as many numbers as filters, or none")
        return self

    @property
    def depth(self) -> int:
        """The deepest depth that the network can be used at."""
        return len(self.filters) - 1

    def dilation(self, row: int) -> int:
        """Of the encoder's node of a row; 0 where it has no dilated convolution."""
        return self.dilations[row] if self.dilations else 0

    def grows_to(self, other: "NetworkConfig") -> bool:
        """Whether ``other`` is the same but for dilated convolutions in rows that have none here."""
        rows = range(len(self.filters))
        return other.model_copy(update={"dilations": self.dilations}) == self and all(
            self.dilation(row) in (0, other.dilation(row)) for row in rows
        )

    def pruned(self, depth: int) -> "NetworkConfig":
        """Of the network that is left when what is deeper than ``depth`` is cut off."""
        rows = depth + 1
        return self.model_copy(update={"filters": self.filters[:rows], "dilations": self.dilations[:rows]})

    def reach(self, depth: int) -> int:
        """How far the network looks at ``depth`` around a cell of its deepest row, in pixels.

        A cell is the square of 2**depth pixels that become one there: with it, this is the receptive field.
        A node sees 2 pixels of its row farther by its two 3x3 convolutions, or 1 and its dilation.
        """
        reach = 0
        for _ in range(depth):  # from the last node back: what the row below is to know
            reach = -(-(reach + 2) // 2)
        reach += 1 + max(1, self.dilation(depth))
        for row in reversed(range(depth)):
            reach = 2 * reach + 1 + max(1, self.dilation(row))
        return reach
