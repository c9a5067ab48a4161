"""How long the program takes to answer: ``--help``, the window's frame, the window complete, the first mask.

    .venv/bin/python -m bench.startup

Starts every program afresh, several times, in turns, and prints medians in milliseconds; the same
figures go to build/startup.json. Also says which of the heavy libraries were loaded on the way.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 7
HEAVY = ("torch", "PySide6", "cv2")
OUT = Path("build") / "startup.json"

_LOADED = f"print(','.join(name for name in {HEAVY!r} if name in sys.modules))"

_HELP = f"""
import sys
sys.argv = ["unetpp-desktop", "--help"]
from unetpp_desktop.cli.main import main
try:
    main()
except SystemExit:
    pass
import time
print(time.monotonic())
{_LOADED}
"""

_WINDOW = f"""
import gc, os, tempfile, time, sys
from pathlib import Path
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
gc.disable()  # as the program itself does
from unetpp_desktop.cli import main
from unetpp_desktop.gui import app
application = app.make_application()
SHOW
print(time.monotonic())
{_LOADED}
window.close()
"""

_FRAME = _WINDOW.replace("SHOW", "window = app.show_frame(Path(tempfile.mkdtemp())).window")

_COMPLETE = _WINDOW.replace(
    "SHOW",
    "window = app.fill_frame(app.show_frame(Path(tempfile.mkdtemp())))\napplication.processEvents()",
)

_FIRST_MASK = _WINDOW.replace(
    "SHOW",
    """window = app.fill_frame(app.show_frame(Path(tempfile.mkdtemp())))
from unetpp_desktop.tasks.samples import copy_samples
session = window.session
session.open_folder(copy_samples(Path(tempfile.mkdtemp())))
session.mask_modified.connect(lambda modified: modified and application.quit())
session.prelabel((session.scene,))
application.exec()
assert session.document.can_undo
""",
)


def seconds_and_loaded(script: str) -> tuple[float, list[str]]:
    """Seconds from the start of a fresh interpreter to the end of ``script``, and what it loaded."""
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    end, loaded = done.stdout.splitlines()[-2:]
    return float(end) - start, [name for name in loaded.split(",") if name]


def main() -> None:
    scripts = {
        "--help": _HELP,
        "window shown": _FRAME,
        "window complete": _COMPLETE,
        "first mask": _FIRST_MASK,
    }
    times: dict[str, list[float]] = {name: [] for name in scripts}
    loaded: dict[str, list[str]] = {}
    for run in range(RUNS + 1):
        for name, script in scripts.items():
            seconds, loaded[name] = seconds_and_loaded(script)
            if run:  # the first run fills the disk cache
                times[name].append(1000 * seconds)
    rows = [
        {
            "what": name,
            "ms_p50": round(statistics.median(times[name])),
            "ms_max": round(max(times[name])),
            "loaded": loaded[name],
        }
        for name in scripts
    ]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    for row in rows:
        print(f"{row['what']}: {row['ms_p50']} ms (max {row['ms_max']}), loaded: {row['loaded']}")


if __name__ == "__main__":
    main()
