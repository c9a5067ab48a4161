"""Post-training quantisation of a model to INT8 by NNCF, in a process of its own.

NNCF needs torch and several gigabytes of address space, and holds Python's lock for long: so it runs
in a child process, which can be stopped at any moment and gives everything back at its end.
`unetpp_desktop.nn` keeps it from reporting to its makers, as it does with OpenVINO.
"""

import contextlib
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Literal

import numpy as np

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.files import write_atomically
from unetpp_desktop.core.geometry import middle_rect
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.config import mirrors, missing
from unetpp_desktop.nn.reduced import reduced_image
from unetpp_desktop.nn.registry import ModelEntry, open_model
from unetpp_desktop.nn.scale import AUTO, scale_for

RECIPE = 3
"""Changes with the way of quantising, so that nothing made in another way is taken for the same."""

_SIDE = 640  # pixels, at the scale of predictions; of a larger image the middle is looked at
_ASK_EVERY_S = 0.1
_NOTE = "quantising"


def quantise(entry: ModelEntry, images: Iterable[np.ndarray], graph: Path, progress: Progress) -> None:
    """Writes the trunk of a model, quantised for images ``uint8 (H, W, 3)`` like these, to ``graph`` (.xml).

    Of each image only the piece that is looked at is kept. ``progress`` counts the images and is asked ten
    times a second; where it raises, the work is stopped. Raises `UserError` where NNCF is missing or fails.
    """
    if find_spec("nncf") is None:
        raise UserError(
            "NNCF, which makes INT8, is not installed. Install it: pip install 'unetpp-desktop[int8]'."
        )
    graph.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=graph.parent) as folder:
        given, made, log = (Path(folder) / name for name in ("images.npz", "graph.xml", "log.txt"))
        pieces = [_piece(image, entry.card) for image in images]
        np.savez(given, *pieces)
        command = [sys.executable, "-m", __name__, str(entry.folder), str(given), str(made)]
        with log.open("w") as complaints:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True)
            with _stopped_at_the_end(process):
                _follow(process, len(pieces), progress)
        if process.returncode != 0:
            lines = log.read_text(errors="replace").strip().splitlines() or ["no reason given"]
            raise UserError(f"{entry.name} could not be quantised: {lines[-1]}. Use another precision.")
        # The graph last: where it is, its weights are.
        for suffix in (".bin", ".xml"):
            write_atomically(graph.with_suffix(suffix), made.with_suffix(suffix).read_bytes())


def _piece(image: np.ndarray, card: ModelCard) -> np.ndarray:
    """The middle of an image, at the scale at which images of its size are predicted."""
    seen = reduced_image(image, scale_for(AUTO, image.shape, card.scene_pixels))
    return seen[middle_rect(seen.shape, _SIDE).slices].copy()  # not a view, which would hold the image


def is_readable(graph: Path) -> bool:
    """Whether ``graph`` (.xml) is one that OpenVINO, which is imported here, can read with its weights."""
    if not graph.is_file():
        return False
    import openvino as ov

    try:
        ov.Core().read_model(graph)
    except RuntimeError:
        return False
    return True


@contextlib.contextmanager
def _stopped_at_the_end(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _follow(process: subprocess.Popen[str], total: int, progress: Progress) -> None:
    done = [0]
    assert process.stdout is not None
    reader = threading.Thread(target=_count_lines, args=(process.stdout, done), daemon=True)
    reader.start()
    while process.poll() is None:
        progress(min(done[0], total), total, _NOTE)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_ASK_EVERY_S)
    reader.join()


def _count_lines(stream: IO[str], done: list[int]) -> None:
    for _ in stream:
        done[0] += 1
    stream.close()


def _values(image: np.ndarray, card: ModelCard) -> np.ndarray:
    """An image as the trunk gets it: ``float32 (1, 3, H, W)``, normalised and padded."""
    height, width = image.shape[:2]
    mode: Literal["reflect", "edge"] = "reflect" if mirrors(height, width) else "edge"
    added = (0, missing(height)), (0, missing(width)), (0, 0)
    padded = np.pad(image, added, mode).astype(np.float32)
    norm = card.normalisation
    values = (padded / 255 - np.array(norm.mean)) / np.array(norm.std)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None], np.float32)


def _exact_convolutions(depth: int) -> list[str]:
    """What is not quantised, by name: the first convolution, which looks at the image itself, and the heads.

    They have few multiplications. Quantised, the first one loses more pixels than all others
    together. NNCF's correction of the biases costs about as many again, and is left out.
    """
    return ["nodes.0_0.conv1", *(f"heads.{number}" for number in range(1, depth + 1))]


def _main(model_folder: Path, given: Path, made: Path) -> None:
    """What the child process does; it prints a line for each image it has looked at."""
    entry = open_model(model_folder)
    with np.load(given) as stored:
        images = [_values(stored[name], entry.card) for name in stored.files]

    import nncf
    import openvino as ov

    from unetpp_desktop.nn.openvino_trunk import read_weights, trunk_model

    report = sys.stdout

    def looked_at(values: np.ndarray) -> np.ndarray:
        print(flush=True, file=report)
        return values

    model = trunk_model(entry.card, read_weights(entry))
    if len({values.shape for values in images}) == 1:
        model.reshape(list(images[0].shape))  # faster than a size that is open
    with contextlib.redirect_stdout(sys.stderr):  # NNCF draws bars
        quantised = nncf.quantize(
            model,
            nncf.Dataset(images, looked_at),
            preset=nncf.QuantizationPreset.MIXED,
            subset_size=len(images),
            ignored_scope=nncf.IgnoredScope(names=_exact_convolutions(entry.card.depth)),
            advanced_parameters=nncf.AdvancedQuantizationParameters(disable_bias_correction=True),
        )
    quantised.reshape(ov.PartialShape([1, 3, -1, -1]))
    ov.save_model(quantised, made, compress_to_fp16=False)


if __name__ == "__main__":
    _main(*map(Path, sys.argv[1:]))
