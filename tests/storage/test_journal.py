"""Records on the disk: whole or not there, and written by one window only."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unetpp_desktop.storage import journal
from unetpp_desktop.storage.journal import (
    JournalFile,
    JournalInUseError,
    create_journal,
    limit_journals,
    open_journal,
    set_aside,
)
from unetpp_desktop.storage.journal_writer import JournalWriter
from unetpp_desktop.storage.saved_masks import file_token


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal" / "train" / "0.png.jnl"


def opened(path: Path) -> tuple[JournalFile, tuple[bytes, ...]]:
    present = open_journal(path)
    assert present is not None
    return present


def records_of(path: Path) -> list[bytes]:
    file, records = opened(path)
    file.close()
    return list(records)


def write(path: Path, *records: bytes) -> None:
    file = create_journal(path)
    file.append(records)
    file.close()


def test_records_come_back_in_order(path: Path) -> None:
    assert open_journal(path) is None
    file = create_journal(path)
    file.append([b"one", b""])
    file.append([b"two"])
    assert file.size == path.stat().st_size
    file.close()
    file, records = opened(path)
    assert records == (b"one", b"", b"two")
    file.append([b"three"])
    file.close()
    assert records_of(path) == [b"one", b"", b"two", b"three"]


@settings(max_examples=80)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=6), st.floats(0, 1), st.binary(max_size=20))
def test_a_torn_end_is_dropped_and_the_rest_is_whole(
    tmp_path_factory: pytest.TempPathFactory, records: list[bytes], share: float, rubbish: bytes
) -> None:
    path = tmp_path_factory.mktemp("torn") / "0.jnl"
    file = create_journal(path)
    ends = [0]
    for record in records:
        file.append([record])
        ends.append(file.size)
    file.close()
    content = path.read_bytes()
    cut = round(share * len(content))
    path.write_bytes(content[:cut] + bytes(3) * (cut > ends[1]))  # zeros as a lost power leaves them
    whole = sum(end <= cut for end in ends[1:])
    file, kept = opened(path)
    assert list(kept) == records[:whole]
    file.append([rubbish, b"last"])
    file.close()
    assert records_of(path) == [*records[:whole], rubbish, b"last"]


def test_a_changed_byte_ends_the_journal_before_it(path: Path) -> None:
    write(path, b"first", b"second", b"third")
    content = bytearray(path.read_bytes())
    content[content.index(b"second")] ^= 1
    path.write_bytes(content)
    assert records_of(path) == [b"first"]


def test_a_file_of_another_kind_is_refused(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"unPPjnl9 of a later version")
    with pytest.raises(ValueError, match="no journal"):
        open_journal(path)
    write(path, b"new")
    assert records_of(path) == [b"new"]
    assert path.with_name("0.png.jnl.aside").read_bytes().startswith(b"unPPjnl9")


def test_a_second_window_is_refused_until_the_first_leaves(path: Path) -> None:
    file = create_journal(path)
    for attempt in (open_journal, create_journal):
        with pytest.raises(JournalInUseError):
            attempt(path)
    file.rewrite([b"new"])
    with pytest.raises(JournalInUseError):
        open_journal(path)
    file.append([b"more"])
    file.close()
    assert records_of(path) == [b"new", b"more"]


def test_the_lock_of_a_killed_program_is_gone(path: Path) -> None:
    script = (
        "import sys, pathlib, os; from unetpp_desktop.storage.journal import create_journal\n"
        "file = create_journal(pathlib.Path(sys.argv[1])); file.append([b'kept'])\n"
        "print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        with pytest.raises(JournalInUseError):
            open_journal(path)
        child.kill()
    assert records_of(path) == [b"kept"]


def test_journals_are_set_aside_beside_each_other(path: Path) -> None:
    names = []
    for number in range(3):
        write(path, bytes([number]))
        names.append(set_aside(path).name)
    assert names == ["0.png.jnl.aside", "0.png.jnl-2.aside", "0.png.jnl-3.aside"]


def test_journals_are_limited_set_aside_first_then_the_oldest_and_never_one_in_use(tmp_path: Path) -> None:
    for age, name in enumerate(("new", "b/old", "c/held", "aside")):
        write(tmp_path / f"{name}.jnl", bytes(1000))
        os.utime(tmp_path / f"{name}.jnl", (1000.0 - age, 1000.0 - age))
    set_aside(tmp_path / "aside.jnl")
    other = tmp_path / "other.txt"
    other.write_bytes(bytes(9999))
    held, _ = opened(tmp_path / "c" / "held.jnl")
    assert limit_journals(tmp_path, 5000) == 0
    assert limit_journals(tmp_path, 3500) == 1
    assert not (tmp_path / "aside.jnl.aside").exists()
    assert limit_journals(tmp_path, 1500, {tmp_path / "new.jnl"}) == 1
    assert (tmp_path / "new.jnl").exists()
    assert limit_journals(tmp_path, 1500) == 1
    assert (tmp_path / "c" / "held.jnl").exists()
    assert other.exists()
    held.close()


def _fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(journal, "os", SimpleNamespace(**{**vars(os), "fsync": full}))


def test_a_record_that_failed_leaves_the_ones_before_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = create_journal(path)
    file.append([b"kept"])
    with monkeypatch.context() as patch:
        _fill_the_disk(patch)
        with pytest.raises(OSError, match="space"):
            file.append([b"half on the disk"])
        with pytest.raises(OSError, match="space"):
            file.rewrite([b"new"])
    file.append([b"later"])
    file.close()
    assert records_of(path) == [b"kept", b"later"]
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_the_writer_keeps_the_order_and_ends_its_thread(path: Path) -> None:
    told: list[Exception] = []
    writer = JournalWriter(path, None, told.append)
    for number in range(200):
        writer.append(lambda number=number: [bytes([number]), b"x"])
    assert writer.wait()
    assert writer.size == path.stat().st_size
    assert not any(thread.name.startswith("journal") for thread in threading.enumerate() if thread.is_alive())
    writer.replace(lambda: [b"all"])
    writer.append(lambda: [b"more"])
    assert writer.close() == file_token(path)
    assert records_of(path) == [b"all", b"more"]
    assert not told


def test_the_writer_tells_a_failure_once_and_begins_anew_on_request(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Exception] = []
    writer = JournalWriter(path, None, told.append)
    writer.append(lambda: [b"one"])
    assert writer.wait()
    with monkeypatch.context() as patch:
        _fill_the_disk(patch)
        for _ in range(3):
            writer.append(lambda: [b"lost"])
            assert not writer.wait()
        writer.replace(lambda: [b"lost, too"])
        assert not writer.wait()
    writer.append(lambda: [b"would not fit"])
    writer.replace(lambda: [b"anew"])
    writer.append(lambda: [b"more"])
    assert writer.wait()
    writer.close()
    assert records_of(path) == [b"anew", b"more"]
    assert len(told) == 1


def test_a_bug_in_making_records_makes_nobody_wait_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[object] = []
    monkeypatch.setattr(threading, "excepthook", caught.append)
    writer = JournalWriter(path, None, lambda error: None)
    writer.append(lambda: [b"%d" % (1 // 0)])
    assert not writer.wait()
    assert writer.failed
    assert len(caught) == 1
    writer.close()
