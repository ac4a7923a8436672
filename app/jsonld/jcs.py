"""JSON Canonicalization Scheme (RFC 8785)."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import Any

import orjson

from app.errors import TooComplexError, UnsafeDocumentError

_MAX_SAFE_INTEGER = 2**53
_FOUR_BYTES = re.compile(rb"[\xf0-\xf7]")  # begins a character beyond the first 65,536
_FIXED_UP_TO = 21  # ECMAScript Number::toString writes exponents outside -6 < n <= 21
_FIXED_FROM = -6


def canonical_json_bytes(value: Any) -> bytes:
    """The same in UTF-8, in a tenth of the time for what documents are made of.

    Raises UnsafeDocumentError also for half a surrogate pair, and TooComplexError for what is nested too deep to read.
    """
    try:
        if _is_plain(value):
            # Sorted by code point: the order differs only where a name holds a character beyond the first 65,536.
            written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
            if not _FOUR_BYTES.search(written):
                return written
    except (TypeError, RecursionError):  # orjson refuses half a pair, and levels past its own limit
        pass
    try:
        return canonical_json(value).encode()
    except UnicodeEncodeError as error:
        raise UnsafeDocumentError("A text holds half of a surrogate pair, which cannot be written as UTF-8.") from error
    except RecursionError as error:
        raise TooComplexError("The document is nested too deep.") from error


def _is_plain(value: Any) -> bool:
    """Whether it holds no number with a fraction: how orjson writes these is its own affair."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is dict:
        return all(map(_is_plain, value.values()))
    if kind is list:
        return all(map(_is_plain, value))
    return kind is int and abs(value) <= _MAX_SAFE_INTEGER


def canonical_json(value: Any) -> str:
    """`value` as RFC 8785 text. Raises UnsafeDocumentError for what JSON cannot hold or readers round differently."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=_utf16)
        return "{" + ",".join(f"{_text(key)}:{canonical_json(member)}" for key, member in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return _number(value)
    raise UnsafeDocumentError(f"A {type(value).__name__} is not a JSON value.")


def _utf16(member: tuple[str, Any]) -> bytes:
    """RFC 8785 section 3.2.3: members are sorted by UTF-16 code units, not by code points."""
    return member[0].encode("utf-16-be", "surrogatepass")


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    """RFC 8785 section 3.2.2.3: as ECMAScript writes a double."""
    if isinstance(value, int) and abs(value) > _MAX_SAFE_INTEGER:
        raise UnsafeDocumentError("A whole number beyond 2^53 is not read alike everywhere; write it as text.")
    if not math.isfinite(value):
        raise UnsafeDocumentError("A number is not finite.")
    if value == 0:
        return "0"
    sign, digit_tuple, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    digits = "".join(map(str, digit_tuple))
    point = len(digits) + int(exponent)
    return ("-" if sign else "") + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    if len(digits) <= point <= _FIXED_UP_TO:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _FIXED_UP_TO:
        return f"{digits[:point]}.{digits[point:]}"
    if _FIXED_FROM < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{mantissa}e{'+' if point > 0 else ''}{point - 1}"
