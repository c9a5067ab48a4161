"""The documents of the scenes visited last, so that undo survives going to another scene and back."""

from collections import OrderedDict
from dataclasses import dataclass, replace

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.gui.effort import Work
from unetpp_desktop.storage.bookkeeping import keep_original
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.saved_masks import MaskToken
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.scene_edits import now
from unetpp_desktop.tasks.scene_journal import SceneJournal

EFFORT_FIELDS = ("edited", "effort_s", "strokes", "changed_pixels")
"""What of a provenance says how much people have worked."""

_MOST_SCENES = 20
_MOST_BYTES = 1 << 30  # masks and their histories together
_MOST_ATTEMPTS = 3  # to save a file that another program keeps writing


@dataclass(frozen=True)
class Visit:
    """A document, what its file says of it, and the file as it was when the two agreed last."""

    document: MaskDocument
    provenance: Provenance
    stored_provenance: Provenance | None  # what the file says; None while there is no file of ours
    token: MaskToken | None
    strays: str = ""  # which pixels of a foreign mask have no class and were read as void; "" for none
    changed_outside: bool = False  # by another program, and nobody has said what it counts as
    refused: MaskToken | None = None  # a version of the file that was looked at and not taken over
    journal: SceneJournal | None = None  # of the document, while its scene is open
    left_journal: MaskToken | None = None  # the version of the journal when the scene was left

    @property
    def modified(self) -> bool:
        """Whether pixels or "done" differ from the file."""
        return self.document.modified or self.provenance.done != self.stored_done

    @property
    def stored_done(self) -> bool:
        """Whether the file says that the scene is done."""
        return self.stored_provenance is not None and self.stored_provenance.done

    def end(self) -> "Visit":
        """The visit as it can be kept: its journal is closed."""
        if self.journal is None:
            return self
        return replace(self, journal=None, left_journal=self.journal.close())

    def with_done(self, done: bool) -> "Visit":
        return replace(self, provenance=self.provenance.model_copy(update={"done": done}))

    def predicted_by(self, model: str, depth: int) -> "Visit":
        update = {"model": model, "depth": depth, "predicted": now()}
        return replace(self, provenance=self.provenance.model_copy(update=update))

    def with_file_of(self, provenance: Provenance | None, token: MaskToken | None) -> "Visit":
        """The document now follows another version of its file; "done" stays as the person left it."""
        merged = provenance or Provenance()
        if self.provenance.done != self.stored_done:
            merged = merged.model_copy(update={"done": self.provenance.done})
        return replace(
            self,
            provenance=merged,
            stored_provenance=provenance,
            token=token,
            changed_outside=False,
            refused=None,
        )


@dataclass(frozen=True)
class Meeting:
    """A visit that has met another version of its file, and the rect of its document that changed.

    ``merged``: the file was ours, and was taken over. ``copied``: the file, or pixels of it that a
    person had labelled otherwise, give way to the document; it is kept among the originals, at the
    latest when it is written over.
    """

    visit: Visit
    changed: Rect = EMPTY_RECT
    merged: bool = False
    copied: bool = False


def save_visit(project: Project, scene: Scene, visit: Visit, work: Work) -> Meeting:
    """Writes the mask with ``work`` in its provenance; the visit as it is from then on.

    A file that another window or program has written since is first merged with the document, see
    `merged_with_file`; one that is not ours any more is copied to the originals. Raises `UserError`
    where the mask cannot be written or the other version not be read; the document stays modified.
    """
    meeting = Meeting(visit)
    for _ in range(_MOST_ATTEMPTS):
        visit = meeting.visit
        document, provenance = visit.document, with_work(visit.provenance, work)
        if visit.journal is not None:
            visit.journal.mark()
        if project.save_mask_if_unchanged(scene, document.labels, document.origins, provenance, visit.token):
            document.mark_saved()
            if visit.journal is not None:
                visit.journal.saved()
            saved = replace(visit, provenance=provenance).with_file_of(provenance, project.mask_token(scene))
            return replace(meeting, visit=saved, copied=meeting.copied or visit.changed_outside)
        met = merged_with_file(project, scene, visit)
        meeting = Meeting(
            met.visit,
            meeting.changed.union(met.changed),
            meeting.merged or met.merged,
            meeting.copied or met.copied,
        )
        if not met.merged:  # it is written over, knowingly
            meeting = replace(meeting, visit=replace(met.visit, token=met.visit.refused))
    raise UserError(
        f"{project.mask_path(scene)} is being written by another program. Save again when it has finished."
    )


def merged_with_file(project: Project, scene: Scene, visit: Visit) -> Meeting:
    """The document takes what its file has now, with origins and provenance, but for what was edited here.

    A file that is gone or that is not ours is left out: what the person has just painted counts, and
    saving keeps a copy of such a file. Where people have labelled pixels otherwise in the file meanwhile,
    it is copied at once. Raises `UserError` where the file cannot be read or copied.
    """
    token = project.mask_token(scene)
    stored = None if token is None else project.load_mask(scene)
    if stored is None:
        return Meeting(replace(visit, refused=token, changed_outside=False))
    if stored.foreign or stored.changed_outside:
        left = replace(visit, refused=token, changed_outside=stored.changed_outside)
        return Meeting(left, copied=stored.foreign)
    if stored.labels.shape != visit.document.shape:
        raise UserError(
            f"{project.mask_path(scene)} has got another size meanwhile. "
            "Choose another labels folder to save this mask, or bring the file back to its size."
        )
    contradicted = visit.document.contradicts(stored.labels, stored.origins)
    if contradicted:
        path = project.mask_path(scene)
        keep_original(project.own_folder, path, path.relative_to(project.labels_folder).as_posix())
    changed = visit.document.take_over(stored.labels, stored.origins)
    return Meeting(visit.with_file_of(stored.provenance, token), changed, True, contradicted)


def with_work(provenance: Provenance, work: Work) -> Provenance:
    """What the mask says of itself once ``work`` is written down."""
    update: dict[str, object] = {
        "effort_s": round(provenance.effort_s + work.seconds, 1),
        "strokes": provenance.strokes + work.strokes,
        "changed_pixels": provenance.changed_pixels + work.changed_pixels,
    }
    if work.edited:
        update["edited"] = now()
    return provenance.model_copy(update=update)


class Visits:
    """The visits of one project by scene name, the oldest forgotten first."""

    def __init__(self) -> None:
        self._visits: OrderedDict[str, Visit] = OrderedDict()

    def keep(self, name: str, visit: Visit) -> None:
        """Keeps a visit that ends; its journal is closed."""
        self._visits[name] = visit.end()
        self._visits.move_to_end(name)
        while len(self._visits) > 1 and (len(self._visits) > _MOST_SCENES or self._nbytes() > _MOST_BYTES):
            self._visits.popitem(last=False)

    def take(self, name: str, token: MaskToken | None, shape: tuple[int, int]) -> Visit | None:
        """The kept visit; None where there is none, or where mask or image have changed since.

        Edits that could not be saved outweigh another mask, which can be merged with them.
        """
        kept = self.holds(name, token, shape)
        visit = self._visits.pop(name, None)
        return visit if kept else None

    def holds(self, name: str, token: MaskToken | None, shape: tuple[int, int]) -> bool:
        """Whether `take` would return a visit."""
        visit = self._visits.get(name)
        if visit is None or visit.document.shape != shape:
            return False
        return visit.token == token or visit.modified

    def is_modified(self, name: str) -> bool:
        """Whether a visit is kept that differs from its file."""
        return name in self._visits and self._visits[name].modified

    def change(self, name: str, visit: Visit) -> None:
        """Takes ``visit`` for the kept one where that has the same document; its journal stays closed."""
        kept = self._visits.get(name)
        if kept is not None and kept.document is visit.document:
            self._visits[name] = replace(visit, journal=None, left_journal=kept.left_journal)

    def limit_histories(self, budget: int) -> None:
        """The edits of each scene may take ``budget`` bytes from now on."""
        for visit in self._visits.values():
            visit.document.history.limit(budget)

    def clear(self) -> None:
        self._visits.clear()

    def _nbytes(self) -> int:
        return sum(
            2 * visit.document.labels.size + visit.document.history.nbytes for visit in self._visits.values()
        )
