"""What the hand holds: class, tool, brush, model. Independent of any scene."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from unetpp_desktop.core.palette import VOID, Palette, shipped_palette
from unetpp_desktop.core.settings import Setting, Settings, Value
from unetpp_desktop.editing.rules import Rules
from unetpp_desktop.editing.selection import Selection
from unetpp_desktop.editing.tools import TOOLS, Tool, ToolOptions
from unetpp_desktop.gui.remembered import Remembered
from unetpp_desktop.gui.view_options import OverlayStyle, ViewOptions
from unetpp_desktop.nn.registry import ModelEntry

LARGEST_DIAMETER = 2000  # image pixels


class Choices(QObject):
    """The choices of the user that outlive a scene, each with a signal."""

    class_changed = Signal(int)
    class_flags_changed = Signal()  # which classes are locked or hidden
    rules_changed = Signal()  # what may be painted over; locked classes have their own signal, too
    tool_changed = Signal(object)
    brush_changed = Signal()  # diameter or shape
    options_changed = Signal()  # of the tools
    selection_changed = Signal()
    model_changed = Signal()  # model, depth or device
    depth_changed = Signal()
    settings_changed = Signal()
    view_changed = Signal()  # how the scene is shown

    def __init__(self, settings: Settings, remembered: Remembered, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.remembered = remembered
        self.palette: Palette = shipped_palette("camvid11")
        self._folder: Path | None = None  # whose classes these are
        self.active_class = self.palette.index_of(remembered.active_class or "") or 0
        self.former_class = self.active_class
        self.locked: frozenset[int] = frozenset()
        self.hidden: frozenset[int] = frozenset()
        self.only_over = _numbers(remembered.only_over, self.palette)
        self.protect_human = remembered.protect_human
        self.tool: Tool = next((tool for tool in TOOLS if tool.name == remembered.tool), TOOLS[0])
        self.diameter = min(remembered.diameter, LARGEST_DIAMETER)
        self.square = remembered.square
        self.options = remembered.options
        self.view = remembered.view
        self.selection: Selection | None = None  # of the open scene
        self.depth = remembered.depth
        self.device = remembered.device
        self.model: ModelEntry | None = None

    def set_palette(self, palette: Palette, folder: Path | None = None) -> None:
        """Takes over the classes of the project in ``folder``; the active class is kept by name.

        In the folder that was open last, whose classes may have been changed, locks, hidden classes and
        what may be painted over stay with their classes.
        """
        wanted = self.remembered.active_class or self.palette.names[self.active_class]
        before, self.palette = self.palette, palette
        self.active_class = palette.place_of(wanted) or 0
        self.former_class = self.active_class
        if folder is not None and folder == self._folder:
            self.locked = _carried(self.locked, before, palette)
            self.hidden = _carried(self.hidden, before, palette)
            only_over = None if self.only_over is None else _carried(self.only_over, before, palette) or None
            self.remembered.only_over = _names(only_over, palette)
        else:
            self.locked = self.hidden = frozenset()
            only_over = _numbers(self.remembered.only_over, palette)
        self._folder, self.only_over = folder, only_over
        self.class_flags_changed.emit()
        self.rules_changed.emit()
        self.class_changed.emit(self.active_class)

    def set_class(self, index: int) -> None:
        """Chooses the class to paint; an index beyond the palette changes nothing."""
        if 0 <= index < len(self.palette) and index != self.active_class:
            self.former_class, self.active_class = self.active_class, index
            self.class_changed.emit(index)

    def set_locked(self, index: int, locked: bool) -> None:
        """Pixels of a locked class keep it, whoever paints."""
        self.locked = self.locked | {index} if locked else self.locked - {index}
        self.class_flags_changed.emit()
        self.rules_changed.emit()

    @property
    def rules(self) -> Rules:
        """What every document obeys."""
        return Rules(self.locked, self.only_over, self.protect_human)

    @property
    def words_where_kept(self) -> str:
        """What is to be said of an edit of which the rules kept every pixel."""
        return self.tr("Nothing was changed: all these pixels are locked or protected.")

    def set_only_over(self, classes: frozenset[int] | None) -> None:
        """Paint changes only pixels of these classes (void: 255); None: of all."""
        if classes != self.only_over:
            self.only_over = classes
            self.remembered.only_over = _names(classes, self.palette)
            self.rules_changed.emit()

    def set_protect_human(self, protect: bool) -> None:
        """Paint leaves pixels alone that a person painted or accepted."""
        if protect != self.protect_human:
            self.protect_human = protect
            self.rules_changed.emit()

    def set_hidden(self, index: int, hidden: bool) -> None:
        """A hidden class is not drawn; painting still changes it."""
        self.hidden = self.hidden | {index} if hidden else self.hidden - {index}
        self.class_flags_changed.emit()

    def is_solo(self, index: int) -> bool:
        """Whether this class is the only one that is drawn."""
        return len(self.palette) > 1 and self.hidden == frozenset(range(len(self.palette))) - {index}

    def toggle_solo(self, index: int) -> None:
        """Draws this class only; all classes again where it was the only one."""
        everything = frozenset(range(len(self.palette)))
        self.hidden = frozenset() if self.is_solo(index) else everything - {index}
        self.class_flags_changed.emit()

    def set_view(self, view: ViewOptions) -> None:
        """Chooses how the scene is shown."""
        if view != self.view:
            self.view = view
            self.view_changed.emit()

    def toggle_style(self, style: OverlayStyle) -> None:
        """Draws the mask in this way; as areas again where it was drawn so."""
        self.set_view(replace(self.view, style=OverlayStyle.AREAS if self.view.style is style else style))

    def set_tool(self, tool: Tool) -> None:
        if tool != self.tool:
            self.tool = tool
            self.tool_changed.emit(tool)

    def set_diameter(self, diameter: int) -> None:
        """Diameter of the brush in image pixels."""
        diameter = min(max(1, diameter), LARGEST_DIAMETER)
        if diameter != self.diameter:
            self.diameter = diameter
            self.brush_changed.emit()

    def set_square(self, square: bool) -> None:
        if square != self.square:
            self.square = square
            self.brush_changed.emit()

    def set_options(self, options: ToolOptions) -> None:
        if options != self.options:
            self.options = options
            self.options_changed.emit()

    def select(self, selection: Selection | None) -> None:
        """The pixels that commands work on, instead of the whole scene."""
        if selection is not self.selection:
            self.selection = selection
            self.selection_changed.emit()

    def change_setting(self, setting: Setting[Value], value: Value) -> None:
        """Changes a setting at once, everywhere."""
        self.settings.set(setting, value)
        self.settings_changed.emit()

    def set_model(self, model: ModelEntry) -> None:
        """Chooses the model that predicts from now on; a depth it lacks becomes its deepest."""
        self.model = model
        self.depth = min(self.depth, model.card.depth)
        self.model_changed.emit()

    def set_depth(self, depth: int) -> None:
        """How deep the network is used, 1 (fastest) to 4."""
        if depth != self.depth:
            self.depth = depth
            self.model_changed.emit()
            self.depth_changed.emit()

    def set_device(self, device: str) -> None:
        """One of `unetpp_desktop.nn.predictor.DEVICES`."""
        if device != self.device:
            self.device = device
            self.model_changed.emit()

    def remember_choices(self) -> None:
        """Notes them for the next start."""
        remembered = self.remembered
        remembered.tool = self.tool.name
        remembered.active_class = self.palette.names[self.active_class]
        remembered.diameter, remembered.square = self.diameter, self.square
        remembered.options = self.options
        remembered.view = self.view
        remembered.protect_human = self.protect_human
        remembered.depth, remembered.device = self.depth, self.device
        if self.model is not None:
            remembered.model = self.model.name


def _carried(classes: frozenset[int], before: Palette, now: Palette) -> frozenset[int]:
    """The classes of ``now`` that were among ``classes`` of ``before``, under whatever number and name.

    A class that others were merged into is what it was itself.
    """
    former = enumerate(before.mapping_from(now)[: len(now)].tolist())
    same = frozenset(index for index, was in former if was != VOID and was in classes)
    return same | (classes & {VOID})


def _names(classes: frozenset[int] | None, palette: Palette) -> tuple[str, ...] | None:
    """The names of classes, by which they are found in another palette; that of void is ""."""
    if classes is None:
        return None
    return tuple("" if index == VOID else palette.names[index] for index in sorted(classes))


def _numbers(names: tuple[str, ...] | None, palette: Palette) -> frozenset[int] | None:
    """The classes of these names; None, for all classes, where the palette has none of them."""
    found = [VOID if name == "" else palette.index_of(name) for name in names or ()]
    return frozenset(index for index in found if index is not None) or None
