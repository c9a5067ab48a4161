"""Planned strokes, replayed through the document, mend a mask."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from unetpp_desktop.core.geometry import full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.brush import segment
from unetpp_desktop.editing.corrections import plan_strokes
from unetpp_desktop.editing.document import MaskDocument


def _replayed(labels: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    document = MaskDocument(labels, np.full_like(labels, Origin.MODEL))
    strokes = plan_strokes(labels, truth)
    for stroke in strokes:
        rect, stencil = segment(stroke.start, stroke.end, stroke.diameter, False, full_rect(labels.shape))
        document.paint(rect, stencil, stroke.value, Origin.PAINTED)
    return document.labels, document.origins, len(strokes)


def test_a_wrong_region_is_mended_with_few_strokes() -> None:
    truth = np.zeros((120, 160), np.uint8)
    truth[60:] = 3
    truth[80:110, 40:90] = VOID
    labels, _, strokes = _replayed(np.zeros_like(truth), truth)
    assert (labels == truth).mean() > 0.999
    assert strokes < 120


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_no_stroke_ever_leaves_the_true_region_of_its_class(seed: int) -> None:
    chance = np.random.default_rng(seed)
    blocks = chance.integers(0, 4, (2, 6, 8)).astype(np.uint8)
    wrong, truth = (np.kron(block, np.ones((7, 7), np.uint8)) for block in blocks)
    labels, origins, _ = _replayed(wrong, truth)
    assert (labels[origins == Origin.PAINTED] == truth[origins == Origin.PAINTED]).all()
    assert np.count_nonzero(labels != truth) <= np.count_nonzero(wrong != truth)


def test_a_right_mask_needs_no_stroke() -> None:
    truth = np.zeros((5, 5), np.uint8)
    assert plan_strokes(truth, truth) == []
