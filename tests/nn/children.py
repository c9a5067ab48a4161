"""Python in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path


def run_at_home(script: str, home: Path) -> None:
    """Runs a script whose user has ``home``; fails with what it wrote to stderr where it does."""
    environment = {**os.environ, "HOME": str(home), "USERPROFILE": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
