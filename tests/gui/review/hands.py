"""What is looked at in a review."""

import numpy as np

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.gui.main_window import MainWindow
from unetpp_desktop.gui.review_bar import ReviewBar


def seen_region(window: MainWindow) -> tuple[str, int]:
    """The region that is looked at; its scene is open."""
    region = window.session.review.current
    assert region is not None
    assert window.session.scene is not None
    assert window.session.scene.name == region.scene
    return region.scene, region.number


def planes_in(window: MainWindow, rect: Rect) -> tuple[set[int], set[int]]:
    """The classes and the origins in a part of the open scene."""
    document = window.session.document
    assert document is not None
    labels, origins = document.labels[rect.slices], document.origins[rect.slices]
    return set(np.unique(labels).tolist()), set(np.unique(origins).tolist())


def bar_of(window: MainWindow) -> ReviewBar:
    bar = window.canvas.findChild(ReviewBar)
    assert bar is not None
    return bar
