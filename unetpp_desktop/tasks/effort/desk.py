"""A scene on the annotator's desk, from its first mask to its last."""

from collections.abc import Sequence

import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.core.progress import silent
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.superpixels import find_superpixels
from unetpp_desktop.tasks.effort.curves import Scoreboard
from unetpp_desktop.tasks.effort.hand import Sight
from unetpp_desktop.tasks.effort.scenes import TrueScene
from unetpp_desktop.tasks.review import SceneReview

_SUPERPIXELS = 16  # the app's default size


class Desk:
    """The mask of one scene while it is labelled; the scoreboard always knows how it stands.

    ``ranked``, ``uint8 (3, H, W)``, is what the model says of the scene, and the mask begins with it;
    None: the mask begins as void. ``review`` are the doubtful regions, where somebody looked for them.
    """

    def __init__(
        self,
        scene: TrueScene,
        board: Scoreboard,
        ranked: np.ndarray | None = None,
        review: SceneReview | None = None,
    ) -> None:
        self.scene, self.ranked, self.review = scene, ranked, review
        self._board = board
        void = np.full(scene.truth.shape, VOID, np.uint8)
        self.document = MaskDocument(void, np.full_like(void, Origin.NONE))
        if ranked is not None:
            self.document.apply_prediction(ranked[0])
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

    def predict_anew(self, ranked: np.ndarray, review: SceneReview) -> None:
        """Another model has looked at a scene on which nobody has worked yet."""
        self.ranked, self.review = ranked, review
        self.note(self.document.apply_prediction(ranked[0]))
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
