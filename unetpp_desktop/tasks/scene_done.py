"""Marking scenes as done that no window has open, and taking it back."""

from dataclasses import dataclass

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.editing.document import ACCEPT_NAME, MaskDocument
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_edits import save_edited


@dataclass(frozen=True)
class MarkedDone:
    """A scene that was marked as done, and whether predicted pixels were accepted by that."""

    scene: Scene
    accepted: bool


def mark_scene_done(project: Project, scene: Scene) -> MarkedDone | None:
    """Accepts what the model said in the mask of ``scene`` and marks it as done, as a person would.

    None, and nothing is written, where it is done already or has no mask. Whoever opens the scene later
    can undo it. Raises `UserError` as `scene_edits.edit_scene` does.
    """
    stored = project.load_mask(scene)
    if stored is None or (stored.provenance is not None and stored.provenance.done):
        return None
    accepted = save_edited(project, scene, lambda document: document.accept(None), done=True)
    return MarkedDone(scene, accepted)


def take_back_done(project: Project, marked: MarkedDone) -> None:
    """Undoes `mark_scene_done`; where the scene was edited since, only the mark goes.

    Raises `UserError` as `scene_edits.edit_scene` does.
    """
    stored = project.load_mask(marked.scene)
    if stored is None or stored.provenance is None or not stored.provenance.done:
        return

    def undo(document: MaskDocument) -> Rect:
        return document.undo() if marked.accepted and ends_with_accepting(document) else EMPTY_RECT

    save_edited(project, marked.scene, undo, done=False)


def ends_with_accepting(document: MaskDocument) -> bool:
    """Whether the last edit that is done accepted what the model said."""
    history = document.history
    return history.position > 0 and history.entry(history.position - 1).name == ACCEPT_NAME
