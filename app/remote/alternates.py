"""Where a page for people says that the same thing can be had as data.

Only the places where a link counts are looked at: the Link header (RFC 8288) and `<link>` at the head of the page.
It is a hint, so it is read by pattern: what it finds is an address like any other, and is read and judged as one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final

from app.remote.exchange import Response

# By preference. `application/json` comes last: weblogs offer their own description of any page under it.
_TYPES: Final = (
    "application/vc",
    "application/vc+ld+json",
    "application/vc+jwt",
    "application/ld+json",
    "application/json",
)
_HEAD_BYTES: Final = 64 * 1024
_HTML: Final = {"text/html", "application/xhtml+xml"}
_LINK_HEADER: Final = re.compile(r"<([^<>]{1,2048})>([^<>]{0,1024})")
_LINK_TAG: Final = re.compile(r"<link\s([^<>]{1,4096})>", re.IGNORECASE)
# Possessive: each run of letters and of white space is looked at once, whatever surrounds it.
_ATTRIBUTE: Final = re.compile(
    r"""(?<![a-z])(?P<name>[a-z]++)\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'>;,]++))""",
    re.IGNORECASE,
)


def alternate(response: Response, media_type: str) -> str | None:
    """The address, as written, at which the page has the best form for us; None if it is no page or names none."""
    if media_type not in _HTML:
        return None
    best = min(_candidates(response), default=None, key=lambda found: found[0])
    return best[1] if best else None


def _candidates(response: Response) -> Iterator[tuple[int, str]]:
    """(place by preference, address), those of the header first."""
    for address, parameters in _LINK_HEADER.findall(response.header("link")):
        yield from _candidate({**_attributes(parameters), "href": address})
    head = response.content[:_HEAD_BYTES].decode("utf-8", errors="replace")
    for attributes in _LINK_TAG.findall(head):
        yield from _candidate(_attributes(attributes))


def _candidate(attributes: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    media_type = attributes.get("type", "").partition(";")[0].strip().lower()
    address = attributes.get("href", "").strip()
    if media_type in _TYPES and address and "alternate" in attributes.get("rel", "").lower().split():
        yield _TYPES.index(media_type), address


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match["double"] or match["single"] or match["bare"] or ""
        found.setdefault(match["name"].lower(), html.unescape(value))
    return found
