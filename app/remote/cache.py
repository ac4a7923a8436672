"""Answers that are remembered for a little while, as far as their servers allow (RFC 9111).

Nothing is served once it is stale: it is asked for again, by its validator, and when the server is away there is no
answer. A revocation list from yesterday would say "valid" of what was revoked today.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from app.remote.exchange import Response
from app.verification.evidence import Found, Need

_MOST_SECONDS: Final = 300.0
_KEPT_SECONDS: Final = 3_600.0  # how long a stale answer stays to be confirmed
_OVERHEAD: Final = 1_024  # of an entry beside its content
_MAX_TAG: Final = 256

# For how many seconds an answer counts as new: 0 if it has to be confirmed each time, None if it must not be kept.
Lifetime = float | None


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, for how long and until when it counts as new, and by what its server would know it again."""

    found: Found
    lifetime: float
    fresh_until: float
    etag: str = ""
    modified: str = ""

    @property
    def confirmable(self) -> bool:
        return bool(self.etag or self.modified)

    def conditions(self, url: str) -> dict[str, str]:
        """The headers that ask `url` whether this still holds; none where it did not come from."""
        if url != self.found.address:
            return {}
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in headers.items() if value}


class Cache:
    """At most `most` bytes of answers; those that were not used for longest go first. Times are monotonic seconds."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Need, Kept] = OrderedDict()
        self.size = 0

    def find(self, need: Need, *, now: float) -> Kept | None:
        kept = self._kept.get(need)
        if kept is None:
            return None
        if now > kept.fresh_until + _KEPT_SECONDS:
            self.forget(need)
            return None
        self._kept.move_to_end(need)
        return kept

    def keep(self, need: Need, kept: Kept) -> None:
        self.forget(need)
        self._kept[need] = kept
        self.size += _cost(need, kept)
        while self.size > self._most:
            self.forget(next(iter(self._kept)))

    def forget(self, need: Need) -> None:
        kept = self._kept.pop(need, None)
        if kept is not None:
            self.size -= _cost(need, kept)


def lifetime(response: Response, *, unsaid: float) -> Lifetime:
    """For how long `response` counts as new by its own account, or by `unsaid` where it says nothing.

    `private` is taken for `no-store`: what is meant for one reader is not shown to the next.
    """
    told = _directives(response.header("cache-control"))
    if told.keys() & {"no-store", "private"} or "*" in response.header("vary"):
        return None
    if "no-cache" in told:
        return 0.0
    if "max-age" in told:
        return min(max(_seconds(told["max-age"]) - _seconds(response.header("age")), 0.0), _MOST_SECONDS)
    # Expires is an older way to speak of the same; those who still write it mostly mean "not at all".
    return 0.0 if response.header("expires") else unsaid


def validators(response: Response) -> tuple[str, str]:
    """ETag and Last-Modified, where they are fit to be sent back."""
    return _sendable(response.header("etag")), _sendable(response.header("last-modified"))


def _directives(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.lower().split(","))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def _seconds(text: str) -> float:
    """What is no number of seconds is none: then the answer is asked for again."""
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0.0  # noqa: PLR2004


def _sendable(value: str) -> str:
    return value if len(value) <= _MAX_TAG and value.isascii() and value.isprintable() else ""


def _cost(need: Need, kept: Kept) -> int:
    return _OVERHEAD + len(need.url) + len(kept.found.content)
