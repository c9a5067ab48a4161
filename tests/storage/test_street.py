"""Generated street scenes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.storage.street import draw_scene

CLASSES = 11
SANE_SHARES = {  # of all pixels, over many scenes: CamVid's own shares lie well inside
    0: (0.08, 0.28),
    1: (0.12, 0.40),
    2: (0.004, 0.03),
    3: (0.22, 0.42),
    4: (0.03, 0.12),
    5: (0.04, 0.20),
    6: (0.003, 0.03),
    7: (0.003, 0.06),
    8: (0.02, 0.14),
    9: (0.002, 0.03),
    10: (0.0005, 0.02),
}


@pytest.fixture(scope="module")
def shares() -> np.ndarray:
    """The share of each mask value in each of 14 scenes, (14, 256)."""
    masks = [draw_scene(seed, 180, 240).labels for seed in range(40, 54)]
    return np.stack([np.bincount(mask.ravel(), minlength=256) / mask.size for mask in masks])


@pytest.mark.parametrize("size", [(64, 64), (37, 53), (360, 480), (720, 960), (200, 90), (90, 300)])
def test_a_scene_has_the_size_asked_for(size: tuple[int, int]) -> None:
    scene = draw_scene(5, *size)
    assert scene.image.shape == (*size, 3)
    assert scene.labels.shape == size
    assert scene.image.dtype == scene.labels.dtype == np.uint8


@settings(max_examples=25)
@given(seed=st.integers(0, 2**40), height=st.integers(1, 90), width=st.integers(1, 120))
def test_every_mask_holds_classes_and_void_only(seed: int, height: int, width: int) -> None:
    labels = draw_scene(seed, height, width).labels
    assert labels.shape == (height, width)
    assert set(np.unique(labels)) <= {*range(CLASSES), VOID}


def test_the_same_seed_gives_the_same_bytes() -> None:
    np.random.seed(0)  # the global dice must not matter
    first = draw_scene(7, 120, 160)
    draw_scene(8, 120, 160)
    again = draw_scene(7, 120, 160)
    assert np.array_equal(first.image, again.image)
    assert np.array_equal(first.labels, again.labels)


def test_another_seed_gives_another_scene() -> None:
    first, other = draw_scene(1, 120, 160), draw_scene(2, 120, 160)
    assert (first.labels != other.labels).mean() > 0.1
    assert not np.array_equal(first.image, other.image)


def test_every_class_appears_within_a_handful_of_scenes(shares: np.ndarray) -> None:
    assert (shares[:7, :CLASSES].max(0) > 0).all()


def test_the_classes_have_the_shares_of_a_street(shares: np.ndarray) -> None:
    mean = shares.mean(0)
    for index, (least, most) in SANE_SHARES.items():
        assert least < mean[index] < most, f"class {index} fills {mean[index]:.4f} of the pixels"
    assert mean[VOID] < 0.06
    assert (shares[:, 3] > 0.1).all(), "each scene shows a road"


def test_masks_follow_the_image() -> None:
    """Sky is brighter than the road, by day and at dusk, in nearly all scenes."""
    brighter = 0
    for seed in range(10):
        scene = draw_scene(seed, 120, 160)
        gray = scene.image.mean(2)
        brighter += gray[scene.labels == 0].mean() > gray[scene.labels == 3].mean()
    assert brighter >= 9


def test_scenes_differ_in_brightness() -> None:
    means = [draw_scene(seed, 90, 120).image.mean() for seed in range(24)]
    assert min(means) < 75
    assert max(means) > 100
