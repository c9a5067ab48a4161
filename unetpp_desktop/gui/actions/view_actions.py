"""How the scene is shown."""

from dataclasses import replace
from typing import TYPE_CHECKING

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui.action_spec import ActionSpec, Menu, has_project
from unetpp_desktop.gui.view_options import Light, OverlayStyle
from unetpp_desktop.gui.viewport import ZOOM_STEP

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def _toggle_minimap(window: "MainWindow") -> None:
    view = window.session.view
    window.session.set_view(replace(view, minimap=not view.minimap))


def _reset_light(window: "MainWindow") -> None:
    window.session.set_view(replace(window.session.view, light=Light()))


def _toggle_comparing(window: "MainWindow") -> None:
    view = window.session.view
    window.session.set_view(replace(view, comparing=not view.comparing))


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("zoom_in", QT_TRANSLATE_NOOP("Actions", "Zoom in"), ("Ctrl++", "Ctrl+="),
        QT_TRANSLATE_NOOP("Actions", "Show the scene larger (also with the wheel)"),
        lambda window: window.canvas.zoom_by(ZOOM_STEP), enabled=has_project),
    ActionSpec("zoom_out", QT_TRANSLATE_NOOP("Actions", "Zoom out"), ("Ctrl+-",),
        QT_TRANSLATE_NOOP("Actions", "Show the scene smaller (also with the wheel)"),
        lambda window: window.canvas.zoom_by(1 / ZOOM_STEP), enabled=has_project),
    ActionSpec("fit", QT_TRANSLATE_NOOP("Actions", "Fit"), ("Ctrl+0",),
        QT_TRANSLATE_NOOP("Actions", "Show the whole scene"),
        lambda window: window.canvas.fit(), "maximize", enabled=has_project),
    ActionSpec("actual_size", QT_TRANSLATE_NOOP("Actions", "1:1"), ("Ctrl+1",),
        QT_TRANSLATE_NOOP("Actions", "100 %: one pixel of the scene on one pixel of the screen"),
        lambda window: window.canvas.show_actual_size(), enabled=has_project),
    ActionSpec("peek", QT_TRANSLATE_NOOP("Actions", "Hide overlay"), ("T",),
        QT_TRANSLATE_NOOP("Actions", "Show the scene without class colours; hold the key for a short look"),
        lambda window: window.peek.press(), "eye", checked_icon="eye-off",
        checked=lambda window: window.canvas.overlay_hidden, enabled=has_project),
    ActionSpec("outlines", QT_TRANSLATE_NOOP("Actions", "Outlines only"), ("O",),
        QT_TRANSLATE_NOOP("Actions", "Draw the borders of the classes instead of their areas"),
        lambda window: window.session.toggle_style(OverlayStyle.OUTLINES),
        checked=lambda window: window.session.view.style is OverlayStyle.OUTLINES, enabled=has_project),
    ActionSpec("difference", QT_TRANSLATE_NOOP("Actions", "Difference from the model"), ("Shift+O",),
        QT_TRANSLATE_NOOP("Actions", "Draw only the pixels whose class is not the one the model predicts"),
        lambda window: window.session.toggle_style(OverlayStyle.DIFFERENCE),
        checked=lambda window: window.session.view.style is OverlayStyle.DIFFERENCE, enabled=has_project),
    ActionSpec("uncertainty", QT_TRANSLATE_NOOP("Actions", "Uncertainty of the model"), ("Shift+U",),
        QT_TRANSLATE_NOOP("Actions", "Draw how likely the model is wrong where nobody has decided yet"),
        lambda window: window.session.toggle_style(OverlayStyle.UNCERTAINTY),
        checked=lambda window: window.session.view.style is OverlayStyle.UNCERTAINTY, enabled=has_project),
    ActionSpec("pixel_grid", QT_TRANSLATE_NOOP("Actions", "Pixel grid"), ("Ctrl+G",),
        QT_TRANSLATE_NOOP("Actions", "Draw lines between the pixels, past 800 %"),
        lambda window: window.toggle_pixel_grid(),
        checked=lambda window: window.session.view.pixel_grid, enabled=has_project),
    ActionSpec("minimap", QT_TRANSLATE_NOOP("Actions", "Minimap"), ("N",),
        QT_TRANSLATE_NOOP("Actions", "Show the whole scene in a corner while only part of it is in view"),
        _toggle_minimap, checked=lambda window: window.session.view.minimap, enabled=has_project),
    ActionSpec("reset_light", QT_TRANSLATE_NOOP("Actions", "Reset light"), ("Ctrl+B",),
        QT_TRANSLATE_NOOP("Actions", "Show the scene as bright as it is in its file"),
        _reset_light, enabled=lambda window: window.session.view.light != Light()),
    ActionSpec("compare", QT_TRANSLATE_NOOP("Actions", "Compare"), ("Shift+C",),
        QT_TRANSLATE_NOOP("Actions", "Show the image and predictions of models beside the mask"),
        _toggle_comparing, checked=lambda window: window.session.view.comparing, enabled=has_project),
    ActionSpec("columns", QT_TRANSLATE_NOOP("Actions", "Hide side columns"), ("F9",),
        QT_TRANSLATE_NOOP("Actions", "Show nothing but the scene"),
        lambda window: window.toggle_columns(), canvas_shortcuts=("Tab",),
        checked=lambda window: window.columns_hidden, enabled=has_project),
    ActionSpec("full_screen", QT_TRANSLATE_NOOP("Actions", "Full screen"), ("F11",),
        QT_TRANSLATE_NOOP("Actions", "Use the whole screen"),
        lambda window: window.toggle_full_screen(), checked=lambda window: window.isFullScreen()),
    ActionSpec("theme", QT_TRANSLATE_NOOP("Actions", "Dark or light"), ("Ctrl+Shift+T",),
        QT_TRANSLATE_NOOP("Actions", "Switch between the dark and the light theme"),
        lambda window: window.toggle_theme()),
    ActionSpec("show_label", QT_TRANSLATE_NOOP("Actions", "Label tab"), ("Ctrl+L",),
        QT_TRANSLATE_NOOP("Actions", "Show classes and brush"),
        lambda window: window.show_label_tab(), enabled=has_project),
    ActionSpec("show_review", QT_TRANSLATE_NOOP("Actions", "Review tab"), ("Ctrl+I",),
        QT_TRANSLATE_NOOP("Actions", "Show what the model is not sure of, and what labelling costs"),
        lambda window: window.show_review_tab(), enabled=has_project),
    ActionSpec("show_train", QT_TRANSLATE_NOOP("Actions", "Train tab"), ("Ctrl+T",),
        QT_TRANSLATE_NOOP("Actions", "Show what the model can learn from your corrections"),
        lambda window: window.show_train_tab(), enabled=has_project),
)
# fmt: on

MENU: Menu = (
    QT_TRANSLATE_NOOP("Actions", "View"),
    (
        "zoom_in",
        "zoom_out",
        "fit",
        "actual_size",
        "",
        "peek",
        "outlines",
        "difference",
        "uncertainty",
        "pixel_grid",
        "minimap",
        "reset_light",
        "compare",
        "columns",
        "full_screen",
        "theme",
        "",
        "show_label",
        "show_review",
        "show_train",
    ),
)
