"""The models that can be chosen: shipped ones and those in folders of the user's."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import digest_of
from unetpp_desktop.core.resources import data_folder
from unetpp_desktop.nn.card import CARD_FILE, WEIGHTS_FILE, ModelCard, read_card

_PICKLES = frozenset({".pt", ".pth", ".ckpt", ".pkl", ".bin"})


@dataclass(frozen=True)
class ModelEntry:
    """A model on disk: ``folder`` holds weights.safetensors and card.json."""

    folder: Path
    card: ModelCard

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def weights(self) -> Path:
        return self.folder / WEIGHTS_FILE


def answers_digest(entry: ModelEntry) -> str:
    """Names all that the answers of a model depend on: SHA-256 of its weights, network and normalisation.

    In hexadecimal digits. The weights alone do not say how far dilated convolutions look, nor how an
    image is normalised. Raises `UserError` where the weights cannot be read.
    """
    card = entry.card
    told = (digest_of(entry.weights), card.network.model_dump_json(), card.normalisation.model_dump_json())
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def open_model(folder: Path) -> ModelEntry:
    """The model in ``folder``; raises `UserError` where it is none. Weights are not read yet."""
    card = read_card(folder)
    if not (folder / WEIGHTS_FILE).is_file():
        raise UserError(
            f"{folder / WEIGHTS_FILE} is missing. Put the weights beside the card, or choose another model."
        )
    return ModelEntry(folder, card)


def list_models(*folders: Path) -> tuple[list[ModelEntry], list[str]]:
    """The shipped models, then those found one level below each of ``folders``.

    Returns the models and one sentence for each folder that should hold one but does not.
    """
    models, problems = [], []
    for parent in (data_folder("models"), *folders):
        cards = sorted(parent.glob(f"*/{CARD_FILE}")) if parent.is_dir() else []
        for card in cards:
            try:
                models.append(open_model(card.parent))
            except UserError as error:
                problems.append(str(error))
    return models, problems


def resolve_model(name_or_path: str, *folders: Path) -> ModelEntry:
    """The model of that name (shipped, or in one of ``folders``) or at that path.

    Raises `UserError` where there is none; a pickle is refused, since opening one runs its code.
    """
    path = Path(name_or_path)
    if path.suffix.lower() in _PICKLES:
        raise UserError(
            f"{path} is a pickle, which could run any code when it is opened. Save its state_dict with "
            f"safetensors.torch.save_file as {WEIGHTS_FILE}, and put a {CARD_FILE} beside it."
        )
    models, _ = list_models(*folders)
    by_name = next((entry for entry in reversed(models) if entry.name == name_or_path), None)
    if by_name is not None:
        return by_name
    if path.name in (CARD_FILE, WEIGHTS_FILE):
        path = path.parent
    if path.is_dir():
        return open_model(path)
    known = ", ".join(entry.name for entry in models) or "none is installed"
    raise UserError(f"There is no model {name_or_path}. Give a model folder or one of these names: {known}.")
