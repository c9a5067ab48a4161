"""A change of a palette before it is made: what each class is to be, and where its pixels go."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from unetpp_desktop.core.palette import VOID, Color, LabelClass, Palette

_SIMILAR = 48.0
"""Colours nearer than this are hard to tell apart under an overlay; CamVid's nearest are 93 apart."""


@dataclass(frozen=True)
class PlannedClass:
    """A class to be: ``members`` are the mask values of before whose pixels it takes, () for a new one."""

    name: str
    color: Color
    members: tuple[int, ...] = ()


@dataclass(frozen=True)
class ClassPlan:
    """The classes to be in their order. A class of ``old`` that is nobody's member becomes void.

    Every method returns another plan; `palette` and `table` are what comes of it in the end.
    """

    old: Palette
    classes: tuple[PlannedClass, ...]
    name: str

    @classmethod
    def of(cls, palette: Palette) -> "ClassPlan":
        """The plan that changes nothing."""
        kept = tuple(
            PlannedClass(entry.name, entry.color, (value,)) for value, entry in enumerate(palette.classes)
        )
        return cls(palette, kept, palette.name)

    @classmethod
    def to(cls, palette: Palette, old: Palette, places: Sequence[int | None]) -> "ClassPlan":
        """The plan that ends with ``palette``; for each class of ``old`` where its pixels go (None: void)."""
        classes = tuple(
            PlannedClass(
                entry.name, entry.color, tuple(old for old, place in enumerate(places) if place == index)
            )
            for index, entry in enumerate(palette.classes)
        )
        return cls(old, classes, palette.name)

    def added(self, name: str, color: Color, place: int) -> "ClassPlan":
        """A new class goes to ``place`` in the list."""
        return self._with((*self.classes[:place], PlannedClass(name, color), *self.classes[place:]))

    def renamed(self, index: int, name: str) -> "ClassPlan":
        return self._changed(index, replace(self.classes[index], name=name.strip()))

    def recoloured(self, index: int, color: Color) -> "ClassPlan":
        return self._changed(index, replace(self.classes[index], color=color))

    def moved(self, index: int, to: int) -> "ClassPlan":
        """Class ``index`` stands at ``to`` afterwards; beyond the ends it stops there."""
        others = [*self.classes[:index], *self.classes[index + 1 :]]
        others.insert(min(max(to, 0), len(others)), self.classes[index])
        return self._with(tuple(others))

    def removed(self, index: int, into: int | None) -> "ClassPlan":
        """Its pixels go to class ``into`` (None: become void). Merging is the same thing."""
        members = self.classes[index].members
        plan = self
        if into is not None:
            taker = self.classes[into]
            plan = self._changed(into, replace(taker, members=tuple(sorted((*taker.members, *members)))))
        return plan._with((*plan.classes[:index], *plan.classes[index + 1 :]))

    def assigned(self, old_value: int, index: int | None) -> "ClassPlan":
        """The pixels of one class of before go to class ``index`` (None: become void)."""
        classes = list[PlannedClass]()
        for place, entry in enumerate(self.classes):
            members = set(entry.members) - {old_value} | ({old_value} if place == index else set())
            classes.append(replace(entry, members=tuple(sorted(members))))
        return self._with(tuple(classes))

    def place_of(self, old_value: int) -> int | None:
        """Where the pixels of a class of before go; None where they become void."""
        return next((place for place, entry in enumerate(self.classes) if old_value in entry.members), None)

    def table(self) -> np.ndarray:
        """``uint8 (256,)``: the new mask value of each old one; ``table[mask]`` is the new mask."""
        table = np.full(256, VOID, np.uint8)
        for place, entry in enumerate(self.classes):
            table[list(entry.members)] = place
        return table

    def palette(self) -> Palette:
        """The palette to be; pydantic's `ValidationError` where `can_be_applied` is not true."""
        return Palette(name=self.name, classes=tuple(map(self._label_class, self.classes)))

    @property
    def changes_something(self) -> bool:
        return self.classes != ClassPlan.of(self.old).classes

    @property
    def can_be_applied(self) -> bool:
        named = all(entry.name for entry in self.classes)
        return 1 <= len(self.classes) <= VOID and named and not self.double_names()

    def double_names(self) -> tuple[str, ...]:
        """Names that more than one class has."""
        counts = Counter(entry.name for entry in self.classes)
        return tuple(name for name, count in counts.items() if count > 1 and name)

    def alike_names(self) -> tuple[tuple[str, str], ...]:
        """Pairs of names that differ in upper and lower case only."""
        first: dict[str, str] = {}
        pairs = list[tuple[str, str]]()
        for entry in self.classes:
            other = first.setdefault(entry.name.casefold(), entry.name)
            if other != entry.name:
                pairs.append((other, entry.name))
        return tuple(pairs)

    def similar_colors(self) -> tuple[tuple[int, int], ...]:
        """Pairs of classes (by place) whose colours are hard to tell apart."""
        return tuple(
            (first, second)
            for second, entry in enumerate(self.classes)
            for first, other in enumerate(self.classes[:second])
            if color_distance(entry.color, other.color) < _SIMILAR
        )

    def _label_class(self, entry: PlannedClass) -> LabelClass:
        names = [name for value in entry.members for name in self._names_of(value)]
        taken = {other.name for other in self.classes}
        former = dict.fromkeys(name for name in names if name not in taken)
        return LabelClass(name=entry.name, color=entry.color, former=tuple(former))

    def _names_of(self, old_value: int) -> tuple[str, ...]:
        entry = self.old.classes[old_value]
        return entry.name, *entry.former

    def _changed(self, index: int, entry: PlannedClass) -> "ClassPlan":
        return self._with((*self.classes[:index], entry, *self.classes[index + 1 :]))

    def _with(self, classes: tuple[PlannedClass, ...]) -> "ClassPlan":
        return replace(self, classes=classes)


def color_distance(one: Color, other: Color) -> float:
    """How different two RGB colours look, 0 to about 765: the channels weighted by the mean red."""
    mean_red = (one[0] + other[0]) / 2
    red, green, blue = ((a - b) ** 2 for a, b in zip(one, other, strict=True))
    weighted = (2 + mean_red / 256) * red + 4 * green + (2 + (255 - mean_red) / 256) * blue
    return float(weighted**0.5)


def distinct_color(taken: Sequence[Color]) -> Color:
    """A colour for a new class: of a fixed grid, the one that is farthest from black and all ``taken``."""
    steps = (0, 64, 128, 192, 255)
    grid = [(red, green, blue) for red in steps for green in steps for blue in steps]
    others: list[Color] = [(0, 0, 0), (255, 255, 255), *taken]
    return max(grid, key=lambda color: min(color_distance(color, other) for other in others))
