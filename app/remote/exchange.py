"""One question and one answer: a GET by HTTP/1.1 over a connection that is used once.

Nothing that a site could know us by goes along: no cookie, no credentials, no Referer.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import httpcore
from anyio.lowlevel import checkpoint

from app.remote.connection import Wire, connected
from app.remote.decoding import OFFERED, Body
from app.remote.reasons import BROKEN_OFF, TOO_LARGE, TOO_MANY_PIECES, NoAnswerError
from app.remote.target import Target

OK: Final = 200
NOT_MODIFIED: Final = 304

_USER_AGENT: Final = "Laurel (verifies Open Badges)"
_HEADER_BYTES: Final = 32 * 1024
# What chunked framing may add to a body before it is taken for filling.
_FRAMING: Final = 2
# Each costs some 10 µs, so that 2 MiB byte by byte would keep the process busy for as long as it has patience.
_MAX_PIECES: Final = 4_096
_PIECES_A_TURN: Final = 64


@dataclass(frozen=True, slots=True)
class Response:
    """What a server said. `content` is empty unless the status is 200."""

    status: int
    headers: Sequence[tuple[str, str]]
    content: bytes = b""

    def header(self, name: str) -> str:
        """The value of a header, of several the list that they are short for (RFC 9110 section 5.3); "" for none."""
        return ", ".join(value for key, value in self.headers if key == name)


async def ask(
    target: Target,
    addresses: Sequence[tuple[str, int]],
    context: ssl.SSLContext,
    *,
    headers: Mapping[str, str],
    most: int,
) -> Response:
    """What the server at one of `addresses` answers for `target`, of at most `most` bytes. Raises NoAnswerError."""
    async with connected(target, addresses, context) as wire:
        try:
            return await _exchange(wire, target, headers, most)
        except httpcore.ProtocolError:
            raise NoAnswerError(BROKEN_OFF) from None


async def _exchange(wire: Wire, target: Target, headers: Mapping[str, str], most: int) -> Response:
    request = _request(target, headers)
    connection = httpcore.AsyncHTTP11Connection(request.url.origin, wire)
    wire.allowance = _HEADER_BYTES
    answer = await connection.handle_async_request(request)
    try:
        response = Response(answer.status, [(_text(name).lower(), _text(value)) for name, value in answer.headers])
        if answer.status != OK:
            return response
        wire.allowance += _FRAMING * most
        return Response(OK, response.headers, await _content(answer, response, most))
    finally:
        await answer.aclose()


def _request(target: Target, headers: Mapping[str, str]) -> httpcore.Request:
    sent = {
        "Host": target.authority,
        "User-Agent": _USER_AGENT,
        "Accept-Encoding": OFFERED,
        "Connection": "close",
        **headers,
    }
    url = httpcore.URL(
        scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode()
    )
    return httpcore.Request(b"GET", url, headers=[(name.encode(), value.encode()) for name, value in sent.items()])


async def _content(answer: httpcore.Response, response: Response, most: int) -> bytes:
    body = Body(response.header("content-encoding"), most=most)
    length = response.header("content-length")
    if length.isdecimal() and int(length) > most:
        raise NoAnswerError(TOO_LARGE)
    pieces = 0
    async for piece in answer.aiter_stream():
        body.add(piece)
        pieces += 1
        if pieces > _MAX_PIECES:
            raise NoAnswerError(TOO_MANY_PIECES)
        if pieces % _PIECES_A_TURN == 0:
            await checkpoint()
    return body.whole()


def _text(value: bytes) -> str:
    """Headers are ASCII by rights; what is not survives as some character and is never sent back."""
    return value.decode("latin-1")
