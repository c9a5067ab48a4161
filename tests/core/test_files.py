"""Atomic files: the old content or the new one, never half of it, and a sentence when it fails."""

import errno
import os
import stat
from pathlib import Path

import pytest

from unetpp_desktop.core.errors import UserError, WriteError
from unetpp_desktop.core.files import read_bytes, write_atomically


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def test_files_and_their_folders_are_made_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "Ördner" / "deep" / "a.txt"
    for content in (b"first", b"second", b""):
        write_atomically(path, content)
        assert read_bytes(path) == content
    assert _names(path.parent) == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_mode_is_that_of_an_ordinary_file_or_of_the_old_one(tmp_path: Path) -> None:
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    path = tmp_path / "a"
    write_atomically(path, b"1")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)
    path.chmod(0o640)
    write_atomically(path, b"2")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("code", "phrase"),
    [
        (errno.ENOSPC, "the disk is full. Free some space"),
        (errno.EACCES, "the folder is read-only. Make it writable"),
        (errno.EROFS, "the folder is read-only"),
        (errno.EIO, "The old file is unchanged; try again"),
    ],
)
def test_a_failure_keeps_the_old_file_and_names_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int, phrase: str
) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(UserError, match=rf"a\.txt could not be saved: .*{phrase}"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.txt"]


def test_an_interrupted_write_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.txt", b"new")
    assert _names(tmp_path) == []


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(UserError, match="could not be saved"):
        write_atomically(tmp_path / "a" / "b.txt", b"")


def test_a_name_as_long_as_the_disk_takes_is_written_and_a_longer_one_is_told(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("a" * 251 + ".png"), b"new")
    with pytest.raises(UserError, match="Shorten the image's name") as caught:
        write_atomically(tmp_path / ("a" * 252 + ".png"), b"new")
    assert not isinstance(caught.value, WriteError)  # other files can be written


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.txt does not exist"):
        read_bytes(tmp_path / "gone.txt")
    with pytest.raises(UserError, match="could not be read"):
        read_bytes(tmp_path)
