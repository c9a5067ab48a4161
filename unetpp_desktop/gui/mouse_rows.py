"""What the mouse does on the scene, for the sheet of keys."""

from PySide6.QtCore import QCoreApplication

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP, Settings
from unetpp_desktop.gui.key_bindings import first_key

# What is done, the movements that do it, and the action whose key is held with them.
_ROWS = (
    (QT_TRANSLATE_NOOP("MouseRows", "Paint"), (QT_TRANSLATE_NOOP("MouseRows", "drag"),), ""),
    (
        QT_TRANSLATE_NOOP("MouseRows", "Straight line from the last stroke"),
        (QT_TRANSLATE_NOOP("MouseRows", "Shift + click"),),
        "",
    ),
    (QT_TRANSLATE_NOOP("MouseRows", "Erase"), (QT_TRANSLATE_NOOP("MouseRows", "right drag"),), ""),
    (QT_TRANSLATE_NOOP("MouseRows", "Give up the stroke"), (QT_TRANSLATE_NOOP("MouseRows", "Esc"),), ""),
    (QT_TRANSLATE_NOOP("MouseRows", "Zoom"), (QT_TRANSLATE_NOOP("MouseRows", "wheel"),), ""),
    (
        QT_TRANSLATE_NOOP("MouseRows", "Move the scene"),
        (QT_TRANSLATE_NOOP("MouseRows", "Space + drag"), QT_TRANSLATE_NOOP("MouseRows", "middle drag")),
        "",
    ),
    (QT_TRANSLATE_NOOP("MouseRows", "Brush size"), (QT_TRANSLATE_NOOP("MouseRows", "Shift + wheel"),), ""),
    (
        QT_TRANSLATE_NOOP("MouseRows", "Short look without overlay"),
        (QT_TRANSLATE_NOOP("MouseRows", "hold {}"),),
        "peek",
    ),
)


def mouse_rows(settings: Settings) -> list[tuple[str, tuple[str, ...]]]:
    """What is done, and the movements that do it; held keys are those of now."""
    rows = []
    for text, movements, action in _ROWS:
        key = first_key(settings, action) if action else ""
        if action and not key:
            continue
        shown = tuple(QCoreApplication.translate("MouseRows", words).format(key) for words in movements)
        rows.append((QCoreApplication.translate("MouseRows", text), shown))
    return rows
