"""Settings: one table, only differences on disk."""

import json
from pathlib import Path

import pytest

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.settings import (
    AUTOSAVE_SECONDS,
    CTRL_WHEEL_ZOOMS,
    OVERLAY_OPACITY,
    SETTINGS,
    THEME,
    Settings,
    ThemeChoice,
    load_settings,
)


def test_only_differences_are_stored(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(path)
    settings.set(THEME, ThemeChoice.LIGHT)
    settings.set(CTRL_WHEEL_ZOOMS, True)
    settings.set(CTRL_WHEEL_ZOOMS, False)
    settings.save()
    assert json.loads(path.read_text()) == {"theme": "light"}


def test_settings_come_back_with_their_types(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(path)
    settings.set(THEME, ThemeChoice.DARK)
    settings.set(OVERLAY_OPACITY, 30)
    settings.save()
    again = load_settings(path)
    assert again.get(THEME) is ThemeChoice.DARK
    assert again.get(OVERLAY_OPACITY) == 30
    assert again.get(AUTOSAVE_SECONDS) == AUTOSAVE_SECONDS.default


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "none.json")
    assert [settings.get(setting) for setting in SETTINGS] == [setting.default for setting in SETTINGS]


def test_numbers_are_brought_into_their_range(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"overlay_opacity": 5000, "autosave_seconds": 0}')
    settings = load_settings(path)
    assert settings.get(OVERLAY_OPACITY) == OVERLAY_OPACITY.high
    assert settings.get(AUTOSAVE_SECONDS) == AUTOSAVE_SECONDS.low


@pytest.mark.parametrize("content", ["", "[]", "null", "\x00"])
def test_a_broken_file_is_named_with_the_remedy(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    with pytest.raises(UserError, match=r"settings\.json.*mend or delete"):
        load_settings(path)


def test_a_file_that_cannot_be_read_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "dark"')
    settings = Settings(path)
    settings.set(THEME, ThemeChoice.DARK)
    with pytest.raises(UserError, match="mend or delete"):
        settings.save()
    assert path.read_text() == '{"theme": "dark"'
    path.unlink()
    settings.save()
    assert load_settings(path).get(THEME) is ThemeChoice.DARK


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"theme": "pink"}, "theme: 'pink' is not a valid ThemeChoice"),
        ({"theme": "dark", "autosave_seconds": "often"}, "autosave_seconds: must be of type int"),
        ({"keys": []}, "keys: must hold one object"),
        ({"keys": {"eraser": "E", "undo": ["Z"]}}, "keys: eraser must be a list of keys"),
    ],
)
def test_a_value_that_cannot_be_used_costs_that_value_only(
    tmp_path: Path, value: dict[str, object], fault: str
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"overlay_opacity": 30} | value))
    settings = load_settings(path)
    assert f"settings.json holds what cannot be used ({fault})" in settings.problem
    assert settings.get(OVERLAY_OPACITY) == 30
    assert settings.get(AUTOSAVE_SECONDS) == AUTOSAVE_SECONDS.default
    assert dict(settings.keys) == ({"undo": ("Z",)} if "eraser" in fault else {})
    settings.set(CTRL_WHEEL_ZOOMS, True)
    settings.save()
    assert json.loads(path.read_text()) == {"overlay_opacity": 30, "ctrl_wheel_zooms": True} | value


def test_two_windows_keep_what_each_of_them_set(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"overlay_opacity": 30, "keys": {"undo": ["Z"], "redo": ["Y"]}}')
    one, other = load_settings(path), load_settings(path)
    other.set(AUTOSAVE_SECONDS, 15)
    other.set(OVERLAY_OPACITY, OVERLAY_OPACITY.default)
    other.set_keys("brush", ["F9"])
    other.set_keys("undo", None)
    other.set(CTRL_WHEEL_ZOOMS, True)
    other.set(CTRL_WHEEL_ZOOMS, False)
    other.save()
    one.set(OVERLAY_OPACITY, 30)  # as it was: nobody has changed it here
    one.set(THEME, ThemeChoice.LIGHT)
    one.set_keys("redo", ["Y"])
    one.set_keys("eraser", [])
    one.save()
    assert json.loads(path.read_text()) == {
        "autosave_seconds": 15,
        "theme": "light",
        "keys": {"brush": ["F9"], "eraser": [], "redo": ["Y"]},
    }
    other.set(THEME, ThemeChoice.DARK)
    other.save()
    one.save()
    assert load_settings(path).get(THEME) is ThemeChoice.DARK


def test_a_key_of_another_version_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"hologram": true, "theme": "dark"}')
    assert load_settings(path).get(THEME) is ThemeChoice.DARK


def test_every_setting_says_what_it_is() -> None:
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)
    assert all(setting.text and setting.hint for setting in SETTINGS)
    assert all(setting.parse(setting.default) == setting.default for setting in SETTINGS)
