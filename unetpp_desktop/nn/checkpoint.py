"""What a training is continued from.

The checkpoint continues it exactly: one file, always replaced as a whole. The small state, a quarter
as large, can go to another machine: weights and averages in fp16, without what the optimiser knows,
and in pieces that fit where files may not be large.
"""

import hashlib
from pathlib import Path

from pydantic import BaseModel, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save
from torch import Tensor

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes, reading, write_atomically
from unetpp_desktop.core.json_files import read_json, write_json
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.recipe import WARM_UP_AGAIN, EpochLog, Recipe
from unetpp_desktop.nn.weights import in_half, read_tensors

CHECKPOINT_FILE = "checkpoint.safetensors"
SMALL_STATE_FILE = "resume.json"

_PIECES = "resume.safetensors."  # and a number from 1 on; joined they are one file
_PIECE_BYTES = 15 * 2**20
_OPTIMISER = "optimiser."
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
    resumed_at: int | None = None  # the step at which it last went on from a small state

    def rate_at(self, step: int, steps: int) -> float:
        """Learning rate of a step: the recipe's, smaller at first where the optimiser began anew."""
        rate = self.recipe.rate_at(step, steps)
        return (
            rate if self.resumed_at is None else rate * min(1, (step - self.resumed_at + 1) / WARM_UP_AGAIN)
        )


class SmallState(BaseModel):
    """A training and how its weights lie beside it."""

    training: TrainingState
    pieces: int
    sha256: str  # of all pieces, joined


def write_checkpoint(folder: Path, state: TrainingState, tensors: dict[str, Tensor]) -> None:
    own = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    content = save(own, metadata={_METADATA_KEY: state.model_dump_json()})
    write_atomically(folder / CHECKPOINT_FILE, content)


def write_small_state(folder: Path, state: TrainingState, tensors: dict[str, Tensor]) -> None:
    """Writes what of ``tensors``, a `Learner.state`, another machine needs; the table of it last."""
    kept = {name: tensor for name, tensor in tensors.items() if not name.startswith(_OPTIMISER)}
    content = save(in_half(kept))
    pieces = range(0, len(content), _PIECE_BYTES)
    for number, first in enumerate(pieces, 1):
        write_atomically(folder / f"{_PIECES}{number}", content[first : first + _PIECE_BYTES])
    digest = hashlib.sha256(content).hexdigest()
    write_json(folder / SMALL_STATE_FILE, SmallState(training=state, pieces=len(pieces), sha256=digest))


def _read_small_table(folder: Path) -> SmallState | None:
    path = folder / SMALL_STATE_FILE
    if not path.is_file():
        return None
    table = read_json(path, SmallState, "the state of a training", "Copy the folder again.")
    training = table.training.model_copy(update={"resumed_at": table.training.step})
    return table.model_copy(update={"training": training})


def _read_small_state(folder: Path) -> tuple[TrainingState, dict[str, Tensor]] | None:
    table = _read_small_table(folder)
    if table is None:
        return None
    content = b"".join(read_bytes(folder / f"{_PIECES}{number}") for number in range(1, table.pieces + 1))
    if hashlib.sha256(content).hexdigest() != table.sha256:
        raise UserError(
            f"{folder / SMALL_STATE_FILE} and the files {_PIECES}* beside it do not belong together. "
            "Copy the folder again."
        )
    return table.training, load(content)


def read_state(folder: Path) -> TrainingState | None:
    """Where the training of a folder stands, without its tensors; as `read_checkpoint` otherwise."""
    path = folder / CHECKPOINT_FILE
    if not path.is_file():
        table = _read_small_table(folder)
        return None if table is None else table.training
    try:
        with reading(path), safe_open(path, "pt") as opened:
            metadata = opened.metadata() or {}
        return TrainingState.model_validate_json(metadata.get(_METADATA_KEY, ""))
    except (SafetensorError, ValidationError) as error:
        raise UserError(
            f"{path} is not a checkpoint of this program. Delete it to train from the start."
        ) from error


def read_checkpoint(folder: Path) -> tuple[TrainingState, dict[str, Tensor]] | None:
    """The checkpoint of a training folder, or else its small state; None where there is neither.

    Raises `UserError` where it is broken.
    """
    if not (folder / CHECKPOINT_FILE).is_file():
        return _read_small_state(folder)
    state = read_state(folder)
    return None if state is None else (state, read_tensors(folder / CHECKPOINT_FILE))
