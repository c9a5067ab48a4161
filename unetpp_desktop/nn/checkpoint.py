"""A training that can be continued exactly: one file, always replaced as a whole."""

from pathlib import Path

from pydantic import BaseModel, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import reading, write_atomically
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.recipe import EpochLog, Recipe
from unetpp_desktop.nn.weights import read_tensors

CHECKPOINT_FILE = "checkpoint.safetensors"
_METADATA_KEY = "training"  # a safetensors file carries a flat table of strings


class TrainingState(BaseModel):
    """Where a training stands, beside its tensors."""

    card: ModelCard
    recipe: Recipe
    scenes: int
    class_pixels: list[int]
    step: int
    log: list[EpochLog]
    seconds: float | None = None  # that its epochs took; None: begun by a version that did not count them


def write_checkpoint(folder: Path, state: TrainingState, tensors: dict[str, Tensor]) -> None:
    own = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    content = save(own, metadata={_METADATA_KEY: state.model_dump_json()})
    write_atomically(folder / CHECKPOINT_FILE, content)


def read_state(folder: Path) -> TrainingState | None:
    """Where the training of a folder stands, without its tensors; as `read_checkpoint` otherwise."""
    path = folder / CHECKPOINT_FILE
    if not path.is_file():
        return None
    try:
        with reading(path), safe_open(path, "pt") as opened:
            metadata = opened.metadata() or {}
        return TrainingState.model_validate_json(metadata.get(_METADATA_KEY, ""))
    except (SafetensorError, ValidationError) as error:
        raise UserError(
            f"{path} is not a checkpoint of this program. Delete it to train from the start."
        ) from error


def read_checkpoint(folder: Path) -> tuple[TrainingState, dict[str, Tensor]] | None:
    """The checkpoint of a training folder; None where there is none, `UserError` where it is broken."""
    state = read_state(folder)
    return None if state is None else (state, read_tensors(folder / CHECKPOINT_FILE))
