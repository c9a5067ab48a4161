"""Images of any size in tiles: what is cut, blended and put together again."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from tests.nn.networks import untrained_network
from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.config import SIZE_MULTIPLE, NetworkConfig
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.scale import FULL, LOOKS, SCALES, SECOND_LOOK, scale_for, second_size
from unetpp_desktop.nn.tiles import (
    LEAST_SIDE,
    Logits,
    Span,
    context_of,
    in_tiles,
    least_pixels,
    tiling_of,
    unit_of,
)

_REACH = NetworkConfig(classes=1).reach(4)
_SIDES = st.one_of(st.integers(1, 80), st.integers(400, 4000))


def _check_spans(spans: tuple[Span, ...], side: int, reach: int, scale: Fraction, looks: int) -> None:
    assert spans[0].start == spans[0].shared == 0
    assert spans[-1].start + spans[-1].length >= side
    assert spans[-1].start < side
    if len(spans) == 1:
        assert spans[0].length == side
        return
    for before, span in pairwise(spans):
        assert span.length == before.length
        for smaller in (1, SECOND_LOOK)[:looks]:
            assert span.start * scale * smaller % SIZE_MULTIPLE == 0
            assert span.length * scale * smaller % SIZE_MULTIPLE == 0
        assert span.shared == before.start + before.length - span.start
        assert span.shared >= (2 * context_of(reach) / smaller + 16) / scale
        assert span.shared < span.length


@given(
    _SIDES,
    _SIDES,
    st.integers(1, 30_000_000),
    st.integers(1, 250),
    st.sampled_from(tuple(SCALES.values())),
    st.sampled_from(LOOKS),
)
def test_tiles_cover_an_image_and_share_enough(
    height: int, width: int, most: int, reach: int, scale: Fraction, looks: int
) -> None:
    tiling = tiling_of(height, width, most, reach, scale, looks)
    _check_spans(tiling.rows, height, reach, scale, looks)
    _check_spans(tiling.columns, width, reach, scale, looks)
    sides = [spans[0].length for spans in (tiling.rows, tiling.columns)]
    least = least_pixels(reach, scale, looks) ** 0.5 + 256
    assert sides[0] * sides[1] <= max(most, height * width) or max(sides) <= least
    if not tiling.is_whole:
        assert sides[0] * sides[1] <= most or min(sides) <= least


@pytest.mark.parametrize("scale", SCALES.values())
def test_what_fits_is_one_piece_though_its_sides_are_odd(scale: Fraction) -> None:
    assert tiling_of(1080, 1921, 1080 * 1921, _REACH, scale).is_whole
    assert not tiling_of(1080, 1921, 1080 * 1921 // 2, _REACH, FULL).is_whole


def _red(piece: np.ndarray) -> Logits:
    """A network that knows two classes by the red of each pixel alone, at two depths."""
    red = piece[:, :, 0].astype(np.float32)
    return {1: np.stack([red, 255 - red]), 2: np.stack([255 - red, red])}


@pytest.mark.parametrize(("height", "width"), [(1, 5000), (5000, 1), (37, 53), (700, 1500), (1100, 900)])
def test_what_depends_on_single_pixels_comes_out_as_in_one_piece(height: int, width: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    tiling = tiling_of(height, width, LEAST_SIDE**2, _REACH)
    pieces: list[tuple[int, ...]] = []

    def read(logits: Logits) -> Logits:
        pieces.append(logits[1].shape[1:])
        return logits

    answers = in_tiles(image, tiling, FULL, _red, read, silent)
    for depth, wanted in _red(image).items():
        np.testing.assert_allclose(answers[depth], wanted, atol=1e-3)
    assert sum(rows * columns for rows, columns in pieces) == height * width


def test_a_seam_goes_over_from_one_tile_to_the_next() -> None:
    """Each tile says its own number: along a row the mean rises from number to number without a step."""
    image = np.zeros((100, 2000, 3), np.uint8)
    numbers = iter(range(9))

    def numbered(piece: np.ndarray) -> Logits:
        return {4: np.full((1, *piece.shape[:2]), next(numbers), np.float32)}

    tiling = tiling_of(100, 2000, 100 * 700, NetworkConfig(classes=1).reach(3))
    row = in_tiles(image, tiling, FULL, numbered, lambda logits: logits, silent)[4][0, 50]
    steps = np.diff(row)
    assert row[0] == 0
    assert row[-1] == len(tiling.columns) - 1 >= 2
    assert (steps >= 0).all()
    assert steps.max() <= 1.01 / tiling.blended


def test_a_smaller_scale_shows_the_network_less_and_answers_at_full_size() -> None:
    image = np.zeros((90, 121, 3), np.uint8)
    image[:, 60:] = 255
    shapes = []

    def noted(piece: np.ndarray) -> Logits:
        shapes.append(piece.shape[:2])
        return _red(piece)

    scale = Fraction(1, 2)
    answers = in_tiles(
        image, tiling_of(90, 121, 10**6, _REACH, scale), scale, noted, lambda logits: logits, silent
    )
    assert shapes == [(45, 60)]
    labels = answers[1].argmax(0)
    assert labels.shape == (90, 121)
    assert (labels != (image[:, :, 0] == 0)).mean() < 0.02


def test_a_large_image_can_be_cancelled_between_two_tiles() -> None:
    seen: list[int] = []

    def progress(done: int, total: int, note: str) -> None:
        if done == 2:
            raise Cancelled

    def noted(piece: np.ndarray) -> Logits:
        seen.append(1)
        return _red(piece)

    image = np.zeros((1500, 1500, 3), np.uint8)
    with pytest.raises(Cancelled):
        in_tiles(image, tiling_of(1500, 1500, 1, _REACH), FULL, noted, lambda logits: logits, progress)
    assert len(seen) == 2


@pytest.mark.parametrize("dilations", [(), (0, 6, 6, 6, 0), (0, 2, 2, 2, 0), (0, 6, 3, 2, 0)])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("looks", [1, 2])
def test_a_part_with_its_context_shows_all_that_the_whole_shows(
    dilations: tuple[int, ...], depth: int, looks: int
) -> None:
    """To the last digits of fp64, and with weights that are all positive: whatever is missing counts."""
    network = untrained_network(norm="none", dilations=dilations).double()
    for parameter in network.parameters():
        parameter.data.abs_().add_(0.01)
    unit, context = unit_of(FULL, looks), context_of(network.config.reach(depth), looks)
    image = torch.rand(1, 3, unit, 16 * unit if looks > 1 else 64 * unit, dtype=torch.float64)

    def seen(first: int, last: int) -> torch.Tensor:
        piece = image[..., first:last]
        logits = network(piece, (depth,))[depth]
        if looks > 1:
            size = piece.shape[-2], piece.shape[-1]
            smaller = F.interpolate(piece, second_size(*size), mode="bilinear", antialias=True)
            logits = logits + F.interpolate(network(smaller, (depth,))[depth], size, mode="bilinear")
        return logits[0, 0, 8]

    with torch.inference_mode():
        whole = seen(0, image.shape[-1])
        middle = image.shape[-1] // 2
        for column in range(middle, middle + unit, 4):
            first, last = (column - context) // unit * unit, -(-(column + 1 + context) // unit) * unit
            part = seen(first, last)[column - first]
            assert abs(part / whole[column] - 1) < 1e-13


@pytest.mark.parametrize("looks", [1, 2])
@pytest.mark.parametrize("engine", ["openvino", "torch"])
def test_engines_answer_alike_in_one_piece_and_in_tiles(
    tiny_model: ModelEntry, engine: str, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also along the seams: each tile sees all that the network looks at.

    At two looks the last tiles may see farther beyond the image, so the sides are whole numbers of units.
    """
    height, width = (250, 420) if looks == 1 else (256, 448)
    image = np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8)
    whole, tiled = (open_predictor(tiny_model, "cpu", engine, looks=looks) for _ in range(2))
    reviews, answers = [], []
    for predictor in (whole, tiled):
        reviews.append(predictor.predict_for_review(image, 2))
        answers.append((predictor.predict(image, 2).labels, predictor.predict_ranked(image, 2)[1]))
        monkeypatch.setattr("unetpp_desktop.nn.tiles.LEAST_SIDE", 192)
        monkeypatch.setattr("unetpp_desktop.nn.engine_predictor.most_pixels", lambda *_: 1)
    assert not tiling_of(height, width, 1, tiny_model.card.network.reach(2), looks=looks).is_whole
    assert np.array_equal(reviews[1].labels, answers[1][0])
    uncertainties = [np.asarray(review.uncertainty, np.int64) for review in reviews]
    assert abs(uncertainties[0] - uncertainties[1]).max() <= 1
    for wanted, found in zip(*answers, strict=True):
        assert (wanted != found).mean() < 3e-5  # sums in another order may round otherwise


@pytest.mark.parametrize("engine", ["openvino", "torch"])
@pytest.mark.parametrize("scale", SCALES.values())
@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (37, 53)])
def test_every_reading_has_the_size_of_the_image(
    tiny_model: ModelEntry, engine: str, scale: Fraction, size: tuple[int, int]
) -> None:
    image = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    predictor = open_predictor(tiny_model, "cpu", engine)
    labels = predictor.predict(image, 2, scale).labels
    ranked = predictor.predict_ranked(image, 2, scale)
    confidences = predictor.predict_confidences(image, (1, 2), scale)
    assert labels.shape == confidences[2].shape == ranked.shape[1:] == size
    assert np.array_equal(ranked[0], labels)
    assert np.array_equal(predictor.predict_depths(image, (1, 2), scale)[2], labels)
    review = predictor.predict_for_review(image, 2, scale)
    assert review.ranked is not None
    assert review.uncertainty is not None
    assert np.array_equal(review.ranked, ranked)
    assert review.uncertainty.shape == size
    assert 0 < confidences[1].min() <= confidences[1].max() <= 1


@pytest.mark.parametrize(
    ("height", "width", "scale"),
    [
        (360, 480, 1),
        (1, 1, 1),
        (240, 320, 1),
        (720, 960, 0.5),
        (600, 800, 0.5),
        (480, 640, 0.75),
        (4000, 6000, 0.25),
    ],
)
def test_the_automatic_scale_brings_things_near_their_size_in_the_training(
    height: int, width: int, scale: float
) -> None:
    assert scale_for("auto", (height, width, 3), 480 * 360) == scale
    assert scale_for("0.5", (height, width, 3), 480 * 360) == Fraction(1, 2)


@pytest.mark.parametrize("engine", ["openvino", "torch"])
def test_a_predictor_uses_the_scale_it_was_opened_with(tiny_model: ModelEntry, engine: str) -> None:
    image = np.random.default_rng(2).integers(0, 256, (60, 90, 3), np.uint8)
    half = open_predictor(tiny_model, "cpu", engine, scale="0.5")
    labels = half.predict(image, 2).labels
    assert np.array_equal(labels, half.predict(image, 2, Fraction(1, 2)).labels)
    assert not np.array_equal(labels, half.predict(image, 2, FULL).labels)
    with pytest.raises(UserError, match="no scale 2"):
        open_predictor(tiny_model, "cpu", engine, scale="2")


def test_too_little_memory_is_a_sentence(tiny_model: ModelEntry) -> None:
    with pytest.raises(UserError, match="at least 256 MiB"):
        open_predictor(tiny_model, "cpu", memory=100)
