"""Curves as pictures: where lines lie, what the axes cover, and what cannot be written."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from unetpp_desktop.core.errors import WriteError
from unetpp_desktop.storage.line_chart import Line, Panel, _ticks, draw_lines

ORANGE, BLUE = (0xE6, 0x9F, 0x00), (0x00, 0x72, 0xB2)  # of the second name and the third


def _places(path: Path, color: tuple[int, int, int]) -> np.ndarray:
    """Rows and columns ``(n, 2)`` of the pixels of about a colour, below the legend."""
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    near = np.abs(pixels - color).sum(2) < 60
    near[:40] = False
    return np.argwhere(near)


def test_a_line_lies_where_its_points_are(tmp_path: Path) -> None:
    path = tmp_path / "chart.png"
    lines = [Line("none", []), Line("high", [(0, 90), (10, 90)]), Line("low", [(0, 10), (5, 10)])]
    draw_lines([Panel("Shares, %", lines, (0, 100))], "epochs", path)
    high, low = _places(path, ORANGE), _places(path, BLUE)
    assert high[:, 0].max() < 100
    assert low[:, 0].min() > 280
    assert np.ptp(high[:, 1]) > 1.9 * np.ptp(low[:, 1])


def test_a_panel_covers_what_its_lines_need(tmp_path: Path) -> None:
    path = tmp_path / "chart.png"
    lines = [Line("none", []), Line("loss", [(1, 1.30), (2, 1.25)])]
    draw_lines([Panel("Loss", lines), Panel("Nothing", [])], "epochs", path)
    rows = _places(path, ORANGE)[:, 0]
    assert rows.max() - rows.min() > 150


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_round_and_inside(low: float, length: float) -> None:
    high = low + length
    ticks = _ticks(low, high)
    assert 1 <= len(ticks) <= 7
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert all(low - slack <= tick <= high + slack for tick in ticks)
    steps = np.diff(ticks)
    assert np.allclose(steps, steps[:1] if len(steps) else 0)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WriteError, match=r"chart\.png"):
        draw_lines([Panel("Loss", [])], "epochs", tmp_path / "file" / "chart.png")
