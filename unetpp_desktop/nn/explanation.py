"""Which engine, device and precision a predictor took, and why: plain facts, and sentences of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP
from unetpp_desktop.nn.self_test import LEAST_AGREEMENT


class EngineWhy(StrEnum):
    """Why an engine was taken."""

    ASKED = "asked"
    FASTER_ON_CPU = "faster-on-cpu"
    ON_GPU = "on-gpu"
    NO_OPENVINO = "no-openvino"
    GPU_TOO_SMALL = "gpu-too-small"


class PrecisionWhy(StrEnum):
    """Why a depth is computed in a precision."""

    ASKED = "asked"
    NOTHING_LESS = "nothing-less"
    UNTESTED = "untested"
    MEMORY_SHORT = "memory-short"
    PAYS = "pays"
    SLOWER = "slower"
    DIFFERS = "differs"
    SWITCHED_ON = "switched-on"


_ENGINE_TEXTS = {
    EngineWhy.ASKED: QT_TRANSLATE_NOOP("Explanation", "it was asked for"),
    EngineWhy.FASTER_ON_CPU: QT_TRANSLATE_NOOP("Explanation", "it is the faster one on a CPU"),
    EngineWhy.ON_GPU: QT_TRANSLATE_NOOP("Explanation", "there is a GPU, on which OpenVINO does not label"),
    EngineWhy.NO_OPENVINO: QT_TRANSLATE_NOOP("Explanation", "OpenVINO is not installed"),
    EngineWhy.GPU_TOO_SMALL: QT_TRANSLATE_NOOP("Explanation", "the memory of the GPU was too small"),
}
_PRECISION_TEXTS = {
    PrecisionWhy.ASKED: QT_TRANSLATE_NOOP("Explanation", "it was asked for"),
    PrecisionWhy.NOTHING_LESS: QT_TRANSLATE_NOOP("Explanation", "this device computes in nothing smaller"),
    PrecisionWhy.UNTESTED: QT_TRANSLATE_NOOP(
        "Explanation", "{other} is tested with the second scene at this depth"
    ),
    PrecisionWhy.MEMORY_SHORT: QT_TRANSLATE_NOOP("Explanation", "the memory was too small to test {other}"),
    PrecisionWhy.PAYS: QT_TRANSLATE_NOOP(
        "Explanation", "{speed} times as fast as fp32, the same class for {agreement} % of the pixels"
    ),
    PrecisionWhy.SLOWER: QT_TRANSLATE_NOOP(
        "Explanation", "{other} is not faster here ({speed} times as fast as fp32)"
    ),
    PrecisionWhy.DIFFERS: QT_TRANSLATE_NOOP(
        "Explanation",
        "{other} gives only {agreement} % of the pixels the same class, {least} % are needed "
        "({speed} times as fast as fp32)",
    ),
    PrecisionWhy.SWITCHED_ON: QT_TRANSLATE_NOOP(
        "Explanation",
        "it was switched on: {speed} times as fast as fp32, the same class for {agreement} % of the pixels",
    ),
}


@dataclass(frozen=True)
class DepthChoice:
    """The precision of one depth; ``speed`` and ``agreement`` are those of ``other``, the smaller one.

    ``speed`` is how many times as fast as fp32 it is, ``agreement`` the share of the pixels (0..1)
    that get the same class as in fp32; None where nothing was measured.
    """

    depth: int
    precision: str
    why: PrecisionWhy
    other: str = ""
    speed: float | None = None
    agreement: float | None = None


@dataclass(frozen=True)
class Explanation:
    """What a predictor took: one of `ENGINES`, one of `DEVICES`, and the precision of each depth.

    ``processor`` is the name of the CPU or GPU, as far as the engine knows it.
    """

    model: str
    engine: str
    device: str
    processor: str
    why: EngineWhy
    depths: tuple[DepthChoice, ...]
    graph_problem: str = ""
    """Why nothing is replayed as a CUDA graph on a GPU where that was tried, in the words of torch."""
    int8_problem: str = ""
    """Why INT8 is not used although it was switched on."""


Translate = Callable[[str], str]


def lines_of(explanation: Explanation, translate: Translate = str) -> list[str]:
    """An explanation in words: a line for the engine, one for each depth, and what failed.

    ``translate`` gets the English sentences, whose context for Qt is "Explanation".
    """
    each = translate(QT_TRANSLATE_NOOP("Explanation", "depth {depth}: {precision}: {why}"))
    lines = [f"{explanation.model}: {engine_line(explanation, translate)}"]
    for choice in explanation.depths:
        why = reason_of(choice, translate)
        lines.append(each.format(depth=choice.depth, precision=choice.precision, why=why))
    if explanation.graph_problem:
        unused = translate(QT_TRANSLATE_NOOP("Explanation", "CUDA graphs are not used: {reason}"))
        lines.append(unused.format(reason=explanation.graph_problem))
    if explanation.int8_problem:
        unused = translate(QT_TRANSLATE_NOOP("Explanation", "INT8 is not used: {reason}"))
        lines.append(unused.format(reason=explanation.int8_problem))
    return lines


def engine_line(explanation: Explanation, translate: Translate = str) -> str:
    """Engine, device and processor, and why."""
    sentence = translate(QT_TRANSLATE_NOOP("Explanation", "{engine} on {device} ({processor}): {why}"))
    return sentence.format(
        engine=explanation.engine,
        device=explanation.device,
        processor=explanation.processor,
        why=translate(_ENGINE_TEXTS[explanation.why]),
    )


def reason_of(choice: DepthChoice, translate: Translate = str) -> str:
    """Why a depth is computed in its precision, with the figures of the self-test."""
    return translate(_PRECISION_TEXTS[choice.why]).format(
        other=choice.other,
        speed="-" if choice.speed is None else f"{choice.speed:.2f}",
        agreement="-" if choice.agreement is None else f"{100 * choice.agreement:.2f}",
        least=f"{100 * LEAST_AGREEMENT:g}",
    )
