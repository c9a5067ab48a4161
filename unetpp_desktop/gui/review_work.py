"""What the jobs of the review do; none of it holds anything of the window."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.gui.predictors import Predictors, Urgency
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.folder_reviews import FolderReviews, folder_reviews
from unetpp_desktop.tasks.review import SceneReview
from unetpp_desktop.tasks.scene_ranking import ranked_scenes
from unetpp_desktop.tasks.scene_reviews import ReviewReport, build_reviews, load_review, save_review


class Loaded(NamedTuple):
    """What is known of a folder; ``ranking`` has the names of its scenes where it was asked for."""

    project: Project
    folder: FolderReviews
    ranking: tuple[str, ...] | None


@dataclass(frozen=True, eq=False)
class Loading:
    """Reads the reviews of ``scenes`` and adds them to those of ``before``; with ``rank`` ranks all.

    Scenes that are excluded have none.
    """

    project: Project
    scenes: Sequence[Scene]
    before: FolderReviews
    rank: bool

    def __call__(self, progress: Progress) -> Loaded:
        folder = self._folder(progress)
        ranking = ranked_scenes(tuple(folder.scenes.values())) if self.rank else None
        return Loaded(self.project, folder, ranking)

    def _folder(self, progress: Progress) -> FolderReviews:
        found: dict[str, SceneReview | None] = {}
        for index, scene in enumerate(self.scenes):
            progress(index, len(self.scenes), "")
            excluded = self.project.is_excluded(scene)
            found[scene.name] = None if excluded else load_review(self.project, scene)
        folder = self.before
        if all(review is not None and folder.keeps_order_with(review) for review in found.values()):
            for review in found.values():
                folder = folder if review is None else folder.with_scene(review)
            return folder
        reviews = {**folder.scenes, **found}
        return folder_reviews(review for review in reviews.values() if review is not None)


class Saved(NamedTuple):
    """What was written; ``problem`` says why something could not be, "" where all of it was."""

    reviews: tuple[SceneReview, ...]
    problem: str


@dataclass(frozen=True, eq=False)
class Saving:
    """Writes reviews in which a region was put off."""

    project: Project
    reviews: tuple[SceneReview, ...]

    def __call__(self, progress: Progress) -> Saved:
        progress(0, 1, "")
        written, problem = [], ""
        for review in self.reviews:
            try:
                save_review(self.project, review)
                written.append(review)
            except UserError as error:
                problem = problem or str(error)
        return Saved(tuple(written), problem)


@dataclass(frozen=True, eq=False)
class Building:
    """Looks at one scene at a time, so that whoever looks at a scene does not wait."""

    project: Project
    scenes: Sequence[Scene]
    model: ModelEntry
    device: str
    depth: int
    predictors: Predictors
    loading: str

    def __call__(self, progress: Progress) -> ReviewReport:
        done, problems, count = 0, list[str](), len(self.scenes)
        warm_up_engine(self.device, lambda: progress(0, count, self.loading))
        for index, scene in enumerate(self.scenes):

            def ask(index: int = index, name: str = scene.name) -> None:
                progress(index, count, name)

            with self.predictors.lent(self.model, self.device, ask, Urgency.FOLDER) as predictor:
                report = build_reviews(self.project, (scene,), predictor, self.depth, silent)
            done += report.done
            problems.extend(report.problems)
        progress(count, count, "")
        if problems and len(problems) == count:
            raise UserError(problems[0])
        return ReviewReport(done, tuple(problems))
