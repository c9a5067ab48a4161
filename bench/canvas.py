"""One mouse-move on the canvas, ours and napari's in turns: python -m bench.canvas [--rounds 3].

"whole" is from the mouse event to the finished repaint of a 1280 x 800 view that shows all of the scene;
"data" is what happens to the mask alone: stencil, locks, origins, what undo needs. Also measures how
long a scene takes to open, and what a history takes. Both programs run under Xvfb, Qt's xcb platform and
software GL. Writes build/bench-canvas.json.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from bench.canvas_ours import Ours, history_figures, opening_figures

_SIZES = {0.17: (360, 480), 4.0: (1633, 2449), 24.0: (4000, 6000), 100.0: (8165, 12247)}  # height, width
_BRUSHES = (10, 100, 1000)
_MOVES = 21  # of one stroke; the first is the press
_STEP = 12.0  # pixels of the scene from move to move, on average
_PEER_PYTHON = Path("build/peer-venv/bin/python")
_OUT = Path("build/bench-canvas.json")
_PATHS = ("whole", "data")


class Peer:
    """napari in another process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [str(_PEER_PYTHON), "bench/napari_peer.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.version: str = self._answer()["ready"]

    def ask(self, **request: Any) -> list[float]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        times: list[float] = self._answer()["ms"]
        return times

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise OSError(f"napari ended with status {self._process.wait()}")


def make_scene(folder: Path, shape: tuple[int, int]) -> tuple[Path, Path]:
    """An image and a mask of blocks, as arrays in files: ``uint8 (H, W, 3)`` and ``uint8 (H, W)``."""
    random = np.random.default_rng(5)
    height, width = shape
    rows, columns = np.arange(height) * 9 // height, np.arange(width) * 12 // width
    labels = random.integers(1, 11, (9, 12), np.uint8)[rows[:, None], columns]
    fine = random.integers(0, 256, (64, 64, 3), np.uint8)
    image = fine[np.arange(height)[:, None] % 64, np.arange(width) % 64]
    paths = folder / f"image-{height}.npy", folder / f"labels-{height}.npy"
    for path, array in zip(paths, (image, labels), strict=True):
        np.save(path, array)
    return paths


def make_moves(shape: tuple[int, int], seed: int) -> list[list[float]]:
    """A wandering stroke about the middle of the scene, (x, y) in its pixels."""
    random = np.random.default_rng(seed)
    steps = random.normal(0, _STEP, (_MOVES, 2))
    middle = np.array([shape[1], shape[0]]) * random.uniform(0.4, 0.6, 2)
    limit = np.array([shape[1], shape[0]]) - 2.0
    places: list[list[float]] = np.clip(middle + np.cumsum(steps, axis=0), 1, limit).round(1).tolist()
    return places


def measure(peer: Peer | None, rounds: int, largest: float, folder: Path) -> list[dict[str, Any]]:
    """The rows of the table, in milliseconds."""
    rows = []
    ours = Ours(folder)
    for megapixels, shape in _SIZES.items():
        if megapixels > largest:
            break
        image, labels = make_scene(folder, shape)
        ours.load(image, labels)
        # A brush larger than the mask changes all of it at the press, and nothing when it moves.
        for brush in (brush for brush in _BRUSHES if brush < max(shape)):
            times: dict[tuple[str, str], list[float]] = {}
            for turn in range(rounds + 1):  # the first only warms up
                for path in _PATHS:
                    moves = make_moves(shape, turn)
                    found = {"ours": ours.measure(path, brush, moves)}
                    if peer is not None:
                        request = {"image": str(image), "labels": str(labels), "brush": brush, "moves": moves}
                        found["napari"] = peer.ask(path=path, **request)
                    for who, several in found.items():
                        if turn:
                            times.setdefault((who, path), []).extend(several)
            for (who, path), several in times.items():
                p50, p95 = np.percentile(several, (50, 95))
                place = {"who": who, "path": path, "megapixels": megapixels, "brush": brush}
                rows.append({**place, "p50_ms": round(float(p50), 3), "p95_ms": round(float(p95), 3)})
                print(json.dumps(rows[-1]), flush=True)
    ours.close()
    return rows


def print_table(rows: list[dict[str, Any]]) -> None:
    found = {(row["path"], row["megapixels"], row["brush"], row["who"]): row for row in rows}
    print("| path | Mpx | brush | ours p50 / p95, ms | napari p50 / p95, ms | times faster |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for (path, megapixels, brush, who), row in found.items():
        if who != "ours":
            continue
        cells = f"| {path} | {megapixels:g} | {brush} | {row['p50_ms']:.2f} / {row['p95_ms']:.2f} "
        other = found.get((path, megapixels, brush, "napari"))
        if other is None:
            print(cells + "| | |")
        else:
            ratio = other["p50_ms"] / row["p50_ms"]
            print(cells + f"| {other['p50_ms']:.2f} / {other['p95_ms']:.2f} | {ratio:.1f} |")


def start_display() -> subprocess.Popen[bytes] | None:
    """A screen in memory for both programs; None where there is no Xvfb."""
    program = shutil.which("Xvfb")
    if program is None:
        return None
    read, write = os.pipe()
    command = [program, "-displayfd", str(write), "-screen", "0", "2000x1400x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as stream:
        number = stream.readline().strip()
    os.environ.update(DISPLAY=f":{number}", QT_QPA_PLATFORM="xcb", LIBGL_ALWAYS_SOFTWARE="1")
    return process


def machine() -> str:
    """Cores and what matters of the processor."""
    flags: set[str] = set()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        flags = set(next((line for line in lines if line.startswith("flags")), "").split())
    found = [name for name, flag in (("AVX-512", "avx512f"), ("AMX", "amx_tile")) if flag in flags]
    return ", ".join([f"{os.cpu_count()} cores", *found, platform.machine()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="strokes of 20 moves for each row")
    parser.add_argument("--largest", type=float, default=100.0, help="megapixels of the largest mask")
    arguments = parser.parse_args()
    display = start_display()
    if display is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    peer, note = None, ""
    try:
        peer = Peer() if display is not None else None
        note = "" if peer else "There is no Xvfb here: rows of ours alone, on Qt's offscreen platform."
    except (OSError, KeyError) as error:
        note = f"napari could not be started ({error}): rows of ours alone."
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        result = {
            "machine": machine(),
            "load": os.getloadavg()[0],
            "platform": os.environ["QT_QPA_PLATFORM"] + (", Xvfb, software GL" if display else ""),
            "peer": f"napari {peer.version}, PyQt6" if peer else note,
            "rows": measure(peer, arguments.rounds, arguments.largest, folder),
            **opening_figures(folder),
            "history": history_figures(folder),
        }
    if peer is not None:
        peer.close()
    if display is not None:
        display.terminate()
    _OUT.parent.mkdir(exist_ok=True)
    _OUT.write_text(json.dumps(result, indent=2) + "\n")
    print_table(result["rows"])
    print(json.dumps({key: value for key, value in result.items() if key != "rows"}, indent=2))
    if note:
        print(note, file=sys.stderr)
    sys.stdout.flush()
    # The windows are closed and nothing is to be saved; Qt must not talk to a display that is gone.
    os._exit(0)


if __name__ == "__main__":
    main()
