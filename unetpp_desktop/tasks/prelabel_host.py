"""Who has scenes pre-labelled: a command, or a window in which people go on working meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from unetpp_desktop.core.palette import Palette
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.predictor import Prediction, Predictor
from unetpp_desktop.storage.scenes import Scene


@dataclass(frozen=True)
class ScenePrediction:
    """A prediction for review of a scene, in the mask values of ``palette``."""

    scene: Scene
    prediction: Prediction
    palette: Palette
    card: ModelCard


class Host(Protocol):
    """Who has scenes pre-labelled, and may go on working on them meanwhile."""

    @property
    def at_once(self) -> int:
        """How many scenes may be predicted at the same time, in one turn."""
        ...

    def next_of(self, waiting: Sequence[Scene]) -> Scene:
        """The one of the ``waiting`` scenes that should come next. Called on a thread of its own."""
        ...

    def turn(self, scene: Scene, ask: Callable[[], None]) -> AbstractContextManager[Predictor | None]:
        """The network for one prediction of ``scene``; None where nobody wants it any more.

        May wait for its turn; calls ``ask`` meanwhile, which may raise.
        """
        ...

    def is_open(self, scene: Scene) -> bool:
        """Whether the document of ``scene`` lies with the host, so that its file is not to be written."""
        ...

    def is_wanted(self, scene: Scene) -> bool:
        """Whether a prediction of ``scene`` is still to be saved."""
        ...

    def deliver(self, predicted: ScenePrediction) -> None:
        """Takes the prediction of an open scene."""
        ...

    def finished(self, scene: Scene) -> None:
        """Nothing more is done about ``scene``."""
        ...


class Alone:
    """A host with a network of its own and no window: the scenes come as they are, and all are saved."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self.at_once = predictor.at_once

    def next_of(self, waiting: Sequence[Scene]) -> Scene:
        return waiting[0]

    @contextmanager
    def turn(self, scene: Scene, ask: Callable[[], None]) -> Iterator[Predictor]:  # noqa: ARG002
        yield self._predictor

    def is_open(self, scene: Scene) -> bool:  # noqa: ARG002
        return False

    def is_wanted(self, scene: Scene) -> bool:  # noqa: ARG002
        return True

    def deliver(self, predicted: ScenePrediction) -> None:
        raise AssertionError(f"no document of {predicted.scene.name} is open")

    def finished(self, scene: Scene) -> None:
        pass
