"""Progress: one callable that is both the report of a long task and its stopping place."""

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""``progress(done, total, note)``: called by long tasks between two steps.

``total`` is 0 while it is unknown; ``note`` is a short phrase for the user. The callable may
block (the task is paused) or raise `unetpp_desktop.core.errors.Cancelled` (the task is to stop).
"""


def silent(done: int, total: int, note: str) -> None:
    """The progress of those who do not want any."""
