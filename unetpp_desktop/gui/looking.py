"""What the model says of some scenes, asked in a job without anybody's order: for previews."""

from collections.abc import Callable, Sequence

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.gui.answers import Question
from unetpp_desktop.gui.predictors import Predictors, Urgency
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.predictor import Prediction
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.tasks.preview import preview_image

Step = tuple[Question, Callable[[], np.ndarray | None]]
"""What is asked, and how the job gets the image ``uint8 (H, W, 3)``: None where it is not worth a look."""

Look = tuple[Question, Prediction | UserError | None]
"""What came of a step: a prediction, why there is none, or None for an image that was passed over."""


class Looking:
    """The work of one job: it holds what it needs, and nothing of the window."""

    def __init__(
        self,
        steps: Sequence[Step],
        model: ModelEntry,
        palette: Palette,
        predictors: Predictors,
        urgency: Urgency,
        post: Callable[[Look], None],
    ) -> None:
        self._steps = steps
        self._model = model
        self._palette = palette
        self._predictors = predictors
        self._urgency = urgency
        self._post = post

    def __call__(self, progress: Progress) -> None:
        def ask() -> None:
            progress(0, 0, "")

        for question, image in self._steps:
            ask()
            try:
                self._post((question, self._look(question, image(), ask)))
            except UserError as error:
                self._post((question, error))

    def _look(
        self, question: Question, image: np.ndarray | None, ask: Callable[[], None]
    ) -> Prediction | None:
        if image is None:
            return None
        warm_up_engine(question.device, ask)
        with self._predictors.lent(self._model, question.device, ask, self._urgency) as predictor:
            return preview_image(image, self._palette, predictor, question.depth)
