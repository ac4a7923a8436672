"""What HTTP alone costs here: an ASGI application that does nothing, served as `laurel serve` serves.

    python bench/bare.py

Prints its port on a line. Every GET is answered with 200, every POST is read and answered with 201, and both carry
as many bytes as a signed credential has.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, Final, cast

from fastapi import FastAPI

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from app.cli.operate import listen, run, server_for  # noqa: E402 - after the path is set
from app.settings import Environment, Settings  # noqa: E402

Message = MutableMapping[str, Any]

_BODY: Final = (HERE / "typical-credential.json").read_bytes()
_HEADERS: Final = [(b"content-type", b"application/vc"), (b"content-length", str(len(_BODY)).encode())]


async def bare(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    if scope["method"] == "POST":
        while (await receive()).get("more_body"):
            pass
    status = 201 if scope["method"] == "POST" else 200
    await send({"type": "http.response.start", "status": status, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})


async def _live(receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def main() -> None:
    settings = Settings(environment=Environment.DEVELOPMENT)
    listener = listen("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    server = server_for(cast("FastAPI", bare), settings)  # it is only handed on to uvicorn
    gc.freeze()
    run(server, listener)


if __name__ == "__main__":
    main()
