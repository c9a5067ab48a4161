"""From which model each model came."""

from collections.abc import Sequence

from unetpp_desktop.nn.card import write_card
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.scene_edits import now


def root_of(model: ModelEntry, models: Sequence[ModelEntry]) -> ModelEntry:
    """The model that ``model`` goes back to: the first of its line that was not fine-tuned here.

    Where a link is missing among ``models``, the last one that is there.
    """
    return chain_of(model, models)[-1]


def chain_of(model: ModelEntry, models: Sequence[ModelEntry]) -> tuple[ModelEntry, ...]:
    """``model``, its parent, and so on to its root."""
    by_name = {entry.name: entry for entry in models}
    chain = [model]
    while chain[-1].card.finetuned is not None and chain[-1].card.parent in by_name:
        parent = by_name[chain[-1].card.parent or ""]
        if parent in chain:
            break
        chain.append(parent)
    return tuple(chain)


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
