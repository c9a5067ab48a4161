"""Ways to get the scenes of a folder labelled, each by the same simulated annotator."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.palette import VOID, Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.predictor import Predictor
from unetpp_desktop.tasks.effort.annotator import Annotator, Tally
from unetpp_desktop.tasks.effort.curves import Counted, Curve, Scoreboard
from unetpp_desktop.tasks.effort.hand import Hand
from unetpp_desktop.tasks.effort.pace import Pace
from unetpp_desktop.tasks.effort.scenes import TrueScene, nothing, opened, rank


@dataclass(frozen=True)
class Setting:
    """What all modes have in common."""

    scenes: tuple[TrueScene, ...]
    palette: Palette
    predictor: Predictor
    depth: int
    seed: int
    pace: Pace


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


def _from_nothing(setting: Setting, progress: Progress) -> Outcome:
    """Scene after scene. Paint goes over void only, so a border is drawn once and not from both sides."""
    annotator = _annotator(setting)
    annotator.hand.choose_rule(frozenset((VOID,)))
    begun = [(nothing(scene), None) for scene in setting.scenes]
    return _scene_by_scene(setting, annotator, begun, progress)


def _pre_labelled(setting: Setting, progress: Progress) -> Outcome:
    """Scene after scene, each with the model's labels to begin with."""
    begun = []
    for index, scene in enumerate(setting.scenes):
        progress(index, len(setting.scenes), f"predicting {scene.pair.image.name}")
        ranked = rank(scene, setting.palette, setting.predictor, setting.depth)
        begun.append((ranked[0], ranked))
    return _scene_by_scene(setting, _annotator(setting), begun, progress)


MODES = (Mode("from-nothing", _from_nothing), Mode("pre-label", _pre_labelled))
"""All of them, from the slowest to what should be the fastest."""


def _annotator(setting: Setting) -> Annotator:
    return Annotator(Hand(setting.pace, np.random.default_rng(setting.seed)))


def _scene_by_scene(
    setting: Setting,
    annotator: Annotator,
    begun: Sequence[tuple[np.ndarray, np.ndarray | None]],
    progress: Progress,
) -> Outcome:
    """``begun`` has the mask of each scene, and what the model ranks there."""
    board, hand = Scoreboard(len(setting.palette)), annotator.hand
    counted = [
        Counted(board, labels, scene.truth) for scene, (labels, _) in zip(setting.scenes, begun, strict=True)
    ]
    board.note(0.0)
    for index, (scene, (labels, ranked)) in enumerate(zip(setting.scenes, begun, strict=True)):
        sight = opened(scene, labels, ranked)
        hand.open_scene()
        for rect in annotator.correct(sight, scene.truth):
            progress(index, len(setting.scenes), f"{scene.pair.image.name}, {hand.seconds:.0f} s")
            counted[index].update(rect, sight.document.labels)
            board.note(hand.seconds)
    return Outcome(board.curve(), annotator.tally, hand.seconds)
