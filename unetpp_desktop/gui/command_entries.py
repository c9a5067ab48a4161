"""What can be found by name: actions, classes and scenes, and which of them fit what is typed."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from unetpp_desktop.gui.actions import ACTIONS
from unetpp_desktop.gui.key_bindings import shown_keys

if TYPE_CHECKING:
    from unetpp_desktop.gui.main_window import MainWindow

_NO_SIGNS = re.compile(r"[\W_]+")
# Classes are found by their names, and the search does not find itself.
_LEFT_OUT = re.compile(r"class_\d+|commands")


class Entry(NamedTuple):
    """Something that can be done; a tuple, because a folder may hold 12,000 scenes."""

    text: str
    note: str  # keys of an action, otherwise what kind of thing it is
    run: Callable[[], object]
    color: QColor | None = None  # of a class
    more: str = ""  # further words to find it by


def entries(window: "MainWindow") -> list[Entry]:
    """What can be done now: actions first, then classes, then scenes."""
    return [*_actions(window), *class_entries(window), *_scenes(window)]


def matching(entries: Sequence[Entry], typed: str, most: int) -> list[Entry]:
    """At most so many entries that have all words of ``typed``, those that begin with it first."""
    words = _plain(typed).split()
    ranked = ((_rank(entry, words), place) for place, entry in enumerate(entries))
    found = sorted((rank, place) for rank, place in ranked if rank is not None)
    return [entries[place] for _, place in found[:most]]


def _rank(entry: Entry, words: list[str]) -> int | None:
    """0 for the best; None where a word is missing."""
    text = _plain(entry.text)
    if text.startswith(" " + " ".join(words)):
        return 0
    if all(f" {word}" in text for word in words):
        return 1
    if all(word in text for word in words):
        return 2
    if entry.more and all(word in _plain(entry.more) for word in words):
        return 3
    return None


def _plain(text: str) -> str:
    """Words in small letters with one space before each: signs between them do not count."""
    return " " + _NO_SIGNS.sub(" ", text.casefold()).strip()


def _actions(window: "MainWindow") -> Iterator[Entry]:
    window.commands.refresh()
    settings = window.session.settings
    for spec in ACTIONS:
        action = window.commands[spec.name]
        if action.isEnabled() and not _LEFT_OUT.fullmatch(spec.name):
            yield Entry(spec.shown_text(), shown_keys(settings, spec), action.trigger, None, spec.shown_tip())


def class_entries(window: "MainWindow") -> Iterator[Entry]:
    """The classes that can be painted."""
    session = window.session
    if session.project is not None:
        kind = QCoreApplication.translate("CommandBox", "class")
        for index, entry in enumerate(session.palette.classes):
            yield Entry(entry.name, kind, partial(session.set_class, index), QColor(*entry.color))


def _scenes(window: "MainWindow") -> Iterator[Entry]:
    kind = QCoreApplication.translate("CommandBox", "scene")
    for scene in window.session.scenes:
        yield Entry(scene.name, kind, partial(window.session.go_to, scene))
