"""How often pixels of an uncertainty are wrong."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from unetpp_desktop.core.palette import VOID, shipped_palette
from unetpp_desktop.nn.card import ErrorCalibration, ModelCard, read_card, write_card
from unetpp_desktop.nn.config import NetworkConfig
from unetpp_desktop.nn.error_rates import ErrorCounts, area_under_roc, blocks_of, rising
from unetpp_desktop.nn.uncertainty import error_rates, own_error_rates, spread

_VALUES = arrays(np.float64, st.integers(1, 12), elements=st.floats(0, 1))


def _counted(rates: np.ndarray, pixels: int = 40_000) -> ErrorCounts:
    """Pixels of all uncertainties, wrong as often as ``rates`` says."""
    chance = np.random.default_rng(0)
    uncertainty = chance.integers(0, 256, (pixels, 1)).astype(np.uint8)
    wrong = chance.random((pixels, 1)) < rates[uncertainty]
    counts = ErrorCounts()
    counts.add(wrong.astype(np.uint8), uncertainty, np.zeros((pixels, 1), np.uint8))
    return counts


@given(_VALUES)
def test_rising_never_falls_and_keeps_what_rises(values: np.ndarray) -> None:
    found = rising(values, np.ones(len(values)))
    assert (np.diff(found) >= -1e-12).all()
    assert found.mean() == pytest.approx(values.mean())
    assert np.allclose(rising(np.sort(values), np.ones(len(values))), np.sort(values))


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=20), st.lists(st.integers(0, 5), min_size=1, max_size=20)
)
def test_the_area_is_how_often_a_wrong_pixel_scores_higher(right: list[int], wrong: list[int]) -> None:
    pairs = [(low < high) + (low == high) / 2 for low in right for high in wrong]
    counts = (np.bincount(scores, minlength=6) for scores in (right, wrong))
    assert area_under_roc(*counts) == pytest.approx(np.mean(pairs))


def test_no_area_without_errors() -> None:
    assert np.isnan(area_under_roc(np.array([3, 2]), np.array([0, 0])))


def test_the_rates_are_found_again() -> None:
    true_rates = np.linspace(0.05, 0.6, 256)
    counts = _counted(true_rates)
    rates = spread(counts.error_rates())
    assert np.abs(rates - true_rates).max() < 0.1
    seen = _counted(true_rates)
    assert seen.calibration_error(rates) < 0.02 < seen.calibration_error(own_error_rates())


def test_void_is_neither_right_nor_wrong() -> None:
    counts = ErrorCounts()
    counts.add(
        np.array([[1, 2, 3]], np.uint8), np.array([[9, 9, 7]], np.uint8), np.array([[1, VOID, 0]], np.uint8)
    )
    assert counts.counts.sum() == 2
    assert counts.counts[0, 9] == counts.counts[1, 7] == 1
    assert ErrorCounts().calibration_error(own_error_rates()) == 0


@given(st.integers(8, 200))
def test_the_blocks_do_not_meet(count: int) -> None:
    first, second = blocks_of(count, 3)
    assert first[0] == 0
    assert second[-1] == count - 1
    assert second[0] - first[-1] == 4
    assert abs(len(first) - len(second)) <= 2


def test_a_card_keeps_the_rates_and_an_old_one_has_none(tmp_path: Path) -> None:
    network = NetworkConfig(filters=(4, 4), classes=11)
    card = ModelCard(name="new", palette=shipped_palette("camvid11"), network=network)
    assert np.array_equal(error_rates(card, 1), own_error_rates())
    found = ErrorCalibration(
        error_rates=(0, 0.1, 0.5),
        calibration_error_before=0.1,
        calibration_error=0,
        fitted_on="",
        measured_on="",
    )
    write_card(tmp_path, card.model_copy(update={"calibration": {"1": found}}))
    rates = error_rates(read_card(tmp_path), 1)
    assert rates.shape == (256,)
    assert rates[[0, 255]] == pytest.approx([0, 0.5])
    assert rates[128] == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("rates", [(0.5,), (0.5, 0.4), (-0.1, 0.4), (0.1, 1.2)])
def test_rates_that_cannot_be_are_refused(rates: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="never fall"):
        ErrorCalibration(
            error_rates=rates, calibration_error_before=0, calibration_error=0, fitted_on="", measured_on=""
        )
