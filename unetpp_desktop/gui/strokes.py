"""A gesture of the hand: from the pointer to the tool to the document."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.geometry import Rect
from unetpp_desktop.core.palette import VOID
from unetpp_desktop.editing.tools import (
    AnswerMissing,
    Eraser,
    Gesture,
    NotKnownYet,
    SuperpixelsMissing,
    ToolContext,
    Unchanged,
)
from unetpp_desktop.gui.superpixel_finder import SuperpixelFinder
from unetpp_desktop.gui.waiting import Waiting

if TYPE_CHECKING:
    from unetpp_desktop.gui.session import Session

Point = tuple[float, float]


class Strokes(QObject):
    """At most one gesture under way; points are (x, y) in image pixels."""

    changed = Signal()  # a gesture has begun, gone on or ended

    pressure: float  # of the pen, 0 to 1
    reach: float  # how near to a point counts as on it, in image pixels

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._gesture: Gesture | None = None
        self._former: Gesture | None = None  # the last one that came to its end
        self._preview_taken: int | None = None  # the state to which the press of the gesture led by that
        self.superpixels = SuperpixelFinder(session)
        self._waiting: dict[type[NotKnownYet], Waiting] = {
            AnswerMissing: Waiting(
                session,
                lambda: session.answers,
                self.tr("The model looks at this scene first. Try again in a moment."),
            ),
            SuperpixelsMissing: Waiting(
                session,
                lambda: self.superpixels,
                self.tr("The superpixels of this scene are looked for first. Try again in a moment."),
            ),
        }
        self.pressure = self.reach = 1.0
        session.tool_changed.connect(self.cancel)
        session.document_replaced.connect(self._forget)
        session.class_changed.connect(self._on_class_changed)

    @property
    def under_way(self) -> bool:
        return self._gesture is not None

    def must_end_first(self) -> bool:
        """Whether a gesture is under way; then the user is told how to end it."""
        if self.under_way:
            sentence = self.tr("End what you are drawing first: Enter finishes it, Esc gives it up.")
            self._session.notice.emit(sentence, "info")
        return self.under_way

    @property
    def gesture(self) -> Gesture | None:
        """The gesture under way."""
        return self._gesture

    def context(self, ctrl: bool = False, shift: bool = False) -> ToolContext | None:
        """What a tool would be given now; None where nothing can be painted on."""
        session = self._session
        if session.document is None:
            return None
        preview = session.previews.shown
        return ToolContext(
            session.document,
            session.active_class,
            session.diameter,
            session.square,
            session.image,
            session.answers.ranked,
            session.options,
            session.selection,
            ctrl,
            shift,
            self._former,
            self.superpixels.found,
            None if preview is None else preview.labels,
            session.is_done,
        )

    def begin(
        self, point: Point, straight_from_last: bool = False, erase: bool = False, ctrl: bool = False
    ) -> None:
        """The button goes down; ``erase`` uses the eraser whatever tool is chosen."""
        gesture = self._told()
        if gesture is not None:
            self._after(gesture, gesture.press_again(point))
            return
        tool = Eraser() if erase else self._session.tool
        self._preview_taken = self._session.previews.take_over() if tool.works_on_mask else None
        context = self.context(ctrl, straight_from_last)
        if context is None:
            self._session.tell_problem()
            return
        try:
            self._gesture = tool.start(context, point, straight_from_last)
        except NotKnownYet as missing:
            self._waiting[type(missing)].ask()
            return
        gesture = self._told()
        if gesture is not None:
            self._after(gesture, gesture.begin())

    def extend(self, point: Point) -> None:
        """The pointer moves with the button down."""
        gesture = self._told()
        if gesture is not None:
            self._after(gesture, gesture.drag(point))

    def jump(self, point: Point) -> None:
        """The scene was moved under the pointer, which lies at ``point`` now."""
        if self._gesture is not None:
            self._gesture.jump(point)

    def hover(self, point: Point) -> None:
        """The pointer moves with no button down."""
        gesture = self._told()
        if gesture is not None:
            gesture.hover(point)
            self.changed.emit()

    def end(self, point: Point) -> None:
        """The button goes up."""
        gesture = self._told()
        if gesture is not None:
            self._after(gesture, gesture.release(point))

    def finish(self) -> None:
        """A gesture of several clicks does its work."""
        gesture = self._told()
        if gesture is not None:
            self._after(gesture, gesture.finish())

    def step_back(self) -> None:
        """The last point of a gesture of several clicks is taken back."""
        gesture = self._told()
        if gesture is not None:
            gesture.step_back()
            self._gesture = None if gesture.finished else gesture
            self.changed.emit()

    def cancel(self) -> None:
        """The mask is again as it was before the gesture."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            self._session.announce_edit(gesture.cancel())
            self._session.previews.give_back(self._preview_taken)
            self.changed.emit()

    def _told(self) -> Gesture | None:
        """The gesture under way, which knows how the pen is held now."""
        if self._gesture is not None:
            self._gesture.pressure, self._gesture.reach = self.pressure, self.reach
        return self._gesture

    def _after(self, gesture: Gesture, painted: Rect) -> None:
        if not gesture.finished:
            self._session.after_paint(painted)
        else:
            self._gesture, self._former = None, gesture
            self._session.after_edit(painted)
            self._take_finding(gesture)
        self.changed.emit()

    def _why_unchanged(self, why: Unchanged) -> str:
        if why is Unchanged.KEPT:
            return self._session.words_where_kept
        if why is Unchanged.IS_THERE:
            name = self._session.palette.names[self._session.active_class]
            return self.tr("This is {} already.").format(name)
        if why is Unchanged.IS_CHECKED:
            return self.tr("Nothing here is still to be checked.")
        return self.tr("The model has no other class for this region.")

    def _take_finding(self, gesture: Gesture) -> None:
        if gesture.unchanged is not None:
            self._session.notice.emit(self._why_unchanged(gesture.unchanged), "info")
        if gesture.picked == VOID:
            self._session.notice.emit(self.tr("This is void, which the eraser paints."), "info")
        elif gesture.picked is not None:
            self._session.set_class(gesture.picked)
        if gesture.box is not None:
            self._session.predictions.request_box(gesture.box)
        if gesture.selects:
            self._session.select(gesture.selection)

    def _on_class_changed(self, index: int) -> None:
        if self._gesture is not None:
            self._gesture.choose_class(index)

    def _forget(self) -> None:
        self._gesture = self._former = None
        self._session.select(None)
        self.changed.emit()
