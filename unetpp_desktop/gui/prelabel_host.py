"""What the window answers a job that pre-labels, while its user goes on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from unetpp_desktop.core.palette import Palette
from unetpp_desktop.gui.predictors import Predictors, Urgency
from unetpp_desktop.nn.predictor import Prediction, Predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.prelabel_host import ScenePrediction


@dataclass(frozen=True)
class Delivery:
    """A prediction for a scene that was open in the window, and what it was made with."""

    project: Project
    scene: Scene
    prediction: Prediction
    model: ModelEntry
    device: str
    palette: Palette  # whose mask values the prediction has


@dataclass(eq=False)
class Request:
    """What one job is to predict. A later request has a greater ``number``."""

    number: int
    project: Project
    scenes: tuple[Scene, ...]
    model: ModelEntry
    device: str
    depth: int
    given_up: bool = False  # cancelled: what it still says is dropped


class Attention:
    """What the user looks at, and which requests are outdated; read and written by several threads."""

    def __init__(self) -> None:
        self.open: tuple[Project, Scene] | None = None
        self.newest: dict[Scene, int] = {}  # the latest request that predicted it; changed within a turn


class WindowHost:
    """The `Host` of one request, on the threads of its job."""

    at_once = 1  # whoever looks at a scene waits for one pass of the network at most

    def __init__(
        self,
        request: Request,
        attention: Attention,
        predictors: Predictors,
        post: Callable[[str | Delivery], None],
    ) -> None:
        self._request, self._attention, self._predictors = request, attention, predictors
        self._post = post
        self._places = {scene: place for place, scene in enumerate(request.project.scenes)}

    def next_of(self, waiting: Sequence[Scene]) -> Scene:
        """The open scene, the one after it, the one before it, and then onwards, round the end."""
        opened = self._attention.open
        if opened is None or opened[0] is not self._request.project or opened[1] not in self._places:
            return waiting[0]
        count, here = len(self._places), self._places[opened[1]]

        def rank(scene: Scene) -> float:
            onwards = (self._places.get(scene, here - 1) - here) % count
            return 1.5 if onwards == count - 1 else onwards

        return min(waiting, key=rank)

    @contextmanager
    def turn(self, scene: Scene, ask: Callable[[], None]) -> Iterator[Predictor | None]:
        request = self._request
        urgency = Urgency.ASKED if len(request.scenes) == 1 else Urgency.FOLDER
        with self._predictors.turn(ask, urgency):
            if not self.is_wanted(scene):
                yield None
                return
            yield self._predictors.get(request.model, request.device)
            self._attention.newest[scene] = request.number

    def is_open(self, scene: Scene) -> bool:
        return self._attention.open == (self._request.project, scene)

    def is_wanted(self, scene: Scene) -> bool:
        return self._attention.newest.get(scene, 0) <= self._request.number

    def deliver(self, predicted: ScenePrediction) -> None:
        request = self._request
        self._post(
            Delivery(
                request.project,
                predicted.scene,
                predicted.prediction,
                request.model,
                request.device,
                predicted.palette,
            )
        )

    def finished(self, scene: Scene) -> None:
        self._post(scene.name)
