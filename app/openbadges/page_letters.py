"""From what is shown on a page to letters (ISO 32000-2, 9.10), by way of pypdf."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pypdf._cmap import get_encoding

from app.openbadges.baked import NO_LETTER

UNKNOWN: Final = "\ufffd"
"""For what is drawn without saying which letters it is."""


@dataclass(frozen=True, slots=True)
class Font:
    """`decoded` gives the letters of each sign of a string that is shown."""

    decoded: Callable[[bytes], list[str]]


def font(found: Any) -> Font:
    """Raises nearly anything for a damaged one."""
    encoding, letters = get_encoding(found)
    # Without a table, numbers of glyphs are only numbers.
    blind = not letters and found.get("/Subtype") in ("/Type0", "/Type3") and not _is_readable(found)

    def decoded(raw: bytes) -> list[str]:
        if blind:
            return [UNKNOWN]
        if isinstance(encoding, str):
            codes = raw.decode(encoding, "replace")
            return [letters.get(code) or _own(code, mapped=bool(letters)) for code in codes]
        signs = (encoding.get(code, chr(code)) for code in raw)
        return [letters.get(sign) or _own(sign, mapped=False) for sign in signs]

    return Font(decoded)


def _is_readable(found: Any) -> bool:
    """A composite font whose codes are letters by themselves (9.7.5.2)."""
    encoding = found.get("/Encoding")
    return isinstance(encoding, str) and found.get("/Subtype") == "/Type0" and "Identity" not in encoding


def _own(sign: str, *, mapped: bool) -> str:
    if mapped and sign == "\0":  # glyph 0 (9.7.6.3)
        return NO_LETTER
    return UNKNOWN if mapped or unicodedata.category(sign[:1] or "\0") == "Cc" else sign


def as_drawn(sign: str) -> str:
    """Several right-to-left letters that are one sign are told in the order of reading, and signs from the left."""
    return sign[::-1] if len(sign) > 1 and unicodedata.bidirectional(sign[0]) in ("R", "AL") else sign


def text_string(value: Any) -> str:
    """A text string (7.9.2.2) that was read as bytes."""
    if not isinstance(value, bytes):
        return str(value)
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    return value.removeprefix(b"\xef\xbb\xbf").decode("utf-8" if value.startswith(b"\xef\xbb\xbf") else "latin-1")
