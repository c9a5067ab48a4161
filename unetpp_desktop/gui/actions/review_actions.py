"""Going through the doubtful regions of the folder."""

from typing import TYPE_CHECKING

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui import checking
from unetpp_desktop.gui.action_spec import ActionSpec, Menu, has_document, has_model, has_project

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow


def _in_review(window: "MainWindow") -> bool:
    return window.session.review.current is not None


def _next(window: "MainWindow") -> None:
    if not _in_review(window):
        window.show_review_tab()
        window.canvas.setFocus()  # so that its keys work
    window.session.review.next()


# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("next_region", QT_TRANSLATE_NOOP("Actions", "Next doubtful region"), ("S",),
        QT_TRANSLATE_NOOP("Actions", "Go to the region where most wrong pixels are expected, then on"),
        _next, enabled=has_project),
    ActionSpec("next_region_scene", QT_TRANSLATE_NOOP("Actions", "Next scene to review"), ("Shift+J",),
        QT_TRANSLATE_NOOP("Actions", "Jump over the other regions of this scene; they stay in the queue"),
        lambda window: window.session.review.next_scene(), enabled=_in_review),
    ActionSpec("previous_region", QT_TRANSLATE_NOOP("Actions", "Region before"), ("Backspace",),
        QT_TRANSLATE_NOOP("Actions", "Go back to the region that you looked at before"),
        lambda window: window.session.review.back(), enabled=_in_review),
    ActionSpec("check_here", QT_TRANSLATE_NOOP("Actions", "Mark as checked here"), ("V",),
        QT_TRANSLATE_NOOP("Actions", "The doubtful region, what is selected, or what you point at is right"),
        checking.check_here, enabled=has_document),
    ActionSpec("defer_region", QT_TRANSLATE_NOOP("Actions", "Decide later"), ("Z",),
        QT_TRANSLATE_NOOP("Actions", "Put the region off, behind all others, and go on"),
        lambda window: window.session.review.defer(), enabled=_in_review),
    ActionSpec("leave_review", QT_TRANSLATE_NOOP("Actions", "Leave the review"), ("Shift+Z",),
        QT_TRANSLATE_NOOP("Actions", "Label freely again; what was decided stays (also Esc)"),
        lambda window: window.session.review.leave(), enabled=_in_review),
    ActionSpec("find_regions", QT_TRANSLATE_NOOP("Actions", "Find what to review"), ("F6",),
        QT_TRANSLATE_NOOP("Actions", "Look for doubtful regions in all scenes that are pre-labelled"),
        lambda window: window.session.review.store.build(), enabled=has_model),
)
# fmt: on

MENU: Menu = (
    QT_TRANSLATE_NOOP("Actions", "Review"),
    (
        "next_region",
        "next_region_scene",
        "previous_region",
        "check_here",
        "defer_region",
        "leave_review",
        "",
        "find_regions",
    ),
)
