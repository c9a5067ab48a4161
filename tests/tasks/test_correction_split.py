"""Which corrections are held out."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unetpp_desktop.core.palette import VOID
from unetpp_desktop.storage.scenes import Scene
from unetpp_desktop.tasks.correction_split import band_of, only_band, split_corrections, without_band


def _scenes(count: int) -> list[Scene]:
    return [Scene(f"{number:03d}.png", Path(f"{number:03d}.png"), None) for number in range(count)]


@pytest.mark.parametrize(("corrected", "held"), [(5, 1), (9, 1), (11, 2), (40, 8), (400, 12)])
def test_a_fifth_of_the_scenes_is_held_out_but_not_too_many(corrected: int, held: int) -> None:
    scenes = _scenes(corrected)
    split = split_corrections(scenes)
    assert not split.bands
    assert len(split.held_out) == held
    assert sorted((*split.learnt, *split.held_out), key=lambda scene: scene.name) == scenes


def test_neighbours_are_held_out_together() -> None:
    held = [int(scene.image_path.stem) for scene in split_corrections(_scenes(60)).held_out]
    gaps = [later - earlier for earlier, later in pairwise(held)]
    assert gaps.count(1) >= 9  # three blocks of four


def test_later_corrections_hardly_change_what_is_held_out() -> None:
    scenes = _scenes(31)
    before = set(split_corrections(scenes[1:]).held_out)
    assert len(set(split_corrections(scenes).held_out) & before) >= 4


def test_of_a_few_scenes_a_band_of_each_is_held_out() -> None:
    scenes = _scenes(4)
    split = split_corrections(scenes)
    assert split.bands
    assert split.learnt == split.held_out == tuple(scenes)
    assert "kept aside" in split.words


@given(
    st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 40), st.floats(0, 1), st.text(max_size=8)
)
def test_every_known_pixel_is_either_learnt_or_measured(
    seed: int, height: int, width: int, void: float, name: str
) -> None:
    chance = np.random.default_rng(seed)
    labels = chance.integers(0, 11, (height, width)).astype(np.uint8)
    labels[chance.random((height, width)) < void] = VOID
    band = band_of(labels, name)
    learnt, measured = without_band(labels, band), only_band(labels, band)
    assert not ((learnt != VOID) & (measured != VOID)).any()
    assert np.array_equal(np.minimum(learnt, measured), labels)
    if (labels != VOID).any():
        assert (learnt != VOID).any()


_WHOLE = (slice(0, 60), slice(0, 90))
_POLE = (slice(10, 58), slice(40, 43))
_ROOF = (slice(20, 22), slice(0, 90))
_DOT = (slice(5, 6), slice(5, 9))


@pytest.mark.parametrize("things", [(_WHOLE,), (_POLE,), (_ROOF,), (_POLE, _ROOF), (_DOT,)])
def test_a_band_holds_a_fifth_of_what_is_known_whatever_its_shape(
    things: tuple[tuple[slice, slice], ...],
) -> None:
    labels = np.full((60, 90), VOID, np.uint8)
    for thing in things:
        labels[thing] = 4
    known = np.count_nonzero(labels != VOID)
    bands = [band_of(labels, name) for name in "abcdefgh"]
    for band in bands:
        held = np.count_nonzero(band)
        assert held == np.count_nonzero(only_band(labels, band) != VOID)
        assert max(1, known // 5) <= held <= known / 5 + 1
    assert len({band.tobytes() for band in bands}) > 2


def test_a_pole_is_cut_across_and_a_scene_from_top_to_bottom() -> None:
    """Whatever lies beside a pixel that is measured was learnt: there should be few of these."""
    pole = np.full((60, 90), VOID, np.uint8)
    pole[_POLE] = 4
    assert np.count_nonzero(band_of(pole, "a").any(1)) <= 12
    scene = np.zeros((60, 90), np.uint8)
    assert np.count_nonzero(band_of(scene, "a").any(0)) <= 20


def test_of_a_single_pixel_nothing_is_held_out() -> None:
    labels = np.full((6, 9), VOID, np.uint8)
    labels[2, 3] = 4
    assert not band_of(labels, "a").any()
