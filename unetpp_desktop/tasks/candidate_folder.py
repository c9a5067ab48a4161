"""Where the model of a training goes: a folder that is there, and has room, before the first step."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from unetpp_desktop.core.errors import DiskFullError, UserError, WriteError
from unetpp_desktop.core.files import reading, write_atomically
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.finetuning import FinetunedNetwork
from unetpp_desktop.nn.registry import ModelEntry, list_models
from unetpp_desktop.nn.weights import save_model

_CARD_BYTES = 1 << 20  # more than a card takes, and what new classes add to the weights
_PROBE = "room.probe"


@contextmanager
def candidate_folder(models: Path, base: ModelEntry) -> Iterator[Path]:
    """A new folder among ``models``, for a copy of ``base``; its name is that of the model.

    It has no card until the model is saved, so that whoever lists models passes it over, and is gone again
    where what is done with it raises. Raises `UserError` where it cannot be written, or has no room: minutes
    of training would be lost at their end.
    """
    with reading(base.weights):
        size = base.weights.stat().st_size + _CARD_BYTES
    folder = _made(models)
    try:
        _try_to_write(folder, size)
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # other models may be in there
            models.rmdir()
        raise


def save_candidate(folder: Path, card: ModelCard, trained: FinetunedNetwork) -> ModelEntry:
    """The model of a training that has just ended; raises a `WriteError` that says that it is lost."""
    try:
        return save_model(folder, card, trained.weights)
    except WriteError as error:
        raise WriteError(
            f"This training is lost: its model could not be saved in {folder}, since {error.reason}. "
            "Mend that, then train again; your labels are all there.",
            error.reason,
        ) from error


def _made(models: Path) -> Path:
    """An empty folder with a name that no model has; another window may make one at the same moment."""
    taken = {entry.name for entry in list_models(models)[0]}
    number = 1
    while True:
        folder = models / f"corrected-{number}"
        number += 1
        if folder.name in taken:
            continue
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise _cannot_hold(folder, error.strerror or str(error)) from error
        return folder


def _try_to_write(folder: Path, size: int) -> None:
    try:
        # Random, since some file systems store zeros in no room at all.
        write_atomically(folder / _PROBE, os.urandom(size))
        (folder / _PROBE).unlink()
    except DiskFullError as error:
        raise UserError(
            f"{folder} has no room for the new model, which takes {size / 1e6:.0f} MB: {error.reason}. "
            "Free some space, then start the training."
        ) from error
    except WriteError as error:
        raise _cannot_hold(folder, error.reason) from error


def _cannot_hold(folder: Path, reason: str) -> UserError:
    return UserError(
        f"The new model could not be saved in {folder}: {reason}. Make the folder writable, or choose "
        "another labels folder, then start the training."
    )
