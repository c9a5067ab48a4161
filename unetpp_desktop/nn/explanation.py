"""Which engine, device and precision a predictor took, and why: plain facts, and sentences of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from unetpp_desktop.core.settings import QT_TRANSLATE_NOOP


class EngineWhy(Enum):
    """Why an engine was taken; the value is a sentence in English."""

    ASKED = QT_TRANSLATE_NOOP("Explanation", "it was asked for")
    FASTEST_ON_CPU = QT_TRANSLATE_NOOP("Explanation", "it is the faster one on a CPU")
    GPU = QT_TRANSLATE_NOOP("Explanation", "OpenVINO labels on the CPU only, and this is a GPU")
    NO_OPENVINO = QT_TRANSLATE_NOOP("Explanation", "OpenVINO is not installed")


class PrecisionWhy(Enum):
    """Why a depth is computed in a precision; {other} is the one that was tested."""

    ASKED = QT_TRANSLATE_NOOP("Explanation", "it was asked for")
    NOTHING_LESS = QT_TRANSLATE_NOOP("Explanation", "this device computes in no smaller precision")
    UNTESTED = QT_TRANSLATE_NOOP("Explanation", "{other} is tested with the second scene")
    PAYS = QT_TRANSLATE_NOOP("Explanation", "{speed} times as fast as fp32, same class for {agreement} %")
    SLOWER = QT_TRANSLATE_NOOP("Explanation", "{other} is not faster: {speed} times as fast")
    DIFFERS = QT_TRANSLATE_NOOP(
        "Explanation", "{other} gives the same class for {agreement} % only; {least} % are needed"
    )


@dataclass(frozen=True)
class DepthChoice:
    """The precision of one depth; ``speed`` and ``agreement`` are those of the reduced precision ``other``.

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
    """What a predictor took: one of `ENGINES`, one of `DEVICES`, and the precision of each depth."""

    model: str
    engine: str
    device: str
    engine_why: EngineWhy
    depths: tuple[DepthChoice, ...]


Translate = Callable[[str], str]


def lines_of(explanation: Explanation, least: float, translate: Translate = str) -> list[str]:
    """An explanation in words, a line for the engine and one for each depth.

    ``least`` is the agreement that is needed; ``translate`` gets the English sentences.
    """
    first = translate(QT_TRANSLATE_NOOP("Explanation", "{model}: {engine} on {device}: {why}"))
    each = translate(QT_TRANSLATE_NOOP("Explanation", "depth {depth}: {precision}: {why}"))
    lines = [
        first.format(
            model=explanation.model,
            engine=explanation.engine,
            device=explanation.device,
            why=translate(explanation.engine_why.value),
        )
    ]
    for choice in explanation.depths:
        why = translate(choice.why.value).format(
            other=choice.other,
            speed="-" if choice.speed is None else f"{choice.speed:.2f}",
            agreement="-" if choice.agreement is None else f"{100 * choice.agreement:.2f}",
            least=f"{100 * least:g}",
        )
        lines.append(each.format(depth=choice.depth, precision=choice.precision, why=why))
    return lines
