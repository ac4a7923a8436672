"""The one reader of JSON that comes from outside.

`json` and `orjson` keep the last of two equal keys, so two readers of the same bytes can see two documents. Here a
document is I-JSON (RFC 7493) or it is refused: UTF-8 without byte-order mark, no duplicate keys, no NaN or Infinity,
no lone surrogates, no U+0000 (PostgreSQL cannot store it), no number that a double cannot hold, a bounded depth.

Two readers, one answer: `_carefully` decides everything and words every refusal; `_quickly` takes a sixth of its time
for what our own writers and most others make, compact JSON, and leaves to the careful one whatever it is not sure of.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

import orjson

from app.errors import MalformedJSONError, TooLargeError

MAX_DEPTH = 32
_MAX_SAFE_INTEGER = 2**53 - 1  # RFC 7493 section 2.2
_MAX_NUMBER_DIGITS = 400
_FORBIDDEN_CHARACTER = re.compile("[\x00\ud800-\udfff]")
_CONTAINERS = frozenset({dict, list})
_UNSURE = object()
_DIGITS = bytes(b"0"[0] if byte in b"0123456789" else b" "[0] for byte in range(256))
_LONG_NUMBER = b"0" * 16  # 2^53 has sixteen digits; no number without so many in a row is too large


def loads(raw: bytes, *, max_bytes: int, max_depth: int = MAX_DEPTH) -> Any:
    """The value that `raw` holds.

    Raises TooLargeError past `max_bytes`, MalformedJSONError (with a sentence that says what to change) otherwise.
    """
    if len(raw) > max_bytes:
        raise TooLargeError(f"The JSON document has {len(raw)} bytes; the limit is {max_bytes}.")
    value = _quickly(raw, max_depth)
    return _carefully(raw, max_depth) if value is _UNSURE else value


def dumps(value: Any) -> bytes:
    """`value` as compact UTF-8 JSON, members in the order given."""
    return orjson.dumps(value)


def _quickly(raw: bytes, max_depth: int) -> Any:
    """The value of `raw` if it is compact I-JSON as `dumps` writes it; _UNSURE if it is not, or only may be.

    When writing the value again gives the same bytes, then nothing was lost in reading them: no member stood twice,
    no number was rounded, no text had another form. What orjson reads and writes unchanged but I-JSON refuses is
    looked for in the bytes, and found rather too often than too seldom.
    """
    try:
        value = orjson.loads(raw)
        if orjson.dumps(value) != raw:
            return _UNSURE
    except (ValueError, TypeError):  # the errors of reading and of writing
        return _UNSURE
    if b"\\u0000" in raw or _LONG_NUMBER in raw.translate(_DIGITS):
        return _UNSURE
    return value if _is_shallow(value, max_depth) else _UNSURE


def _is_shallow(value: Any, max_depth: int) -> bool:
    """Whether no container in `value` is nested deeper than `max_depth`."""
    return type(value) not in _CONTAINERS or _is_within(value, max_depth)


def _is_within(container: Any, levels: int) -> bool:
    """Whether the container has no more levels, itself included; looks no deeper than that, so the stack is safe."""
    if levels == 0:
        return False
    for inner in container.values() if type(container) is dict else container:
        if type(inner) in _CONTAINERS and not _is_within(inner, levels - 1):
            return False
    return True


def _carefully(raw: bytes, max_depth: int) -> Any:
    if raw.startswith(b"\xef\xbb\xbf"):
        raise MalformedJSONError("The document starts with a byte-order mark; send plain UTF-8.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJSONError(f"The document is not UTF-8 (byte {error.start}).") from error
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise MalformedJSONError(f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise MalformedJSONError(f"The document is nested deeper than {max_depth} levels.") from error
    # Only an escape can put a forbidden character into a text that was decoded and read.
    if "\\u" in text or not _is_shallow(value, max_depth):
        _check(value, max_depth)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise MalformedJSONError(f"The member {_shown(twice)} stands twice in one object.")
    return members


def _constant(name: str) -> NoReturn:
    raise MalformedJSONError(f"{name} is not a JSON number.")


def _integer(text: str) -> int:
    if len(text) > _MAX_NUMBER_DIGITS or abs(number := int(text)) > _MAX_SAFE_INTEGER:
        raise MalformedJSONError("A whole number is too large to be read alike everywhere (limit 2^53 - 1).")
    return number


def _float(text: str) -> float:
    if len(text) > _MAX_NUMBER_DIGITS or not math.isfinite(number := float(text)):
        raise MalformedJSONError("A number is too large.")
    return number


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float)


def _check(value: Any, max_depth: int) -> None:
    """Depth and characters, level by level: no recursion, so that no depth can exhaust the stack."""
    level: list[Any] = [value]
    depth = 0
    while level:
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                _check_text(item)
            elif isinstance(item, dict):
                for key in item:
                    _check_text(key)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        depth += any(isinstance(item, dict | list) for item in level)
        if depth > max_depth:
            raise MalformedJSONError(f"The document is nested deeper than {max_depth} levels.")
        level = below


def _check_text(text: str) -> None:
    if _FORBIDDEN_CHARACTER.search(text):
        raise MalformedJSONError(f"The text {_shown(text)} holds U+0000 or half of a surrogate pair.")


def _shown(text: str) -> str:
    return json.dumps(text[:40])
