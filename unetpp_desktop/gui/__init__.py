"""The window. The only room that imports PySide6."""

import sys

# On Windows torch must come before Qt, or c10.dll fails to load (torch 2.9 and later; reported by
# others, not verified by us). Elsewhere the window comes first and torch when it is needed.
if sys.platform == "win32":
    import torch  # noqa: F401
