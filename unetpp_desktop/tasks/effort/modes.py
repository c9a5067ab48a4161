"""Ways to get the scenes of a folder labelled, each by the same simulated annotator."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.predictor import Predictor
from unetpp_desktop.tasks.effort.annotator import Annotator, Tally
from unetpp_desktop.tasks.effort.curves import Curve, Scoreboard
from unetpp_desktop.tasks.effort.desk import Desk, predict_desk
from unetpp_desktop.tasks.effort.hand import Hand
from unetpp_desktop.tasks.effort.queue import work_through_queue
from unetpp_desktop.tasks.effort.retraining import Learner
from unetpp_desktop.tasks.effort.setting import Setting


@dataclass(frozen=True)
class Outcome:
    """What came of a mode; ``seconds`` is the time of the whole work."""

    curve: Curve
    tally: Tally
    seconds: float


@dataclass(frozen=True)
class Mode:
    """``run(setting, progress)`` lets the annotator work; progress is in scenes."""

    name: str
    run: Callable[[Setting, Progress], Outcome]


class _Session:
    """One annotator before all scenes of a setting."""

    def __init__(self, setting: Setting, progress: Progress) -> None:
        self.setting = setting
        self._progress = progress
        self.annotator = Annotator(Hand(setting.pace, np.random.default_rng(setting.seed)))
        self.board = Scoreboard(len(setting.palette))
        self.desks: list[Desk] = []
        self._done = 0

    def tell(self, note: str) -> None:
        self._progress(self._done, len(self.setting.scenes), note)

    def pre_label(self) -> None:
        for scene in self.setting.scenes:
            self.desks.append(Desk(scene, self.board))
        self.predict(self.setting.predictor)

    def predict(self, predictor: Predictor) -> None:
        """All scenes, where nobody has checked them."""
        for desk in self.desks:
            self.tell(f"predicting {desk.scene.pair.image.name}")
            predict_desk(desk, predictor, self.setting.palette, self.setting.depth)
        self.board.note(self.annotator.hand.seconds)

    def work_through_queue(self) -> Iterator[Desk]:
        return work_through_queue(self.annotator, self.desks, self.changed)

    def changed(self, desk: Desk, rect: Rect) -> None:
        desk.note(rect)
        self.board.note(self.annotator.hand.seconds)
        self.tell(f"{desk.scene.pair.image.name}, {self.annotator.hand.seconds:.0f} s")

    def correct_all(self) -> None:
        """Scene after scene, down to the small errors."""
        for index, desk in enumerate(self.desks):
            self._done = index
            self.annotator.hand.open_scene()
            for rect in self.annotator.correct(desk.open(), desk.truth):
                self.changed(desk, rect)
            desk.close()

    def outcome(self) -> Outcome:
        return Outcome(self.board.curve(), self.annotator.tally, self.annotator.hand.seconds)


def _from_nothing(setting: Setting, progress: Progress) -> Outcome:
    """Scene after scene. Paint goes over void only, so a border is drawn once and not from both sides."""
    session = _Session(setting, progress)
    session.desks = [Desk(scene, session.board) for scene in setting.scenes]
    session.board.note(0.0)
    session.annotator.hand.choose_rule(frozenset((VOID,)))
    session.correct_all()
    return session.outcome()


def _pre_labelled(setting: Setting, progress: Progress) -> Outcome:
    """Scene after scene, each with the model's labels to begin with."""
    session = _Session(setting, progress)
    session.pre_label()
    session.correct_all()
    return session.outcome()


def _queued(setting: Setting, progress: Progress) -> Outcome:
    """First the doubtful regions of all scenes, then scene after scene what the queue has missed."""
    session = _Session(setting, progress)
    session.pre_label()
    for _ in session.work_through_queue():
        pass
    session.correct_all()
    return session.outcome()


def _retrained(setting: Setting, progress: Progress) -> Outcome:
    """The same; whenever so many more scenes are begun, corrections are learnt and all is predicted anew.

    What was painted stays. The training runs beside the window: its time is not the
    annotator's, who is assumed to find the new labels when the next scene comes.
    """
    session = _Session(setting, progress)
    session.pre_label()
    begun: set[str] = set()
    wanted = setting.retrain_every
    with TemporaryDirectory(prefix="unetpp-effort-") as folder:
        learner = Learner(Path(folder), setting)
        queue = session.work_through_queue()
        while (desk := next(queue, None)) is not None:
            begun.add(desk.scene.pair.image.name)
            if len(begun) >= wanted:
                wanted += setting.retrain_every
                predictor = learner.learn(session.desks, session.tell)
                if predictor is not None:
                    session.predict(predictor)
                    queue = session.work_through_queue()  # other regions are in doubt now
    session.correct_all()
    return session.outcome()


MODES = (
    Mode("from-nothing", _from_nothing),
    Mode("pre-label", _pre_labelled),
    Mode("pre-label+queue", _queued),
    Mode("pre-label+queue+retraining", _retrained),
)
"""All of them, from the slowest to what should be the fastest."""
