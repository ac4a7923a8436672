"""What a file is, by its first bytes: names and media types are hearsay."""

from __future__ import annotations

import re
from typing import Final, Literal

from app.openbadges.png import PNG_SIGNATURE
from app.openbadges.svg import is_svg

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_COMPACT_JWS: Final = re.compile(rb"eyJ[A-Za-z0-9_-]*+\.[A-Za-z0-9_-]*+\.[A-Za-z0-9_-]*+\s*")  # eyJ is {" in base64url


def sniff(raw: bytes) -> Literal["png", "svg", "json", "jwt"] | None:
    """The form in which `raw` may hold a credential, or None. Says nothing about whether it can be read."""
    if raw.startswith(PNG_SIGNATURE):
        return "png"
    text = raw.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if text.startswith(b"{"):
        return "json"
    if text.startswith(b"<"):
        return "svg" if is_svg(raw.lstrip()) else None
    return "jwt" if _COMPACT_JWS.fullmatch(text) else None
