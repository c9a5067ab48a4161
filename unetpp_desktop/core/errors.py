"""Errors that a user can cause, as opposed to bugs."""


class UserError(Exception):
    """Something the user can mend: the message is one sentence that names the file and the remedy.

    The window shows the message; the command line prints it and exits with 1. Every other
    exception that reaches a front end is a bug and is shown with its traceback.
    """


class WriteError(UserError):
    """A file could not be written; more of the same work would fail likewise.

    ``reason`` is the part of the sentence that says why, such as "the disk is full".
    """

    def __init__(self, sentence: str, reason: str = "") -> None:
        super().__init__(sentence)
        self.reason = reason


class DiskFullError(WriteError):
    """A file could not be written since there is no room: other files might not fit either."""


class Cancelled(Exception):
    """Raised by a `progress` callable to stop the work that reports to it; not an error."""
