"""The networks that the window keeps open, and whose turn it is to use one."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from unetpp_desktop.core import settings as declared
from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.settings import Settings
from unetpp_desktop.nn.predictor import Predictor, open_predictor
from unetpp_desktop.nn.registry import ModelEntry

_ASK_WHILE_WAITING_S = 0.05
_KEPT_OPEN = 2  # the chosen model and the one it is compared with


class Urgency(IntEnum):
    """Who waits for a prediction; the greater goes first."""

    AHEAD = 0  # nobody yet
    FOLDER = 1  # a folder, scene by scene, in the background
    ASKED = 2  # a person, who looks at the scene


_Ticket = tuple[Urgency, int]


class Looking(NamedTuple):
    """How the settings have models look at scenes: what `open_predictor` takes by these names."""

    memory: int
    scale: str
    looks: int


def looking_as_set(settings: Settings) -> Looking:
    return Looking(
        settings.get(declared.PREDICTION_MEGABYTES),
        settings.get(declared.PREDICTION_SCALE).value,
        2 if settings.get(declared.SECOND_LOOK) else 1,
    )


class Predictors:
    """The predictors used last, kept open; and the turn to use one, since they serve one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._changed = threading.Condition()
        self._waiting: set[_Ticket] = set()
        self._busy = False
        self._urgency = Urgency.ASKED  # of the turn that is on
        self._count = 0
        self._open: OrderedDict[tuple[Path, float, str, Looking, int], Predictor] = OrderedDict()
        self._round = 0

    @contextmanager
    def turn(self, ask: Callable[[], None], urgency: Urgency = Urgency.ASKED) -> Iterator[None]:
        """Waits for its turn and calls ``ask`` meanwhile and once more when it has come.

        The most urgent goes first. Of what a person asks for it is the newest, which is what that
        person looks at now; among others it is the oldest, so that each gets on.
        """
        ticket = self._draw(urgency)
        try:
            while not self._take(ticket):
                ask()
        except BaseException:
            self._give_back(ticket)
            raise
        try:
            ask()
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _draw(self, urgency: Urgency) -> _Ticket:
        with self._changed:
            self._count += 1
            ticket = urgency, self._count if urgency is Urgency.ASKED else -self._count
            self._waiting.add(ticket)
            return ticket

    def _take(self, ticket: _Ticket) -> bool:
        """Whether the turn has come; waits a moment for it."""
        with self._changed:
            is_next = self._changed.wait_for(
                lambda: not self._busy and ticket == max(self._waiting), _ASK_WHILE_WAITING_S
            )
            if is_next:
                self._waiting.remove(ticket)
                self._busy, self._urgency = True, ticket[0]
            return is_next

    def _give_back(self, ticket: _Ticket) -> None:
        with self._changed:
            self._waiting.discard(ticket)
            self._changed.notify_all()

    def reopen(self) -> None:
        """Has every model opened anew when it is next asked: INT8 was made, or switched on or off."""
        self._round += 1

    @contextmanager
    def lent(
        self,
        entry: ModelEntry,
        device: str,
        ask: Callable[[], None],
        urgency: Urgency = Urgency.ASKED,
    ) -> Iterator[Predictor]:
        """The open model for the length of a `turn`; ``ask`` is called once more when it is open."""
        with self.turn(ask, urgency):
            predictor = self.get(entry, device)
            ask()
            yield predictor

    def get(self, entry: ModelEntry, device: str) -> Predictor:
        """Opens the model where it, or the present state of its file, is not open yet with the settings.

        Slow: not for the GUI thread, and only within a `turn`; where nobody waits for its end, the
        predictor leaves a core to the window. Raises `UserError` where the files of
        the model cannot be read.
        """
        looking = looking_as_set(self._settings)
        try:
            key = (entry.folder, entry.weights.stat().st_mtime, device, looking, self._round)
            if key not in self._open:
                while len(self._open) >= _KEPT_OPEN:
                    self._open.popitem(last=False)  # first let go of the memory of an old one
                self._open[key] = open_predictor(entry, device, **looking._asdict())
        except OSError as error:
            raise UserError(
                f"The model in {entry.folder} cannot be read: {error.strerror or error}. "
                "Choose another model, or put its files back."
            ) from error
        self._open.move_to_end(key)
        predictor = self._open[key]
        predictor.leaves_a_core = self._urgency is not Urgency.ASKED
        return predictor
