"""Going through the doubtful regions of the folder, the most urgent first."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import HUMAN, Origin
from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.editing.document import CHECK_NAME, MaskDocument
from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.gui.review_store import ReviewStore
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.folder_reviews import RegionKey
from unetpp_desktop.tasks.review import Region, is_reviewed

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

MOST_CANDIDATES = 3
"""How many likely classes a region may have."""

CORRECT = QT_TRANSLATE_NOOP("Actions", "Correct region")


class Review(QObject):
    """The region that is being looked at, and the way to the next; what was decided is an edit like others.

    Whoever goes to another scene by other ways leaves the review.
    """

    changed = Signal()  # another region is looked at, or none, or something became of it

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self.store = ReviewStore(session)
        self._current: RegionKey | None = None
        self._opening: RegionKey | None = None  # whose scene is being opened
        self._starting = False  # as soon as the regions are known
        self._closed: set[str] = set()  # names of scenes that could not be shown
        self._scene: Scene | None = None  # that was open last
        self._trail: list[RegionKey] = []  # regions that were looked at
        self._place = -1  # of the current one among these
        self._decided: RegionKey | None = None  # the last edit of all was about it
        self._seen: tuple[MaskDocument, int] | None = None  # the document and its revision after that
        self._undo_there = False  # in the scene that is being opened, as soon as it is there
        session.scene_changed.connect(self._on_scene_changed)
        session.document_replaced.connect(self._on_document_replaced)
        session.history_changed.connect(self._on_history_changed)
        session.strokes.changed.connect(self._on_stroke)
        session.marking.changed.connect(self._on_marks_changed)
        self.store.changed.connect(self._on_store_changed)

    @property
    def current(self) -> Region | None:
        """The region that is looked at, in the open scene."""
        return None if self._current is None else self.store.region(*self._current)

    @property
    def under_way(self) -> bool:
        """Whether a region is looked at, or its scene is being opened."""
        return self._current is not None or self._opening is not None

    @property
    def words_at_end(self) -> str:
        """What is to be said where no region waits; empty where no scene was looked at."""
        if self.store.folder.order:
            return self.tr("Every doubtful region is reviewed.")
        if self.store.folder.scenes:
            return self.tr("No region of the pre-labelled scenes is doubtful.")
        return ""

    def next(self) -> None:
        """Goes to the next region, the most urgent one at the beginning; the current one stays as it is."""
        if not self.store.loaded:
            self._starting = True
            self.store.want()
            return
        if self._opening is not None:
            return
        if self._place + 1 < len(self._trail):
            self._go_along_trail(1)
            return
        self._go_behind(self._current)

    def next_scene(self) -> None:
        """Goes to the next region that lies in another scene; those passed over stay as they are."""
        current = self.current
        if current is None:
            return
        behind = self._waiting(self._current)
        region = next((region for region in behind if region.scene != current.scene), None)
        if region is None:
            self._session.notice.emit(self.tr("No other scene has a region that is left."), "info")
        else:
            self.go_to((region.scene, region.number))

    def back(self) -> None:
        """Goes back to the region that was looked at before."""
        if self._opening is not None:
            return
        if self._place > 0:
            self._go_along_trail(-1)
        elif self._current is not None:
            self._session.notice.emit(self.tr("This is where you began."), "info")

    def go_to(self, key: RegionKey) -> None:
        """Goes to a region; the way from there leads on from it."""
        self._starting = False
        del self._trail[self._place + 1 :]
        self._trail.append(key)
        self._place = len(self._trail) - 1
        self._open(key)

    def choose(self, number: int) -> bool:
        """Gives the region its candidate with this number, counted from 1, and goes on.

        False where no region is looked at or it has no such candidate. While the scene of the next
        region is being opened, nothing happens.
        """
        if self._opening is not None:
            return True
        region = self.current
        if region is None or not 1 <= number <= len(region.classes):
            return False
        if self._session.strokes.under_way:
            return False
        value = region.classes[number - 1]
        if number == 1 and not is_reviewed(region):
            self.accept()
        else:
            self._paint(region, value)
        return True

    def accept(self) -> bool:
        """The region is right as it is: its pixels are checked. False where none is looked at.

        While the scene of the next region is being opened, nothing happens.
        """
        if self._opening is not None:
            return True
        region, document = self.current, self._session.document
        if region is None or document is None or self._session.strokes.under_way:
            return False
        self._decide(region, document.accept_part(region.rect, region.stencil))
        return True

    def defer(self) -> None:
        """Puts the region off, behind all others, and goes on."""
        region = self.current
        if region is not None:
            if not is_reviewed(region):
                self.store.defer(region)
            self.next()

    @property
    def can_take_back(self) -> bool:
        """Whether the last thing that was done is a decision about a region."""
        return self._decided is not None and self._place > 0 and self._trail[self._place - 1] == self._decided

    def take_back(self) -> bool:
        """Goes back to the region that was decided last, in whatever scene, and undoes that; else False."""
        if not self.can_take_back:
            return False
        self._decided = None
        self._go_along_trail(-1, undo=True)
        return True

    def leave(self) -> bool:
        """Ends the review; False where none is under way."""
        if not self.under_way and not self._starting:
            return False
        self._forget()
        self.changed.emit()
        return True

    def _paint(self, region: Region, value: int) -> None:
        session, document = self._session, self._session.document
        if document is None:
            return
        stencil = region.stencil
        if not is_reviewed(region):  # else the person wants to decide anew
            stencil = stencil & ~np.isin(document.origins[region.rect.slices], HUMAN)
        document.begin(CORRECT)
        changed = document.paint(region.rect, stencil, value, Origin.PAINTED)
        document.commit()
        if changed.is_empty:
            session.notice.emit(session.words_where_kept, "info")
            return
        self._decide(region, changed)

    def _decide(self, region: Region, changed: Rect) -> None:
        self._session.after_edit(changed)
        if self._current == (region.scene, region.number):
            key = self._current
            self.next()
            document = self._session.document
            self._decided = None if changed.is_empty else key
            self._seen = None if document is None else (document, document.revision)

    def _waiting(self, behind: RegionKey | None) -> Iterator[Region]:
        """What comes next, without the scenes that could not be shown or are excluded."""
        regions = self.store.folder.waiting(behind)
        return (
            region
            for region in regions
            if region.scene not in self._closed and not self._is_excluded(region.scene)
        )

    def _is_excluded(self, name: str) -> bool:
        project = self._session.project
        return project is not None and project.marks.of(name).excluded

    def _go_behind(self, key: RegionKey | None) -> None:
        region = next(self._waiting(key), None)
        if region is None:
            self._tell_end()
        else:
            self.go_to((region.scene, region.number))

    def _go_along_trail(self, by: int, undo: bool = False) -> None:
        self._place += by
        self._open(self._trail[self._place], undo)

    def _open(self, key: RegionKey, undo: bool = False) -> None:
        """Goes to a region, and with ``undo`` takes back there what was decided about it."""
        session = self._session
        if session.project is None:
            return
        try:
            scene = session.project.scene(key[0])
        except UserError as error:
            session.notice.emit(str(error), "error")
            return
        self._current, self._opening, self._undo_there = None, key, undo
        if scene == session.scene:
            self._look()
        elif not session.go_to(scene):
            self._opening = None
            self.changed.emit()

    def _look(self) -> None:
        """The scene of the region is the open one: it is there, still being read, or cannot be shown.

        Where it is there, the region may be gone: it was predicted anew, or could not be read for a while.
        """
        key, session = self._opening, self._session
        if key is None or session.is_reading:
            return
        if session.document is not None and (self._undo_there or self.store.region(*key) is not None):
            self._arrive()
        else:
            # Not at once: others are still being told of the scene.
            QTimer.singleShot(0, self, lambda: self._pass_over(key))

    def _pass_over(self, key: RegionKey) -> None:
        """Goes on without a region that cannot be shown; says why where its scene cannot."""
        session = self._session
        if self._opening != key:
            return
        if session.problem is not None:
            sentence = self.tr("The review passes {0} over. {1}")
            session.notice.emit(sentence.format(key[0], session.problem), "error")
        if self.store.folder.region(key) is not None:
            self._closed.add(key[0])  # else it would always come first
        self._strike({key[0]})
        self.store.read_again(key[0])
        self._go_on_from(key)

    def _strike(self, names: set[str]) -> None:
        """The way back leads to none of these scenes."""
        before = [seen for seen in self._trail[: self._place + 1] if seen[0] not in names]
        self._trail = before + [seen for seen in self._trail[self._place + 1 :] if seen[0] not in names]
        self._place = len(before) - 1

    def _go_on_from(self, key: RegionKey) -> None:
        """Leaves a region whose scene was struck."""
        self._current = self._opening = None
        if self._place + 1 < len(self._trail):
            self._go_along_trail(1)
        else:
            self._go_behind(key)

    def _arrive(self) -> None:
        self._current, self._opening = self._opening, None
        if self._undo_there:
            self._undo_decision()
        if self.current is None:  # its scene was predicted anew since it was decided
            self._forget()
        self.changed.emit()

    def _undo_decision(self) -> None:
        """Undoes the last edit of the scene, if that is a decision: a job may have predicted it since."""
        session = self._session
        if session.document is None or session.scene is None:
            return
        if session.document.undo_name in (CORRECT, CHECK_NAME):
            session.undo()
        else:
            sentence = self.tr("The decision stays: {} has changed since. The history shows what to undo.")
            session.notice.emit(sentence.format(session.scene.name), "info")

    def _tell_end(self) -> None:
        region = self.current
        if region is not None and not is_reviewed(region):
            self._session.notice.emit(self.tr("This is the only region that is left."), "info")
            return
        passed_over = bool(self._closed)
        excluded = any(self._is_excluded(region.scene) for region in self.store.folder.waiting())
        self._forget()
        if self.store.building or self.store.can_build:
            self.store.build()
            self._starting = self.store.building  # not where the open scene could not be saved
            self.changed.emit()
            return
        if missing := len(self.store.missing()):  # somebody stopped the search, or it failed
            sentence = self.tr("Pre-labelled scenes that were not looked at yet: {}.").format(f"{missing:,}")
            self._session.offer.emit(sentence, Offer(self.tr("Find what to review"), self.store.build))
            self.changed.emit()
            return
        if passed_over:
            sentence = self.tr("The regions that are left lie in scenes that cannot be shown.")
        elif excluded:
            sentence = self.tr("The regions that are left lie in scenes that are excluded.")
        else:
            sentence = self.words_at_end or self.tr("There is nothing to review yet: pre-label scenes first.")
        self._session.notice.emit(sentence, "info")
        self.changed.emit()

    def _forget(self) -> None:
        self._current = self._opening = None
        self._starting = False
        self._decided = None
        self._closed.clear()
        self._trail.clear()
        self._place = -1

    def _on_scene_changed(self) -> None:
        scene = self._session.scene
        left, self._scene = scene != self._scene, scene  # else it was read, or read again
        if self._opening is not None and scene is not None and scene.name == self._opening[0]:
            return
        if self._current is not None or self._trail or (self._starting and left):
            self._forget()
            self.changed.emit()

    def _on_document_replaced(self) -> None:
        scene = self._session.scene
        if self._opening is None or scene is None or scene.name != self._opening[0]:
            return
        self._look()

    def _on_history_changed(self) -> None:
        """Any other edit is what undo takes back next."""
        document = self._session.document
        if document is None:
            return
        if self._seen is not None and self._seen[0] is document and self._seen[1] != document.revision:
            self._decided = None
        self._seen = document, document.revision

    def _on_marks_changed(self, names: Sequence[str]) -> None:
        """Who excludes the scene that is looked at wants to go on with the others."""
        excluded = {name for name in names if self._is_excluded(name)}
        self._strike(excluded)
        key = self._opening if self._current is None else self._current
        if key is None or key[0] not in excluded or self._session.project is None:
            return
        sentence = self.tr("{} is excluded. The review goes on without it.").format(key[0])
        if len(names) == 1:
            marking, scene = self._session.marking, self._session.project.scene(key[0])
            self._session.offer.emit(sentence, Offer(self.tr("Undo"), lambda: marking.take_in((scene,))))
        else:  # to take all of them back is offered anyway
            self._session.notice.emit(sentence, "info")
        self._go_on_from(key)

    def _on_stroke(self) -> None:
        """Whoever paints while the regions are looked for does not want to be led away meanwhile."""
        if self._starting and self._session.strokes.under_way:
            self._starting = False
            self.changed.emit()

    def _on_store_changed(self) -> None:
        if self._starting and self.store.loaded and not self.store.building:
            self._starting = False
            self.next()
        if self._current is not None and self.current is None:
            self._forget()  # the scene was predicted anew
        self.changed.emit()
