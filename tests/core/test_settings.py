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


@pytest.mark.parametrize("content", ["", "[]", '{"theme": "pink"}', '{"overlay_opacity": "much"}', "\x00"])
def test_a_broken_file_is_named_with_the_remedy(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    with pytest.raises(UserError, match=r"settings\.json.*mend or delete"):
        load_settings(path)


def test_a_file_that_cannot_be_read_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "pink"}')
    settings = Settings(path)
    settings.set(THEME, ThemeChoice.DARK)
    with pytest.raises(UserError, match="mend or delete"):
        settings.save()
    assert path.read_text() == '{"theme": "pink"}'
    path.unlink()
    settings.save()
    assert load_settings(path).get(THEME) is ThemeChoice.DARK


def test_a_key_of_another_version_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"hologram": true, "theme": "dark"}')
    assert load_settings(path).get(THEME) is ThemeChoice.DARK


def test_every_setting_says_what_it_is() -> None:
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)
    assert all(setting.text and setting.hint for setting in SETTINGS)
    assert all(setting.parse(setting.default) == setting.default for setting in SETTINGS)
