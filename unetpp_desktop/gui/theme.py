"""Dark and light: Fusion, a palette and one style sheet, all from the same few colours."""

import json
import re
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from unetpp_desktop.core.resources import data_folder
from unetpp_desktop.core.settings import ThemeChoice

Tokens = dict[str, str]
"""Name of a colour, as the style sheet spells it, to "#rrggbb"; "name" is that of the theme."""

_FONT_PIXELS = 13
_FAMILIES = ("Inter", "Segoe UI", "Noto Sans", "DejaVu Sans")  # behind the system's own font
_Group = QPalette.ColorGroup
_Role = QPalette.ColorRole

_ROLES = {
    _Role.Window: "window",
    _Role.WindowText: "text",
    _Role.Base: "raised",
    _Role.AlternateBase: "window",
    _Role.Text: "text",
    _Role.Button: "raised",
    _Role.ButtonText: "text",
    _Role.BrightText: "danger",
    _Role.Light: "hover",
    _Role.Midlight: "hover",
    _Role.Mid: "border",
    _Role.Dark: "border",
    _Role.Shadow: "canvas",  # what lies deepest: the ground behind the scene
    _Role.Highlight: "accent",
    _Role.HighlightedText: "on_accent",
    _Role.Accent: "accent",
    _Role.Link: "accent",
    _Role.PlaceholderText: "muted",
    _Role.ToolTipBase: "tooltip",
    _Role.ToolTipText: "text",
}


@cache
def tokens(dark: bool) -> Tokens:
    """The colours of a theme."""
    file = data_folder("resources") / "themes" / ("dark.json" if dark else "light.json")
    colors: Tokens = json.loads(file.read_text(encoding="utf-8"))
    return colors


def wants_dark(choice: ThemeChoice) -> bool:
    """Whether the dark theme is meant; a system that says nothing gets it too."""
    if choice is ThemeChoice.SYSTEM:
        return QApplication.styleHints().colorScheme() is not Qt.ColorScheme.Light
    return choice is ThemeChoice.DARK


def apply_theme(application: QApplication, choice: ThemeChoice) -> Tokens:
    """Dresses the whole application; returns the colours, for what paints itself."""
    colors = tokens(wants_dark(choice))
    application.setStyle("Fusion")
    application.setFont(_font())
    application.setPalette(_palette(colors))
    application.setStyleSheet(style_sheet(colors))
    return colors


def style_sheet(colors: Tokens) -> str:
    """The template with every @name replaced; KeyError for a name that no theme has."""
    folder = data_folder("resources") / "themes"
    template = (folder / "style.qss").read_text(encoding="utf-8")
    values = colors | {"themes": folder.as_posix()}
    rules = re.sub(r"/\*.*?\*/", "", template, flags=re.DOTALL)
    return re.sub(r"@([a-z_]+)", lambda match: values[match[1]], rules)


def _palette(colors: Tokens) -> QPalette:
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(colors[name]))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(_Group.Disabled, role, QColor(colors["disabled"]))
    palette.setColor(_Group.Disabled, _Role.Highlight, QColor(colors["pressed"]))
    return palette


def _font() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    known = [font.family()] if QFontDatabase.hasFamily(font.family()) else []
    font.setFamilies([*known, *_FAMILIES])
    font.setPixelSize(_FONT_PIXELS)
    # Figures of equal width: numbers that change must not make their neighbours jump.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
