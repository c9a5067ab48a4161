"""Where the data that ships with the program lies."""

from functools import cache
from pathlib import Path

import unetpp_desktop

DEFAULT_MODEL = "light"
"""The shipped model that is used where none is named."""


@cache
def data_folder(name: str) -> Path:
    """The shipped folder ``name`` ("resources" or "models").

    A wheel carries both inside the package (``_data``); a checkout, and an editable install of
    it, has them beside the package.
    """
    package = Path(unetpp_desktop.__file__).parent
    packed = package / "_data" / name
    return packed if packed.is_dir() else package.parent / name
