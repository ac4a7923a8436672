"""One route whose answer may be kept, behind hot reads, with a stamp and a clock in the test's hand."""

from __future__ import annotations

from threading import Lock
from uuid import UUID

import httpx
from fastapi import Request, Response

from app.routers.answers import public_bytes
from app.routers.hot import HotReads
from app.routers.kept import Kept, ListVersion, Signed, Unchanged
from app.routers.observability import Metrics
from tests.unit.routers.support import BASE_URL, add_routes, small_app

CREDENTIAL, LIST = UUID(int=1), UUID(int=2)
PATH = "/things/a"
KEEPS = {"signed": Signed(CREDENTIAL), "unchanged": Unchanged(), "list": ListVersion(LIST, 1)}


class Stamp:
    """The database's number, in the test's hand."""

    def __init__(self):
        self.number, self.version, self.asked, self.afterwards = 1, 1, 0, None

    def now(self):
        return self.number

    def list_version(self, list_id):
        assert list_id == LIST
        self.asked += 1
        version = self.version
        if self.afterwards is not None:
            self.afterwards()
        return version


class Service:
    """An application with one route that may be kept, behind hot reads. `made` counts its answers."""

    def __init__(self, keep=None, *, stamp=True, room=1_000_000, answer=None, log_hits=False, https=False, tongue=None):
        self.made, self.seconds, self.content = 0, 0.0, b'{"id":"a"}'
        self.keep, self.during, self._answer = keep or Signed(CREDENTIAL), None, answer
        self._lock = Lock()
        self.stamp, self.kept, self.metrics = Stamp(), Kept(room), Metrics()
        self.app = add_routes(
            small_app(metrics=self.metrics, https=https),
            ("GET", "/things/{name}", self._thing),
            ("POST", "/things/{name}", self._thing),
        )
        self.front = HotReads(
            self.app,
            kept=self.kept,
            stamp=self.stamp if stamp else None,
            metrics=self.metrics,
            https=https,
            log_hits=log_hits,
            tongue=tongue or (lambda _: ""),
            clock=lambda: self.seconds,
        )

    def _thing(self, request: Request) -> Response:
        with self._lock:  # routes run in threads
            self.made += 1
        if self.during is not None:
            self.during()
        if self._answer is not None:
            return self._answer(request)
        return public_bytes(request, self.content, "application/vc", headers={"Vary": "Accept"}, keep=self.keep)

    def client(self):
        transport = httpx.ASGITransport(self.front, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers={"Accept": "application/vc"})

    async def messages(self, method):
        """What the server is told to send: httpx itself takes the content of an answer to HEAD away."""
        found = []

        async def send(message):
            found.append(message)

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {
            "type": "http",
            "method": method,
            "path": PATH,
            "raw_path": PATH.encode(),
            "query_string": b"",
            "headers": [(b"accept", b"application/vc"), (b"x-request-id", b"abcdefgh")],
        }
        await self.front(scope, receive, send)
        return found

    async def get(self, path=PATH, method="GET", **headers):
        async with self.client() as client:
            return await client.request(method, path, headers=headers)


def sent(response):
    """All of an answer but the one header that is new each time."""
    headers = [item for item in response.headers.raw if item[0] != b"x-request-id"]
    return response.status_code, headers, response.content
