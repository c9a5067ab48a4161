"""What the predictors of all engines do alike: settle the precisions, cut images into pieces, say why."""

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import Enum, auto
from fractions import Fraction

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.explanation import EngineWhy, Explanation
from unetpp_desktop.nn.memory import MemoryShort, most_pixels, with_less
from unetpp_desktop.nn.precision import LabelsIn, Precisions
from unetpp_desktop.nn.predictor import RANKS, Prediction
from unetpp_desktop.nn.scale import scale_for
from unetpp_desktop.nn.tiles import Answers, Logits, in_pieces, least_pixels


class Question(Enum):
    """What is asked of each pixel at a depth; an answer is ``(planes, H, W)``."""

    LABELS = auto()
    """The likeliest class: one plane, uint8."""
    RANKED = auto()
    """The likeliest classes, likeliest first: `RANKS` planes, uint8."""
    CONFIDENCES = auto()
    """How probable the network holds its own answer: one plane, float32 in 0..1."""
    REVIEW = auto()
    """The likeliest classes, and behind them the uncertainty: `RANKS` + 1 planes, uint8."""
    LOGITS = auto()
    """The logits of all classes, float32, for those who ask something of them later."""


def heads_for(question: Question, depths: Sequence[int]) -> tuple[int, ...]:
    """The depths whose logits are looked at to answer ``question`` for ``depths``."""
    return tuple(range(1, max(depths) + 1)) if question is Question.REVIEW else tuple(depths)


class EnginePredictor(ABC):
    """A `Predictor` but for its engine, which computes one piece of an image at a time.

    ``memory`` is in MiB; ``memory_factor`` says how much more than OpenVINO the engine takes per pixel.
    An engine looks at each piece as often as ``looks`` says.
    """

    engine: str
    leaves_a_core = False

    def __init__(
        self,
        card: ModelCard,
        device: str,
        precisions: Precisions,
        why: EngineWhy,
        memory: int,
        scale: str,
        looks: int,
        memory_factor: float = 1,
    ) -> None:
        self.card, self.device = card, device
        self._precisions, self._why = precisions, why
        self._memory, self._memory_factor, self._scale = memory, memory_factor, scale
        self.looks = looks
        self._most_pixels = sys.maxsize

    @property
    @abstractmethod
    def _processor(self) -> str:
        """The name of the CPU or GPU, as far as the engine knows it."""

    @abstractmethod
    def _run(self, image: np.ndarray, depths: tuple[int, ...], question: Question, precision: str) -> Answers:
        """The answers for an image ``uint8 (H, W, 3)``; raises `MemoryShort` where the memory is short."""

    @abstractmethod
    def _read(self, logits: Logits, depths: Sequence[int], question: Question) -> Answers:
        """The answers that lie in logits of `heads_for` the question."""

    def _go_to_cpu(self) -> bool:
        """Leaves a GPU whose memory does not suffice; False where there is none to leave."""
        return False

    @property
    def at_once(self) -> int:
        return 1

    @property
    def precision(self) -> str:
        return self._precisions.words(self._depths)

    @property
    def explanation(self) -> Explanation:
        choices = tuple(map(self._precisions.choice, self._depths))
        return Explanation(self.card.name, self.engine, self.device, self._processor, self._why, choices)

    def predict(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> Prediction:
        return self._predicted(image, depth, Question.LABELS, scale, progress)

    def predict_depths(
        self, image: np.ndarray, depths: Sequence[int], scale: Fraction | None = None
    ) -> dict[int, np.ndarray]:
        answers = self._ask(image, depths, Question.LABELS, scale, silent)
        return {depth: planes[0] for depth, planes in answers.items()}

    def predict_confidences(
        self, image: np.ndarray, depths: Sequence[int], scale: Fraction | None = None
    ) -> dict[int, np.ndarray]:
        answers = self._ask(image, depths, Question.CONFIDENCES, scale, silent)
        return {depth: planes[0] for depth, planes in answers.items()}

    def predict_ranked(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> np.ndarray:
        return self._ask(image, (depth,), Question.RANKED, scale, progress)[depth]

    def predict_for_review(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> Prediction:
        return self._predicted(image, depth, Question.REVIEW, scale, progress)

    def predict_together(
        self,
        images: Sequence[np.ndarray],  # noqa: ARG002
        depth: int,  # noqa: ARG002
    ) -> list[Prediction] | None:
        return None

    def _predicted(
        self, image: np.ndarray, depth: int, question: Question, scale: Fraction | None, progress: Progress
    ) -> Prediction:
        self._settle(image, (depth,))
        start = time.perf_counter()
        planes = self._answers(image, (depth,), question, scale, progress)[depth]
        return prediction_of(planes, depth, time.perf_counter() - start)

    @property
    def _depths(self) -> tuple[int, ...]:
        return tuple(range(1, self.card.depth + 1))

    def _settle(self, image: np.ndarray, depths: Sequence[int]) -> bool:
        """Finds out whether bf16 pays at ``depths``, where that is due; whether it was."""

        def labels(depth: int) -> LabelsIn:
            return lambda piece, precision: self._run(piece, (depth,), Question.LABELS, precision)[depth][0]

        return self._precisions.settle(image, depths, labels)

    def _ask(
        self,
        image: np.ndarray,
        depths: Sequence[int],
        question: Question,
        scale: Fraction | None,
        progress: Progress,
    ) -> Answers:
        self._settle(image, depths)
        return self._answers(image, depths, question, scale, progress)

    def _answers(
        self,
        image: np.ndarray,
        depths: Sequence[int],
        question: Question,
        scale: Fraction | None,
        progress: Progress,
    ) -> Answers:
        groups = self._precisions.groups(depths)

        def answers(piece: np.ndarray) -> Answers:
            found: dict[int, np.ndarray] = {}
            for precision, group in groups.items():
                found |= self._run(piece, group, question, precision)
            return found

        def logits(piece: np.ndarray) -> Logits:
            found: dict[int, np.ndarray] = {}
            for precision, group in groups.items():
                found |= self._run(piece, heads_for(question, group), Question.LOGITS, precision)
            return found

        def read(blended: Logits) -> Answers:
            return self._read(blended, depths, question)

        chosen = scale or scale_for(self._scale, image.shape, self.card.scene_pixels)
        reach = self.card.network.reach(max(depths))

        def work(largest: int) -> Answers:
            return in_pieces(image, largest, reach, chosen, self.looks, answers, logits, read, progress)

        largest = min(self._largest(heads_for(question, depths), chosen), image.shape[0] * image.shape[1])
        try:
            found, taken = with_less(largest, least_pixels(reach, chosen, self.looks), work)
        except MemoryShort as error:
            if self._go_to_cpu():
                return self._answers(image, depths, question, scale, progress)
            raise UserError(
                f"The memory is too small for depth {max(depths)}. "
                "Choose a smaller depth, or close other programs."
            ) from error
        if taken < largest:
            self._most_pixels = taken  # the next image need not fail first
        return found

    def _largest(self, heads: Sequence[int], scale: Fraction) -> int:
        """How many pixels the memory allows to be predicted at the same time."""
        planned = most_pixels(self.card, heads, self._memory, scale, self._memory_factor)
        return min(planned, self._most_pixels)

    def _fit(self, images: Sequence[np.ndarray], depth: int) -> bool:
        """Whether ``images`` can be predicted for review at the same time, in one piece each."""
        shapes = [image.shape for image in images]
        if any(scale_for(self._scale, shape, self.card.scene_pixels) != 1 for shape in shapes):
            return False
        pixels = sum(shape[0] * shape[1] for shape in shapes)
        return bool(pixels <= self._largest(heads_for(Question.REVIEW, (depth,)), Fraction(1)))


def prediction_of(planes: np.ndarray, depth: int, seconds: float) -> Prediction:
    """A prediction of ``uint8 (planes, H, W)``: the labels, or what `Question.REVIEW` answers."""
    if len(planes) == 1:
        return Prediction(planes[0], depth, seconds)
    return Prediction(planes[0], depth, seconds, planes[:RANKS], planes[RANKS])
