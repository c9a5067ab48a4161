"""How long the program takes to answer: ``--help``, the window's frame, the window complete, the first mask.

    .venv/bin/python -m bench.startup [--runs 7] [--write]

Starts every program afresh, several times, in turns, and prints medians in milliseconds, from the start
of the process; the same figures go to build/startup.json and, with --write, to the section "startup" of
docs/benchmarks.md. Also says which of the heavy libraries were loaded on the way.

Each turn comes twice, where the system allows it (Linux): cold, after the kernel was asked to forget the
files of Python, its packages, this program and the libraries that it maps (posix_fadvise, DONTNEED), and
then warm. Files that another running program maps stay in memory: end others of the same environment.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.sections import load_words, machine_facts, markdown_table, publish
from unetpp_desktop.tasks.machine import load
from unetpp_desktop.tasks.samples import copy_samples

HEAVY = ("torch", "openvino", "PySide6", "cv2")
OUT = Path("build") / "startup.json"

_END = f"""
import time
end = time.monotonic()
import json, os, sys
with open("/proc/self/maps" if os.path.exists("/proc/self/maps") else os.devnull) as maps:
    files = sorted({{line.split(maxsplit=5)[5].strip() for line in maps if " /" in line}})
loaded = [name for name in {HEAVY!r} if name in sys.modules]
print(json.dumps({{"end": end, "loaded": loaded, "files": files}}), flush=True)
os._exit(0)
"""

_HELP = (
    """
import sys
sys.argv = ["unetpp-desktop", "--help"]
from unetpp_desktop.cli.main import main
try:
    main()
except SystemExit:
    pass
"""
    + _END
)

_WINDOW = """
import gc, os, sys, tempfile
from pathlib import Path
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
gc.disable()  # as the program itself does
from unetpp_desktop.cli import main
from unetpp_desktop.gui import app
application = app.make_application()
frame = app.show_frame(Path(tempfile.mkdtemp()))
"""

_FRAME = _WINDOW + _END

_FILLED = _WINDOW + "window = app.fill_frame(frame)\ngc.freeze()\napplication.processEvents()\n"

_COMPLETE = _FILLED + _END

_MASK = (
    _FILLED
    + """
previews = window.session.previews
def look():
    if previews.shown is not None and (previews.shown.refined or not REFINED):
        window.canvas.repaint()
        application.quit()
previews.changed.connect(look)
window.session.open_folder(Path(sys.argv[1]))
application.exec()
"""
    + _END
)

SCRIPTS = {
    "--help": _HELP,
    "window shown": _FRAME,
    "window complete": _COMPLETE,
    "first mask shown, depth 1": _MASK.replace("REFINED", "False"),
    "mask at the chosen depth shown": _MASK.replace("REFINED", "True"),
}


def run_script(script: str) -> tuple[float, list[str], list[str]]:
    """Milliseconds from the start of a fresh interpreter to the end of ``script``, which opens new scenes.

    Also what it loaded of `HEAVY`, and the files that it maps.
    """
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-c", script, str(copy_samples(Path(place)))]
        # Compiled modules are kept, as on any user's machine, even if whoever runs this keeps none.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
        start = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return 1000 * (answer["end"] - start), answer["loaded"], answer["files"]


def files_to_forget(mapped: Iterable[str]) -> list[Path]:
    """All that a start may read: Python, its packages, the program, and the libraries that were mapped."""
    folders = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {Path("unetpp_desktop"), Path("resources"), Path("models")}
    found = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    return sorted(found | {Path(name) for name in mapped if Path(name).is_file()})


def forget(files: Iterable[Path]) -> None:
    """Asks the kernel to drop these files from its cache."""
    for path in files:
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def measure(runs: int) -> list[dict[str, Any]]:
    """A row for each script and state of the cache."""
    times: dict[tuple[str, str], list[float]] = {}
    loaded: dict[str, list[str]] = {}
    mapped: set[str] = set()
    for name, script in SCRIPTS.items():  # fills the cache, and says what there is to forget
        _, loaded[name], maps = run_script(script)
        mapped.update(maps)
    files = files_to_forget(mapped) if hasattr(os, "posix_fadvise") else []
    for run in range(runs):
        print(f"round {run + 1} of {runs}", file=sys.stderr, flush=True)
        for name, script in SCRIPTS.items():
            if files:
                forget(files)
                times.setdefault((name, "cold"), []).append(run_script(script)[0])
            times.setdefault((name, "warm"), []).append(run_script(script)[0])
    return [
        {
            "what": name,
            "cache": cache,
            "ms_p50": round(statistics.median(several)),
            "ms_max": round(max(several)),
            "loaded": loaded[name],
        }
        for (name, cache), several in times.items()
    ]


def section(result: dict[str, Any]) -> str:
    """The figures as the documentation shows them."""
    found = {(row["what"], row["cache"]): row for row in result["rows"]}

    def cell(name: str, cache: str) -> str:
        row = found.get((name, cache))
        return "-" if row is None else f"{row['ms_p50']} / {row['ms_max']}"

    rows = [
        (name, ", ".join(found[name, "warm"]["loaded"]) or "none", cell(name, "warm"), cell(name, "cold"))
        for name in SCRIPTS
    ]
    head = (
        "from process start",
        "heavy libraries loaded",
        "warm, ms p50 / max",
        "cold, ms p50 / max",
    )
    return (
        "## Start\n\n"
        f"`python -m bench.startup --write`, on {result['processor']}, {result['cores']} cores, load "
        f"{load_words(result['load'])} before; {result['runs']} starts each, in turns; "
        "Qt's offscreen platform, the sample scenes. Cold: the kernel was asked to forget (posix_fadvise, "
        "DONTNEED) the files of Python, its packages, the program and the libraries that it maps; what other "
        "programs map stays. Python has compiled the modules before, as an installation or the first start "
        "does.\n\n"
        + markdown_table(head, rows, words=2)
        + "\n\nAims: the window in 400 ms, the first mask of an opened folder in 1,500, torch never loaded."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    arguments = parser.parse_args()
    before = load()
    rows = measure(arguments.runs)
    result = {
        **machine_facts(before),
        "runs": arguments.runs,
        "rows": rows,
    }
    publish("startup", result, OUT, section(result), arguments.write)


if __name__ == "__main__":
    main()
