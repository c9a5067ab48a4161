"""Keys by their place: shortcuts that also work on keyboards without Latin letters, digits or brackets."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

_ROWS = ("1234567890", "qwertyuiop[]", "asdfghjkl", "zxcvbnm,.")  # of an American keyboard
_WINDOWS = (0x02, 0x10, 0x1E, 0x2C)  # scan code of the first key of each row
_LINUX = (10, 24, 38, 52)  # the kernel's codes plus 8, as X11 and Wayland give them
_MAC_CODES = (
    (18, 19, 20, 21, 23, 22, 26, 28, 25, 29),
    (12, 13, 14, 15, 17, 16, 32, 34, 31, 35, 33, 30),
    (0, 1, 2, 3, 5, 4, 38, 40, 37),
    (6, 7, 8, 9, 11, 45, 46, 43, 47),
)
_LAST_ASCII = 0x7E
_Modifier = Qt.KeyboardModifier
_HELD = (
    (_Modifier.ControlModifier, "Ctrl+"),
    (_Modifier.AltModifier, "Alt+"),
    (_Modifier.ShiftModifier, "Shift+"),
    (_Modifier.MetaModifier, "Meta+"),
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


def key_by_place(event: QKeyEvent) -> str | None:
    """What was pressed as an American keyboard would give it ("Ctrl+Z", "3", "["); None where that
    must not stand in for a shortcut.

    A Latin letter means that letter wherever it lies, and so does a digit, which some layouts give
    with Shift only. Other signs of ASCII have meanings of their own: a letter is not read into
    them, while a digit, bracket, comma or full stop is. Nothing is read into characters that are
    typed with AltGr.
    """
    name = _PLACES.get(event.nativeVirtualKey() if sys.platform == "darwin" else event.nativeScanCode())
    key, held = event.key(), event.modifiers()
    if name is None or Qt.Key.Key_A <= key <= Qt.Key.Key_Z or _by_alt_gr(held):
        return None
    is_digit = Qt.Key.Key_0 <= key <= Qt.Key.Key_9
    if (is_digit and not name.isdigit()) or (name.isalpha() and key <= _LAST_ASCII):
        return None
    if is_digit:
        held &= ~_Modifier.ShiftModifier
    prefix = "".join(text for modifier, text in _HELD if held & modifier)
    return QKeySequence(prefix + name.upper()).toString()


def key_as_typed(event: QKeyEvent) -> str:
    """What was pressed as the user's own keyboard gives it; "" for a modifier alone."""
    if event.key() in (Qt.Key.Key_unknown, Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt):
        return ""
    if event.key() in (Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock):
        return ""
    held = event.modifiers() & ~(_Modifier.KeypadModifier | _Modifier.GroupSwitchModifier)
    key = Qt.Key.Key_Tab if event.key() == Qt.Key.Key_Backtab else Qt.Key(event.key())
    if _is_sign(key):
        held &= ~_Modifier.ShiftModifier  # it is part of the sign: what Shift+1 types is "!"
    return QKeySequence(held.value | key.value).toString()


def _is_sign(key: Qt.Key) -> bool:
    return Qt.Key.Key_Exclam <= key <= _LAST_ASCII and not (Qt.Key.Key_A <= key <= Qt.Key.Key_Z)


def _by_alt_gr(held: Qt.KeyboardModifier) -> bool:
    both = _Modifier.ControlModifier | _Modifier.AltModifier  # how Windows writes AltGr
    return bool(held & _Modifier.GroupSwitchModifier) or (sys.platform == "win32" and held & both == both)
