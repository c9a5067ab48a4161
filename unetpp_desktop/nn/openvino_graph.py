"""A U-Net++ as an OpenVINO graph, built from card and weights with OpenVINO's own operators.

There is no conversion from PyTorch, so that labelling a scene needs neither torch nor the
converter (and its telemetry). Batch norms are folded into the convolutions before them;
normalisation, padding and the choice of the class are part of the graph. `unetpp` says what is
computed, and why.
"""

from collections.abc import Callable, Sequence

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from unetpp_desktop.nn.card import ModelCard, Normalisation
from unetpp_desktop.nn.config import mirrors, missing
from unetpp_desktop.nn.engine_predictor import Question, heads_for
from unetpp_desktop.nn.openvino_trunk import Heads, Trunk
from unetpp_desktop.nn.predictor import NO_RANK, RANKS
from unetpp_desktop.nn.scale import second_size
from unetpp_desktop.nn.uncertainty import MOST_UNCERTAIN, head_weights

_Reading = Callable[[Heads, int], ov.Output]
"""Makes of the logits up to a depth what a caller wants to know of that depth: ``(1, planes, H, W)``."""


def _labels_of(heads: Heads, depth: int) -> ov.Output:
    """The likeliest class of each pixel: ``uint8 (1, 1, H, W)``."""
    return ops.convert(_top(heads[depth], 1), "u8").output(0)


def _ranked_classes_of(heads: Heads, depth: int) -> ov.Output:
    """The likeliest classes of each pixel, likeliest first: ``uint8 (1, RANKS, H, W)``."""
    logits = heads[depth]
    classes = logits.get_partial_shape()[1].get_length()
    ranked = ops.convert(_top(logits, min(RANKS, classes)), "u8")
    if classes >= RANKS:
        return ranked.output(0)
    added = _constant(np.array([0, RANKS - classes, 0, 0]))
    filler = _constant(np.uint8(NO_RANK))
    return ops.pad(ranked, _constant(np.zeros(4, np.int64)), added, "constant", filler).output(0)


def _confidences_of(heads: Heads, depth: int) -> ov.Output:
    """How probable the network holds its own answer: ``float32 (1, 1, H, W)``."""
    return ops.reduce_max(ops.softmax(heads[depth], 1), _constant(np.array([1])), True).output(0)


def _review_of(heads: Heads, depth: int) -> ov.Output:
    """`_ranked_classes_of`, and behind them the uncertainty: ``uint8 (1, RANKS + 1, H, W)``."""
    ranked = _ranked_classes_of(heads, depth)
    label = ops.slice(
        ranked,
        _constant(np.array([0])),
        _constant(np.array([1])),
        _constant(np.array([1])),
        _constant(np.array([1])),
    )
    weights = head_weights(depth)
    mixed: ov.Output | ov.Node = heads[depth]
    if depth > 1:
        weighted = [
            ops.multiply(heads[number], _constant(np.float32(weights[number - 1])))
            for number in range(1, depth + 1)
        ]
        mixed = weighted[0]
        for logits in weighted[1:]:
            mixed = ops.add(mixed, logits)
    classes = heads[depth].get_partial_shape()[1].get_length()
    numbers = _constant(np.arange(classes, dtype=np.uint8).reshape(1, -1, 1, 1))
    # The others' share is summed, not 1 - that of the label, of which bf16 would leave two digits.
    others = ops.select(ops.not_equal(numbers, label), ops.softmax(mixed, 1), _constant(np.float32(0)))
    doubt = ops.sqrt(ops.reduce_sum(others, _constant(np.array([1])), True))
    scaled = ops.round(ops.multiply(doubt, _constant(np.float32(MOST_UNCERTAIN))), "half_to_even")
    return ops.concat([ranked, ops.convert(scaled, "u8")], 1).output(0)


_READINGS: dict[Question, _Reading] = {
    Question.LABELS: _labels_of,
    Question.RANKED: _ranked_classes_of,
    Question.CONFIDENCES: _confidences_of,
    Question.REVIEW: _review_of,
    Question.LOGITS: lambda heads, depth: heads[depth],
}


def reading_graph(classes: int, depths: Sequence[int], question: Question) -> ov.Model:
    """The answers that lie in logits which come from no graph; one output per depth, in their order.

    Its inputs are ``float32 (1, classes, H, W)`` of any size, one for each of `heads_for`.
    """
    shape = ov.PartialShape([1, classes, -1, -1])
    logits = {head: ops.parameter(shape, np.float32) for head in heads_for(question, depths)}
    outputs = {head: node.output(0) for head, node in logits.items()}
    reading = _READINGS[question]
    return ov.Model([reading(outputs, depth) for depth in depths], list(logits.values()), "reading")


def build_graph(
    card: ModelCard,
    trunk: Trunk,
    size: tuple[int, int],
    depths: Sequence[int],
    question: Question,
    looks: int,
) -> ov.Model:
    """The nodes that the deepest of ``depths`` needs; one output per depth, in their order.

    Its input is one image ``uint8 (1, H, W, 3)`` of ``size`` (H, W), which is looked at once or twice.
    """
    image = ops.parameter([1, *size, 3], np.uint8, name="image")
    values = _normalised(image.output(0), card.normalisation)
    heads = trunk(_padded(values, size), max(depths))
    if looks > 1:
        second = trunk(_reduced(values, size, second_size(*size)), max(depths))
        heads = {depth: _mean(heads[depth], second[depth], size) for depth in heads}
    # The answers are cropped and not the logits: cropping these takes longer, and keeps OpenVINO from
    # folding what is made of them into the heads. Heads that no answer reads are not part of the model.
    answers = [_cropped(_READINGS[question](heads, depth), size) for depth in depths]
    return ov.Model(answers, [image], card.name)


def _mean(first: ov.Output, second: ov.Output, size: tuple[int, int]) -> ov.Output:
    """Of the logits of both looks, as large as those of the first, which are of the padded image."""
    enlarged = _padded(_enlarged(second, size), size)
    return ops.multiply(ops.add(first, enlarged), _constant(np.float32(0.5))).output(0)


def _enlarged(planes: ov.Output, size: tuple[int, int]) -> ov.Output:
    """As torch's "bilinear"."""
    return ops.interpolate(
        planes,
        _constant(np.array(size)),
        "linear_onnx",
        "sizes",
        coordinate_transformation_mode="half_pixel",
        axes=_constant(np.array([2, 3])),
    ).output(0)


def _reduced(planes: ov.Output, size: tuple[int, int], smaller: tuple[int, int]) -> ov.Output:
    """As torch's "bilinear" with antialias; the operator for it takes OpenVINO 0.9 s to compile."""
    down, across = (_constant(_shares(*lengths)) for lengths in zip(size, smaller, strict=True))
    return ops.matmul(ops.matmul(down, planes, False, False), across, False, True).output(0)


def _shares(length: int, parts: int) -> np.ndarray:
    """What each of so many parts of a line takes of its pixels: ``float32 (parts, length)``, sums of 1."""
    each = length / parts
    middles = (np.arange(parts)[:, None] + 0.5) * each
    shares = np.clip(1 - abs(np.arange(length) + 0.5 - middles) / max(1.0, each), 0, None)
    whole: np.ndarray = shares / shares.sum(1, keepdims=True)
    return whole.astype(np.float32)


def _normalised(image: ov.Output, norm: Normalisation) -> ov.Output:
    pixels = ops.convert(ops.transpose(image, _constant(np.array([0, 3, 1, 2]))), "f32")
    mean = 255 * np.array(norm.mean, np.float32).reshape(1, 3, 1, 1)
    std = 255 * np.array(norm.std, np.float32).reshape(1, 3, 1, 1)
    return ops.divide(ops.subtract(pixels, _constant(mean)), _constant(std)).output(0)


def _padded(values: ov.Output, size: tuple[int, int]) -> ov.Output:
    added = np.array([0, 0, *map(missing, size)])
    mode = "reflect" if mirrors(*size) else "edge"
    return ops.pad(values, _constant(np.zeros(4, np.int64)), _constant(added), mode).output(0)


def _constant(value: np.ndarray | np.generic) -> ov.Node:
    return ops.constant(value)


def _top(logits: ov.Output, count: int) -> ov.Output:
    """The indexes of the largest logits, largest first; of equal ones the first, as torch's max does."""
    return ops.topk(logits, _constant(np.int64(count)), 1, "max", "value", "i32", stable=True).output(1)


def _cropped(planes: ov.Output, size: tuple[int, int]) -> ov.Output:
    begin, step, axes = np.array([0, 0]), np.array([1, 1]), np.array([2, 3])
    return ops.slice(
        planes, _constant(begin), _constant(np.array(size)), _constant(step), _constant(axes)
    ).output(0)
