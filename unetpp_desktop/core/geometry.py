"""Rectangles in image pixels."""

from collections.abc import Sequence
from typing import NamedTuple


class Rect(NamedTuple):
    """Half-open rectangle ``top <= y < bottom``, ``left <= x < right``, in image pixels."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return max(0, self.bottom - self.top)

    @property
    def width(self) -> int:
        return max(0, self.right - self.left)

    @property
    def is_empty(self) -> bool:
        return self.bottom <= self.top or self.right <= self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """The index that cuts this rectangle out of an ``(H, W, ...)`` array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def intersection(self, other: "Rect") -> "Rect":
        """The common part; an empty rectangle where there is none."""
        return Rect(
            max(self.top, other.top),
            max(self.left, other.left),
            min(self.bottom, other.bottom),
            min(self.right, other.right),
        )

    def within(self, outer: "Rect") -> "Rect":
        """The same rectangle in the coordinates of ``outer``, whose top left pixel becomes (0, 0)."""
        return Rect(
            self.top - outer.top, self.left - outer.left, self.bottom - outer.top, self.right - outer.left
        )

    def union(self, other: "Rect") -> "Rect":
        """The smallest rectangle that holds both; an empty one adds nothing."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Rect(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )


EMPTY_RECT = Rect(0, 0, 0, 0)


def middle_rect(size: Sequence[int], most: int) -> Rect:
    """The middle of an image of ``size`` (H, W, ..), no side longer than ``most`` pixels."""
    height, width = size[0], size[1]
    top, left = max(0, (height - most) // 2), max(0, (width - most) // 2)
    return Rect(top, left, min(height, top + most), min(width, left + most))


def full_rect(shape: tuple[int, ...]) -> Rect:
    """The rectangle of a whole ``(H, W, ...)`` array."""
    return Rect(0, 0, shape[0], shape[1])
