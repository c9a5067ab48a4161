"""CamVid in its three layouts, and data sets laid out like it, opened without a change."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.storage.folders import camvid, full, picture, save_full, save_image
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID, shipped_palette
from unetpp_desktop.storage.camvid import Dataset, Pair, open_dataset, recognise_dataset
from unetpp_desktop.storage.mask_file import Provenance
from unetpp_desktop.storage.project import Project, SceneState

CAMVID32 = {entry.name: entry.color for entry in shipped_palette("camvid32").classes} | {"Void": (0, 0, 0)}
GROUPS = {
    "Sky": ["Sky"],
    "Building": ["Bridge", "Building", "Wall", "Tunnel", "Archway"],
    "Pole": ["Column_Pole", "TrafficCone"],
    "Road": ["Road", "LaneMkgsDriv", "LaneMkgsNonDriv"],
    "Pavement": ["Sidewalk", "ParkingBlock", "RoadShoulder"],
    "Tree": ["Tree", "VegetationMisc"],
    "SignSymbol": ["SignSymbol", "Misc_Text", "TrafficLight"],
    "Fence": ["Fence"],
    "Car": ["Car", "SUVPickupTruck", "Truck_Bus", "Train", "OtherMoving"],
    "Pedestrian": ["Pedestrian", "Child", "CartLuggagePram", "Animal"],
    "Bicyclist": ["Bicyclist", "MotorcycleScooter"],
}


def _all_colors() -> tuple[np.ndarray, np.ndarray]:
    """A mask of one row with each of the 32 colours, and its labels in the 11 classes."""
    labels = [
        next((camvid().index_of(group) for group, members in GROUPS.items() if name in members), VOID)
        for name in CAMVID32
    ]
    return np.array([list(CAMVID32.values())], np.uint8), np.array([labels], np.uint8)


def _segnet(folder: Path, split: str = "train", names: tuple[str, ...] = ("x1.png", "x2.png")) -> Path:
    labels = np.arange(12, dtype=np.uint8).reshape(2, 6)
    lines = []
    for name in names:
        save_image(folder / split / name, picture((2, 6)))
        save_image(folder / f"{split}annot" / name, labels)
        lines.append(f"/SegNet/CamVid/{split}/{name} /SegNet/CamVid/{split}annot/{name}")
    (folder / f"{split}.txt").write_text("\n".join(lines))
    return folder


def _original(folder: Path, spelling: str = "MotorcycleScooter") -> Path:
    colors, _ = _all_colors()
    save_image(folder / "701_StillsRaw_full" / "0001TP_006690.png", picture(colors.shape[:2]))
    save_image(folder / "LabeledApproved_full" / "0001TP_006690_L.png", colors)
    names = {spelling if name == "MotorcycleScooter" else name: color for name, color in CAMVID32.items()}
    lines = [f"{r} {g} {b}\t\t{name}\r\n" for name, (r, g, b) in names.items()]
    (folder / "label_colors.txt").write_bytes("".join(lines).encode())
    return folder


def _kaggle(folder: Path) -> Path:
    colors, _ = _all_colors()
    for split in ("train", "val"):
        save_image(folder / split / f"{split}.png", picture(colors.shape[:2]))
        save_image(folder / f"{split}_labels" / f"{split}_L.png", colors)
    rows = [f"{name},{r}, {g},{b}\n" for name, (r, g, b) in CAMVID32.items()]
    (folder / "class_dict.csv").write_text("name,r,g,b\n" + "".join(rows))
    return folder


def _only(dataset: Dataset, split: str) -> Pair:
    (pair,) = dataset.splits[split]
    return pair


def test_segnet_lists_resolve_against_the_folder(tmp_path: Path) -> None:
    dataset = open_dataset(_segnet(tmp_path))
    assert dataset.layout == "SegNet"
    assert dataset.palette == camvid()
    assert dataset.missing == ()
    assert dataset.mask_folders == (tmp_path / "trainannot",)
    assert [pair.image for pair in dataset.splits["train"]] == [
        tmp_path / "train" / f"x{i}.png" for i in (1, 2)
    ]
    read = dataset.read_labels(dataset.splits["train"][0])
    assert read.labels.ravel().tolist() == [*range(11), VOID]
    assert read.strays == {}


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_any_single_split_is_enough(tmp_path: Path, split: str) -> None:
    assert list(open_dataset(_segnet(tmp_path, split)).splits) == [split]


def test_segnet_without_a_list_pairs_by_name(tmp_path: Path) -> None:
    _segnet(tmp_path)
    (tmp_path / "train.txt").unlink()
    save_image(tmp_path / "train" / "x3.jpg", picture((2, 6)))
    save_image(tmp_path / "train" / "x4.png", picture((2, 6)))
    save_image(tmp_path / "trainannot" / "x3.png", full(11, (2, 6)))
    dataset = open_dataset(tmp_path)
    assert [pair.mask.name for pair in dataset.splits["train"]] == ["x1.png", "x2.png", "x3.png"]
    assert len(dataset.missing) == 1
    assert "x4.png has no mask in trainannot" in dataset.missing[0]


@pytest.mark.parametrize(
    "line",
    [
        "/SegNet/CamVid/train/x 1.png /SegNet/CamVid/trainannot/x 1.png",
        '"/train/x 1.png" "/trainannot/x 1.png"',
        "C:\\data\\train\\x 1.png C:\\data\\trainannot\\x 1.png",
        '"train/x 1.png"',
        "\ufeff/a/train/x 1.png /a/trainannot/x 1.png\r\n\r\n",
    ],
)
def test_lists_of_many_hands_are_understood(tmp_path: Path, line: str) -> None:
    _segnet(tmp_path, names=("x 1.png",))
    (tmp_path / "train.txt").write_text(line, encoding="utf-8")
    dataset = open_dataset(tmp_path)
    assert dataset.missing == ()
    assert _only(dataset, "train") == Pair(
        tmp_path / "train" / "x 1.png", tmp_path / "trainannot" / "x 1.png"
    )


def test_listed_files_that_are_not_there_are_named_with_their_line(tmp_path: Path) -> None:
    _segnet(tmp_path, names=("x1.png", "x2.png", "x3.png"))
    (tmp_path / "trainannot" / "x2.png").unlink()
    (tmp_path / "train" / "x3.png").unlink()
    with (tmp_path / "train.txt").open("a") as stream:
        stream.write("\n\n/a/train/../../secret.png /a/trainannot/x1.png\n")
    dataset = open_dataset(tmp_path)
    assert len(dataset.splits["train"]) == 1
    assert [sentence.split("train.txt, ")[1] for sentence in dataset.missing] == [
        "line 2: /SegNet/CamVid/trainannot/x2.png is not there.",
        "line 3: /SegNet/CamVid/train/x3.png is not there.",
        "line 5: /a/train/../../secret.png is not there.",
    ]


@pytest.mark.parametrize("spelling", ["MotorcycleScooter", "MotorcycycleScooter"])
def test_the_original_is_grouped_into_eleven_classes(tmp_path: Path, spelling: str) -> None:
    dataset = open_dataset(_original(tmp_path, spelling))
    assert dataset.layout == "original"
    assert dataset.palette == camvid()
    read = dataset.read_labels(_only(dataset, "all"))
    assert np.array_equal(read.labels, _all_colors()[1])
    assert read.strays == {}


def test_the_original_without_its_colour_list_is_read_with_the_known_colours(tmp_path: Path) -> None:
    _original(tmp_path)
    (tmp_path / "label_colors.txt").unlink()
    dataset = open_dataset(tmp_path)
    assert np.array_equal(dataset.read_labels(_only(dataset, "all")).labels, _all_colors()[1])


def test_kaggle_is_grouped_into_eleven_classes(tmp_path: Path) -> None:
    dataset = open_dataset(_kaggle(tmp_path))
    assert dataset.layout == "Kaggle"
    assert set(dataset.splits) == {"train", "val"}
    assert dataset.mask_folders == (tmp_path / "train_labels", tmp_path / "val_labels")
    assert np.array_equal(dataset.read_labels(_only(dataset, "val")).labels, _all_colors()[1])


def test_an_indexed_colour_mask_is_read_by_its_colours(tmp_path: Path) -> None:
    dataset = open_dataset(_kaggle(tmp_path))
    pair = _only(dataset, "val")
    with Image.open(pair.mask) as image:
        image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(pair.mask)
    read = dataset.read_labels(pair)
    assert read.strays == {}
    assert np.array_equal(read.labels, _all_colors()[1])


def test_segnet_masks_in_colours_are_read_by_their_colours(tmp_path: Path) -> None:
    colors, labels = _all_colors()
    save_image(tmp_path / "train" / "a.png", picture(colors.shape[:2]))
    save_image(tmp_path / "trainannot" / "a.png", colors)
    dataset = open_dataset(tmp_path)
    assert np.array_equal(dataset.read_labels(_only(dataset, "train")).labels, labels)


def test_segnet_indexes_in_three_channels_are_indexes(tmp_path: Path) -> None:
    dataset = open_dataset(_segnet(tmp_path, names=("a.png",)))
    pair = _only(dataset, "train")
    with Image.open(pair.mask) as image:
        image.convert("RGB").save(pair.mask)
    assert dataset.read_labels(pair).labels.ravel().tolist() == [*range(11), VOID]


def test_strays_are_counted_and_named(tmp_path: Path) -> None:
    dataset = open_dataset(_segnet(tmp_path / "segnet", names=("a.png",)))
    pair = _only(dataset, "train")
    save_image(pair.mask, np.array([[0, 12, 12, 200, 255, 11]] * 2, np.uint8))
    assert dataset.read_labels(pair).strays == {"12": 4, "200": 2}
    dataset = open_dataset(_kaggle(tmp_path / "kaggle"))
    pair = _only(dataset, "val")
    colors = _all_colors()[0].copy()
    colors[0, 3] = (1, 2, 3)
    save_image(pair.mask, colors)
    read = dataset.read_labels(pair)
    assert read.strays == {"1,2,3": 1}
    assert read.labels[0, 3] == VOID


def test_a_mask_of_another_size_is_refused_with_both_sizes(tmp_path: Path) -> None:
    dataset = open_dataset(_segnet(tmp_path, names=("a.png",)))
    pair = _only(dataset, "train")
    save_image(pair.mask, full(0, (4, 5)))
    with pytest.raises(UserError, match=r"trainannot.a\.png is 5 x 4 pixels, but its image .* is 6 x 2"):
        dataset.read_labels(pair)


def test_a_color_list_of_other_classes_is_a_palette_of_its_own(tmp_path: Path) -> None:
    _segnet(tmp_path, names=("a.png",))
    (tmp_path / "label_colors.txt").write_text("# a comment\n0 0 0 Void\n9 9 9\tRust\n200 0 0\tBare metal\n")
    dataset = open_dataset(tmp_path)
    assert dataset.palette.names == ("Rust", "Bare metal")
    pair = _only(dataset, "train")
    save_image(pair.mask, np.array([[0, 1, 2]] * 2, np.uint8).repeat(2, axis=1))
    assert dataset.read_labels(pair).labels[0].tolist() == [VOID, VOID, 0, 0, 1, 1]
    save_image(pair.mask, np.array([[[9, 9, 9], [200, 0, 0], [0, 0, 0]] * 2] * 2, np.uint8))
    assert dataset.read_labels(pair).labels[0].tolist() == [0, 1, VOID] * 2


def test_a_list_that_begins_with_void_numbers_the_rows(tmp_path: Path) -> None:
    _segnet(tmp_path, names=("a.png",))
    (tmp_path / "label_colors.txt").write_text("0 0 0 background\n128 128 128 Sky\n128 64 128 Road\n")
    dataset = open_dataset(tmp_path)
    assert dataset.palette == camvid()
    pair = _only(dataset, "train")
    save_image(pair.mask, np.array([[0, 1, 2]] * 2, np.uint8).repeat(2, axis=1))
    assert dataset.read_labels(pair).labels[0].tolist() == [VOID, VOID, 0, 0, 3, 3]


def test_the_original_colour_list_beside_segnet_masks_does_not_renumber_them(tmp_path: Path) -> None:
    _original(tmp_path)
    dataset = open_dataset(_segnet(tmp_path, names=("a.png",)))
    assert dataset.layout == "SegNet"
    assert dataset.read_labels(_only(dataset, "train")).labels.ravel().tolist() == [*range(11), VOID]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("1 2 3 Sky\n1 2 Road\n", r"label_colors\.txt, line 2: a name and three numbers"),
        ("1 2 300 Sky\n", r"line 1"),
        ("1 2 3\n", r"line 1"),
        ("", r"is no list of classes"),
        ("1 2 3 A\n4 5 6 A\n", r"class names must be distinct"),
        ("1 2 3 A\n1 2 3 B\n", r"gives B the colour of another class"),
    ],
)
def test_damaged_colour_lists_are_named(tmp_path: Path, text: str, phrase: str) -> None:
    _segnet(tmp_path)
    (tmp_path / "label_colors.txt").write_text(text)
    with pytest.raises(UserError, match=phrase):
        open_dataset(tmp_path)


def test_a_folder_that_is_none_is_told_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a folder"):
        open_dataset(tmp_path / "gone")
    save_image(tmp_path / "a.png")
    assert recognise_dataset(tmp_path) is None
    with pytest.raises(UserError, match=r"is not a CamVid data set.*trainannot.*class_dict"):
        open_dataset(tmp_path)
    (tmp_path / "train").mkdir()
    (tmp_path / "trainannot").mkdir()
    with pytest.raises(UserError, match="has no image with a mask"):
        open_dataset(tmp_path)


def test_a_folder_around_or_inside_the_data_set_leads_to_it(tmp_path: Path) -> None:
    _segnet(tmp_path / "outer" / "CamVid")
    assert open_dataset(tmp_path / "outer").folder == tmp_path / "outer" / "CamVid"
    with pytest.raises(UserError, match=r"Open .*CamVid instead"):
        open_dataset(tmp_path / "outer" / "CamVid" / "train")


def test_a_project_lists_no_masks_of_a_data_set_and_reads_them_where_they_are(tmp_path: Path) -> None:
    folder = _segnet(_segnet(tmp_path / "deep" / "set"), "val").parent.parent
    save_image(folder / "deep" / "set" / "train" / "unmasked.png")
    project = Project.open(folder)
    assert [scene.name for scene in project.scenes] == [
        "deep/set/train/unmasked.png",
        "deep/set/train/x1.png",
        "deep/set/train/x2.png",
        "deep/set/val/x1.png",
        "deep/set/val/x2.png",
    ]
    plain, scene = project.scenes[:2]
    assert (project.state(plain), project.load_mask(plain)) == (SceneState.NONE, None)
    assert project.state(scene) is SceneState.DONE
    assert scene.given_mask_path == folder / "deep" / "set" / "trainannot" / "x1.png"
    assert len(project.training_scenes()) == 4
    before = scene.given_mask_path.read_bytes()
    stored = project.load_mask(scene)
    assert stored is not None
    assert stored.foreign
    assert stored.provenance is not None
    assert stored.provenance.done
    assert stored.labels.ravel().tolist() == [*range(11), VOID]
    assert stored.origins.ravel().tolist() == [Origin.PAINTED] * 11 + [Origin.NONE]
    project.save_mask(scene, full(1, (2, 6)), full(1, (2, 6)), stored.provenance)
    assert scene.given_mask_path.read_bytes() == before
    assert project.mask_path(scene) == folder / "labels" / "deep" / "set" / "train" / "x1.png"
    saved = project.load_mask(scene)
    assert saved is not None
    assert set(saved.labels.ravel()) == {1}


def test_a_broken_given_mask_is_a_state_and_a_sentence(tmp_path: Path) -> None:
    project = Project.open(_segnet(tmp_path, names=("a.png",)))
    (tmp_path / "trainannot" / "a.png").write_bytes(b"\x89PNG")
    assert project.state(project.scenes[0]) is SceneState.CHANGED_OUTSIDE
    assert project.training_scenes() == ()
    with pytest.raises(UserError, match=r"a\.png is damaged"):
        project.load_mask(project.scenes[0])


def test_a_project_takes_the_palette_of_its_data_set_until_it_has_its_own(tmp_path: Path) -> None:
    _segnet(tmp_path, names=("a.png",))
    save_image(tmp_path / "trainannot" / "a.png", np.array([[0, 1, 2]] * 2, np.uint8).repeat(2, axis=1))
    classes = tmp_path / "label_colors.txt"
    classes.write_text("0 0 0 Void\n9 9 9\tRust\n200 0 0\tMetal\n")
    project = Project.open(tmp_path)
    assert project.palette.names == ("Rust", "Metal")
    project.save_mask(project.scenes[0], full(0, (2, 6)), full(3, (2, 6)), Provenance())
    classes.write_text("0 0 0 Void\n9 9 9\tOther\n200 0 0\tRust\n")
    again = Project.open(tmp_path)
    assert again.palette.names == ("Rust", "Metal")
    again.mask_path(again.scenes[0]).unlink()
    stored = again.load_mask(again.scenes[0])
    assert stored is not None
    assert stored.labels[0].tolist() == [VOID, VOID, VOID, VOID, 0, 0]
    assert stored.strays == {"Other": 4}


def test_a_split_opened_alone_is_an_ordinary_folder(tmp_path: Path) -> None:
    project = Project.open(_segnet(tmp_path) / "train")
    assert {project.state(scene) for scene in project.scenes} == {SceneState.NONE}
    save_full(project, "x1.png", 1, Origin.PAINTED)
    assert project.state(project.scene("x1.png")) is SceneState.EDITED


def test_real_camvid_opens_unchanged(shared: Path) -> None:
    dataset = open_dataset(shared / "camvid")
    assert {split: len(pairs) for split, pairs in dataset.splits.items()} == {"train": 367, "val": 101}
    assert dataset.missing == ()
    project = Project.open(shared / "camvid")
    assert len(project.scenes) == len(project.training_scenes()) == 468
    for pair in dataset.splits["val"][:3]:
        read = dataset.read_labels(pair)
        with Image.open(pair.mask) as image:
            values = np.array(image)
        assert np.array_equal(read.labels, np.where(values == 11, VOID, values))
        assert read.strays == {}


def test_camvid_as_datumaro_writes_it_opens_unchanged(shared: Path) -> None:
    dataset = open_dataset(shared / "interop" / "datumaro" / "camvid_dataset")
    assert {split: len(pairs) for split, pairs in dataset.splits.items()} == {"test": 2, "train": 1, "val": 1}
    assert dataset.missing == ()
    read = dataset.read_labels(dataset.splits["train"][0])
    assert read.strays == {}
    names = {dataset.palette.names[label] for label in set(read.labels.ravel()) - {VOID}}
    assert names <= {"Bicyclist", "Road"}
    assert names
