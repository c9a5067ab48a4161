"""What the window does about predictions: asks for them, takes them in, refuses them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.settings import OnOpening
from unetpp_desktop.gui.box_prediction import BoxPrediction
from unetpp_desktop.gui.model_finder import with_more
from unetpp_desktop.gui.prelabel_host import Delivery
from unetpp_desktop.gui.prelabelling import Prelabelling
from unetpp_desktop.gui.visits import Visit
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.prelabel import PrelabelReport

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session


class Predictions(QObject):
    """Stands between the jobs that predict and the document of the open scene."""

    prelabelled = Signal(int)  # how many scenes, where there are several

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._prelabelling = Prelabelling(session.jobs, session.predictors, self)
        self._prelabelling.delivered.connect(self.take)
        self._prelabelling.scenes_saved.connect(session.scene_states_changed)
        self._prelabelling.finished.connect(self._tell_report)
        self._boxes = BoxPrediction(session)
        session.scene_changed.connect(self._on_scene_changed)
        session.depth_changed.connect(self._predict_again)

    @property
    def can_predict(self) -> bool:
        """Whether the open scene can be predicted: its files can be read, and there is a model."""
        session = self._session
        return session.scene is not None and session.problem is None and session.model is not None

    def request(self, scenes: Sequence[Scene]) -> None:
        """Predicts ``scenes`` in the background with the model chosen now.

        Says why where it cannot be. In a longer list the job passes over the scenes that are done.
        """
        session = self._session
        project, model = session.project, session.model
        if project is None or not scenes:
            return
        if len(scenes) == 1 and self.refuses(scenes[0]):
            return
        if not session.strokes.under_way and not session.save():
            return
        if model is None:
            self._tell_no_model(project)
            return
        if len(scenes) == 1 and scenes[0] == session.scene and self.take_held():
            return
        way = (project, scenes, model, session.device, session.depth)
        if len(scenes) > 1 and self._prelabelling.is_under_way(*way):
            session.notice.emit(self.tr("These scenes are being pre-labelled already."), "info")
            return
        self._prelabelling.start(*way)

    def request_box(self, box: Rect) -> None:
        """Predicts a part of the open scene, within its mask; says why where it cannot be."""
        session = self._session
        if session.project is None or session.scene is None or self.refuses(session.scene):
            return
        if session.model is None:
            self._tell_no_model(session.project)
        else:
            self._boxes.request(box)

    def take_held(self) -> bool:
        """Puts what the model chosen is known to say into the open document; False where it is not known."""
        session, prediction = self._session, self._session.answers.prediction
        project, scene, model = session.project, session.scene, session.model
        if project is None or scene is None or model is None or prediction is None:
            return False
        self.take(Delivery(project, scene, prediction, model, session.device, project.palette))
        return True

    def take(self, delivery: Delivery) -> None:
        """Puts a prediction into the open document, or says why not.

        A scene that was left meanwhile is predicted again in the same way: its file is written then.
        So is one that was left and is being read again, and the open one where the project has other
        classes now.
        """
        session, project, scene = self._session, delivery.project, delivery.scene
        if project is not session.project:
            return
        session.predicted.emit(delivery)
        depth = delivery.prediction.depth
        if scene != session.scene or session.is_reading or delivery.palette != project.palette:
            if scene in project.scenes:
                self._prelabelling.start(project, (scene,), delivery.model, delivery.device, depth)
            return
        session.saving.take_over_file()
        visit, refusal = session.visit, self._refusal(scene)
        if visit is None:
            return
        if refusal is not None:
            session.notice.emit(refusal, "info")
            return
        if delivery.prediction.labels.shape != visit.document.shape:
            self._reopen(scene)
            return
        changed = visit.document.apply_prediction(delivery.prediction.labels)
        session.change_visit(visit.predicted_by(delivery.model.name, depth), changed)
        session.autosave()

    def give_up_all(self) -> None:
        """Cancels what runs: the project is being closed."""
        self._prelabelling.give_up_all()

    def refuses(self, scene: Scene) -> bool:
        """Whether ``scene`` is not to be predicted, which is told then."""
        refusal = self._refusal(scene)
        if refusal is not None:
            self._session.notice.emit(refusal, "info")
        return refusal is not None

    def _tell_no_model(self, project: Project) -> None:
        sentence = self.tr("No model is installed. Put a model folder into {}.")
        self._session.notice.emit(sentence.format(project.own_folder / "models"), "error")

    def _refusal(self, scene: Scene) -> str | None:
        """Why ``scene`` is not to be predicted; None where it may be."""
        session = self._session
        visit = session.visit if scene == session.scene else None
        if visit is not None and visit.changed_outside:
            sentence = self.tr(
                "{} was changed by another program. Say first what it counts as, above the scene list."
            )
            return sentence.format(scene.name)
        if self._is_done(scene, visit):
            return self.tr("{} is done; unmark it to pre-label again.").format(scene.name)
        return None

    def _is_done(self, scene: Scene, visit: Visit | None) -> bool:
        if visit is not None:
            return visit.provenance.done
        project = self._session.project
        return project is not None and project.state(scene) is SceneState.DONE

    def _reopen(self, scene: Scene) -> None:
        session = self._session
        if session.save():
            sentence = self.tr("The image of {} has another size now. The scene was opened again.")
            session.notice.emit(sentence.format(scene.name), "info")
            session.reopen_scene()

    def _predict_again(self) -> None:
        """Another depth shows at once what it makes of a scene that the model has labelled."""
        session = self._session
        project, scene, visit, model = session.project, session.scene, session.visit, session.model
        if project is None or scene is None or visit is None or model is None:
            return
        counts = visit.document.origin_counts()
        untouched = counts[Origin.NONE] == visit.document.labels.size
        if untouched:
            wanted = session.settings.get(declared.ON_OPENING) is not OnOpening.PREVIEW
        else:  # a box alone is not a prediction of the scene
            wanted = counts[Origin.MODEL] > 0 and 2 * counts[Origin.NONE] <= visit.document.labels.size
        if wanted and self._refusal(scene) is None and not self.take_held():
            self._prelabelling.start(project, (scene,), model, session.device, session.depth)

    def _on_scene_changed(self) -> None:
        session = self._session
        self._prelabelling.set_open(session.project, None if session.visit is None else session.scene)

    def _tell_report(self, report: PrelabelReport) -> None:
        if report.done > 1:
            self.prelabelled.emit(report.done)
        if report.problems:
            self._session.notice.emit(with_more(report.problems), "error")
