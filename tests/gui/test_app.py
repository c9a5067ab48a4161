"""What the start does not do."""

import subprocess
import sys

_SOURCES = """
import linecache, sys, tempfile
from pathlib import Path
from unetpp_desktop.gui import app
application = app.make_application()
read_before = set(linecache.cache)
window = app.build_window(Path(tempfile.mkdtemp()))
assert {"numpy", "unetpp_desktop.gui.contents"} <= set(sys.modules)
read = set(linecache.cache) - read_before
assert not read, read
"""


def test_no_source_is_read_beside_the_compiled_modules() -> None:
    done = subprocess.run([sys.executable, "-c", _SOURCES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
