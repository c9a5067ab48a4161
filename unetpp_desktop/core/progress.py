"""Progress: one callable that is both the report of a long task and its stopping place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from unetpp_desktop.core.errors import Cancelled, UserError

T = TypeVar("T")

Progress = Callable[[int, int, str], None]
"""``progress(done, total, note)``: called by long tasks between two steps.

``total`` is 0 while it is unknown; ``note`` is a short phrase for the user. The callable may
block (the task is paused) or raise `unetpp_desktop.core.errors.Cancelled` (the task is to stop).
"""


def silent(done: int, total: int, note: str) -> None:
    """The progress of those who do not want any."""


@dataclass(frozen=True)
class Walk:
    """How going through a list ended: a sentence for each that failed, and whether it came to the end."""

    problems: tuple[str, ...]
    whole: bool


def walk(
    items: Sequence[T], progress: Progress, note_of: Callable[[T], str], do: Callable[[T], None]
) -> Walk:
    """Calls ``do`` with each of ``items``; where one raises `UserError`, the others still have their turn.

    It ends early where ``progress`` raises `Cancelled`, and does not pass that on: what was done until then
    is to be told.
    """
    problems: list[str] = []
    for number, item in enumerate(items):
        try:
            progress(number, len(items), note_of(item))
            do(item)
        except Cancelled:
            return Walk(tuple(problems), False)
        except UserError as error:
            problems.append(str(error))
    return Walk(tuple(problems), True)
