"""From which model each model came."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import digest_of
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.card import write_card
from unetpp_desktop.nn.registry import ModelEntry, open_model
from unetpp_desktop.tasks.scene_edits import now

_Digest = tuple[tuple[int, int], str | None]
"""Time of change in ns and size of a file of weights, and what `weights_digest` says of it."""

_digests: dict[Path, _Digest] = {}  # the window asks for the line of every model again and again
_reading = Lock()


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


def read_weights(models: Sequence[ModelEntry], progress: Progress) -> None:
    """Reads what all other functions here need to know of the weights of ``models``, and remembers it.

    From then on they take no time, as `weights_are_read` says, while the files stay as they are.
    """
    needed = [*models, *_elsewhere(models)]
    for done, model in enumerate(needed):
        progress(done, len(needed), model.name)
        weights_digest(model)


def weights_are_read(models: Sequence[ModelEntry]) -> bool:
    """Whether a question about the lines of ``models`` reads no weights, which takes a while."""
    return all(_known(model) is not None for model in (*models, *_elsewhere(models)))


def weights_digest(model: ModelEntry) -> str | None:
    """SHA-256 of the weights; None where they cannot be read. Remembered for this state of the file."""
    known = _known(model)
    if known is None:
        with _reading:  # another thread may be at it
            known = _known(model)
            if known is None:
                known = _digests[model.weights] = _read(model.weights)
    return known[1]


def _known(model: ModelEntry) -> _Digest | None:
    """What is remembered of the present weights; None where they are still to be read."""
    known = _digests.get(model.weights)
    return known if known is not None and known[0] == _state_of(model.weights) else None


def _read(weights: Path) -> _Digest:
    state = _state_of(weights)
    try:
        return state, digest_of(weights)
    except UserError:
        return state, None


def _state_of(weights: Path) -> tuple[int, int]:
    try:
        status = weights.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _elsewhere(models: Sequence[ModelEntry]) -> Iterator[ModelEntry]:
    """The models that some of ``models`` were trained from and that are not listed."""
    folders = (model.card.finetuned.parent_folder for model in models if model.card.finetuned is not None)
    for folder in dict.fromkeys(folders):
        if folder is not None:
            with suppress(UserError):
                yield open_model(Path(folder))


def _in_folder(folder: str, weights: str) -> ModelEntry | None:
    try:
        found = open_model(Path(folder))
    except UserError:
        return None
    return found if weights_digest(found) == weights else None


def version_before(model: ModelEntry, models: Sequence[ModelEntry]) -> ModelEntry | None:
    """What was in use before ``model``: the version of the same line accepted last before it, else the root.

    None for a model that was not fine-tuned here, and where its root is gone.
    """
    record, root = model.card.finetuned, root_of(model, models)
    if record is None:
        return None
    for entry in accepted_versions(models, record.accepted or now()):
        if entry.folder != model.folder and root_of(entry, models).folder == root.folder:
            return entry
    return root if root.folder != model.folder else None


def accepted_versions(models: Sequence[ModelEntry], until: str | None = None) -> list[ModelEntry]:
    """Those of the fine-tuned ``models`` that somebody took into use (``until`` then), the latest first."""
    versions = [
        (record.accepted, entry)
        for entry in models
        if (record := entry.card.finetuned) is not None
        and record.accepted is not None
        and (until is None or record.accepted <= until)
    ]
    return [entry for _, entry in sorted(versions, key=lambda version: version[0], reverse=True)]


def accept(candidate: ModelEntry) -> ModelEntry:
    """Notes in the card that somebody took a fine-tuned model into use; `UserError` where it cannot be."""
    record = candidate.card.finetuned
    if record is None:
        return candidate
    card = candidate.card.model_copy(update={"finetuned": record.model_copy(update={"accepted": now()})})
    write_card(candidate.folder, card)
    return ModelEntry(candidate.folder, card)
