"""The program itself."""

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.gui.action_spec import ActionSpec, Menu

# fmt: off
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("commands", QT_TRANSLATE_NOOP("Actions", "Find by name…"), ("Ctrl+K",),
        QT_TRANSLATE_NOOP("Actions", "Type the name of any action, class or scene"),
        lambda window: window.show_commands(), "search"),
    ActionSpec("settings", QT_TRANSLATE_NOOP("Actions", "Settings…"), ("Ctrl+,",),
        QT_TRANSLATE_NOOP("Actions", "Change how the program behaves"),
        lambda window: window.show_settings(), "settings"),
    ActionSpec("keys", QT_TRANSLATE_NOOP("Actions", "Keys"), ("F1",),
        QT_TRANSLATE_NOOP("Actions", "Show all keys"),
        lambda window: window.show_keys(), "circle-question-mark"),
    ActionSpec("quit", QT_TRANSLATE_NOOP("Actions", "Quit"), ("Ctrl+Q",),
        QT_TRANSLATE_NOOP("Actions", "Save and close the window"),
        lambda window: window.close()),
)
# fmt: on

MENU: Menu = ("", ("commands", "settings", "keys", "", "quit"))
