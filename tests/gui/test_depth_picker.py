"""The depth: what is shown of each, and choosing one by mouse and by key."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.gui.depth_picker import DepthFacts, DepthPicker, facts_of, recommended_depth
from unetpp_desktop.nn.card import DepthMetrics, ModelCard
from unetpp_desktop.nn.config import NetworkConfig


@pytest.fixture
def picker(qtbot: QtBot) -> DepthPicker:
    picker = DepthPicker()
    qtbot.addWidget(picker)
    picker.set_facts(
        {
            1: DepthFacts(0.012, 0.41, "CamVid val"),
            2: DepthFacts(0.031, 0.553, "CamVid val"),
            3: DepthFacts(0.084, 0.635, "CamVid val"),
            4: DepthFacts(1.204, 0.641, "CamVid val"),
        }
    )
    picker.show()
    return picker


def _segment(picker: DepthPicker, depth: int) -> QAbstractButton:
    return next(button for button in picker.findChildren(QAbstractButton) if button.text() == str(depth))


def test_a_click_chooses(picker: DepthPicker, qtbot: QtBot) -> None:
    with qtbot.waitSignal(picker.depth_chosen) as chosen:
        qtbot.mouseClick(_segment(picker, 2), Qt.MouseButton.LeftButton)
    assert chosen.args == [2]
    assert picker.chosen == 2


def test_arrow_keys_and_digits_choose(picker: DepthPicker, qtbot: QtBot) -> None:
    chosen: list[int] = []
    picker.set_depth(4)
    picker.depth_chosen.connect(chosen.append)
    picker.activateWindow()
    segment = _segment(picker, 4)
    segment.setFocus()
    qtbot.waitUntil(segment.hasFocus)
    qtbot.keyClick(segment, Qt.Key.Key_Left)
    qtbot.keyClick(picker.focusWidget(), Qt.Key.Key_1)
    assert chosen == [3, 1]
    assert picker.chosen == 1


def test_showing_a_depth_is_not_choosing_it(picker: DepthPicker, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(picker.depth_chosen):
        picker.set_depth(1)
        picker.set_depth(9)
    assert picker.chosen == 1


def test_the_tooltip_says_what_is_known(picker: DepthPicker) -> None:
    tip = _segment(picker, 3).toolTip()
    assert "84 ms per scene on this machine" in tip
    assert "63.5% mIoU on CamVid val" in tip
    assert "recommended" in tip
    assert "recommended" not in _segment(picker, 4).toolTip()
    assert "1.2 s per scene" in _segment(picker, 4).toolTip()
    assert _segment(picker, 3).accessibleName() == "Depth 3"


def test_a_model_with_fewer_depths_has_fewer_segments(picker: DepthPicker) -> None:
    picker.set_depth(4)
    picker.set_facts({1: DepthFacts(), 2: DepthFacts()})
    shown = [button.text() for button in picker.findChildren(QAbstractButton) if button.isVisible()]
    assert shown == ["1", "2"]
    assert picker.chosen == 2


def test_the_facts_need_room_and_the_numbers_do_not(picker: DepthPicker) -> None:
    assert picker.minimumSizeHint().width() <= 130
    assert picker.sizeHint().width() > picker.minimumSizeHint().width()
    picker.resize(picker.minimumSizeHint())
    assert not picker.grab().isNull()


def test_one_measured_time_does_not_take_the_figures_of_the_others(picker: DepthPicker) -> None:
    figures = {depth: DepthFacts(miou=0.5 + depth / 100) for depth in (1, 2, 3, 4)}
    picker.resize(4 * 50, picker.height())  # room for one figure each
    picker.set_facts(figures)
    before = _segment(picker, 1).grab().toImage()
    picker.set_facts(figures | {4: DepthFacts(1.6, 0.54)})
    assert _segment(picker, 1).grab().toImage() == before
    picker.set_facts({depth: DepthFacts() for depth in figures})
    assert _segment(picker, 1).grab().toImage() != before


def test_recommended_is_the_shallowest_that_is_nearly_the_best() -> None:
    assert recommended_depth({1: DepthFacts(), 2: DepthFacts()}) is None
    assert (
        recommended_depth({1: DepthFacts(miou=0.5), 2: DepthFacts(miou=0.633), 3: DepthFacts(miou=0.64)}) == 2
    )


def test_facts_come_from_the_card_and_from_measuring() -> None:
    metrics = DepthMetrics(miou=0.5, pixel_accuracy=0.9, iou={}, scenes=101, data="CamVid val")
    network = NetworkConfig(filters=(4, 4, 6, 6, 8), classes=11)
    card = ModelCard(name="m", palette=shipped_palette("camvid11"), network=network, metrics={"2": metrics})
    facts = facts_of(card, {4: 0.2}, {})
    assert facts[1] == DepthFacts()
    assert facts[2] == DepthFacts(None, 0.5, "CamVid val")
    assert facts[4] == DepthFacts(0.2, None, "")
    assert (facts[4].cost, facts[2].gain) == ("200 ms", "50.0%")
