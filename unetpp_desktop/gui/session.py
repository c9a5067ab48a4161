"""The one place that knows which project, scene and document are open; widgets are views of it."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTime, QTimer, Signal

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.settings import Settings
from unetpp_desktop.editing.document import ACCEPT_NAME, MaskDocument
from unetpp_desktop.gui.choices import Choices
from unetpp_desktop.gui.jobs import Jobs
from unetpp_desktop.gui.model_finder import ModelFinder, with_more
from unetpp_desktop.gui.prelabelling import Prelabelling
from unetpp_desktop.gui.remembered import Remembered
from unetpp_desktop.gui.strokes import Strokes
from unetpp_desktop.gui.visits import Visit, Visits, merged_with_file, open_visit, save_visit
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.prelabel import PrelabelReport

_MEGABYTE = 1 << 20
_SAME_WORK_S = 30.0  # a longer pause between two edits is not counted as work


class Session(Choices):
    """State of the window. Every change of the open scene's pixels goes through its document."""

    project_changed = Signal()  # another project, none, or other scenes in it
    scene_changed = Signal()  # another scene is open, or none
    document_changed = Signal(object)  # the Rect whose pixels are new
    document_replaced = Signal()  # the document is another object, or none
    history_changed = Signal()
    saved = Signal(str)  # time of day
    scene_states_changed = Signal(object)  # tuple of scene names, empty: any
    notice = Signal(str, str)  # sentence, "info" or "error"
    notice_outdated = Signal(str)  # a sentence that was told and no longer holds
    mask_modified = Signal(bool)

    def __init__(
        self, settings: Settings, remembered: Remembered, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(settings, remembered, parent)
        self.jobs = jobs
        self.project: Project | None = None
        self.scene: Scene | None = None
        self.image: np.ndarray | None = None
        self.problem: str | None = None  # why the open scene cannot be shown or edited
        self._visit: Visit | None = None
        self._visits = Visits()
        self._places: dict[str, int] = {}  # of the scenes by name: a folder may hold thousands
        self.last_failure = ""  # why saving failed last; "" after it worked
        self._worked_s = 0.0
        self._last_edit = 0.0
        self.strokes = Strokes(self)
        self._models = ModelFinder(self._tell_error)
        self._prelabelling = Prelabelling(jobs, self)
        self._prelabelling.predicted.connect(self.take_prediction)
        self._prelabelling.scenes_saved.connect(self.scene_states_changed)
        self._prelabelling.finished.connect(self._tell_report)
        self._autosave = QTimer(self)
        self._autosave.timeout.connect(self.autosave)
        self._apply_settings()
        self.settings_changed.connect(self._apply_settings)
        self.scene_states_changed.connect(self._take_over_file)
        self.class_flags_changed.connect(self._lock_classes)
        self.depth_changed.connect(self._predict_again)
        jobs.failed.connect(self._tell_error)

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
    def is_done(self) -> bool:
        """Whether the open scene is marked as done."""
        return self._visit is not None and self._visit.provenance.done

    def open_folder(self, folder: Path, labels_folder: Path | None = None, scene: str | None = None) -> bool:
        """Opens ``folder`` at ``scene``, else the one shown last; False, with a notice, on failure."""
        folder = folder.absolute()
        memory = self.remembered.memory_of(folder)
        labels_folder = labels_folder or memory.labels_folder
        try:
            project = Project.open(folder, labels_folder)
        except UserError as error:
            self._tell_error(str(error))
            return False
        if not self.close_folder():
            return False
        self.project = project
        self._count_places()
        self.set_palette(project.palette)
        self._models.forget_told()
        chosen = self._models.choice(project, self.remembered.model)
        if chosen is not None:
            self.set_model(chosen)
        wanted = scene or memory.scene
        self.remembered.keep(memory.model_copy(update={"labels_folder": labels_folder}))
        self.project_changed.emit()
        self.go_to(next((entry for entry in project.scenes if entry.name == wanted), project.scenes[0]))
        if project.read_only:
            sentence = self.tr("{} is read-only. Choose a labels folder elsewhere before you paint.")
            self._tell_error(sentence.format(project.labels_folder))
        return True

    def close_folder(self) -> bool:
        """Saves and closes the project; False where the scene could not be saved and so stays open."""
        if self.project is not None:
            self.remember()
        if not self._leave_scene():
            return False
        if self.project is not None:
            self.project = None
            self._visits.clear()
            self.project_changed.emit()
            self._announce_scene()
        return True

    def remember(self) -> None:
        """Notes what the next start restores."""
        self.remember_choices()
        self.remembered.reopen = self.project is not None
        if self.project is not None and self.scene is not None:
            memory = self.remembered.memory_of(self.project.folder)
            self.remembered.keep(memory.model_copy(update={"scene": self.scene.name}))

    def rescan(self) -> None:
        """Takes in scenes that were added to the folder or removed from it."""
        if self.project is None:
            return
        before = set(self.project.scenes)
        try:
            after = set(self.project.rescan())
        except UserError as error:
            self._tell_error(str(error))
            return
        if after != before:
            self._count_places()
            self.project_changed.emit()
        if after - before:
            self.notice.emit(self.tr("%n new scene(s) found.", "", len(after - before)), "info")

    def go_to(self, scene: Scene) -> bool:
        """Opens another scene after saving this one; False where that fails, and this one stays."""
        if self.project is None:
            return False
        if scene == self.scene:
            return True
        if not self._leave_scene():
            return False
        self.scene = scene
        self._open_scene(self.project, scene)
        return True

    def next_scene(self) -> None:
        self._step(1)

    def previous_scene(self) -> None:
        self._step(-1)

    def next_undone(self) -> None:
        self._step_undone(1)

    def previous_undone(self) -> None:
        self._step_undone(-1)

    def save(self) -> bool:
        """Writes the open scene where it has changed; False, with a notice, where that fails."""
        if self.document is not None:
            self.document.commit()
        return self._save(tell_again=True)

    def autosave(self) -> None:
        """As `save`, but leaves a stroke under way alone and tells a lasting failure only once."""
        if self.document is not None and not self.document.in_stroke:
            self._save(tell_again=False)

    def mark_done(self) -> None:
        """Accepts what the model said and is still unchecked, and marks the scene as done."""
        if self._visit is None:
            return
        changed = self._visit.document.accept(None)
        self._visit = self._visit.with_done(True)
        self.after_edit(changed)
        if self.save() and self.settings.get(declared.GO_ON_AFTER_DONE):
            self.next_undone()

    def unmark_done(self) -> None:
        """The scene counts as edited again; its pixels stay."""
        if self._visit is not None:
            self._visit = self._visit.with_done(False)
            self.after_edit(EMPTY_RECT)
            self.save()

    def undo(self) -> None:
        """Takes back the last edit; taking back what marking as done accepted takes the mark back too."""
        if self._visit is not None:
            name, changed = self._visit.document.undo_name, self._visit.document.undo()
            self._after_walk(name, changed, done=False)

    def redo(self) -> None:
        """Does it again, the mark as done included."""
        if self._visit is not None:
            name, changed = self._visit.document.redo_name, self._visit.document.redo()
            self._after_walk(name, changed, done=True)

    def after_paint(self, changed: Rect) -> None:
        """Announces the pixels that a stroke under way has changed."""
        if not changed.is_empty:
            now = time.monotonic()
            if now - self._last_edit < _SAME_WORK_S:
                self._worked_s += now - self._last_edit
            self._last_edit = now
            self.document_changed.emit(changed)
            self.mask_modified.emit(True)

    def after_edit(self, changed: Rect) -> None:
        """Announces an edit that is complete."""
        self.after_paint(changed)
        self.history_changed.emit()
        self.mask_modified.emit(self._visit is not None and self._visit.modified)

    def tell_problem(self) -> None:
        """Says why the open scene cannot be edited."""
        if self.problem is not None:
            self._tell_error(self.problem)

    def models(self) -> list[ModelEntry]:
        """The shipped models and those trained in this folder; a broken one is told, once."""
        return self._models.models(self.project)

    def prelabel(self, scenes: Sequence[Scene]) -> None:
        """Predicts ``scenes`` in the background; pixels that a person checked stay."""
        if self.project is None or not scenes or not self.save():
            return
        if self.model is None:
            self._tell_error(
                self.tr("No model is installed. Put a model folder into {}.").format(
                    self.project.own_folder / "models"
                )
            )
            return
        self._prelabelling.start(self.project, scenes, self.model, self.device, self.depth)

    def take_prediction(self, scene: Scene, prediction: Prediction) -> None:
        """Puts a prediction into the open document; a scene that was left meanwhile is predicted again."""
        if (
            self._visit is None
            or scene != self.scene
            or prediction.labels.shape != self._visit.document.shape
        ):
            if self.project is not None and scene in self.project.scenes:
                self.prelabel((scene,))
            return
        changed = self._visit.document.apply_prediction(prediction.labels)
        self._visit = self._visit.predicted_by(self.model.name if self.model else None, prediction.depth)
        self.after_edit(changed)
        self.save()

    def _predict_again(self) -> None:
        document = self.document
        if self.project is None or self.scene is None or document is None or self.model is None:
            return
        counts = document.origin_counts()
        if counts[Origin.MODEL] or counts[Origin.NONE] == document.labels.size:
            self._prelabelling.start_again(self.project, self.scene, self.model, self.device, self.depth)

    def _open_scene(self, project: Project, scene: Scene) -> None:
        self.image, self.problem, self._visit = None, None, None
        try:
            self.image = read_image(scene.image_path)
            self._visit = self._open_visit(project, scene, (self.image.shape[0], self.image.shape[1]))
        except UserError as error:
            self.problem = str(error)  # the canvas shows it
        self._announce_scene()

    def _open_visit(self, project: Project, scene: Scene, shape: tuple[int, int]) -> Visit:
        kept = self._visits.take(scene.name, project.mask_token(scene), shape)
        if kept is not None:
            return kept
        opened = open_visit(project, scene, shape, self.settings.get(declared.HISTORY_MEGABYTES) * _MEGABYTE)
        if opened.stray_pixels:
            sentence = self.tr("{0}: {1} pixels of no class were read as void.")
            self.notice.emit(sentence.format(scene.name, opened.stray_pixels), "info")
        return opened

    def _announce_scene(self) -> None:
        self._prelabelling.set_open_scene(
            None if self._visit is None or self.scene is None else self.scene.name
        )
        self._lock_classes()
        self.scene_changed.emit()
        self.document_replaced.emit()
        self.history_changed.emit()
        self.mask_modified.emit(False)

    def _leave_scene(self) -> bool:
        if not self.save():
            return False
        if self.scene is not None and self._visit is not None:
            self._visits.keep(self.scene.name, self._visit)
        if self.problem is not None:
            self.notice_outdated.emit(self.problem)
        self.scene = self.image = self.problem = self._visit = None
        return True

    def _take_over_file(self) -> None:
        """A job, or an answer about masks changed outside, may have written the file of the open scene."""
        project, scene, visit = self.project, self.scene, self._visit
        if project is None or scene is None or visit is None or project.mask_token(scene) == visit.token:
            return
        if not visit.modified:
            self._open_scene(project, scene)
            return
        self._visit, changed = merged_with_file(project, scene, visit)
        self.after_edit(changed)

    def _count_places(self) -> None:
        self._places = {scene.name: place for place, scene in enumerate(self.scenes)}

    def _step(self, by: int) -> None:
        place = self.position + by
        if 0 <= place < len(self.scenes):
            self.go_to(self.scenes[place])

    def _step_undone(self, by: int) -> None:
        """The next undone scene in that direction, round the end of the list."""
        if self.project is None:
            return
        here = max(self.position, 0)
        others = self.scenes[here + 1 :] + self.scenes[:here]
        states = self.project.state
        undone = (scene for scene in others[::by] if states(scene) is not SceneState.DONE)
        scene = next(undone, None)
        if scene is None:
            self.notice.emit(self.tr("There is no other undone scene."), "info")
        else:
            self.go_to(scene)

    def _save(self, tell_again: bool) -> bool:
        project, scene, visit = self.project, self.scene, self._visit
        if project is None or scene is None or visit is None or not visit.modified:
            return True
        try:
            self._visit = save_visit(project, scene, visit, self._worked_s)
        except UserError as error:
            if tell_again or str(error) != self.last_failure:
                self._tell_error(str(error))
            self.last_failure = str(error)
            return False
        if self.last_failure:
            self.notice_outdated.emit(self.last_failure)
        self.last_failure, self._worked_s = "", 0.0
        self.mask_modified.emit(False)
        self.saved.emit(QTime.currentTime().toString("HH:mm"))
        self.scene_states_changed.emit((scene.name,))
        return True

    def _after_walk(self, name: str | None, changed: Rect, done: bool) -> None:
        if name == ACCEPT_NAME and self._visit is not None:
            # The rule: whoever takes back the checking takes back "done", which rested on it.
            self._visit = self._visit.with_done(done)
        self.after_edit(changed)

    def _lock_classes(self) -> None:
        if self.document is not None:
            self.document.locked = self.locked

    def _apply_settings(self) -> None:
        self._autosave.start(self.settings.get(declared.AUTOSAVE_SECONDS) * 1000)

    def _tell_report(self, report: PrelabelReport) -> None:
        if report.done > 1:
            self.notice.emit(self.tr("{} scenes are pre-labelled.").format(report.done), "info")
        if report.problems:
            self._tell_error(with_more(report.problems))

    def _tell_error(self, sentence: str) -> None:
        self.notice.emit(sentence, "error")
