"""Which files are scenes, in which order, and how their masks are called."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unetpp_desktop.storage.scenes import list_image_names, mask_names, natural_key


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_images_of_sub_folders_are_listed_in_natural_order(tmp_path: Path) -> None:
    _touch(
        tmp_path, "a10.png", "a.png", "a2.PNG", "B1.jpeg", "town 2/x.tif", "town 10/x.webp", "ü.bmp", "車.jpg"
    )
    assert list_image_names(tmp_path) == (
        "a.png",
        "a2.PNG",
        "a10.png",
        "B1.jpeg",
        "town 2/x.tif",
        "town 10/x.webp",
        "ü.bmp",
        "車.jpg",
    )


def test_what_is_no_image_or_hidden_is_left_out(tmp_path: Path) -> None:
    _touch(
        tmp_path,
        "a.png",
        ".a.png",
        "._a.jpg",
        ".hidden/b.png",
        "a.txt",
        "png",
        "a.png.part",
        "folder.png/x.gif",
    )
    assert list_image_names(tmp_path) == ("a.png",)


def test_excluded_folders_are_left_out(tmp_path: Path) -> None:
    _touch(tmp_path, "a.png", "labels/a.png", "masks/a.png", "deep/masks/a.png")
    names = list_image_names(
        tmp_path,
        frozenset({(tmp_path / "labels").resolve()}),
        lambda folder, names: names & {"masks"} if folder == tmp_path else frozenset(),
    )
    assert names == ("a.png", "deep/masks/a.png")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    _touch(tmp_path, "here/a.png", "elsewhere/b.png")
    (tmp_path / "here" / "circle").symlink_to(tmp_path / "here")
    (tmp_path / "here" / "up").symlink_to(tmp_path)
    (tmp_path / "here" / "other").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "here" / "nowhere.png").symlink_to(tmp_path / "gone.png")
    assert list_image_names(tmp_path / "here") == ("a.png", "nowhere.png", "other/b.png")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_of_links_to_one_folder_the_first_in_natural_order_is_followed(tmp_path: Path) -> None:
    _touch(tmp_path, "here/z/a.png", "elsewhere/b.png", "farther/c.png")
    for number in range(2, 60):
        (tmp_path / "here" / f"link{number}").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "here" / f"way{number}").symlink_to(tmp_path / "farther")
    (tmp_path / "here" / "z" / "link").symlink_to(tmp_path / "farther")
    assert list_image_names(tmp_path / "here") == ("link2/b.png", "z/a.png", "z/link/c.png")


def test_a_sub_folder_that_cannot_be_read_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _touch(tmp_path, "a.png", "closed/b.png")
    scandir = os.scandir

    def guarded(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert list_image_names(tmp_path) == ("a.png",)


@given(st.lists(st.text(max_size=8), unique=True, max_size=6))
def test_the_order_of_any_names_does_not_depend_on_how_they_were_found(names: list[str]) -> None:
    turned = names[::-1]
    assert sorted(turned, key=natural_key) == sorted(names, key=natural_key)


def test_a_mask_is_called_like_its_image() -> None:
    assert mask_names(["town/a.jpg", "b.png"], {}) == {"town/a.jpg": "town/a.png", "b.png": "b.png"}


def test_twins_keep_their_extension() -> None:
    assert mask_names(["a.png", "a.JPG", "b.png"], {}) == {
        "a.png": "a_png.png",
        "a.JPG": "a_JPG.png",
        "b.png": "b.png",
    }


def test_a_name_that_is_only_a_suffix_has_a_mask_beside_it() -> None:
    assert mask_names([".png", "t/.jpg"], {}) == {".png": ".png.png", "t/.jpg": "t/.jpg.png"}


def test_a_name_that_was_written_stays_when_a_twin_appears() -> None:
    assert mask_names(["a.jpg", "a.png"], {"a.png": "a.png"}) == {"a.png": "a.png", "a.jpg": "a_jpg.png"}


def test_the_mask_of_an_image_that_is_away_goes_to_the_one_in_its_place() -> None:
    assert mask_names(["a.png"], {"a.jpg": "a.png"}) == {"a.png": "a.png"}
    assert mask_names(["A.jpg"], {"a.jpg": "a.png"}) == {"A.jpg": "A.png"}
    assert mask_names(["a.png", "a.bmp"], {"a.jpg": "a.png"}) == {"a.png": "a_png.png", "a.bmp": "a_bmp.png"}
    assert mask_names(["a_jpg.png"], {"a.jpg": "a_jpg.png"}) == {"a_jpg.png": "a_jpg_png.png"}


def test_of_scenes_that_were_written_to_one_file_the_last_that_is_there_keeps_it() -> None:
    written = {"a.jpg": "a.png", "a.png": "a.png", "a.bmp": "A.png"}
    assert mask_names(["a.png", "a.jpg"], written) == {"a.png": "a.png", "a.jpg": "a_jpg.png"}
    assert mask_names(["a.jpg"], written) == {"a.jpg": "a.png"}


NAMES = st.lists(
    st.builds(
        "{}{}{}.{}".format,
        st.sampled_from(["", "t/"]),
        st.sampled_from("aAb"),
        st.sampled_from(["", "_png", "_jpg", "_png_2"]),
        st.sampled_from(["png", "PNG", "jpg"]),
    ),
    unique=True,
)


@given(NAMES, st.data())
def test_no_two_scenes_share_a_mask_on_any_file_system(names: list[str], data: st.DataObject) -> None:
    before = mask_names(names, {})
    written = {name: before[name] for name in names if data.draw(st.booleans())}
    away = {f"{name}.bmp": data.draw(st.sampled_from([*before.values()])) for name in written}
    after = mask_names([*names, "new.png", "a.tif"], away | written)
    assert all(after[name] == mask for name, mask in written.items())
    assert len({mask.casefold() for mask in after.values()}) == len(set(names) | {"new.png", "a.tif"})
