"""One mouse-move on the canvas, ours and napari's in turns: python -m bench.canvas [--rounds 3].

"whole" is from the mouse event to the finished repaint of a 1280 x 800 view that shows all of the scene;
"data" is what happens to the mask alone: stencil, locks, origins, what undo needs. Also measures how
long a scene takes to open, and what a history takes. Both programs run under Xvfb, Qt's xcb platform and
software GL. Takes about five minutes. Writes build/bench-canvas.json, also where it is stopped or napari
fails: what was measured until then, and what is missing.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench.canvas_ours import CLASS, Ours, history_figures, opening_figures

_SIZES = {0.17: (360, 480), 4.0: (1633, 2449), 24.0: (4000, 6000), 100.0: (8165, 12247)}  # height, width
_BRUSHES = (10, 100, 1000)
_MOVES = 21  # of one stroke; the first is the press
_STEP = 12.0  # pixels of the scene from move to move, on average
_PEER_PYTHON = Path("build/peer-venv/bin/python")
_OUT = Path("build/bench-canvas.json")
_PATHS = ("whole", "data")
_MANY = 50.0  # megapixels from which one round must do
_PEER_PATIENCE_S = 90.0  # for one stroke; a larger scene is opened on the way
_LEFT_OUT = "1,000 pixels on 0.17 megapixels: the brush is larger than the mask, so no move changes a pixel"


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
        """Raises `OSError` where napari fails, or does not answer in time."""
        assert self._process.stdin is not None
        patience = threading.Timer(_PEER_PATIENCE_S, self._process.kill)
        patience.start()
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer = self._answer()
        finally:
            patience.cancel()
        if "problem" in answer:
            say(f"napari: {answer['problem']}")
        times: list[float] = answer["ms"]
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
    blocks = random.choice(
        [value for value in range(1, 11) if value != CLASS], (9, 12)
    )  # each paint changes pixels
    labels = blocks.astype(np.uint8)[rows[:, None], columns]
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


@dataclass
class Table:
    """The rows as they come, in milliseconds, and why some of napari's are missing."""

    peer: Peer | None
    rounds: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""

    def measure(self, largest: float, folder: Path) -> None:
        begin = time.monotonic()
        ours = Ours(folder)
        for megapixels, shape in _SIZES.items():
            if megapixels > largest:
                break
            image, labels = make_scene(folder, shape)
            ours.load(image, labels)
            # A brush larger than the mask changes all of it at the press, and nothing when it moves.
            for brush in (brush for brush in _BRUSHES if brush < max(shape)):
                say(f"{time.monotonic() - begin:3.0f} s: {megapixels:g} megapixels, {brush} pixels")
                files = {"image": str(image), "labels": str(labels), "brush": brush}
                self._add(ours, megapixels, shape, files)
        ours.close()

    def _add(self, ours: Ours, megapixels: float, shape: tuple[int, int], files: dict[str, Any]) -> None:
        times: dict[tuple[str, str], list[float]] = {}
        rounds = 1 if megapixels > _MANY else self.rounds
        for turn in range(rounds + 1):  # the first only warms up
            moves = make_moves(shape, turn)
            for path in _PATHS:
                found = {"ours": ours.measure(path, files["brush"], moves)}
                found["napari"] = self._ask_peer(path=path, moves=moves, **files)
                for who, several in found.items():
                    if turn:
                        times.setdefault((who, path), []).extend(several)
        for (who, path), several in times.items():
            if several:
                p50, p95 = np.percentile(several, (50, 95))
                place = {"who": who, "path": path, "megapixels": megapixels, "brush": files["brush"]}
                figures = {"p50_ms": round(float(p50), 3), "p95_ms": round(float(p95), 3)}
                self.rows.append({**place, **figures, "moves": len(several)})

    def _ask_peer(self, **request: Any) -> list[float]:
        if self.peer is None:
            return []
        try:
            return self.peer.ask(**request)
        except OSError as error:
            self.problem = f"napari failed: {error}"
            say(self.problem)
            self.peer.close()
            self.peer = None
            return []


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


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


def run(arguments: argparse.Namespace, result: dict[str, Any]) -> None:
    """Fills ``result`` step by step, so that what was measured is there whenever this ends."""
    display = start_display()
    if display is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    peer = None
    try:
        result["platform"] = os.environ["QT_QPA_PLATFORM"] + (", Xvfb, software GL" if display else "")
        result["peer"] = "There is no Xvfb here: rows of ours alone."
        if display is not None:
            try:
                peer = Peer()
                result["peer"] = f"napari {peer.version}, PyQt6"
            except (OSError, KeyError) as error:
                result["peer"] = f"napari could not be started ({error}): rows of ours alone."
        table = Table(peer, arguments.rounds, result["rows"])
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            table.measure(arguments.largest, folder)
            if table.problem:
                result["missing"].append(table.problem)
            say("how fast scenes open, and what a history takes")
            result.update(opening_figures(folder))
            result["history"] = history_figures(folder)
    finally:
        if peer is not None:
            peer.close()
        if display is not None:
            display.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="strokes of 20 moves for each row")
    parser.add_argument("--largest", type=float, default=100.0, help="megapixels of the largest mask")
    arguments = parser.parse_args()
    result: dict[str, Any] = {
        "machine": machine(),
        "load": os.getloadavg()[0],
        "missing": [_LEFT_OUT],
        "rows": [],
    }
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    status = 1
    try:
        run(arguments, result)
        status = 0
    except KeyboardInterrupt:
        result["missing"].append("all that comes after these rows: the bench was stopped")
    except Exception as error:
        result["missing"].append(f"all that comes after these rows: {error!r}")
        traceback.print_exc()
    finally:
        result["load_at_the_end"] = os.getloadavg()[0]
        _OUT.parent.mkdir(exist_ok=True)
        _OUT.write_text(json.dumps(result, indent=2) + "\n")
    print_table(result["rows"])
    print(json.dumps({key: value for key, value in result.items() if key != "rows"}, indent=2))
    sys.stdout.flush()
    # The windows are closed and nothing is to be saved; Qt must not talk to a display that is gone.
    os._exit(status)


if __name__ == "__main__":
    main()
