"""What a user may change about the program: one table, from which the dialog is made.

Only what differs from the defaults is stored, as JSON that a person can read and mend.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import read_bytes, write_atomically

Value = TypeVar("Value", bound=int | StrEnum)
"""What a setting may be."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001
    """Marks a text for Qt's translation tools, which know this name; this room does not import Qt."""
    return text


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


class OnOpening(StrEnum):
    """What is done about a scene without labels when it is opened."""

    PREVIEW = "preview"
    PRELABEL = "prelabel"
    NOTHING = "nothing"


class ScaleChoice(StrEnum):
    """At what scale the network looks at images; the values are those of `nn.scale`."""

    AUTO = "auto"
    FULL = "1"
    THREE_QUARTERS = "0.75"
    HALF = "0.5"
    QUARTER = "0.25"


CHOICE_TEXTS: dict[StrEnum, str] = {
    ThemeChoice.SYSTEM: QT_TRANSLATE_NOOP("Settings", "Like the system"),
    ThemeChoice.DARK: QT_TRANSLATE_NOOP("Settings", "Dark"),
    ThemeChoice.LIGHT: QT_TRANSLATE_NOOP("Settings", "Light"),
    OnOpening.PREVIEW: QT_TRANSLATE_NOOP("Settings", "Preview"),
    OnOpening.PRELABEL: QT_TRANSLATE_NOOP("Settings", "Pre-label"),
    OnOpening.NOTHING: QT_TRANSLATE_NOOP("Settings", "Nothing"),
    ScaleChoice.AUTO: QT_TRANSLATE_NOOP("Settings", "Automatic"),
    ScaleChoice.FULL: QT_TRANSLATE_NOOP("Settings", "Every pixel"),
    ScaleChoice.THREE_QUARTERS: QT_TRANSLATE_NOOP("Settings", "75 %"),
    ScaleChoice.HALF: QT_TRANSLATE_NOOP("Settings", "50 %"),
    ScaleChoice.QUARTER: QT_TRANSLATE_NOOP("Settings", "25 %"),
}
"""What the values of all choices are called."""


@dataclass(frozen=True)
class Setting(Generic[Value]):
    """One thing a user may change; its type is the type of the default."""

    key: str
    default: Value
    text: str
    hint: str
    low: int = 0  # for whole numbers: the range, both ends included
    high: int = 0
    unit: str = ""

    def parse(self, stored: object) -> Value:
        """The stored value as the type of the default, whole numbers brought into their range.

        Raises ValueError where it cannot be one.
        """
        kind: Callable[[Any], Value] = type(self.default)
        if isinstance(self.default, StrEnum):
            return kind(stored)
        if type(stored) is not type(self.default):
            raise ValueError(f"must be of type {type(self.default).__name__}")
        if isinstance(stored, bool) or not isinstance(stored, int):
            return kind(stored)
        return kind(min(max(stored, self.low), self.high))


THEME = Setting(
    "theme",
    ThemeChoice.SYSTEM,
    QT_TRANSLATE_NOOP("Settings", "Theme"),
    QT_TRANSLATE_NOOP("Settings", "Colours of the window; the colours of the classes stay the same."),
)
OVERLAY_OPACITY = Setting(
    "overlay_opacity",
    55,
    QT_TRANSLATE_NOOP("Settings", "Overlay opacity"),
    QT_TRANSLATE_NOOP("Settings", "How strongly the class colours cover the scene."),
    low=5,
    high=100,
    unit=" %",
)
CTRL_WHEEL_ZOOMS = Setting(
    "ctrl_wheel_zooms",
    False,
    QT_TRANSLATE_NOOP("Settings", "Zoom only with Ctrl + wheel"),
    QT_TRANSLATE_NOOP("Settings", "The plain wheel then moves the scene, as on a page."),
)
GO_ON_AFTER_DONE = Setting(
    "go_on_after_done",
    True,
    QT_TRANSLATE_NOOP("Settings", "Go on after marking done"),
    QT_TRANSLATE_NOOP("Settings", "Opens the next undone scene when a scene is marked as done."),
)
ON_OPENING = Setting(
    "on_opening",
    OnOpening.PREVIEW,
    QT_TRANSLATE_NOOP("Settings", "When a scene without labels is opened"),
    QT_TRANSLATE_NOOP(
        "Settings", "A preview shows lightly what the model says; pre-labelling makes it the mask."
    ),
)
PREDICTION_SCALE = Setting(
    "prediction_scale",
    ScaleChoice.AUTO,
    QT_TRANSLATE_NOOP("Settings", "The model looks at scenes at"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "Large photos are labelled faster and better at about the size of its training scenes.",
    ),
)
SECOND_LOOK = Setting(
    "second_look",
    True,
    QT_TRANSLATE_NOOP("Settings", "Look twice"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "The model also looks at a smaller copy: more pixels are right, and it takes 1.5 times as long.",
    ),
)
PREDICTION_MEGABYTES = Setting(
    "prediction_megabytes",
    2048,
    QT_TRANSLATE_NOOP("Settings", "Memory for a prediction"),
    QT_TRANSLATE_NOOP("Settings", "A scene that does not fit is predicted in tiles, which takes longer."),
    low=256,
    high=65536,
    unit=" MB",
)
AUTOSAVE_SECONDS = Setting(
    "autosave_seconds",
    60,
    QT_TRANSLATE_NOOP("Settings", "Save every"),
    QT_TRANSLATE_NOOP("Settings", "A scene is also saved when you go to another one and when you close."),
    low=5,
    high=600,
    unit=" s",
)
HISTORY_MEGABYTES = Setting(
    "history_megabytes",
    256,
    QT_TRANSLATE_NOOP("Settings", "Memory for undo"),
    QT_TRANSLATE_NOOP("Settings", "Per scene; when it is full the oldest edits can no longer be undone."),
    low=16,
    high=2048,
    unit=" MB",
)
GATE_CLASS_POINTS = Setting(
    "gate_class_points",
    10,
    QT_TRANSLATE_NOOP("Settings", "A class may lose"),
    QT_TRANSLATE_NOOP("Settings", "A trained model is refused if one class loses more points of IoU."),
    low=1,
    high=100,
    unit=" points",
)
GATE_KNOWN_POINTS = Setting(
    "gate_known_points",
    5,
    QT_TRANSLATE_NOOP("Settings", "What it knew may lose"),
    QT_TRANSLATE_NOOP("Settings", "It is also refused if it loses more on what the model knew before."),
    low=1,
    high=100,
    unit=" points",
)

SETTINGS: tuple[Setting[Any], ...] = (
    THEME,
    OVERLAY_OPACITY,
    CTRL_WHEEL_ZOOMS,
    GO_ON_AFTER_DONE,
    ON_OPENING,
    PREDICTION_SCALE,
    SECOND_LOOK,
    PREDICTION_MEGABYTES,
    AUTOSAVE_SECONDS,
    HISTORY_MEGABYTES,
    GATE_CLASS_POINTS,
    GATE_KNOWN_POINTS,
)


_KEYS = "keys"  # in the file: what the user has put on other keys


@dataclass
class Settings:
    """The settings of one user, and the keys that the user has given to actions; kept in ``path``.

    ``problem`` says which values there cannot be used, "" where all can.
    """

    path: Path
    problem: str = ""
    _changed: dict[str, Any] = field(default_factory=dict)
    _keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # Both, as they were when the file was last read or written here:
    _saved: dict[str, Any] = field(default_factory=dict)
    _saved_keys: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """Keys by name of the action, for the actions whose keys are not the usual ones."""
        return dict(self._keys)

    def set_keys(self, action: str, keys: Sequence[str] | None) -> None:
        """Gives ``keys`` (possibly none at all) to an action, in memory; None: the usual ones."""
        if keys is None:
            self._keys.pop(action, None)
        else:
            self._keys[action] = tuple(keys)

    def get(self, setting: Setting[Value]) -> Value:
        value: Value = self._changed.get(setting.key, setting.default)
        return value

    def set(self, setting: Setting[Value], value: Value) -> None:
        """Changes one setting in memory; `save` keeps it."""
        if value == setting.default:
            self._changed.pop(setting.key, None)
        else:
            self._changed[setting.key] = setting.parse(value)

    def save(self) -> None:
        """Writes what was set here since the last time; whatever else the file holds stays.

        So another window's settings, values that cannot be used, and those of another version are kept.
        Raises `UserError` where the file cannot be written, and where the one that is there is no
        settings file: somebody may want to mend it, so it is not written over.
        """
        content = _read(self.path)
        _carry_over(self._saved, self._changed, content)
        if self._keys != self._saved_keys:
            stored_keys = content.pop(_KEYS, {})
            keys = stored_keys if isinstance(stored_keys, dict) else {}
            _carry_over(self._saved_keys, self._keys, keys)
            content |= {_KEYS: keys} if keys else {}
        text = json.dumps(content, indent=2, sort_keys=True)
        write_atomically(self.path, text.encode() + b"\n")
        self.note_saved()

    def note_saved(self) -> None:
        """The file has what was set until now."""
        self._saved, self._saved_keys = dict(self._changed), dict(self._keys)


def load_settings(path: Path) -> Settings:
    """The settings kept in ``path``; defaults where there is none yet.

    A value that a setting cannot take is left out and named in `Settings.problem`; a key that no setting
    has (from another version) is left out. Raises `UserError` where the file is no settings file.
    """
    content = _read(path)
    settings, faults = Settings(path), list[str]()
    for setting in SETTINGS:
        if setting.key in content:
            try:
                settings.set(setting, setting.parse(content[setting.key]))
            except ValueError as error:
                faults.append(f"{setting.key}: {error}")
    stored_keys = content.get(_KEYS, {})
    if not isinstance(stored_keys, dict):
        faults.append(f"{_KEYS}: must hold one object")
        stored_keys = {}
    for action, keys in stored_keys.items():
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            settings.set_keys(action, keys)
        else:
            faults.append(f"{_KEYS}: {action} must be a list of keys")
    settings.note_saved()
    if faults:
        unusable = "; ".join(faults)
        settings.problem = (
            f"{path} holds what cannot be used ({unusable}). There the defaults are used; mend it."
        )
    return settings


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        content = json.loads(read_bytes(path))
        if not isinstance(content, dict):
            raise ValueError("it must hold one object")
    except ValueError as error:
        raise UserError(
            f"{path} is not a settings file: {error}. The defaults are used; mend or delete it."
        ) from error
    return content


def _carry_over(before: Mapping[str, Any], now: Mapping[str, Any], content: dict[str, Any]) -> None:
    """Changes ``content`` where ``now`` differs from ``before``."""
    for key in before.keys() | now.keys():
        if key not in now:
            content.pop(key, None)
        elif before.get(key) != now[key]:
            content[key] = now[key]
