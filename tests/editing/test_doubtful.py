"""Doubtful pixels as regions."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.doubtful import DoubtfulRules, doubtful_regions

_SHAPE = (23, 31)


@given(
    arrays(np.float32, _SHAPE, elements=st.sampled_from([0, 0.2, 0.5, 1])),
    arrays(np.uint8, _SHAPE, elements=st.sampled_from([0, 1, VOID])),
    arrays(np.bool_, _SHAPE),
    st.integers(1, 6),
    st.integers(3, 12),
)
def test_regions_are_small_of_one_class_and_share_no_pixel(
    error: np.ndarray, labels: np.ndarray, countable: np.ndarray, least: int, longest: int
) -> None:
    seen = np.zeros(_SHAPE, np.uint8)
    for rect, stencil in doubtful_regions(error, labels, countable, DoubtfulRules(0.5, least, longest)):
        assert stencil.shape == (rect.height, rect.width)
        assert max(stencil.shape) <= longest
        assert np.count_nonzero(stencil) >= least
        assert len(np.unique(labels[rect.slices][stencil])) == 1
        seen[rect.slices] += stencil
    assert seen.max() <= 1
    assert not seen[~countable | (labels == VOID) | (error < 0.5)].any()


@given(arrays(np.float32, _SHAPE, elements=st.sampled_from([0, 1])), st.integers(3, 12))
def test_no_doubtful_pixel_is_lost_where_one_pixel_is_a_region(error: np.ndarray, longest: int) -> None:
    labels, all_of_it = np.zeros(_SHAPE, np.uint8), np.ones(_SHAPE, np.bool_)
    seen = np.zeros(_SHAPE, np.bool_)
    for rect, stencil in doubtful_regions(error, labels, all_of_it, DoubtfulRules(1, 1, longest)):
        seen[rect.slices] |= stencil
    assert np.array_equal(seen, error == 1)


def test_what_hangs_together_stays_one_region() -> None:
    error = np.zeros(_SHAPE, np.float32)
    error[3:9, 4:10] = 1
    error[9, 10] = 1  # touches by a corner
    error[15:18, 20:25] = 1
    labels = np.zeros(_SHAPE, np.uint8)
    found = list(doubtful_regions(error, labels, np.ones(_SHAPE, np.bool_), DoubtfulRules(0.5, 4, 20)))
    assert sorted(int(stencil.sum()) for _, stencil in found) == [15, 37]


def test_more_parts_than_16_bits_count_are_told_apart() -> None:
    error = np.zeros((520, 520), np.float32)
    error[::2, ::2] = 1  # 67,600 pixels that touch no other
    error[510:513, 510:513] = 1
    labels, all_of_it = np.zeros(error.shape, np.uint8), np.ones(error.shape, np.bool_)
    ((rect, stencil),) = doubtful_regions(error, labels, all_of_it, DoubtfulRules(1, 2, 20))
    assert (rect.top, rect.left, np.count_nonzero(stencil)) == (510, 510, 9)
