"""Keys by their place: shortcuts that also work on keyboards without Latin letters or without brackets."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_ROWS = ("qwertyuiop[]", "asdfghjkl", "zxcvbnm,.")
_WINDOWS = (0x10, 0x1E, 0x2C)  # scan code of the first key of each row
_LINUX = (24, 38, 52)  # the kernel's codes plus 8, as X11 and Wayland give them
_MAC_CODES = (
    (12, 13, 14, 15, 17, 16, 32, 34, 31, 35, 33, 30),
    (0, 1, 2, 3, 5, 4, 38, 40, 37),
    (6, 7, 8, 9, 11, 45, 46, 43, 47),
)


def _places() -> dict[int, str]:
    if sys.platform == "darwin":
        pairs = zip("".join(_ROWS), (code for row in _MAC_CODES for code in row), strict=True)
        return {code: name for name, code in pairs}
    firsts = _WINDOWS if sys.platform == "win32" else _LINUX
    return {
        first + place: name
        for row, first in zip(_ROWS, firsts, strict=True)
        for place, name in enumerate(row)
    }


_PLACES = _places()


def physical_key(event: QKeyEvent) -> str | None:
    """What the pressed key would be on an American keyboard, where that may stand in for a shortcut.

    A key that gives a Latin letter means that letter wherever it lies; None then, with Ctrl, Alt or
    Meta, and for all other keys.
    """
    taken = (
        Qt.KeyboardModifier.ControlModifier
        | Qt.KeyboardModifier.AltModifier
        | Qt.KeyboardModifier.MetaModifier
    )
    if event.modifiers() & taken or Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z:
        return None
    code = event.nativeVirtualKey() if sys.platform == "darwin" else event.nativeScanCode()
    return _PLACES.get(code)
