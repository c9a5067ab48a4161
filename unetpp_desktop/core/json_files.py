"""JSON files whose content is checked on the way in."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

from unetpp_desktop.core.errors import UserError, WriteError
from unetpp_desktop.core.files import read_bytes, write_atomically

Model = TypeVar("Model", bound=BaseModel)


def read_json(path: Path, model: type[Model], what: str, remedy: str) -> Model:
    """The content of ``path`` as a ``model``.

    Raises `UserError` "PATH is not WHAT: first fault. REMEDY" where it does not fit, and one
    that names the file where it cannot be read.
    """
    try:
        return model.model_validate_json(read_bytes(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        fault = f"{place}: {first['msg']}" if place else first["msg"]
        raise UserError(f"{path} is not {what}: {fault}. {remedy}") from error


def write_json(path: Path, content: BaseModel) -> None:
    """Writes ``content`` atomically, indented so that a person can read and mend it.

    Raises `WriteError` where that fails, also for a file name in ``content`` that is not UTF-8.
    """
    try:
        text = content.model_dump_json(indent=2)
    except PydanticSerializationError as error:
        sentence = f"{path} could not be saved: {error}. Rename the folder or file in UTF-8."
        raise WriteError(sentence, str(error)) from error
    write_atomically(path, text.encode() + b"\n")


def readable_name(name: str) -> str:
    """A file name as UTF-8 text, which JSON needs; bytes that are none become question marks."""
    return name.encode("utf-8", "replace").decode()
