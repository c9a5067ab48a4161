"""Our U-Net++ next to those of MONAI and segmentation_models.pytorch: python -m bench.peers [--rounds 5].

Filters 32 to 512 (9 M parameters) at depth 4, 3 and 2, in each precision of OpenVINO, our default engine on
CPUs; the peers as their documentation calls them, in a process of their own; the same size of image, in
turns. Takes some two minutes. Writes build/bench-peers.json and, with --write, the section of this
processor in docs/benchmarks.md. `make bench-peers` installs the peers first.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.sections import load_words, machine_facts, markdown_table, publish
from unetpp_desktop.core.palette import shipped_palette
from unetpp_desktop.core.progress import silent
from unetpp_desktop.nn.fresh import fresh_model
from unetpp_desktop.storage.street import draw_scene
from unetpp_desktop.tasks.benchmark import make_drawn_int8
from unetpp_desktop.tasks.contenders import PLAIN, Contender, Labels, all_opened
from unetpp_desktop.tasks.machine import load, usable_cores

_PEER_PYTHON = Path("build/peer-networks-venv/bin/python")
_OUT = Path("build/bench-peers.json")
_FILTERS = (32, 64, 128, 256, 512)
_DEPTHS = (4, 3, 2)
_CALLS = 3  # in a row; the first finds caches and threads as another network left them, and is not counted

Times = Callable[[], list[float]]
"""Milliseconds of `_CALLS` calls."""


class Peers:
    """The other libraries, in another process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [str(_PEER_PYTHON), "bench/unet_peer.py", str(usable_cores())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        answer = self._answer()
        self.words: dict[str, str] = answer["ready"]
        self.problems: dict[str, str] = answer["problems"]
        self.sizes = {name: (size[0], size[1]) for name, size in answer["sizes"].items()}

    def milliseconds(self, network: str) -> list[float]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"network": network, "calls": _CALLS}) + "\n")
        self._process.stdin.flush()
        times: list[float] = self._answer()["ms"]
        return times

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise OSError(f"the peers ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def ours(folder: Path, size: tuple[int, int]) -> dict[Contender, Times]:
    """Each depth and precision of our default engine on an image of ``size``."""
    image = draw_scene(0, *size).image
    entry = fresh_model(folder, _FILTERS, shipped_palette("camvid11"), image)
    make_drawn_int8(entry, size, silent)
    ways, _ = all_opened(entry, "cpu", "openvino", _DEPTHS)

    return {way: partial(_timed, labels, image) for way, labels in ways.items() if way.engine != PLAIN}


def _timed(labels: Labels, image: np.ndarray) -> list[float]:
    found = []
    for _ in range(_CALLS):
        start = time.perf_counter()
        labels(image)
        found.append(1000 * (time.perf_counter() - start))
    return found


def measure(peers: Peers, rounds: int) -> list[dict[str, Any]]:
    """A row for each of our ways and each peer: medians of the same turns."""
    with tempfile.TemporaryDirectory() as place:
        turns = {name: ours(Path(place) / name, size) for name, size in peers.sizes.items()}
        found: dict[tuple[str, Contender | None], list[float]] = {}
        for turn in range(rounds):
            print(f"round {turn + 1} of {rounds}", file=sys.stderr, flush=True)
            for name in peers.words:
                found.setdefault((name, None), []).extend(peers.milliseconds(name)[1:])
                for way, times in turns[name].items():
                    found.setdefault((name, way), []).extend(times()[1:])
    rows = []
    for (name, own_way), several in found.items():
        if own_way is not None:
            peer, own = float(np.median(found[name, None])), float(np.median(several))
            height, width = peers.sizes[name]
            rows.append(
                {"peer": name, "height": height, "width": width, "engine": own_way.engine}
                | {"precision": own_way.precision, "depth": own_way.depth, "ms_ours": own, "ms_peer": peer}
                | {"ratio": peer / own}
            )
    return sorted(rows, key=lambda row: (row["peer"], row["precision"], -row["depth"]))


def section(result: dict[str, Any]) -> str:
    """The figures as the documentation shows them."""
    head = ("peer", "size", "precision", "depth", "ours, ms", "peer, ms", "times as fast")
    rows = [
        (
            row["peer"],
            f"{row['height']}x{row['width']}",
            row["precision"],
            str(row["depth"]),
            f"{row['ms_ours']:.0f}",
            f"{row['ms_peer']:.0f}",
            f"{row['ratio']:.1f}",
        )
        for row in result["rows"]
    ]
    peers = "; ".join(f"{name}: {words}" for name, words in result["peers"].items())
    missing = "".join(f" {name} could not be used: {why}." for name, why in result["problems"].items())
    return (
        f"### On {result['processor']}\n\n"
        f"`make bench-peers`, {result['cores']} cores, load {load_words(result['load'])} before; "
        f"medians of {result['rounds']} rounds, two images each. {peers}.{missing}\n\n"
        + markdown_table(head, rows, words=3)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    arguments = parser.parse_args()
    if not _PEER_PYTHON.exists():
        sys.exit("The peers are not installed here: sh scripts/set_up_peer_networks.sh")
    before = load()
    peers = Peers()
    try:
        rows = measure(peers, arguments.rounds)
    finally:
        peers.close()
    result = {
        **machine_facts(before),
        "rounds": arguments.rounds,
        "peers": peers.words,
        "problems": peers.problems,
        "rows": rows,
    }
    publish(f"peers on {result['processor']}", result, _OUT, section(result), arguments.write)


if __name__ == "__main__":
    main()
