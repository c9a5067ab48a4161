"""At what scale the network looks at an image."""

from fractions import Fraction

FULL = Fraction(1)
SCALES = (FULL, Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))
"""What can be chosen; all are such that a tile has a whole number of the network's units."""
