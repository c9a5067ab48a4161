"""A journal on a disk that fails in any way: what comes back is what once was, or it is set aside."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.editing.full_copies import Planes, random_planes
from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.history import History
from unetpp_desktop.tasks.scene_journal import Opened, SceneJournal, open_journaled, resume_journal

SHAPE = (12, 17)
PLENTY = 1 << 30


def ignore(_error: Exception) -> None:
    pass


def planes_of(document: MaskDocument) -> Planes:
    return Planes(document.labels.copy(), document.origins.copy())


def paint(document: MaskDocument, random: np.random.Generator) -> None:
    top, left = (int(place) for place in random.integers(-2, 12, 2))
    document.paint(
        Rect(top, left, top + 5, left + 5),
        random.random((5, 5)) < 0.7,
        int(random.integers(0, 4)),
        Origin.PAINTED,
    )


def opened(path: Path, saved: Planes, budget: int = PLENTY) -> Opened:
    return open_journaled(path, *saved, budget, ignore)


def written(path: Path, seed: int, steps: int, save_at: int) -> tuple[list[Planes], Planes]:
    """Writes a journal; what the mask looked like after each change, and the saved mask."""
    random = np.random.default_rng(seed)
    saved = random_planes(seed, *SHAPE)
    session = opened(path, saved)
    document = session.document
    looks = [saved]
    for step in range(steps):
        match int(random.integers(5)):
            case 0:
                document.undo()
            case 1:
                document.go_to(int(random.integers(len(document.history) + 1)))
            case _:
                paint(document, random)
        looks.append(planes_of(document))
        if step == save_at:
            session.journal.mark()
            saved = looks[-1]
    session.journal.close()
    return looks, saved


def is_one_of(looks: list[Planes], document: MaskDocument) -> bool:
    now = planes_of(document)
    return any(now.equal(look) for look in looks)


@settings(max_examples=60)
@given(st.integers(0, 1 << 30), st.integers(1, 14), st.integers(0, 20), st.floats(0, 1))
def test_a_journal_cut_anywhere_gives_a_mask_that_once_was(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: int, save_at: int, share: float
) -> None:
    path = tmp_path_factory.mktemp("cut") / "0.png.jnl"
    looks, saved = written(path, seed, steps, save_at)
    if path.exists():
        content = path.read_bytes()
        path.write_bytes(content[: round(share * len(content))])
    again = opened(path, saved)
    assert is_one_of(looks, again.document)
    assert again.aside is None or planes_of(again.document).equal(saved)
    again.document.go_to(0)
    again.document.go_to(len(again.document.history))
    again.journal.close()
    whole = opened(path, saved)  # what was done after the crash fits what is left of the journal
    assert planes_of(whole.document).equal(planes_of(again.document))
    whole.journal.close()


@settings(max_examples=60)
@given(st.integers(0, 1 << 30), st.integers(1, 10), st.floats(0, 0.999), st.integers(1, 255))
def test_a_changed_byte_never_makes_another_mask(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: int, share: float, change: int
) -> None:
    path = tmp_path_factory.mktemp("flip") / "0.png.jnl"
    looks, saved = written(path, seed, steps, steps // 2)
    if path.exists():
        content = bytearray(path.read_bytes())
        content[int(share * len(content))] ^= change
        path.write_bytes(content)
    again = opened(path, saved)
    assert is_one_of(looks, again.document)
    again.journal.close()


def test_a_journal_of_another_mask_is_set_aside_whole(tmp_path: Path) -> None:
    path = tmp_path / "0.png.jnl"
    written(path, 1, 5, 9)
    before = path.read_bytes()
    other = random_planes(2, *SHAPE)
    again = opened(path, other)
    assert planes_of(again.document).equal(other)
    assert again.aside is not None
    assert again.aside.read_bytes() == before
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_told_and_the_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file where the folder should be")
    told: list[Exception] = []
    document = opened(tmp_path / "journal" / "0.png.jnl", random_planes(0, *SHAPE))
    document.journal.close()
    session = open_journaled(
        tmp_path / "journal" / "0.png.jnl", *random_planes(0, *SHAPE), PLENTY, told.append
    )
    random = np.random.default_rng(0)
    for _ in range(5):
        paint(session.document, random)
        session.journal.mark()
        session.journal.saved()
    session.journal.close()
    assert len(told) == 1
    assert isinstance(told[0], OSError)


def test_a_document_that_was_put_aside_goes_on_in_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "0.png.jnl"
    start = random_planes(3, *SHAPE)
    random = np.random.default_rng(3)
    first = opened(path, start)
    paint(first.document, random)
    left = first.journal.close()
    resumed = resume_journal(path, first.document, left, ignore)
    assert resumed is not None
    paint(first.document, random)
    left = resumed.close()
    path.unlink()
    resumed = resume_journal(path, first.document, left, ignore)  # somebody deleted it: it is made again
    assert resumed is not None
    resumed.mark()
    resumed.close()
    again = opened(path, planes_of(first.document))
    assert len(again.document.history) == 2
    again.document.go_to(0)
    assert planes_of(again.document).equal(start)
    again.journal.close()
    assert resume_journal(path, first.document, left, ignore) is None  # somebody wrote it meanwhile


def test_an_empty_history_leaves_no_journal(tmp_path: Path) -> None:
    document = MaskDocument(*random_planes(0, *SHAPE), History())
    journal = SceneJournal(tmp_path / "0.png.jnl", document, None, False, ignore)
    journal.mark()
    journal.saved()
    assert journal.close() is None
    assert list(tmp_path.iterdir()) == []
