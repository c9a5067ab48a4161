"""What commands bring into a mask from elsewhere: another scene, the model, the file."""

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect, full_rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.regions import NOTHING, Proposal, proposal
from unetpp_desktop.editing.selection import Selection

Change = tuple[Proposal, Origin]
"""Pixels that should get other classes, and the origin that they have from then on."""


def brought(
    labels: np.ndarray,
    origins: np.ndarray,
    other_labels: np.ndarray,
    other_origins: np.ndarray,
    where: np.ndarray,
) -> tuple[Change, ...]:
    """What makes the mask like another one ``where`` that is true (``bool (H, W)``), origins included.

    All others are ``uint8 (H, W)``.
    """
    differs = where & ((labels != other_labels) | (origins != other_origins))
    place = full_rect(labels.shape)
    return tuple(
        (part, kind)
        for kind in Origin
        if (part := proposal(place, differs & (other_origins == kind), other_labels)).count
    )


def predicted(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A prediction, ``uint8 (H, W)``, with its origins: nobody's where it says nothing."""
    return labels, np.where(labels == VOID, np.uint8(Origin.NONE), np.uint8(Origin.MODEL))


def make_changes(
    document: MaskDocument, name: str, changes: tuple[Change, ...], selection: Selection | None
) -> Rect:
    """Paints ``changes`` as one edit, within ``selection`` where there is one; returns what has changed."""
    document.begin(name)
    changed = EMPTY_RECT
    for part, origin in changes:
        part = part if selection is None else within(part, selection)
        if not part.rect.is_empty:
            changed = changed.union(document.paint(part.rect, part.stencil, part.values, origin))
    document.commit()
    return changed


def within(part: Proposal, selection: Selection) -> Proposal:
    """The pixels of ``part`` that are selected."""
    common = part.rect.intersection(selection.rect)
    if common.is_empty:
        return NOTHING
    inside, chosen = common.within(part.rect).slices, common.within(selection.rect).slices
    return proposal(common, part.stencil[inside] & selection.stencil[chosen], part.values[inside])
