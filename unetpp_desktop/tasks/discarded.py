"""Fine-tuned models that were discarded a moment ago: no model any more, but one can be taken back.

Such a folder has its card under another name, so that whoever lists models passes it over. Free of torch.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.card import CARD_FILE
from unetpp_desktop.nn.registry import ModelEntry

_SET_ASIDE = "discarded-card.json"


def set_aside(model: ModelEntry) -> None:
    """Makes a model one that is not listed; `take_back` undoes it. One that is gone already is fine.

    Raises `UserError` where its folder may not be changed.
    """
    try:
        (model.folder / CARD_FILE).replace(model.folder / _SET_ASIDE)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UserError(
            f"{model.folder} could not be discarded: {error.strerror or error}. "
            "It stays among the models; delete the folder yourself."
        ) from error


def take_back(model: ModelEntry) -> None:
    """Makes it a model again; raises `UserError` where its folder is gone, or may not be changed."""
    try:
        (model.folder / _SET_ASIDE).replace(model.folder / CARD_FILE)
    except OSError as error:
        raise UserError(
            f"{model.folder} could not be taken back: {error.strerror or error}. Train again."
        ) from error


def delete(model: ModelEntry) -> None:
    """Deletes a model that is set aside; one that was taken back stays."""
    if not (model.folder / CARD_FILE).exists():
        shutil.rmtree(model.folder, ignore_errors=True)


def delete_all(models: Path) -> None:
    """Deletes what is set aside among ``models``: the program ended before it could be taken back."""
    with suppress(OSError):  # what cannot be deleted does no harm
        for card in list(models.glob(f"*/{_SET_ASIDE}")):
            if not (card.parent / CARD_FILE).exists():
                shutil.rmtree(card.parent, ignore_errors=True)
