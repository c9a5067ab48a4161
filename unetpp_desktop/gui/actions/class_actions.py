"""Which class is painted, locked and hidden."""

from typing import TYPE_CHECKING

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui.action_spec import ActionSpec, Menu, has_project

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def _choose(window: "MainWindow", number: int) -> None:
    """In the review the first numbers are those of the candidates."""
    if not window.session.review.choose(number):
        window.session.set_class(number - 1)


def _class_action(number: int) -> ActionSpec:
    return ActionSpec(
        f"class_{number}",
        QT_TRANSLATE_NOOP("Actions", "Class {}"),
        (str(number % 10),),
        QT_TRANSLATE_NOOP("Actions", "Paint the class that is number {} in the list"),
        lambda window: _choose(window, number),
        enabled=has_project,
        number=number,
    )


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("previous_class", QT_TRANSLATE_NOOP("Actions", "Previous class"), ("Q",),
        QT_TRANSLATE_NOOP("Actions", "Paint the class above in the list"),
        lambda window: window.session.set_class(window.session.active_class - 1), enabled=has_project),
    ActionSpec("next_class", QT_TRANSLATE_NOOP("Actions", "Next class"), ("W",),
        QT_TRANSLATE_NOOP("Actions", "Paint the class below in the list"),
        lambda window: window.session.set_class(window.session.active_class + 1), enabled=has_project),
    ActionSpec("swap_class", QT_TRANSLATE_NOOP("Actions", "Class before"), ("X",),
        QT_TRANSLATE_NOOP("Actions", "Go back to the class that you painted before"),
        lambda window: window.session.set_class(window.session.former_class), enabled=has_project),
    ActionSpec("find_class", QT_TRANSLATE_NOOP("Actions", "Find class…"), ("C",),
        QT_TRANSLATE_NOOP("Actions", "Type the name of the class to paint"),
        lambda window: window.show_commands(only_classes=True), enabled=has_project),
    ActionSpec("lock_class", QT_TRANSLATE_NOOP("Actions", "Lock class"), ("K",),
        QT_TRANSLATE_NOOP("Actions", "Pixels of the active class stay, whoever paints over them"),
        lambda window: window.toggle_lock(),
        checked=lambda window: window.session.active_class in window.session.locked, enabled=has_project),
    ActionSpec("hide_class", QT_TRANSLATE_NOOP("Actions", "Hide class"), ("H",),
        QT_TRANSLATE_NOOP("Actions", "Do not draw the active class"),
        lambda window: window.toggle_hidden(),
        checked=lambda window: window.session.active_class in window.session.hidden, enabled=has_project),
    ActionSpec("solo_class", QT_TRANSLATE_NOOP("Actions", "Show only this class"), ("Shift+H",),
        QT_TRANSLATE_NOOP("Actions", "Draw the active class alone; again: all classes"),
        lambda window: window.toggle_solo(),
        checked=lambda window: window.session.is_solo(window.session.active_class), enabled=has_project),
    ActionSpec("classes", QT_TRANSLATE_NOOP("Actions", "Edit classes…"), ("Ctrl+Shift+C",),
        QT_TRANSLATE_NOOP("Actions", "Add, rename, recolour, reorder and merge the classes of this project"),
        lambda window: window.mask_desk.show_classes(), enabled=has_project),
    ActionSpec("undo_classes", QT_TRANSLATE_NOOP("Actions", "Undo class change…"), ("Ctrl+Alt+Z",),
        QT_TRANSLATE_NOOP("Actions", "Give all masks the classes that they had before the last change"),
        lambda window: window.mask_desk.show_class_undo(), enabled=has_project),
    *(_class_action(number) for number in range(1, 11)),
)
# fmt: on

MENU: Menu = (
    QT_TRANSLATE_NOOP("Actions", "Classes"),
    (
        "previous_class",
        "next_class",
        "swap_class",
        "find_class",
        "lock_class",
        "hide_class",
        "solo_class",
        "",
        "classes",
        "undo_classes",
    ),
)
