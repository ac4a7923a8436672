"""From pydantic's errors to problems that people can act on: a JSON pointer and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel

from app.errors import FieldProblem
from app.openbadges.fields import DataModel

_SENTENCES: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a member that Open Badges allows here",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "tuple_type": "must be a list",
    "recursion_loop": "contains itself",
}

Location = Sequence[str | int]


def find_problems(
    model: type[BaseModel], document: Mapping[str, Any], version: DataModel = DataModel.V2
) -> tuple[FieldProblem, ...]:
    """What `model` finds wrong with `document`; empty when its structure is right."""
    plain = dict(document)
    try:
        model.model_validate(plain, context=version)
    except ValidationError as error:
        return problems_of(error, plain)
    return ()


def problems_of(error: ValidationError, document: object) -> tuple[FieldProblem, ...]:
    """One problem per error, in the document's order of checks."""
    return tuple(
        problem_at(detail["loc"], _sentence(detail["type"], detail["msg"]), document)
        for detail in error.errors(include_url=False, include_context=False, include_input=False)
    )


def problem_at(location: Location, sentence: str, document: object) -> FieldProblem:
    """The problem at a location of the *model*, with the pointer that it has in `document`."""
    path = _path(location, document)
    return FieldProblem(_pointer(path), f"{_dotted(path) or 'The document'} {sentence}.")


def _sentence(kind: str, message: str) -> str:
    if kind == "literal_error":
        return message.replace("Input should", "must").replace("'", "")
    return _SENTENCES.get(kind, message)


def _path(location: Location, document: object) -> list[str | int]:
    """`location` without what is not in the document: union tags, the 0 of a list written as its one item.

    The last part is kept when it names a member of an object, for it may be the one that is missing.
    """
    path: list[str | int] = []
    node: Any = document
    for depth, part in enumerate(location):
        if isinstance(node, dict) and isinstance(part, str) and (part in node or depth == len(location) - 1):
            # A default that is not accepted is reported by the name of the model's field, not by the member's.
            path.append(to_camel(part) if "_" in part and part not in node else part)
            node = node.get(part)
        elif isinstance(node, list | tuple) and isinstance(part, int):
            path.append(part)
            node = node[part]
    return path


def _pointer(path: Iterable[str | int]) -> str:
    """RFC 6901."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _dotted(path: Iterable[str | int]) -> str:
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")
