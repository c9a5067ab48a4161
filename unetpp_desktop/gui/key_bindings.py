"""Which keys an action has: those of its row in the table, or those that the user has given it."""

from collections.abc import Iterator, Sequence
from functools import cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeyEvent, QKeySequence

from unetpp_desktop.core.settings import Settings
from unetpp_desktop.gui.action_spec import ActionSpec
from unetpp_desktop.gui.actions import ACTIONS
from unetpp_desktop.gui.choices import Choices
from unetpp_desktop.gui.physical_keys import key_as_typed, key_by_place

RESERVED = ("Space", "Esc")
"""Keys that the canvas needs itself: to move the scene, and to give up what is under way."""

# Lists, fields and buttons need these themselves; given to an action, they work on the canvas only.
_ONLY_ON_CANVAS = frozenset(
    ("Left", "Right", "Up", "Down", "Home", "End", "PgUp", "PgDown", "Tab", "Return", "Enter", "Backspace")
) | {"Del"}
_BY_NAME = {spec.name: spec for spec in ACTIONS}


def usual_keys(spec: ActionSpec) -> tuple[str, ...]:
    """The keys of the table, as portable text."""
    return tuple(dict.fromkeys(_portable(key) for key in (*spec.shortcuts, *spec.canvas_shortcuts)))


def keys_of(settings: Settings, spec: ActionSpec) -> tuple[str, ...]:
    """All keys that the action has now, as portable text."""
    return settings.keys.get(spec.name, usual_keys(spec))


def keys_everywhere(settings: Settings, spec: ActionSpec) -> tuple[str, ...]:
    """Those that work wherever the focus is."""
    return tuple(key for key in keys_of(settings, spec) if not _only_on_canvas(spec, key))


def keys_on_canvas(settings: Settings, spec: ActionSpec) -> tuple[str, ...]:
    """Those that work only while the canvas has the focus."""
    return tuple(key for key in keys_of(settings, spec) if _only_on_canvas(spec, key))


def shown_keys(settings: Settings, spec: ActionSpec) -> str:
    """The keys of an action as this system writes them; "" where it has none."""
    either = QCoreApplication.translate("Actions", " or ")
    return either.join(as_shown(key) for key in keys_of(settings, spec))


def with_keys(tip: str, settings: Settings, name: str) -> str:
    """The tooltip of a button that does what the action called ``name`` does."""
    keys = shown_keys(settings, _BY_NAME[name])
    return f"{tip} ({keys})" if keys else tip


def first_key(settings: Settings, name: str) -> str:
    """The first key of the action called ``name`` as this system writes it; "" where it has none."""
    return next(iter(map(as_shown, keys_of(settings, _BY_NAME[name]))), "")


def as_shown(key: str) -> str:
    """A portable key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def is_key_of(settings: Settings, name: str, event: QKeyEvent) -> bool:
    """Whether the key that went down or up is one of the action called ``name``, by sign or by place.

    Modifiers do not count: they may be let go before the key.
    """
    wanted = {_base(key) for key in keys_of(settings, _BY_NAME[name])}
    return any(_base(key) in wanted for key in meanings(event))


def meanings(event: QKeyEvent) -> tuple[str, ...]:
    """What a pressed key may stand for, as portable text: what it types, then what its place says."""
    found = (key_as_typed(event), key_by_place(event))
    return tuple(dict.fromkeys(key for key in found if key))


def recorded(event: QKeyEvent) -> str | None:
    """The portable text under which a pressed key is kept; None for a modifier alone.

    A character that is not ASCII is kept as its place: it could not be written in every layout.
    """
    typed, place = key_as_typed(event), key_by_place(event)
    if place is not None and not typed.isascii():
        return place
    return typed or None


def holder(settings: Settings, keys: Sequence[str], besides: ActionSpec) -> ActionSpec | None:
    """The other action that one of ``keys`` belongs to now."""
    return next(_holders(settings, keys, besides), None)


def settle_clashes(settings: Settings) -> tuple[str, ...]:
    """Leaves each key to one action, where the file gives it to two or an action has become new.

    What somebody gave to an action outweighs what another usually has; else the order of the menus
    decides. Returns a sentence for each key that an action loses.
    """
    given = [spec for spec in ACTIONS if spec.name in settings.keys]
    first: dict[str, ActionSpec] = {
        _portable(key): spec for spec in reversed(given) for key in keys_of(settings, spec)
    }
    told = []
    for spec in ACTIONS:
        for key in keys_of(settings, spec):
            keeps = first.get(_portable(key), spec) if _portable(key) else spec
            if keeps is not spec:
                _keep(settings, spec, tuple(other for other in keys_of(settings, spec) if other != key))
                told.append(_clash(settings, key, keeps, spec))
    return tuple(told)


def _clash(settings: Settings, key: str, keeps: ActionSpec, loses: ActionSpec) -> str:
    sentence = QCoreApplication.translate(
        "Actions",
        "In {0}, {1} is the key of “{2}” and of “{3}”. “{2}” keeps it, “{3}” has {4} now; give it another "
        "one in the settings.",
    )
    left = shown_keys(settings, loses) or QCoreApplication.translate("Actions", "no key")
    return sentence.format(settings.path, as_shown(key), keeps.shown_text(), loses.shown_text(), left)


def give_keys(choices: Choices, spec: ActionSpec, keys: Sequence[str]) -> None:
    """``spec`` has exactly ``keys`` from now on, and no other action has them; at once, everywhere."""
    keys = tuple(dict.fromkeys(keys))
    settings = choices.settings
    for other in list(_holders(settings, keys, spec)):
        _keep(settings, other, tuple(key for key in keys_of(settings, other) if key not in keys))
    _keep(settings, spec, keys)
    choices.settings_changed.emit()


def restore_all_keys(choices: Choices) -> None:
    """Every action has the keys of its row again."""
    for name in choices.settings.keys:
        choices.settings.set_keys(name, None)
    choices.settings_changed.emit()


def _holders(settings: Settings, keys: Sequence[str], besides: ActionSpec) -> Iterator[ActionSpec]:
    for spec in ACTIONS:
        if spec.name != besides.name and not set(keys).isdisjoint(keys_of(settings, spec)):
            yield spec


def _keep(settings: Settings, spec: ActionSpec, keys: tuple[str, ...]) -> None:
    settings.set_keys(spec.name, None if keys == usual_keys(spec) else keys)


def _only_on_canvas(spec: ActionSpec, key: str) -> bool:
    if key in map(_portable, spec.shortcuts):
        return False
    if key in map(_portable, spec.canvas_shortcuts):
        return True
    return key.removeprefix("Shift+") in _ONLY_ON_CANVAS


@cache
def _portable(key: str) -> str:
    return QKeySequence(key).toString()


def _base(key: str) -> str:
    """The key itself, without what is held with it."""
    return "+" if key.endswith("+") else key.rpartition("+")[2]
