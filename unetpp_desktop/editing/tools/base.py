"""What a tool is: it turns the pointer's movements into paints of the document."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np

from unetpp_desktop.core.geometry import EMPTY_RECT, Rect
from unetpp_desktop.core.origin import Origin
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.areas import Area
from unetpp_desktop.editing.brush import Point
from unetpp_desktop.editing.document import MaskDocument
from unetpp_desktop.editing.edges import STRENGTHS
from unetpp_desktop.editing.selection import Selection
from unetpp_desktop.editing.superpixels import SIZES, Superpixels


class NotKnownYet(Exception):
    """A tool needs to know something of the scene that has to be found out first."""


class AnswerMissing(NotKnownYet):
    """What the model says of the scene: `ToolContext.ranked` is None."""


class SuperpixelsMissing(NotKnownYet):
    """The superpixels of the scene: `ToolContext.superpixels` is None."""


class Unchanged(Enum):
    """Why a click changed nothing."""

    KEPT = auto()  # the rules keep the pixels
    IS_THERE = auto()  # they are of that class already
    IS_CHECKED = auto()  # there is nothing to check
    NO_OTHER = auto()  # the model has no other class for them


@dataclass(frozen=True)
class ToolOptions:
    """What a user may choose about the tools; remembered from start to start."""

    erase_to_model: bool = False  # what is erased becomes what the model says, instead of void
    pressure: bool = False  # the pressure of a pen changes the size of the brush
    edge_strength: int = 50  # of the edge brush, one of `STRENGTHS`: how much an edge holds it back

    superpixel_size: int = 16  # one of `SIZES`

    def __post_init__(self) -> None:
        if self.superpixel_size not in SIZES:
            raise ValueError(f"a superpixel size of {self.superpixel_size} is not from 4 to 128")
        if self.edge_strength not in STRENGTHS:
            raise ValueError(f"an edge strength of {self.edge_strength} is not from 1 to 100")


@dataclass(frozen=True)
class ToolContext:
    """What a tool needs to know when the button goes down; the brush's diameter is in image pixels."""

    document: MaskDocument
    active_class: int
    diameter: int
    square: bool = False
    image: np.ndarray | None = None  # uint8 (H, W, 3)
    ranked: np.ndarray | None = None  # uint8 (3, H, W): the model's classes, likeliest first, 255 for none
    options: ToolOptions = field(default_factory=ToolOptions)
    selection: Selection | None = None
    ctrl: bool = False  # keys held at the press
    shift: bool = False
    former: "Gesture | None" = None  # the last one that came to its end on this document
    superpixels: Superpixels | None = None  # in the size of the options
    preview: np.ndarray | None = None  # uint8 (h, w): shown of pixels without a label; see `previewed_class`
    done: bool = False  # the scene is marked so: no pixel of it counts as unchecked


class Gesture:
    """One use of a tool, from the first press to the edit it leaves; by default it does nothing.

    All points are (x, y) in image pixels and may lie outside the image. What it has painted so far
    lies in the document, between `MaskDocument.begin` and `MaskDocument.commit`. The methods that
    return a rect return what is to be redrawn of the mask, `EMPTY_RECT` for nothing.
    """

    finished = False
    """Whether it has come to its end; it is not used any more then."""

    outline: Sequence[Point] = ()
    """The line to draw over the scene while the gesture is under way; empty for none."""

    closed = False
    """Whether the last point of `outline` is joined to the first."""

    has_corners = False
    """Whether the points of `outline` are marked: those of a polygon, but not all those of a lasso."""

    unchanged: Unchanged | None = None
    """Why it changed nothing, where that is to be told once it is finished."""

    picked: int | None = None
    """The class, or void, that it found, for the user to go on with."""

    selects = False
    """Whether `selection` takes the place of what was selected before, once it is finished."""

    selection: Selection | None = None
    """What it selected."""

    box: Rect | None = None
    """The part of the mask, within it, that the model is to label again once the gesture is finished."""

    pressure = 1.0
    """How hard the pen is pressed, 0 to 1; kept up to date by whoever holds the gesture."""

    reach = 1.0
    """How near to a point counts as on it, in image pixels; kept up to date like `pressure`."""

    def begin(self) -> Rect:
        """The button goes down for the first time, where the gesture was started."""
        return EMPTY_RECT

    def drag(self, point: Point) -> Rect:  # noqa: ARG002
        """The pointer moves with the button down."""
        return EMPTY_RECT

    def jump(self, point: Point) -> None:
        """The scene was moved under the pointer with the button down: nothing is painted up to ``point``."""

    def release(self, point: Point) -> Rect:  # noqa: ARG002
        """The button goes up; most gestures end here."""
        self.finished = True
        return EMPTY_RECT

    def press_again(self, point: Point) -> Rect:
        """The button goes down again: a gesture of several clicks goes on."""
        return self.drag(point)

    def hover(self, point: Point) -> None:
        """The pointer moves with no button down, between two clicks."""

    def choose_class(self, index: int) -> None:
        """The user chooses another class while a gesture of several clicks is under way."""

    def step_back(self) -> None:
        """Backspace: the last point of a gesture of several clicks is taken back."""

    def finish(self) -> Rect:
        """Enter or a double click: a gesture of several clicks does its work."""
        self.finished = True
        return EMPTY_RECT

    def cancel(self) -> Rect:
        """Esc: the mask is again as it was before the gesture."""
        self.finished = True
        return EMPTY_RECT


@dataclass(frozen=True)
class Tool:
    """What the pointer does on the canvas; it keeps nothing of its uses."""

    name: str  # English, for the button and the undo list
    shortcut: str  # key that picks the tool, as Qt spells it
    icon: str  # its name, without suffix
    has_brush: bool = False  # it works with the brush: its cursor is the footprint
    works_on_mask: bool = False  # what it does depends on the regions of the mask

    def start(self, context: ToolContext, point: Point, straight_from_last: bool = False) -> Gesture:
        """The gesture that a press at ``point`` is the start of; its `Gesture.begin` is called next.

        ``straight_from_last`` (Shift) joins to where the last stroke ended. Raises `NotKnownYet`
        where the tool cannot do without ``context.ranked`` or ``context.superpixels``.
        """
        raise NotImplementedError

    def preview(self, context: ToolContext, point: Point) -> Area | None:  # noqa: ARG002
        """The region that a click at ``point`` is about, for tools that work on whole regions.

        May raise `NotKnownYet` like `start`.
        """
        return None

    def changes(self, context: ToolContext, point: Point, area: Area, value: int | None) -> np.ndarray:  # noqa: ARG002
        """``bool (h, w)``: the pixels of `preview` that a click changes; ``value`` is what is proposed."""
        return paintable(context.document, area, context.active_class if value is None else value)

    def proposes(self, context: ToolContext, point: Point) -> int | None:  # noqa: ARG002
        """The class, or void, that the cursor shows at ``point``; None where the tool paints nothing."""
        return context.active_class


def paintable(document: MaskDocument, area: Area, value: int) -> np.ndarray:
    """``bool (h, w)``: the pixels of ``area``, which lies within the mask, that paint would change."""
    rect, stencil = area
    labels, origins = document.labels[rect.slices], document.origins[rect.slices]
    differs = (labels != value) | (origins != int(Origin.PAINTED))
    return document.rules.allowed(stencil & differs, labels, origins)


def kept(document: MaskDocument, area: Area, value: int) -> Unchanged:
    """Why paint would change no pixel of ``area``, which lies within the mask."""
    rect, stencil = area
    is_there = document.labels[rect.slices][stencil] == value
    return Unchanged.IS_THERE if is_there.all() else Unchanged.KEPT


def erase(context: ToolContext, rect: Rect, stencil: np.ndarray) -> Rect:
    """Paints void where ``stencil``, ``bool (h, w)``, is set, or what the model says there.

    ``rect`` lies within the mask. What the model says counts as predicted again, and in a scene that is
    done as checked. Raises `AnswerMissing` where that is wanted and not known.
    """
    document = context.document
    if not context.options.erase_to_model:
        return document.paint(rect, stencil, VOID, Origin.PAINTED)
    predicted = likeliest(context)[rect.slices]
    known = predicted != VOID
    origin = Origin.ACCEPTED if context.done else Origin.MODEL
    changed = document.paint(rect, stencil & known, predicted, origin)
    return changed.union(document.paint(rect, stencil & ~known, VOID, Origin.NONE))


def likeliest(context: ToolContext) -> np.ndarray:
    """``uint8 (H, W)``: the model's first choice. Raises `AnswerMissing` where it is not known."""
    if context.ranked is None:
        raise AnswerMissing
    first: np.ndarray = context.ranked[0]
    return first
