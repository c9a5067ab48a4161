"""The documents of the scenes visited last, so that undo survives going to another scene and back."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.history import History
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.saved_masks import MaskToken
from unetpp_desktop.storage.scenes import Scene

_MOST_SCENES = 20
_MOST_BYTES = 1 << 30  # masks and their histories together


@dataclass(frozen=True)
class Visit:
    """A document, what its file says of it, and the file as it was when the two agreed last."""

    document: MaskDocument
    provenance: Provenance
    stored_provenance: Provenance | None  # what the file says; None while there is no file of ours
    token: MaskToken | None
    stray_pixels: int = 0  # pixels of no class in a foreign mask, read as void

    @property
    def modified(self) -> bool:
        """Whether pixels or "done" differ from the file."""
        was_done = self.stored_provenance is not None and self.stored_provenance.done
        return self.document.modified or self.provenance.done != was_done

    def with_done(self, done: bool) -> "Visit":
        return replace(self, provenance=self.provenance.model_copy(update={"done": done}))

    def predicted_by(self, model: str | None, depth: int) -> "Visit":
        update = {"model": model, "depth": depth, "predicted": now_text()}
        return replace(self, provenance=self.provenance.model_copy(update=update))


def open_visit(project: Project, scene: Scene, shape: tuple[int, int], history_bytes: int) -> Visit:
    """Reads the mask of ``scene``, a blank one where there is none yet.

    Raises `UserError` where the mask cannot be read, so that nothing is ever saved over it.
    """
    token = project.mask_token(scene)
    stored = project.load_mask(scene)
    history = History(history_bytes)
    if stored is None:
        blank = np.full(shape, VOID, np.uint8)
        document = MaskDocument(blank, np.full(shape, Origin.NONE, np.uint8), history)
        return Visit(document, Provenance(), None, token)
    document = MaskDocument(stored.labels, stored.origins, history)
    provenance = stored.provenance or Provenance()
    return Visit(document, provenance, provenance, token, sum(stored.strays.values()))


def save_visit(project: Project, scene: Scene, visit: Visit, worked_s: float) -> Visit:
    """Writes the mask, with ``worked_s`` seconds added to its effort; the visit as it is from then on.

    Raises `UserError` where it cannot be written; the document then stays modified.
    """
    edited = now_text() if worked_s else visit.provenance.edited
    effort = round(visit.provenance.effort_s + worked_s, 1)
    provenance = visit.provenance.model_copy(update={"edited": edited, "effort_s": effort})
    project.save_mask(scene, visit.document.labels, visit.document.origins, provenance)
    visit.document.mark_saved()
    return replace(
        visit, provenance=provenance, stored_provenance=provenance, token=project.mask_token(scene)
    )


def merged_with_file(project: Project, scene: Scene, visit: Visit) -> tuple[Visit, Rect]:
    """A document with unsaved edits takes what a job wrote into its file, around the human pixels.

    Returns the visit and the rect that changed. A file that others wrote, or that cannot be read,
    is left out: what the person has just painted counts, and saving keeps a copy of such a file.
    """
    token = project.mask_token(scene)
    try:
        stored = project.load_mask(scene)
    except UserError:
        return visit, EMPTY_RECT
    if stored is None or stored.foreign or stored.changed_outside:
        return visit, EMPTY_RECT
    return replace(visit, token=token), visit.document.apply_prediction(stored.labels)


def now_text() -> str:
    """The time for a provenance: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Visits:
    """The visits of one project by scene name, the oldest forgotten first."""

    def __init__(self) -> None:
        self._visits: OrderedDict[str, Visit] = OrderedDict()

    def keep(self, name: str, visit: Visit) -> None:
        self._visits[name] = visit
        self._visits.move_to_end(name)
        while len(self._visits) > 1 and (len(self._visits) > _MOST_SCENES or self._nbytes() > _MOST_BYTES):
            self._visits.popitem(last=False)

    def take(self, name: str, token: MaskToken | None, shape: tuple[int, int]) -> Visit | None:
        """The kept visit; None where there is none, or where mask or image have changed since."""
        visit = self._visits.pop(name, None)
        if visit is None or visit.token != token or visit.document.shape != shape:
            return None
        return visit

    def clear(self) -> None:
        self._visits.clear()

    def _nbytes(self) -> int:
        return sum(
            2 * visit.document.labels.size + visit.document.history.nbytes for visit in self._visits.values()
        )
