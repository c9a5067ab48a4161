"""What a notice lets the user do about what it tells."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """The text of a button, on screen, and what it does."""

    text: str
    accept: Callable[[], object]
