"""Trainings, and what becomes of the models they make."""

from typing import TYPE_CHECKING

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui import folder_commands
from unetpp_desktop.gui.action_spec import ActionSpec, Menu, has_model

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def _can_start(window: "MainWindow") -> bool:
    return has_model(window) and window.train_panel.training.can_start


def _start(window: "MainWindow") -> None:
    window.show_train_tab()
    window.train_panel.training.start()


def _under_way(window: "MainWindow") -> bool:
    return window.train_panel.training.under_way


def _has_result(window: "MainWindow") -> bool:
    return window.train_panel.training.result is not None


def _has_discarded(window: "MainWindow") -> bool:
    return window.train_panel.training.discarded.kept is not None


def _choose_base_data(window: "MainWindow") -> None:
    window.show_train_tab()
    folder_commands.choose_base_data(window.train_panel.training.base_data, window)


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("start_training", QT_TRANSLATE_NOOP("Actions", "Start a training"), ("Ctrl+Alt+S",),
        QT_TRANSLATE_NOOP("Actions", "Train a copy of the model on the scenes that count"),
        _start, enabled=_can_start),
    ActionSpec("pause_training", QT_TRANSLATE_NOOP("Actions", "Pause or resume training"), ("Ctrl+Alt+P",),
        QT_TRANSLATE_NOOP("Actions", "A training that is paused goes on where it was"),
        lambda window: window.train_panel.training.pause_or_resume(), enabled=_under_way),
    ActionSpec("cancel_training", QT_TRANSLATE_NOOP("Actions", "Cancel the training"), ("Ctrl+Alt+X",),
        QT_TRANSLATE_NOOP("Actions", "Stop; what it learnt is lost, and the model in use stays as it is"),
        lambda window: window.train_panel.training.cancel(), enabled=_under_way),
    ActionSpec("accept_model", QT_TRANSLATE_NOOP("Actions", "Accept the new model"), ("Ctrl+Alt+Y",),
        QT_TRANSLATE_NOOP("Actions", "Use the new model from now on, even where it is refused"),
        lambda window: window.train_panel.training.accept(), enabled=_has_result),
    ActionSpec("discard_model", QT_TRANSLATE_NOOP("Actions", "Discard the new model"), ("Ctrl+Alt+N",),
        QT_TRANSLATE_NOOP("Actions", "Delete the new model and keep the one in use"),
        lambda window: window.train_panel.training.discard(), enabled=_has_result),
    ActionSpec("undo_discard", QT_TRANSLATE_NOOP("Actions", "Take back the discarded model"), ("Ctrl+Alt+U",),
        QT_TRANSLATE_NOOP("Actions", "As long as the notice offers it, you can decide about the model again"),
        lambda window: window.train_panel.training.undo_discard(), enabled=_has_discarded),
    ActionSpec("base_data", QT_TRANSLATE_NOOP("Actions", "Base data…"), ("Ctrl+Alt+B",),
        QT_TRANSLATE_NOOP("Actions", "Trainings also see scenes that the model learnt from, and forget less"),
        _choose_base_data, enabled=has_model),
)
# fmt: on

MENU: Menu = (
    QT_TRANSLATE_NOOP("Actions", "Training"),
    (
        "start_training",
        "pause_training",
        "cancel_training",
        "",
        "accept_model",
        "discard_model",
        "undo_discard",
        "",
        "base_data",
    ),
)
