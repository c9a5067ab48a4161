"""What every engine that labels scenes looks like from outside; free of torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from platformdirs import user_cache_path

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.progress import Progress, silent
from unetpp_desktop.nn.card import ModelCard
from unetpp_desktop.nn.explanation import EngineWhy, Explanation
from unetpp_desktop.nn.gpu import gpu_present, gpu_usable
from unetpp_desktop.nn.memory import DEFAULT_MEMORY, check_memory
from unetpp_desktop.nn.registry import ModelEntry
from unetpp_desktop.nn.scale import AUTO, USUAL_LOOKS, check_looks, check_scale

DEVICES = ("auto", "cpu", "cuda", "mps")
ENGINES = ("auto", "openvino", "torch")
PRECISIONS = ("auto", "fp32", "bf16", "int8")

RANKS = 3
"""How many classes `Predictor.predict_ranked` names per pixel."""

NO_RANK = 255
"""In place of a class where the network has fewer than `RANKS`."""


@dataclass(frozen=True)
class Prediction:
    """The network's answer for one scene: ``labels`` is ``uint8 (H, W)``, classes of the model's palette.

    ``ranked``, where it was asked for, is ``uint8 (RANKS, H, W)``, and ``labels`` its first plane.
    ``uncertainty``, where it was asked for, is ``uint8 (H, W)``, as `nn.uncertainty` explains.
    """

    labels: np.ndarray
    depth: int
    seconds: float
    ranked: np.ndarray | None = None
    uncertainty: np.ndarray | None = None


class Predictor(Protocol):
    """A model on a device, ready to label. Safe to call from one thread at a time.

    Images may have any size: what does not fit into the memory that it may take is answered in
    tiles, with ``progress`` asked before each. ``scale`` is one of `SCALES`, at which the network
    looks at the image, by default what it was opened with; what it says is brought back to the
    image's own size.
    """

    card: ModelCard
    engine: str
    device: str

    looks: int
    """How often it looks at everything, see `scale.SECOND_LOOK`."""

    leaves_a_core: bool
    """Whether it leaves a core to others, for work in the background; may be changed at any time."""

    @property
    def at_once(self) -> int:
        """How many images of a folder it predicts best at the same time; see `predict_together`."""
        ...

    @property
    def precision(self) -> str:
        """What it computes in, in words: fp32, or at which depths in less."""
        ...

    @property
    def explanation(self) -> Explanation:
        """Which engine, device and precisions it took, and why; the precisions may change with an image."""
        ...

    def predict(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> Prediction:
        """Labels an image ``uint8 (H, W, 3)`` at ``depth`` (1 to ``card.depth``)."""
        ...

    def predict_depths(
        self, image: np.ndarray, depths: Sequence[int], scale: Fraction | None = None
    ) -> dict[int, np.ndarray]:
        """Labels ``uint8 (H, W)`` of several depths from one pass of the network."""
        ...

    def predict_confidences(
        self, image: np.ndarray, depths: Sequence[int], scale: Fraction | None = None
    ) -> dict[int, np.ndarray]:
        """How probable the network holds its answer at several depths: ``float32 (H, W)`` in 0..1."""
        ...

    def predict_ranked(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> np.ndarray:
        """The likeliest classes of each pixel, likeliest first: ``uint8 (RANKS, H, W)``.

        The first plane is what `predict` answers. `NO_RANK` where the network has fewer classes.
        """
        ...

    def predict_for_review(
        self, image: np.ndarray, depth: int, scale: Fraction | None = None, progress: Progress = silent
    ) -> Prediction:
        """As `predict`, with the ranked classes and the uncertainty, all from one pass of the network."""
        ...

    def predict_together(self, images: Sequence[np.ndarray], depth: int) -> list[Prediction] | None:
        """As `predict_for_review` for each of ``images``, all at the same time.

        None where that is not possible or no faster: they have several sizes, are looked at in tiles or at
        another scale, or take too much memory.
        """
        ...


def open_predictor(
    entry: ModelEntry,
    device: str = "auto",
    engine: str = "auto",
    precision: str = "auto",
    memory: int = DEFAULT_MEMORY,
    scale: str = AUTO,
    looks: int = USUAL_LOOKS,
) -> Predictor:
    """Loads the weights onto one of `DEVICES`, with one of `ENGINES`, in one of `PRECISIONS`.

    "auto" takes a GPU with PyTorch where that can use one, and OpenVINO on the CPU, where it is
    installed; and bf16 at the depths where a self-test on this machine finds that it pays. Another
    precision is taken as it is, at every depth. ``memory`` is what a prediction may take in MiB,
    beside the image and the answer; it decides how large the tiles of a large image are. ``scale``
    is what is used where a call asks for none: one of `SCALES`, or auto, see `scale_for`. With two
    ``looks`` the network also looks at everything at `SECOND_LOOK` of that scale, and the mean counts.

    Raises `UserError` for a missing device, engine, precision, scale or look, too little memory, and
    weights that do not fit their card. The engine is imported here, which takes a while: call it from a
    background thread.
    """
    if device not in DEVICES:
        raise UserError(f"There is no device {device}. Choose one of {', '.join(DEVICES)}.")
    if engine not in ENGINES:
        raise UserError(f"There is no engine {engine}. Choose one of {', '.join(ENGINES)}.")
    if precision not in PRECISIONS:
        raise UserError(f"There is no precision {precision}. Choose one of {', '.join(PRECISIONS)}.")
    if engine == "openvino" and device not in ("auto", "cpu"):
        raise UserError(
            f"OpenVINO labels on the CPU only. Choose the device cpu, or the engine torch for {device}."
        )
    check_memory(memory)
    check_scale(scale)
    check_looks(looks)
    cache_folder = user_cache_path("unetpp-desktop", appauthor=False)
    if uses_openvino(device, engine, gpu_usable):
        from unetpp_desktop.nn.openvino_predictor import OpenVinoPredictor

        why = EngineWhy.FASTER_ON_CPU if engine == "auto" else EngineWhy.ASKED
        return OpenVinoPredictor(entry, cache_folder, precision, why, memory, scale, looks)
    from unetpp_desktop.nn.torch_predictor import TorchPredictor

    if engine == "torch":
        why = EngineWhy.ASKED
    else:
        why = EngineWhy.ON_GPU if find_spec("openvino") is not None else EngineWhy.NO_OPENVINO
    return TorchPredictor(entry, device, cache_folder, precision, why, memory, scale, looks)


def uses_openvino(device: str = "auto", engine: str = "auto", gpu: Callable[[], bool] = gpu_present) -> bool:
    """Whether `open_predictor` takes OpenVINO; found out without importing either engine.

    It then asks `gpu_usable`, too, in place of ``gpu``: where there is a GPU that PyTorch cannot use, it
    takes OpenVINO although False was said here. Raises `UserError` where OpenVINO is asked for and not
    installed.
    """
    installed = find_spec("openvino") is not None
    if engine == "openvino" and not installed:
        raise UserError(
            "OpenVINO is not installed. Install it (pip install openvino), or choose the engine torch."
        )
    return engine != "torch" and installed and (device == "cpu" or (device == "auto" and not gpu()))
