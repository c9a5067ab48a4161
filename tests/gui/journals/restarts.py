"""Sessions that end, one way or another, and begin again."""

from collections.abc import Callable
from pathlib import Path

from unetpp_desktop.gui.offer import Offer
from unetpp_desktop.gui.session import Session

Start = Callable[[], Session]
"""Starts the program once more."""


class Told:
    """What a session says and offers."""

    def __init__(self, session: Session) -> None:
        self.notices: list[str] = []
        self.offers: list[tuple[str, Offer]] = []
        self.withdrawn: list[str] = []
        session.notice.connect(lambda sentence, _level: self.notices.append(sentence))
        session.offer.connect(lambda sentence, offer: self.offers.append((sentence, offer)))
        session.notice_outdated.connect(self.withdrawn.append)


def leave(session: Session) -> None:
    """Closes the folder, as a window does that is closed."""
    assert session.close_folder()


def kill(session: Session) -> None:
    """The journal has what was done, the mask file has not, and nobody says goodbye."""
    assert session.visit is not None
    assert session.visit.journal is not None
    session.visit.journal.close()
    session.save = lambda: True  # type: ignore[method-assign]
    session.autosave = lambda: None  # type: ignore[method-assign]


def journal_of(folder: Path, name: str = "0.png") -> Path:
    """The file of a scene's journal."""
    return folder / ".unetpp" / "journal" / f"{name}.jnl"
