"""What a notice lets the user do about what it tells."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """The text of a button, on screen, and what it does.

    ``lapse`` is called where the button goes without having been pressed; ``tip`` says more of what it does.
    """

    text: str
    accept: Callable[[], object]
    lapse: Callable[[], object] = lambda: None
    tip: str = ""
