"""What commands read: JSON bodies from files or standard input, through the same models as over HTTP."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app import strictjson
from app.errors import MalformedDocumentError
from app.routers.problems import from_validation

Model = TypeVar("Model", bound=BaseModel)
MAX_BYTES = 5 * 1024 * 1024


def read_bytes(file: Path) -> bytes:
    """The file's bytes; `-` is standard input. Raises MalformedDocumentError."""
    if str(file) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        return file.read_bytes()
    except OSError as error:
        raise MalformedDocumentError(f"{file} cannot be read ({error.strerror}).") from None


def read_model(model: type[Model], file: Path) -> Model:
    """Raises InvalidFieldsError, MalformedJSONError, TooLargeError."""
    return read_fields(model, strictjson.loads(read_bytes(file), max_bytes=MAX_BYTES))


def read_fields(model: type[Model], value: object) -> Model:
    """Raises InvalidFieldsError."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = [{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_input=False)]
        raise from_validation(found) from None
