"""What the words of `unetpp-desktop train` come to, at the start and when it is resumed."""

from pathlib import Path

import pytest

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.checkpoint import read_state
from unetpp_desktop.nn.registry import open_model
from unetpp_desktop.nn.trainer import TrainingEnd
from unetpp_desktop.storage.street import write_samples
from unetpp_desktop.tasks.train import TrainOptions, train_on

SMALL = ("augmentation.crop=32", "batch=4")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "streets"
    write_samples(folder, 8, 0, silent, 64, 96)
    return folder


def _train(data: Path, out: Path, told: list[str], **options: object) -> TrainingEnd:
    words = TrainOptions(**{"device": "cpu", "epochs": 1, "filters": "4,6", "settings": SMALL, **options})  # type: ignore[arg-type]
    return train_on(data, out, words, silent, lambda _: None, told.append)


def test_what_a_resumed_training_does_not_follow_is_told(data: Path, tmp_path: Path) -> None:
    told: list[str] = []
    _train(data, tmp_path / "a", told, generated=0.25)
    _train(data, tmp_path / "a", told, generated=0.25, resume=True)  # the same words again
    _train(data, tmp_path / "a", told, resume=True, filters=None, settings=())  # and none
    assert told == []
    _train(
        data,
        tmp_path / "a",
        told,
        resume=True,
        filters="4,8",
        rate=1e-4,
        generated=0.1,
        settings=("dice=1", "batch=4"),
    )
    assert len(told) == 1
    assert f"{tmp_path / 'a'} was begun with: " in told[0]
    for kept in ("rate 0.002", "extra_share 0.25", "dice 0.0", "--filters 4,6"):
        assert kept in told[0]
    assert "batch" not in told[0]


def test_more_epochs_for_a_resumed_training_are_in_its_notes_and_told_by_nobody(
    data: Path, tmp_path: Path
) -> None:
    told: list[str] = []
    _train(data, tmp_path / "a", told)
    _train(data, tmp_path / "a", told, resume=True, epochs=2)
    assert told == []
    card = open_model(tmp_path / "a").card
    assert "--epochs 1 " in card.command
    assert card.notes.endswith("--resume changed --epochs from 1 to 2 after epoch 1.")


def test_the_minutes_count_from_the_start_of_the_command(data: Path, tmp_path: Path) -> None:
    """Reading the masks takes half an hour by the clock that is looked at here."""
    seconds = 0.0

    def slow_start(done: int, total: int, note: str) -> None:
        nonlocal seconds
        if "epoch" not in note:
            seconds = 1800.0

    words = TrainOptions(filters="4,6", epochs=3, device="cpu", settings=SMALL, max_minutes=20)
    end = train_on(data, tmp_path / "a", words, slow_start, lambda _: None, print, lambda: seconds)
    assert len(end.log) == 1


def test_the_card_says_what_share_of_drawn_scenes_was_really_taken(data: Path, tmp_path: Path) -> None:
    card = _train(data, tmp_path / "none", [], settings=(*SMALL, "extra_share=0")).model.card
    assert "drawn" not in card.training_data
    card = _train(data, tmp_path / "some", [], settings=(*SMALL, "extra_share=0.125")).model.card
    assert "12.5 % of the crops from drawn scenes" in card.training_data


def test_the_card_names_the_processor_and_the_hours(data: Path, tmp_path: Path) -> None:
    card = _train(data, tmp_path / "a", []).model.card
    assert card.processor.endswith("cores")
    assert card.training_hours is not None


def test_a_seed_below_zero_is_a_sentence(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="seed of the training"):
        _train(data, tmp_path / "a", [], seed=-1)
    assert read_state(tmp_path / "a") is None
