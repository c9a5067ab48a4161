"""Images that turn out to be damaged while a training draws from them."""

from collections.abc import Callable
from typing import TypeVar

from unetpp_desktop.core.errors import UserError

T = TypeVar("T")

_TRIED = 8


def first_readable(
    load: Callable[[int], T], count: int, seed: int, lose: Callable[[int, str], object] = lambda *_: None
) -> T:
    """``load`` of the place of ``seed`` among ``count``, or of one after it.

    A damaged image is not to end a training, which would draw it again when it is started again. ``lose``
    gets the place and the sentence of each that cannot be read. Raises the `UserError` of the last of eight.
    """
    for step in range(min(count, _TRIED) - 1):
        place = (seed + step) % count
        try:
            return load(place)
        except UserError as error:
            lose(place, str(error))
    return load((seed + min(count, _TRIED) - 1) % count)
