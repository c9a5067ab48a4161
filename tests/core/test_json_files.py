"""JSON files are checked when they are read, and readable for people when they are written."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.json_files import read_json, write_json


class _Recipe(BaseModel):
    name: str
    steps: tuple[int, ...] = ()


def _read(path: Path) -> _Recipe:
    return read_json(path, _Recipe, "a recipe", "Bake it again.")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    recipe = _Recipe(name="Brötchen 🥐", steps=(1, 2))
    write_json(tmp_path / "a.json", recipe)
    assert _read(tmp_path / "a.json") == recipe
    assert "Brötchen" in (tmp_path / "a.json").read_text(encoding="utf-8").splitlines()[1]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "Invalid JSON"),
        (b"{", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b"[]", "should be an object"),
        (b"{}", "name: Field required"),
        (b'{"name": "x", "steps": [1, "two"]}', r"steps\.1: "),
    ],
)
def test_a_wrong_file_is_named_with_its_fault_and_the_remedy(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(UserError, match=rf"a\.json is not a recipe: .*{fault}.*\. Bake it again\."):
        _read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.json does not exist"):
        _read(tmp_path / "gone.json")
