"""Labelling a part of an image: as in the whole, at the image's own resolution, for the price of the part."""

import numpy as np

from unetpp_desktop.core.geometry import Rect, full_rect
from unetpp_desktop.core.palette import Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.predictor import Predictor
from unetpp_desktop.nn.scale import FULL
from unetpp_desktop.nn.tiles import context_of, unit_of


def predict_box(
    image: np.ndarray, box: Rect, palette: Palette, predictor: Predictor, depth: int, progress: Progress
) -> np.ndarray:
    """Labels ``uint8 (h, w)`` of ``box``, which lies within the image ``uint8 (H, W, 3)``.

    They are the mask values of ``palette``; classes that it lacks, matched by name, become void. The
    network is shown all that it looks at around the box, so that it says what it says of the whole.
    """
    depth = min(depth, predictor.card.depth)
    context = context_of(predictor.card.network.reach(depth), predictor.looks)
    unit = unit_of(FULL, predictor.looks)
    seen = _with_context(box, context, unit).intersection(full_rect((image.shape[0], image.shape[1])))
    prediction = predictor.predict(image[seen.slices], depth, FULL, progress)
    labels: np.ndarray = palette.mapping_from(predictor.card.palette)[prediction.labels]
    return labels[box.within(seen).slices]


def _with_context(box: Rect, context: int, unit: int) -> Rect:
    """Begins and ends at whole units of the network, so that its rows halve as in the whole image."""
    top, left = (max(0, start - context) // unit * unit for start in (box.top, box.left))
    bottom, right = (-(-(end + context) // unit) * unit for end in (box.bottom, box.right))
    return Rect(top, left, bottom, right)
