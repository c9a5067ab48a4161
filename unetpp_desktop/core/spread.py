"""A sample that is the same every time."""

import numpy as np


def spread_indexes(count: int, at_most: int) -> list[int]:
    """At most so many of the indexes 0 to ``count - 1``, spread evenly."""
    return [int(index) for index in np.unique(np.linspace(0, count - 1, min(count, at_most)).astype(int))]
