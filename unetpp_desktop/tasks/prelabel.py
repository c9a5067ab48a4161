"""Pre-labelling the scenes of a folder."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from unetpp_desktop.core.errors import UserError, WriteError
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.explanation import Explanation
from unetpp_desktop.nn.memory import DEFAULT_MEMORY
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.registry import resolve_model
from unetpp_desktop.nn.scale import AUTO, USUAL_LOOKS
from unetpp_desktop.storage.images import read_image
from unetpp_desktop.storage.project import Project, SceneState
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.overlapping import overlapping
from unetpp_desktop.tasks.prelabel_host import Alone, Host, ScenePrediction
from unetpp_desktop.tasks.saved_predictions import save_prediction
from unetpp_desktop.tasks.scene_edits import refuse_changed_outside
from unetpp_desktop.tasks.scene_reviews import predict_for_review, predict_together

_SAVE_TRIES = 3  # of a mask that is being saved by others, too


@dataclass(frozen=True)
class PrelabelReport:
    """How many scenes were labelled, and one sentence for each that could not be."""

    done: int
    problems: tuple[str, ...]
    explanation: Explanation | None = None  # of a whole folder: what it was predicted with, and why


def rank_image(image: np.ndarray, palette: Palette, predictor: Predictor, depth: int) -> np.ndarray:
    """The likeliest classes of each pixel of an image, as `Predictor.predict_ranked` gives them.

    They are the mask values of ``palette``; what it lacks, matched by name, becomes void.
    """
    ranked = predictor.predict_ranked(image, min(depth, predictor.card.depth))
    translated: np.ndarray = palette.mapping_from(predictor.card.palette)[ranked]
    return translated


def prelabel_scenes(
    project: Project, scenes: Sequence[Scene], predictor: Predictor, depth: int, progress: Progress
) -> PrelabelReport:
    """As `prelabel_for`, where nobody works on the scenes meanwhile."""
    return prelabel_for(Alone(predictor), project, scenes, depth, progress)


def prelabel_for(
    host: Host,
    project: Project,
    scenes: Sequence[Scene],
    depth: int,
    progress: Progress,
) -> PrelabelReport:
    """Labels ``scenes`` at ``depth`` and saves their masks; pixels that a person checked stay.

    While the network works on one scene, the next is read and the one before is saved. Scenes that
    are done are left alone, whatever their void pixels might be predicted as. What is doubtful in the
    others is kept for review, see `scene_reviews`. An open scene is not saved but delivered.

    A scene that cannot be read, or whose mask others keep saving, is named in the report, and the
    rest goes on. Raises `UserError` where model and project have no class in common, `WriteError`
    where masks cannot be written: the next ones could not be either. What was predicted when
    ``progress`` raises `Cancelled` is still saved.
    """
    return _Prelabelling(host, project, scenes, depth, progress).run()


@dataclass(frozen=True)
class _Ready:
    """A scene whose image was read, or why it is not predicted."""

    scene: Scene
    image: np.ndarray | None = None
    is_labelled: bool = False  # by people, every pixel
    problem: str = ""


class _Prelabelling:
    """Three steps for each scene, which `overlapping` runs on a thread each."""

    def __init__(
        self,
        host: Host,
        project: Project,
        scenes: Sequence[Scene],
        depth: int,
        progress: Progress,
    ) -> None:
        self._host, self._project, self._depth = host, project, depth
        self._scenes = scenes
        self._progress = progress
        self._waiting = list(scenes)
        self._begun = 0  # on the working thread: how many scenes its progress counts
        self._note = ""
        self._done = 0
        self._problems: dict[Scene, str] = {}

    def run(self) -> PrelabelReport:
        overlapping(self._take, self._read, self._predict_all, self._finish, self._ask, self._host.at_once)
        self._progress(len(self._scenes), len(self._scenes), "")
        problems = [self._problems[scene] for scene in self._scenes if scene in self._problems]
        return PrelabelReport(self._done, tuple(problems))

    def _ask(self) -> None:
        self._progress(self._begun, len(self._scenes), self._note)

    def _take(self) -> Scene | None:
        if not self._waiting:
            return None
        scene = self._host.next_of(self._waiting)
        self._waiting.remove(scene)
        return scene

    def _read(self, scene: Scene) -> _Ready:
        facts = self._project.facts(scene)
        if facts.state is SceneState.DONE:
            return _Ready(scene)
        try:
            is_open = self._host.is_open(scene)
            if facts.state is SceneState.CHANGED_OUTSIDE and not is_open:
                refuse_changed_outside(self._project, scene, self._project.load_mask(scene))
            image = read_image(scene.image_path)
        except UserError as error:
            return _Ready(scene, problem=str(error))
        is_labelled = not is_open and facts.human_pixels == image.shape[0] * image.shape[1]
        return _Ready(scene, image, is_labelled)

    def _predict_all(self, group: Sequence[_Ready]) -> Sequence[_Ready | ScenePrediction]:
        together = self._predict_together(group) if len(group) > 1 else None
        return together or [self._predict(ready) for ready in group]

    def _predict_together(self, group: Sequence[_Ready]) -> list[ScenePrediction] | None:
        """Predicts scenes in one turn; None where one of them is not to be predicted, or not so."""
        images = [ready.image for ready in group if ready.image is not None and not ready.is_labelled]
        if len(images) < len(group):
            return None
        scenes, palette = [ready.scene for ready in group], self._project.palette
        self._note = scenes[0].name
        self._ask()
        with self._host.turn(scenes[0], self._ask) as predictor:
            if predictor is None:
                return None
            self._check_classes(predictor.card)
            found = predict_together(images, palette, predictor, self._depth)
            if found is None:
                return None
            self._begun += len(group)
            return [
                ScenePrediction(scene, prediction, palette, predictor.card)
                for scene, prediction in zip(scenes, found, strict=True)
            ]

    def _predict(self, ready: _Ready) -> _Ready | ScenePrediction:
        scene, image = ready.scene, ready.image
        self._note = scene.name
        self._ask()
        try:
            if image is None or ready.is_labelled:
                return replace(ready, image=None)
            with self._host.turn(scene, self._ask) as predictor:
                if predictor is None:
                    return _Ready(scene)
                self._check_classes(predictor.card)
                return self._predicted(scene, image, predictor)
        finally:
            self._begun += 1

    def _predicted(self, scene: Scene, image: np.ndarray, predictor: Predictor) -> _Ready | ScenePrediction:
        palette = self._project.palette
        alone = len(self._scenes) == 1

        def progress(tile: int, tiles: int, _note: str) -> None:
            if alone:
                self._progress(tile, tiles, scene.name)
            else:
                self._progress(self._begun, len(self._scenes), f"{scene.name} ({tile + 1}/{tiles})")

        try:
            prediction = predict_for_review(image, palette, predictor, self._depth, progress)
        except UserError as error:
            return _Ready(scene, problem=str(error))
        return ScenePrediction(scene, prediction, palette, predictor.card)

    def _check_classes(self, card: ModelCard) -> None:
        if not set(card.palette.names) & set(self._project.palette.names):
            raise UserError(
                f"The model {card.name} knows none of the classes of {self._project.folder}. "
                "Choose a model that was trained with them."
            )

    def _finish(self, result: _Ready | ScenePrediction) -> None:
        if isinstance(result, _Ready):
            if result.problem:
                self._problems[result.scene] = result.problem
            self._done += result.is_labelled
        elif self._host.is_wanted(result.scene):
            try:
                self._done += self._keep(result)
            except WriteError:
                raise
            except UserError as error:
                self._problems[result.scene] = str(error)
        self._host.finished(result.scene)

    def _keep(self, predicted: ScenePrediction) -> bool:
        """Delivers or saves a prediction; False where the scene is done by now.

        Raises `UserError` where the mask cannot be read or written, or others keep saving it.
        """
        for _ in range(_SAVE_TRIES):
            if self._host.is_open(predicted.scene):
                self._host.deliver(predicted)
                return True
            if self._project.state(predicted.scene) is SceneState.DONE:
                return False
            if save_prediction(self._project, predicted):
                return True
        raise UserError(
            f"{predicted.scene.image_path}: its mask was changed meanwhile and was left as it is."
        )


def prelabel_folder(
    folder: Path,
    labels: Path | None,
    model: str,
    depth: int,
    device: str,
    progress: Progress,
    engine: str = "auto",
    precision: str = "auto",
    memory: int = DEFAULT_MEMORY,
    scale: str = AUTO,
    looks: int = USUAL_LOOKS,
) -> PrelabelReport:
    """Pre-labels every scene of ``folder`` but the excluded ones.

    Raises `UserError` where folder, model, device, engine, precision, memory, scale or looks are wrong.
    """
    project = Project.open(folder, labels)
    entry = resolve_model(model, project.own_folder / "models")
    predictor = open_predictor(entry, device, engine, precision, memory, scale, looks)
    report = prelabel_scenes(project, project.included_scenes, predictor, depth, progress)
    return replace(report, explanation=predictor.explanation)
