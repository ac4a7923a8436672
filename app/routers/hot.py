"""Hot reads: public answers sent from memory, before the framework is asked (docs/decisions/0016).

Pure ASGI, around FastAPI itself. It decides nothing about what may be kept or for whom: routes say so (`kept.py`).
What it sends is what the application would send, byte for byte, but for the request id; HEAD and If-None-Match
included. Such an answer is counted in the metrics like any other, and logged at level debug: the line would cost more
than the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import anyio
import structlog
from fastapi import FastAPI

from app.routers.edge import Dressing, request_id
from app.routers.kept import OFFER, Entry, Kept, Key, ListVersion, Offer, Signed, Unchanged
from app.routers.negotiation import has_it

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from app.routers.edge import RawHeaders
    from app.routers.observability import Metrics

_log = structlog.get_logger("laurel.http")
_READS = frozenset(("GET", "HEAD"))
_LONGEST_ACCEPT = 256  # browsers send 130; whoever sends more is answered, at the usual cost
_MADE_FROM = (200, 304)
# What signed bytes allow every other cache (answers.py): whoever removes a badge in another process waits no longer.
SIGNED_SECONDS = 300.0


class Stamp(Protocol):
    """`app.storage.stamp.Stamp`: whether anything was committed since. Never waits; None when it cannot tell."""

    def now(self) -> int | None: ...
    def list_version(self, list_id: UUID) -> int | None: ...


class Front(FastAPI):
    """FastAPI behind hot reads. A middleware would come after some of the framework's own work."""

    hot: ASGIApp

    async def framework(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, send)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.hot(scope, receive, send)


class HotReads:
    """Wraps an application. Without a `stamp` only what never changes is kept. `tongue` makes of an Accept-Language
    header the language in which pages would be written for it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        kept: Kept,
        stamp: Stamp | None,
        metrics: Metrics,
        https: bool,
        log_hits: bool,
        tongue: Callable[[str], str] = lambda _: "",
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._app = app
        self._kept = kept
        self._stamp = stamp
        self._metrics = metrics
        self._dressing = Dressing(https=https)
        self._log_hits = log_hits
        self._tongue = tongue
        self._clock = clock
        self._making: dict[Key, anyio.Event] = {}  # what is being made at this moment
        metrics.watch_hot_bytes(lambda: kept.size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = _headers_of_a_read(scope)
        if sent is None:
            await self._app(scope, receive, send)
            return
        started = self._clock()
        tongue = self._tongue(sent.get(b"accept-language", b"").decode("latin-1"))
        key = (scope["path"], sent.get(b"accept", b""), tongue)
        entry = self._kept.find(key)
        if entry is not None and not self._is_right(entry, started):
            entry = await self._renewed(key, entry)
        if entry is not None:
            await self._send(entry, scope["method"], sent, send, started)
        else:
            await self._make(key, scope, receive, send)

    async def _send(self, entry: Entry, method: str, sent: dict[bytes, bytes], send: Send, started: float) -> None:
        condition = sent.get(b"if-none-match")
        unchanged = condition is not None and has_it(condition.decode("latin-1"), entry.etag)
        status, headers = (304, entry.unchanged) if unchanged else (200, entry.headers)
        body = b"" if unchanged or method == "HEAD" else entry.body
        name = request_id(sent.get(b"x-request-id"))
        headers = [*headers, (b"x-request-id", name.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        self._report(method, entry.route, status, self._clock() - started, name)

    def _is_right(self, entry: Entry, now: float) -> bool:
        """Whether the application would answer with the same bytes at this moment."""
        if isinstance(entry.keep, Signed):
            return now - entry.made < SIGNED_SECONDS
        if isinstance(entry.keep, Unchanged) and _is_over(entry.keep, now - entry.made):
            return False
        if self._stamp is None or (stamp := self._stamp.now()) is None:
            return False
        if stamp == entry.stamp:
            return True
        if isinstance(entry.keep, ListVersion) and self._stamp.list_version(entry.keep.list_id) == entry.keep.version:
            entry.stamp = stamp  # read before the version: what comes in between is seen the next time
            return True
        return False

    async def _renewed(self, key: Key, entry: Entry | None) -> Entry | None:
        """What others are making in the place of an entry that is no longer right; None when nobody is.

        A commit would otherwise send all who ask for a document to the database at the same moment.
        """
        while entry is not None and not self._is_right(entry, self._clock()):
            making = self._making.get(key)
            if making is None:
                return None
            await making.wait()
            old, entry = entry, self._kept.find(key)
            if entry is old:  # it was not kept, and would not be the next time: no reason to stand in a queue
                return None
        return entry

    async def _make(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        """Has the application answer, and keeps what it offers."""
        made, offer, done = self._clock(), Offer(), anyio.Event()
        # Both are read before anything is: a change during the answer then shows as one after it.
        purges, stamp = self._kept.purges, self._stamp.now() if self._stamp is not None else None

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                if offer.answer is not None and message["status"] in _MADE_FROM:
                    self._metrics.count_hot_read(hit=False)
                    if stamp is not None or isinstance(offer.keep, Signed):
                        entry = self._entry(offer, offer.answer, made=made, stamp=stamp)
                        self._kept.put(key, entry, purges=purges)
                done.set()  # before it is sent: whoever waits does not wait for a slow reader
            await send(message)

        self._making[key] = done
        try:
            await self._app({**scope, OFFER: offer}, receive, watched)
        finally:
            done.set()
            if self._making.get(key) is done:
                del self._making[key]

    def _entry(self, offer: Offer, answer: Response, *, made: float, stamp: int | None) -> Entry:
        headers = self._dressing.over(answer.raw_headers)
        return Entry(
            keep=offer.keep,
            route=offer.route,
            etag=answer.headers["etag"],
            headers=headers,
            unchanged=_without_content(headers),
            body=bytes(answer.body),
            made=made,
            stamp=stamp,
        )

    def _report(self, method: str, route: str, status: int, seconds: float, name: str) -> None:
        self._metrics.observe(method, route, status, seconds)
        self._metrics.count_hot_read(hit=True)
        if self._log_hits:
            milliseconds = round(seconds * 1000, 1)
            _log.debug("request", method=method, route=route, status=status, ms=milliseconds, request_id=name)


def _is_over(keep: Unchanged, age: float) -> bool:
    return keep.seconds is not None and age >= keep.seconds


def _headers_of_a_read(scope: Scope) -> dict[bytes, bytes] | None:
    """The request's headers; None when its answer is never kept. Of a name that came twice the first, as elsewhere."""
    if scope["type"] != "http" or scope["method"] not in _READS or scope["query_string"]:
        return None
    sent = dict(reversed(scope["headers"]))
    return None if b"authorization" in sent or len(sent.get(b"accept", b"")) > _LONGEST_ACCEPT else sent


def _without_content(headers: RawHeaders) -> RawHeaders:
    """Of a 304: it has no content to describe."""
    return [header for header in headers if header[0] not in (b"content-length", b"content-type")]
