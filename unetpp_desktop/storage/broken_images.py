"""Which images were found to be broken; a file that was mended since is not one of them."""

from pathlib import Path

from unetpp_desktop.storage.saved_masks import MaskToken, file_token


class BrokenImages:
    """Remembered by version of the file; looking at every image would take too long. Thread-safe."""

    def __init__(self) -> None:
        self._known: dict[Path, MaskToken | None] = {}

    def add(self, path: Path) -> None:
        """The image as it is now could not be read."""
        self._known[path] = file_token(path)

    def __contains__(self, path: Path) -> bool:
        return path in self._known and self._known[path] == file_token(path)
