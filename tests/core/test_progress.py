"""Going through a list: failures are told, cancelling ends it."""

from unetpp_desktop.core.errors import Cancelled, UserError
from unetpp_desktop.core.progress import Walk, silent, walk


def test_one_that_fails_does_not_stop_the_others() -> None:
    done = []

    def do(number: int) -> None:
        if number == 1:
            raise UserError("1.png is damaged. Replace it.")
        done.append(number)

    assert walk(range(3), silent, str, do) == Walk(("1.png is damaged. Replace it.",), True)
    assert done == [0, 2]


def test_what_was_done_before_it_was_cancelled_stays_known() -> None:
    done: list[int] = []

    def progress(at: int, total: int, note: str) -> None:
        assert (total, note) == (3, str(at))
        if at == 2:
            raise Cancelled

    assert walk(range(3), progress, str, done.append) == Walk((), False)
    assert done == [0, 1]
