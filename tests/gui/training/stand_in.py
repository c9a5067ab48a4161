"""What stands in for the network's work in a training."""

import threading
from collections.abc import Callable

import numpy as np

from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.card import DepthMetrics, FinetuneRecord, SceneAgreement
from unetpp_desktop.nn.finetuning import StepReport
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.changed_scenes import ChangedScene
from unetpp_desktop.tasks.finetune import FinetuneOptions, FinetuneResult

STEPS = 12


def metrics(miou: float, **iou: float | None) -> DepthMetrics:
    """Measured on four scenes; ``iou`` by class."""
    return DepthMetrics(miou=miou, pixel_accuracy=0.9, iou=iou, scenes=4, data="4 scenes")


class StandIn:
    """Takes the place of `tasks.finetune.finetune`: counts steps, may be told to wait between two."""

    def __init__(self, candidate: ModelEntry) -> None:
        self.candidate = candidate
        self.go_on = threading.Event()
        self.go_on.set()
        self.bases: list[str] = []
        self.from_chosen: list[bool] = []
        self.refused: str | None = None
        self.agreements: tuple[SceneAgreement, ...] = ()

    def __call__(
        self,
        _project: Project,
        base: ModelEntry,
        options: FinetuneOptions,
        progress: Progress,
        on_step: Callable[[StepReport], None],
        _device: str,
    ) -> FinetuneResult:
        self.bases.append(base.name)
        self.from_chosen.append(options.from_chosen)
        for step in range(STEPS):
            progress(step, STEPS, "learning from your corrections")
            on_step(StepReport(step + 1, STEPS, 1.0 / (step + 1), 0.6 if step % 4 == 3 else None))
            while not self.go_on.wait(0.002):
                progress(step, STEPS, "learning from your corrections")
        before, after = metrics(0.6, Sky=0.9, Pole=0.3), metrics(0.65, Sky=0.8, Pole=0.5)
        return FinetuneResult(
            self.candidate,
            before,
            after,
            {4: before},
            {4: after},
            "4 scenes held out",
            16,
            (),
            self.refused,
            metrics(0.7, Sky=0.8),
            metrics(0.69, Sky=0.79),
            self.agreements,
        )


def changed_scenes_of(
    project: Project, _before: object, _after: object, at_most: int, progress: Progress
) -> list[ChangedScene]:
    """Takes the place of `tasks.changed_scenes.most_changed`: two scenes changed."""
    progress(0, 1, "comparing the models")
    picture = np.zeros((18, 24, 3), np.uint8)
    shares = (0.31, 0.042)
    return [
        ChangedScene(scene, share, picture, picture)
        for scene, share in zip(project.scenes[4:], shares, strict=True)
    ][:at_most]


def record(accepted: str | None = None, refused: str | None = None) -> FinetuneRecord:
    """What the card of a fine-tuned model says of its training."""
    return FinetuneRecord(
        learnt=("0.png", "1.png"),
        held_out=("2.png",),
        compared_on="4 scenes held out",
        compared_with="tiny",
        settings={"steps": 80, "steps_done": 60, "rate": 1e-3, "seed": 0, "share": 0.4},
        before=metrics(0.6),
        after=metrics(0.65),
        refused=refused,
        accepted=accepted,
    )
