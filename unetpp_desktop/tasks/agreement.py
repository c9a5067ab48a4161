"""Whether corrected scenes agree: a model that has learnt them all should answer each as it was corrected.

Where classes are mixed up in some scenes no network can. The figures of the new model do not show that, since
little is taken of what it learnt at such cost (`nn.weight_mix`).
"""

from collections.abc import Sequence

import numpy as np

from unetpp_desktop.nn.card import SceneAgreement
from unetpp_desktop.nn.metrics import ConfusionMatrix

_LEAST_PIXELS = 200  # of a class in a scene, to tell how well it is answered there
_LEAST_COMPARED = 1000  # pixels of a scene, in all, to say anything about it
_WELL = 0.5  # of the pixels of a class: below, it is hard, and hard pixels say nothing
_LEAST_SHARE = 0.5  # of what could be expected
_NAMED = 5  # scenes, in a sentence


def scene_agreements(learnt: Sequence[tuple[str, ConfusionMatrix]]) -> tuple[SceneAgreement, ...]:
    """How a network answers the scenes that it has learnt, in their order.

    ``learnt`` holds for each scene its name, and its answers (columns) where a person gave the classes
    (rows). A class counts in a scene where both it and another scene have enough of its pixels; a scene
    without such classes is left out.
    """
    shares = [_shares(matrix) for _, matrix in learnt]
    found = []
    for place, (name, matrix) in enumerate(learnt):
        others = shares[:place] + shares[place + 1 :]
        if not others:
            continue
        best = np.fmax.reduce(others)  # of each class; NaN where no other scene has enough of it
        counted = (best >= _WELL) & ~np.isnan(shares[place])
        pixels = matrix.counts.sum(1)[counted]
        if pixels.sum() < _LEAST_COMPARED:
            continue
        found.append(
            SceneAgreement(
                scene=name,
                pixels=int(pixels.sum()),
                share=float(np.average(shares[place][counted], weights=pixels)),
                expected=float(np.average(best[counted], weights=pixels)),
            )
        )
    return tuple(found)


def contradicts(agreement: SceneAgreement) -> bool:
    """Whether a scene's corrections contradict those of the others.

    Less than half of what could be expected is answered as the person did, so less than half of it all.
    """
    return agreement.share < _LEAST_SHARE * agreement.expected


def oddest_first(agreements: Sequence[SceneAgreement]) -> list[SceneAgreement]:
    """By how far what is answered as corrected stays below what could be expected."""
    return sorted(agreements, key=lambda entry: entry.share - entry.expected)


def reason_to_refuse_scenes(agreements: Sequence[SceneAgreement]) -> str | None:
    """Which scenes contradict the others, with their figures, and what to do; None where all agree."""
    odd = [entry for entry in oddest_first(agreements) if contradicts(entry)]
    if not odd:
        return None
    named = [
        f"{entry.scene} {entry.share * 100:.0f} % ({entry.expected * 100:.0f} % expected)"
        for entry in odd[:_NAMED]
    ]
    if len(odd) > _NAMED:
        named.append(f"and {len(odd) - _NAMED} more")
    one = len(odd) == 1
    scenes = "1 corrected scene contradicts" if one else f"{len(odd)} corrected scenes contradict"
    return (
        f"{scenes} the others: the new model has learnt {'it' if one else 'them'}, and still answers too few "
        f"of your pixels there as you did: {', '.join(named)}. Look whether classes are mixed up there, "
        f"or exclude {'the scene' if one else 'these scenes'}."
    )


def _shares(matrix: ConfusionMatrix) -> np.ndarray:
    """``float64 (classes,)``: how much of each class is answered so; NaN where there is too little of it."""
    pixels = matrix.counts.sum(1)
    right = np.diag(matrix.counts[:, : matrix.classes])
    return np.where(pixels >= _LEAST_PIXELS, right / np.maximum(pixels, 1), np.nan)
