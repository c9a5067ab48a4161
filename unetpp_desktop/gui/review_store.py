"""What the window knows of the doubtful regions of the folder: reads it, keeps it true, has it made."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.jobs import Job, JobState
from unetpp_desktop.gui.model_finder import with_more
from unetpp_desktop.gui.prelabel_host import Delivery
from unetpp_desktop.gui.review_work import Building, Loaded, Loading, Saved, Saving
from unetpp_desktop.nn.uncertainty import error_rates
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.folder_reviews import FolderReviews
from unetpp_desktop.tasks.review import Region, SceneReview, refreshed, review_mask, with_deferred
from unetpp_desktop.tasks.scene_reviews import ReviewReport, judgement_of, kept_review, save_review

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

_PAUSE_MS = 400  # masks are often written one soon after the other
_BY_ITSELF = 12  # so few scenes are looked at without being asked


class ReviewStore(QObject):
    """The reviews of the session's project, from the moment that somebody wants to know them.

    The regions of the open scene follow its document, those of the others what was saved.
    """

    changed = Signal()  # the regions, or what became of them
    building_changed = Signal()
    ranked = Signal()  # `ranking` is new

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._project: Project | None = None
        self.folder = FolderReviews()
        self.ranking: tuple[str, ...] = ()  # names of scenes, what is worth correcting first in front
        self._rank = False  # at the next reading
        self.loaded = False  # whether `folder` is what lies on the disk
        self._open: SceneReview | None = None
        self._wanted = False
        self._stale: set[str] | None = None  # scenes to be read; None: all
        self._loading: Job | None = None
        self._building: Job | None = None
        self._tried: set[str] = set()  # scenes that were looked at, whether or not anything was found
        self._unsaved: dict[str, SceneReview] = {}
        self._saving: Job | None = None
        self._save_again = False  # a region was put off meanwhile
        self._refusal = ""  # why reviews cannot be saved, as it was told
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._load)
        session.project_changed.connect(self._on_project_changed)
        session.scene_states_changed.connect(self._on_states_changed)
        session.marking.changed.connect(self._on_marks_changed)
        session.document_replaced.connect(self._follow_open)
        session.history_changed.connect(self._refresh_open)
        session.predicted.connect(self._on_predicted)
        session.saved.connect(self._save)

    def want(self) -> None:
        """From now on the reviews are known; reads them where they are not."""
        if not self._wanted and self._session.project is not None:
            self._wanted = True
            self._stale = None
            self._load()

    def rank(self) -> None:
        """Has the scenes ranked anew; `ranked` follows."""
        self._wanted = self._session.project is not None
        self._rank, self._stale = True, None
        self._load()

    def region(self, scene: str, number: int) -> Region | None:
        """A region of the open scene, with its stencil; None where there is none such."""
        review = self._open
        if review is None or review.scene != scene or number >= len(review.regions):
            return None
        return review.regions[number]

    def defer(self, region: Region) -> None:
        """Puts a region of the open scene off: it comes behind all others."""
        if self._open is None or self._open.scene != region.scene:
            return
        self._unsaved[region.scene] = with_deferred(self._open, region.number)
        self._take_open(self._unsaved[region.scene])
        self._save()

    def read_again(self, scene: str) -> None:
        """What is known of a scene may not be true any more."""
        self._on_states_changed((scene,))

    @property
    def building(self) -> bool:
        """Whether scenes are being looked at."""
        return self._building is not None

    def missing(self) -> tuple[Scene, ...]:
        """The included scenes with unchecked predictions in which nobody has looked for doubtful regions."""
        project, known, reviews = self._session.project, self._session.known, self.folder.scenes
        found = []
        for scene in () if project is None else project.included_scenes:
            facts = known.facts(scene)
            to_review = facts is not None and facts.state in (SceneState.PREDICTED, SceneState.EDITED)
            if to_review and facts is not None and facts.counts[Origin.MODEL] and scene.name not in reviews:
                found.append(scene)
        return tuple(found)

    @property
    def can_build(self) -> bool:
        """Whether there are scenes that nobody has tried to look at."""
        untried = any(scene.name not in self._tried for scene in self.missing())
        return untried and self._session.model is not None

    def build(self) -> None:
        """Looks for the doubtful regions of the scenes that miss them, in a job that is seen."""
        session = self._session
        if self.building or (not session.strokes.under_way and not session.save()):
            return
        scenes = self.missing()
        if session.model is None or not scenes:
            sentence = self.tr("There is nothing to look for: pre-label scenes first.")
            session.notice.emit(sentence, "info")
            return
        if len(scenes) == 1:
            title = self.tr("Find what to review in {}").format(scenes[0].name)
        else:
            title = self.tr("Find what to review in {} scenes").format(len(scenes))
        self._build(scenes, lambda work: session.jobs.start(title, work, self._on_built))

    def build_few(self) -> None:
        """Does the same unseen where it is quickly done and nothing else is going on."""
        session = self._session
        scenes = tuple(scene for scene in self.missing() if scene.name not in self._tried)
        idle = self.loaded and not session.jobs.active and not session.jobs.closed
        if idle and session.model is not None and 0 < len(scenes) <= _BY_ITSELF:
            self._build(scenes, lambda work: session.jobs.start_quietly("review", work, self._on_built))

    def _build(self, scenes: Sequence[Scene], start: Callable[[Building], Job]) -> None:
        session = self._session
        if self._building is not None or session.project is None or session.model is None:
            return
        self._tried |= {scene.name for scene in scenes}
        loading = self.tr("loading the network")
        work = Building(
            session.project, scenes, session.model, session.device, session.depth, session.predictors, loading
        )
        self._building = start(work)
        self._building.state_changed.connect(self._on_build_state)
        self.building_changed.emit()

    def _on_built(self, report: ReviewReport) -> None:
        if report.problems:
            self._session.notice.emit(with_more(report.problems), "error")

    def _on_build_state(self) -> None:
        if self._building is not None and self._building.state is JobState.ENDED:
            self._building = None
            self._stale = None  # what was found before a cancel is kept, too
            self._soon.start()
            self.building_changed.emit()

    def _on_project_changed(self) -> None:
        if self._session.project is self._project:
            self._take_in_scenes()
            return
        self._project = self._session.project
        self._wanted, self.loaded, self._open = False, False, None
        self.folder, self.ranking = FolderReviews(), ()
        self._tried.clear()
        self._unsaved.clear()
        self._refusal = ""
        for job in (self._loading, self._building):
            if job is not None:
                job.cancel()
        self.changed.emit()

    def _take_in_scenes(self) -> None:
        """The folder has other scenes; what is known of those before and done on them goes on."""
        self._stale = None
        if self._wanted:
            self._soon.start()

    def _on_states_changed(self, names: Sequence[str]) -> None:
        if self._stale is not None:
            self._stale = self._stale | set(names) if names else None
        if self._wanted and not self._soon.isActive():
            self._soon.start()

    def _on_marks_changed(self, names: Sequence[str]) -> None:
        """Excluded scenes leave the queue, and come back with what is known of them."""
        project, reviews = self._session.project, self.folder.scenes
        if project is None:
            return
        if self._loading is None:  # else what it brings is not known yet
            names = [name for name in names if project.marks.of(name).excluded == (name in reviews)]
        if names:
            self._on_states_changed(names)

    def _load(self) -> None:
        project = self._session.project
        if not self._wanted or project is None or self._loading is not None:
            return
        if self._session.jobs.closed:
            return
        scenes = [scene for scene in project.scenes if self._stale is None or scene.name in self._stale]
        before = FolderReviews() if self._stale is None else self.folder
        self._stale = set()
        work = Loading(project, scenes, before, self._rank)
        self._rank = False
        self._loading = self._session.jobs.start_quietly("reviews", work, self._on_loaded)
        self._loading.state_changed.connect(self._on_loading_state)

    def _on_loaded(self, loaded: Loaded) -> None:
        project, folder, ranking = loaded
        if project is self._session.project:
            if ranking is not None:
                self.ranking = ranking
                self.ranked.emit()
            self.folder, self.loaded = folder, True
            self._unsaved = {
                name: review for name, review in self._unsaved.items() if folder.keeps_order_with(review)
            }
            self._follow_open()
            self.changed.emit()

    def _on_loading_state(self) -> None:
        if self._loading is not None and self._loading.state is JobState.ENDED:
            self._loading = None
            if self._stale is None or self._stale or self._rank:
                self._soon.start()  # not at once: the window may be closing

    def _follow_open(self) -> None:
        """Takes the regions of the open scene with their stencils."""
        session = self._session
        self._open = None
        if session.project is None or session.scene is None or session.document is None:
            return
        if session.scene.name in self.folder.scenes:
            review = self._unsaved.get(session.scene.name) or kept_review(session.project, session.scene)
            if review is not None and review.size == session.document.shape:
                self._take_open(refreshed(review, session.document.origins))

    def _refresh_open(self) -> None:
        """An edit may have decided regions, or brought them back."""
        if self._open is not None and self._session.document is not None:
            self._take_open(refreshed(self._open, self._session.document.origins))

    def _take_open(self, review: SceneReview) -> None:
        before, self._open = self.folder.scenes.get(review.scene), review
        same = before is not None and [region.state for region in before.regions] == [
            region.state for region in review.regions
        ]
        if not same:
            self.folder = self.folder.with_scene(review)
            self.changed.emit()

    def _save(self) -> None:
        """What the disk refuses waits until a region is put off or a mask saved again; why is told once."""
        project = self._session.project
        if project is None or not self._unsaved or self._session.jobs.closed:
            return
        self._save_again = self._saving is not None
        if self._saving is None:
            work = Saving(project, tuple(self._unsaved.values()))
            self._saving = self._session.jobs.start_quietly("save reviews", work, self._on_saved)
            self._saving.state_changed.connect(self._on_saving_state)

    def _on_saved(self, saved: Saved) -> None:
        for review in saved.reviews:
            if self._unsaved.get(review.scene) is review:
                del self._unsaved[review.scene]
        if saved.problem and not self._refusal:
            self._refusal = saved.problem
            self._session.notice.emit(saved.problem, "error")
        elif self._refusal and not saved.problem:
            self._session.notice_outdated.emit(self._refusal)
            self._refusal = ""

    def _on_saving_state(self) -> None:
        if self._saving is not None and self._saving.state is JobState.ENDED:
            self._saving = None
            if self._save_again:
                QTimer.singleShot(0, self, self._save)

    def _on_predicted(self, delivery: Delivery) -> None:
        """The prediction is put into the document next; what is doubtful in it is known already."""
        if delivery.prediction.uncertainty is not None:
            QTimer.singleShot(0, self, lambda: self._review_delivered(delivery))

    def _review_delivered(self, delivery: Delivery) -> None:
        session, visit, prediction = self._session, self._session.visit, delivery.prediction
        if visit is None or delivery.scene != session.scene or delivery.project is not session.project:
            return
        document, card = visit.document, delivery.model.card
        own = document.origins == Origin.MODEL
        if visit.provenance.model != card.name or document.shape != prediction.labels.shape:
            return
        if not np.array_equal(document.labels[own], prediction.labels[own]):
            return
        judgement = judgement_of(card, prediction.depth, visit.provenance)
        planes = document.labels.copy(), document.origins.copy()
        rates = error_rates(card, prediction.depth)

        def work(progress: Progress) -> tuple[str]:
            progress(0, 1, "")
            name = delivery.scene.name
            save_review(delivery.project, review_mask(name, prediction, *planes, rates, judgement))
            return (name,)

        session.jobs.start_quietly("review", work, self._on_states_changed)
