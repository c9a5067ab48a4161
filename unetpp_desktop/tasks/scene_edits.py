"""Edits of scenes that no window has open: saved at once, and kept so that they can be undone there."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.history import DEFAULT_BUDGET
from unetpp_desktop.storage.images import image_size
from unetpp_desktop.storage.mask_file import Provenance, StoredMask
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.saved_masks import MaskToken
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_journal import journal_path, open_journaled, turn

ChangeMask = Callable[[MaskDocument], Rect]
"""Changes a document by exactly one edit, and returns the rect that has changed."""


def edit_scene(project: Project, scene: Scene, change: ChangeMask) -> bool:
    """Lets ``change`` edit the mask of a scene that is not open, as a person would, and saves it.

    Whoever opens the scene later can undo the edit, and those before it. Returns False, and writes
    nothing, where ``change`` changes no pixel. Raises `UserError` where the mask cannot be read or
    written, was changed by another program, or is being written by one.
    """
    return save_edited(project, scene, change)


def save_edited(project: Project, scene: Scene, change: ChangeMask, done: bool | None = None) -> bool:
    """As `edit_scene`; where ``done`` is given, the scene is saved with this mark whatever has changed."""
    with turn(project, scene):
        return _edited(project, scene, change, done)


def change_mask(
    project: Project,
    scene: Scene,
    planes: tuple[np.ndarray, np.ndarray],
    change: ChangeMask,
    provenance: Provenance,
    token: MaskToken | None,
) -> bool:
    """Lets ``change`` edit the mask that was read as ``planes``, and saves it with ``provenance``.

    ``planes`` are labels and origins, ``uint8 (H, W)`` each; ``token`` was taken before they were
    read. A scene without a history gets none. Returns False, and writes nothing, where the file is
    another one by now. Raises `UserError` where it cannot be written.
    """
    with turn(project, scene):
        if journal_path(project, scene).exists():
            return _change(project, scene, planes, change, provenance, token, True)
        document = MaskDocument(*planes)
        change(document)
        return project.save_mask_if_unchanged(scene, document.labels, document.origins, provenance, token)


def refuse_changed_outside(project: Project, scene: Scene, stored: StoredMask | None) -> None:
    """Raises `UserError` for a mask of which nobody has said yet what it counts as."""
    if stored is not None and stored.changed_outside:
        raise UserError(
            f"{project.mask_path(scene)} was changed by another program. "
            "Open its scene and say what it counts as."
        )


def planes_of(stored: StoredMask | None, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Labels and origins of a mask, blank ones of ``shape`` where there is none yet."""
    if stored is not None:
        return stored.labels, stored.origins
    return np.full(shape, VOID, np.uint8), np.full(shape, Origin.NONE, np.uint8)


def provenance_of(stored: StoredMask | None) -> Provenance:
    """What a mask says of itself; a blank one where it says nothing."""
    return stored.provenance if stored is not None and stored.provenance is not None else Provenance()


def now() -> str:
    """The time for a provenance: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _edited(project: Project, scene: Scene, change: ChangeMask, done: bool | None) -> bool:
    token = project.mask_token(scene)
    stored = project.load_mask(scene)
    refuse_changed_outside(project, scene, stored)
    shape = image_size(scene.image_path) if stored is None else stored.labels.shape
    provenance = provenance_of(stored).model_copy(update={"edited": now()})
    if done is not None:
        provenance = provenance.model_copy(update={"done": done})
    changed = EMPTY_RECT

    def noted(document: MaskDocument) -> Rect:
        nonlocal changed
        changed = change(document)
        return changed

    if not _change(project, scene, planes_of(stored, shape), noted, provenance, token, done is not None):
        raise UserError(f"{project.mask_path(scene)} was saved meanwhile and was left as it is. Try again.")
    return not changed.is_empty


def _change(
    project: Project,
    scene: Scene,
    planes: tuple[np.ndarray, np.ndarray],
    change: ChangeMask,
    provenance: Provenance,
    token: MaskToken | None,
    save_unchanged: bool,
) -> bool:
    # Whoever cannot write a journal cannot write the mask either, and that is told.
    opened = open_journaled(journal_path(project, scene), *planes, DEFAULT_BUDGET, lambda _error: None)
    document, journal = opened.document, opened.journal
    before = document.history.position
    try:
        change(document)
        document.commit()
        if not document.modified and not save_unchanged:
            return True
        journal.mark()
        saved = False
        try:
            saved = project.save_mask_if_unchanged(
                scene, document.labels, document.origins, provenance, token
            )
        finally:
            if not saved:  # else opening the scene would do again what failed
                document.go_to(before)
        if saved:
            journal.saved()
        return saved
    finally:
        journal.close()
