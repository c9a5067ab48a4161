"""The commands that change the outline of one class, as a table."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.editing import regions
from unetpp_desktop.editing.regions import Proposal


@dataclass(frozen=True)
class Amount:
    """The number that a command depends on: ``question`` asks for it, {} is the class."""

    question: str
    default: int
    low: int
    high: int


@dataclass(frozen=True)
class RegionCommand:
    """``propose(labels, class, amount)`` says what is to change; it runs in any thread.

    ``name`` is what the action and the edit are called, ``nothing`` says that there was nothing to do:
    {0} is the class, {1} the amount. Both are marked for translation.
    """

    name: str
    propose: Callable[[np.ndarray, int, int], Proposal]
    nothing: str
    amount: Amount | None = None


SMOOTH = RegionCommand(
    QT_TRANSLATE_NOOP("Actions", "Smooth boundary"),
    regions.smooth,
    QT_TRANSLATE_NOOP("MaskCommands", "The boundary of {0} is smooth already."),
    Amount(QT_TRANSLATE_NOOP("MaskCommands", "Smooth {} over"), 2, 1, 50),
)
FILL_HOLES = RegionCommand(
    QT_TRANSLATE_NOOP("Actions", "Fill holes"),
    lambda labels, value, _amount: regions.fill_holes(labels, value),
    QT_TRANSLATE_NOOP("MaskCommands", "No holes in {0}."),
)
REMOVE_ISLANDS = RegionCommand(
    QT_TRANSLATE_NOOP("Actions", "Remove islands"),
    regions.remove_islands,
    QT_TRANSLATE_NOOP("MaskCommands", "No islands of {0} under {1} px."),
    Amount(QT_TRANSLATE_NOOP("MaskCommands", "Remove islands of {} under"), 50, 2, 1_000_000),
)
GROW = RegionCommand(
    QT_TRANSLATE_NOOP("Actions", "Grow"),
    regions.grow,
    QT_TRANSLATE_NOOP("MaskCommands", "{0} has nowhere to grow."),
    Amount(QT_TRANSLATE_NOOP("MaskCommands", "Grow {} by"), 1, 1, 200),
)
SHRINK = RegionCommand(
    QT_TRANSLATE_NOOP("Actions", "Shrink"),
    regions.shrink,
    QT_TRANSLATE_NOOP("MaskCommands", "{0} is the only class here: nothing could take its pixels."),
    Amount(QT_TRANSLATE_NOOP("MaskCommands", "Shrink {} by"), 1, 1, 200),
)
FILL_VOID = RegionCommand(
    QT_TRANSLATE_NOOP("Actions", "Fill void with the nearest class"),
    lambda labels, _value, _amount: regions.fill_void(labels),
    QT_TRANSLATE_NOOP("MaskCommands", "No void lies beside a class."),
)
