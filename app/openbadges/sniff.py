"""What a file is, by its first bytes: names and media types are hearsay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from app.language.said import Said
from app.openbadges.png import PNG_SIGNATURE
from app.openbadges.svg import is_svg

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_PDF: Final = b"%PDF-"
_COMPACT_JWS: Final = re.compile(rb"eyJ[A-Za-z0-9_-]*+\.[A-Za-z0-9_-]*+\.[A-Za-z0-9_-]*+\s*")  # eyJ is {" in base64url
_ADDRESS: Final = re.compile(rb"https?://\S*+\s*", re.IGNORECASE)

_RIFF: Final = b"RIFF"  # then its length, then what it is

# Files that people take for a badge, and what to do instead.
_OTHERS: Final[Mapping[bytes, Said]] = {
    b"\x1f\x8b": Said("This file is compressed (gzip, as in .svgz). Unpack it, and send what is inside."),
    b"PK\x03\x04": Said("This is a ZIP archive. Unpack it, and send the badge inside."),
    b"\xff\xfe": Said("This text is in UTF-16. Save it as UTF-8."),
    b"\xfe\xff": Said("This text is in UTF-16. Save it as UTF-8."),
    b"{\0": Said("This text is in UTF-16. Save it as UTF-8."),
    b"\0{": Said("This text is in UTF-16. Save it as UTF-8."),
    b"\xff\xd8\xff": Said("This is a JPEG picture, which cannot carry a badge. Ask for the original PNG or SVG file."),
    b"GIF8": Said("This is a GIF picture, which cannot carry a badge. Ask for the original PNG or SVG file."),
    _RIFF: Said("This is a WebP picture, which cannot carry a badge. Ask for the original PNG or SVG file."),
    b"<!doctype html": Said(
        "This is a web page. Send the address of the badge, or download the badge file from the page."
    ),
    b"<html": Said("This is a web page. Send the address of the badge, or download the badge file from the page."),
}


def sniff(raw: bytes) -> Literal["png", "svg", "pdf", "json", "jwt", "url"] | None:
    """The form in which `raw` may hold a credential, or None. Says nothing about whether it can be read."""
    if raw.startswith(PNG_SIGNATURE):
        return "png"
    text = raw.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if text.startswith(b"{"):
        return None if text.startswith(b"{\0") else "json"
    if text.startswith(b"<"):
        return "svg" if is_svg(raw.lstrip()) else None
    if text.startswith(_PDF):
        return "pdf"
    if _COMPACT_JWS.fullmatch(text):
        return "jwt"
    return "url" if _ADDRESS.fullmatch(text) else None


def describe_other(raw: bytes) -> Said | None:
    """For what `sniff` does not know: what it is and what to do, as sentences; None for what is known by nobody."""
    start = raw[:64].lstrip().lower()
    if start.startswith(_RIFF.lower()) and start[8:12] != b"webp":
        return None
    return next((words for first, words in _OTHERS.items() if start.startswith(first.lower())), None)
