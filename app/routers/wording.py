"""What is wrong with a member, in words for whoever sent it: JSON's words, not Python's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_OBJECT: Final = "Must be an object, with members in braces."
_LIST: Final = "Must be a list, in square brackets."
_NUMBER: Final = "Must be a whole number."
_WORDS: Final[Mapping[str, str]] = {
    "missing": "This member is required.",
    "extra_forbidden": "This member is not known here; remove it or check its spelling.",
    "string_type": "Must be text, in quotation marks.",
    "bool_type": "Must be true or false.",
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "too_long": "Has {actual_length} items; {max_length} are taken at the most.",
    "too_short": "Has {actual_length} items; {min_length} or more are needed.",
    "string_too_long": "Must have at most {max_length} characters.",
    "string_pattern_mismatch": "Must have the form {pattern}",
    "literal_error": "Must be {expected}.",
    "enum": "Must be {expected}.",
    "less_than_equal": "Must be {le} or less.",
    "greater_than_equal": "Must be {ge} or more.",
    "uuid_parsing": "Must be a UUID.",
    "uuid_type": "Must be a UUID.",
}
_VERBS: Final = ("has ", "is ", "names ")


def sentence(kind: str, message: str, details: Mapping[str, Any]) -> str:
    """What to change, from one of pydantic's findings: its type, its message and its context."""
    if kind == "string_too_short":
        least = details["min_length"]
        return "Must not be empty." if least == 1 else f"Must have at least {least} characters."
    if kind in _WORDS:
        return _WORDS[kind].format(**details)
    own = message.removeprefix("Value error, ")
    whole = f"It {own}" if own.startswith(_VERBS) else own[:1].upper() + own[1:]
    return whole if whole.endswith(".") else whole + "."
