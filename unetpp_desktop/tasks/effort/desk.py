"""A scene on the annotator's desk, from its first mask to its last."""

from collections.abc import Sequence

import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, Palette
from unetpp_desktop.core.progress import silent
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.superpixels import find_superpixels
from unetpp_desktop.nn.predictor import Prediction, Predictor
from unetpp_desktop.nn.uncertainty import error_rates
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.review_file import Judgement
from unetpp_desktop.tasks.effort.curves import Scoreboard
from unetpp_desktop.tasks.effort.hand import Sight
from unetpp_desktop.tasks.effort.scenes import TrueScene
from unetpp_desktop.tasks.review import SceneReview, review_mask
from unetpp_desktop.tasks.scene_edits import now
from unetpp_desktop.tasks.scene_reviews import judgement_of, predict_for_review

_SUPERPIXELS = 16  # the app's default size


class Desk:
    """The mask of one scene while it is labelled; the scoreboard always knows how it stands.

    It begins as void. Once a model has predicted it, ``ranked``, ``uint8 (3, H, W)``, holds the likeliest
    classes, and ``review`` the doubtful regions.
    """

    def __init__(self, scene: TrueScene, board: Scoreboard) -> None:
        self.scene = scene
        self.ranked: np.ndarray | None = None
        self.review: SceneReview | None = None
        self._board = board
        void = np.full(scene.truth.shape, VOID, np.uint8)
        self.document = MaskDocument(void, np.full_like(void, Origin.NONE))
        self._counted = self.document.labels.copy()
        self._sight: Sight | None = None
        board.add(self._counted, scene.truth)

    @property
    def truth(self) -> np.ndarray:
        return self.scene.truth

    def open(self) -> Sight:
        """What an annotator sees who opens the scene."""
        if self._sight is None:
            image = self.scene.image()
            superpixels = find_superpixels(image, _SUPERPIXELS, silent)
            self._sight = Sight(self.document, image, self.ranked, superpixels)
        return self._sight

    def close(self) -> None:
        """What was found out about the image is forgotten; the mask stays."""
        self._sight = None

    def predict(self, prediction: Prediction, rates: np.ndarray, judgement: Judgement) -> None:
        """Pixels that nobody has checked take the labels of ``prediction``, and are looked through for doubt.

        ``rates`` and ``judgement`` as in `review_mask`.
        """
        self.ranked = prediction.ranked
        self.note(self.document.apply_prediction(prediction.labels))
        labels, origins = self.document.labels, self.document.origins
        name = self.scene.pair.image.name
        self.review = review_mask(name, prediction, labels, origins, rates, judgement)
        self.close()

    def note(self, rect: Rect) -> None:
        """``rect`` of the mask has changed."""
        if rect.is_empty:
            return
        part = rect.slices
        self._board.change(self._counted[part], self.document.labels[part], self.truth[part])
        self._counted[part] = self.document.labels[part]


def reviews_of(desks: Sequence[Desk]) -> list[SceneReview]:
    return [desk.review for desk in desks if desk.review is not None]


def predict_desk(desk: Desk, predictor: Predictor, palette: Palette, depth: int) -> None:
    """`Desk.predict` with what ``predictor`` says of the scene, in the classes of ``palette``."""
    card = predictor.card
    prediction = predict_for_review(desk.scene.image(), palette, predictor, depth)
    provenance = Provenance(model=card.name, depth=prediction.depth, predicted=now())
    judgement = judgement_of(card, prediction.depth, provenance)
    desk.predict(prediction, error_rates(card, prediction.depth), judgement)
