"""Reading request bodies: bounded in bytes, of the stated media type, and JSON through the one strict reader."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import ClientDisconnect

from app import strictjson
from app.errors import TooLargeError, UnsupportedMediaTypeError

JSON = "application/json"


class _Slug(StringConvertor):
    """A short name in an address: no colon, so that what is done to it (`…:stop`) is another address."""

    regex = "[^/:]+"


register_url_convertor("slug", _Slug())


class StrictJSONRoute(APIRoute):
    """A route whose JSON body has passed `strictjson` before FastAPI validates it.

    FastAPI alone would take the last of two equal members, NaN, and lone surrogates that no database can store.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def handle_strictly(request: Request) -> Response:
            require_media_type(request, JSON)
            limits = request.app.state.laurel.settings.limits
            raw = await read_body(request, limits.body_bytes)
            # Starlette keeps a body that was read here, and FastAPI asks `json()` for it.
            request._json = strictjson.loads(raw, max_bytes=limits.body_bytes, max_depth=limits.json_depth)  # noqa: SLF001
            request._body = raw  # noqa: SLF001
            return await handle(request)

        return handle_strictly


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body. Raises TooLargeError as soon as it is clear that it has more than `max_bytes`."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise TooLargeError(f"The body has {declared} bytes; the limit is {max_bytes}.")
    chunks: list[bytes] = []
    received, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        chunks.append(chunk)
        received += len(chunk)
        if received > max_bytes:
            raise TooLargeError(f"The body has more than {max_bytes} bytes.")
        more = message.get("more_body", False)
    return b"".join(chunks)


def media_type(request: Request) -> str:
    """The media type that the sender states, without parameters; empty when none is stated."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def require_media_type(request: Request, *accepted: str) -> str:
    """The stated media type. Raises UnsupportedMediaTypeError unless it is one of `accepted`."""
    stated = media_type(request)
    if stated not in accepted:
        raise UnsupportedMediaTypeError(
            f"Content-Type is {stated[:100] or 'not stated'}; this address takes {' or '.join(accepted)}."
        )
    return stated
