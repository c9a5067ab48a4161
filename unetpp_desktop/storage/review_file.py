"""What is known of the doubtful regions of a scene: one file a scene, ``.unetpp/review/SCENE.json``.

The file can be made again at any time, so one that is missing, damaged, or of another version of this
program is none.
"""

import base64
import binascii
import zlib
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.json_files import read_json, write_json

_FOLDER = "review"
_Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Judgement(BaseModel):
    """Which network judged which prediction; another one makes the regions of a scene worthless.

    ``model``, ``created`` and ``depth`` say who judged; the others are those of the mask's provenance.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    created: str
    depth: int
    mask_model: str | None
    mask_depth: int | None
    predicted: str


class StoredRegion(BaseModel):
    """One region; ``bits`` is its stencil, packed. ``classes`` are names, likeliest first."""

    model_config = ConfigDict(frozen=True)

    rect: tuple[int, int, int, int]
    bits: str
    expected_wrong: _Share
    classes: tuple[str, ...]
    deferred: bool = False


class StoredReview(BaseModel):
    """The regions of a scene of ``size`` (H, W).

    ``expected_wrong`` is that of all pixels that nobody had checked, ``class_pixels`` counts the classes.
    """

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    size: tuple[int, int]
    judgement: Judgement
    expected_wrong: _Share
    class_pixels: dict[str, int]
    regions: tuple[StoredRegion, ...]


def review_path(own_folder: Path, scene_name: str) -> Path:
    """Where the regions of a scene lie; the file need not exist."""
    return own_folder / _FOLDER / f"{scene_name}.json"


def read_review(own_folder: Path, scene_name: str) -> StoredReview | None:
    """The regions of a scene; None where there are none that can be used."""
    try:
        review = read_json(review_path(own_folder, scene_name), StoredReview, "a review", "Delete it.")
        for region in review.regions:
            unpacked_stencil(region, review.size)
    except (UserError, ValueError):
        return None
    return review


def write_review(own_folder: Path, scene_name: str, review: StoredReview) -> None:
    """Writes the regions of a scene atomically; raises `WriteError` where that fails."""
    write_json(review_path(own_folder, scene_name), review)


def packed_stencil(stencil: np.ndarray) -> str:
    """``bool (h, w)`` as text."""
    return base64.b64encode(zlib.compress(np.packbits(stencil).tobytes())).decode("ascii")


def unpacked_stencil(region: StoredRegion, size: tuple[int, int]) -> np.ndarray:
    """The stencil of a region, ``bool (h, w)``; ValueError where it is damaged or lies outside ``size``."""
    rect = Rect(*region.rect)
    if rect.is_empty or rect.intersection(Rect(0, 0, *size)) != rect:
        raise ValueError(f"the region {region.rect} lies outside")
    try:
        packed = zlib.decompress(base64.b64decode(region.bits, validate=True))
    except (binascii.Error, zlib.error) as error:
        raise ValueError(f"the region {region.rect} is damaged") from error
    pixels = rect.height * rect.width
    if len(packed) != (pixels + 7) // 8:
        raise ValueError(f"the region {region.rect} is damaged")
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), count=pixels)
    return bits.reshape(rect.height, rect.width).astype(np.bool_)
