"""What the canvas shows of the region under review: its place in the scene, and the bar of answers."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.review.hands import bar_of, seen_region
from tests.gui.windows import press, wheel
from tests.tasks.reviews import BIG, HEIGHT, WIDTH
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.gui import prefetch, scene_opening
from unetpp_desktop.gui.main_window import MainWindow

Key = Qt.Key


def _answers(window: MainWindow) -> list[str]:
    return [button.text().strip() for button in bar_of(window)._classes]


def _corners(window: MainWindow, rect: Rect) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a part of the scene, in pixels of the canvas."""
    viewport = window.canvas.viewport
    return *viewport.to_widget(rect.left, rect.top), *viewport.to_widget(rect.right, rect.bottom)


def test_a_small_scene_is_shown_whole_and_stays_where_it_is(reviewing: MainWindow) -> None:
    canvas = reviewing.canvas
    left, top, right, bottom = _corners(reviewing, Rect(0, 0, HEIGHT, WIDTH))
    assert left >= 0
    assert top >= 0
    assert right <= canvas.width()
    assert bottom <= canvas.height()
    reviewing.session.review.go_to(("1.png", 1))
    assert seen_region(reviewing) == ("1.png", 1)
    assert _corners(reviewing, Rect(0, 0, HEIGHT, WIDTH)) == (left, top, right, bottom)


def _review_zoomed_in(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The review has begun with a region that is zoomed to, as in a large scene."""
    monkeypatch.setattr("unetpp_desktop.gui.review_sight._ENOUGH_ZOOM", 1000.0)  # no scene fits so large
    press(window, Key.Key_S)
    qtbot.waitUntil(lambda: window.session.review.current is not None)


def test_of_a_large_scene_the_region_is_shown(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _review_zoomed_in(window, qtbot, monkeypatch)
    left, _top, right, _bottom = _corners(window, BIG)
    around = 2 * 1.5 * BIG.width  # on both sides
    assert (right - left) * (BIG.width + around) / BIG.width == pytest.approx(
        min(window.canvas.width(), window.canvas.height()), rel=0.05
    )


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_D])
def test_whoever_leaves_the_review_sees_the_whole_scene_again(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, key: Key
) -> None:
    before = window.canvas.viewport
    _review_zoomed_in(window, qtbot, monkeypatch)
    assert window.canvas.viewport.scale > before.scale
    press(window, key)  # D opens the next scene
    assert window.session.review.current is None
    assert window.canvas.viewport == before


def test_after_the_last_region_the_whole_scene_is_seen_again(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = window.canvas.viewport
    _review_zoomed_in(window, qtbot, monkeypatch)
    for _ in range(6):
        assert window.canvas.viewport.scale > before.scale
        press(window, Key.Key_V)
    assert window.session.review.current is None
    assert window.canvas.viewport == before


def test_the_zoom_that_a_person_chose_outlives_the_review(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _review_zoomed_in(window, qtbot, monkeypatch)
    canvas = window.canvas
    wheel(canvas, canvas.rect().center(), QPoint(0, -120))
    chosen = canvas.viewport
    press(window, Key.Key_Escape)
    assert canvas.viewport == chosen


def test_whoever_leaves_while_the_next_scene_is_read_sees_all_of_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = window.canvas.viewport
    monkeypatch.setattr(scene_opening, "_LARGE", 0)
    monkeypatch.setattr(prefetch, "_MOST_BYTES", 0)
    _review_zoomed_in(window, qtbot, monkeypatch)
    press(window, Key.Key_2)
    assert window.session.is_reading
    press(window, Key.Key_Escape)
    qtbot.waitUntil(lambda: window.canvas.has_picture)
    assert window.canvas.viewport == before


def test_a_key_opens_the_scene_of_the_most_urgent_region_and_zooms_to_it(reviewing: MainWindow) -> None:
    assert seen_region(reviewing) == ("1.png", 0)
    viewport, canvas = reviewing.canvas.viewport, reviewing.canvas
    left, top = viewport.to_widget(BIG.left, BIG.top)
    right, bottom = viewport.to_widget(BIG.right, BIG.bottom)
    assert left > 0
    assert top > 0
    assert right < canvas.width()
    assert bottom < canvas.height()
    assert (right - left) * 4 > canvas.width() / 2
    assert reviewing.contents.inspector.currentWidget() is reviewing.contents.review_panel
    assert canvas.hasFocus()


def test_the_bar_offers_the_candidates_with_their_keys(reviewing: MainWindow) -> None:
    assert bar_of(reviewing).isVisible()
    assert _answers(reviewing) == ["1  Road, as it is", "2  Tree", "3  Car"]
    texts = [button.text() for button in bar_of(reviewing).findChildren(QToolButton)]
    assert {"V  Right", "Z  Later", "S  Next", "Esc  Leave"} <= set(texts)
    canvas, bar = reviewing.canvas, bar_of(reviewing)
    assert canvas.rect().contains(bar.geometry())
