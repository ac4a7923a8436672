"""What every exchange gets, whatever the route: a request id, security headers, HEAD, a metric and a log line,
and a limit for whoever comes without a key.

Pure ASGI, around everything but the answers that `hot.py` keeps. Nothing personal is logged: the route's pattern, not
the path; no query, no body, no address. It is part of every request's cost, so headers stay the bytes that they are.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from random import Random
from typing import TYPE_CHECKING

import structlog
from starlette.requests import Request

from app.routers.clients import FIELDS
from app.routers.observability import REQUEST_ID
from app.routers.problems import internal_problem, problem_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from app.routers.clients import Clients
    from app.routers.observability import Metrics

RawHeaders = list[tuple[bytes, bytes]]
"""As ASGI has them: names in lower case."""

_log = structlog.get_logger("laurel.http")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
# A name, no secret. Asking the system for each would hand the interpreter to whichever thread waits for it.
_names = Random()  # noqa: S311

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    # No text becomes markup or code by script, whatever a later hand writes.
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_DEVICES = "camera={}, microphone=(), geolocation=()"
WITH_CAMERA: Mapping[str, str] = {"Permissions-Policy": _DEVICES.format("(self)")}
"""For a page that reads QR codes, in the place of what every answer has."""
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": _DEVICES.format("()"),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
EMBEDDABLE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Of a page that others may show within theirs. It runs nothing and sends nothing, so there is nothing to be clicked on
unawares. A route that answers with this very header is sent without X-Frame-Options, which knows no such exception.
"""
HSTS = "max-age=63072000; includeSubDomains"
_EMBEDDABLE = (b"content-security-policy", EMBEDDABLE_POLICY.encode())


class Dressing:
    """The headers of every answer. `https` says whether the public address is an https one."""

    def __init__(self, *, https: bool) -> None:
        headers = {**SECURITY_HEADERS, "Cache-Control": "no-store"} | (
            {"Strict-Transport-Security": HSTS} if https else {}
        )
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    def over(self, headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
        """`headers`, and those of every answer that are not among them."""
        given = list(headers)
        own = {name for name, _ in given}
        if _EMBEDDABLE in given:
            own.add(b"x-frame-options")
        return given + [header for header in self._headers if header[0] not in own]


class Edge:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, clients: Clients, https: bool) -> None:
        self._app = app
        self._metrics = metrics
        self.clients = clients
        self.dressing = Dressing(https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await _Exchange(self, scope, send).run(self._app, receive)

    def report(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        self._metrics.observe(method, route, status, seconds)
        _log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


class _Exchange:
    """One request and its answer."""

    __slots__ = ("_edge", "_method", "_request_id", "_scope", "_send", "_status")

    def __init__(self, edge: Edge, scope: Scope, send: Send) -> None:
        self._edge = edge
        self._send = send
        self._method: str = scope["method"]
        self._status = 0
        self._request_id = request_id(dict(reversed(scope["headers"])).get(b"x-request-id"))
        self._scope = {**scope, "state": {**scope.get("state", {}), "request_id": self._request_id}}
        if self._method == "HEAD":
            self._scope["method"] = "GET"

    async def run(self, app: ASGIApp, receive: Receive) -> None:
        started = time.perf_counter()
        outer = REQUEST_ID.set(self._request_id)
        try:
            refusal = self._edge.clients.admit(self._scope)
            if refusal is None:
                await app(self._scope, receive, self._answer)
            else:
                await problem_response(Request(self._scope), refusal)(self._scope, receive, self._answer)
        except Exception:  # noqa: BLE001 - the last wall: whatever it was, the sender gets a problem document
            _log.exception("unexpected")
            if self._status == 0:
                await internal_problem(Request(self._scope))(self._scope, receive, self._answer)
        finally:
            try:
                self._edge.report(self._scope, self._method, self._status, time.perf_counter() - started)
            finally:
                REQUEST_ID.reset(outer)

    async def _answer(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = self._edge.dressing.over(message.get("headers", ()))
            headers.append((b"x-request-id", self._request_id.encode()))
            headers.extend(self._scope["state"].get(FIELDS, ()))
            message = {**message, "headers": headers}
        elif self._method == "HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


def request_id(sent: bytes | None) -> str:
    """The sender's, when it is one; else a new one."""
    if sent is not None and _REQUEST_ID.fullmatch(sent):
        return sent.decode()
    return f"{_names.getrandbits(64):016x}"
