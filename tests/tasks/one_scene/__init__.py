"""What is done to scenes that nobody has open, in a folder that holds a single one."""

SIZE = (6, 9)
"""Height and width of the scene."""
