"""The one place that knows which project, scene and document are open; widgets are views of it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.settings import Settings
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.gui.ahead import Ahead
from unetpp_desktop.gui.answers import Answers
from unetpp_desktop.gui.choices import Choices
from unetpp_desktop.gui.folder_opening import refusal, restore_choices, scene_called, tell_troubles
from unetpp_desktop.gui.history_walk import HistoryWalk
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.journals import Journals
from unetpp_desktop.gui.known_states import KnownStates
from unetpp_desktop.gui.model_finder import ModelFinder
from unetpp_desktop.gui.predictions import Predictions
from unetpp_desktop.gui.predictors import Predictors
from unetpp_desktop.gui.previews import Previews
from unetpp_desktop.gui.remembered import Remembered
from unetpp_desktop.gui.review import Review
from unetpp_desktop.gui.saving import Saving
from unetpp_desktop.gui.scene_marking import SceneMarking
from unetpp_desktop.gui.scene_opening import Arrival, SceneOpening
from unetpp_desktop.gui.scene_walk import SceneWalk
from unetpp_desktop.gui.strokes import Strokes
from unetpp_desktop.gui.visits import Visit
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene


class Session(Choices):
    """State of the window. Every change of the open scene's pixels goes through its document."""

    project_changed = Signal()  # another project, none, or other scenes in it
    scene_changed = Signal()  # another scene is open, or none
    document_changed = Signal(object)  # the Rect whose pixels are new
    document_replaced = Signal()  # the document is another object, or none
    history_changed = Signal()
    saved = Signal(str)  # time of day
    scene_states_changed = Signal(object)  # tuple of scene names, empty: any
    predicted = Signal(object)  # a Delivery: a prediction for a scene that was open when it was made
    notice = Signal(str, str)  # sentence, "info" or "error"
    offer = Signal(str, object)  # a sentence, and an `Offer` of what can be done about it
    notice_outdated = Signal(str)  # a sentence that was told and no longer holds
    mask_modified = Signal(bool)

    def __init__(
        self, settings: Settings, remembered: Remembered, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(settings, remembered, parent)
        self.jobs = jobs
        self.may_leave: Callable[[], bool] = lambda: True  # asks, where something of the folder would be lost
        self.project: Project | None = None
        self.scene: Scene | None = None
        self.image: np.ndarray | None = None
        self.problem: str | None = None  # why the open scene cannot be shown or edited
        self._visit: Visit | None = None
        self._refusal = ""  # why a folder could not be opened, while no other one was tried
        self._places: dict[str, int] = {}  # of the scenes by name: a folder may hold thousands
        self.known = KnownStates(self)
        self.walk = SceneWalk(self)
        self.history_walk = HistoryWalk(self)
        self._opening = SceneOpening(self)
        self._opening.arrived.connect(self._on_arrival)
        self.marking = SceneMarking(self)
        self.strokes = Strokes(self)
        self.model_finder = ModelFinder(self._tell_error)
        self.predictors = Predictors(settings)
        self.predictions = Predictions(self)
        self.answers = Answers(self)
        self.previews = Previews(self)
        self.review = Review(self)
        self._ahead = Ahead(self)
        self.saving = Saving(self)
        self.journals = Journals(self)
        self.rules_changed.connect(self._hand_over_rules)
        jobs.failed.connect(self._tell_error)

    @property
    def visit(self) -> Visit | None:
        """The document of the open scene and what its file says of it; None where there is no document."""
        return self._visit

    @property
    def document(self) -> MaskDocument | None:
        """The mask of the open scene; None where no scene is open or its files cannot be read."""
        return None if self._visit is None else self._visit.document

    @property
    def scenes(self) -> tuple[Scene, ...]:
        return () if self.project is None else self.project.scenes

    @property
    def position(self) -> int:
        """Index of the open scene among `scenes`; -1 where there is none."""
        return -1 if self.scene is None else self._places.get(self.scene.name, -1)

    @property
    def is_reading(self) -> bool:
        """Whether the image of the open scene has still to come; there is no document yet then."""
        return self.scene is not None and self.image is None and self.problem is None

    @property
    def is_done(self) -> bool:
        """Whether the open scene is marked as done."""
        return self._visit is not None and self._visit.provenance.done

    def open_folder(self, folder: Path, labels_folder: Path | None = None, scene: str | None = None) -> bool:
        """Opens ``folder`` at ``scene``, else the one shown last; False, with a notice, on failure.

        False, too, where the user would rather not leave the folder that is open (`may_leave`).

        Where only the labels folder is another one, edits that are not saved yet go there: that the
        former cannot be written may be the very reason.
        """
        folder = folder.absolute()
        memory = self.remembered.memory_of(folder)
        labels_folder = labels_folder or memory.labels_folder
        try:
            project = Project.open(folder, labels_folder)
        except UserError as error:
            self.refuse_folder(refusal(error, folder, labels_folder, self.remembered))
            return False
        if not self.may_leave() or not self.saving.save_elsewhere(project) or not self._close_project():
            return False
        self._forget_refusal()
        self.project = project
        self._count_places()
        memory = self.remembered.memory_of(folder)  # closing may have noted something
        restore_choices(self, project, self.model_finder, memory.model)
        self.remembered.keep(memory.model_copy(update={"labels_folder": labels_folder}))
        self.project_changed.emit()
        self.go_to(scene_called(project, scene or memory.scene))
        tell_troubles(self, project)
        self.journals.look_after(project)
        return True

    def refuse_folder(self, sentence: str) -> None:
        """Says why a folder cannot be opened; what was said of one before is outdated."""
        self._forget_refusal()
        self._refusal = sentence
        self._tell_error(sentence)

    def close_folder(self) -> bool:
        """Saves and closes the project; False where it stays open.

        That is where the scene, or a mark of one, could not be saved, or where the user would rather not lose
        a training. A mark that is lost is told; to close once more closes.
        """
        return self.may_leave() and self._close_project()

    def let_go(self) -> bool:
        """Saves and closes the open scene, and forgets the documents visited; the project stays open.

        False where it cannot be saved.
        """
        if not self._leave_scene(self.save):
            return False
        self.journals.forget_visits()
        self._announce_scene()
        return True

    def remember(self) -> None:
        """Notes what the next start restores."""
        self.remember_choices()
        self.remembered.reopen = self.project is not None
        if self.project is not None and self.scene is not None:
            memory = self.remembered.memory_of(self.project.folder)
            model = None if self.model is None else self.model.name
            self.remembered.keep(memory.model_copy(update={"scene": self.scene.name, "model": model}))

    def take_in_scenes(self, before: frozenset[Scene]) -> None:
        """Announces the scenes of the project, which were others ``before``."""
        after = frozenset(self.scenes)
        if after != before:
            self._count_places()
            self.project_changed.emit()
        if found := len(after - before):
            sentence = self.tr("1 new scene found.") if found == 1 else self.tr("{} new scenes found.")
            self.notice.emit(sentence.format(found), "info")

    def go_to(self, scene: Scene) -> bool:
        """Opens another scene after saving this one; False where that fails, and this one stays.

        A large image is read in the background, and `scene_changed` comes again when it is there. A large
        mask is saved while the other scene opens; where that fails, its scene is opened again.
        """
        if self.project is None:
            return False
        if scene == self.scene:
            return True
        if not self._leave_scene(self.saving.leave):
            return False
        self.scene = scene
        self._open_scene(self.project, scene, wait=self.journals.keeps_edits(scene))
        self._opening.look_ahead()
        return True

    def next_scene(self) -> None:
        self.walk.step(1)

    def previous_scene(self) -> None:
        self.walk.step(-1)

    def save(self) -> bool:
        """Writes the open scene where it has changed; False, with a notice, where that fails."""
        if self.document is not None:
            self.document.commit()
        return self.saving.save(tell_again=True)

    def autosave(self) -> None:
        """As `save`, but leaves a stroke under way alone and tells a lasting failure only once."""
        if self.document is not None and not self.document.in_stroke:
            self.saving.autosave()

    def mark_done(self, go_on: bool = True) -> None:
        """Accepts what the model said and is still unchecked, marks the scene as done, and may go on.

        A preview becomes the mask before; where it is too early for that, nothing is marked.
        """
        if not self.previews.settle() or self._visit is None:
            return
        changed = self._visit.document.accept(None)
        self._visit = self._visit.with_done(True)
        self.saving.effort.note_edit()
        self.announce_edit(changed)
        if self.save() and go_on and self.settings.get(declared.GO_ON_AFTER_DONE):
            self.walk.step_undone(1)

    def unmark_done(self) -> None:
        """The scene counts as edited again; its pixels stay."""
        if self._visit is not None:
            self._visit = self._visit.with_done(False)
            self.saving.effort.note_edit()
            self.announce_edit(EMPTY_RECT)
            self.save()

    def undo(self) -> None:
        """Takes back the last edit; taking back what marking as done accepted takes the mark back too."""
        self.history_walk.undo()

    def redo(self) -> None:
        """Does it again, the mark as done included."""
        self.history_walk.redo()

    def after_paint(self, changed: Rect) -> None:
        """Announces the pixels that a stroke under way has changed."""
        if not changed.is_empty:
            self.saving.effort.note_edit()
            self.document_changed.emit(changed)
            self.mask_modified.emit(True)

    def after_edit(self, changed: Rect, visit: Visit | None = None) -> None:
        """Announces an edit of a person that is complete; ``visit`` takes the place of the open one."""
        self._visit = visit or self._visit
        if not changed.is_empty:
            self.saving.effort.note_edit()
        self.announce_edit(changed)

    def announce_edit(self, changed: Rect) -> None:
        """Announces a change of the mask that is nobody's work: a prediction, or a stroke taken back.

        A scene in which that left pixels that nobody has checked is not done.
        """
        if not changed.is_empty:
            if self._visit is not None and self._visit.document.origin_counts()[Origin.MODEL]:
                self._visit = self._visit.with_done(False)
            self.document_changed.emit(changed)
        self.history_changed.emit()
        self.mask_modified.emit(self._visit is not None and self._visit.modified)

    def change_visit(self, visit: Visit, changed: Rect) -> None:
        """``visit`` takes the place of the open one, whose document has changed in a rect."""
        self._visit = visit
        self.announce_edit(changed)

    def reopen_scene(self) -> None:
        """Reads image and mask of the open scene again; what is not saved is lost."""
        self.saving.finish()
        if self.project is not None and self.scene is not None:
            self._open_scene(self.project, self.scene, wait=True)

    def tell_problem(self) -> None:
        """Says why the open scene cannot be edited."""
        if self.problem is not None:
            self._tell_error(self.problem)

    def models(self) -> list[ModelEntry]:
        """The shipped models and those trained in this folder; a broken one is told, once."""
        return self.model_finder.models(self.project)

    def prelabel(self, scenes: Sequence[Scene]) -> None:
        """Predicts ``scenes`` in the background; pixels that a person checked stay."""
        self.predictions.request(scenes)

    def _close_project(self) -> bool:
        if self.project is not None:
            self.remember()
        if not self.marking.finish() or not self._leave_scene(self.save):
            return False
        if self.project is not None:
            self.project = None
            self.predictions.give_up_all()
            self.model_finder.show_all()
            self._opening.stop()
            self.journals.forget_visits()
            self.project_changed.emit()
            self._announce_scene()
        return True

    def _open_scene(self, project: Project, scene: Scene, wait: bool) -> None:
        if self._visit is not None:
            self._visit.end()
        self.image, self.problem, self._visit = None, None, None
        if not wait and self._opening.begin(project, scene):
            self._announce_scene()
        else:
            self._on_arrival(Arrival(project, scene))

    def _on_arrival(self, arrival: Arrival) -> None:
        project, scene = arrival.project, arrival.scene
        try:
            self.image = self._opening.read(scene) if arrival.image is None else arrival.image
            self.known.note_readable(scene)
            if arrival.mask is None:
                self._visit = self.journals.visit(project, scene, (self.image.shape[0], self.image.shape[1]))
            else:
                self._visit = self.journals.take(scene, arrival.mask)
        except UserError as error:
            self.problem = str(error)  # the canvas shows it
        self._announce_scene()
        if self._visit is None:
            return
        if self._visit.modified:  # there are edits that were not saved
            self.saving.effort.note_edit()
        if self._visit.modified or arrival.mask is not None:  # which was read while jobs may have written
            self.saving.take_over_file()

    def _announce_scene(self) -> None:
        self._hand_over_rules()
        self.scene_changed.emit()
        self.document_replaced.emit()
        self.history_changed.emit()
        self.mask_modified.emit(self._visit is not None and self._visit.modified)

    def _leave_scene(self, save: Callable[[], bool]) -> bool:
        if not save():
            return False
        if self.scene is not None and self._visit is not None:
            self.journals.keep(self.scene, self._visit)
        if self.problem is not None:
            self.notice_outdated.emit(self.problem)
        self._opening.give_up()
        self.scene = self.image = self.problem = self._visit = None
        self.saving.effort.leave()
        return True

    def _forget_refusal(self) -> None:
        if self._refusal:
            self.notice_outdated.emit(self._refusal)
        self._refusal = ""

    def _count_places(self) -> None:
        self._places = {scene.name: place for place, scene in enumerate(self.scenes)}

    def _hand_over_rules(self) -> None:
        if self.document is not None:
            self.document.rules = self.rules

    def _tell_error(self, sentence: str) -> None:
        self.notice.emit(sentence, "error")
