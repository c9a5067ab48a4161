"""From which model each model came."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.nn.card import write_card
from unetpp_desktop.nn.registry import ModelEntry, digest_of, open_model
from unetpp_desktop.tasks.scene_edits import now


def root_of(model: ModelEntry, models: Sequence[ModelEntry]) -> ModelEntry:
    """The model that ``model`` goes back to: the first of its line that was not fine-tuned here.

    Where a link is missing, the last one that is there, which is a fine-tuned one then.
    """
    return chain_of(model, models)[-1]


def chain_of(model: ModelEntry, models: Sequence[ModelEntry]) -> tuple[ModelEntry, ...]:
    """``model``, its parent, and so on to its root."""
    chain = [model]
    while (parent := parent_of(chain[-1], models)) is not None and parent not in chain:
        chain.append(parent)
    return tuple(chain)


def parent_of(model: ModelEntry, models: Sequence[ModelEntry]) -> ModelEntry | None:
    """The model that ``model`` was trained from; None where it was not fine-tuned here, or that one is gone.

    It is known by its weights, among ``models`` or in the folder where it was. Where it was a root among
    them, one of its name takes its place: a new version of the app ships other weights. Cards of older
    versions tell no more than the name.
    """
    record = model.card.finetuned
    if record is None:
        return None
    named = [entry for entry in models if entry.name == model.card.parent]
    if record.parent_weights is None:
        return named[-1] if named else None
    for entry in (*named, *models):
        if entry.folder != model.folder and weights_digest(entry) == record.parent_weights:
            return entry
    if record.parent_folder is not None:
        return _in_folder(record.parent_folder, record.parent_weights)
    return next((entry for entry in reversed(named) if entry.card.finetuned is None), None)


def weights_digest(model: ModelEntry) -> str | None:
    """SHA-256 of the weights; None where they cannot be read."""
    try:
        state = model.weights.stat()
        return _digest(model.weights, state.st_mtime_ns, state.st_size)
    except (OSError, UserError):
        return None


def _in_folder(folder: str, weights: str) -> ModelEntry | None:
    try:
        found = open_model(Path(folder))
    except UserError:
        return None
    return found if weights_digest(found) == weights else None


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: int, _size: int) -> str:
    """Remembered for this state of the file: the window asks for the line of every model again and again."""
    return digest_of(path)


def version_before(model: ModelEntry, models: Sequence[ModelEntry]) -> ModelEntry | None:
    """What was in use before ``model``: the version of the same line accepted last before it, else the root.

    None for a model that was not fine-tuned here, and where its root is gone.
    """
    record, root = model.card.finetuned, root_of(model, models)
    if record is None:
        return None
    earlier = [
        (entry.card.finetuned.accepted, entry)
        for entry in models
        if entry.card.finetuned is not None
        and entry.card.finetuned.accepted is not None
        and entry.folder != model.folder
        and entry.card.finetuned.accepted <= (record.accepted or now())
        and root_of(entry, models).folder == root.folder
    ]
    if earlier:
        return max(earlier, key=lambda version: version[0])[1]
    return root if root.folder != model.folder else None


def accept(candidate: ModelEntry) -> ModelEntry:
    """Notes in the card that somebody took a fine-tuned model into use; `UserError` where it cannot be."""
    record = candidate.card.finetuned
    if record is None:
        return candidate
    card = candidate.card.model_copy(update={"finetuned": record.model_copy(update={"accepted": now()})})
    write_card(candidate.folder, card)
    return ModelEntry(candidate.folder, card)
