"""How many cores work beside the window may take."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from unetpp_desktop.gui.jobs import lower_priority
from unetpp_desktop.nn.device import may_take_all_cores


def _asked_beside(niceness: int) -> bool:
    def ask() -> bool:
        lower_priority(niceness)
        return may_take_all_cores()

    with ThreadPoolExecutor(1) as other:
        return other.submit(ask).result()


def test_without_a_window_all_cores_are_taken() -> None:
    assert threading.current_thread() is threading.main_thread()
    assert may_take_all_cores()


def test_a_thread_as_urgent_as_the_window_leaves_it_a_core() -> None:
    assert not _asked_beside(0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
def test_a_thread_that_gives_way_to_the_window_takes_all_cores() -> None:
    assert _asked_beside(10)
