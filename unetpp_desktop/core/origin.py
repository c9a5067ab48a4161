"""Where the class of a pixel comes from."""

from enum import IntEnum


class Origin(IntEnum):
    """Origin of one pixel of a mask; two bits in the mask file, so the values are fixed."""

    NONE = 0  # nobody has said anything about this pixel
    MODEL = 1  # predicted, not checked
    ACCEPTED = 2  # predicted, and a person found it right
    PAINTED = 3  # a person chose the class (void painted by hand included)


HUMAN = (Origin.ACCEPTED, Origin.PAINTED)
"""The origins that enter a training loss and that a new prediction leaves alone."""
