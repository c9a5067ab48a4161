"""Pre-labelling and the depth of the network."""

from typing import TYPE_CHECKING

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui.action_spec import ActionSpec, Menu, has_model

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def _depth_action(depth: int) -> ActionSpec:
    return ActionSpec(
        f"depth_{depth}",
        QT_TRANSLATE_NOOP("Actions", "Depth {}"),
        (f"Alt+{depth}",),
        QT_TRANSLATE_NOOP("Actions", "Predict with depth {} of the network from now on"),
        lambda window: window.session.set_depth(depth),
        checked=lambda window: window.session.depth == depth,
        enabled=lambda window: window.session.model is not None and depth <= window.session.model.card.depth,
        number=depth,
    )


def _measure_depths(window: "MainWindow") -> None:
    window.show_train_tab()
    window.contents.depth_adviser.measure()


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("prelabel", QT_TRANSLATE_NOOP("Actions", "Pre-label this scene"), ("P",),
        QT_TRANSLATE_NOOP("Actions", "Predict this scene; pixels that you checked stay"),
        lambda window: window.prelabel_this(), "sparkles",
        enabled=lambda window: window.session.predictions.can_predict),
    ActionSpec("prelabel_undone", QT_TRANSLATE_NOOP("Actions", "Pre-label undone scenes"), ("Ctrl+Shift+P",),
        QT_TRANSLATE_NOOP("Actions", "Predict every scene that is not done; pixels that you checked stay"),
        lambda window: window.prelabel_undone(), enabled=has_model),
    ActionSpec("roll_back", QT_TRANSLATE_NOOP("Actions", "Roll back the model"), ("Ctrl+Alt+R",),
        QT_TRANSLATE_NOOP("Actions", "Use the version again that was in use before this one"),
        lambda window: window.train_panel.training.roll_back(), enabled=has_model),
    *(_depth_action(depth) for depth in range(1, 5)),
    ActionSpec("measure_depths", QT_TRANSLATE_NOOP("Actions", "Measure the depths"), ("Ctrl+Alt+D",),
        QT_TRANSLATE_NOOP("Actions", "Compare the depths on your corrected scenes and on this machine"),
        _measure_depths, enabled=has_model),
    ActionSpec("engine", QT_TRANSLATE_NOOP("Actions", "How scenes are predicted…"), ("Ctrl+Alt+E",),
        QT_TRANSLATE_NOOP("Actions", "Which engine and precision are used, and why; INT8 is made here"),
        lambda window: window.contents.engine_facts.show(), enabled=has_model),
)
# fmt: on

MENU: Menu = (
    QT_TRANSLATE_NOOP("Actions", "Model"),
    (
        "prelabel",
        "prelabel_undone",
        "",
        "depth_1",
        "depth_2",
        "depth_3",
        "depth_4",
        "measure_depths",
        "engine",
        "",
        "roll_back",
    ),
)
