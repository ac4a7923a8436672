"""What every exchange gets, whatever the route: a request id, security headers, HEAD, a metric and a log line.

Pure ASGI, outermost. Nothing personal is logged: the route's pattern, not the path; no query, no body, no address.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request

from app.routers.problems import internal_problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from app.routers.observability import Metrics

_log = structlog.get_logger("laurel.http")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=63072000; includeSubDomains"


class Edge:
    """Wraps the application. `https` says whether the public address is an https one."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, https: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._headers = dict(SECURITY_HEADERS) | ({"Strict-Transport-Security": HSTS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await _Exchange(self, scope, send).run(self._app, receive)

    def dress(self, headers: MutableHeaders, request_id: str) -> None:
        headers["X-Request-Id"] = request_id
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-store")

    def report(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        self._metrics.observe(method, route, status, seconds)
        _log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


class _Exchange:
    """One request and its answer."""

    def __init__(self, edge: Edge, scope: Scope, send: Send) -> None:
        self._edge = edge
        self._scope = dict(scope)
        self._send = send
        self._method = scope["method"]
        self._status = 0
        self._request_id = _request_id(scope)

    async def run(self, app: ASGIApp, receive: Receive) -> None:
        self._scope["state"] = {**self._scope.get("state", {}), "request_id": self._request_id}
        if self._method == "HEAD":
            self._scope["method"] = "GET"
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=self._request_id):
            try:
                await app(self._scope, receive, self._answer)
            except Exception:  # noqa: BLE001 - the last wall: whatever it was, the sender gets a problem document
                _log.exception("unexpected")
                if self._status == 0:
                    await internal_problem(Request(self._scope))(self._scope, receive, self._answer)
            finally:
                self._edge.report(self._scope, self._method, self._status, time.perf_counter() - started)

    async def _answer(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._edge.dress(MutableHeaders(scope=message), self._request_id)
        elif self._method == "HEAD" and message["type"] == "http.response.body":
            message = self._without_body(message)
        await self._send(message)

    @staticmethod
    def _without_body(message: Message) -> dict[str, Any]:
        return {**message, "body": b""}


def _request_id(scope: Scope) -> str:
    """The sender's, when it is one; else a new one."""
    sent = Headers(scope=scope).get("x-request-id", "")
    return sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)
